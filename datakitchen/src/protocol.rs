//! What the platform expects of a request and means by a reply (contract sections 2, 2.4 and 5.3).

use std::time::Duration;

use auth_core::protocol::Redirects;
use auth_core::{Authorization, ReplyHead, Result, Token, Verdict};
use http::StatusCode;
use http::header::AUTHORIZATION;
use serde_json::Value;

use crate::error::Error;
use crate::reply::{Words, asked_wait};
use crate::session_token::{newer, token_in};

/// The type of a token that is an API token pair, already in the form in which it is sent.
pub(crate) const BASIC: &str = "Basic";
/// The header in which the platform hands out a newer session token with any reply.
const REFRESHED: &str = "refreshed_token";

/// The platform's way with requests and replies.
#[derive(Clone, Copy, Debug, Default)]
pub struct Protocol;

impl auth_core::Protocol for Protocol {
    type Error = Error;

    fn authorize(&self, token: &Token) -> Result<Authorization> {
        match token.token_type.as_deref() {
            Some(BASIC) => Authorization::header(AUTHORIZATION, &token.access_token),
            _ => Authorization::bearer(&token.access_token),
        }
    }

    fn judge(&self, head: &ReplyHead, error_body: Option<&[u8]>) -> Verdict<Error> {
        if head.status.is_success() {
            return Verdict::Accept;
        }
        let answer = Words::of(error_body.unwrap_or_default()).answer(head);
        match head.status {
            StatusCode::UNAUTHORIZED => Verdict::Rejected(Error::Platform(answer)),
            StatusCode::FORBIDDEN => Verdict::Fail(Error::NoAccess(answer)),
            StatusCode::BAD_REQUEST => Verdict::Fail(Error::Invalid(answer)),
            StatusCode::CONFLICT | StatusCode::PRECONDITION_FAILED => Verdict::Fail(Error::Conflict(answer)),
            StatusCode::EXPECTATION_FAILED => Verdict::Fail(Error::OrderRefused(answer)),
            StatusCode::TOO_MANY_REQUESTS => Verdict::Retry(Error::RateLimited(answer)),
            status if may_pass(status) => Verdict::Retry(Error::Platform(answer)),
            _ => Verdict::Fail(Error::Platform(answer)),
        }
    }

    /// A reply whose member `error` says something is an error, whatever its status.
    fn open(&self, head: &ReplyHead, body: Value) -> Result<Value, Error> {
        match body.get("error") {
            None | Some(Value::Null | Value::Bool(false)) => Ok(body),
            Some(_) => Err(Error::Platform(Words::of_json(&body).answer(head))),
        }
    }

    /// The platform never sends anybody elsewhere: who does is a login page or worse.
    fn redirects(&self) -> Redirects {
        Redirects::SameOrigin
    }

    fn renewed_from(&self, head: &ReplyHead, sent: &Token) -> Option<Token> {
        newer(sent, token_in(head.header(REFRESHED)?).ok()?)
    }

    fn asked_wait(&self, head: &ReplyHead) -> Option<Duration> {
        asked_wait(head)
    }
}

/// Whether the same request may succeed later. A 500 is not among them.
pub(crate) fn may_pass(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 429 | 502 | 503 | 504)
}

#[cfg(test)]
mod tests {
    use super::*;
    use auth_core::{Protocol as _, Timestamp};
    use http::HeaderMap;
    use serde_json::json;

    fn head(status: u16) -> ReplyHead {
        let status = StatusCode::from_u16(status).unwrap();
        ReplyHead::new(status, HeaderMap::new(), "GET h/v2/x", Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn every_status_has_its_meaning() {
        let verdict = |status: u16| match Protocol.judge(&head(status), Some(b"{}")) {
            Verdict::Accept => "accept",
            Verdict::Rejected(_) => "rejected",
            Verdict::Retry(_) => "retry",
            Verdict::Fail(Error::NoAccess(_)) => "no access",
            Verdict::Fail(Error::OrderRefused(_)) => "order refused",
            Verdict::Fail(_) => "fail",
        };
        for (statuses, expected) in [
            (&[200, 201, 204][..], "accept"),
            (&[401], "rejected"),
            (&[403], "no access"),
            (&[417], "order refused"),
            (&[408, 429, 502, 503, 504], "retry"),
            (&[302, 400, 404, 412, 500, 501], "fail"),
        ] {
            for status in statuses {
                assert_eq!(verdict(*status), expected, "{status}");
            }
        }
    }

    #[test]
    fn a_200_that_holds_an_error_is_one() {
        let open = |body: Value| Protocol.open(&head(200), body).map_err(|error| error.to_string());
        for good in [json!({"kitchens": []}), json!({"error": null}), json!({"error": false}), json!([1])] {
            assert_eq!(open(good.clone()), Ok(good));
        }
        assert_eq!(
            open(json!({"error": {"message": "no", "detail": "such thing"}})),
            Err("GET h/v2/x answered 200 OK: no: such thing".to_owned())
        );
    }
}
