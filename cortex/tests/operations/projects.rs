use cortex::api::{ListQuery, NewProject};
use insta::assert_snapshot;
use serde_json::json;

use crate::book::{open, reply};

#[tokio::test]
async fn projects() {
    let (mut book, client) = open();
    let projects = client.projects();
    let project = json!({"name": "p", "title": "P", "description": "d"});
    let query = ListQuery {
        filter: Some(r#"{"name": "a"}"#.into()),
        limit: Some(10),
        skip: Some(20),
        ..ListQuery::default()
    };
    let replies = reply(json!({"data": {"projects": [project]}}));
    let found = book.call("projects.list", replies, projects.list(&query)).await;
    assert_eq!(found[0].title.as_deref(), Some("P"));
    let replies = reply(json!({"data": {"projectByName": null}}));
    let call = projects.get_by_name(r#"p") { name } x: y(z: ""#);
    assert_eq!(book.call("projects.get_by_name", replies, call).await, None);
    let new = NewProject { name: "p".into(), title: Some("P".into()), description: None };
    let replies = reply(json!({"data": {"createProject": {"name": "p"}}}));
    assert_eq!(book.call("projects.create", replies, projects.create(&new)).await.name, "p");
    assert_snapshot!(book.text());
}
