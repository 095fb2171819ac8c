//! `snapshots`: no snapshot waits for a decision, and none outlives its test.

use std::path::Path;

use super::{Cannot, Findings, Judged};
use crate::files::below;
use crate::workspace::Workspace;

/// A committed snapshot, with what it says and what its test's file holds.
#[derive(Debug)]
struct Snapshot {
    /// Its path from the workspace's folder.
    file: String,
    /// The `source:` line, as a path from the workspace's folder.
    source: Option<String>,
    /// The text of that file, where it is there.
    code: Option<String>,
}

pub(super) fn find(workspace: &Workspace) -> Judged {
    let root = workspace.root();
    let is_wanted = |name: &str| {
        name.ends_with(".snap") || name.ends_with(".snap.new") || name.ends_with(".pending-snap")
    };
    let files = below(root, &is_wanted).map_err(Cannot)?;
    let (kept, pending): (Vec<_>, Vec<_>) =
        files.iter().partition(|path| path.extension().is_some_and(|extension| extension == "snap"));
    let mut findings: Findings = pending.iter().map(|path| waits(&named(root, path))).collect();
    findings.extend(kept.iter().filter_map(|path| orphan(&read(root, path))));
    Ok(findings)
}

fn named(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}

fn read(root: &Path, path: &Path) -> Snapshot {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let source =
        text.lines().find_map(|line| line.strip_prefix("source: ")).map(|line| line.trim().to_owned());
    let code = source.as_ref().and_then(|source| std::fs::read_to_string(root.join(source)).ok());
    Snapshot { file: named(root, path), source, code }
}

fn waits(file: &str) -> String {
    format!(
        "{file} waits for a decision: run its test with `INSTA_UPDATE=always` when the change is meant, mend the code \
         when it is not, and remove the file"
    )
}

/// Whether no test makes the snapshot any more.
fn orphan(snapshot: &Snapshot) -> Option<String> {
    let file = &snapshot.file;
    let Some(source) = &snapshot.source else {
        return Some(format!("{file} has no line `source:`: let its test write it anew, or remove it"));
    };
    let Some(code) = &snapshot.code else {
        return Some(format!("{file} belongs to {source}, which is gone: remove it"));
    };
    let stem = file.rsplit('/').next().unwrap_or(file).trim_end_matches(".snap");
    (!is_made_by(stem, code)).then(|| {
        format!(
            "{file}: {source} has neither a test function nor a snapshot name that ends its name: remove it, or rename \
             it with its test"
        )
    })
}

/// Whether a file has the test of a snapshot: a function, or a text that names the snapshot. insta calls a snapshot
/// `<modules>__<name>`, with `-2` after it from the second of a function on, and `@<suffix>` where one is set.
fn is_made_by(stem: &str, code: &str) -> bool {
    let stem = stem.split('@').next().unwrap_or(stem);
    let bare = match stem.rsplit_once('-') {
        Some((bare, number)) if number.parse::<u32>().is_ok() => bare,
        _ => stem,
    };
    let is_end = |name: &str| {
        let name = name.replace(['/', '\\'], "__");
        let ends = |stem: &str| stem == name || stem.ends_with(&format!("__{name}"));
        !name.is_empty() && (ends(stem) || ends(bare))
    };
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let functions = code.split("fn ").skip(1).map(|rest| rest.split(|letter| !is_word(letter)).next());
    let texts = code.lines().flat_map(|line| line.split('"').skip(1).step_by(2));
    functions.flatten().any(|name| is_end(name) || is_end(name.trim_start_matches("test_")))
        || texts.into_iter().any(is_end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Fixture, found, package};

    #[test]
    fn a_snapshot_and_its_test() {
        let code = "#[test]\nfn test_projects() {}\nasync fn scenes<T>() { check!(\"of/things\", 1) }\n";
        for there in ["operations__projects", "a__b__projects-2", "a__scenes@x", "a__of__things", "projects"]
        {
            assert!(is_made_by(there, code), "{there}");
        }
        for gone in ["operations__project", "a__scene", "a__myprojects", "projects__gone"] {
            assert!(!is_made_by(gone, code), "{gone}");
        }
    }

    #[test]
    fn snapshots_that_wait_or_outlive_their_test() {
        let snap = |source: &str| format!("---\nsource: {source}\nexpression: x\n---\nGET /\n");
        let fixture = Fixture::of(&[
            ("a/Cargo.toml", &package("a-api", "")),
            ("a/tests/calls.rs", "#[test]\nfn projects() {}\n"),
            ("a/tests/snapshots/calls__projects.snap", &snap("a/tests/calls.rs")),
            ("a/tests/snapshots/calls__scenes.snap", &snap("a/tests/calls.rs")),
            ("a/tests/snapshots/old__projects.snap", &snap("a/tests/old.rs")),
            ("a/tests/snapshots/calls__projects-2.snap.new", &snap("a/tests/calls.rs")),
            ("a/tests/snapshots/strange.snap", "text\n"),
        ]);
        insta::assert_snapshot!(found(find(&fixture.workspace())), @r"
a/tests/snapshots/calls__projects-2.snap.new waits for a decision: run its test with `INSTA_UPDATE=always` when the change is meant, mend the code when it is not, and remove the file
a/tests/snapshots/calls__scenes.snap: a/tests/calls.rs has neither a test function nor a snapshot name that ends its name: remove it, or rename it with its test
a/tests/snapshots/old__projects.snap belongs to a/tests/old.rs, which is gone: remove it
a/tests/snapshots/strange.snap has no line `source:`: let its test write it anew, or remove it
");
    }
}
