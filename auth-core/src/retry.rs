//! When to try again, how long to wait before it, and when the whole client should stop trying.
//!
//! Three small nouns, each apart: [`RetryPolicy`] says how often and how long, [`Backoff`] spaces the attempts, and
//! [`Budget`] keeps a client from making an outage worse: when many requests fail at once, only one in five may be
//! tried again. What may be repeated at all is decided by the request: see [`crate::request`].

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use http::HeaderMap;
use http::header::RETRY_AFTER;

use crate::environment::Random;
use crate::timestamp::Timestamp;

/// How often and how long a request is tried.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// How many attempts in all. 1 means: never again.
    pub max_attempts: u32,
    /// How the attempts are spaced.
    pub backoff: Backoff,
    /// The longest wait that a `Retry-After` header can cause.
    pub longest_retry_after: Duration,
    /// No attempt starts later than this after the first.
    pub deadline: Duration,
}

impl RetryPolicy {
    /// One attempt only.
    pub fn never() -> Self {
        Self { max_attempts: 1, ..Self::default() }
    }

    /// With another number of attempts in all.
    pub fn with_max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// With another spacing.
    pub fn with_backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }

    /// With another cap for `Retry-After`.
    pub fn with_longest_retry_after(mut self, longest: Duration) -> Self {
        self.longest_retry_after = longest;
        self
    }

    /// With another deadline for the start of the last attempt.
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// How long to wait before attempt `next` (the second is 2), or `None` when there is to be no such attempt.
    /// `elapsed` is the time since the first attempt started.
    pub fn wait(
        &self,
        next: u32,
        elapsed: Duration,
        asked: Option<Duration>,
        random: &Random,
    ) -> Option<Duration> {
        if next > self.max_attempts {
            return None;
        }
        let wait = match asked {
            Some(asked) => asked.min(self.longest_retry_after),
            None => self.backoff.wait(next - 1, random),
        };
        (elapsed.saturating_add(wait) <= self.deadline).then_some(wait)
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 4,
            backoff: Backoff::Exponential {
                first: Duration::from_millis(500),
                longest: Duration::from_secs(20),
            },
            longest_retry_after: Duration::from_secs(60),
            deadline: Duration::from_secs(120),
        }
    }
}

/// How attempts are spaced.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Backoff {
    /// Anything from zero to a ceiling that doubles with each attempt (full jitter).
    Exponential {
        /// The ceiling before the second attempt.
        first: Duration,
        /// The highest ceiling.
        longest: Duration,
    },
    /// Anything between two bounds, the same for each attempt.
    Uniform {
        /// The shortest wait.
        shortest: Duration,
        /// The longest wait.
        longest: Duration,
    },
}

impl Backoff {
    /// The wait before the `retry`-th repetition (the first is 1).
    pub fn wait(&self, retry: u32, random: &Random) -> Duration {
        match *self {
            Self::Exponential { first, longest } => {
                let ceiling = first.saturating_mul(1 << retry.saturating_sub(1).min(16)).min(longest);
                ceiling.mul_f64(random.fraction())
            }
            Self::Uniform { shortest, longest } => {
                shortest + longest.saturating_sub(shortest).mul_f64(random.fraction())
            }
        }
    }
}

/// What the `Retry-After` header asks for: seconds, or a date. A date in the past asks for no wait.
pub fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = Timestamp::from_system(httpdate::parse_http_date(text).ok()?);
    Some(date.duration_since(now))
}

/// A share of retries for all requests of a client: each request earns a fifth of a retry, up to a bound.
///
/// While the service is well, single hiccups are retried without a thought. When everything fails, retries soon make
/// up no more than a fifth of the traffic, instead of multiplying it.
#[derive(Clone, Debug)]
pub struct Budget {
    /// In thousandths of a retry.
    balance: Arc<AtomicI64>,
}

impl Budget {
    const RETRY: i64 = 1_000;
    const EARNED_PER_REQUEST: i64 = 200;
    const MOST: i64 = 20 * Self::RETRY;

    /// A budget that begins with twenty retries.
    pub fn new() -> Self {
        Self { balance: Arc::new(AtomicI64::new(Self::MOST)) }
    }

    /// Notes a new request.
    pub fn earn(&self) {
        let _ = self.balance.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |balance| {
            (balance < Self::MOST).then(|| (balance + Self::EARNED_PER_REQUEST).min(Self::MOST))
        });
    }

    /// Takes one retry out of the budget, if there is one.
    pub fn spend(&self) -> bool {
        self.balance
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |balance| {
                (balance >= Self::RETRY).then(|| balance - Self::RETRY)
            })
            .is_ok()
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::Environment;
    use http::HeaderValue;
    use proptest::prelude::*;

    fn headers(value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static(value))])
    }

    #[test]
    fn retry_after_has_two_forms() {
        let now: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
        assert_eq!(retry_after(&headers("7"), now), Some(Duration::from_secs(7)));
        assert_eq!(
            retry_after(&headers("Fri, 02 Jan 2026 03:04:15 GMT"), now),
            Some(Duration::from_secs(10))
        );
        assert_eq!(retry_after(&headers("Fri, 02 Jan 2026 03:04:00 GMT"), now), Some(Duration::ZERO));
        assert_eq!(retry_after(&headers("soon"), now), None);
    }

    #[test]
    fn a_server_cannot_ask_for_more_than_the_cap_or_the_deadline() {
        let (policy, random) = (RetryPolicy::default(), Environment::empty().random().clone());
        let hour = Some(Duration::from_secs(3600));
        assert_eq!(policy.wait(2, Duration::ZERO, hour, &random), Some(Duration::from_secs(60)));
        assert_eq!(policy.wait(2, Duration::from_secs(61), hour, &random), None);
        assert_eq!(policy.wait(5, Duration::ZERO, None, &random), None);
    }

    #[test]
    fn the_budget_lets_through_a_fifth() {
        let budget = Budget::new();
        let burst = (0..100).filter(|_| budget.spend()).count();
        let later = (0..100)
            .filter(|_| {
                budget.earn();
                budget.spend()
            })
            .count();
        assert_eq!((burst, later), (20, 20));
    }

    proptest! {
        #[test]
        fn waits_stay_below_their_ceiling(retry in 1u32..100, seed: u64) {
            let random = Environment::empty().with_seed(seed).random().clone();
            let policy = RetryPolicy::default();
            prop_assert!(policy.backoff.wait(retry, &random) <= Duration::from_secs(20));
            let (shortest, longest) = (Duration::from_secs(1), Duration::from_secs(10));
            let wait = Backoff::Uniform { shortest, longest }.wait(retry, &random);
            prop_assert!(wait >= shortest && wait <= longest);
        }
    }
}
