//! What a job returned: a blob of the catalog.

use auth_core::secret::expose;
use auth_core::{Path, SecretString};
use bytes::Bytes;
use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::job::Job;
use crate::api::document::Single;
use crate::client::{Client, Request};
use crate::error::Result;

const JSON_API: &str = "application/vnd.api+json";

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

/// Where the bytes of a blob are. The URL opens them to everybody.
#[derive(Deserialize)]
struct Download {
    resumable_url: SecretString,
}

/// The id of a job's result.
fn id(namespace: &str, job: &Job) -> String {
    format!("compute/{namespace}/{}/{}", job.function_id, job.id)
}

pub(super) async fn fetch(client: &Client, namespace: &str, job: &Job) -> Result<Option<JobResult>> {
    let path = Path::ROOT.literal("storage/download").segments("id", &id(namespace, job));
    let found = match catalog(client, path).data::<Single<Download>>().await {
        Ok(found) => found.data,
        Err(error) if error.is_not_found() => return Ok(None),
        Err(error) => return Err(error),
    };
    let bytes = client.signed(Method::GET, expose(&found.resumable_url)).send().await?.bytes().await;
    match bytes {
        Ok(bytes) => Ok(JobResult::read(bytes)),
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn describe(client: &Client, namespace: &str, job: &Job) -> Result<Option<ResultBlob>> {
    let path = Path::ROOT.literal("storage").segments("id", &id(namespace, job));
    match catalog(client, path).data::<Single<ResultBlob>>().await {
        Ok(found) => Ok(Some(found.data)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

fn catalog(client: &Client, path: auth_core::Result<Path>) -> Request<'_> {
    client.start(Method::GET, path).at(&client.endpoints().catalog_v2).header("accept", JSON_API)
}
