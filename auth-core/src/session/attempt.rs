//! One attempt: send, follow redirects, judge.

use std::borrow::Cow;
use std::time::Duration;

use http::header::{LOCATION, USER_AGENT};
use http::{HeaderMap, StatusCode};
use url::Url;

use super::Inner;
use crate::authorization::Authorization;
use crate::body::{Body, ByteStream};
use crate::cache::Held;
use crate::error::{Error, ErrorKind, Result, ServiceError};
use crate::origin::host_and_port;
use crate::parts::Parts;
use crate::protocol::{Protocol, Redirects, ReplyHead, Verdict};
use crate::redirect::{self, Redirect};
use crate::response::{Content, Response, beginning, collect};
use crate::secret::{SecretString, expose};
use crate::transport::{Failure, Limit, Outgoing};

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

/// A reply of which the head is there.
struct Reply {
    head: ReplyHead,
    body: ByteStream,
    limit: Limit,
    /// Whether it comes from the service, and not from where a redirect or a URL of the service led.
    is_ours: bool,
}

impl<P: Protocol> Inner<P> {
    pub(super) async fn attempt(
        &self,
        parts: &Parts,
        held: Option<&Held>,
        whole: bool,
        span: &tracing::Span,
    ) -> Outcome<P::Error> {
        let limit = Limit::of(parts.call_timeout.unwrap_or_else(|| self.http.call_timeout()));
        let reply = match self.follow(parts, held, limit).await {
            Ok(reply) => reply,
            Err(failure) => return self.failed(parts, failure, None),
        };
        let Reply { head, body, limit, is_ours } = reply;
        span.record("status", head.status.as_u16());
        if is_ours {
            self.take_notice(&head, held);
        }
        if head.status.is_success()
            && let Verdict::Accept = self.protocol.judge(&head, None)
        {
            if !whole {
                let body = self.http.while_flowing(body);
                return Outcome::Answer(Response::new(head, Content::Stream(body)));
            }
            let read = limit.keep(collect(body)).await;
            return match read.unwrap_or_else(|| Err(limit.exceeded("whole reply"))) {
                Ok(bytes) => Outcome::Answer(Response::new(head, Content::Whole(bytes))),
                Err(error) => self.failed(parts, Failure { error, unsent: false }, Some(&head)),
            };
        }
        let body = beginning(body, ERROR_BODY, limit).await;
        self.judged(parts, head, &without_secrets(&body, held, &parts.hidden), is_ours)
    }

    /// What the service tells beside the answer. Only it can hand out a token: nobody else to whom we were sent.
    fn take_notice(&self, head: &ReplyHead, held: Option<&Held>) {
        self.protocol.notice(head);
        let renewed = match held {
            Some(held) => self.protocol.renewed_from(head, held.token()),
            None => self.protocol.renewed(head),
        };
        if let (Some(cache), Some(token)) = (&self.credential, renewed) {
            cache.adopt(token);
        }
    }

    /// The request with all that the service gets, to where it belongs or to where the service sent it.
    fn outgoing(
        &self,
        parts: &Parts,
        held: Option<&Held>,
        redirect: Option<&Redirect>,
        limit: Limit,
    ) -> Result<Outgoing> {
        let mut url = redirect.map_or_else(|| parts.url(), |redirect| redirect.url.clone());
        let mut headers = HeaderMap::with_capacity(self.headers.len() + parts.headers.len() + 4);
        // The session's headers are for its own service: others learn only who asks.
        let ours = self.headers.iter().filter(|(name, _)| parts.is_at_home() || *name == USER_AGENT);
        for (name, value) in ours.chain(&parts.headers) {
            headers.insert(name.clone(), value.clone());
        }
        if let Some(held) = held {
            match held.authorization(|token| self.protocol.authorize(token))? {
                Authorization::None => {}
                Authorization::Header(name, value) => {
                    headers.insert(name, value.clone());
                }
                Authorization::Query(name, value) => {
                    // The service may have put it into the location itself.
                    if redirect.is_none() || !url.query_pairs().any(|(known, _)| known == *name) {
                        url.query_pairs_mut().append_pair(name, expose(value));
                    }
                }
            }
        }
        Ok(Outgoing { method: parts.method.clone(), url, headers, body: parts.body.clone(), limit })
    }

    /// Sends, and goes on where a redirect leads that may be followed.
    async fn follow(&self, parts: &Parts, held: Option<&Held>, limit: Limit) -> Result<Reply, Failure> {
        let never = |error| Failure { error, unsent: true };
        let mut redirect: Option<Redirect> = None;
        // Who has once left the origin comes back as a stranger.
        let mut strayed = false;
        for _ in 0..=redirect::MOST {
            let outgoing = match &redirect {
                Some(Redirect { url, .. }) if strayed => bare(parts, url.clone(), limit),
                redirect => self.outgoing(parts, held, redirect.as_ref(), limit).map_err(never)?,
            };
            let incoming = self.http.send(outgoing).await?;
            let received_at = self.clock.now().wall;
            let head = ReplyHead::new(incoming.status, incoming.headers, parts.name(), received_at);
            let is_ours = !strayed && parts.is_at_home();
            let next = self.next(parts, &head, redirect.as_ref(), is_ours).map_err(|error| Failure {
                error: error.with_service(head.service_error()),
                unsent: false,
            })?;
            let Some(next) = next else {
                return Ok(Reply { head, body: incoming.body, limit: incoming.limit, is_ours });
            };
            strayed |= !next.same_origin;
            redirect = Some(next);
        }
        let error = Error::new(ErrorKind::Redirect, format!("{} was redirected too often", parts.name()));
        Err(Failure { error, unsent: false })
    }

