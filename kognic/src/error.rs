//! What can go wrong.

use auth_core::{ErrorKind, ServiceError};
use http::StatusCode;

/// The result of every call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of this crate. It never holds a secret, a token or the query of a signed URL.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The platform answered with an error.
    #[error("{0}{advice}", advice = advice(.0.status))]
    Platform(ServiceError),

    /// A file of a scene could not be sent. The scene was not committed: it stays pending, and nothing is made of it.
    #[error("the file `{file}` could not be sent, and scene {scene_uuid} was not committed: {why}")]
    Upload {
        /// The file, as its sender called it.
        file: String,
        /// The scene that stays pending.
        scene_uuid: String,
        /// What went wrong.
        why: Box<Error>,
    },

    /// Something below the platform's meaning: no credentials, a refused token, a broken connection.
    #[error(transparent)]
    Core(#[from] auth_core::Error),
}

impl Error {
    /// What went wrong, roughly.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Platform(_) => ErrorKind::Service,
            Self::Upload { why, .. } => why.kind(),
            Self::Core(error) => error.kind(),
        }
    }

    /// What the platform answered, when it did.
    pub fn service_error(&self) -> Option<&ServiceError> {
        match self {
            Self::Platform(service) => Some(service),
            Self::Upload { why, .. } => why.service_error(),
            Self::Core(error) => error.service_error(),
        }
    }
}

auth_core::error_predicates!(Error);

fn advice(status: StatusCode) -> &'static str {
    match status {
        StatusCode::UNAUTHORIZED => " (the token is not accepted: check the credentials and the base URL)",
        StatusCode::FORBIDDEN => {
            " (these credentials have no access: check the organization and the project)"
        }
        _ => "",
    }
}
