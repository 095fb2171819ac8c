//! The seven combinations of sensors, each with all that it can have.

use auth_core::sim::{Operations, Reply};
use insta::assert_snapshot;
use kognic::api::{
    AggregatedLidarsAndCamerasSequence, AggregatedSequenceFrame, Cameras, CamerasSequence,
    CamerasSequenceFrame, CreateScene, EgoVehiclePose, Image, ImageFormat, ImageMetadata, ImuData, Lidars,
    LidarsAndCameras, LidarsAndCamerasSequence, LidarsAndCamerasSequenceFrame, LidarsSequence,
    LidarsSequenceFrame, PointCloud, PointCloudFormat, Position, RotationQuaternion, SceneModel,
    SensorSpecification, TypedScenes, Upload,
};
use serde_json::json;

use crate::book::{data, nothing, open};

fn image(name: &str, sensor: &str) -> Image {
    Image::data(name, ImageFormat::Jpg, "an image").sensor(sensor)
}

fn cloud(name: &str) -> PointCloud {
    PointCloud::data(name, PointCloudFormat::Pcd, "a cloud").sensor("L")
}

fn imu() -> Vec<ImuData> {
    let (position, rotation_quaternion) = (Position::new(1.0, 2.0, 3.0), RotationQuaternion::default());
    vec![ImuData { position, rotation_quaternion, timestamp: 1_700_000_000_000_000_001 }]
}

fn in_batch() -> CreateScene {
    let (project, batch) = (Some("highway".to_owned()), Some("b-1".to_owned()));
    CreateScene {
        project,
        batch,
        upload: Upload { at_once: 1, ..Upload::default() },
        ..CreateScene::default()
    }
}

/// Plays `create`, `dry_run` and `create_from_scene` of a combination that has these files.
async fn combination<S: SceneModel>(
    book: &mut Operations,
    name: &str,
    service: TypedScenes<'_, S>,
    scene: &S,
    has_imu: bool,
    files: &[&str],
) {
    let base = book.base();
    let mut replies = vec![json!({ "sceneUuid": "s-1" })];
    let signed = |file: &str| format!("{base}/bucket/{file}?X-Signature=1");
    if has_imu {
        replies.push(json!({ "resourceId": "imu-1", "signedUrl": signed("imu") }));
    }
    let urls: serde_json::Map<_, _> =
        files.iter().map(|file| ((*file).to_owned(), signed(file).into())).collect();
    replies.push(json!({ "internalId": "s-1", "requestInputUuid": "ri-1", "files": urls }));
    let replies = replies.into_iter().map(|value| Reply::json(200, json!({ "data": value })));
    // The files, the readings, and the commit.
    let empty = std::iter::repeat_n(Reply::empty(200), files.len() + usize::from(has_imu) + 1);
    let options = in_batch();
    let create = service.create(scene, &options);
    let created = book.call(&format!("{name}.create"), replies.chain(empty), create).await;
    assert_eq!((created.scene_uuid.as_str(), created.request_input_uuid.as_deref()), ("s-1", Some("ri-1")));
    let dry = CreateScene::default();
    book.call(&format!("{name}.create"), nothing(), service.dry_run(scene, &dry)).await;
    let inputs = data(json!([{ "uuid": "i-1", "sceneUuid": "s-1" }]));
    let from_scene = service.create_from_scene("s-1", "highway", Some("b-1"));
    book.call(&format!("{name}.create_from_scene"), inputs, from_scene).await;
}

#[tokio::test]
async fn moments() {
    let (mut book, client) = open();
    let mut cameras = Cameras::new("ext", vec![image("img.front", "FC"), image("rear", "RC")]);
    cameras.metadata.insert("region".into(), "SE".into());
    cameras.sensor_specification = Some(SensorSpecification {
        sensor_to_pretty_name: Some([("FC".to_owned(), "Front".to_owned())].into()),
        sensor_order: Some(vec!["FC".into(), "RC".into()]),
    });
    let files = ["img_front.jpg", "rear.jpg"];
    combination(&mut book, "cameras", client.cameras(), &cameras, false, &files).await;
    let mut lidars = Lidars::new("ext", vec![cloud("a")]);
    lidars.frame.unix_timestamp = Some(1_700_000_000_000_000_001);
    lidars.imu_data = imu();
    combination(&mut book, "lidars", client.lidars(), &lidars, true, &["a.pcd"]).await;
    let shutter = ImageMetadata { shutter_time_start_ns: 1, shutter_time_end_ns: 2, reversed_shutter: None };
    let images = vec![image("b", "FC").metadata(shutter)];
    let mut both = LidarsAndCameras::new("ext", "cal-1", vec![cloud("a")], images);
    both.imu_data = imu();
    let service = client.lidars_and_cameras();
    combination(&mut book, "lidars_and_cameras", service, &both, true, &["a.pcd", "b.jpg"]).await;
    assert_snapshot!(book.text());
}

#[tokio::test]
async fn sequences() {
    let (mut book, client) = open();
    let frames = vec![
        CamerasSequenceFrame::new("0", 0, vec![image("a", "FC")]),
        CamerasSequenceFrame::new("1", 100, vec![image("b", "FC")]),
    ];
    let cameras = CamerasSequence::new("ext", frames);
    let service = client.cameras_sequence();
    combination(&mut book, "cameras_sequence", service, &cameras, false, &["a.jpg", "b.jpg"]).await;

    let mut frame = LidarsSequenceFrame::new("0", 0, vec![cloud("a")]);
    frame.ego_vehicle_pose = Some(EgoVehiclePose::default());
    frame.unix_timestamp = Some(1_700_000_000_000_000_001);
    let mut lidars = LidarsSequence::new("ext", vec![frame]);
    lidars.imu_data = imu();
    let service = client.lidars_sequence();
    combination(&mut book, "lidars_sequence", service, &lidars, true, &["a.pcd"]).await;

    let frame = LidarsAndCamerasSequenceFrame::new("0", 0, vec![cloud("a")], vec![image("b", "FC")]);
    let both = LidarsAndCamerasSequence::new("ext", "cal-1", vec![frame]);
    let service = client.lidars_and_cameras_sequence();
    combination(&mut book, "lidars_and_cameras_sequence", service, &both, false, &["a.pcd", "b.jpg"]).await;

    let pose = EgoVehiclePose::default();
    let frame = AggregatedSequenceFrame::new("0", 0, vec![cloud("a")], vec![image("b", "FC")], pose);
    let aggregated = AggregatedLidarsAndCamerasSequence::new("ext", "cal-1", vec![frame]);
    let service = client.aggregated_lidars_and_cameras_seq();
    let files = ["a.pcd", "b.jpg"];
    combination(&mut book, "aggregated_lidars_and_cameras_seq", service, &aggregated, false, &files).await;
    assert_snapshot!(book.text());
}
