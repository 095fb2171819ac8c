//! Service accounts and their roles.

use auth_core::SecretString;
use auth_core::secret::expose;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::api::model::{answered, input, model};

/// A service account that is to be registered, or what one is to become.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct NewServiceAccount {
    /// The id.
    pub id: String,
    /// The password.
    #[serde(serialize_with = "shown", skip_serializing_if = "Option::is_none")]
    pub password: Option<SecretString>,
    /// The roles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<String>>,
}

impl NewServiceAccount {
    /// A service account of this id.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), password: None, roles: None }
    }

    /// With a password.
    pub fn with_password(mut self, password: impl Into<SecretString>) -> Self {
        self.password = Some(password.into());
        self
    }

    /// With roles.
    pub fn with_roles(mut self, roles: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.roles = Some(roles.into_iter().map(Into::into).collect());
        self
    }
}

fn shown<S: Serializer>(password: &Option<SecretString>, serializer: S) -> Result<S::Ok, S::Error> {
    password.as_ref().map(expose).serialize(serializer)
}

/// A service account. Where the service tells its password, it is not kept.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(from = "Wire")]
#[non_exhaustive]
pub struct ServiceAccount {
    /// The id.
    pub id: String,
    /// The roles.
    pub roles: Vec<String>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

#[derive(Deserialize)]
struct Wire {
    #[serde(default, deserialize_with = "answered")]
    id: String,
    #[serde(default, deserialize_with = "answered")]
    roles: Vec<String>,
    #[serde(default, rename = "password")]
    _password: Option<IgnoredAny>,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

impl From<Wire> for ServiceAccount {
    fn from(wire: Wire) -> Self {
        Self { id: wire.id, roles: wire.roles, extra: wire.extra }
    }
}

model! {
    /// A service account of a list.
    pub struct ServiceAccountSummary {
        /// The id.
        id: String,
    }
}

model! {
    /// A role of service accounts.
    pub struct ServiceRole {
        /// The id.
        id: String,
        /// The service accounts that have it.
        accounts: Vec<String>,
    }
}

model! {
    /// A role of a list.
    pub struct ServiceRoleSummary {
        /// The id.
        id: String,
    }
}

input! {
    /// A role that is to be registered.
    pub struct NewServiceRole {
        /// The id.
        id: String,
        ;
    }
}

input! {
    /// A role that a service account is to have.
    pub struct NewAccountRole {
        /// The id of the role.
        #[serde(rename = "role_id")]
        role_id: String,
        ;
    }
}

input! {
    /// A service account that is to have a role.
    pub struct NewRoleAccount {
        /// The id of the service account. The vendor's description calls the member `role_id`, too, and describes it as
        /// the account's id.
        #[serde(rename = "role_id")]
        account_id: String,
        ;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn passwords_are_sent_and_not_shown() {
        let new = NewServiceAccount::new("a").with_password("canary").with_roles(["r"]);
        assert_eq!(
            serde_json::to_value(&new).unwrap(),
            json!({"id": "a", "password": "canary", "roles": ["r"]})
        );
        let told: ServiceAccount =
            serde_json::from_value(json!({"id": "a", "password": "canary", "x": 1})).unwrap();
        assert!(!format!("{new:?} {told:?}").contains("canary"));
        assert_eq!(serde_json::to_value(told).unwrap(), json!({"id": "a", "roles": [], "x": 1}));
    }
}
