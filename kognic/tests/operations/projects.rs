use insta::assert_snapshot;
use serde_json::json;

use crate::book::{data, open};

#[tokio::test]
async fn projects() {
    let (mut book, client) = open();
    let projects = client.projects();
    let project = json!({ "project": "highway", "title": "Highway" });
    book.call("projects.list", data(json!([project])), projects.list()).await;
    let batch = json!({ "project": "a/b", "batch": "b-1", "title": "One", "status": "open" });
    book.call("projects.list_batches", data(json!([batch])), projects.list_batches("a/b")).await;
    assert_snapshot!(book.text());
}
