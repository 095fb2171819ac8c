//! A skill as a daemon: a server that the cluster calls at `/invoke`, with a message as the body of each call. It answers how
//! large a file of the managed content is, and keeps count in the session of the call.
//!
//! `cargo run -p cortex-api --example skill_daemon`

use axum::Json;
use axum::http::StatusCode;
use axum::routing::{Router, post};
use cortex::{Client, Message};
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = TcpListener::bind(("0.0.0.0", 5000)).await?;
    axum::serve(listener, app()).await?;
    Ok(())
}

/// What the daemon answers.
pub(crate) fn app() -> Router {
    Router::new().route("/invoke", post(invoke))
}

/// A message that is no message is 400, an error of the cluster 502; the caller sees neither token nor key.
async fn invoke(Json(message): Json<Message>) -> Result<Json<Value>, (StatusCode, String)> {
    let bad = |why: String| (StatusCode::BAD_REQUEST, why);
    let client = Client::from_message(&message).map_err(|error| bad(error.to_string()))?;
    let key = message.payload().and_then(|payload| payload.get("key")?.as_str());
    let key = key.ok_or_else(|| bad("the payload names no key".to_owned()))?;
    let answer = answer(&client, &message, key).await;
    answer.map(Json).map_err(|error| (StatusCode::BAD_GATEWAY, error.to_string()))
}

async fn answer(client: &Client, message: &Message, key: &str) -> cortex::Result<Value> {
    let bytes = client.content().download(key).bytes().await?;
    let mut calls = 1;
    if let Some(session) = message.session_id() {
        let session = client.sessions().session(session);
        calls += session.get("calls").await?.and_then(|calls| calls.as_u64()).unwrap_or(0);
        session.put(&Map::from_iter([("calls".to_owned(), calls.into())])).await?;
    }
    Ok(json!({"payload": {"bytes": bytes.len(), "calls": calls}}))
}
