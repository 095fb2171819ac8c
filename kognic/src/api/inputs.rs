//! Inputs: scenes that are annotated for a request (contract section 6.6).

mod former;
mod models;

use auth_core::{Wait, path};
use serde::Serialize;
use serde_json::{Value, json};

pub use former::{InputEntry, InputStatus, ListInputs};
pub use models::{
    CurrentTask, Input, Phase, PhaseDefinition, ProgressDetails, RequestInput, RequestInputStatus, TaskType,
    WorkflowAction, WorkflowStage,
};

use crate::client::{Client, Request};
use crate::error::Result;
use crate::paging::{Cursor, Pages, page, starting_at};

auth_core::service! {
    /// Inputs: scenes that are annotated for a request.
    pub struct Inputs, from Client::inputs
}

impl<'a> Inputs<'a> {
    /// `POST /v2/inputs/query`: the inputs that meet all of the conditions. A question that changes nothing, and so it is
    /// repeated.
    pub fn query(&self, asked: QueryInputs) -> Pages<'a, Input> {
        let client = self.client;
        Pages::new(asked.cursor.clone(), move |from| {
            let post = client.session.post(path!["v2/inputs/query"]).json(&asked);
            page(starting_at(post, from.as_ref()).idempotent(true), from)
        })
    }

    /// `POST /v2/inputs`: creates an input from a scene.
    pub async fn create_from_scene(&self, scene_uuid: &str, input: &CreateInput) -> Result<Input> {
        self.client.session.post(path!["v2/inputs"]).json(&input.body(Some(scene_uuid))?).data().await
    }

    /// `POST /v2/inputs`: creates an input from a pre-annotation and the scene that it belongs to.
    pub async fn create_from_pre_annotation(
        &self,
        pre_annotation_uuid: &str,
        target: InputTarget,
    ) -> Result<Input> {
        let input = CreateInput::new(target).with_pre_annotation(pre_annotation_uuid);
        self.client.session.post(path!["v2/inputs"]).json(&input.body(None)?).data().await
    }

    /// `POST /v2/inputs` with `X-Dryrun`: lets the platform look at an input without creating it. `scene_uuid` is not
    /// necessary with a pre-annotation.
    pub async fn dry_run(&self, scene_uuid: Option<&str>, input: &CreateInput) -> Result<()> {
        let post = self.client.session.post(path!["v2/inputs"]).header("x-dryrun", "");
        post.json(&input.body(scene_uuid)?).done().await
    }

    /// `GET /v2/request-inputs` (order execution host): the inputs of a request, and how far they are.
    pub fn list_request_inputs(&self, asked: ListRequestInputs) -> Pages<'a, RequestInput> {
        let client = self.client;
        Pages::new(asked.cursor.clone(), move |from| {
            let get = client.session.get(path!["v2/request-inputs"]).at(&client.bases.order_execution);
            let get = starting_at(get, from.as_ref())
                .query("requestId", &asked.request_id)
                .query_opt("sceneId", asked.scene_id.as_ref());
            page(get.query_opt("limit", asked.page_size), from)
        })
    }

    /// `GET /v2/request-inputs/{id}` (order execution host): how far an input of a request is. It is an error (400) when
    /// the request has no flexible workflow.
    pub async fn get_request_input(&self, id: &str) -> Result<RequestInput> {
        self.request_input(id).data().await
    }

    fn request_input(&self, id: &str) -> Request<'_> {
        let get = self.client.session.get(path!["v2/request-inputs", id]);
        get.at(&self.client.bases.order_execution)
    }

    /// Waits until an input of a request is completed, as [`Inputs::get_request_input`] tells.
    pub async fn wait_until_completed(&self, id: &str, wait: Wait) -> Result<RequestInput> {
        let mut waiting = wait.start(self.client.session.clock(), format!("input {id}"));
        loop {
            waiting.turn().await?;
            // The next turn asks again: no retries inside of one, so that the wait ends when it should.
            match self.request_input(id).once().data::<RequestInput>().await {
                Ok(input) if input.status == RequestInputStatus::Completed => return Ok(input),
                Ok(_) => waiting.answered(),
                Err(error) if error.is_retryable() => waiting.failed(error)?,
                Err(error) => return Err(error),
            }
        }
    }

    /// `DELETE /v2/inputs/{uuid}`: deletes an input.
    pub async fn delete(&self, uuid: &str) -> Result<()> {
        // Not repeated when its fate is unknown: a second answer, 404, would hide that the first did it.
        self.client.session.delete(path!["v2/inputs", uuid]).idempotent(false).done().await
    }

    /// `PATCH /v2/inputs/{request_input_uuid}/pre-annotation`: gives an input another pre-annotation.
    pub async fn update_pre_annotation(
        &self,
        request_input_uuid: &str,
        pre_annotation_uuid: &str,
    ) -> Result<()> {
        let patch = self.client.session.patch(path!["v2/inputs", request_input_uuid, "pre-annotation"]);
        patch.json(&json!({ "uuid": pre_annotation_uuid })).done().await
    }
}

