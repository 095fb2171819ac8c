//! What a job returned: a blob of the catalog.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::job::Job;
use crate::client::Client;
use crate::error::Result;

/// What a function returned.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum JobResult {
    /// A JSON value. Bytes that happen to be JSON are one too: the platform does not tell.
    Json(Value),
    /// Bytes, as from a `Serializable`.
    Bytes(Bytes),
}

impl JobResult {
    fn read(bytes: Bytes) -> Option<Self> {
        if bytes.is_empty() {
            return None;
        }
        Some(serde_json::from_slice(&bytes).map_or_else(|_| Self::Bytes(bytes), Self::Json))
    }

    /// The value, when it is JSON.
    pub fn as_json(&self) -> Option<&Value> {
        match self {
            Self::Json(value) => Some(value),
            Self::Bytes(_) => None,
        }
    }
}

/// What the catalog knows of a result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ResultBlob {
    /// The id: `compute/<namespace>/<function id>/<job id>`.
    pub id: String,
    /// Its size.
    #[serde(default)]
    pub size_bytes: Option<u64>,
    /// Its MD5, in hex digits.
    #[serde(default)]
    pub hash: Option<String>,
    /// Its other attributes.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The id of a job's result.
fn id(namespace: &str, job: &Job) -> String {
    format!("compute/{namespace}/{}/{}", job.function_id, job.id)
}

pub(super) async fn fetch(client: &Client, namespace: &str, job: &Job) -> Result<Option<JobResult>> {
    match client.catalog().blobs().get_data(&id(namespace, job)).await {
        Ok(bytes) => Ok(JobResult::read(bytes)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

pub(super) async fn describe(client: &Client, namespace: &str, job: &Job) -> Result<Option<ResultBlob>> {
    let Some(blob) = client.catalog().blobs().get(&id(namespace, job)).await? else { return Ok(None) };
    let mut extra = blob.serialize();
    for known in ["size_bytes", "hash"] {
        extra.shift_remove(known);
    }
    let (size_bytes, hash) = (blob.size_bytes, blob.hash.clone());
    Ok(Some(ResultBlob { id: blob.id().to_owned(), size_bytes, hash, extra }))
}
