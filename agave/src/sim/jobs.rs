//! Jobs that advance on the clock, two seconds a stage.

use std::time::Duration;

use auth_core::Timestamp;
use auth_core::sim::Reply;
use bytes::Bytes;
use serde_json::{Value, json};

use super::collection::{Collection, fits, page, permission};
use super::platform::{Call, no_such_resource, written};
use super::storage::{Storage, place};
use super::tenant::{error, success};

/// How long a job is in each stage.
const STAGE: u64 = 2;
/// The stages of a job that ends well.
const STAGES: [&str; 9] = [
    "PENDING",
    "PROCESSING_INPUTS",
    "STAGING_INPUTS",
    "STAGED",
    "SUBMITTING",
    "QUEUED",
    "RUNNING",
    "ARCHIVING",
    "FINISHED",
];
// When the inputs are read, the app has run, and everything has ended, in stages.
const STAGED: u64 = 3;
const RUN: u64 = 7;
const ENDED: u64 = 8;

#[derive(Debug, Default)]
pub(super) struct Jobs {
    jobs: Vec<Job>,
}

#[derive(Clone, Debug)]
struct Job {
    id: String,
    owner: String,
    request: Value,
    submitted: Timestamp,
    stopped: Option<Timestamp>,
    hidden: bool,
    /// What the app writes, or why it cannot; known once the inputs are read.
    run: Option<Result<Vec<(&'static str, Bytes)>, String>>,
    archived: bool,
}

impl Jobs {
    /// Does what is due: reads inputs, runs apps, archives outputs.
    pub(super) fn settle(&mut self, storage: &mut Storage, now: Timestamp) {
        for job in &mut self.jobs {
            let has_come =
                |stage: u64| job.at(stage) <= now && job.stopped.is_none_or(|at| job.at(stage) < at);
            let (is_staged, has_ended) = (has_come(STAGED), has_come(ENDED));
            if is_staged && job.run.is_none() {
                job.run = Some(job.run(storage, now));
            }
            if has_ended && !std::mem::replace(&mut job.archived, true) && job.request["archive"] == true {
                let (system, folder) = job.archive();
                let Some(Ok(outputs)) = &job.run else { continue };
                for (name, content) in outputs {
                    storage.write(&system, &place(&[&folder, name]), content.clone(), now);
                }
            }
        }
    }

    pub(super) fn answer(&mut self, path: &[&str], call: &Call<'_>, apps: &Collection) -> Reply {
        let now = call.now;
        match (call.method, path) {
            ("GET", [] | [""]) => {
                let shown = self.jobs.iter().rev().filter(|job| !job.hidden).map(|job| job.shown(now));
                success(200, page(shown.filter(|job| fits(job, call.request)), call.request))
            }
            ("POST", [] | [""]) => {
                let request = call.body();
                let app = request["appId"].as_str().unwrap_or_default();
                if apps.get(app).is_none() {
                    return error(404, &format!("No app found matching {app}"));
                }
                success(201, self.submit(request, call))
            }
            (_, [id, rest @ ..]) => match self.jobs.iter().position(|job| job.id == *id && !job.hidden) {
                Some(at) => self.one(at, rest, call),
                None => error(404, &format!("No job found with id {id}")),
            },
            _ => no_such_resource(),
        }
    }

    fn submit(&mut self, request: Value, call: &Call<'_>) -> Value {
        let job = Job {
            id: format!("job-{}", self.jobs.len() + 1),
            owner: call.user.to_owned(),
            request,
            submitted: call.now,
            stopped: None,
            hidden: false,
            run: None,
            archived: false,
        };
        let shown = job.shown(call.now);
        self.jobs.push(job);
        shown
    }

    fn one(&mut self, at: usize, path: &[&str], call: &Call<'_>) -> Reply {
        let now = call.now;
        let job = &mut self.jobs[at];
        match (call.method, path) {
            ("GET", []) => success(200, job.shown(now)),
            ("GET", ["status"]) => {
                success(200, json!({"id": job.id, "status": job.status(now), "_links": {}}))
            }
            ("GET", ["history"]) => {
                let events = job.events(now).into_iter().map(|(at, status)| {
                    json!({"created": written(at), "status": status, "description": format!("Job is {status}")})
                });
                success(200, page(events, call.request))
            }
            ("GET", ["outputs", "listings", folder @ ..]) if place(folder).is_empty() => {
                let outputs = job.outputs(now).iter().map(|(name, content)| {
                    json!({"name": name, "path": format!("/{name}"), "length": content.len(), "type": "file",
                           "format": "raw", "permissions": "ALL", "owner": job.owner, "lastModified": written(now)})
                });
                success(200, page(outputs, call.request))
            }
            ("GET", ["outputs", "media", path @ ..]) => {
                let wanted = place(path);
                match job.outputs(now).iter().find(|(name, _)| *name == wanted) {
                    Some((_, content)) => Reply::ranged(call.request, content.clone()),
                    None => error(404, &format!("No output {wanted}")),
                }
            }
            ("GET", ["pems", ..]) => success(200, json!([permission(&job.owner, "ALL")])),
            ("POST" | "DELETE", ["pems", ..]) => success(200, Value::Null),
            ("DELETE", []) => {
                job.stop(now);
                job.hidden = true;
                success(200, Value::Null)
            }
            ("POST", []) => match call.body()["action"].as_str() {
                Some("stop") => {
                    job.stop(now);
                    success(200, job.shown(now))
                }
                Some("resubmit") => {
                    let request = job.request.clone();
                    success(201, self.submit(request, call))
                }
                _ => error(400, "Action must be one of: stop, resubmit"),
            },
            _ => no_such_resource(),
        }
    }
}

impl Job {
    fn app(&self) -> &str {
        self.request["appId"].as_str().unwrap_or_default()
    }

