//! Variables of a kitchen that override those of its recipes, in both of their forms (contract section 6.6).

mod calls;
mod compare;

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::members::take;
use crate::values::Values;

pub use calls::KitchenOverrides;
pub use compare::OverrideComparison;

/// Variables of a kitchen that override those of its recipes. Values may be secrets: `Debug` shows the names only.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Overrides {
    /// As kitchens have them today.
    ByName(Values),
    /// As older kitchens have them.
    List(Vec<Override>),
}

impl Default for Overrides {
    fn default() -> Self {
        Self::ByName(Values::default())
    }
}

impl Overrides {
    /// The same with one variable set, in the form that they have.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        let value = value.into();
        match &mut self {
            Self::ByName(values) => values.set(name, value),
            Self::List(list) => match list.iter_mut().find(|entry| entry.variable == name) {
                Some(entry) => entry.value = value,
                None => list.push(Override::new(name, value)),
            },
        }
        self
    }

    /// The same without one variable.
    pub fn without(mut self, name: &str) -> Self {
        match &mut self {
            Self::ByName(values) => values.remove(name),
            Self::List(list) => list.retain(|entry| entry.variable != name),
        }
        self
    }

    /// The value of a variable.
    pub fn get(&self, name: &str) -> Option<&Value> {
        match self {
            Self::ByName(values) => values.get(name),
            Self::List(list) => list.iter().find(|entry| entry.variable == name).map(|entry| &entry.value),
        }
    }

    /// The names of the variables.
    pub fn names(&self) -> Vec<&str> {
        match self {
            Self::ByName(values) => values.names().collect(),
            Self::List(list) => list.iter().map(|entry| entry.variable.as_str()).collect(),
        }
    }
}

/// A variable in an older kitchen. The value may be a secret: `Debug` does not show it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Map<String, Value>")]
#[non_exhaustive]
pub struct Override {
    /// The name.
    pub variable: String,
    /// The value.
    pub value: Value,
    /// What kind of variable it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Members that this version does not know, and those that are null or have an unknown form.
    #[serde(flatten)]
    pub extra: Values,
}

impl Override {
    fn new(variable: &str, value: Value) -> Self {
        Self { variable: variable.to_owned(), value, category: None, extra: Values::default() }
    }
}

impl TryFrom<Map<String, Value>> for Override {
    type Error = &'static str;

    fn try_from(mut all: Map<String, Value>) -> Result<Self, Self::Error> {
        Ok(Self {
            variable: take(&mut all, "variable").ok_or("an override without a variable")?,
            value: all.shift_remove("value").unwrap_or_default(),
            category: take(&mut all, "category"),
            extra: all.into(),
        })
    }
}

impl fmt::Debug for Override {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Override")
            .field("variable", &self.variable)
            .field("category", &self.category)
            .finish_non_exhaustive()
    }
}
