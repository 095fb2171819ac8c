//! What the cluster keeps of experiments and runs.

use auth_core::Timestamp;
use auth_core::lenient::{null_as_default, readable_or_none};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// An experiment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Experiment {
    /// By which it is found.
    pub name: String,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The model that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model_id: Option<String>,
    /// For searches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<Value>>,
    /// What it is about, by names of your own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meta: Option<Map<String, Value>>,
    /// How often it was saved.
    #[serde(default, rename = "_version", skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// When it was first saved.
    #[serde(default, deserialize_with = "readable_or_none", skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    /// When it was last saved.
    #[serde(default, deserialize_with = "readable_or_none", skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Experiment {
    /// An experiment with this name and nothing else.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            title: None,
            description: None,
            model_id: None,
            tags: None,
            meta: None,
            version: None,
            created_at: None,
            updated_at: None,
            extra: Map::new(),
        }
    }

    /// The experiment as a document of the vendor's CAMEL specification 1.0.0. What is missing is `null` there, or empty.
    pub fn to_camel(&self) -> Map<String, Value> {
        Map::from_iter([
            ("camel".to_owned(), "1.0.0".into()),
            ("name".to_owned(), self.name.as_str().into()),
            ("title".to_owned(), self.title.as_deref().into()),
            ("description".to_owned(), self.description.as_deref().into()),
            ("tags".to_owned(), self.tags.clone().unwrap_or_default().into()),
            ("meta".to_owned(), self.meta.clone().unwrap_or_default().into()),
        ])
    }
}

/// A run of an experiment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Run {
    /// By which it is found.
    pub run_id: String,
    /// The experiment that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub experiment_name: Option<String>,
    /// When it began, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_time: Option<f64>,
    /// When it ended, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_time: Option<f64>,
    /// How long it took, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub took: Option<f64>,
    /// What went into it.
    #[serde(default, deserialize_with = "null_as_default")]
    pub params: Map<String, Value>,
    /// What came out of it.
    #[serde(default, deserialize_with = "null_as_default")]
    pub metrics: Map<String, Value>,
    /// What it is about.
    #[serde(default, deserialize_with = "null_as_default")]
    pub meta: Map<String, Value>,
    /// The files that it made, by their keys, and where the cluster keeps them.
    #[serde(default, deserialize_with = "null_as_default")]
    pub artifacts: Map<String, Value>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Fields of a run that are to be set. What is left out stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RunFields {
    /// How long it took, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub took: Option<f64>,
    /// When it began, in whole seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_time: Option<i64>,
    /// When it ended, in whole seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_time: Option<i64>,
    /// Fields by the cluster's names.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Which runs are asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct RunQuery {
    /// A filter in the style of MongoDB. The cluster knows runId, _createdAt, startTime, endTime, took and experimentName.
    pub filter: Map<String, Value>,
    /// An order in the style of MongoDB, as in `{"endTime": -1}`. The cluster's own: newest change first.
    pub sort: Option<Value>,
    /// At most so many.
    pub limit: u32,
}

impl Default for RunQuery {
    /// Any 25.
    fn default() -> Self {
        Self { filter: Map::new(), sort: None, limit: 25 }
    }
}
