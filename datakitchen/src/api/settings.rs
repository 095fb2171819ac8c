//! Settings of a kitchen (contract section 6.6).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::members::take;
use crate::values::Values;

/// Settings of a kitchen.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", from = "Map<String, Value>")]
#[non_exhaustive]
pub struct KitchenSettings {
    /// Who is told about order runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alerts: Option<Alerts>,
    /// Where the kitchen is copied to. Holds keys of the bucket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup: Option<Values>,
    /// Tools of the customer's own. May hold keys of theirs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agile_tools: Option<Values>,
    /// Members that this version does not know, and those that are null or have an unknown form.
    #[serde(flatten)]
    pub extra: Values,
}

impl From<Map<String, Value>> for KitchenSettings {
    fn from(mut all: Map<String, Value>) -> Self {
        Self {
            alerts: take(&mut all, "alerts"),
            backup: take(&mut all, "backup"),
            agile_tools: take(&mut all, "agile-tools"),
            extra: all.into(),
        }
    }
}

/// Who is told about order runs: e-mail addresses.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Map<String, Value>")]
#[non_exhaustive]
pub struct Alerts {
    /// When one starts.
    #[serde(rename = "orderrunStart", skip_serializing_if = "Option::is_none")]
    pub start: Option<Vec<String>>,
    /// When one warns.
    #[serde(rename = "orderrunWarning", skip_serializing_if = "Option::is_none")]
    pub warning: Option<Vec<String>>,
    /// When one takes too long.
    #[serde(rename = "orderrunOverDuration", skip_serializing_if = "Option::is_none")]
    pub over_duration: Option<Vec<String>>,
    /// When one succeeds.
    #[serde(rename = "orderrunSuccess", skip_serializing_if = "Option::is_none")]
    pub success: Option<Vec<String>>,
    /// When one fails. The vendor's SDK calls this `Failure`.
    #[serde(rename = "orderrunError", skip_serializing_if = "Option::is_none")]
    pub failure: Option<Vec<String>>,
    /// Members that this version does not know, and those that are null or have an unknown form.
    #[serde(flatten)]
    pub extra: Values,
}

impl From<Map<String, Value>> for Alerts {
    fn from(mut all: Map<String, Value>) -> Self {
        Self {
            start: take(&mut all, "orderrunStart"),
            warning: take(&mut all, "orderrunWarning"),
            over_duration: take(&mut all, "orderrunOverDuration"),
            success: take(&mut all, "orderrunSuccess"),
            failure: take(&mut all, "orderrunError"),
            extra: all.into(),
        }
    }
}
