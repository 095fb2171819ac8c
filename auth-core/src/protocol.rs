//! What a vendor's service expects of a request, and what it means by a reply.

use std::time::Duration;

use http::{HeaderMap, StatusCode};
use serde_json::Value;

use crate::authorization::Authorization;
use crate::error::{Error, Result, ServiceError};
use crate::retry::retry_after;
use crate::timestamp::Timestamp;
use crate::token::Token;

/// What a vendor's service expects of a request and means by a reply. Pure: no network, no state.
pub trait Protocol: Send + Sync + 'static {
    /// The vendor's error.
    type Error: std::error::Error + From<Error> + Send + Sync + 'static;

    /// How the token travels. Called once per token.
    fn authorize(&self, token: &Token) -> Result<Authorization>;

    /// What a reply means. `error_body` is there, shortened to 64 KiB, when the status is not 2xx.
    fn judge(&self, head: &ReplyHead, error_body: Option<&[u8]>) -> Verdict<Self::Error>;

    /// What is inside the vendor's envelope, or the error that a 2xx reply turns out to be.
    fn open(&self, head: &ReplyHead, body: Value) -> Result<Value, Self::Error> {
        let _ = head;
        Ok(body)
    }

    /// How far redirects are followed. A redirect that is not followed comes to [`Protocol::judge`].
    fn redirects(&self) -> Redirects {
        Redirects::Everywhere
    }

    /// Is shown the head of every reply, for headers that tell something beside the answer.
    fn notice(&self, head: &ReplyHead) {
        let _ = head;
    }

    /// A newer token that the service handed out by itself with this reply.
    fn renewed(&self, head: &ReplyHead) -> Option<Token> {
        let _ = head;
        None
    }

    /// As [`Protocol::renewed`], with the token that the request carried, for a vendor who has to compare the two.
    fn renewed_from(&self, head: &ReplyHead, sent: &Token) -> Option<Token> {
        let _ = sent;
        self.renewed(head)
    }

    /// How long the service asks to wait before the same request: `Retry-After`, unless the vendor has other headers
    /// too.
    fn asked_wait(&self, head: &ReplyHead) -> Option<Duration> {
        head.retry_after()
    }
}

/// How far redirects are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Redirects {
    /// To other origins too, as a bare `GET` with nothing of ours.
    Everywhere,
    /// Within the origin that was asked. One that leaves it is an error.
    SameOrigin,
    /// Never.
    Nowhere,
}

/// What a reply means.
#[derive(Debug)]
pub enum Verdict<E> {
    /// The answer.
    Accept,
    /// The token was not accepted: nothing was done. It is renewed and the request is sent once more.
    Rejected(E),
    /// The service could not do it now; the same request may succeed later.
    Retry(E),
    /// The answer is this error.
    Fail(E),
}

impl<E> Verdict<E> {
    /// The usual meaning of a status: 2xx accepted, 401 rejected, 408, 429, 500, 502, 503 and 504 to be tried again.
    pub fn by_status(head: &ReplyHead, error: impl FnOnce() -> E) -> Self {
        match head.status {
            status if status.is_success() => Self::Accept,
            StatusCode::UNAUTHORIZED => Self::Rejected(error()),
            _ if ServiceError::new(head.status, "").is_retryable() => Self::Retry(error()),
            _ => Self::Fail(error()),
        }
    }
}

/// A reply without its body.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ReplyHead {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// What was asked: method, host and path template.
    pub request: String,
    /// When the reply came, by the wall clock.
    pub received_at: Timestamp,
}

impl ReplyHead {
    /// A reply to `request`.
    pub fn new(
        status: StatusCode,
        headers: HeaderMap,
        request: impl Into<String>,
        received_at: Timestamp,
    ) -> Self {
        Self { status, headers, request: request.into(), received_at }
    }

    /// A header that is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// How long the service asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        retry_after(&self.headers, self.received_at)
    }

    /// The error that this reply is, with its facts: status, request, request id, `Retry-After`. The vendor adds
    /// message and code.
    pub fn service_error(&self) -> ServiceError {
        let mut error = ServiceError::new(self.status, &self.request);
        error.retry_after = self.retry_after();
        error.request_id = REQUEST_ID_HEADERS.iter().find_map(|name| self.header(name)).map(str::to_owned);
        error
    }
}

/// Where services and gateways put their name for a request.
const REQUEST_ID_HEADERS: [&str; 4] = ["x-request-id", "x-amzn-requestid", "x-correlation-id", "request-id"];
