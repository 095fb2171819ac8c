//! What can go wrong.

mod kitchen;
mod order;

use std::fmt;

use auth_core::{ErrorKind, ServiceError};
use http::StatusCode;

use crate::values::Values;

pub use kitchen::{Changed, NoKitchen};
pub use order::OrderLookup;

/// The result of every call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// How many issues an error's text shows.
const SHOWN: usize = 3;

/// An error of this crate. It never holds a secret or a token.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The credentials are good, and have no role or access here (403). The message is the platform's own.
    #[error("{0} (ask an administrator of the kitchen for a role in it)")]
    NoAccess(Box<Answer>),

    /// The order was refused (417), as for a variation that does not exist or a recipe that is broken.
    #[error("{0}")]
    OrderRefused(Box<Answer>),

    /// The kitchen does not exist, or this account is not shown it.
    #[error("{0}")]
    NoKitchen(Box<NoKitchen>),

    /// What was asked for is wrong (400), as a recipe that does not pass its checks: see [`Error::issues`].
    #[error("{0}")]
    Invalid(Box<Answer>),

    /// The platform found that somebody else was faster, or that a condition does not hold (409, 412).
    #[error("{0}")]
    Conflict(Box<Answer>),

    /// Somebody else changed the same since it was read. Nothing was sent.
    #[error("{0}")]
    Changed(Box<Changed>),

    /// An order was sent, and whether it was created is unknown. It was not repeated; this tells how to look for it.
    #[error("{0}")]
    OrderUnknown(Box<OrderLookup>),

    /// Too many requests (429). How long to wait is in [`ServiceError::retry_after`], where the platform says so.
    #[error("{0}")]
    RateLimited(Box<Answer>),

    /// The platform answered with another error, be it in a reply whose status is 200.
    #[error("{0}{advice}", advice = advice(.0.service.status))]
    Platform(Box<Answer>),

    /// Something below the platform's meaning: no credentials, a refused login, a broken connection.
    #[error(transparent)]
    Core(#[from] auth_core::Error),
}

/// What the platform answered.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Answer {
    /// Status, message, and what was asked.
    pub service: ServiceError,
    /// What it found wrong, file by file. Mostly empty.
    pub issues: Vec<Issue>,
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.service)?;
        for issue in self.issues.iter().take(SHOWN) {
            write!(f, "; {issue}")?;
        }
        match self.issues.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, "; and {more} more"),
        }
    }
}

impl Error {
    /// What went wrong, roughly.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Core(error) => error.kind(),
            Self::OrderUnknown(_) => ErrorKind::OutcomeUnknown,
            _ => ErrorKind::Service,
        }
    }

    /// What the platform answered, when it did.
    pub fn service_error(&self) -> Option<&ServiceError> {
        match self {
            Self::Core(error) => error.service_error(),
            Self::OrderUnknown(lookup) => lookup.cause.service_error(),
            _ => self.answer().map(|answer| &answer.service),
        }
    }

    /// What the platform found wrong, file by file. Mostly empty.
    pub fn issues(&self) -> &[Issue] {
        self.answer().map_or(&[], |answer| &answer.issues)
    }

    fn answer(&self) -> Option<&Answer> {
        match self {
            Self::NoAccess(answer) | Self::OrderRefused(answer) => Some(answer),
            Self::Invalid(answer) | Self::Conflict(answer) => Some(answer),
            Self::RateLimited(answer) | Self::Platform(answer) => Some(answer),
            Self::NoKitchen(kitchen) => kitchen.answer.as_ref(),
            Self::Changed(_) | Self::OrderUnknown(_) | Self::Core(_) => None,
        }
    }

    /// Whether the credentials are good, and have no role or access on the kitchen.
    pub fn is_no_access(&self) -> bool {
        matches!(self, Self::NoAccess(_))
    }

    /// Whether the platform refused an order: see [`Error::issues`].
    pub fn is_order_refused(&self) -> bool {
        matches!(self, Self::OrderRefused(_))
    }

    /// Whether the kitchen does not exist, or this account is not shown it.
    pub fn is_no_kitchen(&self) -> bool {
        matches!(self, Self::NoKitchen(_))
    }

    /// Whether somebody else changed the same, as this crate or the platform found.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Changed(_) | Self::Conflict(_))
    }

    /// How to look for an order of which nobody knows whether it was created.
    pub fn order_lookup(&self) -> Option<&OrderLookup> {
        match self {
            Self::OrderUnknown(lookup) => Some(lookup),
            _ => None,
        }
    }

    /// Whether the platform asks to come back later. The login sometimes says so with a 401.
    pub fn is_rate_limited(&self) -> bool {
        match self {
            Self::RateLimited(_) => true,
            Self::Core(error) if error.kind() == ErrorKind::TokenUnavailable => {
                error.service_error().is_some_and(|service| matches!(service.status.as_u16(), 401 | 429))
            }
            _ => false,
        }
    }
}

auth_core::error_predicates!(Error);

/// Something that cannot be sent as it is.
pub(crate) fn invalid(what: impl Into<String>) -> auth_core::Error {
    auth_core::Error::new(ErrorKind::InvalidInput, what)
}

/// A reply that has another form than it should.
pub(crate) fn unreadable(what: impl Into<String>) -> auth_core::Error {
    auth_core::Error::new(ErrorKind::Reply, what)
}

fn advice(status: StatusCode) -> &'static str {
    match status {
        StatusCode::UNAUTHORIZED => {
            " (not accepted, also with a new token where one could be had: check the credentials)"
        }
        _ => "",
    }
}

/// Something that is wrong in a recipe or an order. Every member is optional.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Issue {
    /// As in `error` or `warning`.
    pub severity: Option<String>,
    /// The file of the recipe.
    pub file: Option<String>,
    /// What is wrong.
    pub description: Option<String>,
    /// Members that this version does not know.
    pub extra: Values,
}

/// `error in variations.json: there is no variation v9`
impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.severity.as_deref().unwrap_or("issue"))?;
        if let Some(file) = &self.file {
            write!(f, " in {file}")?;
        }
        match &self.description {
            Some(description) => write!(f, ": {description}"),
            None => Ok(()),
        }
    }
}
