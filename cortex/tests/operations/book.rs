//! The cluster that answers, and a client of it.

use auth_core::sim::{Operations, Reply, Request, unsigned_jwt};
use auth_core::{ManualClock, Timestamp};
use cortex::{Builder, Client, Environment};
use serde_json::{Value, json};

/// When the tests begin.
pub(crate) const NOW: i64 = 1_800_000_000;

/// A cluster, and a client of it with a ready token, for the project `p/1`.
pub(crate) fn open() -> (Operations, Client) {
    let (operations, builder) = start(|_| None);
    let token = unsigned_jwt(&json!({"aud": "cortex", "sub": "me", "exp": NOW + 86_400}));
    let client = builder.token(token).build().unwrap();
    (operations, client)
}

/// A cluster, and a builder of clients of it.
pub(crate) fn start(
    aside: impl Fn(&Request) -> Option<Reply> + Send + Sync + 'static,
) -> (Operations, Builder) {
    let operations = Operations::start(aside).unwrap();
    let builder = Client::builder()
        .environment(Environment::empty().with_seed(7))
        .clock(ManualClock::at(Timestamp::from_unix_seconds(NOW)))
        .api_endpoint(operations.base())
        .project("p/1");
    (operations, builder)
}

/// A reply in JSON.
pub(crate) fn reply(value: Value) -> [Reply; 1] {
    [Reply::json(200, value)]
}

/// The usual reply to a change.
pub(crate) fn done() -> [Reply; 1] {
    reply(json!({"success": true}))
}

/// Bytes.
pub(crate) fn bytes(bytes: &'static str) -> [Reply; 1] {
    [Reply::bytes(200, bytes)]
}
