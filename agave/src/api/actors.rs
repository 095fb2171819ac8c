//! Abaco: actors, and everything that they do (contract section 6.2). What a program inside an actor's container needs
//! is in [`crate::actors`].

mod access;
mod actor;
mod execution;
mod message;

use auth_core::secret::expose;
use auth_core::{Body, Path, SecretString};
use bytes::Bytes;
use http::Method;
use serde_json::Value;

pub use access::{
    ActorAlias, ActorNonce, ActorPermission, ActorPermissions, NewActorAlias, NewNonce, PermissionLevel,
};
pub use actor::{Actor, ActorState, ActorStatus, ActorWorker, NewActor, NewWorkers};
pub use execution::{Execution, ExecutionLogs, ExecutionStatus, ExecutionsSummary, ListExecutions};
pub use message::{ActorMessage, ActorMessages, MessageReceipt};

use super::operations::{fill, operations};
use crate::client::Client;
use crate::error::Result;
use message::Content;

auth_core::service! {
    /// Abaco: actors, their messages and executions. Where an operation takes the id of an actor, an alias does, too.
    pub struct Actors, from Client::actors
}

operations! { impl Actors {
    /// the actors that the caller may see.
    fn list() -> List<Actor> = GET "/actors/v2";
    /// registers an actor. It is ready when its image was fetched: see [`Actors::wait_until_ready`].
    fn add(actor: &NewActor) -> Actor = POST "/actors/v2";
    /// one actor.
    fn get(actor_id) -> Actor = GET "/actors/v2/{actor_id}";
    /// changes an actor, and fetches its image again.
    fn update(actor_id, actor: &NewActor) -> Actor = PUT "/actors/v2/{actor_id}";
    /// deletes an actor, its workers, executions and logs.
    fn delete(actor_id) = DELETE "/actors/v2/{actor_id}";

    /// how many messages wait to be worked on.
    fn get_messages(actor_id) -> ActorMessages = GET "/actors/v2/{actor_id}/messages";
    /// throws away the messages that wait.
    fn delete_messages(actor_id) = DELETE "/actors/v2/{actor_id}/messages";

    /// the state that an actor keeps between its executions.
    fn get_state(actor_id) -> ActorState = GET "/actors/v2/{actor_id}/state";
    /// replaces the state by any JSON. A stateless actor has none: the service then answers with an error.
    fn update_state(actor_id, state: &Value) -> ActorState = POST "/actors/v2/{actor_id}/state";

    /// who may do what with an actor.
    fn get_permissions(actor_id) -> ActorPermissions = GET "/actors/v2/{actor_id}/permissions";
    /// gives a permission to a user, or takes it away ([`PermissionLevel::None`]).
    fn update_permissions(actor_id, permission: &ActorPermission) -> ActorPermissions =
        POST "/actors/v2/{actor_id}/permissions";

    /// the processes that work for an actor.
    fn list_workers(actor_id) -> List<ActorWorker> = GET "/actors/v2/{actor_id}/workers", whole;
    /// sees to it that so many workers run. They start by and by.
    fn add_worker(actor_id, workers: &NewWorkers) = POST "/actors/v2/{actor_id}/workers";
    /// one worker.
    fn get_worker(actor_id, worker_id) -> ActorWorker = GET "/actors/v2/{actor_id}/workers/{worker_id}";
    /// stops a worker.
    fn delete_worker(actor_id, worker_id) = DELETE "/actors/v2/{actor_id}/workers/{worker_id}";

    /// the nonces of an actor.
    fn list_nonces(actor_id) -> List<ActorNonce> = GET "/actors/v2/{actor_id}/nonces", whole;
    /// makes a nonce, by which somebody without an account can use the actor ([`Client::nonce`]).
    fn add_nonce(actor_id, nonce: &NewNonce) -> ActorNonce = POST "/actors/v2/{actor_id}/nonces";

    /// one execution.
    fn get_execution(actor_id, execution_id) -> Execution =
        GET "/actors/v2/{actor_id}/executions/{execution_id}";
    /// what an execution has printed, both streams together. It is there when the execution has ended.
    fn get_execution_logs(actor_id, execution_id) -> ExecutionLogs =
        GET "/actors/v2/{actor_id}/executions/{execution_id}/logs";

    /// the aliases that the caller may see.
    fn list_aliases() -> List<ActorAlias> = GET "/actors/v2/aliases", whole;
    /// gives an actor another name.
    fn add_alias(alias: &NewActorAlias) -> ActorAlias = POST "/actors/v2/aliases";
    /// the actor behind an alias.
    fn get_alias(alias) -> ActorAlias = GET "/actors/v2/aliases/{alias}";
    /// deletes an alias. The actor stays.
    fn delete_alias(alias) = DELETE "/actors/v2/aliases/{alias}";
} }

