//! The message with which the cluster calls a skill (contract sections 3.1 R12, 3.3 and 6.2).

mod read;

use std::fmt;

use auth_core::secret::expose;
use auth_core::{SecretString, Timestamp};
use serde_json::{Map, Value};

use crate::error::{MessageError, Result};
use crate::pat::shown;

/// The fields that the vendor documents, but for the token, and the same names in snake case.
const FIELDS: [(&str, &str); 11] = [
    ("activationId", "activation_id"),
    ("agentName", "agent_name"),
    ("apiEndpoint", "api_endpoint"),
    ("channelId", "channel_id"),
    ("outputName", "output_name"),
    ("payload", "payload"),
    ("projectId", "project_id"),
    ("properties", "properties"),
    ("sessionId", "session_id"),
    ("skillName", "skill_name"),
    ("timestamp", "timestamp"),
];

/// The message with which the cluster calls a skill: a job gets it as its last command-line argument
/// ([`Message::from_args`]), a daemon as the body of `POST /invoke` ([`Message::from_slice`], or any framework that reads
/// JSON bodies by serde).
///
/// Keys are the vendor's own, in camel case; the same names in snake case are understood too. Unknown keys are kept. The
/// token is kept apart and never shown.
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

    /// With a value. It replaces one under the same name in the other case.
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        match (key, value.into()) {
            ("token", Value::String(token)) => self.token = Some(token.into()),
            ("token", Value::Null) => self.token = None,
            (key, value) => {
                if let Some(other) = other_case(key) {
                    self.params.shift_remove(other);
                }
                self.params.insert(key.to_owned(), value);
            }
        }
        self
    }

    /// With the token of whoever calls the skill.
    pub fn with_token(mut self, token: impl Into<SecretString>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Any value but the token. Documented keys are found in either case.
    pub fn get(&self, key: &str) -> Option<&Value> {
        let there = |key: &str| self.params.get(key).filter(|value| !value.is_null());
        there(key).or_else(|| there(other_case(key)?)).or_else(|| self.params.get(key))
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

    /// What the skill is to work on. A payload that is not an object is in [`Message::get`].
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

    /// The agent that calls the skill; empty when it was called by itself.
    pub fn agent_name(&self) -> Option<&str> {
        self.text("agentName")
    }

    /// When the skill was called.
    pub fn timestamp(&self) -> Option<Timestamp> {
        Some(Timestamp::from_unix_millis(self.get("timestamp")?.as_f64()? as i64))
    }

    /// Everything under the keys that it came with, **the token included**, to pass the message on.
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
        let why = match self.get(key) {
            None if key == "token" && self.token.is_some() => "is empty",
            None => "is missing",
            Some(Value::Null) => "is null",
            Some(Value::String(_)) => "is empty",
            Some(_) => "is not text",
        };
        format!("{key} {why}")
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_str()
    }

    fn map(&self, key: &str) -> Option<&Map<String, Value>> {
        self.get(key)?.as_object()
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

/// The same documented name in the other case.
fn other_case(key: &str) -> Option<&'static str> {
    FIELDS.into_iter().find_map(|(camel, snake)| match key {
        _ if camel == snake => None,
        key if key == camel => Some(snake),
        key if key == snake => Some(camel),
        _ => None,
    })
}
