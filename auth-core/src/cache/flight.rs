//! The one exchange that may be under way, and how it is waited for.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;

use super::Held;
use crate::clock::Now;
use crate::error::{Error, ErrorKind, Result};
use crate::lifecycle::{Failure, Policy};

/// How long one exchange may take in all, its retries included.
pub(super) const EXCHANGE_DEADLINE: Duration = Duration::from_secs(180);
/// How long a caller waits for an exchange that somebody else carries. Longer than an exchange may take: only the
/// callers of a runtime that is no longer driven get here, and they then carry it themselves.
pub(super) const WAIT_DEADLINE: Duration = Duration::from_secs(185);
/// How long after its start an exchange keeps callers waiting who have a valid token.
const NEAR_PATIENCE: Duration = Duration::from_secs(10);

/// What came of an exchange.
pub(super) type Outcome = Result<Arc<Held>>;
/// Tells everybody who waits. Dropped unsent, it tells that the exchange was lost.
pub(super) type Sender = watch::Sender<Option<Outcome>>;

/// An exchange under way.
#[derive(Clone)]
pub(super) struct Flight {
    outcome: watch::Receiver<Option<Outcome>>,
    started: Duration,
}

/// What is guarded by the lock: never held while anything waits.
#[derive(Default)]
pub(super) struct Renewal {
    flight: Option<Flight>,
    failure: Option<(Failure, Error)>,
    generations: u64,
}

/// How the waiting for an exchange ended.
pub(super) enum Waited {
    Done(Outcome),
    /// It takes long.
    TooLong,
    /// The runtime that carried it has ended.
    Lost,
}

impl Flight {
    pub(super) async fn wait(&mut self, patience: Duration) -> Waited {
        match tokio::time::timeout(patience, self.outcome.wait_for(Option::is_some)).await {
            Ok(Ok(outcome)) => outcome.clone().map_or(Waited::Lost, Waited::Done),
            Ok(Err(_)) => Waited::Lost,
            Err(_) => Waited::TooLong,
        }
    }

    /// How long a caller waits whose token is valid for `remaining`: not so long that it runs out on the way.
    pub(super) fn patience(&self, now: Now, remaining: Option<Duration>) -> Duration {
        let age = now.monotonic.saturating_sub(self.started);
        NEAR_PATIENCE.saturating_sub(age).min(remaining.unwrap_or(Duration::MAX) / 2)
    }
}

impl Renewal {
    pub(super) fn failure(&self) -> Option<&(Failure, Error)> {
        self.failure.as_ref()
    }

    /// Counts the tokens. A new one ends a pause.
    pub(super) fn next_generation(&mut self) -> u64 {
        self.failure = None;
        self.generations += 1;
        self.generations
    }

    /// The running exchange, or the one that `exchange` makes, in a task of its own.
    pub(super) fn join_or_start<F>(&mut self, now: Now, exchange: impl FnOnce(Sender) -> F) -> Result<Flight>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        // Also who joins needs a runtime, to wait with a deadline.
        let runtime = Handle::try_current().map_err(|_| {
            let what = "a token is needed, and there is no Tokio runtime to obtain it on";
            Error::new(ErrorKind::Configuration, what).with_help("call from inside a Tokio runtime")
        })?;
        if let Some(flight) = &self.flight
            && flight.outcome.has_changed().is_ok()
        {
            return Ok(flight.clone());
        }
        let (sender, outcome) = watch::channel(None);
        let flight = Flight { outcome, started: now.monotonic };
        runtime.spawn(exchange(sender));
        self.flight = Some(flight.clone());
        Ok(flight)
    }

    /// Makes way for a new exchange, where `lost` was the last one.
    pub(super) fn forget(&mut self, lost: &Flight) {
        if self.flight.as_ref().is_some_and(|flight| flight.outcome.same_channel(&lost.outcome)) {
            self.flight = None;
        }
    }

    /// Notes how an exchange ended. One that was given up for lost does not count.
    pub(super) fn land(&mut self, sender: &Sender, failed: Option<&Error>, now: Now, policy: &Policy) {
        let landed = sender.subscribe();
        if !self.flight.as_ref().is_some_and(|flight| flight.outcome.same_channel(&landed)) {
            return;
        }
        self.flight = None;
        self.failure = failed.map(|error| {
            let previous = self.failure.as_ref().map(|(failure, _)| failure);
            let failure = Failure::after(previous, error.kind().is_auth(), now, policy);
            (failure, error.clone())
        });
    }
}
