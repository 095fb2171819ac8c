use cortex::api::{ListQuery, Model, Type};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::book::{done, open, reply};

fn model() -> Value {
    json!({
        "name": "m1", "title": "M1", "description": "", "status": "active", "type": "classifier",
        "tags": [{"label": "a", "value": "b"}], "properties": [], "_version": 1,
        "createdAt": "2023-01-24T10:11:16.445Z", "updatedAt": "2023-01-24T10:21:01.347Z", "later": 1,
    })
}

#[tokio::test]
async fn models() {
    let (mut book, client) = open();
    let models = client.models();
    let query = ListQuery { limit: Some(10), skip: Some(20), tags: Some("a".into()), ..ListQuery::default() };
    let found = book.call("models.list", reply(json!({"models": [model()]})), models.list(&query)).await;
    assert_eq!((found[0].version, found[0].extra["later"].as_i64()), (Some(1), Some(1)));
    assert_eq!(serde_json::to_value(&found[0]).unwrap(), model());
    assert_eq!(found[0].to_camel()["camel"], "1.0.0");
    let mut new = Model::new("m1");
    new.model_type = Some("classifier".into());
    book.call("models.save", reply(json!({"version": 1, "modelId": "x"})), models.save(&new)).await;
    assert_eq!(book.call("models.get", reply(model()), models.get("a/b")).await.name, "m1");
    book.call("models.delete", done(), models.delete("a/b")).await;
    book.call("models.update_status", done(), models.update_status("a/b", "publish")).await;
    let replies = reply(json!({"runs": [{"runId": "run_01", "params": null}]}));
    let all = ListQuery::default();
    let call = models.list_experiment_runs("a/b", &all);
    assert_eq!(book.call("models.list_experiment_runs", replies, call).await[0].run_id, "run_01");
    assert_snapshot!(book.text());
}

#[tokio::test]
async fn types() {
    let (mut book, client) = open();
    let types = client.types();
    let kind = json!({"name": "t", "title": "T", "_version": 3, "fields": [{"name": "f"}]});
    let found = book.call("types.get", reply(kind.clone()), types.get("a/b")).await;
    assert_eq!((found.version, found.extra["fields"][0]["name"].as_str()), (Some(3), Some("f")));
    let found = book.call("types.list", reply(json!({"types": [kind]})), types.list()).await;
    assert_eq!(found.len(), 1);
    book.call("types.save", done(), types.save(&[Type::new("t")])).await;
    book.call("types.delete", done(), types.delete("a/b")).await;
    assert_snapshot!(book.text());
}
