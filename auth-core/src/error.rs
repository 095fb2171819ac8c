//! What can go wrong below a vendor's own meaning: no credentials, a refused token, a broken connection.
//!
//! An [`Error`] is cheap to clone, because the callers that share one failed exchange all get it. It never holds a
//! secret, a token, the query of a URL or a credential header.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

/// The result of everything in this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, roughly. [`Error`] has a predicate for each question that a program asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An argument cannot be sent as it is. Nothing was sent.
    InvalidInput,
    /// A setting is unusable: a base URL, a proxy, a CA bundle. Nothing was sent.
    Configuration,
    /// No source had usable credentials. Nothing was sent.
    NoCredentials,
    /// Credentials were found and are malformed, incomplete or expired. Nothing was sent.
    InvalidCredentials,
    /// The service refused to give or renew a token.
    TokenRefused,
    /// A token could not be obtained for a reason that may pass.
    TokenUnavailable,
    /// The service answered with an error.
    Service,
    /// The connection failed, or broke before the reply was complete.
    Transport,
    /// There was no answer in time.
    Timeout,
    /// A reply could not be understood.
    Reply,
    /// A request that changes something was sent and no clear answer came: it may or may not have been carried out.
    OutcomeUnknown,
    /// A redirect was not followed, because it leads to another origin.
    Redirect,
    /// A credential or token file could not be read, locked or written.
    Store,
    /// A local file could not be read or written.
    File,
    /// Work was given up, because the runtime that carried it has ended.
    Stopped,
}

impl ErrorKind {
    /// Whether it is about credentials or a token.
    pub fn is_auth(self) -> bool {
        matches!(self, Self::NoCredentials | Self::InvalidCredentials | Self::TokenRefused)
    }

    /// Whether it may pass by itself.
    pub fn is_passing(self) -> bool {
        matches!(self, Self::Transport | Self::Timeout | Self::TokenUnavailable | Self::Stopped)
    }
}

/// An error of this crate. See [`Error::kind`] and the predicates.
#[derive(Clone)]
pub struct Error(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    message: String,
    help: Option<String>,
    service: Option<ServiceError>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error with a message that says what is wrong, and where.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Arc::new(Inner { kind, message: message.into(), help: None, service: None, source: None }))
    }

    /// An error that the service answered with.
    pub fn service(kind: ErrorKind, service: ServiceError) -> Self {
        let message = service.to_string();
        Self(Arc::new(Inner { kind, message, help: None, service: Some(service), source: None }))
    }

    /// With a word on what to do about it.
    pub fn with_help(self, help: impl Into<String>) -> Self {
        self.change(|inner| inner.help = Some(help.into()))
    }

    /// With the error that caused it. Its text is shown as a part of this error's text.
    pub fn with_source(self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.change(|inner| inner.source = Some(Arc::new(source)))
    }

    /// With what the service answered, for [`Error::service_error`]. The text stays as it is.
    pub fn with_service(self, service: ServiceError) -> Self {
        self.change(|inner| inner.service = Some(service))
    }

    /// With more words in front: "cannot do this: ...".
    pub fn context(self, context: impl fmt::Display) -> Self {
        self.change(|inner| inner.message = format!("{context}: {}", inner.message))
    }

    /// With another kind.
    pub fn with_kind(self, kind: ErrorKind) -> Self {
        self.change(|inner| inner.kind = kind)
    }

    fn change(self, change: impl FnOnce(&mut Inner)) -> Self {
        let mut inner = Arc::try_unwrap(self.0).unwrap_or_else(|shared| Inner {
            kind: shared.kind,
            message: shared.message.clone(),
            help: shared.help.clone(),
            service: shared.service.clone(),
            source: shared.source.clone(),
        });
        change(&mut inner);
        Self(Arc::new(inner))
    }

    /// What went wrong, roughly.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What the service answered, when it did.
    pub fn service_error(&self) -> Option<&ServiceError> {
        self.0.service.as_ref().or_else(|| self.source_of_ours()?.service_error())
    }

    /// The error that caused it, when it is of this type: how a vendor finds what its own token source said.
    pub fn cause<T: StdError + 'static>(&self) -> Option<&T> {
        self.0.source.as_deref()?.downcast_ref()
    }

    /// Whether there was no answer in time.
    pub fn is_timeout(&self) -> bool {
        self.kind() == ErrorKind::Timeout || self.source_of_ours().is_some_and(Self::is_timeout)
    }

    fn source_of_ours(&self) -> Option<&Self> {
        self.0.source.as_deref()?.downcast_ref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        if let Some(source) = &self.0.source {
            write!(f, ": {source}")?;
        }
        if let Some(help) = &self.0.help {
            write!(f, " ({help})")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {self}", self.0.kind)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        // The text of the source is part of our own; what it was caused by in turn goes on from there.
        self.0.source.as_deref()?.source()
    }
}

