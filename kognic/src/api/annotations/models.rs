//! What the platform tells of annotations (contract section 6.7).

use auth_core::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Cuboids;
use crate::openlabel::OpenLabel;
use crate::paging::Cursor;

/// An annotation with its content.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Annotation {
    /// The UUID of the annotation, for [`Reviews::create`](crate::api::Reviews::create). Known of one that was asked for
    /// by it.
    #[serde(default)]
    pub id: Option<String>,
    /// The UUID of the input.
    #[serde(default)]
    pub input_uuid: Option<String>,
    /// The UUID of the scene.
    #[serde(default)]
    pub scene_uuid: Option<String>,
    /// The UUID of the request.
    #[serde(default)]
    pub request_uid: Option<String>,
    /// When it was created.
    #[serde(default, deserialize_with = "auth_core::lenient::readable_or_none")]
    pub created: Option<Timestamp>,
    /// Whether it may still change.
    #[serde(default)]
    pub is_preliminary: Option<bool>,
    /// What was found.
    pub content: OpenLabel,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Annotation {
    pub(super) fn new(mut found: PartialAnnotation, content: OpenLabel) -> Self {
        Self {
            id: found.extra.remove("id").and_then(|id| id.as_str().map(str::to_owned)),
            input_uuid: found.input_uuid,
            scene_uuid: found.scene_uuid,
            request_uid: found.request_uid,
            created: found.created,
            is_preliminary: None,
            content,
            extra: found.extra,
        }
    }

    pub(super) fn signed(found: SignedAnnotation, content: OpenLabel) -> Self {
        Self {
            id: Some(found.id),
            input_uuid: found.request_input_id,
            scene_uuid: found.scene_id,
            request_uid: found.request_uid,
            created: found.created,
            is_preliminary: found.is_preliminary,
            content,
            extra: found.extra,
        }
    }
}

/// An annotation and where its content is.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PartialAnnotation {
    /// The UUID of the input.
    #[serde(default)]
    pub input_uuid: Option<String>,
    /// The UUID of the scene.
    #[serde(default)]
    pub scene_uuid: Option<String>,
    /// The UUID of the request.
    #[serde(default)]
    pub request_uid: Option<String>,
    /// When it was created.
    #[serde(default, deserialize_with = "auth_core::lenient::readable_or_none")]
    pub created: Option<Timestamp>,
    /// A signed URL, a secret for as long as it is good.
    pub uri: String,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// An annotation by its own id, and where its content is.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SignedAnnotation {
    /// The UUID of the annotation.
    pub id: String,
    /// The UUID of the scene.
    #[serde(default)]
    pub scene_id: Option<String>,
    /// The UUID of the input.
    #[serde(default)]
    pub request_input_id: Option<String>,
    /// The UUID of the request.
    #[serde(default)]
    pub request_uid: Option<String>,
    /// Whether it may still change.
    #[serde(default)]
    pub is_preliminary: Option<bool>,
    /// A signed URL, a secret for as long as it is good.
    pub signed_url: String,
    /// When it was created.
    #[serde(default, deserialize_with = "auth_core::lenient::readable_or_none")]
    pub created: Option<Timestamp>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// An annotation of a type, as the first generation of calls gives it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ClientAnnotation {
    /// The UUID of the *scene*: the platform calls it `inputUuid` here.
    #[serde(rename = "inputUuid")]
    pub scene_uuid: String,
    /// What was annotated.
    #[serde(default)]
    pub annotation_type: Option<String>,
    /// When it was created.
    #[serde(default, deserialize_with = "auth_core::lenient::readable_or_none")]
    pub created: Option<Timestamp>,
    /// A signed URL, a secret for as long as it is good.
    #[serde(default, skip_serializing)]
    pub uri: Option<String>,
    /// What was found, where it was fetched.
    #[serde(default)]
    pub content: Option<OpenLabel>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Which annotations of a project.
#[derive(Clone, Debug)]
pub struct SearchAnnotations {
    /// The external id of the project.
    pub project: String,
    /// What was annotated; see [`Projects::list_annotation_types`](crate::api::Projects::list_annotation_types).
    pub annotation_type: String,
    /// A batch of the project.
    pub batch: Option<String>,
    /// How cuboids are turned.
    pub cuboids: Cuboids,
    /// Where to go on, from `cursor()` of an earlier reading.
    pub cursor: Option<Cursor>,
}

impl SearchAnnotations {
    /// All annotations of a type.
    pub fn new(project: impl Into<String>, annotation_type: impl Into<String>) -> Self {
        Self {
            project: project.into(),
            annotation_type: annotation_type.into(),
            batch: None,
            cuboids: Cuboids::default(),
            cursor: None,
        }
    }
}

/// A signed URL is not shown: it lets everybody read.
macro_rules! debug_without_url {
    ($($model:ident: $($member:ident)+;)+) => {
        $(impl std::fmt::Debug for $model {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let mut shown = f.debug_struct(stringify!($model));
                $(shown.field(stringify!($member), &self.$member);)+
                shown.finish_non_exhaustive()
            }
        })+
    };
}

debug_without_url! {
    PartialAnnotation: input_uuid scene_uuid request_uid created;
    SignedAnnotation: id scene_id request_input_id request_uid is_preliminary created;
    ClientAnnotation: scene_uuid annotation_type created content;
}
