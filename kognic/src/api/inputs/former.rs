//! Calls of the first generation, which the vendor deprecates: they know an input by the UUID of its scene.

use auth_core::{Timestamp, path};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::Inputs;
use crate::api::scenes::InvalidatedReason;
use crate::error::Result;
use crate::paging::{Cursor, Pages, page, starting_at};

impl<'a> Inputs<'a> {
    /// `POST /v1/inputs/fetch`: the inputs of a project. The vendor deprecates it: [`Inputs::query`] takes its place.
    /// A question that changes nothing, and so it is repeated.
    pub fn list(&self, asked: ListInputs) -> Pages<'a, InputEntry> {
        let client = self.client;
        Pages::new(asked.cursor.clone(), move |from| {
            let post = client.session.post(path!["v1/inputs/fetch"]).json(&asked);
            page(starting_at(post, from.as_ref()).idempotent(true), from)
        })
    }

    /// `POST /v1/inputs/query`: inputs by the UUIDs of their scenes. The vendor deprecates it. A question
    /// that changes nothing, and so it is repeated.
    pub async fn get_by_uuids<S: AsRef<str> + Sync>(&self, uuids: &[S]) -> Result<Vec<InputEntry>> {
        let uuids: Vec<&str> = uuids.iter().map(AsRef::as_ref).collect();
        let post = self.client.session.post(path!["v1/inputs/query"]).json(&json!({ "uuids": uuids }));
        post.idempotent(true).data().await
    }

    /// `POST /v1/inputs/actions/invalidate`: takes inputs out of use. The vendor deprecates it:
    /// [`Scenes::invalidate`](crate::api::Scenes::invalidate) takes its place.
    pub async fn invalidate<S: AsRef<str> + Sync>(
        &self,
        uuids: &[S],
        reason: &InvalidatedReason,
    ) -> Result<()> {
        let uuids: Vec<&str> = uuids.iter().map(AsRef::as_ref).collect();
        let body = json!({ "inputIds": uuids, "invalidatedReason": reason });
        self.client.session.post(path!["v1/inputs/actions/invalidate"]).json(&body).done().await
    }
}

/// Which inputs of a project.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListInputs {
    /// The external id of the project.
    pub project: String,
    /// A batch of the project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch: Option<String>,
    /// Also those that were taken out of use.
    pub include_invalidated: bool,
    /// The external ids of scenes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_ids: Option<Vec<String>>,
    /// Where to go on, from `cursor()` of an earlier reading.
    #[serde(skip)]
    pub cursor: Option<Cursor>,
}

impl ListInputs {
    /// All inputs of a project that are in use.
    pub fn new(project: impl Into<String>) -> Self {
        Self {
            project: project.into(),
            batch: None,
            include_invalidated: false,
            external_ids: None,
            cursor: None,
        }
    }
}

/// An input of the first generation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct InputEntry {
    /// The UUID of the scene.
    pub internal_id: String,
    /// The name that its creator gave it.
    pub external_id: String,
    /// The batch.
    #[serde(default)]
    pub batch_id: Option<String>,
    /// Its sensors, as in `cameras`.
    #[serde(default)]
    pub input_type: Option<String>,
    /// How far it is.
    pub status: InputStatus,
    /// When it was created.
    #[serde(default, deserialize_with = "auth_core::lenient::readable_or_none")]
    pub created: Option<Timestamp>,
    /// What is annotated in it.
    #[serde(default, deserialize_with = "auth_core::lenient::null_as_default")]
    pub annotation_types: Vec<String>,
    /// The calibration of its sensors.
    #[serde(default)]
    pub calibration_id: Option<String>,
    /// Where people can look at it.
    #[serde(default)]
    pub view_link: Option<String>,
    /// Why it failed.
    #[serde(default)]
    pub error_message: Option<String>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

auth_core::open_enum! {
    /// How far an input of the first generation is.
    pub enum InputStatus {
        /// Waits for its files.
        Pending = "pending",
        /// Is being read.
        Processing = "processing",
        /// Is ready.
        Created = "created",
        /// Could not be read.
        Failed = "failed",
        /// Was taken out of use: its data is bad.
        InvalidatedBrokenInput = "invalidated:broken-input",
        /// Was taken out of use: there is another of it.
        InvalidatedDuplicate = "invalidated:duplicate",
        /// Was taken out of use: it was created by mistake.
        InvalidatedIncorrectlyCreated = "invalidated:incorrectly-created",
        /// Was taken out of use: its positions were computed anew.
        InvalidatedSlamRerun = "invalidated:slam-rerun",
    }
}
