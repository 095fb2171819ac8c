//! `CHANGELOG.md`: what is unreleased, and a section for each version of each crate.
//!
//! An entry below `## Unreleased` starts with the crates that it is about: ``- `kognic-api`, `agave-api`: text``. When a
//! crate is released its entries move to its section, and what the commits say follows them.

use std::path::{Path, PathBuf};

use semver::Version;

use super::Result;
use super::commits::{Commit, Group};

const UNRELEASED: &str = "## Unreleased";

/// The file, read.
pub(super) struct Changelog {
    path: PathBuf,
    text: String,
}

impl Changelog {
    pub(super) fn read(root: &Path) -> Result<Self> {
        let path = root.join("CHANGELOG.md");
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Self { path, text })
    }

    pub(super) fn write(&self) -> Result<()> {
        std::fs::write(&self.path, &self.text).map_err(|error| format!("{}: {error}", self.path.display()))
    }

    /// What the file says about a version of a crate.
    pub(super) fn section(&self, name: &str, version: &Version) -> Option<&str> {
        let head = format!("## {name} {version} ");
        let start = self.text.match_indices(&head).find(|(at, _)| self.is_line_start(*at))?.0;
        let body = start + self.text[start..].find('\n')? + 1;
        let end = self.text[body..].find("\n## ").map_or(self.text.len(), |end| body + end);
        Some(self.text[body..end].trim())
    }

    fn is_line_start(&self, at: usize) -> bool {
        at == 0 || self.text.as_bytes()[at - 1] == b'\n'
    }

    /// Makes a section for a version below what is unreleased, unless there is one.
    pub(super) fn release(
        &mut self,
        name: &str,
        version: &Version,
        date: &str,
        commits: &[Commit],
    ) -> Result<()> {
        if self.section(name, version).is_some() {
            return Ok(());
        }
        let (before, unreleased, after) = self.split()?;
        let (mine, rest) = take(&unreleased, name);
        let mut section = format!("## {name} {version} - {date}\n\n");
        for entry in &mine {
            section.push_str(&format!("- {entry}\n"));
        }
        section.push_str(&told(commits));
        if mine.is_empty() && commits.iter().all(|commit| commit.group == Group::Inside) {
            section.push_str("- Nothing that a user of the crate sees.\n");
        }
        let kept = if rest.is_empty() { String::new() } else { format!("{}\n\n", rest.join("\n")) };
        let after = if after.is_empty() { String::new() } else { format!("\n{after}") };
        self.text = format!("{before}{UNRELEASED}\n\n{kept}{section}{after}");
        Ok(())
    }

    /// What stands before, in and after the unreleased part.
    fn split(&self) -> Result<(String, String, String)> {
        let missing = || format!("{} has no line `{UNRELEASED}`", self.path.display());
        let start = self.text.find(UNRELEASED).ok_or_else(missing)?;
        let body = start + UNRELEASED.len();
        let end = self.text[body..].find("\n## ").map_or(self.text.len(), |end| body + end + 1);
        Ok((self.text[..start].into(), self.text[body..end].into(), self.text[end..].into()))
    }
}

/// The entries of a crate without the names, and all other entries as they were.
fn take(unreleased: &str, name: &str) -> (Vec<String>, Vec<String>) {
    let mut entries: Vec<String> = Vec::new();
    for line in unreleased.trim().lines() {
        match entries.last_mut() {
            Some(entry) if !line.starts_with("- ") => entry.push_str(&format!("\n{line}")),
            _ => entries.push(line.to_owned()),
        }
    }
    let (mut mine, mut rest) = (Vec::new(), Vec::new());
    for entry in entries {
        let quoted = format!("`{name}`");
        let parts = entry.strip_prefix("- ").and_then(|entry| entry.split_once(": "));
        let Some((names, text)) = parts.filter(|(names, _)| names.split(", ").any(|one| one == quoted))
        else {
            rest.push(entry);
            continue;
        };
        mine.push(text.to_owned());
        let others: Vec<&str> = names.split(", ").filter(|one| *one != quoted).collect();
        if !others.is_empty() {
            rest.push(format!("- {}: {text}", others.join(", ")));
        }
    }
    (mine, rest)
}

/// What the commits say, what matters most first.
fn told(commits: &[Commit]) -> String {
    let mut commits: Vec<&Commit> = commits.iter().filter(|commit| commit.group != Group::Inside).collect();
    commits.sort_by_key(|commit| commit.group);
    commits.iter().map(|commit| format!("- {}: {}\n", commit.group.title(), commit.text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = "# Changelog\n\nAll crates.\n\n## Unreleased\n\n- `auth-core`: tokens that\n  renew.\n\
                          - `a-api`, `b-api`: calls.\n- A word to all.\n\n## a-api 0.0.9 - 2025-01-01\n\n- Old.\n";

    fn changelog(text: &str) -> Changelog {
        Changelog { path: "CHANGELOG.md".into(), text: text.into() }
    }

    #[test]
    fn entries_move_to_the_section_of_their_crate() {
        let mut changelog = changelog(BEFORE);
        let version = Version::new(0, 1, 0);
        let commits: Vec<Commit> = ["fix: a stall", "feat: uploads", "docs: typo"]
            .iter()
            .filter_map(|record| Commit::parse(record))
            .collect();
        changelog.release("a-api", &version, "2026-02-03", &commits).unwrap();
        changelog.release("auth-core", &version, "2026-02-03", &[]).unwrap();
        let written = changelog.text.clone();
        insta::assert_snapshot!(written, @r"
        # Changelog

        All crates.

        ## Unreleased

        - `b-api`: calls.
        - A word to all.

        ## auth-core 0.1.0 - 2026-02-03

        - tokens that
          renew.

        ## a-api 0.1.0 - 2026-02-03

        - calls.
        - Added: uploads
        - Fixed: a stall

        ## a-api 0.0.9 - 2025-01-01

        - Old.
        ");
        assert_eq!(
            changelog.section("a-api", &version),
            Some("- calls.\n- Added: uploads\n- Fixed: a stall")
        );
        assert_eq!(changelog.section("b-api", &version), None);
        changelog.release("a-api", &version, "2027-01-01", &commits).unwrap();
        assert_eq!(changelog.text, written);
    }

    #[test]
    fn a_file_without_the_line_says_so() {
        let error = changelog("# Changelog\n").release("a", &Version::new(1, 0, 0), "d", &[]).unwrap_err();
        assert_eq!(error, "CHANGELOG.md has no line `## Unreleased`");
    }
}
