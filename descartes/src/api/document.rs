//! The documents of JSON:API: a resource, or a list of resources with a link to the next page.

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// A document with one resource.
#[derive(Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
pub(super) struct Single<T> {
    #[serde(deserialize_with = "resource")]
    pub(super) data: T,
}

/// A document with a page of a list.
#[derive(Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
pub(super) struct List<T> {
    pub(super) data: Vec<Resource<T>>,
    #[serde(default)]
    pub(super) meta: Meta,
    #[serde(default)]
    pub(super) links: Option<Links>,
}

#[derive(Default, Deserialize)]
pub(super) struct Meta {
    #[serde(default)]
    pub(super) count: Option<u64>,
}

#[derive(Deserialize)]
pub(super) struct Links {
    #[serde(default)]
    pub(super) next: Option<String>,
}

/// One of the list.
#[derive(Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
pub(super) struct Resource<T>(#[serde(deserialize_with = "resource")] pub(super) T);

/// A resource as one flat object: its attributes, and `id` beside them.
fn resource<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<T, D::Error> {
    #[derive(Deserialize)]
    struct Parts {
        id: Value,
        #[serde(default)]
        attributes: Map<String, Value>,
    }
    let Parts { id, mut attributes } = Parts::deserialize(deserializer)?;
    attributes.insert("id".to_owned(), id);
    T::deserialize(Value::Object(attributes)).map_err(D::Error::custom)
}
