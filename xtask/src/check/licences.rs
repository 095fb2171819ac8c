//! `licences`: every licence of what a vendor crate reaches is permissive.

use super::{Findings, Judged};
use crate::workspace::Workspace;

/// Licences that ask for nothing but their own text.
const LICENCES: [&str; 12] = [
    "MIT",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT-0",
    "OpenSSL",
    "Unicode-3.0",
    "Zlib",
];
/// Licences that are fine for the data or code that they stand for here.
const LICENCES_BY_NAME: [(&str, &str); 2] =
    [("webpki-root-certs", "CDLA-Permissive-2.0"), ("unsafe-libyaml", "MIT")];

pub(super) fn find(workspace: &Workspace) -> Judged {
    let vendors = workspace.vendors();
    let mut findings: Findings = vendors
        .iter()
        .flat_map(|vendor| workspace.reach(vendor))
        .filter_map(|package| {
            judge(
                &package.name,
                &package.version.to_string(),
                package.license.as_deref().unwrap_or("no licence"),
            )
        })
        .collect();
    findings.sort();
    findings.dedup();
    Ok(findings)
}

fn judge(name: &str, version: &str, licence: &str) -> Option<String> {
    let by_name = LICENCES_BY_NAME.contains(&(name, licence));
    (!by_name && !is_permissive(licence)).then(|| {
        format!(
            "{name} {version} is under {licence}: find another crate, or allow it in xtask/src/check/licences.rs and \
             say why"
        )
    })
}

/// Whether an SPDX expression leaves a permissive choice: one of the alternatives, all of whose parts are permissive.
fn is_permissive(expression: &str) -> bool {
    let plain = expression.replace(['(', ')'], "").replace('/', " OR ");
    plain.split(" OR ").any(|choice| choice.split(" AND ").all(|part| LICENCES.contains(&part.trim())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Fixture, found, package};

    #[test]
    fn a_licence_needs_a_permissive_choice() {
        for good in [
            "MIT OR Apache-2.0",
            "GPL-3.0 OR MIT",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "ISC AND OpenSSL",
            "MIT/Apache-2.0",
        ] {
            assert!(is_permissive(good), "{good}");
        }
        for bad in ["GPL-3.0", "MIT AND GPL-3.0", "none", "AGPL-3.0-only"] {
            assert!(!is_permissive(bad), "{bad}");
        }
    }

    #[test]
    fn a_crate_under_another_licence() {
        let depends = "[dependencies]\nb = { path = \"../b\" }\nc = { path = \"../c\" }";
        let fixture = Fixture::of(&[
            ("a/Cargo.toml", &package("a-api", depends)),
            ("b/Cargo.toml", &package("b", "").replace("MIT", "GPL-3.0-only")),
            ("c/Cargo.toml", &package("c", "").replace("license = \"MIT\"\n", "")),
        ]);
        insta::assert_snapshot!(found(find(&fixture.workspace())), @r"
b 0.1.0 is under GPL-3.0-only: find another crate, or allow it in xtask/src/check/licences.rs and say why
c 0.1.0 is under no licence: find another crate, or allow it in xtask/src/check/licences.rs and say why
");
    }
}
