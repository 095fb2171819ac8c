//! What the events API expects of a request and means by a reply.

use auth_core::protocol::Redirects;
use auth_core::{Authorization, ReplyHead, Result, Token, Verdict};
use http::{HeaderName, StatusCode};

use crate::error::Error;
use crate::reply::Words;

/// The header of the key.
const KEY: HeaderName = HeaderName::from_static("serviceaccountauthenticationkey");

/// The events API's way with requests and replies.
#[derive(Clone, Copy, Debug, Default)]
pub struct EventsProtocol;

impl auth_core::Protocol for EventsProtocol {
    type Error = Error;

    fn authorize(&self, token: &Token) -> Result<Authorization> {
        Authorization::header(KEY, &token.access_token)
    }

    fn judge(&self, head: &ReplyHead, error_body: Option<&[u8]>) -> Verdict<Error> {
        if head.status.is_success() {
            return Verdict::Accept;
        }
        let body = error_body.unwrap_or_default();
        let mut answer = Words::of(body).answer(head);
        answer.service.request_id = answer.service.request_id.take().or_else(|| error_id(body));
        match head.status {
            StatusCode::UNAUTHORIZED => Verdict::Rejected(Error::Platform(answer)),
            StatusCode::FORBIDDEN => Verdict::Fail(Error::NoAccess(answer)),
            StatusCode::BAD_REQUEST => Verdict::Fail(Error::Invalid(answer)),
            StatusCode::TOO_MANY_REQUESTS => Verdict::Retry(Error::RateLimited(answer)),
            status if crate::protocol::may_pass(status) => Verdict::Retry(Error::Platform(answer)),
            _ => Verdict::Fail(Error::Platform(answer)),
        }
    }

    /// The vendor's client follows redirects with its key (trap T22). This API never sends anybody elsewhere.
    fn redirects(&self) -> Redirects {
        Redirects::SameOrigin
    }
}

/// The API's own name for an error.
fn error_id(body: &[u8]) -> Option<String> {
    let body: serde_json::Value = serde_json::from_slice(body).ok()?;
    Some(auth_core::error::shorten(body.get("error_id")?.as_str()?, 80))
}
