//! Tiles of features, for maps.

use auth_core::{Error, ErrorKind, path};
use serde_json::Value;
use url::form_urlencoded::Serializer;

use super::Vector;
use super::query::FeatureQuery;
use crate::error::Result;

/// Tiles of features; see [`Vector::tiles`].
#[derive(Clone, Copy, Debug)]
pub struct VectorTiles<'a> {
    vector: Vector<'a>,
}

impl<'a> VectorTiles<'a> {
    pub(super) fn new(vector: Vector<'a>) -> Self {
        Self { vector }
    }

    /// The URL of a product's tiles, in which a map puts numbers for `{z}`, `{x}` and `{y}`. The map must send the
    /// token with each request. Filter and columns of the query count; nothing is sent here.
    pub fn create_layer(&self, product_id: &str, query: &FeatureQuery) -> Result<String> {
        let client = self.vector.client;
        let missing = || Error::new(ErrorKind::Configuration, "this environment has no vector");
        let base = client.endpoints().vector.as_ref().ok_or_else(missing)?;
        let path = path!["products", product_id]?;
        let mut conditions = query.conditions(client.auth().flavor())?;
        let mut text = |name: &str| conditions.shift_remove(name).unwrap_or(Value::Null).to_string();
        let query = Serializer::new(String::new())
            .append_pair("property_filter", &text("filter"))
            .append_pair("columns", &text("columns"))
            .finish();
        let base = base.as_str().trim_end_matches('/').to_owned();
        Ok(format!("{base}{}/tiles/{{z}}/{{x}}/{{y}}?{query}", path.encoded()))
    }
}
