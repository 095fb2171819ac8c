//! The client of the events API and how it is made.

use std::time::Duration;

use auth_core::source::StaticTokenSource;
use auth_core::{
    Base, Error, ErrorKind, RetryPolicy, SecretString, Session, Settings, Token, TokenKey, path,
};
use serde::Serialize;
use serde_json::{Map, Value};

use super::about::{KEY, finite, fitting};
use super::{
    About, Component, DatasetOperation, EventsProtocol, MessageLog, MetricLog, RunStatus, TestOutcome,
};
use crate::error::{Result, invalid};

/// Where the API is unless somebody says otherwise. The vendor's monitor takes a development host instead.
const HOST: &str = "https://api.datakitchen.io";
/// The longest path of a dataset.
const PATH: usize = 4096;

/// A client of the events API of DataOps Observability. Cheap to clone.
///
/// It has a key of its own, of a service account, which is sent to its host only: not with a redirect to another origin,
/// and never to the platform itself. Events are not repeated when their fate is unknown.
///
/// ```no_run
/// use datakitchen::api::{About, EventsClient, RunStatus};
///
/// # async fn example() -> datakitchen::Result<()> {
/// let events = EventsClient::new("the-key-of-a-service-account")?;
/// events.post_run_status(&About::run("nightly", "r-1"), RunStatus::Running).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct EventsClient {
    session: Session<EventsProtocol>,
    key: SecretString,
}

impl EventsClient {
    /// A client with the key of a service account. No network.
    pub fn new(key: impl Into<SecretString>) -> Result<Self> {
        Self::builder(key).build()
    }

    /// A client with settings of its own.
    pub fn builder(key: impl Into<SecretString>) -> EventsBuilder {
        EventsBuilder { key: key.into(), host: HOST.to_owned(), settings: Settings::default() }
    }

    /// `POST /events/v1/run-status`: how far a run is, or one of its tasks. Only batch pipelines have runs.
    pub async fn post_run_status(&self, about: &About, status: RunStatus) -> Result<()> {
        #[derive(Serialize)]
        struct Happened {
            status: RunStatus,
        }
        if !matches!((&about.component, &about.run_key), (Component::Pipeline(_), Some(_))) {
            let what = "a run status is about a run of a batch pipeline, and this event names none";
            return Err(invalid(what).with_help("make it by `About::run`").into());
        }
        self.post("run-status", about.event(&Happened { status })?).await
    }

    /// `POST /events/v1/dataset-operation`: a dataset was read or written.
    pub async fn post_dataset_operation(&self, about: &About, operation: &DatasetOperation) -> Result<()> {
        if !matches!(about.component, Component::Dataset(_)) {
            return Err(invalid("a dataset operation is about a dataset, and this event names none").into());
        }
        if let Some(path) = &operation.path {
            fitting("path", path, PATH)?;
        }
        self.post("dataset-operation", about.event(operation)?).await
    }

    /// `POST /events/v1/metric-log`: a number was measured.
    pub async fn post_metric_log(&self, about: &About, metric: &MetricLog) -> Result<()> {
        fitting("metric_key", &metric.metric_key, KEY)?;
        finite(&metric.metric_key, metric.metric_value)?;
        self.post("metric-log", about.event(metric)?).await
    }

    /// `POST /events/v1/message-log`: something was said.
    pub async fn post_message_log(&self, about: &About, message: &MessageLog) -> Result<()> {
        fitting("message", &message.message, usize::MAX)?;
        self.post("message-log", about.event(message)?).await
    }

    /// `POST /events/v1/test-outcomes`: what came of tests, at least one.
    pub async fn post_test_outcomes(&self, about: &About, outcomes: &[TestOutcome]) -> Result<()> {
        #[derive(Serialize)]
        struct Happened<'a> {
            test_outcomes: &'a [TestOutcome],
        }
        if outcomes.is_empty() {
            return Err(invalid("no test outcome is given").into());
        }
        outcomes.iter().try_for_each(TestOutcome::check)?;
        self.post("test-outcomes", about.event(&Happened { test_outcomes: outcomes })?).await
    }

    async fn post(&self, kind: &'static str, event: Map<String, Value>) -> Result<()> {
        let path = path!["events/v1"].map(|path| path.literal(kind));
        self.session.post(path).hiding(&self.key).json(&event).done().await
    }
}

/// Makes an [`EventsClient`].
pub struct EventsBuilder {
    key: SecretString,
    host: String,
    settings: Settings,
}

impl EventsBuilder {
    /// Another host than the usual one.
    pub fn host(mut self, url: impl Into<String>) -> Self {
        self.host = url.into();
        self
    }

    /// The client. Reads variables for proxy and certificates; no network.
    pub fn build(self) -> Result<EventsClient> {
        if auth_core::secret::expose(&self.key).trim().is_empty() {
            return Err(
                Error::new(ErrorKind::InvalidCredentials, "the key of the events API is empty").into()
            );
        }
        let ready = self.settings.ready(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))?;
        let base = Base::parse("host", &self.host, ready.settings.plain_http)?;
        let key = TokenKey::new("datakitchen-events", base.as_str(), "").with_secret(&self.key);
        let source = StaticTokenSource::new(key, "check the key of the service account");
        let cache = ready.cache(source, Duration::ZERO).initial(Some(Token::new(self.key.clone()))).build();
        let session = ready.session(EventsProtocol, base, RetryPolicy::default()).credential(cache);
        Ok(EventsClient { session: ready.open(session)?, key: self.key })
    }
}

auth_core::builder_methods!(EventsBuilder);
