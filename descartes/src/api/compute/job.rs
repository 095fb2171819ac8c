//! Jobs as data.

use std::collections::BTreeMap;

use auth_core::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::statistics::JobStatistics;
use crate::error::{Error, Result};
use crate::outcome::{JobFailure, JobStatus};

/// A job to be submitted. Arguments are JSON values, as the function takes them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NewJob {
    /// The function.
    pub function_id: String,
    /// Arguments by position.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub args: Option<Vec<Value>>,
    /// Arguments by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kwargs: Option<Map<String, Value>>,
    /// Variables, beside and before those of the function.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<BTreeMap<String, String>>,
    /// Words that it is found by.
    pub tags: Vec<String>,
}

impl NewJob {
    /// A job of this function, without arguments.
    pub fn new(function_id: impl Into<String>) -> Self {
        Self {
            function_id: function_id.into(),
            args: None,
            kwargs: None,
            environment: None,
            tags: Vec::new(),
        }
    }

    /// With arguments by position.
    pub fn args(self, args: impl IntoIterator<Item = impl Into<Value>>) -> Self {
        Self { args: Some(args.into_iter().map(Into::into).collect()), ..self }
    }

    /// With one more argument by name.
    pub fn kwarg(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.kwargs.get_or_insert_default().insert(name.into(), value.into());
        self
    }
}

/// What to change of a job. What is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct JobChanges {
    /// Arguments by position.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub args: Option<Vec<Value>>,
    /// Arguments by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kwargs: Option<Map<String, Value>>,
    /// Variables.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<BTreeMap<String, String>>,
    /// Words that it is found by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
}

/// A job: a single run of a function.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Job {
    /// The id.
    pub id: String,
    /// The function.
    pub function_id: String,
    /// How far it is.
    pub status: JobStatus,
    /// Arguments by position.
    #[serde(default)]
    pub args: Option<Vec<Value>>,
    /// Arguments by name.
    #[serde(default)]
    pub kwargs: Option<Map<String, Value>>,
    /// Variables.
    #[serde(default)]
    pub environment: Option<BTreeMap<String, String>>,
    /// When it was submitted. The platform writes no zone, and means UTC.
    #[serde(default)]
    pub creation_date: Option<Timestamp>,
    /// Why it failed.
    #[serde(default)]
    pub error_reason: Option<String>,
    /// How often it was run.
    #[serde(default)]
    pub execution_count: Option<u64>,
    /// What its process ended with.
    #[serde(default)]
    pub exit_code: Option<i64>,
    /// When it last ended.
    #[serde(default)]
    pub last_completion_date: Option<Timestamp>,
    /// When it was last started.
    #[serde(default)]
    pub last_execution_date: Option<Timestamp>,
    /// How long it ran, in seconds.
    #[serde(default)]
    pub runtime: Option<f64>,
    /// Words that it is found by.
    #[serde(default)]
    pub tags: Option<Vec<String>>,
    /// How long it took to have a machine for it. Only when timings were asked for.
    #[serde(default)]
    pub provisioning_time: Option<f64>,
    /// How long it took to load its code. Only when timings were asked for.
    #[serde(default)]
    pub pull_time: Option<f64>,
    /// What it used.
    #[serde(default)]
    pub statistics: Option<JobStatistics>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Job {
    /// Whether it has ended, well or not.
    pub fn is_done(&self) -> bool {
        self.status.is_terminal()
    }

    /// The job itself when it succeeded, else [`Error::Job`], which tells why not.
    pub fn succeeded(self) -> Result<Self> {
        match self.failure() {
            None => Ok(self),
            Some(failure) => Err(Error::Job(failure)),
        }
    }

    /// Why it has no result; `None` when it has one.
    pub(super) fn failure(&self) -> Option<JobFailure> {
        (self.status != JobStatus::Success).then(|| JobFailure {
            job_id: self.id.clone(),
            status: self.status.clone(),
            error_reason: self.error_reason.clone(),
            exit_code: self.exit_code,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn times_without_a_zone_are_utc_and_what_is_unknown_is_kept() {
        let reply = json!({
            "id": "j-1", "function_id": "f-1", "status": "frozen", "args": null, "later": 1,
            "creation_date": "2024-05-01T10:00:00.123456",
        });
        let job: Job = serde_json::from_value(reply).unwrap();
        assert_eq!(job.creation_date.unwrap().to_string(), "2024-05-01T10:00:00.123456Z");
        assert_eq!((job.status.as_str(), &job.extra["later"]), ("frozen", &json!(1)));
        assert!(!job.is_done());
    }
}
