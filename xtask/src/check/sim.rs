//! `sim`: features are asked for. The simulators above all: a fake of a vendor has no place in a user's program that did
//! not ask for it.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::DependencyKind;

use super::{Findings, Judged};
use crate::workspace::Workspace;

type Features = BTreeMap<String, Vec<String>>;

pub(super) fn find(workspace: &Workspace) -> Judged {
    let mut findings = Findings::new();
    for package in workspace.libraries() {
        findings.extend(judge(&package.name, &package.features));
        let carried = package
            .dependencies
            .iter()
            .filter(|dependency| dependency.kind == DependencyKind::Normal && !dependency.optional)
            .filter(|dependency| dependency.features.iter().any(|feature| feature == "sim"));
        findings.extend(carried.map(|dependency| {
            format!(
                "{} depends on {} with its feature `sim`: ask for it in the feature `sim`, and below dev-dependencies",
                package.name, dependency.name
            )
        }));
    }
    Ok(findings)
}

fn judge(package: &str, features: &Features) -> Findings {
    let mut findings = Findings::new();
    if !features.contains_key("sim") {
        findings.push(format!("{package} has no feature `sim`: put its simulator behind one"));
    }
    let default = features.get("default").map_or(&[][..], Vec::as_slice);
    let reached = reach(features, "default");
    if reached.iter().any(|feature| feature == "sim" || feature.ends_with("/sim")) {
        findings.push(format!("{package} has `sim` in its default features {default:?}: take it out"));
    } else if !default.is_empty() {
        findings.push(format!(
            "{package} has default features {default:?}: features are asked for; make them none"
        ));
    }
    findings
}

/// All that a feature turns on, itself included.
fn reach(features: &Features, feature: &str) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut open = vec![feature.to_owned()];
    while let Some(feature) = open.pop() {
        if seen.insert(feature.clone()) {
            open.extend(features.get(&feature).into_iter().flatten().cloned());
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use crate::fixture::{Fixture, found, package};

    #[test]
    fn a_simulator_that_nobody_asked_for() {
        let fixture = Fixture::of(&[
            ("auth-core/Cargo.toml", &package("auth-core", "[features]\nsim = []")),
            ("a/Cargo.toml", &package("a-api", "[features]\ndefault = [\"all\"]\nall = [\"sim\"]\nsim = []")),
            (
                "b/Cargo.toml",
                &package(
                    "b-api",
                    "[dependencies]\nauth-core = { path = \"../auth-core\", features = [\"sim\"] }\n[features]\nsim = []",
                ),
            ),
            ("c/Cargo.toml", &package("c-api", "[features]\ndefault = [\"x\"]\nx = []")),
        ]);
        insta::assert_snapshot!(found(super::find(&fixture.workspace())), @r#"
a-api has `sim` in its default features ["all"]: take it out
b-api depends on auth-core with its feature `sim`: ask for it in the feature `sim`, and below dev-dependencies
c-api has no feature `sim`: put its simulator behind one
c-api has default features ["x"]: features are asked for; make them none
"#);
    }
}
