//! What can go wrong.

use auth_core::{ErrorKind, ServiceError};
use http::StatusCode;

use crate::outcome::{BuildFailure, JobFailure};

/// The result of every call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of this crate. It never holds a secret, a token or the query of a signed URL.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// `AuthError`: credentials are missing, incomplete or malformed, or a token cannot be read.
    #[error(transparent)]
    Auth(auth_core::Error),

    /// `OauthError`, a kind of `AuthError`: a token could not be obtained or renewed, for whatever reason.
    #[error(transparent)]
    Oauth(auth_core::Error),

    /// The platform answered with an error.
    #[error("{0}{advice}", advice = advice(.0.status))]
    Platform(ServiceError),

    /// A job failed, or is not done yet, so that it has no result.
    #[error("{0}")]
    Job(JobFailure),

    /// A function could not be built, so that its jobs never run.
    #[error("{0}")]
    Build(BuildFailure),

    /// An image was announced, and could not be sent or handed over.
    #[error("{error} (the upload {upload_id} {state})", state = upload_state(*canceled))]
    Upload {
        /// The upload, which [`ImageUploads`](crate::api::ImageUploads) knows.
        upload_id: String,
        /// Whether it was canceled. Else it may still be there: cancel it, or look how far it is.
        canceled: bool,
        /// What went wrong.
        error: Box<Self>,
    },

    /// Something below the platform's meaning: an unusable setting, a broken connection, a local file.
    #[error(transparent)]
    Core(auth_core::Error),
}

impl Error {
    /// What went wrong, roughly.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Platform(_) | Self::Job(_) | Self::Build(_) => ErrorKind::Service,
            Self::Upload { error, .. } => error.kind(),
            Self::Auth(error) | Self::Oauth(error) | Self::Core(error) => error.kind(),
        }
    }

    /// What the platform answered, when it did.
    pub fn service_error(&self) -> Option<&ServiceError> {
        match self {
            Self::Platform(service) => Some(service),
            Self::Job(_) | Self::Build(_) => None,
            Self::Upload { error, .. } => error.service_error(),
            Self::Auth(error) | Self::Oauth(error) | Self::Core(error) => error.service_error(),
        }
    }

    /// Whether the vendor would call it an `AuthError`. Every [`OauthError`](Error::is_oauth_error) is one.
    pub fn is_auth_error(&self) -> bool {
        match self {
            Self::Upload { error, .. } => error.is_auth_error(),
            error => matches!(error, Self::Auth(_) | Self::Oauth(_)),
        }
    }

    /// Whether the vendor would call it an `OauthError`: a token could not be obtained or renewed. It may be a refusal
    /// or an outage; [`Error::is_retryable`] tells which.
    pub fn is_oauth_error(&self) -> bool {
        match self {
            Self::Upload { error, .. } => error.is_oauth_error(),
            error => matches!(error, Self::Oauth(_)),
        }
    }

    /// Whether there was no answer in time.
    pub fn is_timeout(&self) -> bool {
        match self {
            Self::Platform(_) | Self::Job(_) | Self::Build(_) => false,
            Self::Upload { error, .. } => error.is_timeout(),
            Self::Auth(error) | Self::Oauth(error) | Self::Core(error) => error.is_timeout(),
        }
    }
}

auth_core::error_predicates!(Error);

impl From<auth_core::Error> for Error {
    fn from(error: auth_core::Error) -> Self {
        match error.kind() {
            ErrorKind::NoCredentials | ErrorKind::InvalidCredentials => Self::Auth(error),
            ErrorKind::TokenRefused | ErrorKind::TokenUnavailable => Self::Oauth(error),
            _ => Self::Core(error),
        }
    }
}

fn upload_state(canceled: bool) -> &'static str {
    if canceled { "was canceled" } else { "was not canceled" }
}

fn advice(status: StatusCode) -> &'static str {
    match status {
        StatusCode::UNAUTHORIZED => " (the token is not accepted: check the credentials and the base URL)",
        StatusCode::FORBIDDEN => {
            " (these credentials have no access: ask the owner, or check the organization)"
        }
        _ => "",
    }
}
