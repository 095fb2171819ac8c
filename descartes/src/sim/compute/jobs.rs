//! Jobs of the fake: how far they are follows from the clock.

use std::time::Duration;

use auth_core::Timestamp;
use auth_core::sim::{Reply, Request};
use serde_json::{Map, Value, json};

use super::{State, missing, without_zone};

/// How long a job waits.
const PENDING: Duration = Duration::from_secs(10);
/// How long it runs.
const RUNTIME: Duration = Duration::from_secs(20);

/// A job.
#[derive(Debug)]
pub(super) struct Run {
    attributes: Map<String, Value>,
    /// When it is first taken up: after it was submitted and its function was built.
    begins: Timestamp,
    canceled: Option<Timestamp>,
    fails: bool,
    runs: u64,
}

impl Run {
    pub(super) fn function_id(&self) -> &str {
        self.attributes["function_id"].as_str().unwrap_or_default()
    }

    pub(super) fn status(&self, now: Timestamp) -> &'static str {
        let runs_at = self.begins.saturating_add(PENDING);
        let ends_at = runs_at.saturating_add(RUNTIME);
        match () {
            () if self.canceled.is_some_and(|at| at < ends_at) => "canceled",
            () if now < runs_at => "pending",
            () if now < ends_at => "running",
            () if self.fails => "failure",
            () => "success",
        }
    }

    pub(super) fn is_done(&self, now: Timestamp) -> bool {
        !matches!(self.status(now), "pending" | "running")
    }

    pub(super) fn cancel(&mut self, now: Timestamp) {
        self.canceled.get_or_insert(now);
    }

    pub(super) fn rerun(&mut self, now: Timestamp) {
        (self.begins, self.canceled, self.runs) = (now, None, self.runs + 1);
    }

    pub(super) fn shown(&self, now: Timestamp) -> Value {
        let status = self.status(now);
        let mut shown = Value::Object(self.attributes.clone());
        shown["status"] = status.into();
        shown["execution_count"] = json!(if status == "pending" { self.runs - 1 } else { self.runs });
        if status != "pending" {
            shown["last_execution_date"] = without_zone(self.begins.saturating_add(PENDING)).into();
        }
        if let "success" | "failure" = status {
            shown["runtime"] = json!(RUNTIME.as_secs());
            shown["exit_code"] = json!(u8::from(self.fails));
            shown["last_completion_date"] =
                without_zone(self.begins.saturating_add(PENDING).saturating_add(RUNTIME)).into();
        }
        if status == "failure" {
            shown["error_reason"] = "ValueError: it always fails".into();
        }
        shown
    }

    pub(super) fn result(&self, now: Timestamp) -> Option<Value> {
        let result = json!({"args": self.attributes["args"], "kwargs": self.attributes["kwargs"]});
        (self.status(now) == "success").then_some(result)
    }

    /// A line when it begins to run, and one when it ends.
    fn log(&self, now: Timestamp) -> String {
        let runs_at = self.begins.saturating_add(PENDING);
        let lines = [(runs_at, "started"), (runs_at.saturating_add(RUNTIME), "ended")];
        let written = lines.into_iter().filter(|(at, _)| *at <= now);
        written.map(|(at, text)| format!("{}\n", json!({"date": at.to_string(), "log": text}))).collect()
    }
}

impl State {
    pub(super) fn submit(&mut self, body: &Value, now: Timestamp) -> Reply {
        match self.add(body, now) {
            Ok(number) => Reply::json(201, self.jobs[&number].shown(now)),
            Err(refused) => *refused,
        }
    }

    pub(super) fn submit_many(&mut self, body: &Value, now: Timestamp) -> Reply {
        let reference = body["reference_id"].as_str().unwrap_or_default().to_owned();
        if !self.references.contains_key(&reference) {
            let calls = body["bulk_args"].as_array().map(Vec::as_slice).unwrap_or_default();
            let mut numbers = Vec::with_capacity(calls.len());
            for (at, args) in calls.iter().enumerate() {
                let job = json!({
                    "function_id": body["function_id"], "args": args, "kwargs": body["bulk_kwargs"][at],
                    "environment": body["bulk_environments"][at], "tags": body["tags"],
                });
                match self.add(&job, now) {
                    Ok(number) => numbers.push(number),
                    Err(refused) => return *refused,
                }
            }
            self.references.insert(reference.clone(), numbers);
        }
        let numbers = &self.references[&reference];
        Reply::json(
            200,
            numbers.iter().filter_map(|number| Some(self.jobs.get(number)?.shown(now))).collect(),
        )
    }

    fn add(&mut self, body: &Value, now: Timestamp) -> Result<u64, Box<Reply>> {
        let id = body["function_id"].as_str().unwrap_or_default();
        let Some(function) = self.functions.get(id) else {
            return Err(Box::new(missing("no such function")));
        };
        if function.attributes["enabled"] == false {
            return Err(Box::new(Reply::json(409, json!({"detail": "the function is disabled"}))));
        }
        let begins = function.built_at.map_or(now, |built| built.max(now));
        let fails = function.attributes["name"] == "fails";
        let number = self.next();
        let member = |name: &str| body.get(name).cloned().unwrap_or_default();
        let attributes = json!({
            "id": format!("j-{number}"), "function_id": id, "args": member("args"), "kwargs": member("kwargs"),
            "environment": member("environment"), "creation_date": without_zone(now), "error_reason": null,
            "exit_code": null, "runtime": null, "tags": body.get("tags").filter(|tags| tags.is_array()),
            "statistics": null,
        });
        let attributes = attributes.as_object().cloned().unwrap_or_default();
        self.jobs.insert(number, Run { attributes, begins, canceled: None, fails, runs: 1 });
        Ok(number)
    }

    /// A request about one job.
    pub(super) fn job(
        &mut self,
        request: &Request,
        number: u64,
        rest: &[&str],
        body: &Value,
        now: Timestamp,
    ) -> Reply {
        let Some(job) = self.jobs.get_mut(&number) else { return missing("no such job") };
        match (request.method().as_str(), rest) {
            ("GET", []) => Reply::json(200, job.shown(now)),
            ("GET", ["log"]) => Reply::text(200, job.log(now)),
            ("POST", ["cancel"]) => {
                if !job.is_done(now) {
                    job.cancel(now);
                }
                Reply::json(200, job.shown(now))
            }
            ("PATCH", []) => {
                job.attributes.extend(body.as_object().cloned().unwrap_or_default());
                Reply::json(200, job.shown(now))
            }
            ("DELETE", []) => {
                self.jobs.remove(&number);
                Reply::empty(204)
            }
            _ => missing("Not Found"),
        }
    }
}
