//! Time: what the wall clock says, what the monotonic clock says, and waiting.
//!
//! Neither clock is right alone. The wall clock can be wrong and can step; the monotonic clock stands still while
//! the machine sleeps. Whoever judges an expiry looks at both (see [`crate::lifecycle`]).

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use crate::BoxFuture;
use crate::timestamp::Timestamp;

/// Both clocks, read together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// What the wall clock says.
    pub wall: Timestamp,
    /// Time since some fixed moment in the past, never going back.
    pub monotonic: Duration,
}

/// Where the time comes from. The default everywhere is [`SystemClock`].
pub trait Clock: Send + Sync + fmt::Debug + 'static {
    /// Reads both clocks.
    fn now(&self) -> Now;

    /// Resolves after `duration`.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}

/// The machine's clocks and Tokio's timer.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    start: Instant,
}

impl SystemClock {
    /// The machine's clocks.
    #[allow(clippy::disallowed_methods, reason = "this is the one place that reads the machine's clocks")]
    pub fn new() -> Self {
        Self { start: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "this is the one place that reads the machine's clocks")]
    fn now(&self) -> Now {
        Now { wall: Timestamp::from_system(SystemTime::now()), monotonic: self.start.elapsed() }
    }

    #[allow(clippy::disallowed_methods, reason = "this is the one place that sleeps")]
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// A clock that moves only when it is told to, for tests. Clones share the time.
///
/// [`Clock::sleep`] does not wait: it moves both clocks forward and notes the duration.
#[derive(Clone, Debug)]
pub struct ManualClock {
    state: Arc<Mutex<ManualState>>,
}

#[derive(Debug)]
struct ManualState {
    now: Now,
    sleeps: Vec<Duration>,
}

impl ManualClock {
    /// A clock that says `wall`.
    pub fn at(wall: Timestamp) -> Self {
        let now = Now { wall, monotonic: Duration::from_secs(1_000) };
        Self { state: Arc::new(Mutex::new(ManualState { now, sleeps: Vec::new() })) }
    }

    /// Moves both clocks forward.
    pub fn advance(&self, duration: Duration) {
        self.with(|state| {
            state.now.wall = state.now.wall.saturating_add(duration);
            state.now.monotonic += duration;
        });
    }

    /// Moves only the wall clock, as an administrator or NTP does: to another time, forward or back.
    pub fn set_wall(&self, wall: Timestamp) {
        self.with(|state| state.now.wall = wall);
    }

    /// Moves only the wall clock forward, as it appears after the machine was suspended.
    pub fn suspend(&self, duration: Duration) {
        self.with(|state| state.now.wall = state.now.wall.saturating_add(duration));
    }

    /// Every sleep that was asked for so far.
    pub fn sleeps(&self) -> Vec<Duration> {
        self.with(|state| state.sleeps.clone())
    }

    fn with<T>(&self, change: impl FnOnce(&mut ManualState) -> T) -> T {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Now {
        self.with(|state| state.now)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.advance(duration);
        self.with(|state| state.sleeps.push(duration));
        Box::pin(std::future::ready(()))
    }
}
