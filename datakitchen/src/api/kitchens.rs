//! Kitchens: the branch-like workspaces in which recipes live (contract sections 6.1 and 6.6).

use std::collections::BTreeMap;
use std::fmt;

use auth_core::{Timestamp, path};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::lenient::lenient;
use super::values::Values;
use crate::client::Client;
use crate::error::Result;

/// The kitchens that the account can see; see [`Client::kitchens`].
#[derive(Clone, Copy, Debug)]
pub struct Kitchens<'a> {
    client: &'a Client,
}

#[derive(Deserialize)]
struct Listed {
    kitchens: Vec<Kitchen>,
}

impl<'a> Kitchens<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// `GET /v2/kitchen/list`: all of them, in the platform's order.
    pub async fn list(&self) -> Result<Vec<Kitchen>> {
        let listed: Listed = self.client.session.get(path!["v2/kitchen/list"]).data().await?;
        Ok(listed.kitchens)
    }
}

/// A kitchen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub struct Kitchen {
    /// The name, by which other calls name it.
    pub name: String,
    /// What it is for.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The kitchen that it was made from.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub parent_kitchen: Option<String>,
    /// The customer's name.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
    /// Who made it. Often empty.
    #[serde(
        rename = "creator_user",
        default,
        deserialize_with = "lenient",
        skip_serializing_if = "Option::is_none"
    )]
    pub creator_user: Option<String>,
    /// When it was made, in milliseconds since 1970; see [`Kitchen::created`].
    #[serde(
        rename = "created_time",
        default,
        deserialize_with = "lenient",
        skip_serializing_if = "Option::is_none"
    )]
    pub created_time: Option<i64>,
    /// Who may use it. Empty: everybody of the customer.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub kitchen_staff: Option<Vec<String>>,
    /// The role of each user, as in `Admin`.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub kitchen_roles: Option<BTreeMap<String, String>>,
    /// Variables that override those of the recipes.
    #[serde(
        rename = "recipeoverrides",
        default,
        deserialize_with = "lenient",
        skip_serializing_if = "Option::is_none"
    )]
    pub overrides: Option<Overrides>,
    /// The recipes that it is restricted to.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub recipes: Option<Vec<String>>,
    /// Whether it is restricted to [`Kitchen::recipes`].
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub restrict_recipes: Option<bool>,
    /// Alerts, backup and more.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub settings: Option<KitchenSettings>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Kitchen {
    /// When it was made.
    pub fn created(&self) -> Option<Timestamp> {
        self.created_time.map(Timestamp::from_unix_millis)
    }

    /// Whether it is the kitchen of an ingredient, a recipe that runs as a step of another: then its name is the parent's
    /// and 32 more characters.
    pub fn is_ingredient(&self) -> bool {
        let Some(parent) = self.parent_kitchen.as_deref().filter(|parent| !parent.is_empty()) else {
            return false;
        };
        let id = self.name.strip_prefix(parent).and_then(|rest| rest.strip_prefix('_'));
        id.is_some_and(|id| {
            id.chars().count() == 32
                && id.chars().all(|character| character.is_alphanumeric() || character == '_')
        })
    }
}

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

impl Overrides {
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
#[non_exhaustive]
pub struct Override {
    /// The name.
    pub variable: String,
    /// The value.
    #[serde(default)]
    pub value: Value,
    /// What kind of variable it is.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl fmt::Debug for Override {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Override")
            .field("variable", &self.variable)
            .field("category", &self.category)
            .finish_non_exhaustive()
    }
}

/// Settings of a kitchen.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub struct KitchenSettings {
    /// Who is told about order runs.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub alerts: Option<Alerts>,
    /// Where the kitchen is copied to. Holds keys of the bucket.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub backup: Option<Values>,
    /// Tools of the customer's own. May hold keys of theirs.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub agile_tools: Option<Values>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Values,
}

