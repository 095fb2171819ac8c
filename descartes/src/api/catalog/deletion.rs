//! Deletions that take their time: of all that belongs to a product, and of blobs (contract sections 6.2 and 6.4).

use auth_core::{Timestamp, Wait};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Catalog;
use super::resource::{Resource, Single};
use crate::client::Request;
use crate::error::Result;

auth_core::open_enum! {
    /// How far a deletion is.
    pub enum TaskStatus {
        /// There was never one.
        NeverRan = "NONE",
        /// It goes on.
        Running = "RUNNING",
        /// It is done.
        Succeeded = "SUCCESS",
        /// It ended, and perhaps not all is deleted.
        Failed = "FAILURE",
    }
}

impl TaskStatus {
    /// Whether nothing more will happen.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::NeverRan | Self::Succeeded | Self::Failed)
    }
}

/// A deletion that goes on at the platform, or has ended there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DeletionTask {
    /// Its id: of a product's deletion, that of the product.
    #[serde(default)]
    pub id: String,
    /// How far it is.
    pub status: TaskStatus,
    /// When it began.
    #[serde(default)]
    pub start_datetime: Option<Timestamp>,
    /// How long it took, in seconds.
    #[serde(default)]
    pub duration_in_seconds: Option<f64>,
    /// How many objects were deleted.
    #[serde(default)]
    pub objects_deleted: Option<u64>,
    /// What went wrong.
    #[serde(default)]
    pub errors: Option<Value>,
    /// The blobs that are deleted: those of the given ones that there were.
    #[serde(default)]
    pub ids: Option<Vec<String>>,
    /// What this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl DeletionTask {
    fn of(resource: Resource) -> Result<Self> {
        let mut attributes = resource.attributes;
        attributes.insert("id".to_owned(), resource.id.into());
        let task: Result<Self, _> = serde_json::from_value(Value::Object(attributes));
        Ok(task.map_err(|_| {
            auth_core::Error::new(
                auth_core::ErrorKind::Reply,
                "the status of a deletion cannot be understood",
            )
        })?)
    }
}

/// Starts a deletion. Only 201 brings a task: with any other success there was nothing to delete.
pub(super) async fn start(request: Request<'_>) -> Result<Option<DeletionTask>> {
    let response = request.whole().await?;
    if response.status() != StatusCode::CREATED {
        return Ok(None);
    }
    let single: Single = response.json().await?;
    DeletionTask::of(single.data).map(Some)
}

/// How far a deletion is.
pub(super) async fn status(request: Request<'_>) -> Result<DeletionTask> {
    DeletionTask::of(request.data::<Single>().await?.data)
}

/// Asks until nothing more will happen. Failures of the platform that may pass are waited out.
pub(super) async fn wait_for<'a>(
    catalog: Catalog<'a>,
    what: String,
    wait: Wait,
    question: impl Fn() -> Request<'a>,
) -> Result<DeletionTask> {
    let mut waiting = wait.start(catalog.client.clock(), what);
    loop {
        waiting.turn().await?;
        match status(question().once()).await {
            Ok(task) if task.status.is_final() => return Ok(task),
            Ok(_) => waiting.answered(),
            Err(error) if error.is_retryable() => waiting.failed(error)?,
            Err(error) => return Err(error),
        }
    }
}
