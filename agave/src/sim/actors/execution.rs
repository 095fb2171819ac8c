//! One execution: an echo of its message.

use std::time::Duration;

use auth_core::Timestamp;
use auth_core::sim::Request;
use bytes::Bytes;
use serde_json::{Value, json};

/// How long a container runs.
const RUN: Duration = Duration::from_secs(3);

#[derive(Debug)]
pub(super) struct Execution {
    pub(super) id: String,
    pub(super) executor: String,
    pub(super) message: Message,
    pub(super) received: Timestamp,
    pub(super) started: Timestamp,
    pub(super) taken: bool,
}

/// What was sent to an actor.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) content: Bytes,
    variables: Vec<(String, String)>,
    pub(super) shown: Value,
}

impl Message {
    pub(super) fn read(request: &Request) -> Option<Self> {
        let variables: Vec<(String, String)> =
            request.query_pairs().iter().filter(|(name, _)| name != "x-nonce").cloned().collect();
        if request.header("content-type") == Some("application/octet-stream") {
            let shown = Value::from("binary");
            return Some(Self { content: request.body().clone(), variables, shown });
        }
        let shown = request.json()?.get("message")?.clone();
        let content = match &shown {
            Value::String(text) => text.clone(),
            other => in_python(other),
        };
        Some(Self { content: content.into(), variables, shown })
    }
}

impl Execution {
    fn ended(&self) -> Timestamp {
        self.started.saturating_add(RUN)
    }

    /// An echo: the variables of the message, then the message.
    pub(super) fn logs(&self, now: Timestamp) -> String {
        if now < self.ended() {
            return String::new();
        }
        let message = String::from_utf8_lossy(&self.message.content);
        let variables = self.message.variables.iter().map(|(name, value)| format!("{name}={value}\n"));
        format!("{}{message}\n", variables.collect::<String>())
    }

    /// The message, once.
    pub(super) fn next_result(&mut self, now: Timestamp) -> Bytes {
        if now < self.ended() || std::mem::replace(&mut self.taken, true) {
            return Bytes::new();
        }
        self.message.content.clone()
    }

    pub(super) fn shown(
        &self,
        (actor, base): (&str, &str),
        worker: Option<&String>,
        now: Timestamp,
    ) -> Value {
        let has_ended = now >= self.ended();
        let exit_code = i32::from(self.message.content.as_ref() == b"fail");
        let status = match (now < self.started, has_ended) {
            (true, _) => "SUBMITTED",
            (_, false) => "RUNNING",
            (_, true) => "COMPLETE",
        };
        let used = |amount: u64| if has_ended { amount } else { 0 };
        let mut shown = json!({
            "id": self.id, "actorId": actor, "apiServer": base, "executor": self.executor, "status": status,
            "cpu": used(71), "io": used(8), "runtime": used(RUN.as_millis() as u64),
            "messageReceivedTime": text(self.received), "_links": {},
        });
        if now >= self.started {
            shown["workerId"] = worker.cloned().into();
            shown["startTime"] = text(self.started).into();
        }
        if has_ended {
            shown["exitCode"] = exit_code.into();
            shown["finalState"] = json!({
                "Status": "exited", "ExitCode": exit_code, "Error": "", "OOMKilled": false,
                "StartedAt": text(self.started), "FinishedAt": text(self.ended()),
            });
        }
        shown
    }
}

/// As the service writes times.
pub(super) fn text(at: Timestamp) -> String {
    at.format_utc("%Y-%m-%d %H:%M:%S.%6f")
}

/// As the platform writes JSON down for an actor.
fn in_python(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => {
            format!("'{}'", text.replace('\\', r"\\").replace('\'', r"\'").replace('\n', r"\n"))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(in_python).collect::<Vec<_>>().join(", ")),
        Value::Object(members) => {
            let member = |(key, value): (&String, &Value)| {
                format!("{}: {}", in_python(&key.as_str().into()), in_python(value))
            };
            format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(", "))
        }
    }
}
