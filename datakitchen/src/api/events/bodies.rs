//! What happened.

use auth_core::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use super::about::{KEY, finite, fitting};
use crate::error::Result;

auth_core::open_enum! {
    /// How far a run or task is.
    pub enum RunStatus {
        /// Is running.
        Running = "RUNNING",
        /// Is done.
        Completed = "COMPLETED",
        /// Is done, and somebody should look.
        CompletedWithWarnings = "COMPLETED_WITH_WARNINGS",
        /// Has failed.
        Failed = "FAILED",
    }
}

auth_core::open_enum! {
    /// What was done with a dataset.
    pub enum OperationKind {
        /// It was read.
        Read = "READ",
        /// It was written.
        Write = "WRITE",
    }
}

auth_core::open_enum! {
    /// How important a message is.
    pub enum LogLevel {
        /// Something failed.
        Error = "ERROR",
        /// Somebody should look.
        Warning = "WARNING",
        /// For the record.
        Info = "INFO",
    }
}

auth_core::open_enum! {
    /// What came of a test.
    pub enum OutcomeStatus {
        /// All is well.
        Passed = "PASSED",
        /// It is not.
        Failed = "FAILED",
        /// Somebody should look.
        Warning = "WARNING",
    }
}

/// A dataset was read or written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DatasetOperation {
    /// What was done.
    pub operation: OperationKind,
    /// Where, of 1 to 4096 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

/// A number was measured.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MetricLog {
    /// What was measured, of 1 to 255 characters.
    pub metric_key: String,
    /// The number. It must be finite.
    pub metric_value: f64,
}

/// Something was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MessageLog {
    /// How important it is.
    pub log_level: LogLevel,
    /// What. It must not be empty.
    pub message: String,
}

/// What came of a test.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TestOutcome {
    /// The test, of 1 to 255 characters.
    pub name: String,
    /// What came of it.
    pub status: OutcomeStatus,
    /// What it found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The test's key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// What kind of test it is.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The result as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
    /// What it checks: `accuracy`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dimensions: Vec<String>,
    /// Anything else.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub metadata: Map<String, Value>,
    /// What was measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metric_name: Option<String>,
    /// The same for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metric_description: Option<String>,
    /// The number that was measured. It must be finite, as the thresholds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metric_value: Option<f64>,
    /// The least that is good.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_threshold: Option<f64>,
    /// The most that is good.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_threshold: Option<f64>,
    /// When the test began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_time: Option<Timestamp>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_time: Option<Timestamp>,
    /// For other products of the vendor.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub integrations: Map<String, Value>,
}

impl TestOutcome {
    /// What came of a test.
    pub fn new(name: impl Into<String>, status: OutcomeStatus) -> Self {
        Self {
            name: name.into(),
            status,
            description: None,
            key: None,
            kind: None,
            result: None,
            dimensions: Vec::new(),
            metadata: Map::new(),
            metric_name: None,
            metric_description: None,
            metric_value: None,
            min_threshold: None,
            max_threshold: None,
            start_time: None,
            end_time: None,
            integrations: Map::new(),
        }
    }

    /// What cannot be sent is found before.
    pub(super) fn check(&self) -> Result<()> {
        fitting("name", &self.name, KEY)?;
        for (name, text) in [("key", &self.key), ("metric_name", &self.metric_name)] {
            text.as_ref().map(|text| fitting(name, text, KEY)).transpose()?;
        }
        let metric = self.metric_name.as_deref().unwrap_or(&self.name);
        let numbers = [self.metric_value, self.min_threshold, self.max_threshold];
        numbers.into_iter().flatten().try_for_each(|number| finite(metric, number))
    }
}
