//! Event API destinations: endpoints elsewhere that events are sent to, and how they know us (contract section 6.2).

use std::fmt;

use auth_core::SecretString;
use auth_core::secret::expose;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use serde_json::{Map, Value, json};

use super::Collection;
use super::class::{REDACTED, Wire, attributes, class};

/// Event API destinations.
pub type EventApiDestinations<'a> = Collection<'a, EventApiDestination>;

attributes! {
    /// An endpoint elsewhere, and the connection by which events are sent to it.
    pub shared struct EventApiDestination {
        /// The name.
        name: String,
        /// Whose it is.
        namespace: String,
        /// What it is about.
        description: String,
        /// Whether the platform's own staff keeps it.
        is_core: bool,
        /// The URL. A `*` is filled in by the target that uses it.
        endpoint: String,
        /// The HTTP method.
        method: String,
        /// How many events it gets a second, at most.
        invocation_rate: i64,
        /// The destination, in AWS.
        arn: String,
        /// The name of the connection.
        connection_name: String,
        /// What the connection is about.
        connection_description: String,
        /// Headers that are sent along.
        connection_header_parameters: Vec<ConnectionParameter>,
        /// Pairs of the query that are sent along.
        connection_query_string_parameters: Vec<ConnectionParameter>,
        /// Members of the body that are sent along.
        connection_body_parameters: Vec<ConnectionParameter>,
        /// How the endpoint knows us: `API_KEY`, `BASIC` or `OAUTH_CLIENT_CREDENTIALS`.
        connection_authorization_type: String,
        /// The header of an API key.
        connection_api_key_name: String,
        /// The API key.
        connection_api_key_value: ConnectionSecret,
        /// The user of basic authentication.
        connection_basic_username: String,
        /// The password of basic authentication.
        connection_basic_password: ConnectionSecret,
        /// The token endpoint of OAuth.
        connection_oauth_endpoint: String,
        /// Its HTTP method.
        connection_oauth_method: String,
        /// The client id of OAuth.
        connection_oauth_client_id: String,
        /// The client secret of OAuth.
        connection_oauth_client_secret: ConnectionSecret,
        /// Headers that the token endpoint gets.
        connection_oauth_header_parameters: Vec<ConnectionParameter>,
        /// Pairs of the query that the token endpoint gets.
        connection_oauth_query_string_parameters: Vec<ConnectionParameter>,
        /// Members of the body that the token endpoint gets.
        connection_oauth_body_parameters: Vec<ConnectionParameter>,
        /// The connection, in AWS.
        connection_arn: String,
    }
}

class!(EventApiDestination: "event_api_destination" at "event_api_destinations" {
    const SECRET: &'static [&'static str] = &[
        "connection_api_key_value",
        "connection_basic_password",
        "connection_oauth_client_secret",
        "connection_header_parameters",
        "connection_query_string_parameters",
        "connection_body_parameters",
        "connection_oauth_header_parameters",
        "connection_oauth_query_string_parameters",
        "connection_oauth_body_parameters",
    ];

    fn reveal(&self, wire: &mut Wire) {
        for (name, secret) in [
            ("connection_api_key_value", &self.connection_api_key_value),
            ("connection_basic_password", &self.connection_basic_password),
            ("connection_oauth_client_secret", &self.connection_oauth_client_secret),
        ] {
            if let Some(secret) = secret {
                wire.0.insert(name.to_owned(), secret.sent());
            }
        }
        for (name, parameters) in [
            ("connection_header_parameters", &self.connection_header_parameters),
            ("connection_query_string_parameters", &self.connection_query_string_parameters),
            ("connection_body_parameters", &self.connection_body_parameters),
            ("connection_oauth_header_parameters", &self.connection_oauth_header_parameters),
            ("connection_oauth_query_string_parameters", &self.connection_oauth_query_string_parameters),
            ("connection_oauth_body_parameters", &self.connection_oauth_body_parameters),
        ] {
            if let Some(parameters) = parameters {
                wire.0.insert(name.to_owned(), parameters.iter().map(ConnectionParameter::sent).collect());
            }
        }
    }
}, Editable, Deletable);

/// Something that is sent along with each event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct ConnectionParameter {
    /// The name.
    pub key: String,
    /// The value. The platform does not give one back that is secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<ConnectionSecret>,
    /// Whether the value is kept secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_value_secret: Option<bool>,
}

