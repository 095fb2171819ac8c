use auth_core::sim::Reply;
use cortex::api::NewSession;
use insta::assert_snapshot;
use serde_json::{Map, Value, json};

use crate::book::{done, open, reply};

fn data() -> Map<String, Value> {
    Map::from_iter([("a".to_owned(), json!(1))])
}

#[tokio::test]
async fn sessions() {
    let (mut book, client) = open();
    let sessions = client.sessions();
    let new = NewSession { ttl: Some(60), description: "d".into() };
    let started = [Reply::json(201, json!({"sessionId": "s1"}))];
    assert_eq!(book.call("sessions.start", started, sessions.start(&new)).await.as_deref(), Some("s1"));
    let call = sessions.get_data("s/1", Some("a b"));
    let held = book.call("sessions.get_data", reply(json!({"state": {"a": 1}})), call).await;
    assert_eq!(held, data());
    book.call("sessions.put_data", done(), sessions.put_data("s/1", &data())).await;
    book.call("sessions.delete", done(), sessions.delete("s/1")).await;
    let replies = reply(json!({"sessions": [{"sessionId": "s1"}]}));
    let found = book.call("sessions.list", replies, sessions.list(Some(5))).await;
    assert_eq!(found[0]["sessionId"], "s1");
    assert_snapshot!(book.text());
}

#[tokio::test]
async fn session() {
    let (mut book, client) = open();
    let session = client.sessions().session("s/1");
    let value = book.call("session.get", reply(json!({"state": {"a": 1}})), session.get("a")).await;
    assert_eq!(value, Some(json!(1)));
    let gone = [Reply::json(404, json!({"success": false}))];
    assert_eq!(book.call("session.get_all", gone, session.get_all()).await, Map::new());
    book.call("session.put", done(), session.put(&data())).await;
    book.call("session.delete", done(), session.delete()).await;
    assert_snapshot!(book.text());
}
