//! Compute of the fake (contract section 6.6): functions are built in 60 seconds, jobs wait 10 seconds and run 20.
//!
//! There are two functions from the start: a job of `f-echo` returns its arguments, one of `f-fails` fails.

mod functions;
mod jobs;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use auth_core::sim::{Reply, Request};
use auth_core::{Clock, Timestamp};
use serde_json::{Value, json};

use super::conditions::all_hold;
use functions::{Function, attributes};
use jobs::Run;

/// A gzip file that says `built`.
const BUILD_LOG: [u8; 26] =
    [31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 75, 42, 205, 204, 41, 225, 2, 0, 108, 191, 169, 105, 6, 0, 0, 0];

#[derive(Debug)]
pub(super) struct Compute {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    functions: BTreeMap<String, Function>,
    /// By number: the order of their submission.
    jobs: BTreeMap<u64, Run>,
    numbers: u64,
    has_credentials: bool,
    /// What pages are still to come, by cursor.
    cursors: BTreeMap<String, (Vec<Value>, usize)>,
    /// The jobs of a bulk request that is sent again are the same ones.
    references: BTreeMap<String, Vec<u64>>,
}

impl Compute {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        let mut state = State::default();
        for (id, name) in [("f-echo", "echo"), ("f-fails", "fails")] {
            let new = json!({"name": name, "image": "python3.10:latest", "cpus": 1.0, "memory": 2048});
            let attributes = attributes(id, &new, Timestamp::UNIX_EPOCH);
            let built_at = Some(Timestamp::UNIX_EPOCH);
            state.functions.insert(id.to_owned(), Function { attributes, has_bundle: true, built_at });
        }
        Self { clock, state: Mutex::new(state) }
    }

    /// The reply to a request below the service's URL.
    pub(super) fn answer(&self, request: &Request, path: &[&str]) -> Reply {
        let now = self.clock.now().wall;
        let state = &mut *self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let body = request.json().unwrap_or_default();
        match (request.method().as_str(), path) {
            ("GET", ["credentials"]) if state.has_credentials => Reply::json(200, json!({})),
            ("GET", ["credentials"]) => missing("no credentials are set"),
            ("POST", ["credentials"]) => {
                state.has_credentials = body["client_id"].is_string() && body["client_secret"].is_string();
                Reply::json(if state.has_credentials { 200 } else { 422 }, json!({}))
            }
            ("GET", ["functions"]) => {
                let all = state.functions.values().map(|function| function.shown(now)).collect();
                state.list(request, all)
            }
            ("POST", ["functions"]) => state.create(&body, now, request.base()),
            (_, ["functions", id, ..]) if !state.functions.contains_key(*id) => missing("no such function"),
            ("GET", ["functions", id]) => Reply::json(200, state.function(id, now, request.query("include"))),
            ("POST", ["functions", id, "bundle"]) => state.build(id, now),
            ("PATCH", ["functions", id]) => state.change_function(id, &body, now),
            ("DELETE", ["functions", id]) => state.delete_function(id, now),
            ("GET", ["functions", _, "log"]) => Reply::bytes(200, BUILD_LOG.to_vec()),
            ("GET", ["jobs"]) => {
                let all = state.jobs.values().map(|job| job.shown(now)).collect();
                state.list(request, all)
            }
            ("POST", ["jobs"]) => state.submit(&body, now),
            ("POST", ["jobs", "bulk"]) => state.submit_many(&body, now),
            ("POST", ["jobs", what @ ("cancel" | "rerun" | "delete")]) => state.many(what, &body, now),
            (_, ["jobs", id, ..]) => match state.number(id) {
                Some(number) => state.job(request, number, &path[2..], &body, now),
                None => missing("no such job"),
            },
            _ => missing("Not Found"),
        }
    }

    /// The reply to the upload of a bundle.
    pub(super) fn upload(&self, function_id: &str) -> Reply {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match state.functions.get_mut(function_id) {
            Some(function) => {
                function.has_bundle = true;
                Reply::empty(200)
            }
            None => Reply::empty(403),
        }
    }

    /// What a job returned: `/storage/download/compute/<namespace>/<function>/<job>` of the catalog.
    pub(super) fn download(&self, job_id: &str, base: &str) -> Reply {
        match self.result(job_id) {
            Some(_) => {
                let attributes =
                    json!({"resumable_url": format!("{base}/signed/results/{job_id}?signature=s")});
                let data = json!({"type": "storage_download", "id": job_id, "attributes": attributes});
                Reply::json(200, json!({"data": data, "jsonapi": {"version": "1.0"}}))
            }
            None => Reply::json(404, json!({"errors": [{"status": "404", "title": "Object not found"}]})),
        }
    }

    /// The bytes that a job returned.
    pub(super) fn result_bytes(&self, job_id: &str) -> Reply {
        self.result(job_id).map_or_else(|| Reply::empty(404), |result| Reply::bytes(200, result.to_string()))
    }

    fn result(&self, job_id: &str) -> Option<Value> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let job = state.jobs.get(&state.number(job_id)?)?;
        job.result(self.clock.now().wall)
    }
}

