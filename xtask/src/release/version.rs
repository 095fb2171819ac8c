//! Versions, and by how much they go up.

use semver::Version;

/// How far a change goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// Nobody has to know.
    Fix,
    /// There is more than before.
    Addition,
    /// A program that compiled may not compile.
    Breaking,
}

/// The version after `last`. Before 1.0.0 the second number stands for the first, as cargo reads it.
pub(super) fn next(last: &Version, level: Level) -> Version {
    let (major, minor, patch) = (last.major, last.minor, last.patch);
    match (major, level) {
        (0, Level::Breaking) => Version::new(0, minor + 1, 0),
        (0, _) => Version::new(0, minor, patch + 1),
        (_, Level::Breaking) => Version::new(major + 1, 0, 0),
        (_, Level::Addition) => Version::new(major, minor + 1, 0),
        (_, Level::Fix) => Version::new(major, minor, patch + 1),
    }
}

/// Whether who requires `old` must be told to take `new`.
pub(super) fn is_compatible(old: &Version, new: &Version) -> bool {
    semver::VersionReq::parse(&format!("^{old}")).is_ok_and(|required| required.matches(new))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_go_up_as_cargo_reads_them() {
        use Level::{Addition, Breaking, Fix};
        for (last, level, expected) in [
            ("0.1.0", Fix, "0.1.1"),
            ("0.1.4", Addition, "0.1.5"),
            ("0.1.4", Breaking, "0.2.0"),
            ("1.2.3", Fix, "1.2.4"),
            ("1.2.3", Addition, "1.3.0"),
            ("1.2.3", Breaking, "2.0.0"),
        ] {
            let last = Version::parse(last).unwrap();
            let next = next(&last, level);
            assert_eq!(next.to_string(), expected);
            assert_eq!(is_compatible(&last, &next), level != Breaking, "{last} {next}");
        }
    }
}
