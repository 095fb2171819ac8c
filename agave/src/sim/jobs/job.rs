//! One job: its stages, and what its app does.

use std::time::Duration;

use auth_core::Timestamp;
use bytes::Bytes;
use serde_json::{Value, json};

use crate::sim::call::written;
use crate::sim::storage::{Storage, place};

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
pub(super) const STAGED: u64 = 3;
const RUN: u64 = 7;
pub(super) const ENDED: u64 = 8;

#[derive(Clone, Debug)]
pub(super) struct Job {
    pub(super) id: String,
    pub(super) owner: String,
    pub(super) request: Value,
    pub(super) submitted: Timestamp,
    pub(super) stopped: Option<Timestamp>,
    pub(super) hidden: bool,
    /// What the app writes, or why it cannot; known once the inputs are read.
    pub(super) run: Option<Result<Vec<(&'static str, Bytes)>, String>>,
    pub(super) archived: bool,
}

impl Job {
    fn app(&self) -> &str {
        self.request["appId"].as_str().unwrap_or_default()
    }

    /// When a stage begins.
    pub(super) fn at(&self, stage: u64) -> Timestamp {
        let asleep = if self.app() == "sleep-1.0" && stage >= RUN { 3600 } else { 0 };
        self.submitted.saturating_add(Duration::from_secs(stage * STAGE + asleep))
    }

    pub(super) fn stop(&mut self, now: Timestamp) {
        if self.at(ENDED) > now {
            self.stopped.get_or_insert(now);
        }
    }

    /// What has happened: when, and the status from then on.
    pub(super) fn events(&self, now: Timestamp) -> Vec<(Timestamp, &'static str)> {
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

    pub(super) fn status(&self, now: Timestamp) -> &'static str {
        self.events(now).last().map_or("PENDING", |(_, status)| status)
    }

    pub(super) fn outputs(&self, now: Timestamp) -> &[(&'static str, Bytes)] {
        match &self.run {
            Some(Ok(outputs)) if self.at(RUN) <= now && self.stopped.is_none() => outputs,
            _ => &[],
        }
    }

    /// System and folder of its archive.
    pub(super) fn archive(&self) -> (String, String) {
        let text = |name: &str| self.request[name].as_str().map(str::to_owned);
        let folder =
            text("archivePath").unwrap_or_else(|| format!("{}/archive/jobs/{}", self.owner, self.id));
        (text("archiveSystem").unwrap_or_else(|| "data".to_owned()), place(&[folder.trim_matches('/')]))
    }

    /// Runs the app: `wc` counts what is in its inputs, `fail` fails, `sleep` writes nothing.
    pub(super) fn run(
        &self,
        storage: &Storage,
        now: Timestamp,
    ) -> Result<Vec<(&'static str, Bytes)>, String> {
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

    pub(super) fn shown(&self, now: Timestamp) -> Value {
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
