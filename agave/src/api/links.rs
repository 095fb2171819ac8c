//! What services link to.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::model::Lenient;

/// The `_links` of an answer, by name: most services write `{"href": url}`, Abaco the plain URL.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Links(pub Map<String, Value>);

impl Links {
    /// The URL of a link, as in `links.href("history")`.
    pub fn href(&self, name: &str) -> Option<&str> {
        let link = self.0.get(name)?;
        link.as_str().or_else(|| link.get("href")?.as_str())
    }
}

impl Lenient for Links {
    fn read(value: Value) -> Option<Self> {
        Map::read(value).map(Self)
    }

    fn is_absent(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn both_forms() {
        let links: Links =
            serde_json::from_value(json!({"self": {"href": "h1"}, "owner": "h2", "metadata": []})).unwrap();
        assert_eq!((links.href("self"), links.href("owner")), (Some("h1"), Some("h2")));
        assert_eq!((links.href("metadata"), links.href("no")), (None, None));
    }
}
