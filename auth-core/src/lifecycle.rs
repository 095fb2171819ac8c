//! The decision what to do with a held token, as pure functions of data. [`crate::cache`] obeys it.
//!
//! ```text
//! received                                   due          near            gone
//!    |------------------ Fresh ---------------|--- Due ----|---- Near -----|--- Gone --->
//!                                             |<- window ->|<-- leeway --->|
//! ```
//!
//! The leeway is the vendor's. The window before it is a jittered tenth of the life: under traffic a new token is
//! there before anybody has to wait, and many processes do not renew in step. Leeway and window together are never
//! more than half the life, and the first second is always fresh, so that a short-lived token is not exchanged all
//! the time.
//!
//! A token that this process received is judged by its age alone, so a wrong wall clock does no harm. After a
//! suspend or a step of the wall clock the earlier of both clocks counts.

use std::time::Duration;

use crate::clock::Now;
use crate::timestamp::Timestamp;
use crate::token::Token;

/// How early a token is renewed, and how long a failed exchange is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// How long before its expiry a token is no longer handed out without trying to renew it first.
    pub leeway: Duration,
    /// The pause after the first failure that may pass. It doubles up to [`Policy::longest_pause`].
    pub first_pause: Duration,
    /// The longest pause after failures that may pass.
    pub longest_pause: Duration,
    /// The pause after a refusal. A refusal is never final: credentials can be mended on the server.
    pub refusal_pause: Duration,
}

impl Policy {
    /// The usual pauses, with the leeway of a vendor.
    pub const fn with_leeway(leeway: Duration) -> Self {
        Self {
            leeway,
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(30),
            refusal_pause: Duration::from_secs(5),
        }
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::with_leeway(Duration::from_secs(60))
    }
}

/// What to do with a token. Ordered: a later stage is a worse one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Use it.
    Fresh,
    /// Use it, and let one exchange start behind the caller's back.
    Due,
    /// Wait for an exchange; if that fails, use the token: it is still valid.
    Near,
    /// There is none, or it has expired or was rejected: wait for an exchange, whose error is the answer.
    Gone,
    /// The last exchange failed a moment ago: use the token if it is valid, else answer the remembered error.
    Paused,
}

/// However short a token lives, no exchange starts sooner than this after it was received.
const EARLIEST: Duration = Duration::from_secs(1);

/// What is known about the life of a held token: the moments at which its stage changes, by either clock.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Life(Option<(Edges<Timestamp>, Edges<Duration>)>);

#[derive(Clone, Copy, Debug, PartialEq)]
struct Edges<T> {
    due: T,
    near: T,
    gone: T,
}

impl<T: PartialOrd> Edges<T> {
    fn stage(&self, now: T) -> Stage {
        if now < self.due {
            Stage::Fresh
        } else if now < self.near {
            Stage::Due
        } else if now < self.gone {
            Stage::Near
        } else {
            Stage::Gone
        }
    }
}

impl Life {
    /// The life of a token that is used until it is rejected.
    pub const UNKNOWN: Self = Self(None);

    /// The life of a token that was received `now` and stamped by [`Token::received`]. `jitter` is from 0 to 1.
    pub fn of_received(token: &Token, now: Now, policy: &Policy, jitter: f64) -> Self {
        match token.lifetime {
            Some(lifetime) => Self::new(now, lifetime, lifetime, policy, jitter),
            None => Self::UNKNOWN,
        }
    }

    /// The life of a token that came from a store or from the user: only its expiry by the wall clock is known.
    pub fn of_stored(token: &Token, now: Now, policy: &Policy, jitter: f64) -> Self {
        let Some(expires_at) = token.expires_at else { return Self::UNKNOWN };
        // Without the whole life, take it to be long: then the vendor's leeway applies in full.
        let lifetime = token.lifetime.unwrap_or(Duration::MAX);
        // More than the whole life cannot be left: then the wall clock was set back since the token was stored.
        let remaining = expires_at.duration_since(now.wall).min(lifetime);
        Self::new(now, remaining, lifetime, policy, jitter)
    }

    fn new(now: Now, remaining: Duration, lifetime: Duration, policy: &Policy, jitter: f64) -> Self {
        let tenth = if lifetime == Duration::MAX { policy.leeway } else { lifetime / 10 };
        // As whole numbers: there is no jitter with which this could fail.
        let window = tenth / 1_000 * (500 + (jitter.clamp(0.0, 1.0) * 500.0) as u32);
        let leeway = policy.leeway.min((lifetime / 2).saturating_sub(window));
        let near = remaining.saturating_sub(leeway);
        let due = near.saturating_sub(window);
        // A service that hands out its last token again and again, with ever less of it left, is not asked all the
        // time. A stored token was not just asked for.
        let earliest = if remaining == lifetime { EARLIEST.min(remaining) } else { Duration::ZERO };
        let after = |age: Duration| (now.wall.saturating_add(age), now.monotonic.saturating_add(age));
        let (due, near, gone) = (after(due.max(earliest)), after(near.max(earliest)), after(remaining));
        Self(Some((
            Edges { due: due.0, near: near.0, gone: gone.0 },
            Edges { due: due.1, near: near.1, gone: gone.1 },
        )))
    }

