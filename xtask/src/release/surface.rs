//! The public API listing of a crate (`api.txt`), now and at its last tag.

use std::collections::BTreeSet;

use super::version::Level;

/// What is there no more, and what is new.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Difference {
    pub(super) removed: Vec<String>,
    pub(super) added: Vec<String>,
}

impl Difference {
    /// Compares two listings, a line for each public item.
    pub(super) fn between(old: &str, new: &str) -> Self {
        let lines = |text: &str| -> BTreeSet<String> {
            let items = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
            items.map(str::to_owned).collect()
        };
        let (old, new) = (lines(old), lines(new));
        Self {
            removed: old.difference(&new).cloned().collect(),
            added: new.difference(&old).cloned().collect(),
        }
    }

    /// How far it goes. A changed signature is one that is gone and one that is new.
    pub(super) fn level(&self) -> Option<Level> {
        match (self.removed.is_empty(), self.added.is_empty()) {
            (false, _) => Some(Level::Breaking),
            (true, false) => Some(Level::Addition),
            (true, true) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_gone_breaks_and_what_is_new_adds() {
        let old = "# a head\npub fn x::a()\npub fn x::b(u8)\n";
        for (new, level) in [
            ("pub fn x::b(u8)\n\npub fn x::a()\n", None),
            ("pub fn x::a()\npub fn x::b(u8)\npub fn x::c()", Some(Level::Addition)),
            ("pub fn x::a()\npub fn x::b(u16)", Some(Level::Breaking)),
        ] {
            assert_eq!(Difference::between(old, new).level(), level, "{new}");
        }
    }
}
