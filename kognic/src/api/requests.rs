//! Requests: what is ordered of a project (contract section 6.2).

use auth_core::{Timestamp, path};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::client::Client;
use crate::error::Result;

auth_core::service! {
    /// Requests: what is ordered of a project.
    pub struct Requests, from Client::requests
}

impl Requests<'_> {
    /// `GET /v2/requests` (project management host): the requests of a project, which is named by its UUID, not by its
    /// external id. With `input_progress_counts` each tells how far its inputs are.
    pub async fn list(&self, project_id: &str, input_progress_counts: bool) -> Result<Vec<ProjectRequest>> {
        let request = self.client.session.get(path!["v2/requests"]).at(&self.client.bases.project_management);
        let counts = input_progress_counts.then_some(true);
        request.query("projectId", project_id).query_opt("includeInputProgressCounts", counts).data().await
    }
}

/// A request: what is ordered of a project.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ProjectRequest {
    /// The id, a UUID.
    pub id: String,
    /// The id of the project, a UUID.
    pub project_id: String,
    /// The title.
    pub title: String,
    /// When it was created.
    #[serde(default, deserialize_with = "auth_core::lenient::readable_or_none")]
    pub created_at: Option<Timestamp>,
    /// How far its inputs are, where that was asked for.
    #[serde(default, deserialize_with = "auth_core::lenient::readable_or_none")]
    pub input_progress_counts: Option<InputProgressCounts>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// How far the inputs of a request are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct InputProgressCounts {
    /// Inputs that nobody has begun with.
    pub not_started: u64,
    /// Inputs that are worked on.
    pub in_progress: u64,
    /// Inputs that are done.
    pub completed: u64,
    /// All inputs.
    pub total: u64,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}
