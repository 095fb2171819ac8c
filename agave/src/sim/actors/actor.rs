//! One actor: what it is, who may use it, and its executions.

use std::collections::BTreeMap;
use std::time::Duration;

use auth_core::Timestamp;
use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::execution::{Execution, Message, text};

/// How long an image is fetched.
const FETCH: Duration = Duration::from_secs(4);
/// How long a message waits for its worker.
const WAIT: Duration = Duration::from_secs(2);

/// What somebody may do. Each includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    None,
    Read,
    Execute,
    Update,
}

impl Level {
    fn read(word: &Value) -> Option<Self> {
        match word.as_str()? {
            "NONE" => Some(Self::None),
            "READ" => Some(Self::Read),
            "EXECUTE" => Some(Self::Execute),
            "UPDATE" => Some(Self::Update),
            _ => None,
        }
    }

    fn word(self) -> String {
        format!("{self:?}").to_uppercase()
    }
}

#[derive(Debug)]
pub(super) struct Actor {
    id: String,
    owner: String,
    base: String,
    /// What it was registered with.
    given: Value,
    pub(super) state: Value,
    created: Timestamp,
    changed: Timestamp,
    permissions: BTreeMap<String, Level>,
    workers: Vec<String>,
    nonces: Vec<Value>,
    executions: Vec<Execution>,
    counted: u32,
}

impl Actor {
    pub(super) fn new(id: &str, owner: &str, given: &Value, base: &str, now: Timestamp) -> Self {
        Self {
            id: id.to_owned(),
            owner: owner.to_owned(),
            base: base.to_owned(),
            given: given.clone(),
            state: json!({}),
            created: now,
            changed: now,
            permissions: BTreeMap::from([(owner.to_owned(), Level::Update)]),
            workers: vec!["worker-1".to_owned()],
            nonces: Vec::new(),
            executions: Vec::new(),
            counted: 1,
        }
    }

    pub(super) fn change(&mut self, given: &Value, now: Timestamp) {
        if let (Value::Object(own), Value::Object(new)) = (&mut self.given, given) {
            own.extend(new.clone());
        }
        self.changed = now;
    }

    pub(super) fn is_stateless(&self) -> bool {
        self.given["stateless"] == true
    }

    fn ready_at(&self) -> Timestamp {
        self.changed.saturating_add(FETCH)
    }

    pub(super) fn shown(&self, now: Timestamp) -> Value {
        let is_broken = self.given["image"].as_str().is_some_and(|image| image.contains("no-such-image"));
        let (status, message) = match now < self.ready_at() {
            true => ("SUBMITTED", ""),
            false if is_broken => ("ERROR", "Not able to pull the image"),
            false => ("READY", " "),
        };
        let given = |name: &str, default: Value| self.given.get(name).cloned().unwrap_or(default);
        let link = |path: &str| format!("{}{path}", self.base);
        json!({
            "id": self.id, "image": self.given["image"], "name": given("name", Value::Null), "owner": self.owner,
            "status": status, "statusMessage": message, "stateless": given("stateless", false.into()),
            "privileged": given("privileged", false.into()), "description": given("description", "".into()),
            "defaultEnvironment": given("defaultEnvironment", json!({})), "state": self.state,
            "createTime": text(self.created), "lastUpdateTime": text(self.changed),
            "_links": {
                "self": link(&format!("/actors/v2/{}", self.id)), "owner": link(&format!("/profiles/v2/{}", self.owner)),
                "executions": link(&format!("/actors/v2/{}/executions", self.id)),
            },
        })
    }

    pub(super) fn level_of(&self, user: &str) -> Level {
        let of = |user: &str| self.permissions.get(user).copied().unwrap_or(Level::None);
        of(user).max(of("world"))
    }

    pub(super) fn permissions(&self) -> Value {
        self.permissions
            .iter()
            .map(|(user, level)| (user.clone(), Value::from(level.word())))
            .collect::<Map<_, _>>()
            .into()
    }

    pub(super) fn permit(&mut self, asked: &Value) -> bool {
        let Some((user, level)) = asked["user"].as_str().zip(Level::read(&asked["level"])) else {
            return false;
        };
        self.permissions.insert(user.to_owned(), level);
        true
    }

    pub(super) fn workers(&self) -> impl Iterator<Item = Value> {
        self.workers.iter().map(|id| {
            json!({
                "id": id, "image": self.given["image"], "last_execution": 0, "location": "unix://docker.sock",
                "cid": format!("container-of-{id}"), "host_id": "0", "host_ip": "127.0.0.1", "status": "READY",
                "tenant": "sim",
            })
        })
    }

