//! The platform that answers, and a client of it.

use auth_core::sim::{Operations, Reply, Request};
use datakitchen::api::KitchenHandle;
use datakitchen::{Client, Credentials, Environment, ManualClock, Timestamp, Wait};
use serde_json::{Value, json};
use std::time::Duration;

/// A platform that signs everybody in, and a client of it. Waiting takes no time.
pub(crate) fn open() -> (Operations, Client) {
    let book = Operations::start(|request: &Request| {
        request.matches("POST /v2/login").then(|| Reply::text(200, "an-opaque-token"))
    });
    let book = book.unwrap();
    let credentials = Credentials::password("me@example.com", "not-a-real-password");
    let client = client(&book, credentials);
    (book, client)
}

/// A client with credentials.
pub(crate) fn client(book: &Operations, credentials: Credentials) -> Client {
    Client::builder()
        .environment(Environment::empty())
        .clock(ManualClock::at(Timestamp::from_unix_seconds(1_800_000_000)))
        .base_url(book.base())
        .credentials(credentials)
        .build()
        .unwrap()
}

/// As [`open`], with a kitchen.
pub(crate) fn kitchen() -> (Operations, KitchenHandle) {
    let (book, client) = open();
    (book, client.kitchen("K1"))
}

/// Replies with these bodies.
pub(crate) fn replies(bodies: impl IntoIterator<Item = Value>) -> Vec<Reply> {
    bodies.into_iter().map(|body| Reply::json(200, body)).collect()
}

/// One reply.
pub(crate) fn reply(body: Value) -> Vec<Reply> {
    replies([body])
}

/// A reply that says nothing.
pub(crate) fn nothing() -> Vec<Reply> {
    reply(json!({}))
}

/// Every 10 seconds, for an hour.
pub(crate) fn patiently() -> Wait {
    Wait::new(Duration::from_secs(10), Duration::from_secs(3600))
}

/// A call that sends nothing.
pub(crate) async fn local<T>(value: T) -> datakitchen::Result<T> {
    Ok(value)
}

/// A kitchen as the platform writes it, with members that nobody knows.
pub(crate) fn k1() -> Value {
    json!({
        "name": "K1", "description": "text", "parent-kitchen": "master", "created_time": 1_582_037_782_076_i64,
        "_created": null, "kitchen-staff": ["me@example.com", "open@example.com"],
        "kitchen-roles": {"me@example.com": "Admin"}, "recipeoverrides": {"a": "1", "b": 2}, "later": {"x": 1},
        "settings": {"alerts": {"orderrunStart": null, "orderrunError": ["a@example.com"]}, "backup": {}},
    })
}

/// Its parent.
pub(crate) fn master() -> Value {
    json!({"name": "master", "parent-kitchen": "", "recipeoverrides": {"a": "2", "c": 3}})
}

/// The reply of `GET /v2/kitchen/list`.
pub(crate) fn listed() -> Value {
    json!({"kitchens": [k1(), master()]})
}
