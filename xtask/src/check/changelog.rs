//! `changelog`: a crate that has changed since its last tag has an entry below `## Unreleased`, or a section for the
//! version that is about to get its tag.

use std::path::Path;
use std::process::Command;

use super::{Cannot, Findings, Judged};
use crate::workspace::{Workspace, folder, output};

/// A crate, and what has become of it.
#[derive(Debug)]
struct Change<'a> {
    package: &'a str,
    /// Its present version.
    version: String,
    /// The last tag that releases it. `None`: it was never released.
    tag: Option<String>,
    /// Files below its `src/`, and its manifest, that differ from the tag.
    files: Vec<String>,
}

pub(super) fn find(workspace: &Workspace) -> Judged {
    let root = workspace.root();
    git(root, &["rev-parse", "--git-dir"]).map_err(|error| Cannot(format!("git says: {error}")))?;
    let text = std::fs::read_to_string(root.join("CHANGELOG.md")).unwrap_or_default();
    let mut findings = Findings::new();
    for package in workspace.libraries() {
        let place = folder(package);
        let (version, tag) = (package.version.to_string(), tag(root, &package.name));
        let change = Change { package: &package.name, version, tag, files: Vec::new() };
        let files = match &change.tag {
            Some(tag) => changed(root, tag, place.strip_prefix(root).unwrap_or(place)).map_err(Cannot)?,
            None => Vec::new(),
        };
        findings.extend(judge(&Change { files, ..change }, &text));
    }
    Ok(findings)
}

fn judge(change: &Change<'_>, changelog: &str) -> Option<String> {
    let Change { package, version, tag, files } = change;
    let (tag, first) = (tag.as_ref()?, files.first()?);
    let is_prepared = *tag != format!("{package}-v{version}")
        && changelog.lines().any(|line| line.starts_with(&format!("## {package} {version} ")));
    (!is_prepared && !is_named(package, changelog)).then(|| {
        let count = files.len();
        format!(
            "{package} has changed since {tag} ({first}{}), and no entry below `## Unreleased` of CHANGELOG.md starts \
             with it: say what its users get, as in ``- `{package}`: ..``",
            if count == 1 { String::new() } else { format!(" and {} more", count - 1) }
        )
    })
}

/// Whether an entry below `## Unreleased` starts with a package, alone or among others.
fn is_named(package: &str, changelog: &str) -> bool {
    let lines = changelog.lines().skip_while(|line| !line.starts_with("## Unreleased")).skip(1);
    let mut entries =
        lines.take_while(|line| !line.starts_with("## ")).filter_map(|line| line.strip_prefix("- "));
    let name = format!("`{package}`");
    entries
        .any(|entry| entry.split(": ").next().is_some_and(|names| names.split(", ").any(|one| one == name)))
}

/// The last tag that released a package, as in `kognic-api-v0.1.0`.
fn tag(root: &Path, package: &str) -> Option<String> {
    let own = format!("{package}-v[0-9]*");
    let described = git(root, &["describe", "--tags", "--abbrev=0", "--match", &own]).ok()?;
    Some(described.trim().to_owned())
}

/// What differs from a tag, committed or not.
fn changed(root: &Path, tag: &str, place: &Path) -> Result<Vec<String>, String> {
    let (src, manifest) = (place.join("src"), place.join("Cargo.toml"));
    let paths = [src, manifest].map(|path| path.display().to_string());
    let text = git(root, &["diff", "--name-only", tag, "--", &paths[0], &paths[1]])?;
    Ok(text.lines().map(str::to_owned).collect())
}

fn git(root: &Path, arguments: &[&str]) -> Result<String, String> {
    let mut command = Command::new("git");
    command.current_dir(root).args(arguments);
    output(command)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Fixture, found, package};

    fn commit(fixture: &Fixture) {
        let run = |arguments: &[&str]| {
            let mut command = Command::new("git");
            command.current_dir(fixture.root()).args(["-c", "user.name=a", "-c", "user.email=a@example.com"]);
            command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
            output({
                command.args(arguments);
                command
            })
            .unwrap()
        };
        run(&["init", "--quiet"]);
        run(&["add", "."]);
        run(&["commit", "--quiet", "--message", "all"]);
        for package in ["a-api", "b-api", "c-api", "d-api"] {
            run(&["tag", &format!("{package}-v0.1.0")]);
        }
    }

    #[test]
    fn a_change_that_no_entry_names() {
        let fixture = Fixture::of(&[
            (
                "CHANGELOG.md",
                "## Unreleased\n\n- `x`, `b-api`: as `a-api`.\n\n## d-api 0.2.0 - 2027-01-15\n\n- `a-api`: all.\n",
            ),
            ("a/Cargo.toml", &package("a-api", "")),
            ("b/Cargo.toml", &package("b-api", "")),
            ("c/Cargo.toml", &package("c-api", "")),
            ("d/Cargo.toml", &package("d-api", "")),
        ]);
        commit(&fixture);
        assert_eq!(found(find(&fixture.workspace())), "", "nothing has changed");
        fixture.write("a/src/lib.rs", "pub fn new() {}\n");
        fixture.write("b/src/lib.rs", "pub fn new() {}\n");
        fixture.write("c/README.md", "# C\n");
        fixture.write("d/Cargo.toml", &package("d-api", "").replace("0.1.0", "0.2.0"));
        insta::assert_snapshot!(found(find(&fixture.workspace())), @"a-api has changed since a-api-v0.1.0 (a/src/lib.rs), and no entry below `## Unreleased` of CHANGELOG.md starts with it: say what its users get, as in ``- `a-api`: ..``");
    }

    #[test]
    fn what_was_never_released_has_nothing_to_say() {
        let change = Change {
            package: "a-api",
            version: "0.1.0".to_owned(),
            tag: None,
            files: vec!["a/src/lib.rs".to_owned()],
        };
        assert_eq!(judge(&change, ""), None);
    }
}
