//! The service that answers, and a client of it.

use auth_core::sim::{Operations, Reply, Request, unsigned_jwt};
use descartes::{Auth, AuthBuilder, Client, Environment, ManualClock, Timestamp, TokenInfoPath};
use serde_json::{Value, json};

/// A good token.
pub(crate) fn jwt() -> String {
    unsigned_jwt(&json!({
        "sub": "asdf", "aud": "cid", "iat": 1_800_000_000, "exp": 1_800_036_000, "org": "someorg",
        "email": "Some.Body@SomeOrg.com",
        "groups": ["public", "someorg:baz", "other:baz", "someorg:org-admin", "acme:resource-admin"],
    }))
}

/// Somebody with good credentials, and a clock that sleeping moves.
pub(crate) fn somebody(operations: &Operations) -> AuthBuilder {
    Auth::builder()
        .environment(Environment::empty().with_seed(1))
        .clock(ManualClock::at(Timestamp::from_unix_seconds(1_800_000_000)))
        .domain(operations.base())
        .client_id("cid")
        .client_secret("sec")
        .token_info_path(TokenInfoPath::None)
}

/// A service that gives everybody a token, and a client of it.
pub(crate) fn open() -> (Operations, Client) {
    let operations = Operations::start(|request: &Request| {
        request.matches("POST /token").then(|| Reply::json(200, json!({ "access_token": jwt() })))
    });
    let operations = operations.unwrap();
    let auth = somebody(&operations).build().unwrap();
    let client = Client::builder().auth(auth).base_url(operations.base()).build().unwrap();
    (operations, client)
}

/// A reply in JSON.
pub(crate) fn reply(value: Value) -> [Reply; 1] {
    [Reply::json(200, value)]
}

/// A reply that says nothing.
pub(crate) fn done() -> [Reply; 1] {
    [Reply::empty(204)]
}

/// A page of a list, and the cursor of the next one.
pub(crate) fn page(data: Value, cursor: Option<&str>) -> Reply {
    let meta = json!({
        "current_page": 1, "last_page": 2, "page_size": 100, "next_page": 2, "page_cursor": cursor,
    });
    Reply::json(200, json!({ "data": data, "meta": meta }))
}
