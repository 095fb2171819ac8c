//! Actors, their state and their workers.

use auth_core::Timestamp;
use serde_json::{Map, Value};

use crate::api::Links;
use crate::api::model::{input, model, part, read_by_serde};

input! {
    /// An actor that is to be registered, or what an actor is to become.
    pub struct NewActor {
        /// The image of its container, as in `abacosamples/wc`.
        image: String,
        ;
        /// A name.
        name: Option<String>,
        /// What it does.
        description: Option<String>,
        /// Whether it keeps no state. Several workers can then serve it.
        stateless: Option<bool>,
        /// Whether its container may do more than others. Only administrators may ask for it.
        privileged: Option<bool>,
        /// Variables of its container, beside those of a message.
        default_environment: Option<Map<String, Value>>,
    }
}

model! {
    /// An actor.
    pub struct Actor {
        /// The id, as in `yP0oyGQY4eKbX`.
        id: String,
        /// The name.
        name: Option<String>,
        /// The image of its container.
        image: Option<String>,
        /// Whose it is.
        owner: Option<String>,
        /// How far it is.
        status: ActorStatus,
        /// Why it has an error.
        status_message: Option<String>,
        /// What it does.
        description: Option<String>,
        /// Whether it keeps no state.
        stateless: Option<bool>,
        /// Whether its container may do more than others.
        privileged: Option<bool>,
        /// Variables of its container.
        default_environment: Option<Map<String, Value>>,
        /// The state that it keeps between its executions.
        state: Option<Value>,
        /// When it was registered.
        create_time: Option<Timestamp>,
        /// When it was last changed.
        last_update_time: Option<Timestamp>,
        /// What it links to.
        #[serde(rename = "_links")]
        links: Links,
    }
}

auth_core::open_enum! {
    /// How far an actor is.
    pub enum ActorStatus {
        /// Its image is being fetched.
        Submitted = "SUBMITTED",
        /// It works on messages.
        Ready = "READY",
        /// It cannot: [`Actor::status_message`] says why.
        Error = "ERROR",
    }
}

read_by_serde!(ActorStatus);

/// Where nothing is said, nothing is known.
impl Default for ActorStatus {
    fn default() -> Self {
        Self::Other(String::new())
    }
}

model! {
    /// What an actor keeps between its executions.
    pub struct ActorState {
        /// Any JSON.
        state: Value,
    }
}

part! {
    /// How many workers an actor is to have.
    pub struct NewWorkers {
        /// So many. Default: 1.
        num: Option<u64>,
    }
}

impl NewWorkers {
    /// So many workers.
    pub fn of(num: u64) -> Self {
        Self { num: Some(num), ..Self::default() }
    }
}

model! {
    /// A process that works for an actor.
    pub struct ActorWorker {
        /// The id.
        id: String,
        /// How far it is, as in `READY`.
        status: Option<String>,
        /// The image of its containers.
        image: Option<String>,
        /// Which execution was its last one: a number or a text, by version of the service.
        #[serde(alias = "last_execution")]
        last_execution: Option<String>,
        /// Which Docker daemon it uses.
        location: Option<String>,
        /// The id of its container.
        cid: Option<String>,
        /// The host that it runs on.
        #[serde(alias = "host_id")]
        host_id: Option<String>,
        /// The address of that host.
        #[serde(alias = "host_ip")]
        host_ip: Option<String>,
        /// The tenant that it belongs to.
        tenant: Option<String>,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_actor_as_the_service_writes_it() {
        let reply = json!({
            "id": "yP0", "image": "a/b", "owner": "u", "status": "READY", "statusMessage": " ", "stateless": "true",
            "privileged": false, "description": null, "defaultEnvironment": {"A": "1"}, "state": {},
            "createTime": "2017-09-21 22:22:52.482495", "lastUpdateTime": "",
            "_links": {"self": "https://h/actors/v2/yP0"},
        });
        let actor: Actor = serde_json::from_value(reply).unwrap();
        assert_eq!(actor.status, ActorStatus::Ready);
        assert_eq!(actor.create_time.unwrap().to_string(), "2017-09-21T22:22:52.482495Z");
        assert_eq!((actor.last_update_time, actor.stateless), (None, Some(true)));
        assert_eq!(actor.links.href("self"), Some("https://h/actors/v2/yP0"));
    }
}
