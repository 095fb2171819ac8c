//! What is saved under a name: connections, secrets, models, skills, types, agents and experiments (contract sections 6.4
//! to 6.11).

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use auth_core::Timestamp;
use auth_core::sim::{Reply, Request};
use serde_json::{Map, Value, json};

use super::not_found;

/// How a connection names a secret.
const SECURE: &str = "#SECURE.";

/// The documents of all projects, by project, collection and name.
#[derive(Debug, Default)]
pub(super) struct Documents(Mutex<BTreeMap<(String, String, String), Value>>);

impl Documents {
    pub(super) fn put(&self, project: &str, collection: &str, name: &str, document: Value) {
        self.lock().insert(key(project, collection, name), document);
    }

    pub(super) fn get(&self, project: &str, collection: &str, name: &str) -> Option<Value> {
        self.lock().get(&key(project, collection, name)).cloned()
    }

    /// All of a collection, in the order of their names.
    pub(super) fn all(&self, project: &str, collection: &str) -> Vec<(String, Value)> {
        let documents = self.lock();
        let of_it = documents.iter().filter(|((owner, kind, _), _)| owner == project && kind == collection);
        of_it.map(|((_, _, name), document)| (name.clone(), document.clone())).collect()
    }

    /// A request for a collection of a project. `rest` has the decoded segments after its name.
    pub(super) fn answer(
        &self,
        request: &Request,
        project: &str,
        collection: &str,
        rest: &[&str],
        now: Timestamp,
    ) -> Reply {
        match (request.method().as_str(), rest) {
            ("GET", []) => self.list(request, project, collection),
            ("POST", []) => self.save(request, project, collection, now),
            ("POST", [name]) if collection == "secrets" => {
                let value = request.json().and_then(|body| body.get("value").cloned());
                let Some(value) = value else { return bad("the body needs a value") };
                self.put(project, collection, name, json!({ "value": value }));
                done()
            }
            ("GET", [name]) => match self.get(project, collection, name) {
                // From outside nobody sees what it hides.
                Some(_) if collection == "secrets" => Reply::json(200, json!({ "value": "****" })),
                Some(document) => Reply::json(200, document),
                None => missing(collection, name),
            },
            ("DELETE", [name]) => match self.lock().remove(&key(project, collection, name)) {
                Some(_) => done(),
                None => missing(collection, name),
            },
            ("POST", [name, status]) if collection == "models" => match self.get(project, collection, name) {
                Some(mut model) => {
                    model["status"] = (*status).into();
                    self.put(project, collection, name, model);
                    done()
                }
                None => missing(collection, name),
            },
            _ => not_found("no such endpoint"),
        }
    }

    /// A request to one of the services that answer only inside the cluster.
    pub(super) fn inside(&self, project: &str, collection: &str, name: &str) -> Reply {
        let Some(mut document) = self.get(project, collection, name) else {
            return missing(collection, name);
        };
        if let Some(Value::Array(params)) = document.get_mut("params") {
            for param in params {
                let secret = param["value"].as_str().and_then(|value| value.strip_prefix(SECURE));
                if let Some(secret) = secret.and_then(|name| self.get(project, "secrets", name)) {
                    param["value"] = secret["value"].clone();
                }
            }
        }
        Reply::json(200, document)
    }

    fn list(&self, request: &Request, project: &str, collection: &str) -> Reply {
        let number = |name: &str| request.query(name).and_then(|text| text.parse::<usize>().ok());
        let page = self
            .all(project, collection)
            .into_iter()
            .skip(number("skip").unwrap_or(0))
            .take(number("limit").unwrap_or(usize::MAX));
        if collection == "secrets" {
            return Reply::json(200, page.map(|(name, _)| Value::from(name)).collect());
        }
        let documents: Value = page.map(|(_, document)| document).collect();
        Reply::json(200, Map::from_iter([(collection.to_owned(), documents)]).into())
    }

    /// Types come as a list, everything else as one document.
    fn save(&self, request: &Request, project: &str, collection: &str, now: Timestamp) -> Reply {
        let body = request.json().unwrap_or_default();
        let documents = match body.get("types") {
            Some(Value::Array(types)) if collection == "types" => types.clone(),
            _ => vec![body],
        };
        let mut saved = Value::Null;
        for mut document in documents {
            let Some(name) = document.get("name").and_then(Value::as_str).map(str::to_owned) else {
                return bad("the document needs a name");
            };
            let before = self.get(project, collection, &name);
            let version = before.as_ref().and_then(|before| before["_version"].as_u64()).unwrap_or(0) + 1;
            let created = before.and_then(|before| before.get("createdAt").cloned());
            document["_version"] = version.into();
            document["createdAt"] = created.unwrap_or_else(|| now.to_string().into());
            document["updatedAt"] = now.to_string().into();
            self.put(project, collection, &name, document.clone());
            saved = document;
        }
        Reply::json(200, saved)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<(String, String, String), Value>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(project: &str, collection: &str, name: &str) -> (String, String, String) {
    (project.to_owned(), collection.to_owned(), name.to_owned())
}

pub(super) fn done() -> Reply {
    Reply::json(200, json!({"success": true}))
}

pub(super) fn bad(message: &str) -> Reply {
    Reply::json(400, json!({"success": false, "message": message}))
}

fn missing(collection: &str, name: &str) -> Reply {
    not_found(&format!("{name} not found in {collection}"))
}