    pub(super) fn ensure_workers(&mut self, num: u64) {
        while (self.workers.len() as u64) < num.min(16) {
            self.counted += 1;
            self.workers.push(format!("worker-{}", self.counted));
        }
    }

    pub(super) fn stop_worker(&mut self, id: &str) -> bool {
        let before = self.workers.len();
        self.workers.retain(|worker| worker != id);
        self.workers.len() < before
    }

    pub(super) fn nonces(&self) -> impl Iterator<Item = Value> {
        self.nonces.iter().cloned()
    }

    pub(super) fn add_nonce(&mut self, asked: &Value, owner: &str, now: Timestamp) -> Value {
        self.counted += 1;
        let uses = asked["maxUses"].as_i64().or(asked["max_uses"].as_i64()).unwrap_or(-1);
        let nonce = json!({
            "id": format!("SIM_nonce-{}-{}", self.id, self.counted), "actor_id": self.id, "owner": owner,
            "level": Level::read(&asked["level"]).unwrap_or(Level::Execute).word(), "max_uses": uses, "current_uses": 0,
            "remaining_uses": uses, "create_time": text(now), "last_use_time": "None", "_links": {},
        });
        self.nonces.push(nonce.clone());
        nonce
    }

    pub(super) fn delete_nonce(&mut self, id: &str) -> bool {
        let before = self.nonces.len();
        self.nonces.retain(|nonce| nonce["id"] != id);
        self.nonces.len() < before
    }

    /// What a nonce allows. One use of it is gone then, where it was enough.
    pub(super) fn spend(&mut self, id: &str, needed: Level, now: Timestamp) -> Level {
        let Some(nonce) = self.nonces.iter_mut().find(|nonce| nonce["id"] == id) else { return Level::None };
        let level = Level::read(&nonce["level"]).unwrap_or(Level::None);
        let left = nonce["remaining_uses"].as_i64().unwrap_or(0);
        if left == 0 || level < needed {
            return Level::None;
        }
        nonce["remaining_uses"] = (if left > 0 { left - 1 } else { left }).into();
        nonce["current_uses"] = (nonce["current_uses"].as_i64().unwrap_or(0) + 1).into();
        nonce["last_use_time"] = text(now).into();
        level
    }

    pub(super) fn take(&mut self, message: Message, executor: &str, now: Timestamp) -> Value {
        self.counted += 1;
        let id = format!("execution-{}", self.counted);
        let shown = message.shown.clone();
        let link = |path: &str| format!("{}/actors/v2/{}/{path}", self.base, self.id);
        let links = json!({ "self": link(&format!("executions/{id}")), "owner": self.owner, "messages": link("messages") });
        let started = now.max(self.ready_at()).saturating_add(WAIT);
        let executor = executor.to_owned();
        self.executions.push(Execution {
            id: id.clone(),
            executor,
            message,
            received: now,
            started,
            taken: false,
        });
        json!({ "executionId": id, "msg": shown, "_links": links })
    }

    pub(super) fn waiting(&self, now: Timestamp) -> usize {
        self.executions.iter().filter(|execution| now < execution.started).count()
    }

    pub(super) fn forget_waiting(&mut self, now: Timestamp) {
        self.executions.retain(|execution| execution.started <= now);
    }

    pub(super) fn summary(
        &self,
        now: Timestamp,
        page: impl FnOnce(std::vec::IntoIter<Value>) -> Value,
    ) -> Value {
        let shown: Vec<Value> = self.executions.iter().map(|execution| self.show(execution, now)).collect();
        let total = |name: &str| shown.iter().filter_map(|execution| execution[name].as_u64()).sum::<u64>();
        let totals = [total("cpu"), total("io"), total("runtime")];
        let count = shown.len();
        json!({
            "actorId": self.id, "apiServer": self.base, "owner": self.owner, "executions": page(shown.into_iter()),
            "totalCpu": totals[0], "totalIo": totals[1], "totalRuntime": totals[2], "totalExecutions": count, "_links": {},
        })
    }

    pub(super) fn execution(&self, id: &str, now: Timestamp) -> Option<Value> {
        self.find(id).map(|execution| self.show(execution, now))
    }

    pub(super) fn logs(&self, id: &str, now: Timestamp) -> Option<String> {
        self.find(id).map(|execution| execution.logs(now))
    }

    pub(super) fn next_result(&mut self, id: &str, now: Timestamp) -> Option<Bytes> {
        let execution = self.executions.iter_mut().find(|execution| execution.id == id)?;
        Some(execution.next_result(now))
    }

    fn show(&self, execution: &Execution, now: Timestamp) -> Value {
        execution.shown((&self.id, &self.base), self.workers.first(), now)
    }

    fn find(&self, id: &str) -> Option<&Execution> {
        self.executions.iter().find(|execution| execution.id == id)
    }
}
