//! What can go wrong.

use auth_core::{ErrorKind, ServiceError};
use http::StatusCode;

/// The result of every call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of this crate. It never holds a secret, a token or a nonce.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The service answered with an error, or with a 2xx whose envelope says so.
    #[error("{0}{advice}", advice = advice(.0.status))]
    Service(ServiceError),

    /// The service did not accept the credential, whatever the status was.
    #[error("{service} ({advice})")]
    Rejected {
        /// What the service answered.
        service: Box<ServiceError>,
        /// What to do about it.
        advice: &'static str,
    },

    /// Something below the service's meaning: no credentials, a refused token, a broken connection.
    #[error(transparent)]
    Core(#[from] auth_core::Error),
}

impl Error {
    /// What went wrong, roughly.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Service(_) => ErrorKind::Service,
            Self::Rejected { .. } => ErrorKind::TokenRefused,
            Self::Core(error) => error.kind(),
        }
    }

    /// What the service answered, when it did.
    pub fn service_error(&self) -> Option<&ServiceError> {
        match self {
            Self::Service(service) => Some(service),
            Self::Rejected { service, .. } => Some(service),
            Self::Core(error) => error.service_error(),
        }
    }
}

auth_core::error_predicates!(Error);

fn advice(status: StatusCode) -> &'static str {
    match status {
        StatusCode::FORBIDDEN => {
            " (this user has no access: check the role, the permission, and whether the OAuth client is subscribed \
             to the API)"
        }
        _ => "",
    }
}
