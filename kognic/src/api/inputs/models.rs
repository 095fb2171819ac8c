//! What the platform tells of inputs (contract section 6.6).

use auth_core::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// An input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Input {
    /// The UUID.
    pub uuid: String,
    /// The UUID of its scene.
    pub scene_uuid: String,
    /// The UUID of its request.
    #[serde(default)]
    pub request_uid: Option<String>,
    /// The external id of its scene.
    #[serde(default)]
    pub scene_external_id: Option<String>,
    /// Where people can look at it.
    #[serde(default)]
    pub view_link: Option<String>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// An input of a request, and how far it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RequestInput {
    /// The UUID.
    pub id: String,
    /// The UUID of the request.
    pub request_id: String,
    /// The UUID of the scene.
    pub scene_id: String,
    /// How far it is, in a word.
    pub status: RequestInputStatus,
    /// The annotation that was completed last.
    #[serde(default)]
    pub last_completed_annotation_id: Option<String>,
    /// How far it is. Only for those who have access to the phase.
    #[serde(default)]
    pub progress_details: Option<ProgressDetails>,
    /// When it was created.
    #[serde(default, deserialize_with = "auth_core::lenient::readable_or_none")]
    pub created_at: Option<Timestamp>,
    /// When it last changed.
    #[serde(default, deserialize_with = "auth_core::lenient::readable_or_none")]
    pub last_updated_at: Option<Timestamp>,
    /// When it was completed.
    #[serde(default, deserialize_with = "auth_core::lenient::readable_or_none")]
    pub completed_at: Option<Timestamp>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

auth_core::open_enum! {
    /// How far an input of a request is.
    pub enum RequestInputStatus {
        /// Nobody has begun with it.
        NotStarted = "not_started",
        /// It is worked on.
        InProgress = "in_progress",
        /// It is done.
        Completed = "completed",
    }
}

/// How far an input is on its way through the workflow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ProgressDetails {
    /// Where it is.
    #[serde(default)]
    pub current_workflow_stage: Option<WorkflowStage>,
    /// Who works on it.
    #[serde(default)]
    pub current_task: Option<CurrentTask>,
    /// Whether a program can review it now.
    #[serde(default, deserialize_with = "auth_core::lenient::null_as_default")]
    pub available_for_integration_review: bool,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A stage of a workflow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WorkflowStage {
    /// The name, as in `Review 1: Correct`.
    pub name: String,
    /// The phase that it belongs to.
    #[serde(default)]
    pub phase: Option<Phase>,
    /// What is done in it.
    #[serde(default)]
    pub action: Option<WorkflowAction>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A phase of a workflow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Phase {
    /// The id.
    pub id: String,
    /// The name, as in `Review 1`.
    pub name: String,
    /// What kind of phase it is.
    #[serde(default)]
    pub phase_definition: Option<PhaseDefinition>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A kind of phase.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PhaseDefinition {
    /// The id.
    pub id: String,
    /// The name, as in `review`.
    pub name: String,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What is done in a stage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WorkflowAction {
    /// The id.
    pub id: String,
    /// The name, as in `Correct`.
    pub name: String,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The task that an input waits for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CurrentTask {
    /// The id, for [`Tasks::assign`](crate::api::Tasks::assign).
    pub task_id: String,
    /// Whether somebody works on it now.
    #[serde(default, deserialize_with = "auth_core::lenient::null_as_default")]
    pub is_ongoing: bool,
    /// What is to be done.
    #[serde(default)]
    pub task_type: Option<TaskType>,
    /// The user who is to do it.
    #[serde(default)]
    pub assigned_user_id: Option<i64>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

auth_core::open_enum! {
    /// What is to be done in a task.
    pub enum TaskType {
        /// To annotate.
        Annotate = "annotate",
        /// To correct.
        Correct = "correct",
        /// To review.
        Review = "review",
    }
}
