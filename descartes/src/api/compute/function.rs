//! Functions as data.

use std::collections::BTreeMap;

use auth_core::{SecretString, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::error::{Error, Result};
use crate::outcome::{BuildFailure, FunctionStatus};

/// A function to be created.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NewFunction {
    /// The name.
    pub name: String,
    /// The image that it runs in, as in `python3.10:latest`.
    pub image: String,
    /// Processors, as in 0.5.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpus: Option<f64>,
    /// Memory in megabytes; see [`megabytes`](super::megabytes).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<u64>,
    /// How many of its jobs run at a time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum_concurrency: Option<u64>,
    /// How long a job may take, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<u64>,
    /// How often the platform runs a failed job again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_count: Option<u64>,
    /// Variables of its jobs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<BTreeMap<String, String>>,
    /// Whether jobs can be submitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Whether it takes up its jobs as soon as it is built.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_start: Option<bool>,
}

impl NewFunction {
    /// A function with this name that runs in this image.
    pub fn new(name: impl Into<String>, image: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            image: image.into(),
            cpus: None,
            memory: None,
            maximum_concurrency: None,
            timeout: None,
            retry_count: None,
            environment: None,
            enabled: None,
            auto_start: None,
        }
    }
}

/// What to change of a function. What is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct FunctionChanges {
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Processors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpus: Option<f64>,
    /// Memory in megabytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<u64>,
    /// How many of its jobs run at a time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum_concurrency: Option<u64>,
    /// How long a job may take, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<u64>,
    /// How often the platform runs a failed job again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_count: Option<u64>,
    /// Variables of its jobs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<BTreeMap<String, String>>,
    /// Whether jobs can be submitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Whether it takes up its jobs as soon as it is built.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_start: Option<bool>,
    /// `ready` or `stopped`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<FunctionStatus>,
}

/// A function: code that the platform runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Function {
    /// The id.
    pub id: String,
    /// How far it is.
    pub status: FunctionStatus,
    /// The name.
    #[serde(default)]
    pub name: Option<String>,
    /// The image that it runs in.
    #[serde(default)]
    pub image: Option<String>,
    /// Processors.
    #[serde(default)]
    pub cpus: Option<f64>,
    /// Memory in megabytes.
    #[serde(default)]
    pub memory: Option<u64>,
    /// How many of its jobs run at a time.
    #[serde(default)]
    pub maximum_concurrency: Option<u64>,
    /// The namespace that results of its jobs are kept in.
    #[serde(default)]
    pub namespace: Option<String>,
    /// Who owns it.
    #[serde(default)]
    pub owner: Option<String>,
    /// How long a job may take, in seconds.
    #[serde(default)]
    pub timeout: Option<u64>,
    /// How often the platform runs a failed job again.
    #[serde(default)]
    pub retry_count: Option<u64>,
    /// Whether jobs can be submitted.
    #[serde(default)]
    pub enabled: Option<bool>,
    /// Whether it takes up its jobs as soon as it is built.
    #[serde(default)]
    pub auto_start: Option<bool>,
    /// Variables of its jobs.
    #[serde(default)]
    pub environment: Option<BTreeMap<String, String>>,
    /// When it was created. The platform writes no zone, and means UTC.
    #[serde(default)]
    pub creation_date: Option<Timestamp>,
    /// When it was last changed.
    #[serde(default)]
    pub modified_date: Option<Timestamp>,
    /// How many jobs there are of each status. Only when it was asked for.
    #[serde(default)]
    pub job_statistics: Option<BTreeMap<String, u64>>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Function {
    /// [`Error::Build`] when it could not be built: its jobs never run.
    pub(super) fn buildable(&self) -> Result<()> {
        if self.status != FunctionStatus::BuildFailed {
            return Ok(());
        }
        let (function_id, name) = (self.id.clone(), self.name.clone());
        Err(Error::Build(BuildFailure { function_id, name, status: self.status.clone() }))
    }

    /// Whether it is built and all its jobs have ended, as far as its statistics tell.
    pub(super) fn is_idle(&self) -> bool {
        let is_built = matches!(self.status, FunctionStatus::Ready | FunctionStatus::Stopped);
        let count = |status: &str| self.job_statistics.as_ref().and_then(|jobs| jobs.get(status)).copied();
        let busy = ["pending", "running", "cancel", "canceling"];
        is_built && busy.into_iter().all(|status| count(status).unwrap_or(0) == 0)
    }
}

/// A function that was created and waits for its code.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct RegisteredFunction {
    /// The function.
    pub function: Function,
    /// Where its code goes. Who has the URL can put code there.
    pub(super) bundle_upload_url: SecretString,
}
