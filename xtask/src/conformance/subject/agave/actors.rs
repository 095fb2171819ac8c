//! agave's actors, administration and profiles behind the names of the operations table.

use agave::Client;
use agave::api::{ActorMessage, ActorNonce, Actors, List};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::super::{Options, unknown, value};
use super::of;
use crate::conformance::record::Failed;

pub(super) async fn call(
    client: &Client,
    service: &str,
    operation: &str,
    mut args: Options,
) -> Result<Value, Failed> {
    let args = &mut args;
    match (service, operation) {
        ("admin", "listRoles") => list(client.admin().list_roles(), args).await,
        ("profiles", "get") => done(args, client.profiles().get()).await,
        ("profiles", "list") => list(client.profiles().list(), args).await,
        ("profiles", "listByUsername") => {
            let username: String = args.need("username")?;
            done(args, client.profiles().list_by_username(&username)).await
        }
        ("actors", "list") => list(client.actors().list(), args).await,
        ("actors", "add") => {
            let body = args.need("body")?;
            done(args, client.actors().add(&body)).await
        }
        ("actors", "listAliases") => list(client.actors().list_aliases(), args).await,
        ("actors", "addAlias") => {
            let body = args.need("body")?;
            done(args, client.actors().add_alias(&body)).await
        }
        ("actors", "getAlias" | "deleteAlias") => {
            let alias: String = args.need("alias")?;
            match operation {
                "getAlias" => done(args, client.actors().get_alias(&alias)).await,
                _ => done(args, client.actors().delete_alias(&alias)).await,
            }
        }
        ("actors", operation) => {
            let id: String = args.need("actorId")?;
            actor(client.actors(), &id, operation, args).await
        }
        _ => Err(unknown(operation)),
    }
}

/// Operations of one actor.
async fn actor(actors: Actors<'_>, id: &str, operation: &str, args: &mut Options) -> Result<Value, Failed> {
    match operation {
        "get" => done(args, actors.get(id)).await,
        "update" => {
            let body = args.need("body")?;
            done(args, actors.update(id, &body)).await
        }
        "delete" => done(args, actors.delete(id)).await,
        "getMessages" => done(args, actors.get_messages(id)).await,
        "deleteMessages" => done(args, actors.delete_messages(id)).await,
        "sendMessage" => {
            let mut body: Map<String, Value> = args.need("body")?;
            let variables: Map<String, Value> = args.take("environment")?.unwrap_or_default();
            let message = ActorMessage::json(body.shift_remove("message").unwrap_or_default());
            let message = variables.into_iter().fold(message, |message, (name, variable)| {
                message.with_variable(name, variable.as_str().unwrap_or_default())
            });
            done(args, actors.send_message(id, message)).await
        }
        "sendBinaryMessage" => {
            let message: String = args.need("message")?;
            done(args, actors.send_binary_message(id, message)).await
        }
        "getState" => done(args, actors.get_state(id)).await,
        "updateState" => {
            let body = args.need("body")?;
            done(args, actors.update_state(id, &body)).await
        }
        "getPermissions" => done(args, actors.get_permissions(id)).await,
        "updatePermissions" => {
            let body = args.need("body")?;
            done(args, actors.update_permissions(id, &body)).await
        }
        "listWorkers" => list(actors.list_workers(id), args).await,
        "addWorker" => {
            let body = args.need("body")?;
            done(args, actors.add_worker(id, &body)).await
        }
        "addNonce" => {
            let body = args.take("body")?.unwrap_or_default();
            let added = actors.add_nonce(id, &body).await;
            Ok(shown(&added.map_err(|error| of(&error))?))
        }
        "listNonces" => {
            let listed = actors.list_nonces(id).await.map_err(|error| of(&error))?;
            Ok(listed.iter().map(shown).collect())
        }
        "listExecutions" => {
            let executions = actors.list_executions(id);
            let executions = match args.take("limit")? {
                Some(limit) => executions.limit(limit),
                None => executions,
            };
            let executions = match args.take("offset")? {
                Some(offset) => executions.offset(offset),
                None => executions,
            };
            done(args, executions.into_future()).await
        }
        "getExecution" | "getExecutionLogs" | "getOneExecutionResult" => {
            let execution: String = args.need("executionId")?;
            match operation {
                "getExecution" => done(args, actors.get_execution(id, &execution)).await,
                "getExecutionLogs" => done(args, actors.get_execution_logs(id, &execution)).await,
                _ => {
                    let result = actors.get_one_execution_result(id, &execution).await;
                    let result = result.map_err(|error| of(&error))?;
                    Ok(result.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).into())
                }
            }
        }
        _ => Err(unknown(operation)),
    }
}

/// A page of a list.
async fn list<T>(list: List<'_, T>, args: &mut Options) -> Result<Value, Failed>
where
    T: DeserializeOwned + Serialize + Send + 'static,
{
    let list = match args.take("limit")? {
        Some(limit) => list.limit(limit),
        None => list,
    };
    let list = match args.take("offset")? {
        Some(offset) => list.offset(offset),
        None => list,
    };
    let names = ["name", "email", "first_name", "last_name", "full_name", "status", "username"];
    let mut list = list;
    for name in names {
        if let Some(text) = args.take::<String>(name)? {
            list = list.query(name, text);
        }
    }
    done(args, list.into_future()).await
}

/// What comes of a call, when nothing is left of its arguments.
async fn done<T: Serialize>(
    args: &mut Options,
    call: impl Future<Output = agave::Result<T>>,
) -> Result<Value, Failed> {
    std::mem::replace(args, Options::new(Map::new())).end()?;
    value(call.await.map_err(|error| of(&error))?)
}

fn shown(nonce: &ActorNonce) -> Value {
    json!({
        "id": auth_core::secret::expose(&nonce.id), "level": nonce.level, "max_uses": nonce.max_uses,
        "remaining_uses": nonce.remaining_uses,
    })
}