    /// The stage by both clocks: the worse one counts.
    pub fn stage(&self, now: Now) -> Stage {
        match &self.0 {
            Some((wall, monotonic)) => wall.stage(now.wall).max(monotonic.stage(now.monotonic)),
            None => Stage::Fresh,
        }
    }

    /// How long the token is still valid, by the clock that leaves less. `None` when that is unknown.
    pub fn remaining(&self, now: Now) -> Option<Duration> {
        let (wall, monotonic) = self.0.as_ref()?;
        Some(wall.gone.duration_since(now.wall).min(monotonic.gone.saturating_sub(now.monotonic)))
    }
}

/// A failed exchange that is remembered, so that it is not repeated at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// How many exchanges have failed in a row.
    pub count: u32,
    /// Until when, by the monotonic clock, no new exchange starts.
    pub paused_until: Duration,
}

impl Failure {
    /// The failure that follows `previous` ones.
    pub fn after(previous: Option<&Self>, refused: bool, now: Now, policy: &Policy) -> Self {
        let count = previous.map_or(0, |failure| failure.count).saturating_add(1);
        let pause = if refused {
            policy.refusal_pause
        } else {
            let doubled = policy.first_pause.saturating_mul(1 << (count - 1).min(16));
            doubled.min(policy.longest_pause)
        };
        Self { count, paused_until: now.monotonic.saturating_add(pause) }
    }
}

/// What to do now. `held` is `None` when there is no token or it was rejected.
pub fn classify(held: Option<&Life>, failure: Option<&Failure>, now: Now) -> Stage {
    let stage = held.map_or(Stage::Gone, |life| life.stage(now));
    let paused = failure.is_some_and(|failure| now.monotonic < failure.paused_until);
    if paused && stage > Stage::Fresh { Stage::Paused } else { stage }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: Policy = Policy::with_leeway(Duration::from_secs(60));

    fn now(seconds: u64) -> Now {
        Now {
            wall: Timestamp::from_unix_seconds(1_700_000_000 + seconds as i64),
            monotonic: Duration::from_secs(seconds),
        }
    }

    fn received(lifetime: u64, jitter: f64) -> Life {
        let token = Token::new("t").with_lifetime(Duration::from_secs(lifetime)).received(now(0));
        Life::of_received(&token, now(0), &POLICY, jitter)
    }

    #[test]
    fn an_hour_passes_through_all_stages() {
        let life = received(3600, 0.0);
        let stages: Vec<Stage> = [0, 3359, 3360, 3539, 3540, 3599, 3600].map(|s| life.stage(now(s))).into();
        use Stage::{Due, Fresh, Gone, Near};
        assert_eq!(stages, [Fresh, Fresh, Due, Due, Near, Near, Gone]);
        assert_eq!(received(3600, 1.0).stage(now(3180)), Due, "jitter widens the window to a tenth");
    }

    #[test]
    fn leeway_and_window_are_at_most_half_the_life() {
        let life = received(60, 1.0);
        let stages: Vec<Stage> = [0, 29, 30, 35, 36].map(|s| life.stage(now(s))).into();
        assert_eq!(stages, [Stage::Fresh, Stage::Fresh, Stage::Due, Stage::Due, Stage::Near]);
    }

    #[test]
    fn a_stored_token_without_a_known_life_keeps_the_whole_leeway() {
        let token = Token::new("t").with_expires_at(now(90).wall);
        let life = Life::of_stored(&token, now(0), &POLICY, 0.0);
        assert_eq!(
            (life.stage(now(29)), life.stage(now(30)), life.stage(now(90))),
            (Stage::Due, Stage::Near, Stage::Gone)
        );
    }

    #[test]
    fn the_earlier_clock_counts() {
        let life = received(3600, 0.0);
        let suspended = Now { wall: now(3600).wall, monotonic: now(10).monotonic };
        let stepped_back = Now { wall: now(0).wall, monotonic: now(3600).monotonic };
        assert_eq!((life.stage(suspended), life.stage(stepped_back)), (Stage::Gone, Stage::Gone));
    }

    #[test]
    fn pauses_double_and_are_bounded() {
        let mut failure = None;
        let mut pauses = Vec::new();
        for _ in 0..7 {
            failure = Some(Failure::after(failure.as_ref(), false, now(0), &POLICY));
            pauses.extend(failure.map(|failure| failure.paused_until.as_secs()));
        }
        assert_eq!(pauses, [1, 2, 4, 8, 16, 30, 30]);
        assert_eq!(Failure::after(failure.as_ref(), true, now(0), &POLICY).paused_until.as_secs(), 5);
    }
}
