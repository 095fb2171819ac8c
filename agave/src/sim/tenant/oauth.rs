//! The token endpoint, and the OAuth clients.

use auth_core::sim::{Reply, Request};
use serde_json::{Value, json};

use super::Tenant;
use crate::sim::call::{error, success};

impl Tenant {
    /// `POST /token` (contract section 2.2).
    pub(super) fn token(&self, request: &Request) -> Reply {
        let refused = |status, code: &str, why: &str| {
            Reply::json(status, json!({"error": code, "error_description": why}))
        };
        let known = request.basic().filter(|(key, secret)| {
            self.state().clients.get(key).is_some_and(|(known, _, _)| known == secret)
        });
        let Some((key, _)) = known else {
            return refused(401, "invalid_client", "A valid OAuth client could not be found for client_id");
        };
        let field = |name: &str| request.form_value(name);
        let person = || {
            let pair = field("username").zip(field("password"));
            pair.filter(|(user, password)| self.state().users.get(user) == Some(password)).map(|pair| pair.0)
        };
        let grant = field("grant_type");
        let user = match grant.as_deref() {
            Some("password" | "admin_password") if field("username").zip(field("password")).is_none() => {
                return refused(400, "invalid_request", "Missing parameters: username password");
            }
            Some("password") => person(),
            Some("admin_password") => person().filter(|user| user == "admin").and(field("token_username")),
            Some("refresh_token") => {
                let spend = |token: String| {
                    if self.state().rotates {
                        self.issuer.spend(&token)
                    } else {
                        self.issuer.refreshes(&token)
                    }
                };
                let subject = field("refresh_token").and_then(spend).unwrap_or_default();
                subject.strip_prefix(&format!("{key} ")).map(str::to_owned)
            }
            _ => return refused(400, "unsupported_grant_type", "Unsupported grant type"),
        };
        let Some(user) = user else {
            return refused(400, "invalid_grant", "Provided Authorization Grant is invalid.");
        };
        let issued = self.issuer.issue(&format!("{key} {user}"));
        let mut reply = json!({
            "access_token": issued.access_token, "refresh_token": issued.refresh_token, "token_type": "bearer",
            "expires_in": issued.life.as_secs(), "scope": "default",
        });
        if let Value::Object(reply) = &mut reply
            && grant.as_deref() == Some("refresh_token")
            && !self.state().rotates
        {
            reply.shift_remove("refresh_token");
        }
        Reply::json(200, reply)
    }

    /// `clients.*` (contract section 2.1): Basic only.
    pub(super) fn clients(&self, method: &str, path: &[&str], user: &str, request: &Request) -> Reply {
        let mut state = self.state();
        match (method, path) {
            ("GET", [""]) => {
                let own = state.clients.iter().filter(|(_, client)| client.2 == user);
                success(200, own.map(|(key, client)| oauth_client(key, &client.1)).collect())
            }
            ("GET" | "DELETE", [name]) => {
                let found = state.clients.iter().find(|(_, client)| client.1 == *name && client.2 == user);
                let Some((key, name)) = found.map(|(key, client)| (key.clone(), client.1.clone())) else {
                    return error(404, &format!("No client found matching {name}"));
                };
                if method == "GET" {
                    return success(200, oauth_client(&key, &name));
                }
                state.clients.remove(&key);
                success(200, json!({}))
            }
            ("POST", [""] | []) => {
                let asked = request.json().unwrap_or_default();
                let name = asked["clientName"].as_str().unwrap_or_default().to_owned();
                if name.is_empty() || state.clients.values().any(|client| client.1 == name) {
                    return error(400, "Application already exists, or clientName is missing");
                }
                state.created += 1;
                let (key, secret) = (format!("key-{}", state.created), format!("secret-{}", state.created));
                let mut created = oauth_client(&key, &name);
                created["consumerSecret"] = secret.clone().into();
                state.clients.insert(key, (secret, name, user.to_owned()));
                success(201, created).header("x-request-id", "req-1")
            }
            _ => error(404, "The requested resource is not available"),
        }
    }
}

fn oauth_client(key: &str, name: &str) -> Value {
    json!({
        "name": name, "consumerKey": key, "tier": "Unlimited", "description": "", "callbackUrl": "",
        "_links": {"self": {"href": format!("https://api.example.org/clients/v2/{name}")}},
    })
}
