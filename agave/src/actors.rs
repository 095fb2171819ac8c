//! For programs that run as an Abaco actor: what the platform tells them, and what they can tell it (contract
//! section 2.5).
//!
//! ```no_run
//! # async fn example() -> agave::Result<()> {
//! use agave::{Agave, Environment, actors};
//!
//! let environment = Environment::system();
//! let context = actors::context(&environment);
//! if let Some(message) = &context.message {
//!     println!("{:?} says {}", context.username, message["file"]);
//! }
//! let ag = actors::client(Agave::builder().environment(environment))?;
//! actors::update_state(&ag, &context, &serde_json::json!({"runs": 1})).await?;
//! # #[cfg(unix)]
//! actors::Channels::default().send_result(b"done").await?;
//! # Ok(())
//! # }
//! ```

#[cfg(unix)]
mod channels;
mod context;
mod literal;

use auth_core::{Error, ErrorKind};
use serde_json::Value;

#[cfg(unix)]
pub use channels::Channels;
pub use context::{Context, context};

use crate::api::ActorState;
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

/// Replaces the state that this actor keeps between its executions. The SDK's `update_state`.
pub async fn update_state(client: &Client, context: &Context, state: &Value) -> Result<ActorState> {
    let actor_id = context.actor_id.as_deref().ok_or_else(|| {
        Error::new(ErrorKind::InvalidInput, "the variable _abaco_actor_id is not set: no actor runs here")
            .with_help("use actors().update_state(actor_id, ..) outside a container")
    })?;
    client.actors().update_state(actor_id, state).await
}
