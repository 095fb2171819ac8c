//! What runs: skills and agents that are deployed, calls of them, and what they have to say (contract sections 6.8 and
//! 6.11).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use auth_core::Timestamp;
use auth_core::sim::{Reply, Request};
use serde_json::{Value, json};

use super::documents::done;
use super::not_found;

/// What runs in all projects.
#[derive(Debug, Default)]
pub(super) struct Running(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// By project, collection and name.
    deployed: BTreeSet<(String, String, String)>,
    calls: Vec<Call>,
    /// What was said, by activation.
    said: BTreeMap<String, Vec<Value>>,
}

/// A call of a skill or an agent.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) activation: String,
    pub(super) project: String,
    pub(super) skill: String,
    pub(super) body: Value,
    at: Timestamp,
}

impl Running {
    pub(super) fn is_deployed(&self, project: &str, collection: &str, name: &str) -> bool {
        self.lock().deployed.contains(&key(project, collection, name))
    }

    /// What was said in an activation.
    pub(super) fn said(&self, activation: &str) -> Vec<Value> {
        self.lock().said.get(activation).cloned().unwrap_or_default()
    }

    pub(super) fn call(&self, activation: &str) -> Option<Call> {
        self.lock().calls.iter().find(|call| call.activation == activation).cloned()
    }

    pub(super) fn deploy(&self, project: &str, collection: &str, name: &str, is_up: bool) -> Reply {
        let key = key(project, collection, name);
        let mut state = self.lock();
        let changed = if is_up { state.deployed.insert(key) } else { state.deployed.remove(&key) };
        let what = if is_up { "deployed" } else { "undeployed" };
        let how = if changed { "" } else { " already" };
        Reply::json(200, json!({"success": true, "message": format!("{name} {what}{how}")}))
    }

    /// A call. What was asked to wait for its result gets what the skill was called with.
    pub(super) fn invoke(&self, request: &Request, project: &str, skill: &str, now: Timestamp) -> Reply {
        let body = request.json().unwrap_or_default();
        let mut state = self.lock();
        let activation = format!("activation-{}", state.calls.len() + 1);
        state.calls.push(Call {
            activation: activation.clone(),
            project: project.to_owned(),
            skill: skill.to_owned(),
            body: body.clone(),
            at: now,
        });
        match request.query("sync") {
            Some("true") => Reply::json(200, json!({ "payload": body["payload"] })),
            _ => Reply::json(200, json!({"success": true, "activationId": activation})),
        }
    }

    /// What a skill has to say.
    pub(super) fn say(&self, request: &Request, activation: &str) -> Reply {
        let message = request.json().unwrap_or_default();
        self.lock().said.entry(activation.to_owned()).or_default().push(message);
        done()
    }

    /// What became of calls: those are over in which something was said.
    pub(super) fn activations(&self, request: &Request, project: &str, rest: &[&str]) -> Reply {
        let state = self.lock();
        let shown = |call: &Call| {
            let said = state.said.get(&call.activation);
            json!({
                "activationId": call.activation, "skillName": call.skill, "projectId": call.project,
                "start": call.at.unix_millis(), "status": if said.is_some() { "COMPLETE" } else { "STARTED" },
                "response": said,
            })
        };
        let mut of_it = state.calls.iter().filter(|call| call.project == project);
        match rest {
            [] => {
                let skill = request.query("skillName");
                let calls: Value =
                    of_it.filter(|call| skill.is_none_or(|skill| skill == call.skill)).map(shown).collect();
                Reply::json(200, json!({ "activations": calls }))
            }
            [activation] => match of_it.find(|call| call.activation == *activation) {
                Some(call) => Reply::json(200, shown(call)),
                None => not_found(&format!("Activation {activation} not found")),
            },
            _ => not_found("no such endpoint"),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(project: &str, collection: &str, name: &str) -> (String, String, String) {
    (project.to_owned(), collection.to_owned(), name.to_owned())
}
