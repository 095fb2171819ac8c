//! Abaco: actors that echo their message. What they do takes time, by the simulator's clock.

mod actor;
mod execution;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use auth_core::sim::{Reply, Request};
use auth_core::{Clock, Timestamp};
use serde_json::{Value, json};

use self::actor::{Actor, Level};
use self::execution::Message;
use super::call::{error, success};

/// Who calls.
pub(super) enum Caller {
    User(String),
    Nonce(String),
}

#[derive(Debug)]
pub(super) struct Actors {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    actors: BTreeMap<String, Actor>,
    /// Alias: actor, owner.
    aliases: BTreeMap<String, (String, String)>,
    created: u32,
}

impl Actors {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, state: Mutex::default() }
    }

    /// Everything below `/actors/v2`.
    pub(super) fn answer(&self, method: &str, path: &[&str], caller: &Caller, request: &Request) -> Reply {
        let now = self.clock.now().wall;
        let mut state = self.state();
        let user = match caller {
            Caller::User(user) => user.as_str(),
            Caller::Nonce(_) => "",
        };
        match (method, path) {
            (_, [] | ["aliases", ..]) if user.is_empty() => error(403, "A nonce is for one actor"),
            ("GET", []) => {
                let seen = state.actors.values().filter(|actor| actor.level_of(user) >= Level::Read);
                success(200, page(seen.map(|actor| actor.shown(now)), request))
            }
            ("POST", []) => state.add(user, request, now),
            (_, []) => error(405, "The method is not allowed"),
            (method, ["aliases", rest @ ..]) => state.alias(method, rest, user, request),
            (method, [id, rest @ ..]) => {
                let id = state.aliases.get(*id).map_or(*id, |(id, _)| id).to_owned();
                let Some(actor) = state.actors.get_mut(&id) else {
                    return error(404, &format!("No actor found with identifier: {id}."));
                };
                let needed = match (method, rest) {
                    ("GET", _) => Level::Read,
                    ("POST", ["messages"]) => Level::Execute,
                    _ => Level::Update,
                };
                let level = match caller {
                    Caller::User(user) => actor.level_of(user),
                    Caller::Nonce(nonce) => actor.spend(nonce, needed, now),
                };
                if level < needed {
                    return error(
                        403,
                        &format!("You do not have sufficient access to this actor: {needed:?}"),
                    );
                }
                if let ("DELETE", []) = (method, rest) {
                    state.actors.remove(&id);
                    state.aliases.retain(|_, (actor, _)| *actor != id);
                    return success(200, Value::Null);
                }
                actor_call(actor, method, rest, user, request, now)
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn add(&mut self, owner: &str, request: &Request, now: Timestamp) -> Reply {
        let asked = request.json().unwrap_or_default();
        if asked["image"].as_str().unwrap_or_default().is_empty() {
            return error(400, "Missing required parameter: image");
        }
        self.created += 1;
        let id = format!("actor-{}", self.created);
        let actor = Actor::new(&id, owner, &asked, request.base(), now);
        let shown = actor.shown(now);
        self.actors.insert(id, actor);
        success(200, shown)
    }

    fn alias(&mut self, method: &str, path: &[&str], user: &str, request: &Request) -> Reply {
        let shown = |alias: &str, (actor, owner): &(String, String)| json!({ "alias": alias, "actorId": actor, "owner": owner });
        match (method, path) {
            ("GET", []) => {
                let own = self.aliases.iter().filter(|(_, entry)| entry.1 == user);
                success(200, own.map(|(alias, entry)| shown(alias, entry)).collect())
            }
            ("POST", []) => {
                let asked = request.json().unwrap_or_default();
                let text = |name: &str| asked[name].as_str().unwrap_or_default().to_owned();
                let (alias, actor) = (text("alias"), text("actorId"));
                if !self.actors.contains_key(&actor) {
                    return error(404, &format!("No actor found with identifier: {actor}."));
                }
                if alias.is_empty() || self.aliases.contains_key(&alias) {
                    return error(400, &format!("Alias {alias} already exists, or is missing"));
                }
                let entry = (actor, user.to_owned());
                let reply = success(200, shown(&alias, &entry));
                self.aliases.insert(alias, entry);
                reply
            }
            ("GET" | "DELETE", [alias]) => {
                let found = self.aliases.get(*alias).map(|entry| shown(alias, entry));
                let Some(found) = found else { return error(404, &format!("No alias found: {alias}")) };
                if method == "GET" {
                    return success(200, found);
                }
                self.aliases.remove(*alias);
                success(200, Value::Null)
            }
            _ => error(404, "The requested resource is not available"),
        }
    }
}

fn actor_call(
    actor: &mut Actor,
    method: &str,
    path: &[&str],
    user: &str,
    request: &Request,
    now: Timestamp,
) -> Reply {
    let asked = || request.json().unwrap_or_default();
    let missing = |what: &str, id: &str| error(404, &format!("No {what} found: {id}"));
    match (method, path) {
        ("GET", []) => success(200, actor.shown(now)),
        ("PUT", []) => {
            actor.change(&asked(), now);
            success(200, actor.shown(now))
        }
        ("GET", ["messages"]) => success(200, json!({ "messages": actor.waiting(now), "_links": {} })),
        ("POST", ["messages"]) => match Message::read(request) {
            Some(message) => success(200, actor.take(message, user, now)),
            None => error(400, "Missing required parameter: message"),
        },
        ("DELETE", ["messages"]) => {
            actor.forget_waiting(now);
            success(200, "".into())
        }
        ("GET", ["state"]) => success(200, json!({ "state": actor.state, "_links": {} })),
        ("POST", ["state"]) if actor.is_stateless() => error(400, "The actor is stateless"),
        ("POST", ["state"]) => {
            actor.state = asked();
            success(200, json!({ "state": actor.state, "_links": {} }))
        }
        ("GET", ["permissions"]) => success(200, actor.permissions()),
        ("POST", ["permissions"]) => match actor.permit(&asked()) {
            true => success(200, actor.permissions()),
            false => error(400, "Invalid permission: user and level are required"),
        },
        ("GET", ["workers"]) => success(200, actor.workers().collect()),
        ("POST", ["workers"]) => {
            actor.ensure_workers(asked()["num"].as_u64().unwrap_or(1));
            success(200, Value::Null)
        }
        ("GET", ["workers", id]) => actor
            .workers()
            .find(|worker| worker["id"] == *id)
            .map_or_else(|| missing("worker", id), |worker| success(200, worker)),
        ("DELETE", ["workers", id]) => match actor.stop_worker(id) {
            true => success(200, Value::Null),
            false => missing("worker", id),
        },
        ("GET", ["nonces"]) => success(200, actor.nonces().collect()),
        ("POST", ["nonces"]) => success(200, actor.add_nonce(&asked(), user, now)),
        ("GET", ["nonces", id]) => actor
            .nonces()
            .find(|nonce| nonce["id"] == *id)
            .map_or_else(|| error(404, "Nonce not found."), |nonce| success(200, nonce)),
        ("DELETE", ["nonces", id]) => match actor.delete_nonce(id) {
            true => success(200, Value::Null),
            false => error(404, "Nonce not found."),
        },
        ("GET", ["executions"]) => success(200, actor.summary(now, |ids| page(ids, request))),
        ("GET", ["executions", id]) => actor
            .execution(id, now)
            .map_or_else(|| missing("execution", id), |execution| success(200, execution)),
        ("GET", ["executions", id, "logs"]) => actor.logs(id, now).map_or_else(
            || missing("execution", id),
            |logs| success(200, json!({ "logs": logs, "_links": {} })),
        ),
        ("GET", ["executions", id, "results"]) => actor
            .next_result(id, now)
            .map_or_else(|| missing("execution", id), |bytes| Reply::bytes(200, bytes)),
        _ => error(404, "The requested resource is not available"),
    }
}

/// The part of a list that `limit` and `offset` ask for.
fn page(items: impl Iterator<Item = Value>, request: &Request) -> Value {
    let number = |name: &str| request.query(name).and_then(|text| text.parse().ok());
    items.skip(number("offset").unwrap_or(0)).take(number("limit").unwrap_or(100)).collect()
}
