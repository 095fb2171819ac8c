//! Models (contract section 6.7).

use auth_core::lenient::{null_as_default, readable_or_none};
use auth_core::{Pages, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::experiments::Run;
use super::list::ListQuery;
use crate::client::Client;
use crate::error::{Error, Result};

service_client! {
    /// Models of the client's project.
    pub struct ModelClient, from Client::models
}

impl<'a> ModelClient<'a> {
    /// `GET projects/{project}/models`: what there is. The vendor's SDK asks without a query, its CLI with one.
    pub async fn list(&self, query: &ListQuery) -> Result<Vec<Model>> {
        #[derive(Deserialize)]
        struct Listed {
            #[serde(default, deserialize_with = "null_as_default")]
            models: Vec<Model>,
        }
        let request = self.client.get(project_path![self, "models"])?;
        Ok(query.apply(request).data::<Listed>().await?.models)
    }

    /// As [`ModelClient::list`], page by page.
    pub fn pages(&self, query: ListQuery) -> Pages<'a, Model, u32, Error> {
        let service = *self;
        query.pages(move |page| async move { service.list(&page).await })
    }

    /// `POST projects/{project}/models`: adds a model, or replaces the one of its name. What the cluster answers is not
    /// known from a live one.
    pub async fn save(&self, model: &Model) -> Result<Value> {
        self.client.post(project_path![self, "models"])?.json(model).data().await
    }

    /// `GET projects/{project}/models/{model}`: one model.
    pub async fn get(&self, model: &str) -> Result<Model> {
        self.client.get(project_path![self, "models", model])?.data().await
    }

    /// `DELETE projects/{project}/models/{model}`.
    pub async fn delete(&self, model: &str) -> Result<()> {
        self.client.delete(project_path![self, "models", model])?.done().await
    }

    /// `POST projects/{project}/models/{model}/{status}`: as in `publish`. The vendor's CLI asks so; not seen from a live
    /// cluster.
    pub async fn update_status(&self, model: &str, status: &str) -> Result<Value> {
        self.client.post(project_path![self, "models", model, status])?.json(&json!({})).data().await
    }

    /// `GET projects/{project}/models/{model}/experiments/runs`: the runs of a model's experiments. The vendor's CLI asks so;
    /// not seen from a live cluster.
    pub async fn list_experiment_runs(&self, model: &str, query: &ListQuery) -> Result<Vec<Run>> {
        #[derive(Deserialize)]
        struct Listed {
            #[serde(default, deserialize_with = "null_as_default")]
            runs: Vec<Run>,
        }
        let request = self.client.get(project_path![self, "models", model, "experiments/runs"])?;
        Ok(query.apply(request).data::<Listed>().await?.runs)
    }
}

/// A model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Model {
    /// By which it is found.
    pub name: String,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// As in `active`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// As in `classifier`.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub model_type: Option<String>,
    /// As in `{"label": "a", "value": "b"}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<Value>>,
    /// What it can be set up with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub properties: Option<Vec<Value>>,
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

impl Model {
    /// A model with this name and nothing else.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            title: None,
            description: None,
            status: None,
            model_type: None,
            tags: None,
            properties: None,
            version: None,
            created_at: None,
            updated_at: None,
            extra: Map::new(),
        }
    }

    /// The model as a document of the vendor's CAMEL specification 1.0.0. What is missing is `null` there, or an empty list.
    pub fn to_camel(&self) -> Map<String, Value> {
        Map::from_iter([
            ("camel".to_owned(), "1.0.0".into()),
            ("name".to_owned(), self.name.as_str().into()),
            ("title".to_owned(), self.title.as_deref().into()),
            ("description".to_owned(), self.description.as_deref().into()),
            ("status".to_owned(), self.status.as_deref().into()),
            ("type".to_owned(), self.model_type.as_deref().into()),
            ("tags".to_owned(), self.tags.clone().unwrap_or_default().into()),
            ("properties".to_owned(), self.properties.clone().unwrap_or_default().into()),
        ])
    }
}
