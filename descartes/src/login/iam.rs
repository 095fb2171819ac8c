//! What the token endpoint means by its replies (contract sections 2.2, 5.1 and 5.3).

use auth_core::protocol::Redirects;
use auth_core::secret::expose;
use auth_core::{Authorization, Error, ErrorKind, ReplyHead, Result, SecretString, Token, Verdict};
use http::StatusCode;

use crate::fault::Fault;
use crate::protocol::{asks_to_wait, redirected};

/// The token endpoint. It gets no token, and no redirect is followed with the credentials.
pub(crate) struct Iam {
    secret: SecretString,
}

impl Iam {
    /// `secret` is what no error may repeat, though the service does.
    pub(crate) fn new(secret: SecretString) -> Self {
        Self { secret }
    }

    fn error(&self, kind: ErrorKind, head: &ReplyHead, body: &[u8]) -> Error {
        let mut service = head.service_error();
        // The body of a success may be the very token.
        if !head.status.is_success() {
            let fault = Fault::read(body);
            service = service.with_message(self.redact(&fault.message.unwrap_or_default()));
            service.code = fault.code.map(|code| auth_core::error::shorten(&self.redact(&code), 80));
        }
        Error::service(kind, service).context("could not retrieve token")
    }

    /// Without our secret, and without anything that looks like a JWT.
    fn redact(&self, text: &str) -> String {
        let text = text.replace(expose(&self.secret), "[REDACTED]");
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '=' | '+' | '/');
        let mut clean = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some(start) = rest.find("eyJ") {
            let (before, jwt) = rest.split_at(start);
            clean.push_str(before);
            clean.push_str("[REDACTED]");
            rest = jwt.trim_start_matches(is_part);
        }
        clean + rest
    }
}

impl auth_core::Protocol for Iam {
    type Error = Error;

    fn authorize(&self, _token: &Token) -> Result<Authorization> {
        Ok(Authorization::None)
    }

    fn redirects(&self) -> Redirects {
        Redirects::Nowhere
    }

    fn judge(&self, head: &ReplyHead, error_body: Option<&[u8]>) -> Verdict<Error> {
        let error = |kind| self.error(kind, head, error_body.unwrap_or_default());
        match head.status {
            StatusCode::OK => Verdict::Accept,
            status if status.is_redirection() => Verdict::Fail(redirected(head)),
            _ if asks_to_wait(head) => Verdict::Retry(error(ErrorKind::TokenUnavailable)),
            status if status.is_success() => Verdict::Fail(error(ErrorKind::TokenUnavailable)),
            _ if head.service_error().is_retryable() => Verdict::Retry(error(ErrorKind::TokenUnavailable)),
            status if status.is_server_error() => Verdict::Fail(error(ErrorKind::TokenUnavailable)),
            _ => Verdict::Fail(error(ErrorKind::TokenRefused)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use auth_core::{Protocol as _, Timestamp};
    use http::{HeaderMap, HeaderValue};
    use proptest::prelude::*;

    fn judge(status: u16, retry_after: Option<&'static str>, body: &str) -> (bool, ErrorKind, String) {
        let mut headers = HeaderMap::new();
        if let Some(seconds) = retry_after {
            headers.insert("retry-after", HeaderValue::from_static(seconds));
        }
        let status = StatusCode::from_u16(status).unwrap();
        let head = ReplyHead::new(status, headers, "POST h/token", Timestamp::UNIX_EPOCH);
        match Iam::new("canary-secret".into()).judge(&head, Some(body.as_bytes())) {
            Verdict::Fail(error) => (false, error.kind(), error.to_string()),
            Verdict::Retry(error) => (true, error.kind(), error.to_string()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn refusals_outages_and_requests_to_wait_are_told_apart() {
        use ErrorKind::{Redirect, TokenRefused, TokenUnavailable};
        for (status, retry_after, again, kind) in [
            (400, None, false, TokenRefused),
            (401, None, false, TokenRefused),
            (403, None, false, TokenRefused),
            (403, Some("3"), true, TokenUnavailable),
            (413, None, false, TokenRefused),
            (413, Some("3"), true, TokenUnavailable),
            (422, None, false, TokenRefused),
            (429, None, true, TokenUnavailable),
            (500, None, true, TokenUnavailable),
            (501, None, false, TokenUnavailable),
            (503, Some("3"), true, TokenUnavailable),
            (201, None, false, TokenUnavailable),
            (307, None, false, Redirect),
        ] {
            let (retried, found, _) = judge(status, retry_after, "");
            assert_eq!((retried, found), (again, kind), "{status} {retry_after:?}");
        }
    }

    #[test]
    fn nothing_that_the_service_repeats_is_shown() {
        let (.., text) =
            judge(401, None, r#"{"detail":"no client with canary-secret or (eyJhbGciOi.eyJ4.c2ln)"}"#);
        assert_eq!(
            text,
            "could not retrieve token: POST h/token answered 401 Unauthorized: no client with [REDACTED] or ([REDACTED])"
        );
        let (.., text) = judge(201, None, "canary-token");
        assert_eq!(text, "could not retrieve token: POST h/token answered 201 Created");
    }

    proptest! {
        #[test]
        fn a_repeated_secret_is_never_shown(before in "\\PC{0,20}", after in "\\PC{0,20}") {
            let (.., text) = judge(400, None, &format!("{before}canary-secret{after}"));
            prop_assert!(!text.contains("canary-secret"));
        }
    }
}
