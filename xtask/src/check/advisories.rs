//! `advisories`: no dependency has a known vulnerability. It asks a database on the network, so it runs only when it is
//! named; by hand, and before a release.

use serde::Deserialize;

use super::{Cannot, Findings, Judged};
use crate::workspace::{Workspace, cargo};

pub(super) fn find(workspace: &Workspace) -> Judged {
    let mut command = cargo(workspace.root());
    let output = command.args(["audit", "--json"]).output().map_err(|error| Cannot(error.to_string()))?;
    let (report, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if report.trim().is_empty() {
        let first = error.lines().next().unwrap_or_default();
        return Err(Cannot(format!(
            "`cargo audit` says: {first} (install it with `cargo install cargo-audit`)"
        )));
    }
    judge(&report)
}

/// What `cargo audit --json` prints, as far as it is looked at.
#[derive(Deserialize)]
struct Report {
    vulnerabilities: Vulnerabilities,
}

#[derive(Deserialize)]
struct Vulnerabilities {
    list: Vec<Vulnerability>,
}

#[derive(Deserialize)]
struct Vulnerability {
    advisory: Advisory,
    package: Package,
    versions: Versions,
}

#[derive(Deserialize)]
struct Advisory {
    id: String,
    title: String,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
}

#[derive(Deserialize)]
struct Versions {
    patched: Vec<String>,
}

fn judge(report: &str) -> Judged {
    let report: Report = serde_json::from_str(report)
        .map_err(|error| Cannot(format!("the report of `cargo audit` cannot be read: {error}")))?;
    Ok(report.vulnerabilities.list.iter().map(found).collect::<Findings>())
}

fn found(Vulnerability { advisory, package, versions }: &Vulnerability) -> String {
    let mend = match versions.patched.as_slice() {
        [] => "no version is free of it: find another crate".to_owned(),
        patched => format!("`cargo update --package {}` to {}", package.name, patched.join(" or ")),
    };
    format!("{} {} has {}: {}: {mend}", package.name, package.version, advisory.id, advisory.title)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vulnerability() {
        let report = r#"{"vulnerabilities": {"found": true, "list": [
            {"advisory": {"id": "RUSTSEC-2023-0071", "title": "Marvin Attack"}, "versions": {"patched": []},
             "package": {"name": "rsa", "version": "0.9.6"}},
            {"advisory": {"id": "RUSTSEC-2024-0003", "title": "Resource exhaustion"},
             "versions": {"patched": ["^0.3.24", ">=0.4.2"]}, "package": {"name": "h2", "version": "0.4.0"}}]}}"#;
        insta::assert_snapshot!(judge(report).unwrap().join("\n"), @r"
rsa 0.9.6 has RUSTSEC-2023-0071: Marvin Attack: no version is free of it: find another crate
h2 0.4.0 has RUSTSEC-2024-0003: Resource exhaustion: `cargo update --package h2` to ^0.3.24 or >=0.4.2
");
        assert!(judge("{}").is_err());
    }
}
