//! The documents of JSON:API as they travel: resources, lists with a link to the next page, and what is included.

use std::sync::Arc;

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// A resource: what every object of the catalog is on the wire.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub(super) struct Resource {
    #[serde(rename = "type", default)]
    pub(super) class: String,
    pub(super) id: String,
    #[serde(default)]
    pub(super) attributes: Map<String, Value>,
    #[serde(default)]
    relationships: Option<Map<String, Value>>,
}

impl Resource {
    /// Those of the included resources that this one names, by type and id.
    pub(super) fn related(&self, included: &[Arc<Self>]) -> Vec<Arc<Self>> {
        let named = |relationship: &Value| match relationship.get("data") {
            Some(Value::Array(several)) => several.clone(),
            Some(one @ Value::Object(_)) => vec![one.clone()],
            _ => Vec::new(),
        };
        let names: Vec<Value> = self.relationships.iter().flat_map(Map::values).flat_map(named).collect();
        let is_named = |resource: &&Arc<Self>| {
            names.iter().any(|name| name["type"] == *resource.class && name["id"] == *resource.id)
        };
        included.iter().filter(is_named).cloned().collect()
    }
}

/// A document with one resource.
#[derive(Deserialize)]
pub(super) struct Single {
    pub(super) data: Resource,
    #[serde(default, deserialize_with = "shared")]
    pub(super) included: Vec<Arc<Resource>>,
}

/// A document with a page of a list.
#[derive(Deserialize)]
pub(super) struct List {
    pub(super) data: Vec<Resource>,
    #[serde(default, deserialize_with = "shared")]
    pub(super) included: Vec<Arc<Resource>>,
    #[serde(default)]
    pub(super) meta: Option<Meta>,
    #[serde(default)]
    pub(super) links: Option<Links>,
}

#[derive(Deserialize)]
pub(super) struct Meta {
    #[serde(default)]
    pub(super) count: Option<u64>,
}

#[derive(Deserialize)]
pub(super) struct Links {
    #[serde(default)]
    pub(super) next: Option<String>,
}

/// Many resources may name the same one.
fn shared<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Arc<Resource>>, D::Error> {
    Ok(Vec::<Resource>::deserialize(deserializer)?.into_iter().map(Arc::new).collect())
}
