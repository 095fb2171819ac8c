//! Functions of the fake.

use std::collections::BTreeMap;
use std::time::Duration;

use auth_core::Timestamp;
use auth_core::sim::Reply;
use serde_json::{Map, Value, json};

use super::{State, missing, without_zone};

/// How long a function is built.
const BUILD: Duration = Duration::from_secs(60);
/// A function.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) attributes: Map<String, Value>,
    pub(super) has_bundle: bool,
    pub(super) built_at: Option<Timestamp>,
}

impl Function {
    pub(super) fn shown(&self, now: Timestamp) -> Value {
        let mut shown = Value::Object(self.attributes.clone());
        if self.attributes["status"] == "building" && self.built_at.is_some_and(|at| now >= at) {
            shown["status"] = "ready".into();
        }
        shown
    }
}

impl State {
    pub(super) fn create(&mut self, body: &Value, now: Timestamp, base: &str) -> Reply {
        if !body["name"].is_string() || !body["image"].is_string() {
            return Reply::json(
                422,
                json!({"detail": "Invalid request", "errors": {"name": ["is missing"]}}),
            );
        }
        let id = format!("f-{}", self.next());
        let mut attributes = attributes(&id, body, now);
        attributes.insert("status".to_owned(), "awaiting_bundle".into());
        let url = format!("{base}/signed/bundles/{id}?signature=s");
        let reply = json!({"function": attributes, "bundle_upload_url": url});
        self.functions.insert(id, Function { attributes, has_bundle: false, built_at: None });
        Reply::json(201, reply)
    }

    pub(super) fn function(&self, id: &str, now: Timestamp, include: Option<&str>) -> Value {
        let mut shown = self.functions[id].shown(now);
        if include == Some("job.statistics") {
            let mut counts: BTreeMap<String, u64> = BTreeMap::new();
            for job in self.jobs.values().filter(|job| job.function_id() == id) {
                *counts.entry(job.status(now).to_owned()).or_default() += 1;
            }
            shown["job_statistics"] = json!(counts);
        }
        shown
    }

    pub(super) fn build(&mut self, id: &str, now: Timestamp) -> Reply {
        let Some(function) = self.functions.get_mut(id).filter(|function| function.has_bundle) else {
            return Reply::json(400, json!({"detail": "the bundle was not uploaded"}));
        };
        function.attributes["status"] = "building".into();
        function.built_at = Some(now.saturating_add(BUILD));
        Reply::json(200, function.shown(now))
    }

    pub(super) fn change_function(&mut self, id: &str, body: &Value, now: Timestamp) -> Reply {
        let Some(function) = self.functions.get_mut(id) else { return missing("no such function") };
        function.attributes.extend(body.as_object().cloned().unwrap_or_default());
        Reply::json(200, function.shown(now))
    }

    pub(super) fn delete_function(&mut self, id: &str, now: Timestamp) -> Reply {
        if self.jobs.values().any(|job| job.function_id() == id && !job.is_done(now)) {
            return Reply::json(409, json!({"detail": "the function has jobs that are not done"}));
        }
        self.functions.remove(id);
        Reply::empty(204)
    }
}

/// What the platform tells of a new function.
pub(super) fn attributes(id: &str, new: &Value, now: Timestamp) -> Map<String, Value> {
    let mut attributes = json!({
        "id": id, "namespace": "someorg:ns", "owner": "user:ns", "status": "ready", "enabled": true,
        "creation_date": without_zone(now), "modified_date": without_zone(now), "job_statistics": null,
    });
    for (name, value) in new.as_object().into_iter().flatten() {
        attributes[name.as_str()] = value.clone();
    }
    attributes.as_object().cloned().unwrap_or_default()
}
