//! A run of the fake platform: what it is at a time follows from when it began and what is planned.

use std::time::Duration;

use base64::Engine as _;
use serde_json::{Value, json};

/// How long a new run hides: an order has none at once.
const HIDDEN: i64 = 1_000;

/// How the runs of later orders go: their nodes run one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunPlan {
    /// How long a run is planned before it starts.
    pub planned: Duration,
    /// The nodes, and how long each takes.
    pub nodes: Vec<(String, Duration)>,
    /// The node that fails, if one does.
    pub fails_at: Option<String>,
}

impl Default for RunPlan {
    /// Five seconds of waiting, then three nodes of 20 seconds. All is well.
    fn default() -> Self {
        let nodes = ["extract", "transform", "load"].map(|name| (name.to_owned(), Duration::from_secs(20)));
        Self { planned: Duration::from_secs(5), nodes: nodes.into(), fails_at: None }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) id: String,
    plan: RunPlan,
    created: i64,
    stopped: Option<i64>,
    reran_as: Option<String>,
    /// How many nodes a run before this one has done.
    done_before: usize,
}

impl Run {
    pub(super) fn new(id: String, plan: RunPlan, created: i64, resumes: Option<&Self>) -> Self {
        let done_before = resumes.map_or(0, |old| old.nodes_done(created));
        Self { id, plan, created, stopped: None, reran_as: None, done_before }
    }

    pub(super) fn is_there(&self, now: i64) -> bool {
        now >= self.created + HIDDEN
    }

    pub(super) fn stop(&mut self, now: i64) {
        if now < self.end() {
            self.stopped.get_or_insert(now);
        }
    }

    pub(super) fn may_be_resumed(&self, now: i64) -> bool {
        matches!(self.status(now), "SERVING_ERROR" | "STOPPED_SERVING")
    }

    pub(super) fn reran_as(&mut self, id: &str) {
        self.reran_as = Some(id.to_owned());
    }

