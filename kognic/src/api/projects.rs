//! Projects and their batches (contract section 6.2).

use auth_core::{Timestamp, path};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::client::Client;
use crate::error::Result;

auth_core::service! {
    /// Projects and their batches.
    pub struct Projects, from Client::projects
}

impl Projects<'_> {
    /// `GET /v1/projects`: the projects that the credentials have access to.
    pub async fn list(&self) -> Result<Vec<Project>> {
        self.client.session.get(path!["v1/projects"]).data().await
    }

    /// `GET /v1/projects/{project}/batches`: the batches of a project, which is named by its external id.
    pub async fn list_batches(&self, project: &str) -> Result<Vec<ProjectBatch>> {
        self.client.session.get(path!["v1/projects", project, "batches"]).data().await
    }

    /// `POST /v1/projects/{project}/batches/{batch}`: creates a batch. With `publish_previous_batches` the batches
    /// before it are closed for new inputs.
    pub async fn create_batch(
        &self,
        project: &str,
        batch: &str,
        publish_previous_batches: bool,
    ) -> Result<ProjectBatch> {
        let request = self.client.session.post(path!["v1/projects", project, "batches", batch]);
        request.json(&json!({ "publishPreviousBatches": publish_previous_batches })).data().await
    }

    /// `POST /v1/projects/{project}/batches/{batch}/publish`: closes a batch for new inputs.
    pub async fn publish_batch(&self, project: &str, batch: &str) -> Result<ProjectBatch> {
        self.client.session.post(path!["v1/projects", project, "batches", batch, "publish"]).data().await
    }

    /// `GET /v1/projects/{project}[/batches/{batch}]/annotation-types`: the names of the annotation types of a project,
    /// or of one of its batches.
    pub async fn list_annotation_types(&self, project: &str, batch: Option<&str>) -> Result<Vec<String>> {
        let path = match batch {
            Some(batch) => path!["v1/projects", project, "batches", batch, "annotation-types"],
            None => path!["v1/projects", project, "annotation-types"],
        };
        self.client.session.get(path).data().await
    }
}

/// A project.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Project {
    /// The external id, by which other calls name the project.
    pub project: String,
    /// The title.
    pub title: String,
    /// What it is about.
    #[serde(default)]
    pub description: Option<String>,
    /// As in `active`.
    #[serde(default)]
    pub status: Option<String>,
    /// When it was created.
    #[serde(default, deserialize_with = "auth_core::lenient::readable_or_none")]
    pub created: Option<Timestamp>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A batch of a project.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ProjectBatch {
    /// The external id of the project.
    pub project: String,
    /// The external id of the batch.
    pub batch: String,
    /// The title.
    pub title: String,
    /// How far it is.
    pub status: BatchStatus,
    /// When it was created.
    #[serde(default, deserialize_with = "auth_core::lenient::readable_or_none")]
    pub created: Option<Timestamp>,
    /// When it was last changed.
    #[serde(default, deserialize_with = "auth_core::lenient::readable_or_none")]
    pub updated: Option<Timestamp>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

auth_core::open_enum! {
    /// How far a batch is.
    pub enum BatchStatus {
        /// Waits for the batches before it.
        Pending = "pending",
        /// Takes inputs.
        Open = "open",
        /// Is complete and waits for annotation.
        Ready = "ready",
        /// Is being annotated.
        InProgress = "in-progress",
        /// Is annotated.
        Completed = "completed",
        /// Is put away.
        Archived = "archived",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unknown_is_kept() {
        let reply = json!({"project": "p", "batch": "b", "title": "T", "status": "frozen", "created": "2026-01-02T03:04:05Z", "later": 1});
        let batch: ProjectBatch = serde_json::from_value(reply.clone()).unwrap();
        assert_eq!(batch.status, BatchStatus::Other("frozen".to_owned()));
        assert_eq!(batch.extra["later"], 1);
        let mut again = serde_json::to_value(batch).unwrap();
        again.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        assert_eq!(again, reply);
    }
}
