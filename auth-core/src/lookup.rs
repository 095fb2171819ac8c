//! The record of a search for credentials: where was looked, and what was wrong there.

use std::fmt;

use crate::error::{Error, ErrorKind};

/// Where credentials were looked for, in order, and what was found. It becomes the error when nothing was usable.
///
/// ```
/// let mut lookup = auth_core::Lookup::new("Kognic");
/// lookup.note("arguments", "none given");
/// lookup.note("KOGNIC_CREDENTIALS", "not set");
/// let error = lookup.into_error("set KOGNIC_CREDENTIALS to the path of a credentials file");
/// assert!(error.to_string().contains("2. KOGNIC_CREDENTIALS: not set"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    vendor: &'static str,
    looked: Vec<(String, String)>,
}

impl Lookup {
    /// A search for the credentials of a vendor.
    pub fn new(vendor: &'static str) -> Self {
        Self { vendor, looked: Vec::new() }
    }

    /// Notes that a source had nothing usable, and why. Neither part may hold a secret.
    pub fn note(&mut self, source: impl Into<String>, finding: impl Into<String>) {
        self.looked.push((source.into(), finding.into()));
    }

    /// What was noted so far: source and finding.
    pub fn looked(&self) -> &[(String, String)] {
        &self.looked
    }

    /// The error for a search that found nothing.
    pub fn into_error(self, help: impl Into<String>) -> Error {
        Error::new(ErrorKind::NoCredentials, self.to_string()).with_help(help)
    }
}

impl fmt::Display for Lookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no {} credentials found; looked at", self.vendor)?;
        for (number, (source, finding)) in self.looked.iter().enumerate() {
            let separator = if number == 0 { "" } else { ";" };
            write!(f, "{separator} {}. {source}: {finding}", number + 1)?;
        }
        Ok(())
    }
}
