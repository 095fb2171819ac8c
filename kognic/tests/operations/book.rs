//! The service that answers, and a client of it.

use auth_core::sim::{Operations, Reply, Request, unsigned_jwt};
use kognic::{Client, Credentials, Environment};
use serde_json::{Value, json};

/// A service that signs everybody in, and a client of it.
pub(crate) fn open() -> (Operations, Client) {
    let operations = Operations::start(|request: &Request| {
        let token = json!({ "access_token": unsigned_jwt(&json!({ "sub": "u" })), "expires_in": 3600 });
        request.matches("POST /v1/auth/oauth/token").then(|| Reply::json(200, token))
    });
    let operations = operations.unwrap();
    let client = Client::builder()
        .environment(Environment::empty())
        .base_url(operations.base())
        .credentials(Credentials::new("c-1", "s-1"))
        .build()
        .unwrap();
    (operations, client)
}

/// A reply in the platform's envelope.
pub(crate) fn data(value: Value) -> [Reply; 1] {
    [Reply::json(200, json!({ "data": value }))]
}