impl State {
    fn next(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    fn number(&self, job_id: &str) -> Option<u64> {
        job_id.strip_prefix("j-")?.parse().ok().filter(|number| self.jobs.contains_key(number))
    }

    /// A page of what the conditions of a request hold for. Later pages are asked for by their cursor alone.
    fn list(&mut self, request: &Request, all: Vec<Value>) -> Reply {
        let (mut found, size) = match request.query("page_cursor") {
            Some(cursor) => match self.cursors.get(cursor) {
                Some(page) => page.clone(),
                None => return Reply::json(400, json!({"detail": "unknown page_cursor"})),
            },
            None => {
                let number = |name: &str| request.query(name).and_then(|text| text.parse::<usize>().ok());
                let filter = request.query("filter").map(serde_json::from_str::<Vec<Value>>);
                let conditions = match filter.transpose() {
                    Ok(conditions) => conditions.unwrap_or_default(),
                    Err(_) => return Reply::json(400, json!({"detail": "filter: not a list in JSON text"})),
                };
                let mut found: Vec<Value> =
                    all.into_iter().filter(|item| all_hold(&conditions, item)).collect();
                if let Some(sort) = request.query("sort") {
                    found.sort_by_key(|item| item[sort.trim_start_matches('-')].to_string());
                    if sort.starts_with('-') {
                        found.reverse();
                    }
                }
                if number("limit") == Some(0) {
                    let meta = json!({"total": found.len(), "page_cursor": null});
                    return Reply::json(200, json!({"data": [], "meta": meta}));
                }
                found.truncate(number("limit").unwrap_or(usize::MAX));
                (found, number("page_size").unwrap_or(100).max(1))
            }
        };
        let rest = found.split_off(found.len().min(size));
        let cursor = (!rest.is_empty()).then(|| format!("c-{}", self.next()));
        if let Some(cursor) = &cursor {
            self.cursors.insert(cursor.clone(), (rest, size));
        }
        Reply::json(200, json!({"data": found, "meta": {"page_cursor": cursor, "page_size": size}}))
    }

    /// Cancels, runs again or deletes what conditions hold for.
    fn many(&mut self, what: &str, body: &Value, now: Timestamp) -> Reply {
        let conditions = body["filter"].as_array().cloned().unwrap_or_default();
        let found: BTreeSet<u64> = self
            .jobs
            .iter()
            .filter(|(_, job)| all_hold(&conditions, &job.shown(now)))
            .map(|(number, _)| *number)
            .collect();
        let mut shown = Vec::new();
        for number in found {
            let Some(job) = self.jobs.get_mut(&number) else { continue };
            match what {
                "cancel" if !job.is_done(now) => job.cancel(now),
                "rerun" if job.is_done(now) && job.status(now) != "success" => job.rerun(now),
                "delete" if job.status(now) != "running" => {
                    self.jobs.remove(&number);
                    shown.push(json!(format!("j-{number}")));
                    continue;
                }
                _ => continue,
            }
            shown.push(job.shown(now));
        }
        Reply::json(200, Value::Array(shown))
    }
}

/// As the platform writes times: UTC, and it does not say so.
fn without_zone(time: Timestamp) -> String {
    time.format_utc("%Y-%m-%dT%H:%M:%S")
}

fn missing(what: &str) -> Reply {
    Reply::json(404, json!({ "detail": what }))
}
