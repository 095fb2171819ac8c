//! How long something takes (contract section 6.10).

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use auth_core::{Clock, SystemClock, Timestamp};

/// Measures how long something takes: when it began and ended by the machine's clock, and the time between by one that
/// nobody sets.
///
/// ```
/// let mut timer = cortex::Timer::default();
/// timer.start();
/// timer.stop();
/// assert!(timer.interval().is_some());
/// ```
#[derive(Clone)]
pub struct Timer {
    clock: Arc<dyn Clock>,
    start: Option<(Timestamp, Duration)>,
    end: Option<(Timestamp, Duration)>,
}

impl Timer {
    /// A timer that is not started, by another clock than the machine's.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, start: None, end: None }
    }

    /// Starts it, also when it was stopped before.
    pub fn start(&mut self) {
        let now = self.clock.now();
        (self.start, self.end) = (Some((now.wall, now.monotonic)), None);
    }

    /// Stops it.
    pub fn stop(&mut self) {
        let now = self.clock.now();
        self.end = Some((now.wall, now.monotonic));
    }

    /// When it was started.
    pub fn start_time(&self) -> Option<Timestamp> {
        Some(self.start?.0)
    }

    /// When it was stopped.
    pub fn end_time(&self) -> Option<Timestamp> {
        Some(self.end?.0)
    }

    /// The time between.
    pub fn interval(&self) -> Option<Duration> {
        Some(self.end?.1.saturating_sub(self.start?.1))
    }
}

impl Default for Timer {
    /// By the machine's clocks.
    fn default() -> Self {
        Self::new(Arc::new(SystemClock::new()))
    }
}

impl fmt::Debug for Timer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timer")
            .field("start_time", &self.start_time())
            .field("end_time", &self.end_time())
            .field("interval", &self.interval())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use auth_core::ManualClock;

    use super::*;

    #[test]
    fn a_clock_that_is_set_does_not_change_the_interval() {
        let clock = ManualClock::at(Timestamp::from_unix_seconds(1_800_000_000));
        let mut timer = Timer::new(Arc::new(clock.clone()));
        assert_eq!((timer.start_time(), timer.interval()), (None, None));
        timer.start();
        clock.advance(Duration::from_millis(2500));
        clock.set_wall(Timestamp::from_unix_seconds(1_700_000_000));
        timer.stop();
        assert_eq!(timer.interval(), Some(Duration::from_millis(2500)));
        assert_eq!(timer.end_time().map(Timestamp::unix_seconds), Some(1_700_000_000));
        timer.start();
        assert_eq!(timer.interval(), None);
    }
}
