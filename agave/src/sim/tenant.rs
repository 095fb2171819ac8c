//! What the tenant answers.

mod oauth;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use auth_core::Clock;
use auth_core::sim::{Issuer, Refusal, Reply, Request};
use serde_json::{Value, json};

use super::actors::{Actors, Caller};
use super::call::{Call, error, success};
use super::platform::Platform;

/// How the gateway tells of a token that it does not accept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Faults {
    /// 401 with a JSON fault.
    Json,
    /// 401 with an XML fault.
    Xml,
    /// 500 with an XML fault, as some gateways do.
    XmlWith500,
    /// 401 without a word.
    Plain,
}

#[derive(Debug)]
pub(super) struct Tenant {
    pub(super) issuer: Issuer,
    clock: Arc<dyn Clock>,
    actors: Actors,
    state: Mutex<State>,
    platform: Mutex<Platform>,
}

#[derive(Debug)]
struct State {
    users: BTreeMap<String, String>,
    /// Key: secret, name, owner.
    clients: BTreeMap<String, (String, String, String)>,
    faults: Faults,
    rotates: bool,
    created: u32,
}

impl Tenant {
    pub(super) fn new(issuer: Issuer, clock: Arc<dyn Clock>) -> Self {
        let user = |name: &str| (name.to_owned(), "p".to_owned());
        let client = ("S".to_owned(), "default".to_owned(), "u".to_owned());
        let state = State {
            users: BTreeMap::from([user("u"), user("admin")]),
            clients: BTreeMap::from([("K".to_owned(), client)]),
            faults: Faults::Json,
            rotates: true,
            created: 0,
        };
        let platform = Mutex::new(Platform::new(clock.now().wall));
        let actors = Actors::new(Arc::clone(&clock));
        Self { issuer, clock, actors, state: Mutex::new(state), platform }
    }

    pub(super) fn set_faults(&self, faults: Faults) {
        self.state().faults = faults;
    }

    pub(super) fn set_rotation(&self, rotates: bool) {
        self.state().rotates = rotates;
    }

    pub(super) fn answer(&self, request: &Request) -> Reply {
        match (request.method().as_str(), request.segments().as_slice()) {
            ("POST", ["token"]) => self.token(request),
            ("GET", ["tenants"]) => success(200, json!([tenant(request.base())])),
            (method, ["v3", rest @ ..]) => self.tapis_v3(method, rest, request),
            (method, ["clients", "v2", rest @ ..]) => match self.person(request) {
                Some(user) => self.clients(method, rest, &user, request),
                None => error(401, "Login failed. Please recheck the username and password"),
            },
            (method, ["actors", "v2", rest @ ..]) => match self.caller(request) {
                Ok(caller) => self.actors.answer(method, rest, &caller, request),
                Err(refused) => *refused,
            },
            (method, path) => match self.user(request) {
                Ok(user) => {
                    let call = Call { request, method, user: &user, now: self.clock.now().wall };
                    let mut platform = self.platform.lock().unwrap_or_else(PoisonError::into_inner);
                    platform.answer(path, &call).unwrap_or_else(|| Self::services(method, path, &user))
                }
                Err(refused) => *refused,
            },
        }
    }

    fn services(method: &str, path: &[&str], user: &str) -> Reply {
        match (method, path) {
            ("GET", ["profiles", "v2", "me"]) => success(200, profile(user)),
            ("GET", ["profiles", "v2", name @ ("u" | "admin" | "other")]) => success(200, profile(name)),
            ("GET", ["profiles", "v2", name]) => error(404, &format!("No user found matching {name}")),
            _ => error(404, "The requested resource is not available"),
        }
    }

    /// Whose password a request carries.
    fn person(&self, request: &Request) -> Option<String> {
        let (user, password) = request.basic()?;
        self.is_user(&user, &password).then_some(user)
    }

    pub(super) fn is_user(&self, user: &str, password: &str) -> bool {
        self.state().users.get(user).is_some_and(|known| known == password)
    }

    pub(super) fn is_client(&self, key: &str, secret: &str) -> bool {
        self.state().clients.get(key).is_some_and(|(known, _, _)| known == secret)
    }

    /// The clients of a user, as Tapis v3 names their id.
    pub(super) fn tapis_clients(&self, user: &str) -> Value {
        let state = self.state();
        let own = state.clients.iter().filter(|(_, client)| client.2 == user);
        own.map(|(key, client)| json!({ "client_id": key, "owner": client.2 })).collect()
    }

    /// Who calls an actor: somebody, or a nonce of the actor's own.
    fn caller(&self, request: &Request) -> Result<Caller, Box<Reply>> {
        match request.query("x-nonce") {
            Some(nonce) if nonce != "nonce-1" => Ok(Caller::Nonce(nonce.to_owned())),
            _ => self.user(request).map(Caller::User),
        }
    }

    /// Whose token, JWT or nonce a request carries.
    fn user(&self, request: &Request) -> Result<String, Box<Reply>> {
        if request.header("x-jwt-assertion-sim") == Some("jwt-1")
            || request.query("x-nonce") == Some("nonce-1")
        {
            return Ok("u".to_owned());
        }
        let Some(token) = request.bearer() else {
            return Err(Box::new(self.fault(
                900_902,
                "Missing Credentials",
                "Required OAuth credentials not provided",
            )));
        };
        let checked = self.issuer.check(token);
        checked
            .map(|subject| subject.split_once(' ').map(|(_, user)| user.to_owned()).unwrap_or_default())
            .map_err(|refusal| {
                let code = if refusal == Refusal::Expired { 900_903 } else { 900_904 };
                // The real gateway quotes the token, too.
                let at = self.clock.now().wall;
                let why = format!("Access failure for API: /profiles, version: v2 with key: {token} at {at}");
                Box::new(self.fault(code, "Invalid Credentials", &why))
            })
    }

    fn fault(&self, code: u32, message: &str, why: &str) -> Reply {
        let xml = format!(
            "<ams:fault xmlns:ams=\"http://wso2.org/apimanager/security\"><ams:code>{code}</ams:code>\
             <ams:message>{message}</ams:message><ams:description>{why}</ams:description></ams:fault>"
        );
        let xml = |status| Reply::new(status, xml.clone()).header("content-type", "application/xml");
        match self.state().faults {
            Faults::Json => {
                Reply::json(401, json!({"fault": {"code": code, "message": message, "description": why}}))
            }
            Faults::Xml => xml(401),
            Faults::XmlWith500 => xml(500),
            Faults::Plain => Reply::empty(401),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn profile(user: &str) -> Value {
    json!({
        "username": user, "email": format!("{user}@example.org"), "first_name": "A", "last_name": "B",
        "full_name": "A B", "phone": "", "mobile_phone": "", "status": "Active", "create_time": "20140515080317Z",
        "uid": null,
    })
}

/// How the platform's directory lists this tenant.
fn tenant(base: &str) -> Value {
    json!({
        "id": "0001", "name": "Simulator", "code": "sim", "baseUrl": format!("{base}/"),
        "contact": [{ "name": "A B", "email": "ab@example.org", "primary": true }], "_links": {},
    })
}
