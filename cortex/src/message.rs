//! The message with which the cluster calls a skill (contract sections 3.1 R12, 3.3 and 6.2).

use std::fmt;
use std::str::FromStr;

use auth_core::SecretString;
use auth_core::secret::expose;
use serde::{Deserialize, Deserializer, de};
use serde_json::{Map, Value};

use crate::error::{Error, MessageError, Result};
use crate::pat::shown;

/// The message with which the cluster calls a skill: a job gets it as its last command-line argument, a daemon as the
/// body of `POST /invoke`.
///
/// Keys are the vendor's own, in camel case, and unknown ones are kept. The token is kept apart and never shown.
///
/// ```
/// let message: cortex::Message = r#"{
///     "apiEndpoint": "http://cortex-internal.cortex.svc.cluster.local", "projectId": "my-project",
///     "token": "..", "payload": {"q": 1}
/// }"#.parse()?;
/// assert_eq!(message.payload().and_then(|payload| payload["q"].as_i64()), Some(1));
/// # Ok::<(), cortex::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Message {
    token: Option<SecretString>,
    params: Map<String, Value>,
}

impl Message {
    /// A message without anything.
    pub fn new() -> Self {
        Self::default()
    }

    /// With a value.
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        match (key, value.into()) {
            ("token", Value::String(token)) => self.token = Some(token.into()),
            ("token", Value::Null) => self.token = None,
            (key, value) => drop(self.params.insert(key.to_owned(), value)),
        }
        self
    }

    /// Any value but the token.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.params.get(key)
    }

    /// Where the cluster's services are for this skill: inside a cluster plain `http` to a host below `.svc`.
    pub fn api_endpoint(&self) -> Option<&str> {
        self.text("apiEndpoint")
    }

    /// The token of whoever called the skill.
    pub fn token(&self) -> Option<&SecretString> {
        self.token.as_ref()
    }

    /// The project of the skill.
    pub fn project_id(&self) -> Option<&str> {
        self.text("projectId")
    }

    /// What the skill is to work on.
    pub fn payload(&self) -> Option<&Map<String, Value>> {
        self.map("payload")
    }

    /// The properties of the call.
    pub fn properties(&self) -> Option<&Map<String, Value>> {
        self.map("properties")
    }

    /// Names the call.
    pub fn activation_id(&self) -> Option<&str> {
        self.text("activationId")
    }

    /// Names the session; the same as [`Message::activation_id`] unless the caller chose another.
    pub fn session_id(&self) -> Option<&str> {
        self.text("sessionId").or_else(|| self.activation_id())
    }

    /// Where answers go.
    pub fn channel_id(&self) -> Option<&str> {
        self.text("channelId")
    }

    /// The output that answers go to.
    pub fn output_name(&self) -> Option<&str> {
        self.text("outputName")
    }

    /// The skill that is called.
    pub fn skill_name(&self) -> Option<&str> {
        self.text("skillName")
    }

    /// Everything, **the token included**, to pass the message on.
    pub fn to_params(&self) -> Map<String, Value> {
        let mut params = self.params.clone();
        if let Some(token) = &self.token {
            params.insert("token".to_owned(), expose(token).into());
        }
        params
    }

    /// What a client is made of, or which of its keys are unusable. Nothing is filled in from elsewhere: the call would
    /// silently act as another user.
    pub(crate) fn credentials(&self) -> Result<(&str, &SecretString, &str), MessageError> {
        let endpoint = self.api_endpoint().filter(|endpoint| !endpoint.trim().is_empty());
        let token = self.token.as_ref().filter(|token| !expose(token).trim().is_empty());
        let project = self.project_id().filter(|project| !project.trim().is_empty());
        match (endpoint, token, project) {
            (Some(endpoint), Some(token), Some(project)) => Ok((endpoint, token, project)),
            _ => {
                let there = [
                    ("apiEndpoint", endpoint.is_some()),
                    ("token", token.is_some()),
                    ("projectId", project.is_some()),
                ];
                let unusable = there.into_iter().filter(|(_, is_there)| !is_there);
                Err(MessageError::Incomplete { keys: unusable.map(|(key, _)| self.problem(key)).collect() })
            }
        }
    }

    fn problem(&self, key: &str) -> String {
        let why = match self.params.get(key) {
            None if key == "token" && self.token.is_some() => "is empty",
            None => "is missing",
            Some(Value::Null) => "is null",
            Some(Value::String(_)) => "is empty",
            Some(_) => "is not text",
        };
        format!("{key} {why}")
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.params.get(key)?.as_str()
    }

    fn map(&self, key: &str) -> Option<&Map<String, Value>> {
        self.params.get(key)?.as_object()
    }
}

impl From<Map<String, Value>> for Message {
    fn from(mut params: Map<String, Value>) -> Self {
        match params.shift_remove("token") {
            Some(Value::String(token)) => Self { token: Some(token.into()), params },
            // Stays, so that it can be told what it is.
            Some(other) => {
                params.insert("token".to_owned(), other);
                Self { token: None, params }
            }
            None => Self { token: None, params },
        }
    }
}

impl From<&Map<String, Value>> for Message {
    fn from(params: &Map<String, Value>) -> Self {
        params.clone().into()
    }
}

impl From<&Message> for Message {
    fn from(message: &Message) -> Self {
        message.clone()
    }
}

impl TryFrom<Value> for Message {
    type Error = Error;

    fn try_from(value: Value) -> Result<Self> {
        let found = match value {
            Value::Object(params) => return Ok(params.into()),
            Value::Array(_) => "a list",
            Value::String(_) => "a text",
            Value::Number(_) => "a number",
            Value::Bool(_) | Value::Null => "a single word",
        };
        Err(MessageError::NotAnObject { found }.into())
    }
}

impl TryFrom<&Value> for Message {
    type Error = Error;

    fn try_from(value: &Value) -> Result<Self> {
        value.clone().try_into()
    }
}

/// Reads JSON text.
impl FromStr for Message {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match serde_json::from_str::<Value>(text) {
            Ok(value) => value.try_into(),
            Err(_) => Err(MessageError::NotAnObject { found: "no JSON" }.into()),
        }
    }
}

impl<'de> Deserialize<'de> for Message {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer)?.try_into().map_err(de::Error::custom)
    }
}

/// Which keys there are, and those values that only name something.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("api_endpoint", &shown(self.api_endpoint()))
            .field("project_id", &self.project_id())
            .field("activation_id", &self.activation_id())
            .field("skill_name", &self.skill_name())
            .field("token", &self.token)
            .field("keys", &self.params.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
