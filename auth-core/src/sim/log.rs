//! What is traced while a test runs, as text that can be searched for secrets.

use std::fmt::{self, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Once, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Metadata, Subscriber};

/// Every span and every event of every level, also those of the libraries below, in the order in which they came.
///
/// It captures what its own thread traces, until it is dropped: let the test run on a single-threaded runtime, as
/// `#[tokio::test]` does unless told otherwise.
///
/// ```
/// let log = auth_core::sim::Log::capture();
/// tracing::warn!(path = "/x", "not writable");
/// assert!(log.text().starts_with("WARN ") && log.text().contains("not writable path=\"/x\""));
/// ```
#[derive(Debug)]
#[must_use = "it captures only until it is dropped"]
pub struct Log {
    text: Arc<Mutex<String>>,
    /// Given back to the thread that it was taken from: this is why a log cannot be sent to another one.
    _guard: DefaultGuard,
}

impl Log {
    /// Captures from now on.
    pub fn capture() -> Self {
        // The library remembers of each place that traces whether anybody listens. A place that was first met by a
        // thread without a listener could stay mute for the others: so there is always one, which hears nothing.
        static LISTENER: Once = Once::new();
        LISTENER.call_once(|| {
            // Fails where the program has one of its own, which does as well.
            let _ = tracing::subscriber::set_global_default(Recorder::new(None));
        });
        let text = Arc::new(Mutex::new(String::new()));
        let guard = tracing::subscriber::set_default(Recorder::new(Some(Arc::clone(&text))));
        Self { text, _guard: guard }
    }

    /// What was captured so far, a line for each span, each later value of a span, and each event.
    pub fn text(&self) -> String {
        self.text.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

struct Recorder {
    /// Where it is written down, if anywhere.
    text: Option<Arc<Mutex<String>>>,
    spans: AtomicU64,
}

impl Recorder {
    fn new(text: Option<Arc<Mutex<String>>>) -> Self {
        Self { text, spans: AtomicU64::new(0) }
    }

    fn line(&self, head: fmt::Arguments<'_>, record: impl FnOnce(&mut Line)) {
        let Some(text) = &self.text else { return };
        let mut line = Line(head.to_string());
        record(&mut line);
        let mut text = text.lock().unwrap_or_else(PoisonError::into_inner);
        text.push_str(&line.0);
        text.push('\n');
    }
}

impl Subscriber for Recorder {
    fn enabled(&self, _metadata: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let (level, target) = (span.metadata().level(), span.metadata().target());
        self.line(format_args!("{level} {target}: span {}", span.metadata().name()), |line| {
            span.record(line)
        });
        Id::from_u64(self.spans.fetch_add(1, Ordering::Relaxed) + 1)
    }

    fn record(&self, _span: &Id, values: &Record<'_>) {
        self.line(format_args!("span"), |line| values.record(line));
    }

    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let (level, target) = (event.metadata().level(), event.metadata().target());
        self.line(format_args!("{level} {target}:"), |line| event.record(line));
    }

    fn enter(&self, _span: &Id) {}

    fn exit(&self, _span: &Id) {}
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _ = match field.name() {
            "message" => write!(self.0, " {value:?}"),
            name => write!(self.0, " {name}={value:?}"),
        };
    }
}