/// An error that a service answered with.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServiceError {
    /// The HTTP status of the answer.
    pub status: StatusCode,
    /// What was asked: method, host and path template, as in `GET api.example.org/v1/projects/{project}`.
    pub request: String,
    /// The service's own words, shortened to 500 characters.
    pub message: Option<String>,
    /// The service's own code for the error.
    pub code: Option<String>,
    /// The service's name for the request, to quote when asking for help.
    pub request_id: Option<String>,
    /// How long the service asks to wait.
    pub retry_after: Option<Duration>,
}

impl ServiceError {
    /// An answer of `status` to `request`.
    pub fn new(status: StatusCode, request: impl Into<String>) -> Self {
        Self {
            status,
            request: request.into(),
            message: None,
            code: None,
            request_id: None,
            retry_after: None,
        }
    }

    /// With the service's own words, shortened to 500 characters.
    pub fn with_message(mut self, message: impl AsRef<str>) -> Self {
        let message = message.as_ref().trim();
        self.message = (!message.is_empty()).then(|| shorten(message, 500));
        self
    }

    /// With the service's own code.
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// Whether the status says that the same request may succeed later.
    pub fn is_retryable(&self) -> bool {
        matches!(self.status.as_u16(), 408 | 429 | 500 | 502 | 503 | 504)
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} answered {}", self.request, self.status)?;
        if let Some(message) = &self.message {
            write!(f, ": {message}")?;
        }
        let code = self.code.as_ref().map(|code| format!("code {code}"));
        let id = self.request_id.as_ref().map(|id| format!("request id {id}"));
        let wait = self.retry_after.map(|wait| format!("try again in {} s", wait.as_secs()));
        let facts: Vec<String> = [code, id, wait].into_iter().flatten().collect();
        if facts.is_empty() { Ok(()) } else { write!(f, " [{}]", facts.join(", ")) }
    }
}

impl StdError for ServiceError {}

/// The questions that a program asks of an error, the same for every vendor. The vendor's error brings
/// `kind() -> ErrorKind` and `service_error() -> Option<&ServiceError>`.
#[doc(hidden)]
#[macro_export]
macro_rules! error_predicates {
    ($error:ty) => {
        impl $error {
            /// The HTTP status, when there was an answer.
            pub fn status(&self) -> Option<::http::StatusCode> {
                self.service_error().map(|service| service.status)
            }

            /// The service's name for the request, to quote when asking for help.
            pub fn request_id(&self) -> Option<&str> {
                self.service_error()?.request_id.as_deref()
            }

            /// Whether credentials or a token were missing, malformed, expired or refused.
            pub fn is_auth(&self) -> bool {
                self.kind().is_auth() || self.status() == Some(::http::StatusCode::UNAUTHORIZED)
            }

            /// Whether the credentials are good and may not do this.
            pub fn is_forbidden(&self) -> bool {
                self.status() == Some(::http::StatusCode::FORBIDDEN) && !self.kind().is_auth()
            }

            /// Whether the thing that was asked for does not exist.
            pub fn is_not_found(&self) -> bool {
                self.status() == Some(::http::StatusCode::NOT_FOUND) && !self.kind().is_auth()
            }

            /// Whether a request that changes something may or may not have been carried out.
            pub fn is_outcome_unknown(&self) -> bool {
                self.kind() == $crate::ErrorKind::OutcomeUnknown
            }

            /// Whether the same call may succeed later without any change. False when the outcome of a change is
            /// unknown: look first, then decide.
            pub fn is_retryable(&self) -> bool {
                match self.kind() {
                    $crate::ErrorKind::Service => {
                        self.service_error().is_some_and($crate::ServiceError::is_retryable)
                    }
                    kind => kind.is_passing(),
                }
            }
        }
    };
}

error_predicates!(Error);

/// At most `limit` characters of `text`, with `...` where it was cut.
pub fn shorten(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_of_the_answer_survive_wrapping() {
        let mut service =
            ServiceError::new(StatusCode::BAD_GATEWAY, "POST api.example/v1/x").with_message(" busy ");
        service.request_id = Some("r-1".to_owned());
        let inner = Error::service(ErrorKind::Service, service);
        assert!(inner.is_retryable());
        let outer = Error::new(ErrorKind::OutcomeUnknown, "it may or may not have been carried out")
            .with_source(inner);
        assert_eq!(outer.status(), Some(StatusCode::BAD_GATEWAY));
        assert_eq!(outer.request_id(), Some("r-1"));
        assert!(outer.is_outcome_unknown() && !outer.is_retryable());
        assert_eq!(
            outer.to_string(),
            "it may or may not have been carried out: POST api.example/v1/x answered 502 Bad Gateway: busy \
             [request id r-1]"
        );
    }

    #[test]
    fn shared_errors_can_be_changed_apart() {
        let one = Error::new(ErrorKind::Timeout, "no answer");
        let two = one.clone().context("token");
        assert_eq!((one.to_string(), two.to_string()), ("no answer".into(), "token: no answer".into()));
    }

    #[test]
    fn long_messages_are_cut_at_a_character() {
        assert_eq!(shorten("åäö", 2), "åä...");
        assert_eq!(shorten("åäö", 3), "åäö");
    }
}
