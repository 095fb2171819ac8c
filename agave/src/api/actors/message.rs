//! Messages, and what the service says when it has taken one.

use std::collections::BTreeMap;

use auth_core::{Error, ErrorKind, Result};
use bytes::Bytes;
use serde_json::Value;

use crate::api::Links;
use crate::api::model::model;

/// A message to an actor: a text, JSON or bytes, and variables for its container.
#[derive(Clone, Debug, PartialEq)]
pub struct ActorMessage {
    pub(super) content: Content,
    pub(super) variables: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Content {
    /// A text is JSON, too.
    Json(Value),
    Bytes(Bytes),
}

impl ActorMessage {
    /// A text. The actor finds it in [`Context::raw_message`](crate::actors::Context::raw_message).
    pub fn text(message: impl Into<String>) -> Self {
        Self::of(Content::Json(Value::String(message.into())))
    }

    /// Any JSON. The service writes it down in Python's notation, which
    /// [`Context::message`](crate::actors::Context::message) reads.
    pub fn json(message: impl Into<Value>) -> Self {
        Self::of(Content::Json(message.into()))
    }

    /// Bytes. The actor reads them by [`Channels::binary_message`](crate::actors::Channels::binary_message).
    pub fn binary(message: impl Into<Bytes>) -> Self {
        Self::of(Content::Bytes(message.into()))
    }

    /// With a variable for the container, in place of one of the actor's own. It travels in the query, where proxies
    /// see it: no place for secrets.
    pub fn with_variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }

    fn of(content: Content) -> Self {
        Self { content, variables: BTreeMap::new() }
    }
}

impl From<&str> for ActorMessage {
    fn from(message: &str) -> Self {
        Self::text(message)
    }
}

impl From<String> for ActorMessage {
    fn from(message: String) -> Self {
        Self::text(message)
    }
}

impl From<Value> for ActorMessage {
    fn from(message: Value) -> Self {
        Self::json(message)
    }
}

/// Refuses variables that would not arrive as such.
pub(super) fn check(variables: &BTreeMap<String, String>) -> Result<()> {
    match variables.keys().find(|name| name.is_empty() || name.contains(['=', '\0']) || *name == "x-nonce") {
        Some(name) => Err(Error::new(
            ErrorKind::InvalidInput,
            format!("`{name}` cannot be the name of a message's variable"),
        )
        .with_help("a name is not empty and holds no `=`; a nonce is given by client.nonce(..)")),
        None => Ok(()),
    }
}

model! {
    /// How many messages an actor has before it.
    pub struct ActorMessages {
        /// How many wait.
        messages: u64,
    }
}

model! {
    /// What the service says when it has taken a message.
    pub struct MessageReceipt {
        /// The execution that the message becomes.
        execution_id: String,
        /// The message, as the service has understood it.
        msg: Option<Value>,
        /// What it links to.
        #[serde(rename = "_links")]
        links: Links,
    }
}
