//! For programs that run as an Abaco actor: what the platform tells them (contract section 2.5).
//!
//! ```no_run
//! # async fn example() -> agave::Result<()> {
//! let environment = agave::Environment::system();
//! let context = agave::actors::context(&environment);
//! let ag = agave::actors::client(agave::Agave::builder().environment(environment))?;
//! println!("{:?} says {:?}", context.username, context.raw_message);
//! let me = ag.profiles().get().await?;
//! # Ok(())
//! # }
//! ```

use auth_core::Environment;
use serde_json::{Map, Value};

use crate::client::{Builder, Client};
use crate::error::Result;

/// The client of an actor: with the token that the platform gave it, else as [`Builder::restore`] makes it.
///
/// The platform's token cannot be renewed. On a developer's machine, where `_abaco_api_server` is set and there is no
/// token, the client carries the JWT `123` in `X-JWT-Assertion-dev_sandbox`, as the SDK does.
pub fn client(builder: Builder) -> Result<Client> {
    let environment = builder.surroundings();
    let var = |name: &str| environment.var(name).map(str::to_owned);
    let builder = match var("_abaco_api_server") {
        Some(server) => builder.api_server(server),
        None => builder,
    };
    match (var("_abaco_access_token"), var("_abaco_api_server")) {
        (Some(token), _) => builder.token(token).build(),
        (None, Some(_)) => builder.jwt("X-JWT-Assertion-dev_sandbox", "123").build(),
        (None, None) => builder.restore(),
    }
}

/// What the platform tells an actor about the message that it works on.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Context {
    /// The message (`MSG`).
    pub raw_message: Option<String>,
    /// The message when it is a JSON object. The SDK also reads Python's notation; that is not done here.
    pub message: Option<Map<String, Value>>,
    /// The message's content type.
    pub content_type: Option<String>,
    /// The execution.
    pub execution_id: Option<String>,
    /// Who sent the message.
    pub username: Option<String>,
    /// The actor's state, as text.
    pub state: Option<String>,
    /// The actor's id in the database.
    pub actor_dbid: Option<String>,
    /// The actor's id.
    pub actor_id: Option<String>,
}

/// What the platform tells an actor.
pub fn context(environment: &Environment) -> Context {
    let var = |name: &str| environment.var(name).map(str::to_owned);
    let raw_message = var("MSG");
    let parsed = raw_message.as_deref().map(serde_json::from_str);
    Context {
        message: parsed.and_then(std::result::Result::ok),
        raw_message,
        content_type: var("_abaco_Content-Type"),
        execution_id: var("_abaco_execution_id"),
        username: var("_abaco_username"),
        state: var("_abaco_actor_state"),
        actor_dbid: var("_abaco_actor_dbid"),
        actor_id: var("_abaco_actor_id"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_text_or_an_object() {
        let read = |message: &str| context(&Environment::empty().with_var("MSG", message));
        assert_eq!(read(r#"{"a": 1}"#).message.unwrap()["a"], 1);
        for text in ["hello", "[1]", "{'a': 1}"] {
            let context = read(text);
            assert_eq!((context.raw_message.as_deref(), context.message), (Some(text), None));
        }
        assert_eq!(context(&Environment::empty()), Context::default());
    }
}
