//! The stage of a case: a temporary home with its files, and a server that answers as scripted.

use std::any::Any;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use auth_core::sim::{Fault, Journal, Reply, Request, Simulator};
use auth_core::{Environment, ManualClock, Timestamp};
use serde_json::{Map, Value};

use super::case::{Case, Given, Scripted, ScriptedFault, ScriptedReply};
use super::live::Live;

/// The time at which cases start that do not say one: 2027-01-15T08:00:00Z.
const NOW: i64 = 1_800_000_000;

/// Where a case plays.
pub(crate) struct Stage {
    /// The server's base URL, without a trailing slash.
    pub(crate) base: String,
    /// What was asked of it.
    pub(crate) journal: Journal,
    pub(crate) environment: Environment,
    pub(crate) clock: ManualClock,
    home: tempfile::TempDir,
    /// Keeps the server running.
    _server: Box<dyn Any>,
    /// Requests that no entry of the script answers.
    unscripted: Arc<Mutex<Vec<String>>>,
}

impl Stage {
    /// Sets a case up, with a server that answers as it is scripted.
    pub(crate) fn set(case: &Case) -> Result<Self, String> {
        let script = Arc::new(Mutex::new(BTreeMap::new()));
        let unscripted = Arc::new(Mutex::new(Vec::new()));
        let (answers, strays) = (Arc::clone(&script), Arc::clone(&unscripted));
        let server = Simulator::start(move |request: &Request| answer(&answers, &strays, request))
            .map_err(|error| error.to_string())?;
        for entry in &case.server {
            plan_fault(&server, entry, &case.server);
        }
        let clock = ManualClock::at(start(case.given.now.as_ref())?);
        let (base, journal) = (server.base(), server.journal().clone());
        let stage = Self {
            base,
            journal,
            environment: Environment::empty(),
            clock,
            home: home()?,
            _server: Box::new(server),
            unscripted,
        };
        let entries = case.server.iter().map(|entry| stage.fill_entry(entry));
        *script.lock().unwrap_or_else(PoisonError::into_inner) = Script::by_pattern(entries);
        stage.furnish(&case.given)
    }

    /// Sets a session up, with the vendor's simulator as its server.
    pub(crate) fn set_live(case: &Case) -> Result<Self, String> {
        let clock = ManualClock::at(start(case.given.now.as_ref())?);
        let home = home()?;
        let live = Live::start(&case.vendor, home.path(), &clock)?;
        let stage = Self {
            base: live.base,
            journal: live.journal,
            environment: live.environment,
            clock,
            home,
            _server: live.server,
            unscripted: Arc::default(),
        };
        stage.furnish(&case.given)
    }

    /// Home folder, files and variables.
    fn furnish(self, given: &Given) -> Result<Self, String> {
        for (path, content) in &given.files {
            self.write(path, content)?;
        }
        let home = self.home.path();
        let environment = self.environment.clone().with_home(home).with_working_folder(home).with_seed(1);
        let variables = given.env.iter().map(|(name, value)| (name.clone(), text(&self.fill(value))));
        let environment = variables.fold(environment, |env, (name, value)| env.with_var(name, value));
        Ok(Self { environment, ..self })
    }

    /// With `$HOME` and `$BASE` replaced by what they stand for.
    pub(crate) fn fill(&self, value: &Value) -> Value {
        let (home, base) = (self.home.path().display().to_string(), self.base.clone());
        replace(value, &[("$HOME", &home), ("$BASE", &base)])
    }

    /// With what they stand for replaced by `$HOME` and `$BASE`.
    pub(crate) fn unfill(&self, value: &Value) -> Value {
        let (home, base) = (self.home.path().display().to_string(), self.base.clone());
        let host = base.trim_start_matches("http://").to_owned();
        replace(value, &[(&home, "$HOME"), (&base, "$BASE"), (&host, "$HOST")])
    }

    pub(crate) fn unfill_text(&self, value: &str) -> String {
        text(&self.unfill(&Value::from(value)))
    }

    /// What a file holds now: JSON where it is JSON, else text, `null` where there is none.
    pub(crate) fn read(&self, path: &str) -> Value {
        match std::fs::read_to_string(self.place(path)) {
            Ok(text) => self.unfill(&serde_json::from_str(&text).unwrap_or(Value::from(text))),
            Err(_) => Value::Null,
        }
    }

