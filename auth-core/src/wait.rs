//! Waiting for something at the service's side: a job, a build, an import.

use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::Clock;
use crate::error::{Error, ErrorKind};

/// How often to ask, and for how long. There is no wait without an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Wait {
    /// The time between two questions.
    pub interval: Duration,
    /// How long to wait in all, from the first question.
    pub deadline: Duration,
    /// How long the service may fail to answer before its error is the answer.
    pub patience: Duration,
}

impl Wait {
    /// Asks every `interval`, no longer than `deadline`. A service that does not answer is asked on for 5 minutes.
    pub fn new(interval: Duration, deadline: Duration) -> Self {
        Self { interval, deadline, patience: Duration::from_secs(300) }
    }

    /// With another time between two questions.
    pub fn with_interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// With another time to wait in all.
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// With another time that the service may fail to answer. Zero: its first error is the answer.
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// The first question of a wait. `what` is waited for, as errors call it: `job 12`.
    pub fn start(self, clock: Arc<dyn Clock>, what: impl Into<String>) -> Waiting {
        let started = clock.now().monotonic;
        Waiting {
            wait: self,
            clock,
            what: what.into(),
            started,
            asked: false,
            failing_since: None,
            failure: None,
        }
    }
}

/// A wait that has begun: call [`Waiting::turn`] before each question and [`Waiting::failed`] after one that failed. A
/// question is asked [once](crate::Request::once): the wait has the rhythm, and repeats would outlast its deadline.
///
/// ```
/// # use std::sync::Arc;
/// # use std::time::Duration;
/// # use auth_core::{Result, SystemClock, wait::Wait};
/// # async fn ask() -> Result<Option<u8>> { Ok(Some(1)) }
/// # async fn example() -> Result<u8> {
/// let wait = Wait::new(Duration::from_secs(5), Duration::from_secs(3600));
/// let mut waiting = wait.start(Arc::new(SystemClock::new()), "job 12");
/// loop {
///     waiting.turn().await?;
///     match ask().await {
///         Ok(Some(result)) => return Ok(result),
///         Ok(None) => waiting.answered(),
///         Err(error) if error.is_retryable() => waiting.failed(error)?,
///         Err(error) => return Err(error),
///     }
/// }
/// # }
/// ```
#[derive(Debug)]
pub struct Waiting {
    wait: Wait,
    clock: Arc<dyn Clock>,
    what: String,
    started: Duration,
    asked: bool,
    failing_since: Option<Duration>,
    /// Why the service could not be asked the last time.
    failure: Option<String>,
}

impl Waiting {
    /// Waits until it is time for the next question; the first is asked at once. The error
    /// ([`ErrorKind::Timeout`]) says that the deadline has come.
    pub async fn turn(&mut self) -> Result<(), Error> {
        if !std::mem::replace(&mut self.asked, true) {
            return Ok(());
        }
        let elapsed = self.elapsed();
        let left = self.wait.deadline.saturating_sub(elapsed);
        if left.is_zero() {
            let why = self.failure.as_ref().map(|why| format!("; the last question failed: {why}"));
            let message =
                format!("{} was not done after {elapsed:.1?}{}", self.what, why.unwrap_or_default());
            return Err(Error::new(ErrorKind::Timeout, message));
        }
        // The last question is asked at the deadline, not before it. A zero interval still lets others run.
        self.clock.sleep(self.wait.interval.max(Duration::from_millis(1)).min(left)).await;
        Ok(())
    }

    /// From now on with another time between two questions, as where the first ones are asked soon and later ones rarely.
    pub fn every(&mut self, interval: Duration) {
        self.wait.interval = interval;
    }

    /// The service answered, though not yet with the end.
    pub fn answered(&mut self) {
        (self.failing_since, self.failure) = (None, None);
    }

    /// The question failed in a way that may pass. Gives the error back when the service has failed for too long.
    pub fn failed<E: Display>(&mut self, error: E) -> Result<(), E> {
        let now = self.clock.now().monotonic;
        let since = *self.failing_since.get_or_insert(now);
        if now.saturating_sub(since) >= self.wait.patience {
            return Err(error);
        }
        self.failure = Some(error.to_string());
        Ok(())
    }

    /// How long it has lasted.
    pub fn elapsed(&self) -> Duration {
        self.clock.now().monotonic.saturating_sub(self.started)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;
    use crate::timestamp::Timestamp;

    const WAIT: Duration = Duration::from_secs(10);

    fn start(wait: Wait) -> (ManualClock, Waiting) {
        let clock = ManualClock::at(Timestamp::from_unix_seconds(1_700_000_000));
        let waiting = wait.start(Arc::new(clock.clone()), "job 12");
        (clock, waiting)
    }

    #[tokio::test]
    async fn the_first_question_is_asked_at_once_and_the_last_at_the_deadline() {
        let (clock, mut waiting) = start(Wait::new(WAIT, Duration::from_secs(25)));
        let mut questions = 0;
        let error = loop {
            match waiting.turn().await {
                Ok(()) => questions += 1,
                Err(error) => break error,
            }
        };
        assert_eq!(clock.sleeps().iter().map(Duration::as_secs).collect::<Vec<_>>(), [10, 10, 5]);
        assert_eq!((questions, error.kind()), (4, ErrorKind::Timeout));
        assert_eq!(error.to_string(), "job 12 was not done after 25.0s");
    }

    #[tokio::test]
    async fn the_time_between_two_questions_may_change() {
        let (clock, mut waiting) = start(Wait::new(WAIT, Duration::from_secs(25)));
        for seconds in [1, 2, 60] {
            waiting.every(Duration::from_secs(seconds));
            waiting.turn().await.unwrap();
        }
        waiting.turn().await.unwrap_err();
        assert_eq!(clock.sleeps().iter().map(Duration::as_secs).collect::<Vec<_>>(), [2, 23]);
    }

    #[tokio::test]
    async fn the_deadline_tells_why_the_last_question_failed() {
        let (clock, mut waiting) = start(Wait::new(WAIT, WAIT));
        waiting.turn().await.unwrap();
        waiting.failed("busy").unwrap();
        clock.advance(WAIT);
        let error = waiting.turn().await.unwrap_err();
        assert_eq!(error.to_string(), "job 12 was not done after 10.0s; the last question failed: busy");
    }

    #[tokio::test]
    async fn a_service_that_fails_for_too_long_is_the_answer() {
        let (clock, mut waiting) =
            start(Wait::new(WAIT, Duration::MAX).with_patience(Duration::from_secs(15)));
        waiting.failed("busy").unwrap();
        clock.advance(Duration::from_secs(14));
        waiting.failed("busy").unwrap();
        waiting.answered();
        clock.advance(Duration::from_secs(14));
        waiting.failed("busy").unwrap();
        clock.advance(Duration::from_secs(15));
        assert_eq!(waiting.failed("still busy"), Err("still busy"));
        let (_, mut waiting) = start(Wait::new(WAIT, WAIT).with_patience(Duration::ZERO));
        assert_eq!(waiting.failed("busy"), Err("busy"));
    }
}
