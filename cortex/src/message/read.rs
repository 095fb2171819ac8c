//! Where messages come from.

use std::ffi::OsStr;
use std::str::FromStr;

use auth_core::Environment;
use serde::{Deserialize, Deserializer, de};
use serde_json::{Map, Value};

use super::Message;
use crate::client::Client;
use crate::error::{Error, MessageError, Result};

impl Message {
    /// The message of a job: the last argument of the program, JSON text. The first one is the program's name, as in
    /// [`std::env::args_os`].
    ///
    /// ```
    /// let message = cortex::Message::from_args(["my-job", "--verbose", r#"{"payload": {"q": 1}}"#])?;
    /// assert!(message.payload().is_some());
    /// assert!(cortex::Message::from_args(["my-job"]).is_err());
    /// # Ok::<(), cortex::Error>(())
    /// ```
    pub fn from_args(args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Result<Self> {
        let last = args.into_iter().skip(1).last().ok_or(MessageError::NoArgument)?;
        Self::from_slice(last.as_ref().as_encoded_bytes())
    }

    /// The message of a daemon: the body of `POST /invoke`, JSON text.
    pub fn from_slice(body: &[u8]) -> Result<Self> {
        match serde_json::from_slice::<Value>(body) {
            Ok(value) => value.try_into(),
            Err(error) => Err(MessageError::NotJson { line: error.line(), column: error.column() }.into()),
        }
    }

    /// A message with endpoint, project and token as a client would find them in variables and profiles, as far as they are
    /// there: where tokens are signed, there is none. No network.
    pub fn from_env(environment: &Environment) -> Result<Self> {
        let found = Client::builder().environment(environment.clone()).resolve()?;
        let mut message = Self::new().with("apiEndpoint", found.api_endpoint.as_str());
        if let Some(project) = found.project {
            message = message.with("projectId", project);
        }
        Ok(match found.token {
            Some(token) => message.with_token(token),
            None => message,
        })
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
        Self::from_slice(text.as_bytes())
    }
}

impl<'de> Deserialize<'de> for Message {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer)?.try_into().map_err(de::Error::custom)
    }
}