    /// Requests that the script does not answer.
    pub(crate) fn unscripted(&self) -> Vec<String> {
        self.unscripted.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn write(&self, path: &str, content: &Value) -> Result<(), String> {
        let place = self.place(path);
        let failed = |error: std::io::Error| format!("{path}: {error}");
        std::fs::create_dir_all(place.parent().unwrap_or(Path::new("/"))).map_err(failed)?;
        let content = match self.fill(content) {
            Value::String(text) => text,
            json => json.to_string(),
        };
        std::fs::write(place, content).map_err(failed)
    }

    fn place(&self, path: &str) -> PathBuf {
        PathBuf::from(text(&self.fill(&Value::from(path))))
    }

    fn fill_entry(&self, entry: &Scripted) -> Scripted {
        let reply = entry.reply.as_ref().map(|reply| ScriptedReply {
            status: reply.status,
            headers: match self.fill(&Value::Object(reply.headers.clone())) {
                Value::Object(headers) => headers,
                _ => Map::new(),
            },
            json: reply.json.as_ref().map(|json| self.fill(json)),
            text: reply.text.as_ref().map(|body| text(&self.fill(&Value::from(body.as_str())))),
        });
        Scripted { reply, ..entry.clone() }
    }
}

/// A fault meets the request whose turn it is among those of the same pattern.
fn plan_fault(server: &Simulator, entry: &Scripted, script: &[Scripted]) {
    let Some(fault) = entry.fault else { return };
    let before = script.iter().take_while(|other| !std::ptr::eq(*other, entry));
    let turn = before.filter(|other| other.when == entry.when).count();
    let fault = match fault {
        ScriptedFault::Reset => Fault::ResetBeforeReply,
        ScriptedFault::Close => Fault::CloseBeforeReply,
        ScriptedFault::ResetMidReply => Fault::ResetMidReply { after: 1 },
        ScriptedFault::Truncate => Fault::Truncate { after: 1 },
    };
    server.faults().next(&entry.when, fault.after_handling()).skip(u32::try_from(turn).unwrap_or(0));
}

fn home() -> Result<tempfile::TempDir, String> {
    tempfile::tempdir().map_err(|error| error.to_string())
}

/// The replies of one pattern, and how many were used.
struct Script {
    replies: Vec<Option<ScriptedReply>>,
    used: usize,
}

impl Script {
    fn by_pattern(entries: impl Iterator<Item = Scripted>) -> BTreeMap<String, Self> {
        let mut script: BTreeMap<String, Self> = BTreeMap::new();
        for entry in entries {
            let replies = script.entry(entry.when).or_insert(Self { replies: Vec::new(), used: 0 });
            replies.replies.push(entry.reply);
        }
        script
    }
}

fn answer(
    script: &Mutex<BTreeMap<String, Script>>,
    unscripted: &Mutex<Vec<String>>,
    request: &Request,
) -> Reply {
    let mut script = script.lock().unwrap_or_else(PoisonError::into_inner);
    let Some((_, script)) = script.iter_mut().find(|(pattern, _)| request.matches(pattern)) else {
        let stray = format!("{} {}", request.method(), request.path());
        unscripted.lock().unwrap_or_else(PoisonError::into_inner).push(stray);
        return Reply::text(501, "the case has no reply for this request");
    };
    let turn = script.used.min(script.replies.len() - 1);
    script.used += 1;
    let Some(reply) = &script.replies[turn] else { return Reply::text(200, "the body that a fault cuts") };
    let status = reply.status.unwrap_or(200);
    let base = match (&reply.json, &reply.text) {
        (Some(json), _) => Reply::json(status, json.clone()),
        (None, Some(text)) => Reply::text(status, text.clone()),
        (None, None) => Reply::empty(status),
    };
    reply.headers.iter().fold(base, |reply, (name, value)| reply.header(name, text(value)))
}

fn start(now: Option<&Value>) -> Result<Timestamp, String> {
    match now {
        None => Ok(Timestamp::from_unix_seconds(NOW)),
        Some(Value::Number(seconds)) => seconds
            .as_f64()
            .and_then(Timestamp::from_unix_seconds_f64)
            .ok_or_else(|| format!("/given/now: {seconds} is no time")),
        Some(other) => text(other).parse().map_err(|error| format!("/given/now: {error}")),
    }
}

/// Text as it is, anything else as JSON.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn replace(value: &Value, pairs: &[(&str, &str)]) -> Value {
    let in_text = |text: &str| pairs.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    match value {
        Value::String(text) => Value::String(in_text(text)),
        Value::Array(items) => items.iter().map(|item| replace(item, pairs)).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, member)| (in_text(name), replace(member, pairs))).collect()
        }
        other => other.clone(),
    }
}
