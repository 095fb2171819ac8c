//! How long one attempt may take, from its first byte to its last.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::error::{Error, ErrorKind};

/// A span of time that has begun. All steps of an attempt share it: redirects, the head of the reply, its body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    pub(crate) span: Duration,
    /// `None` when the end is farther away than any clock can tell.
    until: Option<Instant>,
}

impl Limit {
    /// Begins now.
    pub(crate) fn of(span: Duration) -> Self {
        Self { span, until: Instant::now().checked_add(span) }
    }

    /// The outcome of `work`, or `None` when it is not there in time.
    pub(crate) async fn keep<T>(self, work: impl Future<Output = T>) -> Option<T> {
        match self.until {
            Some(until) => timeout_at(until, work).await.ok(),
            None => Some(work.await),
        }
    }

    /// What to say when there was no `what` in time.
    pub(crate) fn exceeded(self, what: &str) -> Error {
        Error::new(ErrorKind::Timeout, format!("no {what} within {} s", self.span.as_secs_f32()))
    }
}
