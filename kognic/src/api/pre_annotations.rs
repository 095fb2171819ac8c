//! Pre-annotations: what an annotator begins with, as OpenLABEL (contract section 6.8).

use auth_core::{Page, Timestamp, path};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::check;
use crate::client::{Client, Request};
use crate::error::{Error, Result};
use crate::openlabel::OpenLabel;

auth_core::service! {
    /// Pre-annotations: what an annotator begins with, as OpenLABEL.
    pub struct PreAnnotations, from Client::pre_annotations
}

/// How many come at a time.
const LIMIT: u64 = 1000;

impl<'a> PreAnnotations<'a> {
    /// `POST /v1/pre-annotations`: gives a scene a pre-annotation. Answers its id.
    pub async fn create(
        &self,
        scene_uuid: &str,
        content: &OpenLabel,
        external_id: Option<&str>,
    ) -> Result<PreAnnotationId> {
        self.post(scene_uuid, content, external_id)?.data().await
    }

    /// `POST /v1/pre-annotations` with `X-Dryrun`: lets the platform look at a pre-annotation without creating it.
    pub async fn dry_run(
        &self,
        scene_uuid: &str,
        content: &OpenLabel,
        external_id: Option<&str>,
    ) -> Result<()> {
        self.post(scene_uuid, content, external_id)?.header("x-dryrun", "").done().await
    }

    fn post(&self, scene_uuid: &str, content: &OpenLabel, external_id: Option<&str>) -> Result<Request<'a>> {
        let mut body = json!({ "sceneUuid": scene_uuid, "preAnnotation": content.checked()? });
        if let Some(id) = external_id {
            check::name("the external id of the pre-annotation", id)?;
            body["externalId"] = id.into();
        }
        Ok(self.client.session.post(path!["v1/pre-annotations"]).json(&body))
    }

    /// `GET /v2/pre-annotations`: the pre-annotations that meet all of the conditions. The cursor of this list is a
    /// number of items.
    pub fn list(&self, asked: ListPreAnnotations) -> auth_core::Pages<'a, PreAnnotation, u64, Error> {
        let client = self.client;
        auth_core::Pages::new(asked.offset, move |from| {
            let offset = from.unwrap_or(0);
            let request = asked.ask(client.session.get(path!["v2/pre-annotations"]), offset);
            async move {
                // Not what is inside the envelope: whether there is more stands beside it.
                let reply: Reply = request.json_reply().await?;
                let more = reply.has_next && !reply.data.is_empty();
                Ok(Page::new(reply.data, more.then_some(offset + LIMIT)))
            }
        })
    }

    /// `GET /v2/pre-annotations/{id}/resolved`: a pre-annotation with its content.
    pub async fn get_with_content(&self, id: &str) -> Result<PreAnnotationWithContent> {
        self.client.session.get(path!["v2/pre-annotations", id, "resolved"]).data().await
    }

    /// `GET /v2/pre-annotations`, then `GET /v2/pre-annotations/{id}/resolved`: the pre-annotation of a scene that has
    /// this external id. It is an error when there is none, or more than one.
    pub async fn get_with_content_of(
        &self,
        scene_uuid: &str,
        external_id: &str,
    ) -> Result<PreAnnotationWithContent> {
        let asked = ListPreAnnotations {
            scene_uuids: vec![scene_uuid.to_owned()],
            external_ids: vec![external_id.to_owned()],
            ..Default::default()
        };
        let request = asked.ask(self.client.session.get(path!["v2/pre-annotations"]), 0);
        let found: Reply = request.json_reply().await?;
        match found.data.as_slice() {
            [only] => self.get_with_content(&only.uuid).await,
            [] => {
                Err(check::invalid(format!("scene {scene_uuid} has no pre-annotation `{external_id}`"))
                    .into())
            }
            several => {
                let ids: Vec<&str> = several.iter().map(|found| found.uuid.as_str()).collect();
                let what = format!("scene {scene_uuid} has several pre-annotations `{external_id}`");
                Err(check::invalid(what)
                    .with_help(format!("get one of {} by its UUID", ids.join(", ")))
                    .into())
            }
        }
    }

    /// `POST /v2/pre-annotations`: gives a scene a pre-annotation that is a file in a cloud storage, as in
    /// `gs://bucket/a.json`. With `postpone_import` it is only indexed; see [`PreAnnotations::make_indexed_available`].
    /// Answers its id.
    pub async fn create_from_cloud_resource(
        &self,
        scene_uuid: &str,
        external_id: &str,
        uri: &str,
        postpone_import: bool,
    ) -> Result<String> {
        check::name("the external id of the pre-annotation", external_id)?;
        let body = json!({
            "sceneUuid": scene_uuid,
            "externalId": external_id,
            "externalResourceId": uri,
            "postponeExternalResourceImport": postpone_import,
        });
        let reply: CreatedId =
            self.client.session.post(path!["v2/pre-annotations"]).json(&body).data().await?;
        Ok(match reply {
            CreatedId::Text(id) | CreatedId::Object { id } => id,
        })
    }

    /// `PATCH /v2/pre-annotations/{id}`: imports a pre-annotation that was only indexed.
    pub async fn make_indexed_available(&self, id: &str) -> Result<()> {
        let patch = self.client.session.patch(path!["v2/pre-annotations", id]);
        patch.json(&json!({ "status": "processing" })).done().await
    }

    /// `DELETE /v2/pre-annotations/{id}`: deletes a pre-annotation.
    pub async fn delete(&self, id: &str) -> Result<()> {
        self.client.session.delete(path!["v2/pre-annotations", id]).idempotent(false).done().await
    }
}

