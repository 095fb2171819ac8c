//! Types: the shapes of what skills take and give (contract section 6.10).

use auth_core::lenient::null_as_default;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::client::Client;
use crate::error::Result;

service_client! {
    /// Types of the client's project.
    pub struct TypeClient, from Client::types
}

impl TypeClient<'_> {
    /// `GET projects/{project}/types/{name}`: one type.
    pub async fn get(&self, name: &str) -> Result<Type> {
        self.client.get(project_path![self, "types", name])?.data().await
    }

    /// `GET projects/{project}/types`: what there is. The vendor's CLI asks so; not seen from a live cluster.
    pub async fn list(&self) -> Result<Vec<Type>> {
        #[derive(Deserialize)]
        struct Listed {
            #[serde(default, deserialize_with = "null_as_default")]
            types: Vec<Type>,
        }
        Ok(self.client.get(project_path![self, "types"])?.data::<Listed>().await?.types)
    }

    /// `POST projects/{project}/types` with `{"types": [..]}`: adds types, or replaces those of their names. The vendor's CLI
    /// asks so; not seen from a live cluster.
    pub async fn save(&self, types: &[Type]) -> Result<Value> {
        self.client.post(project_path![self, "types"])?.json(&json!({ "types": types })).data().await
    }

    /// `DELETE projects/{project}/types/{name}`. The vendor's CLI asks so; not seen from a live cluster.
    pub async fn delete(&self, name: &str) -> Result<()> {
        self.client.delete(project_path![self, "types", name])?.done().await
    }
}

/// A type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Type {
    /// By which it is found.
    pub name: String,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// How often it was saved.
    #[serde(default, rename = "_version", skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// Everything else, its fields among it.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Type {
    /// A type with this name; the rest goes into [`Type::extra`].
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), title: None, version: None, extra: Map::new() }
    }
}