    pub(super) fn status(&self, now: i64) -> &'static str {
        match now {
            _ if self.reran_as.is_some() => "SERVING_RERAN",
            _ if self.stopped.is_some() => "STOPPED_SERVING",
            now if now < self.start() => "PLANNED_SERVING",
            now if now < self.end() => "ACTIVE_SERVING",
            _ if self.fails() => "SERVING_ERROR",
            _ => "COMPLETED_SERVING",
        }
    }

    fn start(&self) -> i64 {
        self.created + millis(self.plan.planned)
    }

    /// When each node that runs begins and ends. Nothing follows a node that fails.
    fn times(&self) -> Vec<(&str, i64, i64)> {
        let mut times = Vec::new();
        let mut at = self.start();
        for (name, takes) in self.plan.nodes.iter().skip(self.done_before) {
            times.push((name.as_str(), at, at + millis(*takes)));
            at += millis(*takes);
            if self.plan.fails_at.as_deref() == Some(name) {
                break;
            }
        }
        times
    }

    fn end(&self) -> i64 {
        self.times().last().map_or_else(|| self.start(), |(_, _, end)| *end)
    }

    fn fails(&self) -> bool {
        self.times().iter().any(|(name, ..)| self.plan.fails_at.as_deref() == Some(*name))
    }

    fn nodes_done(&self, now: i64) -> usize {
        let until = self.stopped.unwrap_or(now);
        let is_done = |(name, _, end): &&(&str, i64, i64)| {
            *end <= until && self.plan.fails_at.as_deref() != Some(*name)
        };
        self.done_before + self.times().iter().filter(is_done).count()
    }

    pub(super) fn listed(&self, now: i64) -> Value {
        let mut timings = json!({});
        if now >= self.start() {
            timings["start-time"] = self.start().into();
            let end = self.stopped.unwrap_or_else(|| self.end());
            if now >= end {
                timings["end-time"] = end.into();
                timings["duration"] = (end - self.start()).into();
            }
        }
        let status = self.status(now);
        json!({"hid": self.id, "status": status, "orderrun_status": status, "timings": timings})
    }

    pub(super) fn details(&self, asked: &Value, now: i64) -> Value {
        let status = self.status(now);
        let mut details = json!({
            "hid": self.id, "status": status, "orderrun_status": status, "resumed_by": self.reran_as,
            "scheduled_start_time": self.created, "conditions": {},
            "run_time_variables": {"CurrentOrderRunId": self.id, "password": "made-up-variable"},
        });
        if asked["summary"] == true {
            details["summary"] = json!({"name": "R1", "hid": self.id, "nodes": self.nodes(now)});
        }
        if asked["logs"] == true {
            details["log"] = json!({ "lines": self.log(now) });
        }
        if asked["testresults"] == true {
            details["testresults"] = "Test results".into();
        }
        if asked["timingresults"] == true {
            details["timingresults"] = "Timing results".into();
        }
        details
    }

    fn nodes(&self, now: i64) -> Value {
        let times = self.times();
        let node = |(number, (name, _)): (usize, &(String, Duration))| {
            let time = times.iter().find(|(known, ..)| known == name);
            let (state, start, timing) = match time {
                _ if number < self.done_before => ("DKNodeStatus_Skipped", None, None),
                Some((_, start, end)) => self.node(name, *start, *end, now),
                None => ("DKNodeStatus_ready_for_production", None, None),
            };
            let tests = match state {
                "DKNodeStatus_completed_production" => {
                    json!({"rows": {"status": "Passed", "results": "12 rows"}})
                }
                "DKNodeStatus_production_error" => {
                    json!({"rows": {"status": "Failed", "results": "no rows"}})
                }
                _ => json!({}),
            };
            (name.clone(), json!({"status": state, "start_time": start, "timing": timing, "tests": tests}))
        };
        let nodes: serde_json::Map<String, Value> = self.plan.nodes.iter().enumerate().map(node).collect();
        nodes.into()
    }

    fn node(&self, name: &str, start: i64, end: i64, now: i64) -> (&'static str, Option<i64>, Option<i64>) {
        let until = self.stopped.unwrap_or(now);
        match until {
            until if until < start => ("DKNodeStatus_ready_for_production", None, None),
            until if until < end && self.stopped.is_some() => {
                ("DKNodeStatus_production_stopped", Some(start), Some(until - start))
            }
            until if until < end => ("DKNodeStatus_in_production", Some(start), None),
            _ if self.plan.fails_at.as_deref() == Some(name) => {
                ("DKNodeStatus_production_error", Some(start), Some(end - start))
            }
            _ => ("DKNodeStatus_completed_production", Some(start), Some(end - start)),
        }
    }

    /// A line for each node that has begun, and an error for one that has failed.
    pub(super) fn log(&self, now: i64) -> Vec<Value> {
        let mut lines = Vec::new();
        for (name, start, end) in self.times() {
            let (state, ..) = self.node(name, start, end, now);
            if now >= start {
                lines.push(self.line(start, "INFO", name, &format!("{name} has begun")));
            }
            if state == "DKNodeStatus_production_error" {
                lines.push(self.line(end, "ERROR", name, &format!("{name} has failed: no rows")));
            }
        }
        lines
    }

    fn line(&self, millis: i64, kind: &str, node: &str, message: &str) -> Value {
        let time = auth_core::Timestamp::from_unix_millis(millis).to_string();
        json!({
            "datetime": time.trim_end_matches('Z'), "record_type": kind, "message": message, "node": node,
            "order_run_id": self.id, "exc_desc": null, "hostname": "h",
        })
    }

    pub(super) fn exported_log(&self, now: i64) -> String {
        let lines: Vec<String> =
            self.log(now).iter().filter_map(|line| line["message"].as_str().map(str::to_owned)).collect();
        base64::engine::general_purpose::STANDARD.encode(lines.join("\n"))
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
