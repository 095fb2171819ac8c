//! What a commit's message says about the version that follows ([Conventional Commits](https://conventionalcommits.org)).
//! A message in another form is a change like any other.

use super::version::Level;

/// A commit's message, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Commit {
    pub(super) group: Group,
    /// What changed, without the type.
    pub(super) text: String,
}

/// Where the changelog puts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Group {
    Breaking,
    Added,
    Fixed,
    Changed,
    /// Nothing that a user of the crate sees.
    Inside,
}

impl Group {
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Breaking => "Breaking",
            Self::Added => "Added",
            Self::Fixed => "Fixed",
            Self::Changed | Self::Inside => "Changed",
        }
    }

    pub(super) fn level(self) -> Level {
        match self {
            Self::Breaking => Level::Breaking,
            Self::Added => Level::Addition,
            Self::Fixed | Self::Changed | Self::Inside => Level::Fix,
        }
    }
}

impl Commit {
    /// Subject and body, apart by a unit separator. `None` where there is no subject.
    pub(super) fn parse(record: &str) -> Option<Self> {
        let (subject, body) = record.trim().split_once('\u{1f}').unwrap_or((record.trim(), ""));
        if subject.is_empty() {
            return None;
        }
        let (kind, text) = match subject.split_once(": ") {
            Some((kind, text)) if is_type(kind) => (kind, text),
            _ => ("", subject),
        };
        let is_breaking = kind.ends_with('!')
            || body
                .lines()
                .any(|line| line.starts_with("BREAKING CHANGE:") || line.starts_with("BREAKING-CHANGE:"));
        let group = match kind.split(['(', '!']).next().unwrap_or_default() {
            _ if is_breaking => Group::Breaking,
            "feat" => Group::Added,
            "fix" => Group::Fixed,
            "docs" | "test" | "chore" | "build" | "ci" | "style" | "refactor" => Group::Inside,
            _ => Group::Changed,
        };
        Some(Self { group, text: text.trim().to_owned() })
    }
}

/// `feat`, `fix(scope)`, `refactor!` and so on.
fn is_type(word: &str) -> bool {
    const TYPES: [&str; 11] =
        ["feat", "fix", "perf", "docs", "test", "chore", "build", "ci", "style", "refactor", "revert"];
    let name = word.trim_end_matches('!');
    let name = name.strip_suffix(')').and_then(|name| name.split_once('(')).map_or(name, |(name, _)| name);
    TYPES.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_says_what_follows() {
        for (record, group, text) in [
            ("feat: uploads\u{1f}", Group::Added, "uploads"),
            ("fix(sim): a stall\u{1f}why", Group::Fixed, "a stall"),
            ("refactor!: names\u{1f}", Group::Breaking, "names"),
            ("feat(api)!: names\u{1f}", Group::Breaking, "names"),
            ("perf: less\u{1f}BREAKING CHANGE: more", Group::Breaking, "less"),
            ("docs: a typo\u{1f}", Group::Inside, "a typo"),
            ("auth-core: a token\u{1f}", Group::Changed, "auth-core: a token"),
            ("feature: x", Group::Changed, "feature: x"),
        ] {
            let commit = Commit::parse(record).unwrap();
            assert_eq!((commit.group, commit.text.as_str()), (group, text), "{record}");
        }
        assert_eq!(Commit::parse("\n"), None);
    }
}
