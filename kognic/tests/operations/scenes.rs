use auth_core::sim::Reply;
use insta::assert_snapshot;
use kognic::api::{
    Cameras, CreateInputs, CreatedInputStatus, EgoVehiclePose, Image, ImageFormat, InvalidatedReason,
    SceneFrame, SceneImage, SceneRequest, SceneResource, SceneStatus, SceneType, SensorResource,
    SensorSpecification, ShutterTimes, Upload,
};
use kognic::openlabel::OpenLabel;
use serde_json::{Value, json};

use crate::book::{all, data, nothing, open};
use futures_util::TryStreamExt as _;

fn scene(uuid: &str, status: &str) -> Value {
    json!({
        "uuid": uuid, "workspaceId": "W", "externalId": "e", "sceneType": "cameras", "status": status,
        "created": "2026-01-02T03:04:05Z", "calibrationId": null, "viewLink": null, "errorMessage": "no image",
    })
}

#[tokio::test]
async fn scenes() {
    let (mut book, client) = open();
    let scenes = client.scenes();
    let found = data(json!([scene("s-1", "created"), scene("s-2", "upside-down")]));
    let found = book.call("scenes.get_by_uuids", found, scenes.get_by_uuids(&["s-1", "s-2"])).await;
    assert_eq!(found[0].status, SceneStatus::Created);
    assert_eq!(found[1].status, SceneStatus::Other("upside-down".into()));
    let by_name = scenes.get_by_external_ids(&["e"]);
    book.call("scenes.get_by_external_ids", data(json!([scene("s-1", "failed")])), by_name).await;
    let summary = json!({
        "sceneUuid": "s-1", "externalId": "e", "workspaceId": "W", "created": "2026-01-02T03:04:05Z",
        "calibrationId": "c", "frameRelativeTimes": [0, 100], "lidars": ["L"], "cameras": ["C"],
        "sceneType": "lidars_sequence", "isMultiSensor": true, "isMotionCompensated": true,
        "metadata": { "region": "SE", "n": 1 },
    });
    let get = scenes.get_summary("s-1", false);
    let summary = book.call("scenes.get_summary", data(summary), get).await;
    assert_eq!((summary.scene_type, summary.metadata["n"].as_i64()), (SceneType::LidarsSequence, Some(1)));
    let pose =
        json!({ "position": { "x": 1, "y": 2, "z": 3 }, "rotation": { "w": 1, "x": 0, "y": 0, "z": 0 } });
    let poses = data(json!({ "poses": { "10": pose, "2": pose } }));
    let poses = book.call("scenes.get_ego_poses", poses, scenes.get_ego_poses("s-1")).await.unwrap();
    assert_eq!(poses.iter().map(|(frame, _)| frame.as_str()).collect::<Vec<_>>(), ["2", "10"]);
    let none = [Reply::json(404, json!({ "message": "no poses" }))];
    assert_eq!(book.call("scenes.get_ego_poses", none, scenes.get_ego_poses("s-1")).await, None);
    let invalidate = scenes.invalidate(&["s-1"], &InvalidatedReason::BadContent);
    book.call("scenes.invalidate", nothing(), invalidate).await;
    book.call("scenes.import_indexed", nothing(), scenes.import_indexed("s-1")).await;
    book.call("scenes.reindex", nothing(), scenes.reindex("s-1")).await;
    assert_snapshot!(book.text());
}

#[tokio::test]
async fn a_scene_in_one_call() {
    let (mut book, client) = open();
    let mut image = SceneImage::new("C", SceneResource::data("a.jpg", "image"));
    image.shutter = Some(ShutterTimes {
        start_shutter_timestamp_ns: 1,
        end_shutter_timestamp_ns: 2,
        reversed_shutter: Some(false),
    });
    let clouds = vec![SensorResource::new("L", SceneResource::external("gs://b/x.csv"))];
    let mut frame = SceneFrame::new("0", 1_700_000_000_000_000_001, vec![image])
        .with_point_clouds(clouds, EgoVehiclePose::default());
    frame.metadata.insert("k".into(), 1.into());
    let mut scene = SceneRequest::new("ext", vec![frame]);
    scene.calibration_id = Some("cal".into());
    scene.postpone_external_resource_import = Some(true);
    scene.content.metadata.insert("a".into(), 1.into());
    scene.content.imu_data = Some(SceneResource::data("imu.json", "[]"));
    scene.content.should_motion_compensate = Some(false);
    scene.content.sensor_specification = Some(SensorSpecification {
        sensor_to_pretty_name: Some([("C".to_owned(), "Cam".to_owned())].into()),
        sensor_order: Some(vec!["C".into()]),
    });
    let urls = json!([
        ["a.jpg", format!("{}/bucket/a?X-Signature=1", book.base())],
        ["imu.json", format!("{}/bucket/imu?X-Signature=2", book.base())],
    ]);
    let created = json!({ "data": { "id": "s-1", "signedUploadUrls": urls } });
    let replies = [Reply::json(200, created), Reply::empty(200), Reply::empty(200), Reply::empty(200)];
    let upload = Upload { at_once: 1, ..Upload::default() };
    let scenes = client.scenes();
    let created = book.call("scenes.create", replies, scenes.create(&scene, &upload)).await;
    assert_eq!((created.scene_uuid.as_str(), created.request_input_uuid), ("s-1", None));
    // Nothing to send, nothing to commit.
    let image = SceneImage::new("C", SceneResource::external("gs://b/a.jpg"));
    let scene = SceneRequest::new("ext", vec![SceneFrame::new("0", 1, vec![image])]);
    let replies = data(json!({ "id": "s-2", "signedUploadUrls": [] }));
    book.call("scenes.create", replies, scenes.create(&scene, &upload)).await;
    assert_snapshot!(book.text());
}

#[tokio::test]
async fn many_inputs() {
    let (mut book, client) = open();
    let scenes = ["one", "two"].map(|name| {
        let image = Image::data(name, ImageFormat::Png, "image");
        kognic::api::SceneWithPreAnnotation {
            scene: Cameras::new(name, vec![image]),
            pre_annotation: (name == "one").then(OpenLabel::new),
        }
    });
    let options = CreateInputs { batch: Some("b-1".into()), ..CreateInputs::default() };
    let created = |id: &str| json!({ "internalId": id, "files": {} });
    let replies = all([
        json!({ "sceneUuid": "s-1" }),
        created("s-1"),
        json!({ "sceneUuid": "s-2" }),
        created("s-2"),
        json!([scene("s-1", "created"), scene("s-2", "failed")]),
        json!({ "id": "pa-1" }),
        json!([{ "uuid": "i-1", "sceneUuid": "s-1" }]),
    ]);
    let inputs = client.cameras().create_inputs(scenes.into(), "highway", options);
    let inputs: Vec<_> = book.call("helpers.create_inputs", replies, inputs.try_collect()).await;
    assert_eq!(inputs[0].status, CreatedInputStatus::Created);
    assert_eq!(
        (inputs[0].pre_annotation_uuid.as_deref(), &inputs[0].input_uuids[..]),
        (Some("pa-1"), &["i-1".into()][..])
    );
    // The official SDK ends here in an AttributeError (trap 17).
    assert_eq!(inputs[1].error.as_ref().unwrap().to_string(), "the scene failed: no image");
    assert_snapshot!(book.text());
}
