//! Sessions (contract section 6.6).

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use auth_core::sim::{Reply, Request};
use serde_json::{Map, Value, json};

use super::documents::{bad, done};
use super::not_found;

/// The sessions of all projects.
#[derive(Debug, Default)]
pub(super) struct Sessions(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// By project and id. `None` when one was ended.
    sessions: BTreeMap<(String, String), Option<Map<String, Value>>>,
}

impl Sessions {
    /// A request for the sessions of a project. `rest` has the decoded segments after `sessions`.
    pub(super) fn answer(&self, request: &Request, project: &str, rest: &[&str]) -> Reply {
        let mut state = self.lock();
        let key = |id: &str| (project.to_owned(), id.to_owned());
        match (request.method().as_str(), rest) {
            ("GET", []) => {
                let of_it =
                    state.sessions.iter().filter(|((owner, _), held)| owner == project && held.is_some());
                let sessions: Value = of_it.map(|((_, id), _)| json!({ "sessionId": id })).collect();
                Reply::json(200, json!({ "sessions": sessions }))
            }
            ("POST", []) => {
                let id = format!("s{}", state.sessions.len() + 1);
                state.sessions.insert(key(&id), Some(Map::new()));
                Reply::json(201, json!({ "sessionId": id }))
            }
            (method, [id]) => match (method, state.sessions.get_mut(&key(id))) {
                (_, None | Some(None)) => not_found(&format!("Session {id} not found")),
                ("GET", Some(Some(held))) => {
                    let asked = request.query("key");
                    let fits = |name: &String| asked.is_none_or(|asked| asked == name);
                    let state: Map<String, Value> =
                        held.clone().into_iter().filter(|(name, _)| fits(name)).collect();
                    Reply::json(200, json!({ "state": state }))
                }
                ("POST", Some(Some(held))) => match request.json() {
                    Some(Value::Object(mut body)) => {
                        if let Some(Value::Object(state)) = body.shift_remove("state") {
                            held.extend(state);
                        }
                        done()
                    }
                    _ => bad("the body needs a state"),
                },
                ("DELETE", Some(held)) => {
                    *held = None;
                    done()
                }
                _ => not_found("no such endpoint"),
            },
            _ => not_found("no such endpoint"),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
