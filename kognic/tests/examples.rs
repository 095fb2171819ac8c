//! The examples, run against the simulator: what is uploaded is annotated and downloaded again.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;
#[path = "../examples/download_annotations.rs"]
#[allow(dead_code, reason = "its `main` is for people")]
mod download_annotations;
#[path = "../examples/stream_query.rs"]
#[allow(dead_code, reason = "its `main` is for people")]
mod stream_query;
#[path = "../examples/upload_scene.rs"]
#[allow(dead_code, reason = "its `main` is for people")]
mod upload_scene;

use common::World;
use kognic::openlabel::OpenLabel;
use serde_json::json;

#[tokio::test]
async fn a_scene_goes_up_and_its_annotation_comes_down() {
    let world = World::new();
    let client = world.client();
    let images = ["front.jpg", "rear.png"].map(|name| world.write(name, "an image").display().to_string());
    let input = upload_scene::upload_scene(&client, "highway", &images).await.unwrap().unwrap();
    assert_eq!((world.sim.uploaded_bytes(), world.sim.scenes()), (16, 1));
    let found = json!({"openlabel": {"metadata": {}, "objects": {"1": {"name": "n", "type": "Tram"}}}});
    world.sim.annotate(&input, found);

    let folder = world.path("annotations");
    std::fs::create_dir(&folder).unwrap();
    let count =
        download_annotations::download_annotations(&client, "highway", "objects", &folder).await.unwrap();
    assert_eq!(count, 1);
    let file = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap();
    let content: OpenLabel = serde_json::from_slice(&std::fs::read(file.path()).unwrap()).unwrap();
    assert_eq!(content.openlabel.objects["1"].kind, "Tram");
    // The platform's other project has nothing.
    let none =
        download_annotations::download_annotations(&client, "parking", "objects", &folder).await.unwrap();
    assert_eq!(none, 0);
}

#[tokio::test]
async fn judgements_are_streamed() {
    assert_eq!(stream_query::stream_query(&World::new().client(), "requestId = 4").await.unwrap(), 3);
}