impl ConnectionParameter {
    /// A pair that everybody may see.
    pub fn open(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self { key: key.into(), value: Some(value.into().into()), is_value_secret: None }
    }

    /// A pair with a secret value.
    pub fn secret(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self { is_value_secret: Some(true), ..Self::open(key, value) }
    }

    fn sent(&self) -> Value {
        let mut sent = Map::from_iter([("Key".to_owned(), json!(self.key))]);
        if let Some(value) = &self.value {
            sent.insert("Value".to_owned(), value.sent());
        }
        if let Some(is_secret) = self.is_value_secret {
            sent.insert("IsValueSecret".to_owned(), is_secret.into());
        }
        Value::Object(sent)
    }
}

/// A secret that the platform is to keep. It is sent, and shown neither by `Debug` nor by `Serialize`.
#[derive(Clone)]
pub struct ConnectionSecret(SecretString);

impl ConnectionSecret {
    /// The secret.
    pub fn secret(&self) -> &SecretString {
        &self.0
    }

    pub(super) fn sent(&self) -> Value {
        expose(&self.0).into()
    }
}

impl<S: Into<String>> From<S> for ConnectionSecret {
    fn from(secret: S) -> Self {
        Self(secret.into().into())
    }
}

impl fmt::Debug for ConnectionSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl PartialEq for ConnectionSecret {
    fn eq(&self, other: &Self) -> bool {
        expose(&self.0) == expose(&other.0)
    }
}

impl Serialize for ConnectionSecret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(REDACTED)
    }
}

/// What was shown instead of a secret is none.
impl<'de> Deserialize<'de> for ConnectionSecret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match String::deserialize(deserializer)? {
            shown if shown == REDACTED => Err(D::Error::custom("a secret that was redacted")),
            secret => Ok(secret.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Document;

    #[test]
    fn secrets_are_sent_and_not_shown() {
        let mut destination = Document::<EventApiDestination>::new("someorg:d");
        destination.connection_basic_password = Some("canary".into());
        destination.connection_header_parameters = Some(vec![ConnectionParameter::secret("x-key", "canary")]);
        assert!(!format!("{destination:?}").contains("canary"));
        let shown = [destination.serialize(), destination.changes()].map(|shown| json!(shown).to_string());
        let shown = shown.join("") + &json!(destination).to_string() + &json!(*destination).to_string();
        assert!(!shown.contains("canary") && shown.contains(REDACTED), "{shown}");
        let sent = destination.to_create().unwrap().to_string();
        assert!(sent.contains(r#""connection_basic_password":"canary""#), "{sent}");
        assert!(sent.contains(r#"{"Key":"x-key","Value":"canary","IsValueSecret":true}"#), "{sent}");

        // Other attributes are set without a loss of the secrets; what was shown instead of one is not taken for it.
        destination.update(json!({"name": "d"})).unwrap();
        assert_eq!(destination.connection_basic_password, Some("canary".into()));
        let mut copy = Document::<EventApiDestination>::new("");
        let error = copy.update(destination.serialize()).unwrap_err().to_string();
        assert!(
            error.contains("`connection_header_parameters`") || error.contains("`connection_basic"),
            "{error}"
        );
    }

    #[test]
    fn a_change_of_a_secret_is_sent_and_a_secret_that_cannot_be_read_is_not_kept() {
        let resource = |attributes: Value| {
            serde_json::from_value(
                json!({"type": "event_api_destination", "id": "d", "attributes": attributes}),
            )
        };
        let saved = resource(json!({"connection_basic_password": "canary-1"})).unwrap();
        let mut destination = Document::<EventApiDestination>::of(saved, &[]).unwrap();
        assert!(destination.to_change().unwrap().is_none());
        destination.connection_basic_password = Some("canary-2".into());
        assert_eq!(json!(destination.changes()), json!({"connection_basic_password": REDACTED}));
        let sent = destination.to_change().unwrap().unwrap();
        assert_eq!(sent["data"]["attributes"], json!({"connection_basic_password": "canary-2"}));
        let unreadable = resource(json!({"connection_basic_password": ["canary"]})).unwrap();
        let read = Document::<EventApiDestination>::of(unreadable, &[]).unwrap();
        assert_eq!(
            (read.connection_basic_password.as_ref(), &read.extra["connection_basic_password"]),
            (None, &json!(REDACTED))
        );
    }
}