/// Which pre-annotations. Conditions that are left empty are not looked at.
#[derive(Clone, Debug, Default)]
pub struct ListPreAnnotations {
    /// Their UUIDs.
    pub uuids: Vec<String>,
    /// Their external ids.
    pub external_ids: Vec<String>,
    /// The UUIDs of their scenes.
    pub scene_uuids: Vec<String>,
    /// The external ids of their scenes.
    pub scene_external_ids: Vec<String>,
    /// How far they are.
    pub statuses: Vec<PreAnnotationStatus>,
    /// Where to go on, from `cursor()` of an earlier reading.
    pub offset: Option<u64>,
}

impl ListPreAnnotations {
    fn ask<'a>(&self, request: Request<'a>, offset: u64) -> Request<'a> {
        request
            .query("offset", offset)
            .query("limit", LIMIT)
            .query_each("uuids", &self.uuids)
            .query_each("externalIds", &self.external_ids)
            .query_each("sceneUuids", &self.scene_uuids)
            .query_each("sceneExternalIds", &self.scene_external_ids)
            .query_each("statuses", &self.statuses)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reply {
    data: Vec<PreAnnotation>,
    #[serde(default, deserialize_with = "auth_core::lenient::null_as_default")]
    has_next: bool,
}

/// The id alone, or in an object.
#[derive(Deserialize)]
#[serde(untagged)]
enum CreatedId {
    Text(String),
    Object { id: String },
}

/// The id of a pre-annotation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PreAnnotationId {
    /// The UUID.
    pub id: String,
}

/// A pre-annotation. The vendor's SDK gives it as it comes, and so most of it is in `extra`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", try_from = "Found")]
#[non_exhaustive]
pub struct PreAnnotation {
    /// The UUID, which the platform may call `id`.
    pub uuid: String,
    /// The UUID of its scene.
    pub scene_uuid: Option<String>,
    /// The name that its creator gave it.
    pub external_id: Option<String>,
    /// How far it is.
    pub status: Option<PreAnnotationStatus>,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A pre-annotation as it comes: with `uuid`, with `id`, or with both.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Found {
    #[serde(default)]
    uuid: Option<String>,
    #[serde(default)]
    scene_uuid: Option<String>,
    #[serde(default)]
    external_id: Option<String>,
    #[serde(default)]
    status: Option<PreAnnotationStatus>,
    #[serde(default, deserialize_with = "auth_core::lenient::readable_or_none")]
    created: Option<Timestamp>,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

impl TryFrom<Found> for PreAnnotation {
    type Error = &'static str;

    fn try_from(mut found: Found) -> Result<Self, Self::Error> {
        let uuid = match (found.uuid, found.extra.get("id")) {
            (Some(uuid), _) => uuid,
            (None, Some(Value::String(id))) => {
                let id = id.clone();
                found.extra.remove("id");
                id
            }
            (None, _) => return Err("a pre-annotation has neither `uuid` nor `id`"),
        };
        let Found { scene_uuid, external_id, status, created, extra, .. } = found;
        Ok(Self { uuid, scene_uuid, external_id, status, created, extra })
    }
}

auth_core::open_enum! {
    /// How far a pre-annotation is.
    pub enum PreAnnotationStatus {
        /// Is known, and not imported.
        Indexed = "indexed",
        /// Is being read.
        Processing = "processing",
        /// Can be used.
        Available = "available",
    }
}

/// A pre-annotation with its content.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PreAnnotationWithContent {
    /// The UUID.
    pub uuid: String,
    /// The UUID of its scene.
    #[serde(default)]
    pub scene_uuid: Option<String>,
    /// The name that its creator gave it.
    #[serde(default)]
    pub external_id: Option<String>,
    /// When it was created.
    #[serde(default, deserialize_with = "auth_core::lenient::readable_or_none")]
    pub created: Option<Timestamp>,
    /// What an annotator begins with.
    pub content: OpenLabel,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}
