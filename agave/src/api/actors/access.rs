//! Who may use an actor: permissions, nonces, aliases.

use std::fmt;

use auth_core::SecretString;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::api::model::{answered, input, model, part, read_by_serde};

auth_core::open_enum! {
    /// What somebody may do with an actor. Each level includes those before it.
    pub enum PermissionLevel {
        /// Nothing.
        None = "NONE",
        /// Look at it.
        Read = "READ",
        /// Send messages to it.
        Execute = "EXECUTE",
        /// Change it.
        Update = "UPDATE",
    }
}

read_by_serde!(PermissionLevel);

input! {
    /// A permission that a user is to have.
    pub struct ActorPermission {
        /// The user.
        user: String,
        /// What the user may do.
        level: PermissionLevel,
        ;
    }
}

/// Who may do what with an actor: level by user, as the service writes it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, serde::Serialize)]
#[serde(transparent)]
pub struct ActorPermissions(pub Map<String, Value>);

impl ActorPermissions {
    /// What a user may do. `None`: the service does not say.
    pub fn of(&self, user: &str) -> Option<PermissionLevel> {
        self.0.get(user).and_then(Value::as_str).map(PermissionLevel::from)
    }
}

part! {
    /// A nonce that is to be made.
    pub struct NewNonce {
        /// How often it can be used; -1 stands for any number, which is the default.
        max_uses: Option<i64>,
        /// What it allows. Default: [`PermissionLevel::Execute`].
        level: Option<PermissionLevel>,
        /// What it is for.
        description: Option<String>,
    }
}

/// A nonce: who has its id can use the actor without an account.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ActorNonce {
    /// The id, which is the nonce itself, for [`Client::nonce`](crate::Client::nonce).
    #[serde(default)]
    pub id: SecretString,
    /// What it allows.
    #[serde(default, deserialize_with = "answered")]
    pub level: Option<PermissionLevel>,
    /// The actor.
    #[serde(default, alias = "actor_id", deserialize_with = "answered")]
    pub actor_id: Option<String>,
    /// Who made it.
    #[serde(default, deserialize_with = "answered")]
    pub owner: Option<String>,
    /// What it is for.
    #[serde(default, deserialize_with = "answered")]
    pub description: Option<String>,
    /// How often it can be used in all; -1 stands for any number.
    #[serde(default, alias = "max_uses", deserialize_with = "answered")]
    pub max_uses: Option<i64>,
    /// How often it has been used.
    #[serde(default, alias = "current_uses", deserialize_with = "answered")]
    pub current_uses: Option<i64>,
    /// How often it can still be used; -1 stands for any number.
    #[serde(default, alias = "remaining_uses", deserialize_with = "answered")]
    pub remaining_uses: Option<i64>,
    /// When it was made, as the service writes it.
    #[serde(default, alias = "create_time", deserialize_with = "answered")]
    pub create_time: Option<String>,
    /// When it was last used, as the service writes it.
    #[serde(default, alias = "last_use_time", deserialize_with = "answered")]
    pub last_use_time: Option<String>,
    /// Members that this version does not know. The links among them hold the nonce.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl fmt::Debug for ActorNonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ActorNonce")
            .field("id", &self.id)
            .field("level", &self.level)
            .field("actor_id", &self.actor_id)
            .field("max_uses", &self.max_uses)
            .field("remaining_uses", &self.remaining_uses)
            // Names only: the links hold the nonce.
            .field("extra", &self.extra.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

input! {
    /// Another name for an actor.
    pub struct NewActorAlias {
        /// The name.
        alias: String,
        /// The actor.
        actor_id: String,
        ;
    }
}

model! {
    /// Another name for an actor.
    pub struct ActorAlias {
        /// The name.
        alias: String,
        /// The actor.
        actor_id: Option<String>,
        /// Who gave it.
        owner: Option<String>,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use auth_core::secret::expose;
    use serde_json::json;

    #[test]
    fn a_nonce_in_both_spellings_is_not_shown() {
        let links = json!({"self": "https://h/actors/v2/a/nonces/canary"});
        for reply in [
            json!({"id": "canary", "actor_id": "a", "max_uses": "5", "remaining_uses": 4, "level": "READ", "_links": links}),
            json!({"id": "canary", "actorId": "a", "maxUses": 5, "remainingUses": 4, "level": "READ", "_links": links}),
        ] {
            let nonce: ActorNonce = serde_json::from_value(reply).unwrap();
            assert_eq!((expose(&nonce.id), nonce.actor_id.as_deref()), ("canary", Some("a")));
            assert_eq!((nonce.max_uses, nonce.remaining_uses), (Some(5), Some(4)));
            assert_eq!(nonce.level, Some(PermissionLevel::Read));
            assert!(!format!("{nonce:?}").contains("canary"));
        }
    }

    #[test]
    fn permissions_are_a_dictionary() {
        let permissions: ActorPermissions = serde_json::from_value(json!({"u": "UPDATE", "v": 1})).unwrap();
        assert_eq!(permissions.of("u"), Some(PermissionLevel::Update));
        assert_eq!((permissions.of("v"), permissions.of("w")), (None, None));
    }
}
