//! The service that answers, and a client of it.

use agave::{Agave, Environment};
use auth_core::sim::{Operations, Reply, Request};
use serde_json::{Value, json};

/// A service that signs everybody in, and a client of it.
pub(crate) fn open() -> (Operations, Agave) {
    let operations = Operations::start(|request: &Request| {
        let token =
            json!({ "access_token": "t", "refresh_token": "r", "token_type": "bearer", "expires_in": 14400 });
        request.matches("POST /token").then(|| Reply::json(200, token))
    });
    let operations = operations.unwrap();
    let builder = Agave::builder().environment(Environment::empty()).api_server(operations.base());
    let client = builder.username("u").password("p").api_key("K").api_secret("S").build().unwrap();
    (operations, client)
}

/// A reply in the platform's envelope.
pub(crate) fn result(value: Value) -> [Reply; 1] {
    [Reply::json(200, json!({ "status": "success", "message": null, "version": "2.2.14", "result": value }))]
}

/// The reply where there is nothing to say.
pub(crate) fn nothing() -> [Reply; 1] {
    result(Value::Null)
}
