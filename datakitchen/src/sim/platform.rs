//! What the fake platform knows and answers.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use auth_core::Clock;
use auth_core::sim::{Issuer, Refusal, Reply, Request, unsigned_jwt};
use serde_json::{Value, json};

use super::kitchens::Kitchens;
use super::orders::Orders;
use super::recipes::Recipes;
use super::samples::user_info;
use super::vault::Vaults;
use super::{Handout, TokenForm};

#[derive(Debug)]
pub(super) struct Platform {
    pub(super) issuer: Issuer,
    pub(super) clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) users: BTreeMap<String, String>,
    pub(super) pairs: BTreeMap<String, String>,
    pub(super) form: TokenForm,
    pub(super) handout: Handout,
    pub(super) kitchens: Kitchens,
    pub(super) recipes: Recipes,
    pub(super) orders: Orders,
    pub(super) vaults: Vaults,
    /// What the events API was told: kind and event.
    pub(super) events: Vec<(String, Value)>,
    pub(super) events_key: String,
}

/// Who sends a request.
struct Caller {
    name: String,
    /// Whether it is a session, and not an API token pair.
    has_session: bool,
}

impl Platform {
    pub(super) fn new(issuer: Issuer, clock: Arc<dyn Clock>) -> Self {
        let one = |name: &str, secret: &str| BTreeMap::from([(name.to_owned(), secret.to_owned())]);
        let state = State {
            users: one("me@example.com", "not-a-real-password"),
            pairs: one("key-1", "secret-1"),
            form: TokenForm::default(),
            handout: Handout { by_validation: true, by_header: false },
            kitchens: Kitchens::new(),
            recipes: Recipes::new(),
            orders: Orders::default(),
            vaults: Vaults::default(),
            events: Vec::new(),
            events_key: "made-up-events-key".to_owned(),
        };
        Self { issuer, clock, state: Mutex::new(state) }
    }

    pub(super) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A JWT like the platform's: who, and from when to when.
    pub(super) fn issue(&self, user: &str) -> String {
        let make = |number: u64, issued: &auth_core::sim::Issued| {
            unsigned_jwt(&json!({
                "sub": user, "iat": issued.issued_at.unix_seconds(), "exp": issued.expires_at.unix_seconds(),
                "jti": number,
            }))
        };
        self.issuer.issue_as(user, make).access_token
    }

    pub(super) fn answer(&self, request: &Request) -> Reply {
        let path = request.segments();
        let path = match path.as_slice() {
            ["v2", path @ ..] => path,
            ["events", "v1", kind] => return self.event(kind, request),
            _ => return said(404, "no such endpoint"),
        };
        if let ("POST", ["login"]) = (request.method().as_str(), path) {
            return self.login(request);
        }
        let caller = match self.caller(request) {
            Ok(caller) => caller,
            Err(refused) => return *refused,
        };
        let reply = match (request.method().as_str(), path) {
            ("GET", ["validatetoken"]) => return self.validate(request, &caller),
            ("GET", ["userinfo"]) => Reply::json(200, user_info(&caller.name)),
            (method, path) => {
                self.change(|state| state.answer(method, path, request, &*self.clock, &caller.name))
            }
        };
        match self.change(|state| state.handout.by_header) && caller.has_session {
            true => reply.header("refreshed_token", self.issue(&caller.name)),
            false => reply,
        }
    }

    /// The events API: another key, and no reply to speak of.
    fn event(&self, kind: &str, request: &Request) -> Reply {
        let key = request.header("serviceaccountauthenticationkey").unwrap_or_default();
        self.change(|state| match (key == state.events_key, request.json()) {
            (false, _) => Reply::json(401, json!({"error": "Invalid key", "error_id": "e-1", "details": {}})),
            (true, Some(event)) => {
                state.events.push((kind.to_owned(), event));
                Reply::empty(204)
            }
            (true, None) => Reply::json(400, json!({"error": "No JSON", "error_id": "e-2", "details": {}})),
        })
    }

    /// `POST /v2/login`: the reply is the token as text.
    fn login(&self, request: &Request) -> Reply {
        let field = |name: &str| request.form_value(name).unwrap_or_default();
        let (username, password) = (field("username"), field("password"));
        if self.change(|state| state.users.get(&username) != Some(&password)) {
            return said(401, "Invalid credentials");
        }
        let token = self.issue(&username);
        match self.change(|state| state.form) {
            TokenForm::Raw => Reply::text(200, token),
            TokenForm::Blanks => Reply::text(201, format!(" {token}\r\n")),
            TokenForm::Quoted => Reply::json(200, Value::String(token)),
        }
    }

    /// `GET /v2/validatetoken`: the same or a newer token.
    fn validate(&self, request: &Request, caller: &Caller) -> Reply {
        let token = match self.change(|state| state.handout.by_validation) {
            true => self.issue(&caller.name),
            false => request.bearer().unwrap_or_default().to_owned(),
        };
        Reply::json(200, json!({ "token": token }))
    }

    fn caller(&self, request: &Request) -> Result<Caller, Box<Reply>> {
        if let Some((id, secret)) = request.basic() {
            return match self.change(|state| state.pairs.get(&id) == Some(&secret)) {
                true => Ok(Caller { name: id, has_session: false }),
                false => Err(Box::new(said(401, "Invalid credentials"))),
            };
        }
        let Some(token) = request.bearer() else {
            return Err(Box::new(said(401, "Malformed authentication header")));
        };
        let caller = |name: String| Caller { name, has_session: true };
        self.issuer.check(token).map(caller).map_err(|refusal| {
            Box::new(match refusal {
                Refusal::Expired => {
                    Reply::json(401, json!({"code": "token_expired", "description": "token is expired"}))
                }
                Refusal::Unknown => said(401, "Token signature is invalid"),
                Refusal::Revoked => said(401, "Token is expired"),
            })
        })
    }
}

impl State {
    /// To whom a request is meant. To the kitchen `closed` nobody has access.
    fn answer(
        &mut self,
        method: &str,
        path: &[&str],
        request: &Request,
        clock: &dyn Clock,
        caller: &str,
    ) -> Reply {
        let body = request.json().unwrap_or_default();
        let place = body.get("kitchen_name").or_else(|| body.get("kitchen")).and_then(Value::as_str);
        if path.contains(&"closed") || place == Some("closed") {
            return said(403, "You do not have the necessary access to this Kitchen to perform this action");
        }
        let Self { kitchens, recipes, orders, vaults, .. } = self;
        let reply = match path {
            ["kitchen", "recipenames", kitchen] => recipes.names(kitchen),
            ["kitchen", path @ ..] => kitchens.answer(method, path, &body),
            ["recipe", path @ ..] => recipes.answer(method, path, &body),
            ["order", "create", path @ ..] => match recipes.refusal(path) {
                Some(refused) => Some(refused),
                None => orders.create(path, &body, clock, caller),
            },
            ["order" | "serving", ..] => orders.answer(method, path, request, &body, clock),
            ["vault" | "secret", ..] => vaults.answer(method, path, &body),
            _ => None,
        };
        reply.unwrap_or_else(|| said(404, "no such endpoint"))
    }
}

/// An error in the platform's usual form.
pub(super) fn said(status: u16, what: &str) -> Reply {
    Reply::json(status, json!({"message": {"error": what}}))
}
