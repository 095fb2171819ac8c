//! What the platform knows about a kitchen (contract section 6.6).

use std::collections::BTreeMap;

use auth_core::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::api::members::take;
use crate::api::overrides::Overrides;
use crate::api::settings::KitchenSettings;
use crate::values::Values;

/// A kitchen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", try_from = "Map<String, Value>")]
#[non_exhaustive]
pub struct Kitchen {
    /// The name, by which other calls name it.
    pub name: String,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The kitchen that it was made from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_kitchen: Option<String>,
    /// The customer's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
    /// Who made it. Often empty.
    #[serde(rename = "creator_user", skip_serializing_if = "Option::is_none")]
    pub creator_user: Option<String>,
    /// When it was made, in milliseconds since 1970; see [`Kitchen::created`].
    #[serde(rename = "created_time", skip_serializing_if = "Option::is_none")]
    pub created_time: Option<i64>,
    /// Who may use it. Empty: everybody of the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kitchen_staff: Option<Vec<String>>,
    /// The role of each user, as in `Admin`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kitchen_roles: Option<BTreeMap<String, String>>,
    /// Variables that override those of the recipes.
    #[serde(rename = "recipeoverrides", skip_serializing_if = "Option::is_none")]
    pub overrides: Option<Overrides>,
    /// The recipes that it is restricted to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipes: Option<Vec<String>>,
    /// Whether it is restricted to [`Kitchen::recipes`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restrict_recipes: Option<bool>,
    /// Alerts, backup and more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settings: Option<KitchenSettings>,
    /// Members that this version does not know, and those that are null or have an unknown form.
    #[serde(flatten)]
    pub extra: Values,
}

impl TryFrom<Map<String, Value>> for Kitchen {
    type Error = &'static str;

    fn try_from(mut all: Map<String, Value>) -> Result<Self, Self::Error> {
        Ok(Self {
            name: take(&mut all, "name").ok_or("a kitchen without a name")?,
            description: take(&mut all, "description"),
            parent_kitchen: take(&mut all, "parent-kitchen"),
            customer: take(&mut all, "customer"),
            creator_user: take(&mut all, "creator_user"),
            created_time: take(&mut all, "created_time"),
            kitchen_staff: take(&mut all, "kitchen-staff"),
            kitchen_roles: take(&mut all, "kitchen-roles"),
            overrides: take(&mut all, "recipeoverrides"),
            recipes: take(&mut all, "recipes"),
            restrict_recipes: take(&mut all, "restrict-recipes"),
            settings: take(&mut all, "settings"),
            extra: all.into(),
        })
    }
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
                "alerts": {"orderrunError": ["a@example.com"], "orderrunStart": null, "later": 1},
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
        fn no_form_of_an_optional_member_spoils_a_kitchen_or_is_lost(
            form in "null|true|-7|1\\.5|\"t\"|\\[\\]|\\[7\\]|\\{\\}|\\{\"a\":\\[\\]\\}|\\{\"alerts\":[07]\\}",
        ) {
            for member in ["description", "created_time", "kitchen-staff", "kitchen-roles", "recipeoverrides", "settings"] {
                let reply: Value = serde_json::from_str(&format!(r#"{{"name":"K","{member}":{form}}}"#)).unwrap();
                let kitchen: Kitchen = serde_json::from_value(reply.clone()).unwrap();
                prop_assert_eq!(serde_json::to_value(kitchen).unwrap(), reply);
            }
        }
    }
}