    /// When a stage begins.
    fn at(&self, stage: u64) -> Timestamp {
        let asleep = if self.app() == "sleep-1.0" && stage >= RUN { 3600 } else { 0 };
        self.submitted.saturating_add(Duration::from_secs(stage * STAGE + asleep))
    }

    fn stop(&mut self, now: Timestamp) {
        if self.at(ENDED) > now {
            self.stopped.get_or_insert(now);
        }
    }

    /// What has happened: when, and the status from then on.
    fn events(&self, now: Timestamp) -> Vec<(Timestamp, &'static str)> {
        let stages = (0..).map(|stage| self.at(stage)).zip(STAGES);
        // Without its inputs a job fails before it runs, with a bad app when it has run.
        let fails_at = match &self.run {
            Some(Err(_)) if self.app() == "fail-1.0" => Some(self.at(RUN)),
            Some(Err(_)) => Some(self.at(STAGED)),
            _ => None,
        };
        let end =
            [fails_at.zip(Some("FAILED")), self.stopped.zip(Some("STOPPED"))].into_iter().flatten().min();
        let mut events: Vec<_> = stages.filter(|(at, _)| end.is_none_or(|(end, _)| *at < end)).collect();
        events.extend(end);
        events.retain(|(at, _)| *at <= now);
        events
    }

    fn status(&self, now: Timestamp) -> &'static str {
        self.events(now).last().map_or("PENDING", |(_, status)| status)
    }

    fn outputs(&self, now: Timestamp) -> &[(&'static str, Bytes)] {
        match &self.run {
            Some(Ok(outputs)) if self.at(RUN) <= now && self.stopped.is_none() => outputs,
            _ => &[],
        }
    }

    /// System and folder of its archive.
    fn archive(&self) -> (String, String) {
        let text = |name: &str| self.request[name].as_str().map(str::to_owned);
        let folder =
            text("archivePath").unwrap_or_else(|| format!("{}/archive/jobs/{}", self.owner, self.id));
        (text("archiveSystem").unwrap_or_else(|| "data".to_owned()), place(&[folder.trim_matches('/')]))
    }

    /// Runs the app: `wc` counts what is in its inputs, `fail` fails, `sleep` writes nothing.
    fn run(&self, storage: &Storage, now: Timestamp) -> Result<Vec<(&'static str, Bytes)>, String> {
        let given = self.request["inputs"].as_object().into_iter().flatten().map(|(_, value)| value);
        let urls = given.flat_map(|value| match value {
            Value::Array(many) => many.iter().filter_map(Value::as_str).collect(),
            one => one.as_str().into_iter().collect::<Vec<_>>(),
        });
        let mut counted = String::new();
        for url in urls {
            let place = url.strip_prefix("agave://").and_then(|rest| rest.split_once('/'));
            let found = place.and_then(|(system, path)| storage.read(system, path.trim_matches('/'), now));
            let text = found.ok_or_else(|| format!("The input {url} does not exist"))?;
            let lines = text.iter().filter(|byte| **byte == b'\n').count();
            let words = String::from_utf8_lossy(&text).split_whitespace().count();
            let name = url.rsplit('/').next().unwrap_or_default();
            counted.push_str(&format!("{lines} {words} {} {name}\n", text.len()));
        }
        match self.app() {
            "fail-1.0" => Err("The app ended with exit code 1".to_owned()),
            "sleep-1.0" => Ok(Vec::new()),
            _ => Ok(vec![("wc.out", counted.into()), ("wc.err", Bytes::new())]),
        }
    }

    fn shown(&self, now: Timestamp) -> Value {
        let events = self.events(now);
        let when = |wanted: &[&str]| {
            events.iter().find(|(_, status)| wanted.contains(status)).map(|(at, _)| written(*at))
        };
        let (system, folder) = self.archive();
        let message = self.run.as_ref().and_then(|run| run.as_ref().err());
        let mut shown = json!({
            "id": self.id, "name": null, "owner": self.owner, "appId": null, "executionSystem": "cluster",
            "batchQueue": "normal", "nodeCount": 1, "processorsPerNode": 1, "memoryPerNode": 1.0,
            "maxRunTime": "01:00:00", "archive": false, "retries": 0, "localId": null, "inputs": {}, "parameters": {},
            "outputPath": format!("{}/{}", self.owner, self.id),
        });
        if let (Value::Object(shown), Value::Object(request)) = (&mut shown, self.request.clone()) {
            shown.extend(request);
        }
        let rest = json!({
            "archiveSystem": system, "archivePath": folder, "status": self.status(now), "message": message,
            "created": written(self.submitted), "lastModified": events.last().map(|(at, _)| written(*at)),
            "submitTime": when(&["QUEUED"]), "startTime": when(&["RUNNING"]),
            "endTime": when(&["FINISHED", "FAILED", "STOPPED"]), "_links": {},
        });
        if let (Value::Object(shown), Value::Object(rest)) = (&mut shown, rest) {
            shown.extend(rest);
        }
        shown
    }
}
