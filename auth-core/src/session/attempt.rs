//! One attempt: send, follow redirects, judge.

use std::time::Duration;

use http::header::LOCATION;
use http::{HeaderMap, StatusCode};
use tokio::time::timeout;

use super::Inner;
use crate::authorization::Authorization;
use crate::body::{Body, ByteStream};
use crate::cache::Held;
use crate::error::{Error, ErrorKind, Result, ServiceError};
use crate::protocol::{Protocol, ReplyHead, Verdict};
use crate::redirect;
use crate::request::Parts;
use crate::response::{Content, Response, beginning, collect};
use crate::secret::expose;
use crate::transport::{Failure, Outgoing};

/// How much of an error body is read.
const ERROR_BODY: usize = 64 * 1024;

/// What came of an attempt.
pub(super) enum Outcome<E> {
    /// The answer.
    Answer(Response),
    /// The token was not accepted.
    Rejected(E),
    /// It may be tried again. If it is not, this is the error.
    Again(Again<E>),
    /// The answer is this error.
    Fail(E),
}

pub(super) struct Again<E> {
    pub(super) error: E,
    /// How long the service asks to wait.
    pub(super) wait: Option<Duration>,
    /// Whether the body was read, so that it must be opened anew.
    pub(super) spend: bool,
}

impl<P: Protocol> Inner<P> {
    pub(super) async fn attempt(&self, parts: &Parts, held: Option<&Held>, whole: bool) -> Outcome<P::Error> {
        let outgoing = match self.outgoing(parts, held) {
            Ok(outgoing) => outgoing,
            Err(error) => return Outcome::Fail(error.into()),
        };
        let limit = outgoing.call_timeout.unwrap_or_else(|| self.http.call_timeout());
        let (head, body) = match self.follow(parts, outgoing).await {
            Ok(reply) => reply,
            Err(failure) => return self.failed(parts, failure),
        };
        self.protocol.notice(&head);
        if let (Some(cache), Some(token)) = (&self.credential, self.protocol.renewed(&head)) {
            cache.adopt(token);
        }
        if head.status.is_success()
            && let Verdict::Accept = self.protocol.judge(&head, None)
        {
            if !whole {
                return Outcome::Answer(Response::new(head, Content::Stream(body)));
            }
            let read = timeout(limit, collect(body)).await.unwrap_or_else(|_| {
                Err(Error::new(
                    ErrorKind::Timeout,
                    format!("no whole reply within {} s", limit.as_secs_f32()),
                ))
            });
            return match read {
                Ok(bytes) => Outcome::Answer(Response::new(head, Content::Whole(bytes))),
                Err(error) => self.failed(parts, Failure { error, unsent: false }),
            };
        }
        let body = timeout(limit, beginning(body, ERROR_BODY)).await.unwrap_or_default();
        self.judged(parts, head, &body)
    }

    fn outgoing(&self, parts: &Parts, held: Option<&Held>) -> Result<Outgoing> {
        let mut url = parts.url();
        let mut headers = self.headers.clone();
        headers.extend(parts.headers.iter().map(|(name, value)| (name.clone(), value.clone())));
        if let Some(held) = held {
            match held.authorization(|token| self.protocol.authorize(token))? {
                Authorization::None => {}
                Authorization::Header(name, value) => {
                    headers.insert(name, value.clone());
                }
                Authorization::Query(name, value) => {
                    url.query_pairs_mut().append_pair(name, expose(value));
                }
            }
        }
        let body = parts.body.clone();
        Ok(Outgoing { method: parts.method.clone(), url, headers, body, call_timeout: parts.call_timeout })
    }

    /// Sends, and goes on where a redirect leads that may be followed.
    async fn follow(&self, parts: &Parts, first: Outgoing) -> Result<(ReplyHead, ByteStream), Failure> {
        let mut outgoing = first;
        for _ in 0..=redirect::MOST {
            let from = outgoing.url.clone();
            let (headers, call_timeout) = (outgoing.headers.clone(), outgoing.call_timeout);
            let incoming = self.http.send(outgoing).await?;
            let received_at = self.clock.now().wall;
            let head = ReplyHead::new(incoming.status, incoming.headers, parts.name(), received_at);
            let location = head.headers.get(LOCATION).and_then(|location| location.to_str().ok());
            let next = redirect::decide(head.status, location, &parts.method, &from, &head.request);
            // Some services reject a token by sending the caller to a login page.
            let rejected = next.is_some() && matches!(self.protocol.judge(&head, None), Verdict::Rejected(_));
            let Some(next) = next.filter(|_| !rejected) else { return Ok((head, incoming.body)) };
            let next = next.map_err(|error| Failure { error, unsent: false })?;
            if next.same_origin && !parts.body.is_replayable() {
                return Err(Failure { error: too_late_to_redirect(&head), unsent: false });
            }
            outgoing = Outgoing {
                method: parts.method.clone(),
                url: next.url,
                headers: if next.same_origin { headers } else { HeaderMap::new() },
                body: if next.same_origin { parts.body.clone() } else { Body::empty() },
                call_timeout,
            };
        }
        let error = Error::new(ErrorKind::Redirect, format!("{} was redirected too often", parts.name()));
        Err(Failure { error, unsent: false })
    }

    fn failed(&self, parts: &Parts, Failure { error, unsent }: Failure) -> Outcome<P::Error> {
        let passes = matches!(error.kind(), ErrorKind::Transport | ErrorKind::Timeout);
        let error = error.context(parts.name());
        match (passes, unsent || parts.idempotent) {
            (false, _) => Outcome::Fail(error.into()),
            (true, true) => Outcome::Again(Again { error: error.into(), wait: None, spend: !unsent }),
            (true, false) => Outcome::Fail(unknown(parts, error, None).into()),
        }
    }

    fn judged(&self, parts: &Parts, head: ReplyHead, body: &[u8]) -> Outcome<P::Error> {
        match self.protocol.judge(&head, Some(body)) {
            // A vendor may accept other statuses than 2xx.
            Verdict::Accept => {
                Outcome::Answer(Response::new(head, Content::Whole(bytes::Bytes::copy_from_slice(body))))
            }
            Verdict::Rejected(error) if parts.authorized => Outcome::Rejected(error),
            Verdict::Rejected(error) | Verdict::Fail(error) => Outcome::Fail(error),
            Verdict::Retry(error) if parts.idempotent => {
                Outcome::Again(Again { error, wait: head.retry_after(), spend: true })
            }
            Verdict::Retry(error) if is_fate_unknown(head.status) => {
                Outcome::Fail(unknown(parts, error, Some(head.service_error())).into())
            }
            Verdict::Retry(error) => Outcome::Fail(error),
        }
    }
}

/// Whether somebody on the way gave up waiting for the service, which may have done its work all the same.
fn is_fate_unknown(status: StatusCode) -> bool {
    matches!(status, StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT | StatusCode::REQUEST_TIMEOUT)
}

fn unknown<E>(parts: &Parts, cause: E, service: Option<ServiceError>) -> Error
where
    E: std::error::Error + Send + Sync + 'static,
{
    let what = format!("{} was sent, and whether it was carried out is unknown", parts.name());
    let error = Error::new(ErrorKind::OutcomeUnknown, what)
        .with_source(cause)
        .with_help("it was not repeated; look at the service before you do");
    match service {
        Some(service) => error.with_service(service),
        None => error,
    }
}

fn too_late_to_redirect(head: &ReplyHead) -> Error {
    Error::new(
        ErrorKind::Redirect,
        format!("{} was redirected, and its body can be sent only once", head.request),
    )
}
