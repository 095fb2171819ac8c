//! How events get through: one that fails is no reason to tell nothing more.

use std::sync::Arc;
use std::time::Duration;

use auth_core::{Clock, ErrorKind};
use http::StatusCode;

use crate::error::{Error, Result};

/// The first wait before an event is sent again; each next one is twice as long.
const FIRST: Duration = Duration::from_secs(1);
/// The longest wait, whatever the API asks for.
const LONGEST: Duration = Duration::from_secs(60);
/// After so many events in a row that were lost, what is only for the record is left out.
const LOST: u32 = 20;

/// Sends events, and keeps what went wrong.
pub(super) struct Delivery {
    clock: Arc<dyn Clock>,
    patience: Duration,
    failing_since: Option<Duration>,
    lost_in_a_row: u32,
    pub(super) errors: Vec<Error>,
}

impl Delivery {
    /// The API may refuse events for as long as `patience`. After that each is sent once, until one is taken.
    pub(super) fn new(clock: Arc<dyn Clock>, patience: Duration) -> Self {
        Self { clock, patience, failing_since: None, lost_in_a_row: 0, errors: Vec::new() }
    }

    /// Sends an event. It is sent again only where the API surely has not taken it.
    pub(super) async fn send<F: Future<Output = Result<()>>>(&mut self, event: impl Fn() -> F) {
        let mut pause = FIRST;
        loop {
            let error = match event().await {
                Ok(()) => {
                    (self.failing_since, self.lost_in_a_row) = (None, 0);
                    return;
                }
                Err(error) => error,
            };
            let Some(left) = self.left(&error) else {
                self.lost_in_a_row += u32::from(error.kind() != ErrorKind::InvalidInput);
                self.errors.push(error);
                return;
            };
            let asked = error.service_error().and_then(|service| service.retry_after).unwrap_or_default();
            self.clock.sleep(asked.max(pause).min(LONGEST).min(left)).await;
            pause = pause.saturating_mul(2).min(LONGEST);
        }
    }

    /// Whether nobody takes anything at the moment.
    pub(super) fn is_lost(&self) -> bool {
        self.lost_in_a_row >= LOST
    }

    /// What comes next matters most: the API has the whole patience for it.
    pub(super) fn be_patient(&mut self) {
        self.failing_since = None;
    }

    /// How long the event may still be sent again; `None`: no more.
    fn left(&mut self, error: &Error) -> Option<Duration> {
        if !is_not_taken(error) {
            return None;
        }
        let now = self.clock.now().monotonic;
        let since = *self.failing_since.get_or_insert(now);
        Some(self.patience.saturating_sub(now.saturating_sub(since))).filter(|left| !left.is_zero())
    }
}

/// Whether the error says that the event was not taken: too many of them, no service, or no connection at all. Of one that
/// was sent and not answered the fate is unknown.
fn is_not_taken(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Service => {
            let refusals = [StatusCode::TOO_MANY_REQUESTS, StatusCode::SERVICE_UNAVAILABLE];
            error.status().is_some_and(|status| refusals.contains(&status))
        }
        kind => matches!(kind, ErrorKind::Transport | ErrorKind::Timeout),
    }
}
