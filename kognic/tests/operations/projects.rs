use insta::assert_snapshot;
use kognic::api::{BatchStatus, ListWorkspaces};
use serde_json::json;

use crate::book::{client, data, nothing, open};

#[tokio::test]
async fn projects() {
    let (mut book, client) = open();
    let projects = client.projects();
    let project = json!({ "project": "highway", "title": "Highway" });
    book.call("projects.list", data(json!([project])), projects.list()).await;
    let batch = json!({ "project": "a/b", "batch": "b-1", "title": "One", "status": "open" });
    book.call("projects.list_batches", data(json!([batch])), projects.list_batches("a/b")).await;
    let created = book
        .call("projects.create_batch", data(batch.clone()), projects.create_batch("a/b", "b-1", false))
        .await;
    assert_eq!(created.status, BatchStatus::Open);
    book.call("projects.publish_batch", data(batch), projects.publish_batch("a/b", "b-1")).await;
    let types = projects.list_annotation_types("highway", Some("b-1"));
    let types = book.call("projects.list_annotation_types", data(json!(["signs"])), types).await;
    assert_eq!(types, ["signs"]);
    let of_project = projects.list_annotation_types("highway", None);
    book.call("projects.list_annotation_types", data(json!([])), of_project).await;
    assert_snapshot!(book.text());
}

#[tokio::test]
async fn workspaces() {
    let (mut book, open) = open();
    let created = "2024-01-02T03:04:05Z";
    let workspace = json!({
        "created": created, "externalId": "ws", "id": "w-1", "name": "WS", "organization": { "name": "Org" },
    });
    let asked = ListWorkspaces::default();
    let list = open.workspaces();
    let found = book.call("workspaces.list", data(json!([workspace])), list.list(&asked)).await;
    // Without a fraction: the official SDK does not read it.
    assert_eq!(found[0].created.unwrap().to_string(), created);
    assert_eq!(found[0].organization.as_ref().unwrap().name, "Org");
    let asked =
        ListWorkspaces { roles: vec!["developer".into(), "viewer".into()], organization_ids: vec![3, 4] };
    book.call("workspaces.list", data(json!([])), list.list(&asked)).await;
    // A client without a workspace of its own asks for it when it needs it, and once.
    let lazy = client(&book, |builder| builder);
    let id = book.call("client.new", data(json!([workspace])), lazy.write_workspace()).await;
    assert_eq!(id, "w-1");
    assert_eq!(lazy.write_workspace().await.unwrap(), "w-1");
    assert_snapshot!(book.text());
}

#[tokio::test]
async fn requests_and_tasks() {
    let (mut book, client) = open();
    let counts = json!({ "notStarted": 1, "inProgress": 2, "completed": 3, "total": 6 });
    let request = json!({
        "id": "r-1", "projectId": "p-1", "createdAt": "2024-01-02T03:04:05.678Z", "title": "R",
        "inputProgressCounts": counts,
    });
    let requests = client.requests();
    let found = book.call("requests.list", data(json!([request])), requests.list("p-1", true)).await;
    assert_eq!(found[0].input_progress_counts.as_ref().unwrap().total, 6);
    book.call("requests.list", data(json!([])), requests.list("p-1", false)).await;
    book.call("tasks.assign", nothing(), client.tasks().assign("t-1", 5)).await;
    book.call("tasks.unassign", nothing(), client.tasks().unassign("t-1")).await;
    assert_snapshot!(book.text());
}
