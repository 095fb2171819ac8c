//! A kitchen that is not there, and one that somebody else changed.

use std::fmt;

use super::{Answer, Error};

/// A kitchen that does not exist, or that this account is not shown.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct NoKitchen {
    /// Its name.
    pub name: String,
    /// The kitchens that the account is shown, where they were asked for.
    pub known: Vec<String>,
    /// What the platform answered, where it was asked for this one.
    pub answer: Option<Answer>,
}

impl NoKitchen {
    /// A kitchen that is not among those that were listed.
    pub(crate) fn among(name: &str, known: Vec<String>) -> Error {
        Error::NoKitchen(Box::new(Self { name: name.to_owned(), known, answer: None }))
    }

    /// A kitchen that the platform says is not there.
    pub(crate) fn told(name: &str, answer: Answer) -> Error {
        Error::NoKitchen(Box::new(Self { name: name.to_owned(), known: Vec::new(), answer: Some(answer) }))
    }
}

impl fmt::Display for NoKitchen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.answer {
            Some(answer) => write!(f, "{answer} (the kitchen is {})", self.name),
            None => write!(
                f,
                "there is no kitchen {} among those of the account: {}",
                self.name,
                self.known.join(", ")
            ),
        }
    }
}

/// Somebody else changed the same since it was read. Nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Changed {
    /// What was to be changed: `overrides of the kitchen K1`.
    pub what: String,
    /// What both want to change, by name.
    pub names: Vec<String>,
}

impl Changed {
    pub(crate) fn of(what: impl Into<String>, names: Vec<String>) -> Error {
        Error::Changed(Box::new(Self { what: what.into(), names }))
    }
}

impl fmt::Display for Changed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, names) = (&self.what, self.names.join(", "));
        write!(
            f,
            "{what}: somebody else changed {names} meanwhile; nothing was sent (read again, then decide)"
        )
    }
}
