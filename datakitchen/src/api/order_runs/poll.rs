//! Asking again and again, never faster than the caller wants.

use std::sync::Arc;
use std::time::Duration;

use auth_core::wait::Waiting;
use auth_core::{Clock, Wait};

use crate::client::Client;
use crate::error::{Error, Result};

/// While the platform fails, the interval doubles up to this many times itself.
const SLOWEST: u32 = 32;

/// Questions that follow each other.
pub(crate) struct Poll {
    wait: Wait,
    waiting: Waiting,
    clock: Arc<dyn Clock>,
    failures: u32,
    asked_wait: Duration,
}

impl Poll {
    /// `what` is waited for, as errors call it.
    pub(crate) fn start(client: &Client, wait: Wait, what: String) -> Self {
        let clock = client.session.clock();
        let waiting = wait.start(Arc::clone(&clock), what);
        Self { wait, waiting, clock, failures: 0, asked_wait: Duration::ZERO }
    }

    /// Waits for the turn and asks, until there is an answer or an error that will not pass.
    pub(crate) async fn ask<T, F: Future<Output = Result<T>>>(
        &mut self,
        question: impl Fn() -> F,
    ) -> Result<T> {
        loop {
            self.turn().await?;
            match question().await {
                Ok(answer) => {
                    self.answered();
                    return Ok(answer);
                }
                Err(error) => self.failed(error)?,
            }
        }
    }

    /// Waits until it is time for the next question. An error says that the deadline has come.
    pub(crate) async fn turn(&mut self) -> Result<()> {
        let pause = self.pause();
        if !pause.is_zero() {
            self.clock.sleep(pause).await;
        }
        Ok(self.waiting.turn().await?)
    }

    /// The question was answered.
    pub(crate) fn answered(&mut self) {
        (self.failures, self.asked_wait) = (0, Duration::ZERO);
        self.waiting.answered();
    }

    /// The question failed. Gives the error back when it will not pass, or has lasted too long.
    pub(crate) fn failed(&mut self, error: Error) -> Result<()> {
        if !error.is_retryable() {
            return Err(error);
        }
        self.failures += 1;
        let asked = error.service_error().and_then(|service| service.retry_after);
        self.asked_wait = asked.unwrap_or_default();
        self.waiting.failed(error)
    }

    /// Whether the deadline has come.
    pub(crate) fn is_over(&self) -> bool {
        self.waiting.elapsed() >= self.wait.deadline
    }

    /// What is waited beside the interval: while the platform fails, the interval doubles; and as long as the platform
    /// asks. Never beyond the deadline, nor beyond the patience after which the error is the answer.
    fn pause(&self) -> Duration {
        if self.failures == 0 {
            return Duration::ZERO;
        }
        let times = 2_u32.saturating_pow(self.failures).min(SLOWEST);
        let whole = self.wait.interval.saturating_mul(times).max(self.asked_wait);
        let left = self.wait.deadline.saturating_sub(self.waiting.elapsed());
        let pause = whole.saturating_sub(self.wait.interval);
        pause.min(left.saturating_sub(self.wait.interval)).min(self.wait.patience)
    }
}
