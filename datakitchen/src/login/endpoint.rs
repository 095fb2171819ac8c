//! What the platform means by its replies to a login or a validation.

use std::time::Duration;

use auth_core::protocol::Redirects;
use auth_core::secret::expose;
use auth_core::{Authorization, Error, ErrorKind, ReplyHead, Result, SecretString, Token, Verdict};
use http::StatusCode;

use crate::protocol::may_pass;
use crate::reply::{Words, asked_wait, facts};

/// The endpoints that give tokens. No redirect is followed: it would carry the password along.
#[derive(Clone, Debug, Default)]
pub(crate) struct LoginEndpoint {
    /// What no error may repeat, whatever the platform wrote.
    password: Option<SecretString>,
}

impl LoginEndpoint {
    pub(crate) fn new(password: Option<&SecretString>) -> Self {
        Self { password: password.cloned() }
    }

    fn words(&self, body: &[u8]) -> Words {
        let words = Words::of(body);
        match &self.password {
            Some(password) => words.without(expose(password)),
            None => words,
        }
    }
}

impl auth_core::Protocol for LoginEndpoint {
    type Error = Error;

    fn authorize(&self, _token: &Token) -> Result<Authorization> {
        Ok(Authorization::None)
    }

    fn judge(&self, head: &ReplyHead, error_body: Option<&[u8]>) -> Verdict<Error> {
        if head.status.is_success() {
            return Verdict::Accept;
        }
        if head.status.is_redirection() {
            return Verdict::Fail(redirected(head));
        }
        let words = self.words(error_body.unwrap_or_default());
        let service = words.describe(facts(head));
        let unavailable = |service| Error::service(ErrorKind::TokenUnavailable, service);
        match head.status {
            // Logins are limited too, and then the status is 401 all the same.
            StatusCode::UNAUTHORIZED if words.ask_to_come_back() => Verdict::Retry(unavailable(service)),
            // With the headers alone it is not sure: then the password is not sent again.
            StatusCode::UNAUTHORIZED if service.retry_after.is_some() && !words.refuse_credentials() => {
                Verdict::Fail(unavailable(service))
            }
            status if may_pass(status) => Verdict::Retry(unavailable(service)),
            status if status.is_server_error() => Verdict::Fail(unavailable(service)),
            _ => Verdict::Fail(Error::service(ErrorKind::TokenRefused, service)),
        }
    }

    fn redirects(&self) -> Redirects {
        Redirects::Nowhere
    }

    fn asked_wait(&self, head: &ReplyHead) -> Option<Duration> {
        asked_wait(head)
    }
}

fn redirected(head: &ReplyHead) -> Error {
    let what = format!("{} answered {}: a redirect of it is not followed", head.request, head.status);
    Error::new(ErrorKind::Redirect, what)
        .with_help("check the base URL: the service may have moved, or a login page may be in the way")
}

#[cfg(test)]
mod tests {
    use super::*;
    use auth_core::{Protocol as _, Timestamp};
    use http::HeaderMap;

    fn judge(status: u16, limit: Option<&str>, body: &str) -> (bool, ErrorKind) {
        let mut headers = HeaderMap::new();
        if let Some(limit) = limit {
            headers.insert("x-ratelimit-reset", limit.parse().unwrap());
        }
        let status = StatusCode::from_u16(status).unwrap();
        let head = ReplyHead::new(status, headers, "POST h/v2/login", Timestamp::UNIX_EPOCH);
        match LoginEndpoint::default().judge(&head, Some(body.as_bytes())) {
            Verdict::Retry(error) => (true, error.kind()),
            Verdict::Fail(error) => (false, error.kind()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_refusal_is_told_from_a_limit_and_an_outage() {
        use ErrorKind::{Redirect, TokenRefused, TokenUnavailable};
        let wrong = r#"{"message":{"error":"Invalid credentials"}}"#;
        let later = r#"{"message":{"error":"Too many logins, please try again in a bit"}}"#;
        assert_eq!(judge(401, None, wrong), (false, TokenRefused));
        assert_eq!(judge(401, None, later), (true, TokenUnavailable));
        assert_eq!(judge(401, Some("9"), wrong), (false, TokenRefused));
        assert_eq!(judge(401, Some("9"), ""), (false, TokenUnavailable));
        assert_eq!(judge(403, None, ""), (false, TokenRefused));
        assert_eq!(judge(429, Some("9"), ""), (true, TokenUnavailable));
        assert_eq!(judge(503, None, "<html>"), (true, TokenUnavailable));
        assert_eq!(judge(500, None, "<html>"), (false, TokenUnavailable));
        assert_eq!(judge(307, None, ""), (false, Redirect));
    }
}