    /// Where a reply leads, if anywhere.
    fn next(
        &self,
        parts: &Parts,
        head: &ReplyHead,
        last: Option<&Redirect>,
        is_ours: bool,
    ) -> Result<Option<Redirect>> {
        if !head.status.is_redirection() || self.protocol.redirects() == Redirects::Nowhere {
            return Ok(None);
        }
        let from = last.map_or_else(|| parts.url(), |redirect| redirect.url.clone());
        let location =
            head.headers.get(LOCATION).and_then(|location| std::str::from_utf8(location.as_bytes()).ok());
        let Some(next) = redirect::decide(head.status, location, &parts.method, &from, &head.request) else {
            return Ok(None);
        };
        // Some services reject a token by sending the caller to a login page.
        if is_ours && matches!(self.protocol.judge(head, None), Verdict::Rejected(_)) {
            return Ok(None);
        }
        let next = next?;
        if !next.same_origin && self.protocol.redirects() == Redirects::SameOrigin {
            return Err(leaves_the_origin(head, &next.url));
        }
        if next.same_origin && !parts.body.is_replayable() {
            return Err(too_late_to_redirect(head));
        }
        Ok(Some(next))
    }

    /// `head` is there when the failure came after it.
    fn failed(&self, parts: &Parts, failure: Failure, head: Option<&ReplyHead>) -> Outcome<P::Error> {
        let Failure { error, unsent } = failure;
        let passes = matches!(error.kind(), ErrorKind::Transport | ErrorKind::Timeout);
        if passes && !unsent && !parts.idempotent {
            return Outcome::Fail(unknown(parts, error, head.map(ReplyHead::service_error)).into());
        }
        let error = match error.kind() {
            ErrorKind::Redirect => error, // it names the request itself
            _ => error.context(parts.name()),
        };
        if passes {
            Outcome::Again(Again { error: error.into(), wait: None, spend: !unsent })
        } else {
            Outcome::Fail(error.into())
        }
    }

    fn judged(&self, parts: &Parts, head: ReplyHead, body: &[u8], is_ours: bool) -> Outcome<P::Error> {
        match self.protocol.judge(&head, Some(body)) {
            // A vendor may accept other statuses than 2xx.
            Verdict::Accept => {
                Outcome::Answer(Response::new(head, Content::Whole(bytes::Bytes::copy_from_slice(body))))
            }
            Verdict::Rejected(error) if parts.authorized && is_ours => Outcome::Rejected(error),
            Verdict::Rejected(error) | Verdict::Fail(error) => Outcome::Fail(error),
            Verdict::Retry(error) if parts.idempotent => {
                Outcome::Again(Again { error, wait: self.protocol.asked_wait(&head), spend: true })
            }
            Verdict::Retry(error) if is_fate_unknown(head.status) => {
                Outcome::Fail(unknown(parts, error, Some(head.service_error())).into())
            }
            Verdict::Retry(error) => Outcome::Fail(error),
        }
    }
}

/// The body of an error without our token and without what the request hides: some services quote what they were
/// sent, and errors are shown.
fn without_secrets<'a>(body: &'a [u8], held: Option<&Held>, hidden: &[SecretString]) -> Cow<'a, [u8]> {
    // What is very short is no token that anybody uses, and would be found everywhere.
    let token = held.map(|held| expose(&held.token().access_token)).filter(|token| token.len() >= 8);
    let hidden = hidden.iter().map(expose).filter(|secret| !secret.is_empty());
    token.into_iter().chain(hidden).fold(Cow::Borrowed(body), |body, secret| {
        // In JSON a secret with quotes or line breaks is quoted in another form.
        let quoted = serde_json::to_string(secret).unwrap_or_default();
        let quoted = quoted.get(1..quoted.len() - 1).unwrap_or(secret);
        [secret, quoted].into_iter().fold(body, without)
    })
}

fn without<'a>(body: Cow<'a, [u8]>, secret: &str) -> Cow<'a, [u8]> {
    if secret.len() > body.len() || !body.windows(secret.len()).any(|part| part == secret.as_bytes()) {
        return body;
    }
    Cow::Owned(String::from_utf8_lossy(&body).replace(secret, "[REDACTED]").into_bytes())
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

/// The request as others get it: a question, and nothing of ours.
fn bare(parts: &Parts, url: Url, limit: Limit) -> Outgoing {
    let headers = redirect::headers_for_others(&parts.headers);
    Outgoing { method: parts.method.clone(), url, headers, body: Body::empty(), limit }
}

fn leaves_the_origin(head: &ReplyHead, to: &Url) -> Error {
    let what = format!(
        "{} answered {}: a redirect to {} is not followed",
        head.request,
        head.status,
        host_and_port(to)
    );
    Error::new(ErrorKind::Redirect, what).with_help("check the base URL: the service may have moved")
}

fn too_late_to_redirect(head: &ReplyHead) -> Error {
    Error::new(
        ErrorKind::Redirect,
        format!("{} was redirected, and its body can be sent only once", head.request),
    )
}
