//! The authenticated session: takes requests from a vendor's typed calls through authorisation, retries and
//! redirects to an answer.
//!
//! ```text
//! build -> authorise (anew for every attempt) -> send -> judge -> answer
//!              ^                                           |
//!              +--- rejected: renew, once ----- retry -----+
//! ```

mod attempt;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use tracing::Instrument as _;

use crate::cache::{Held, TokenCache};
use crate::clock::Clock;
use crate::environment::{Environment, Random};
use crate::error::Result;
use crate::origin::{Base, PlainHttp};
use crate::parts::Parts;
use crate::protocol::Protocol;
use crate::response::Response;
use crate::retry::{Budget, RetryPolicy};
use crate::transport::{HttpClient, Transport};
use attempt::{Again, Outcome};

/// A client's way to a service: base URLs, credential, transport and retries. Clones share everything.
pub struct Session<P: Protocol> {
    inner: Arc<Inner<P>>,
}

struct Inner<P> {
    protocol: P,
    /// The first is the usual one. No other origin ever gets the credential.
    bases: Vec<Base>,
    credential: Option<TokenCache>,
    http: HttpClient,
    headers: HeaderMap,
    retry: RetryPolicy,
    budget: Budget,
    clock: Arc<dyn Clock>,
    random: Random,
    plain_http: PlainHttp,
}

impl<P: Protocol> Session<P> {
    /// A session with one base URL.
    pub fn builder(protocol: P, base: Base) -> Builder<P> {
        Builder {
            protocol,
            bases: vec![base],
            credential: None,
            headers: HeaderMap::new(),
            retry: RetryPolicy::default(),
            plain_http: PlainHttp::default(),
        }
    }

    /// The first base URL.
    pub fn base(&self) -> &Base {
        &self.inner.bases[0]
    }

    /// The token cache, where the session has one.
    pub fn credential(&self) -> Option<&TokenCache> {
        self.inner.credential.as_ref()
    }

    /// What the vendor's service expects and means.
    pub fn protocol(&self) -> &P {
        &self.inner.protocol
    }

    /// Where the time comes from.
    pub fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.inner.clock)
    }

    pub(crate) fn plain_http(&self) -> PlainHttp {
        self.inner.plain_http
    }

    pub(crate) fn is_known(&self, base: &Base) -> bool {
        self.inner.bases.contains(base)
    }

    /// Takes a request to its answer. With `whole` the body is read as a part of each attempt, so that a reply that
    /// breaks off is a failed attempt.
    pub(crate) async fn execute(&self, parts: Box<Parts>, whole: bool) -> Result<Response, P::Error> {
        let span = tracing::debug_span!(
            "request",
            method = %parts.method,
            host = parts.host(),
            path = parts.template(),
            status = tracing::field::Empty,
            attempts = tracing::field::Empty,
        );
        self.execute_in_span(&parts, whole, &span).instrument(span.clone()).await
    }

    async fn execute_in_span(
        &self,
        parts: &Parts,
        whole: bool,
        span: &tracing::Span,
    ) -> Result<Response, P::Error> {
        let inner = &*self.inner;
        let started = inner.clock.now().monotonic;
        let elapsed = || inner.clock.now().monotonic.saturating_sub(started);
        let mut attempts = 0;
        let mut renewed = false;
        inner.budget.earn();
        loop {
            attempts += 1;
            let held = match &inner.credential {
                Some(cache) if parts.authorized => Some(cache.get().await?),
                _ => None,
            };
            let outcome = inner.attempt(parts, held.as_deref(), whole, span).await;
            record(&outcome, attempts, elapsed, span);
            let Again { error, wait, spend } = match outcome {
                Outcome::Answer(response) => return Ok(response),
                Outcome::Fail(error) => return Err(error),
                Outcome::Rejected(error) => {
                    // Dropped also when there is no second try, so that the next request does not meet it again.
                    if renewed || !self.drop_rejected(held.as_deref()) || !parts.body.is_replayable() {
                        return Err(error);
                    }
                    renewed = true;
                    // A rejection is no failed attempt: nothing was done, and the new token deserves a full try.
                    attempts -= 1;
                    continue;
                }
                Outcome::Again(again) => again,
            };
            if parts.once || (spend && !parts.body.is_replayable()) {
                return Err(error);
            }
            let wait = inner.retry.wait(attempts + 1, elapsed(), wait, &inner.random);
            match wait.filter(|_| inner.budget.spend()) {
                Some(wait) => inner.clock.sleep(wait).await,
                None => return Err(error),
            }
        }
    }

    /// Drops the token that was rejected. Whether a new one can be had.
    fn drop_rejected(&self, held: Option<&Held>) -> bool {
        match (&self.inner.credential, held) {
            (Some(cache), Some(held)) if cache.is_renewable() => {
                cache.invalidate(held.generation());
                true
            }
            _ => false,
        }
    }
}