/// Who is told about order runs: e-mail addresses.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Alerts {
    /// When one starts.
    #[serde(
        rename = "orderrunStart",
        default,
        deserialize_with = "lenient",
        skip_serializing_if = "Option::is_none"
    )]
    pub start: Option<Vec<String>>,
    /// When one warns.
    #[serde(
        rename = "orderrunWarning",
        default,
        deserialize_with = "lenient",
        skip_serializing_if = "Option::is_none"
    )]
    pub warning: Option<Vec<String>>,
    /// When one takes too long.
    #[serde(
        rename = "orderrunOverDuration",
        default,
        deserialize_with = "lenient",
        skip_serializing_if = "Option::is_none"
    )]
    pub over_duration: Option<Vec<String>>,
    /// When one succeeds.
    #[serde(
        rename = "orderrunSuccess",
        default,
        deserialize_with = "lenient",
        skip_serializing_if = "Option::is_none"
    )]
    pub success: Option<Vec<String>>,
    /// When one fails. The vendor's SDK calls this `Failure`.
    #[serde(
        rename = "orderrunError",
        default,
        deserialize_with = "lenient",
        skip_serializing_if = "Option::is_none"
    )]
    pub failure: Option<Vec<String>>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn what_is_unknown_is_kept() {
        let reply = json!({
            "name": "K1", "description": "text", "parent-kitchen": "master", "customer": "Acme", "creator_user": "",
            "created_time": 1582037782076_i64, "kitchen-staff": ["me@example.com"],
            "kitchen-roles": {"me@example.com": "Admin"}, "recipeoverrides": {"var": "value"}, "recipes": ["R1"],
            "restrict-recipes": false,
            "settings": {
                "alerts": {"orderrunError": ["a@example.com"], "later": 1},
                "backup": {"s3_secret_key": "canary"}, "later": {"key": "canary"},
            },
            "_created": null, "mesos-constraint": true, "git_name": "ac", "wizard-status": {},
        });
        let kitchen: Kitchen = serde_json::from_value(reply.clone()).unwrap();
        assert_eq!(kitchen.created().unwrap().to_string(), "2020-02-18T14:56:22.076Z");
        assert_eq!(kitchen.overrides.as_ref().unwrap().get("var"), Some(&json!("value")));
        assert_eq!(serde_json::to_value(&kitchen).unwrap(), reply);
        assert!(!format!("{kitchen:?}").contains("canary"));
    }

    #[test]
    fn older_kitchens_list_their_overrides() {
        let reply =
            json!({"name": "K", "recipeoverrides": [{"variable": "v", "value": "canary", "category": "c"}]});
        let kitchen: Kitchen = serde_json::from_value(reply.clone()).unwrap();
        let overrides = kitchen.overrides.as_ref().unwrap();
        assert_eq!((overrides.names(), overrides.get("v")), (vec!["v"], Some(&json!("canary"))));
        assert!(!format!("{kitchen:?}").contains("canary"));
        assert_eq!(serde_json::to_value(&kitchen).unwrap(), reply);
    }

    #[test]
    fn ingredients_are_known_by_their_names() {
        let kitchen = |name: &str, parent: &str| -> Kitchen {
            serde_json::from_value(json!({"name": name, "parent-kitchen": parent})).unwrap()
        };
        assert!(kitchen("K1_0123456789abcdef0123456789abcdef", "K1").is_ingredient());
        assert!(!kitchen("K1_0123456789abcdef0123456789abcde-", "K1").is_ingredient());
        assert!(!kitchen("K1_dev", "K1").is_ingredient());
        assert!(!kitchen("K2_0123456789abcdef0123456789abcdef", "K1").is_ingredient());
    }

    proptest! {
        #[test]
        fn no_form_of_an_optional_member_spoils_a_kitchen(form in "null|true|-7|1\\.5|\"t\"|\\[\\]|\\[7\\]|\\{\\}|\\{\"a\":\\[\\]\\}") {
            for member in ["description", "created_time", "kitchen-staff", "kitchen-roles", "recipeoverrides", "settings"] {
                let kitchen: Kitchen = serde_json::from_str(&format!(r#"{{"name":"K","{member}":{form}}}"#)).unwrap();
                prop_assert_eq!(kitchen.name, "K");
            }
        }
    }
}
