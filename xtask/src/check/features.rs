//! `features`: every feature of a crate compiles alone, and all of them together. Tests and lints see only the latter.

use std::collections::BTreeMap;

use cargo_metadata::Package;

use super::{Findings, Judged};
use crate::workspace::{Workspace, cargo, output};

pub(super) fn find(workspace: &Workspace) -> Judged {
    let mut findings = Findings::new();
    for package in workspace.libraries() {
        for features in sets(&package.features) {
            if let Err(error) = compile(workspace, package, &features) {
                findings.push(judge(&package.name, &features, &error));
            }
        }
    }
    Ok(findings)
}

/// The sets of features to try: each alone, and all.
fn sets(features: &BTreeMap<String, Vec<String>>) -> Vec<Vec<&str>> {
    let names: Vec<&str> = features.keys().map(String::as_str).filter(|name| *name != "default").collect();
    let mut sets: Vec<Vec<&str>> = names.iter().map(|name| vec![*name]).collect();
    if names.len() > 1 {
        sets.push(names);
    }
    sets
}

fn compile(workspace: &Workspace, package: &Package, features: &[&str]) -> Result<(), String> {
    let mut command = cargo(workspace.root());
    command.args(["check", "--quiet", "--lib", "--package", &package.name]);
    command.args(["--no-default-features", "--features", &features.join(",")]);
    output(command).map(|_| ())
}

fn judge(package: &str, features: &[&str], error: &str) -> String {
    let features = features.join(",");
    let first = error.lines().find(|line| line.starts_with("error")).unwrap_or(error);
    format!(
        "{package} does not compile with only {features}: {first} (see `cargo check --package {package} --lib \
         --no-default-features --features {features}`)"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Fixture, found, package};

    #[test]
    fn features_that_do_not_compile() {
        let code = "#[cfg(all(feature = \"x\", not(feature = \"y\")))]\ncompile_error!(\"x needs y\");\n";
        let manifest = package("a-api", "[features]\ndefault = []\nx = []\ny = []");
        let fixture = Fixture::of(&[("a/Cargo.toml", &manifest), ("a/src/lib.rs", code)]);
        insta::assert_snapshot!(found(find(&fixture.workspace())), @"a-api does not compile with only x: error: x needs y (see `cargo check --package a-api --lib --no-default-features --features x`)");
    }

    #[test]
    fn one_feature_is_tried_once() {
        let features = |names: &[&str]| names.iter().map(|name| ((*name).to_owned(), Vec::new())).collect();
        assert_eq!(sets(&features(&["default", "sim"])), [["sim"]]);
        assert_eq!(
            sets(&features(&["keyring", "sim"])),
            [vec!["keyring"], vec!["sim"], vec!["keyring", "sim"]]
        );
    }
}
