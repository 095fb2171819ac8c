//! What the steps ask of git.

use std::path::{Path, PathBuf};
use std::process::Command;

use semver::Version;

use super::Result;
use super::commits::Commit;

/// The branch that releases are made from.
const BRANCH: &str = "main";
/// How the message of a commit starts that only prepares a release.
pub(super) const RELEASE: &str = "Release ";

/// The repository.
pub(super) struct Git {
    root: PathBuf,
}

impl Git {
    pub(super) fn at(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// Runs git and gives what it printed.
    pub(super) fn run(&self, arguments: &[&str]) -> Result<String> {
        let output = Command::new("git")
            .arg("-C")
            .arg(&self.root)
            .args(arguments)
            .output()
            .map_err(|error| format!("git cannot be run: {error}"))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(format!("git {} failed: {}", arguments.join(" "), said.trim()));
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
    }

    /// Fails unless all is committed, on the branch that releases are made from.
    pub(super) fn is_ready(&self) -> Result<()> {
        let changed = self.run(&["status", "--porcelain"])?;
        if !changed.is_empty() {
            return Err(format!(
                "there are changes that are not committed; commit or remove them:\n{changed}"
            ));
        }
        let branch = self.run(&["rev-parse", "--abbrev-ref", "HEAD"])?;
        if branch != BRANCH {
            return Err(format!(
                "this is `{branch}`; releases are made from `{BRANCH}`: git switch {BRANCH}"
            ));
        }
        Ok(())
    }

    /// The commit that is checked out.
    pub(super) fn head(&self) -> Result<String> {
        self.run(&["rev-parse", "HEAD"])
    }

    /// All tags.
    pub(super) fn tags(&self) -> Result<Vec<String>> {
        Ok(self.run(&["tag", "--list"])?.lines().map(str::to_owned).collect())
    }

    /// The commits since a tag or commit (all of them without one) that touch a folder, the newest first. Those that only
    /// prepare a release are left out.
    pub(super) fn commits(&self, since: Option<&str>, folder: &str) -> Result<Vec<Commit>> {
        let range = since.map_or_else(|| "HEAD".to_owned(), |since| format!("{since}..HEAD"));
        let log = self.run(&["log", "--no-merges", "--format=%s%x1f%b%x1e", &range, "--", folder])?;
        let records = log.split('\u{1e}').filter(|record| !record.trim_start().starts_with(RELEASE));
        Ok(records.filter_map(Commit::parse).collect())
    }

    /// The commit that prepared a version of a crate.
    pub(super) fn prepared_at(&self, name: &str, version: &Version) -> Result<Option<String>> {
        let log = self.run(&["log", &format!("--grep=^{RELEASE}"), "--format=%H %s"])?;
        let found = log.lines().filter_map(|line| line.split_once(' ')).find(|(_, subject)| {
            let crates = subject.strip_prefix(RELEASE).unwrap_or_default();
            crates.split(", ").any(|one| one == format!("{name} {version}"))
        });
        Ok(found.map(|(hash, _)| hash.to_owned()))
    }

    /// A file as it was at a tag, if it was there.
    pub(super) fn show(&self, tag: &str, path: &str) -> Option<String> {
        self.run(&["show", &format!("{tag}:{path}")]).ok()
    }
}
