use cortex::api::{Connection, ListQuery};
use cortex::{ExposeSecret as _, SecretString};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::book::{done, open, reply};

fn connection() -> Value {
    json!({
        "name": "test-connection", "title": "Test", "description": "", "connectionType": "mongo", "allowRead": true,
        "allowWrite": false, "tags": [],
        "params": [{"name": "uri", "value": "mongodb://canary"}, {"name": "database", "value": "orders"}],
    })
}

#[tokio::test]
async fn connections() {
    let (mut book, client) = open();
    let connections = client.connections();
    let new = Connection::new("c", "mongo").with_param("uri", "#SECURE.test-db-uri");
    book.call("connections.save", done(), connections.save(&new)).await;
    let found = book.call("connections.get", reply(connection()), connections.get("a/b")).await;
    assert_eq!((found.param("uri"), found.params_map().len()), (Some("mongodb://canary"), 2));
    assert!(!format!("{found:?}").contains("canary"));
    assert_eq!(serde_json::to_value(&found).unwrap(), connection());
    let query = ListQuery {
        filter: Some(r#"{"name":"c"}"#.into()),
        sort: Some(r#"{"name":1}"#.into()),
        limit: Some(10),
        skip: Some(20),
        ..ListQuery::default()
    };
    let replies = reply(json!({"connections": [connection()]}));
    assert_eq!(book.call("connections.list", replies, connections.list(&query)).await.len(), 1);
    let call = connections.get_external("a/b");
    let found = book.call("connections.get_external", reply(connection()), call).await;
    assert_eq!(found.connection_type.as_deref(), Some("mongo"));
    book.call("connections.delete", done(), connections.delete("a/b")).await;
    let replies = reply(json!({"connectionTypes": [{"name": "mongo"}]}));
    let types =
        book.call("connections.list_types", replies, connections.list_types(&ListQuery::default())).await;
    assert_eq!(types[0]["name"], "mongo");
    assert_snapshot!(book.text());
}

#[tokio::test]
async fn secrets() {
    let (mut book, client) = open();
    let secrets = client.secrets();
    let value = SecretString::from("canary");
    book.call("secrets.save", done(), secrets.save("a/b", &value)).await;
    let found = book.call("secrets.get", reply(json!({"value": "canary"})), secrets.get("a/b")).await;
    assert_eq!(found.value.expose_secret(), "canary");
    assert!(!format!("{found:?}").contains("canary"));
    let names = book.call("secrets.list", reply(json!(["a", "b"])), secrets.list()).await;
    assert_eq!(names, ["a", "b"]);
    let replies = reply(json!({"value": {"k": "v"}, "x": 1}));
    let found = book.call("secrets.get_external", replies, secrets.get_external("a/b")).await;
    assert_eq!((found.value.expose_secret(), &found.extra["x"]), (r#"{"k":"v"}"#, &json!(1)));
    book.call("secrets.delete", done(), secrets.delete("a/b")).await;
    assert_snapshot!(book.text());
}
