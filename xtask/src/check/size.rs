//! `size`: a vendor crate stays small to build.

use super::{Findings, Judged, tree};
use crate::workspace::Workspace;

/// The most packages that a vendor crate may have with default features, itself included.
const MOST_PACKAGES: usize = 127;

pub(super) fn find(workspace: &Workspace) -> Judged {
    let mut findings = Findings::new();
    for vendor in workspace.vendors() {
        match tree::packages(workspace, vendor) {
            Ok(packages) => findings.extend(judge(&vendor.name, packages.len())),
            Err(error) => findings.push(error),
        }
    }
    Ok(findings)
}

fn judge(vendor: &str, packages: usize) -> Option<String> {
    (packages > MOST_PACKAGES).then(|| {
        format!(
            "{vendor} has {packages} packages, more than {MOST_PACKAGES}: make what is rare or heavy a feature \
             (`cargo tree --package {vendor} --edges normal` lists them)"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Fixture, package};

    #[test]
    fn a_crate_that_grew() {
        assert_eq!(judge("a-api", MOST_PACKAGES), None);
        insta::assert_snapshot!(judge("a-api", MOST_PACKAGES + 1).unwrap(), @"a-api has 128 packages, more than 127: make what is rare or heavy a feature (`cargo tree --package a-api --edges normal` lists them)");
    }

    #[test]
    fn optional_packages_do_not_count() {
        let optional = "[dependencies]\nb = { path = \"../b\" }\nc = { path = \"../c\", optional = true }";
        let fixture = Fixture::of(&[
            ("a/Cargo.toml", &package("a-api", optional)),
            ("b/Cargo.toml", &package("b", "")),
            ("c/Cargo.toml", &package("c", "")),
        ]);
        let workspace = fixture.workspace();
        let packages = tree::packages(&workspace, workspace.vendors()[0]).unwrap();
        let names: Vec<_> = packages.iter().map(|package| package.split(' ').next().unwrap()).collect();
        assert_eq!(names, ["a-api", "b"]);
    }
}
