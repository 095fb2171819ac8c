//! `changelog`: a crate that has changed since its last tag has an entry below `## Unreleased`.

use std::path::Path;
use std::process::Command;

use super::{Cannot, Findings, Judged};
use crate::workspace::{Workspace, folder, output};

/// A crate, and what has become of it.
#[derive(Debug)]
struct Change<'a> {
    package: &'a str,
    /// The last tag that releases it. `None`: it was never released.
    tag: Option<String>,
    /// Files below its `src/`, and its manifest, that differ from the tag.
    files: Vec<String>,
}

pub(super) fn find(workspace: &Workspace) -> Judged {
    let root = workspace.root();
    git(root, &["rev-parse", "--git-dir"]).map_err(|error| Cannot(format!("git says: {error}")))?;
    let text = std::fs::read_to_string(root.join("CHANGELOG.md")).unwrap_or_default();
    let unreleased = unreleased(&text);
    let mut findings = Findings::new();
    for package in workspace.libraries() {
        let place = folder(package);
        let change = Change { package: &package.name, tag: tag(root, &package.name), files: Vec::new() };
        let files = match &change.tag {
            Some(tag) => changed(root, tag, place.strip_prefix(root).unwrap_or(place)).map_err(Cannot)?,
            None => Vec::new(),
        };
        findings.extend(judge(&Change { files, ..change }, &unreleased));
    }
    Ok(findings)
}

fn judge(change: &Change<'_>, unreleased: &str) -> Option<String> {
    let tag = change.tag.as_ref()?;
    let first = change.files.first()?;
    let is_named = unreleased.contains(&format!("`{}`", change.package));
    (!is_named).then(|| {
        format!(
            "{} has changed since {tag} ({} files, {first} among them), and `## Unreleased` of CHANGELOG.md does not \
             name `{}`: say what its users get",
            change.package,
            change.files.len(),
            change.package
        )
    })
}

/// The text below `## Unreleased`.
fn unreleased(changelog: &str) -> String {
    let lines = changelog.lines().skip_while(|line| !line.starts_with("## Unreleased")).skip(1);
    lines.take_while(|line| !line.starts_with("## ")).fold(String::new(), |text, line| text + line + "\n")
}

/// The last tag that released a package: `kognic-api-v0.1.0`, or `v0.1.0` for all of them.
fn tag(root: &Path, package: &str) -> Option<String> {
    let own = format!("{package}-v[0-9]*");
    let described =
        git(root, &["describe", "--tags", "--abbrev=0", "--match", &own, "--match", "v[0-9]*"]).ok()?;
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
        run(&["tag", "v0.1.0"]);
    }

    #[test]
    fn a_change_that_no_entry_names() {
        let fixture = Fixture::of(&[
            (
                "CHANGELOG.md",
                "# Changelog\n\n## Unreleased\n\n- `b-api`: more.\n\n## 0.1.0\n\n- `a-api`: all.\n",
            ),
            ("a/Cargo.toml", &package("a-api", "")),
            ("b/Cargo.toml", &package("b-api", "")),
            ("c/Cargo.toml", &package("c-api", "")),
        ]);
        commit(&fixture);
        assert_eq!(found(find(&fixture.workspace())), "", "nothing has changed");
        fixture.write("a/src/lib.rs", "pub fn new() {}\n");
        fixture.write("b/src/lib.rs", "pub fn new() {}\n");
        fixture.write("c/README.md", "# C\n");
        insta::assert_snapshot!(found(find(&fixture.workspace())), @"a-api has changed since v0.1.0 (1 files, a/src/lib.rs among them), and `## Unreleased` of CHANGELOG.md does not name `a-api`: say what its users get");
    }

    #[test]
    fn what_was_never_released_has_nothing_to_say() {
        let change = Change { package: "a-api", tag: None, files: vec!["a/src/lib.rs".to_owned()] };
        assert_eq!(judge(&change, ""), None);
    }
}
