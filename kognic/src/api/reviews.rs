//! Reviews: what a program found in annotations (contract section 6.10).

use std::collections::BTreeMap;

use auth_core::{Timestamp, path};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::check;
use crate::client::Client;
use crate::error::Result;

auth_core::service! {
    /// Reviews: what a program found in annotations.
    pub struct Reviews, from Client::reviews
}

impl Reviews<'_> {
    /// `POST /v1/annotations/{annotation_uuid}/review` (annotation integration host): reviews an annotation.
    pub async fn create(&self, annotation_uuid: &str, review: &CreateReview) -> Result<CreatedReview> {
        let body = check::finite("the review", review)?;
        let post = self.client.session.post(path!["v1/annotations", annotation_uuid, "review"]);
        post.at(&self.client.bases.annotation_integration).json(&body).data().await
    }

    /// `GET /v1/reviews/{id}` (annotation integration host): a review.
    pub async fn get(&self, id: &str) -> Result<Review> {
        let get = self.client.session.get(path!["v1/reviews", id]);
        get.at(&self.client.bases.annotation_integration).data().await
    }

    /// `GET /v0/request-inputs/{request_input_id}/auto-reviews` (annotation integration host): what the platform itself
    /// found in an input.
    pub async fn list_auto_reviews(&self, request_input_id: &str) -> Result<Vec<Review>> {
        let get = self.client.session.get(path!["v0/request-inputs", request_input_id, "auto-reviews"]);
        get.at(&self.client.bases.annotation_integration).data().await
    }

    /// `GET /v1/reviews/error-types` (annotation integration host): what can be wrong.
    pub async fn list_error_types(&self) -> Result<Vec<ErrorType>> {
        let get = self.client.session.get(path!["v1/reviews/error-types"]);
        get.at(&self.client.bases.annotation_integration).data().await
    }
}

/// A review to be created.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateReview {
    /// What was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feedback_items: Option<Vec<FeedbackItem>>,
    /// What happens next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workflow: Option<ReviewWorkflow>,
    /// Whether the annotation is good.
    pub accepted: bool,
}

auth_core::open_enum! {
    /// What happens after a review.
    pub enum ReviewWorkflow {
        /// The annotation is corrected.
        Correct = "correct",
        /// The annotation is corrected and reviewed again.
        CorrectReviewLoop = "correct-review-loop",
    }
}

/// Something that was found.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FeedbackItem {
    /// What is wrong; see [`Reviews::list_error_types`].
    pub error_type_id: String,
    /// The sensor in whose data it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sensor_id: Option<String>,
    /// The frame: `frame_properties.external_id` of the OpenLABEL frame.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame_id: Option<String>,
    /// The object, by its UUID in the OpenLABEL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_id: Option<String>,
    /// The place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pin: Option<Pin>,
    /// In words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What a property should be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggested_property: Option<SuggestedProperty>,
    /// Texts of your own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<BTreeMap<String, String>>,
}

impl FeedbackItem {
    /// Something of this type.
    pub fn new(error_type_id: impl Into<String>) -> Self {
        Self { error_type_id: error_type_id.into(), ..Self::default() }
    }
}

/// A place: in an image in pixels, else in metres.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pin {
    /// Along the first axis.
    pub x: f64,
    /// Along the second axis.
    pub y: f64,
    /// Along the third axis.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub z: Option<f64>,
    /// Whether it is in world coordinates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub world_coordinates: Option<bool>,
    /// The frame that it was set in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin_frame: Option<String>,
}

/// What a property should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SuggestedProperty {
    /// The property.
    pub property_name: String,
    /// What it should be.
    pub suggested_property_value: String,
}

/// The id of a review that was created.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CreatedReview {
    /// The id.
    pub created_review_id: String,
}

/// A review.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Review {
    /// The id.
    pub id: String,
    /// What was found.
    #[serde(default, deserialize_with = "auth_core::lenient::null_as_default")]
    pub members: Vec<ReviewMember>,
    /// The UUID of the input.
    #[serde(default)]
    pub input_uuid: Option<String>,
    /// The phase of the workflow.
    #[serde(default)]
    pub phase_id: Option<String>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Something that was found, and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ReviewMember {
    /// What is wrong.
    pub error_type_id: String,
    /// What is wrong, in words.
    #[serde(default)]
    pub error_type_name: Option<String>,
    /// The sensor in whose data it is.
    #[serde(default)]
    pub sensor_id: Option<String>,
    /// The frame: `frame_properties.external_id` of the OpenLABEL frame.
    #[serde(default)]
    pub frame_id: Option<String>,
    /// The object, by its UUID in the OpenLABEL.
    #[serde(default)]
    pub object_id: Option<String>,
    /// The place.
    #[serde(default)]
    pub pin: Option<Pin>,
    /// In words.
    #[serde(default)]
    pub description: Option<String>,
    /// What properties should be.
    #[serde(default)]
    pub suggested_properties: Option<Vec<SuggestedProperty>>,
    /// What people said to it.
    #[serde(default)]
    pub comments: Option<Vec<String>>,
    /// Texts of its finder.
    #[serde(default)]
    pub metadata: Option<BTreeMap<String, String>>,
    /// Whether it is nothing after all.
    #[serde(default, deserialize_with = "auth_core::lenient::null_as_default")]
    pub invalid: bool,
    /// Whether it was corrected.
    #[serde(default, deserialize_with = "auth_core::lenient::null_as_default")]
    pub corrected: bool,
    /// Whether it is done with.
    #[serde(default, deserialize_with = "auth_core::lenient::null_as_default")]
    pub resolved: bool,
    /// When it was found.
    #[serde(default, deserialize_with = "auth_core::lenient::readable_or_none")]
    pub created_at: Option<Timestamp>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Something that can be wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ErrorType {
    /// The id.
    pub error_type_id: String,
    /// The name.
    pub name: String,
    /// Whether a place can be named.
    #[serde(default, deserialize_with = "auth_core::lenient::null_as_default")]
    pub pin_allowed: bool,
    /// Whether an object can be named.
    #[serde(default, deserialize_with = "auth_core::lenient::null_as_default")]
    pub object_allowed: bool,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}
