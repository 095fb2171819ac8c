//! `forbidden`: crates that no vendor crate may reach.

use super::{Findings, Judged};
use crate::workspace::Workspace;

/// Crates, and why.
const FORBIDDEN: [(&str, &str); 4] = [
    ("openssl-sys", "TLS is rustls everywhere; turn off the feature that asks for it"),
    ("native-tls", "TLS is rustls everywhere; turn off the feature that asks for it"),
    ("rsa", "it has an open advisory; signatures are made with aws-lc-rs"),
    ("dotenvy", "variables come in from outside, through Environment"),
];

pub(super) fn find(workspace: &Workspace) -> Judged {
    let mut findings = Findings::new();
    for vendor in workspace.vendors() {
        for package in workspace.reach(vendor) {
            if let Some((_, why)) = FORBIDDEN.iter().find(|(name, _)| *name == package.name.as_str()) {
                findings.push(format!("{} reaches {}: {why}", vendor.name, package.name));
            }
        }
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use crate::fixture::{Fixture, found, package};

    #[test]
    fn a_crate_that_must_not_be_there() {
        let fixture = Fixture::of(&[
            ("a/Cargo.toml", &package("a-api", "[dependencies]\nb = { path = \"../b\" }")),
            ("b/Cargo.toml", &package("b", "[dependencies]\nrsa = { path = \"../rsa\" }")),
            ("rsa/Cargo.toml", &package("rsa", "")),
        ]);
        insta::assert_snapshot!(found(super::find(&fixture.workspace())), @"a-api reaches rsa: it has an open advisory; signatures are made with aws-lc-rs");
    }
}
