//! Values that may be secrets.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A JSON object whose values may be secrets, as the overrides of a kitchen, the keys of its backup, or what the platform
/// says in a form that is unknown: `Debug` shows the names only.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Values(Map<String, Value>);

impl From<Map<String, Value>> for Values {
    fn from(values: Map<String, Value>) -> Self {
        Self(values)
    }
}

impl FromIterator<(String, Value)> for Values {
    fn from_iter<T: IntoIterator<Item = (String, Value)>>(values: T) -> Self {
        Self(values.into_iter().collect())
    }
}

impl Values {
    /// A value.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// The names, in the order of the reply.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Everything.
    pub fn as_map(&self) -> &Map<String, Value> {
        &self.0
    }
}

impl Values {
    pub(crate) fn set(&mut self, name: &str, value: Value) {
        self.0.insert(name.to_owned(), value);
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.0.shift_remove(name);
    }
}

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Values")?;
        f.debug_list().entries(self.names()).finish()
    }
}
