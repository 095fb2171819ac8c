//! What can go wrong.

use std::convert::Infallible;
use std::fmt;
use std::path::PathBuf;

use auth_core::{ErrorKind, Lookup, ServiceError, Timestamp};

/// The result of every call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of this crate. It never holds a secret or a token.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There are no usable credentials: none at all, malformed ones, or a token that has expired. Nothing was sent.
    #[error(transparent)]
    BadToken(#[from] BadToken),

    /// The call needs a project, and none is known. Nothing was sent.
    #[error(
        "no Cortex project is given, and this call needs one; looked at {looked} (set CORTEX_PROJECT, or name it \
         when the client is made)"
    )]
    Project {
        /// Where was looked.
        looked: String,
    },

    /// There is no profile of this name in the file of the vendor's CLI. Nothing was sent.
    #[error("there is no Cortex profile `{name}` in {} (known profiles: {})", path.display(), known_profiles(.known))]
    UnknownProfile {
        /// The name that was asked for.
        name: String,
        /// The file that was read.
        path: PathBuf,
        /// The profiles that it has.
        known: Vec<String>,
    },

    /// A skill's message cannot be used to make a client. Nothing was sent.
    #[error(transparent)]
    Message(#[from] MessageError),

    /// The cluster did not accept the token: 401, a redirect to its login page, or the header `X-Auth-Error`.
    #[error("{service}{advice}", advice = .credential.advice())]
    Refused {
        /// What the cluster answered. Its message is the text of `X-Auth-Error`, where there was one.
        service: Box<ServiceError>,
        /// What the token was.
        credential: CredentialKind,
    },

    /// The cluster answered with an error.
    #[error("{0}")]
    Api(ServiceError),

    /// Something below the cluster's meaning: a broken file, a broken connection, a timeout.
    #[error(transparent)]
    Core(auth_core::Error),
}

impl Error {
    /// What went wrong, roughly.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::BadToken(bad) => bad.kind(),
            Self::Project { .. } | Self::UnknownProfile { .. } => ErrorKind::Configuration,
            Self::Message(_) => ErrorKind::InvalidInput,
            Self::Refused { .. } => ErrorKind::TokenRefused,
            Self::Api(_) => ErrorKind::Service,
            Self::Core(error) => error.kind(),
        }
    }

    /// What the cluster answered, when it did.
    pub fn service_error(&self) -> Option<&ServiceError> {
        match self {
            Self::Refused { service, .. } => Some(service),
            Self::Api(service) => Some(service),
            Self::Core(error) => error.service_error(),
            Self::BadToken(_) | Self::Project { .. } | Self::UnknownProfile { .. } | Self::Message(_) => None,
        }
    }

    /// Whether a given token has expired, as told by its `exp` and the local clock.
    pub fn is_expired(&self) -> bool {
        matches!(self, Self::BadToken(BadToken::Expired { .. }))
    }
}

auth_core::error_predicates!(Error);

fn known_profiles(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

impl From<auth_core::Error> for Error {
    /// What this crate's own token source said keeps its type.
    fn from(error: auth_core::Error) -> Self {
        match error.cause::<BadToken>() {
            Some(bad) => Self::BadToken(bad.clone()),
            None => Self::Core(error),
        }
    }
}

impl From<Infallible> for Error {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// What a request was authorised with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CredentialKind {
    /// A token that was given ready and cannot be renewed.
    Token,
    /// A personal access config, with which tokens are signed.
    PersonalAccessConfig,
}

impl CredentialKind {
    fn advice(self) -> &'static str {
        match self {
            Self::Token => {
                " (the given token is not accepted and cannot be renewed: get a new one, or use a personal access \
                 config, with which tokens renew themselves)"
            }
            Self::PersonalAccessConfig => {
                " (a token signed with the personal access config is not accepted: check that the config is still \
                 valid, and that it belongs to this cluster)"
            }
        }
    }
}

/// Why there are no usable credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BadToken {
    /// None were found.
    Missing {
        /// Where was looked.
        lookup: Lookup,
    },
    /// They cannot be used as they are.
    Malformed {
        /// Where they came from.
        place: String,
        /// What is wrong with them.
        why: String,
    },
    /// A given token has expired.
    Expired {
        /// Where it came from.
        place: String,
        /// When it expired.
        at: Timestamp,
    },
}

impl BadToken {
    pub(crate) fn malformed(place: impl fmt::Display, why: impl Into<String>) -> Self {
        Self::Malformed { place: place.to_string(), why: why.into() }
    }

    fn kind(&self) -> ErrorKind {
        match self {
            Self::Missing { .. } => ErrorKind::NoCredentials,
            Self::Malformed { .. } | Self::Expired { .. } => ErrorKind::InvalidCredentials,
        }
    }
}

/// What to do when there are no credentials, or broken ones.
const HELP: &str = "download a personal access config from the Cortex console, and run `cortex configure` or set \
                    CORTEX_PERSONAL_ACCESS_CONFIG to its path";

impl fmt::Display for BadToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Your Cortex credentials could not be retrieved: ")?;
        match self {
            Self::Missing { lookup } => write!(f, "{lookup} ({HELP})"),
            Self::Malformed { place, why } => write!(f, "{place}: {why} ({HELP})"),
            Self::Expired { place, at } => {
                write!(
                    f,
                    "{place}: the token expired at {at} (get a new one, or use a personal access config)"
                )
            }
        }
    }
}

impl std::error::Error for BadToken {}

/// Why a skill's message cannot be used to make a client.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MessageError {
    /// A job was started without an argument.
    #[error("a job gets its message as the last command-line argument, and there is none")]
    NoArgument,
    /// It is not JSON.
    #[error(
        "a skill's message must be a JSON object, and this is no JSON from line {line}, column {column} on"
    )]
    NotJson {
        /// The line, from 1.
        line: usize,
        /// The column, from 1; 0 where the line breaks off.
        column: usize,
    },
    /// It is not a JSON object.
    #[error("a skill's message must be a JSON object, and this is {found}")]
    NotAnObject {
        /// What it is instead.
        found: &'static str,
    },
    /// Keys that a client is made of are missing, null, empty, or not text.
    #[error(
        "a skill's message must have text for the keys apiEndpoint, token and projectId; here {}",
        .keys.join(", ")
    )]
    Incomplete {
        /// Each key with what is wrong, as in `token is null`.
        keys: Vec<String>,
    },
}
