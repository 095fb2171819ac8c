//! What the platform expects of a request and means by a reply (contract sections 2.5, 5.2 and 5.3).

use auth_core::protocol::Redirects;
use auth_core::{Authorization, ErrorKind, ReplyHead, Result, Token, Verdict};
use http::StatusCode;
use http::header::{LOCATION, RETRY_AFTER};
use serde_json::Value;
use url::Url;

use crate::error::Error;
use crate::fault::Fault;

/// The platform's way with requests and replies.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Protocol;

impl auth_core::Protocol for Protocol {
    type Error = Error;

    fn authorize(&self, token: &Token) -> Result<Authorization> {
        Authorization::bearer(&token.access_token)
    }

    fn redirects(&self) -> Redirects {
        Redirects::Nowhere
    }

    fn judge(&self, head: &ReplyHead, error_body: Option<&[u8]>) -> Verdict<Error> {
        let error = || {
            let body = error_body.unwrap_or_default();
            // A store quotes the signed request in its errors; nobody but the store needs to see that.
            let is_signed = head.request.ends_with("(signed URL)");
            let Fault { message, code } = if is_signed { Fault::of_store(body) } else { Fault::read(body) };
            let mut service = head.service_error().with_message(message.unwrap_or_default());
            service.code = code.map(|code| auth_core::error::shorten(&code, 80));
            Error::Platform(service)
        };
        match head.status {
            status if status.is_success() => Verdict::Accept,
            status if status.is_redirection() => Verdict::Fail(redirected(head).into()),
            StatusCode::UNAUTHORIZED => Verdict::Rejected(error()),
            _ if asks_to_wait(head) => Verdict::Retry(error()),
            // Without a word on how long to wait, a repetition makes it worse.
            StatusCode::TOO_MANY_REQUESTS => Verdict::Fail(error()),
            _ if head.service_error().is_retryable() => Verdict::Retry(error()),
            _ => Verdict::Fail(error()),
        }
    }

    /// A document stays as it is. Its warnings are told.
    fn open(&self, head: &ReplyHead, body: Value) -> Result<Value, Error> {
        let warnings = body.get("meta").and_then(|meta| meta.get("warnings")).and_then(Value::as_array);
        for warning in warnings.into_iter().flatten() {
            let text = |name: &str| warning.get(name).and_then(Value::as_str).unwrap_or_default();
            let (warning, category) = (auth_core::error::shorten(text("message"), 500), text("category"));
            tracing::warn!(request = head.request, category, warning, "the platform warns");
        }
        Ok(body)
    }
}

/// Whether the service names a time after which the same request may succeed, with a status that allows it.
pub(crate) fn asks_to_wait(head: &ReplyHead) -> bool {
    matches!(head.status.as_u16(), 403 | 413 | 429 | 503) && head.headers.contains_key(RETRY_AFTER)
}

/// The error of a redirect. None is followed: it would carry a credential to a place that nobody chose.
pub(crate) fn redirected(head: &ReplyHead) -> auth_core::Error {
    let location = head.headers.get(LOCATION).and_then(|location| location.to_str().ok());
    // A relative one stays on the host.
    let to = location.and_then(|location| Url::parse(location).ok());
    let to = to.as_ref().and_then(Url::host_str).unwrap_or("another path");
    let what = format!("{} answered {}: a redirect to {to} is not followed", head.request, head.status);
    auth_core::Error::new(ErrorKind::Redirect, what)
        .with_service(head.service_error())
        .with_help("check the base URL: a login page or a new address is in the way")
}

#[cfg(test)]
mod tests {
    use super::*;
    use auth_core::{Protocol as _, Timestamp};
    use http::{HeaderMap, HeaderValue};

    fn judge(status: u16, retry_after: bool) -> Verdict<Error> {
        let mut headers = HeaderMap::new();
        if retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        let status = StatusCode::from_u16(status).unwrap();
        Protocol.judge(&ReplyHead::new(status, headers, "GET h/x", Timestamp::UNIX_EPOCH), Some(b""))
    }

    #[test]
    fn statuses_mean_what_the_contract_says() {
        for (status, retry_after, expected) in [
            (200, false, "accept"),
            (204, false, "accept"),
            (302, false, "fail"),
            (401, true, "rejected"),
            (403, false, "fail"),
            (403, true, "retry"),
            (404, false, "fail"),
            (412, false, "fail"),
            (413, true, "retry"),
            (418, false, "fail"),
            (429, false, "fail"),
            (429, true, "retry"),
            (500, false, "retry"),
            (501, false, "fail"),
            (503, true, "retry"),
            (504, false, "retry"),
        ] {
            let found = match judge(status, retry_after) {
                Verdict::Accept => "accept",
                Verdict::Rejected(_) => "rejected",
                Verdict::Retry(_) => "retry",
                Verdict::Fail(_) => "fail",
            };
            assert_eq!(found, expected, "{status} {retry_after}");
        }
    }

    #[test]
    fn a_redirect_names_the_host_and_nothing_else_of_the_target() {
        let headers = HeaderMap::from_iter([(
            LOCATION,
            HeaderValue::from_static("https://u:canary@evil.example/x?canary"),
        )]);
        let head = ReplyHead::new(StatusCode::FOUND, headers, "GET h/x", Timestamp::UNIX_EPOCH);
        let text = redirected(&head).to_string();
        assert!(text.contains("evil.example") && !text.contains("canary"), "{text}");
    }
}