impl<'a> Actors<'a> {
    /// `POST /actors/v2/{actor_id}/messages`: sends a message to an actor: a text, JSON or bytes. Each message becomes
    /// an execution, which [`Actors::wait`] waits for.
    ///
    /// ```no_run
    /// # async fn example(ag: agave::Agave) -> agave::Result<()> {
    /// use agave::api::ActorMessage;
    ///
    /// let message = ActorMessage::json(serde_json::json!({"file": "a.csv"})).with_variable("LEVEL", "debug");
    /// let receipt = ag.actors().send_message("my-alias", message).await?;
    /// println!("execution {}", receipt.execution_id);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn send_message(
        &self,
        actor_id: &str,
        message: impl Into<ActorMessage>,
    ) -> Result<MessageReceipt> {
        let ActorMessage { content, variables } = message.into();
        let path = fill("/actors/v2/{actor_id}/messages", &[("actor_id", actor_id)]);
        let path = path.and_then(|path| message::check(&variables).map(|()| path));
        let request = self.client.call(Method::POST, path);
        let request = variables.iter().fold(request, |request, (name, value)| request.query(name, value));
        let request = match content {
            Content::Json(message) => request.json(&serde_json::json!({ "message": message })),
            Content::Bytes(bytes) => {
                request.header("content-type", "application/octet-stream").body(Body::bytes(bytes))
            }
        };
        request.data().await
    }

    /// `POST /actors/v2/{actor_id}/messages`: sends bytes to an actor, which reads them by
    /// [`Channels::binary_message`](crate::actors::Channels::binary_message). The same as [`Actors::send_message`] with
    /// [`ActorMessage::binary`].
    pub async fn send_binary_message(
        &self,
        actor_id: &str,
        message: impl Into<Bytes>,
    ) -> Result<MessageReceipt> {
        self.send_message(actor_id, ActorMessage::binary(message)).await
    }

    /// `GET /actors/v2/{actor_id}/nonces/{nonce_id}`: one nonce.
    pub async fn get_nonce(&self, actor_id: &str, nonce_id: &SecretString) -> Result<ActorNonce> {
        self.client.call(Method::GET, nonce(actor_id, nonce_id)).data().await
    }

    /// `DELETE /actors/v2/{actor_id}/nonces/{nonce_id}`: deletes a nonce.
    pub async fn delete_nonce(&self, actor_id: &str, nonce_id: &SecretString) -> Result<()> {
        self.client.call(Method::DELETE, nonce(actor_id, nonce_id)).idempotent(false).done().await
    }

    /// `GET /actors/v2/search/{search_type}`: searches in `actors`, `workers`, `executions` or `logs`, by the members of
    /// what is found, and by `q`, `limit` and `skip`.
    ///
    /// No reply of a live server was seen, so it is given as it is.
    pub async fn get_search(&self, search_type: &str, query: &[(&str, &str)]) -> Result<Value> {
        let path = fill("/actors/v2/search/{search_type}", &[("search_type", search_type)]);
        let request = self.client.call(Method::GET, path);
        query.iter().fold(request, |request, (name, value)| request.query(name, value)).data().await
    }
}

fn nonce(actor_id: &str, nonce_id: &SecretString) -> auth_core::Result<Path> {
    fill("/actors/v2/{actor_id}/nonces/{nonce_id}", &[("actor_id", actor_id), ("nonce_id", expose(nonce_id))])
}
