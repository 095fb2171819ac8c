//! The service that answers, and a client of it.

use auth_core::sim::{Operations, Reply, Request, unsigned_jwt};
use futures_util::TryStreamExt as _;
use kognic::{Client, Credentials, Environment, Pages};
use serde_json::{Value, json};

/// A service that signs everybody in, and a client of it that writes to the workspace `W`.
pub(crate) fn open() -> (Operations, Client) {
    let operations = Operations::start(|request: &Request| {
        let token = json!({ "access_token": unsigned_jwt(&json!({ "sub": "u" })), "expires_in": 3600 });
        request.matches("POST /v1/auth/oauth/token").then(|| Reply::json(200, token))
    });
    let operations = operations.unwrap();
    let client = client(&operations, |builder| builder.write_workspace("W"));
    (operations, client)
}

/// Another client of the service.
pub(crate) fn client(
    operations: &Operations,
    change: impl FnOnce(kognic::Builder) -> kognic::Builder,
) -> Client {
    let builder = Client::builder()
        .environment(Environment::empty())
        .base_url(operations.base())
        .credentials(Credentials::new("c-1", "s-1"));
    change(builder).build().unwrap()
}

/// A reply in the platform's envelope.
pub(crate) fn data(value: Value) -> [Reply; 1] {
    [Reply::json(200, json!({ "data": value }))]
}

/// The same, for several in a row.
pub(crate) fn all(values: impl IntoIterator<Item = Value>) -> Vec<Reply> {
    values.into_iter().map(|value| Reply::json(200, json!({ "data": value }))).collect()
}

/// A page, and where the next one begins.
pub(crate) fn page(items: Value, next: Value) -> Reply {
    Reply::json(200, json!({ "data": items, "metadata": { "nextCursorId": next } }))
}

/// A reply without a body.
pub(crate) fn nothing() -> [Reply; 1] {
    [Reply::empty(200)]
}

/// A whole list.
pub(crate) async fn whole<T: Unpin>(pages: Pages<'_, T>) -> kognic::Result<Vec<T>> {
    pages.try_collect().await
}
