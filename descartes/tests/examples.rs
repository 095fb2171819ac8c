//! The examples, run against the simulator.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

#[allow(dead_code, reason = "its main is for people")]
#[path = "../examples/catalog.rs"]
mod catalog;

#[allow(dead_code, reason = "its main is for people")]
#[path = "../examples/workflow.rs"]
mod workflow;

use common::World;
use descartes::api::JobResult;
use serde_json::json;

#[tokio::test]
async fn images_are_found_and_a_file_goes_there_and_back() {
    let world = World::new();
    let client = world.client();
    assert_eq!(catalog::search(&client, "someorg:prod1").await.unwrap(), 2);
    let file = world.home().join("fields.geojson");
    std::fs::write(&file, "content").unwrap();
    catalog::there_and_back(&client, &file).await.unwrap();
    assert_eq!(std::fs::read_to_string(file.with_extension("copy")).unwrap(), "content");
    assert_eq!(client.catalog().blobs().search().count().await.unwrap(), 0);
}

#[tokio::test]
async fn a_job_runs_on_the_images_that_were_found() {
    let world = World::new();
    let client = world.client();
    let result = workflow::run(&client, "someorg:prod1", "f-echo").await.unwrap();

    let blob = client.catalog().blobs().search().collect().await.unwrap().remove(0);
    assert_eq!(result, Some(JobResult::Json(json!({"args": [blob.id()], "kwargs": null}))));
    let list = client.catalog().blobs().data(&blob).await.unwrap();
    assert_eq!(list, "someorg:prod1:2026-03\nsomeorg:prod1:2026-01");
}
