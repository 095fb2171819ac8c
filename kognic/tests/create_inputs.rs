//! Many inputs at a time: no scene that exists is lost, whatever fails (contract section 6.13, trap 17).
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::time::Duration;

use auth_core::sim::{Fault, Reply};
use common::World;
use futures_util::{StreamExt as _, TryStreamExt as _};
use kognic::api::{
    Cameras, CreateInputs, CreateScene, CreatedInput, CreatedInputStatus, Image, ImageFormat,
    SceneWithPreAnnotation,
};
use kognic::{Client, ErrorKind, Wait};
use serde_json::json;

const INITIALIZE: &str = "POST /v1/inputs/initialize";
const DESCRIBE: &str = "POST /v1/inputs/cameras";
const QUERY: &str = "POST /v2/scenes/query";

fn scenes(names: &[&str]) -> Vec<SceneWithPreAnnotation<Cameras>> {
    let scene = |name: &&str| Cameras::new(*name, vec![Image::data("a", ImageFormat::Png, "x")]).into();
    names.iter().map(scene).collect()
}

fn options() -> CreateInputs {
    CreateInputs { wait: Wait::new(Duration::from_secs(1), Duration::from_secs(60)), ..Default::default() }
}

async fn all(client: &Client, names: &[&str], options: CreateInputs) -> kognic::Result<Vec<CreatedInput>> {
    client.cameras().create_inputs(scenes(names), "highway", options).try_collect().await
}

/// Names, scenes and ends.
fn shown(inputs: &[CreatedInput]) -> Vec<(&str, Option<&str>, CreatedInputStatus)> {
    inputs
        .iter()
        .map(|input| (input.external_id.as_str(), input.scene_uuid.as_deref(), input.status))
        .collect()
}

#[tokio::test]
async fn scenes_are_created_while_the_stream_is_read() {
    let world = World::new();
    let client = world.client();
    world.sim.server().faults().next(DESCRIBE, Fault::status(400));
    let mut inputs =
        std::pin::pin!(client.cameras().create_inputs(scenes(&["one", "two"]), "highway", options()));
    let first = inputs.next().await.unwrap().unwrap();
    assert_eq!(shown(&[first]), [("one", Some("scene-1"), CreatedInputStatus::Failed)]);
    assert_eq!(world.journal().count(INITIALIZE), 1);
    let second = inputs.next().await.unwrap().unwrap();
    assert_eq!(shown(&[second]), [("two", Some("scene-2"), CreatedInputStatus::Created)]);
    assert!(inputs.next().await.is_none());
}

#[tokio::test]
async fn a_scene_that_is_ready_does_not_wait_for_the_others_to_be_created() {
    let world = World::new();
    let client = world.client();
    let wait = Wait::new(Duration::ZERO, Duration::from_secs(60));
    let inputs = client.cameras().create_inputs(
        scenes(&["a", "b", "c", "d"]),
        "highway",
        CreateInputs { wait, ..options() },
    );
    let mut inputs = std::pin::pin!(inputs);
    assert_eq!(inputs.next().await.unwrap().unwrap().external_id, "a");
    assert!(world.journal().count(INITIALIZE) < 4);
    assert_eq!(inputs.count().await, 3);
}

#[tokio::test]
async fn one_unknown_scene_does_not_take_the_others_with_it() {
    let world = World::new();
    let client = world.client();
    // All three together, then the first alone.
    world.sim.server().faults().next(QUERY, Fault::status(404)).times(2);
    let inputs = all(&client, &["one", "two", "three"], options()).await.unwrap();
    assert_eq!(
        shown(&inputs),
        [
            ("one", Some("scene-1"), CreatedInputStatus::Failed),
            ("two", Some("scene-2"), CreatedInputStatus::Created),
            ("three", Some("scene-3"), CreatedInputStatus::Created),
        ]
    );
    assert!(inputs[0].error.as_ref().unwrap().to_string().contains("404"));
}

#[tokio::test]
async fn scenes_that_cannot_be_asked_for_are_named() {
    for fault in [Fault::status(403), Fault::status(503)] {
        let world = World::new();
        let client = world.client();
        world.sim.server().faults().next(QUERY, fault).always();
        let wait = Wait::new(Duration::from_secs(30), Duration::from_secs(1800));
        let inputs = all(&client, &["one", "two"], CreateInputs { wait, ..options() }).await.unwrap();
        assert_eq!(
            shown(&inputs),
            [
                ("one", Some("scene-1"), CreatedInputStatus::Failed),
                ("two", Some("scene-2"), CreatedInputStatus::Failed),
            ]
        );
        let stages: Vec<_> = inputs.iter().map(|input| input.error.as_ref().unwrap().stage()).collect();
        assert_eq!(stages, ["scene", "scene"]);
    }
}

#[tokio::test]
async fn scenes_that_are_not_ready_in_time_are_named() {
    let world = World::new();
    let client = world.client();
    let busy = json!({"data": [{"uuid": "scene-1", "externalId": "one", "status": "processing"}]});
    world.sim.server().faults().next(QUERY, Fault::Reply(Reply::json(200, busy))).always();
    let inputs = all(&client, &["one"], options()).await.unwrap();
    assert_eq!(shown(&inputs), [("one", Some("scene-1"), CreatedInputStatus::Processing)]);
}

#[tokio::test]
async fn what_became_of_a_scene_can_be_written_down() {
    let world = World::new();
    let client = world.client();
    let refused = Reply::json(403, json!({"message": "not yours"}));
    world.sim.server().faults().next("POST /v1/inputs", Fault::Reply(refused));
    let written = serde_json::to_value(all(&client, &["one", "two"], options()).await.unwrap()).unwrap();
    assert_eq!((&written[0]["scene_uuid"], &written[0]["status"]), (&json!("scene-1"), &json!("failed")));
    assert_eq!(written[0]["error"]["stage"], "input-from-scene");
    assert!(
        written[0]["error"]["message"].as_str().unwrap().contains("403 Forbidden: not yours"),
        "{written}"
    );
    assert_eq!((&written[1]["status"], &written[1]["error"]), (&json!("created"), &json!(null)));
}

#[tokio::test]
async fn a_second_project_is_refused_before_anything_is_sent() {
    let world = World::new();
    let client = world.client();
    let two = CreateScene { project: Some("highway".into()), ..CreateScene::default() };
    let batch = CreateScene { batch: Some("b".into()), ..CreateScene::default() };
    for scene in [two, batch] {
        let error = all(&client, &["one"], CreateInputs { scene, ..options() }).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    }
    assert!(world.journal().is_empty());
}