/// Notes an outcome in the request's span. Not in the current one: that is the caller's, when ours is switched off.
fn record<E: fmt::Display>(
    outcome: &Outcome<E>,
    attempts: u32,
    elapsed: impl Fn() -> Duration,
    span: &tracing::Span,
) {
    span.record("attempts", attempts);
    // Not even the clock is read where nobody listens.
    let elapsed_ms = || elapsed().as_millis() as u64;
    match outcome {
        Outcome::Answer(_) => tracing::debug!(elapsed_ms = elapsed_ms(), "answered"),
        Outcome::Rejected(error) => {
            tracing::debug!(%error, elapsed_ms = elapsed_ms(), "the token was rejected")
        }
        Outcome::Again(Again { error, .. }) => {
            tracing::debug!(%error, elapsed_ms = elapsed_ms(), "failed, perhaps to be tried again")
        }
        Outcome::Fail(error) => tracing::debug!(%error, elapsed_ms = elapsed_ms(), "failed"),
    }
}

impl<P: Protocol> Clone for Session<P> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner) }
    }
}

impl<P: Protocol> fmt::Debug for Session<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("bases", &self.inner.bases)
            .field("credential", &self.inner.credential)
            .field("retry", &self.inner.retry)
            .finish_non_exhaustive()
    }
}

/// Makes a [`Session`].
pub struct Builder<P> {
    protocol: P,
    bases: Vec<Base>,
    credential: Option<TokenCache>,
    headers: HeaderMap,
    retry: RetryPolicy,
    plain_http: PlainHttp,
}

impl<P: Protocol> Builder<P> {
    /// One more base URL that may get the credential.
    pub fn base(mut self, base: Base) -> Self {
        self.bases.push(base);
        self
    }

    /// Where the token comes from. Without it requests carry no credential.
    pub fn credential(mut self, cache: TokenCache) -> Self {
        self.credential = Some(cache);
        self
    }

    /// A header of every request.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// How often and how long a request is tried.
    pub fn retry(mut self, retry: RetryPolicy) -> Self {
        self.retry = retry;
        self
    }

    /// To which hosts signed URLs may use plain `http`.
    pub fn plain_http(mut self, policy: PlainHttp) -> Self {
        self.plain_http = policy;
        self
    }

    /// The session. Reads certificates and proxy settings; no network.
    pub fn build(
        self,
        transport: &Transport,
        environment: &Environment,
        clock: Arc<dyn Clock>,
    ) -> Result<Session<P>> {
        let inner = Inner {
            protocol: self.protocol,
            bases: self.bases,
            credential: self.credential,
            http: transport.open(environment)?,
            headers: self.headers,
            retry: self.retry,
            budget: Budget::new(),
            clock,
            random: environment.random().clone(),
            plain_http: self.plain_http,
        };
        Ok(Session { inner: Arc::new(inner) })
    }
}
