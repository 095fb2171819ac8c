//! Every request that a simulator has received, in order.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::timeout;

use super::Request;
use super::render::render;

/// The requests of a simulator, in the order in which they were read to their end. Clones are the same journal.
///
/// A request stands here before its handler runs, also when it met a fault, and also when its body broke off.
/// It grows with every request, until [`Journal::clear`].
#[derive(Clone)]
pub struct Journal(Arc<Inner>);

struct Inner {
    base: Arc<str>,
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    requests: Vec<Arc<Request>>,
    connections: usize,
}

impl Journal {
    pub(super) fn new(base: Arc<str>) -> Self {
        Self(Arc::new(Inner { base, state: Mutex::default(), changed: Notify::new() }))
    }

    pub(super) fn note(&self, request: Arc<Request>) {
        self.with(|state| state.requests.push(request));
        self.0.changed.notify_waiters();
    }

    pub(super) fn note_connection(&self) {
        self.with(|state| state.connections += 1);
    }

    /// All requests.
    pub fn requests(&self) -> Vec<Arc<Request>> {
        self.with(|state| state.requests.clone())
    }

    /// The requests that a pattern means, as in `POST /v1/token` (see [`Faults::next`](super::Faults::next)).
    pub fn matching(&self, pattern: &str) -> Vec<Arc<Request>> {
        self.with(|state| state.requests.iter().filter(|request| request.matches(pattern)).cloned().collect())
    }

    /// How many requests a pattern means.
    pub fn count(&self, pattern: &str) -> usize {
        self.with(|state| state.requests.iter().filter(|request| request.matches(pattern)).count())
    }

    /// How many requests there are.
    pub fn len(&self) -> usize {
        self.with(|state| state.requests.len())
    }

    /// Whether nothing was asked.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The last request.
    pub fn last(&self) -> Option<Arc<Request>> {
        self.with(|state| state.requests.last().cloned())
    }

    /// How many connections were accepted, those included on which nothing was asked.
    pub fn connections(&self) -> usize {
        self.with(|state| state.connections)
    }

    /// Forgets all requests and connections.
    pub fn clear(&self) {
        self.with(|state| *state = State::default());
    }

    /// Waits until a pattern has meant so many requests, on a Tokio runtime with time. Whether that happened in time.
    pub async fn wait_for(&self, pattern: &str, count: usize, patience: Duration) -> bool {
        let arrived = async {
            loop {
                let changed = self.0.changed.notified();
                if self.count(pattern) >= count {
                    return;
                }
                changed.await;
            }
        };
        timeout(patience, arrived).await.is_ok()
    }

    /// All requests as text for snapshots: the same for the same requests, whatever port, version and time it is.
    ///
    /// Method, path and query are as on the wire. Headers are sorted by name; those that tell of the transport are left
    /// out (host, user agent, lengths, encodings, dates). Credentials are shown: they are the test's own. The simulator's
    /// URL is `$BASE`, a multipart boundary `$BOUNDARY`. JSON is indented, forms are decoded pair by pair, text is
    /// shown, and of other bodies the length.
    pub fn render(&self) -> String {
        self.render_hiding(&[])
    }

    /// As [`Journal::render`], with `[hidden]` for the values of headers and query pairs that differ from run to run.
    pub fn render_hiding(&self, names: &[&str]) -> String {
        render(&self.requests(), &self.0.base, names)
    }

    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.0.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.requests()).finish()
    }
}
