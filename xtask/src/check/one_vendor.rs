//! `one-vendor`: a user depends on one vendor crate, and gets nothing of another.

use super::{Findings, Judged};
use crate::workspace::Workspace;

/// No vendor crate reaches another, with any of its features.
pub(super) fn find(workspace: &Workspace) -> Judged {
    let mut findings = Findings::new();
    let members = workspace.members();
    for vendor in workspace.vendors() {
        for other in workspace.reach(vendor) {
            let is_allowed = other.name.as_str() == "auth-core" || other.id == vendor.id;
            if !is_allowed && members.iter().any(|member| member.id == other.id) {
                findings.push(format!(
                    "{} reaches {}: what both need belongs to auth-core",
                    vendor.name, other.name
                ));
            }
        }
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use crate::fixture::{Fixture, found, package};

    #[test]
    fn a_vendor_that_reaches_another() {
        let fixture = Fixture::of(&[
            ("auth-core/Cargo.toml", &package("auth-core", "")),
            ("a/Cargo.toml", &package("a-api", "[dependencies]\nauth-core = { path = \"../auth-core\" }")),
            (
                "b/Cargo.toml",
                &package(
                    "b-api",
                    "[dependencies]\na-api = { path = \"../a\", optional = true }\n[features]\nx = [\"dep:a-api\"]",
                ),
            ),
        ]);
        insta::assert_snapshot!(found(super::find(&fixture.workspace())), @"b-api reaches a-api: what both need belongs to auth-core");
    }
}
