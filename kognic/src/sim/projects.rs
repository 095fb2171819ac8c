//! Workspaces, projects, batches and calibrations (contract sections 6.2 and 6.9).

use auth_core::sim::{Reply, Request};
use serde_json::{Value, json};

use super::{CREATED, Platform, data, lock, refuse};

impl Platform {
    pub(super) fn projects(&self, request: &Request, path: &[&str]) -> Option<Reply> {
        Some(match (request.method().as_str(), path) {
            ("GET", ["v1", "workspaces"]) => data(json!([{
                "created": CREATED, "externalId": "ws", "id": "w-1", "name": "WS", "organization": {"name": "Org"},
            }])),
            ("GET", ["v1", "projects"]) => {
                data(lock(&self.projects).keys().map(|name| project(name)).collect())
            }
            ("GET", ["v1", "projects", _, .., "annotation-types"]) => data(json!(["objects"])),
            (method, ["v1", "projects", project, "batches", rest @ ..]) => {
                self.batches(method, project, rest)
            }
            (method, ["v1", "calibrations"]) => self.calibrations(method, request),
            _ => return None,
        })
    }

    fn batches(&self, method: &str, project: &str, rest: &[&str]) -> Reply {
        let mut projects = lock(&self.projects);
        match (method, projects.get_mut(project), rest) {
            (_, None, _) => refuse(404, format!("no project {project}")),
            ("GET", Some(batches), []) => data(batches.iter().map(|name| batch(project, name)).collect()),
            ("POST", Some(batches), [name]) if batches.iter().any(|known| known == name) => {
                refuse(409, format!("there is a batch {name} already"))
            }
            ("POST", Some(batches), [name]) => {
                batches.push((*name).to_owned());
                data(batch(project, name))
            }
            _ => refuse(404, "no such endpoint"),
        }
    }

    fn calibrations(&self, method: &str, request: &Request) -> Reply {
        let mut state = self.state();
        if method == "POST" {
            let body = request.json().unwrap_or_default();
            let entry = json!({
                "id": state.name("calibration"), "externalId": body["externalId"], "created": CREATED,
                "workspaceId": "w-1", "calibration": body["calibration"],
            });
            state.calibrations.push(entry.clone());
            return data(entry);
        }
        let asked = |name: &str, entry: &Value| request.query(name).is_none_or(|value| entry[name] == value);
        let found: Vec<&Value> = state
            .calibrations
            .iter()
            .filter(|entry| asked("id", entry) && asked("externalId", entry))
            .collect();
        data(json!(found))
    }
}

fn project(name: &str) -> Value {
    json!({"created": CREATED, "title": name, "description": "", "status": "active", "project": name})
}

fn batch(project: &str, batch: &str) -> Value {
    json!({
        "project": project, "batch": batch, "title": batch, "status": "open",
        "created": CREATED, "updated": CREATED,
    })
}