/// Which inputs. Conditions that are left out are not looked at.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct QueryInputs {
    /// The external id of a project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// A batch of the project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch: Option<String>,
    /// The UUIDs of scenes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scene_uuids: Option<Vec<String>>,
    /// The external ids of scenes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_ids: Option<Vec<String>>,
    /// Where to go on, from `cursor()` of an earlier reading.
    #[serde(skip)]
    pub cursor: Option<Cursor>,
}

/// Which inputs of a request.
#[derive(Clone, Debug)]
pub struct ListRequestInputs {
    /// The UUID of the request.
    pub request_id: String,
    /// The UUID of a scene.
    pub scene_id: Option<String>,
    /// How many come at a time: at most 5000; the platform's own number is 1000.
    pub page_size: Option<u32>,
    /// Where to go on, from `cursor()` of an earlier reading.
    pub cursor: Option<Cursor>,
}

impl ListRequestInputs {
    /// All inputs of a request.
    pub fn new(request_id: impl Into<String>) -> Self {
        Self { request_id: request_id.into(), scene_id: None, page_size: None, cursor: None }
    }
}

/// Where an input goes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InputTarget {
    /// To a request, by its UUID.
    Request(String),
    /// To a project, by its external id, and there to the latest open batch.
    Project(String),
    /// To a batch: the external id of the project, and the batch's.
    Batch(String, String),
}

/// An input to be created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateInput {
    /// Where it goes.
    pub target: InputTarget,
    /// What it begins with.
    pub pre_annotation_uuid: Option<String>,
}

impl CreateInput {
    /// An input that goes there.
    pub fn new(target: InputTarget) -> Self {
        Self { target, pre_annotation_uuid: None }
    }

    /// Beginning with a pre-annotation.
    pub fn with_pre_annotation(mut self, uuid: impl Into<String>) -> Self {
        self.pre_annotation_uuid = Some(uuid.into());
        self
    }

    fn body(&self, scene_uuid: Option<&str>) -> Result<Value> {
        let mut body = match &self.target {
            InputTarget::Request(uuid) => json!({ "requestUuid": uuid }),
            InputTarget::Project(project) => json!({ "projectExtId": project }),
            InputTarget::Batch(project, batch) => json!({ "projectExtId": project, "batchExtId": batch }),
        };
        if scene_uuid.is_none() && self.pre_annotation_uuid.is_none() {
            let what = "an input needs a scene or a pre-annotation to be created from";
            return Err(crate::check::invalid(what).into());
        }
        for (name, value) in
            [("sceneUuid", scene_uuid), ("preAnnotationUuid", self.pre_annotation_uuid.as_deref())]
        {
            if let Some(value) = value {
                body[name] = value.into();
            }
        }
        Ok(body)
    }
}
