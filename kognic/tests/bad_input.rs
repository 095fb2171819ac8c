//! What cannot be sent is told before anything is: a typed error that says what, where and what to do.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::fmt::Write as _;

use common::World;
use insta::assert_snapshot;
use kognic::api::{
    Cameras, CamerasSequence, CamerasSequenceFrame, CreateReview, CreateScene, CustomCalibration,
    FeedbackItem, Image, ImageFormat, ImageMetadata, ImuData, LidarCalibration, Lidars, LidarsAndCameras,
    LidarsSequence, Pin, PinholeCalibration, PointCloud, Position, RotationQuaternion, SceneFrame,
    SceneImage, SceneRequest, SceneResource, Search, SensorCalibration, SensorSpecification, StandardCamera,
    Upload,
};
use kognic::openlabel::{Bbox, Frame, Object, OpenLabel};
use kognic::{Client, ErrorKind};
use serde_json::json;

/// The errors, one after another. Nothing may be sent, a sign-in neither.
struct Refused<'a> {
    world: &'a World,
    text: String,
}

impl Refused<'_> {
    fn note<T: std::fmt::Debug>(&mut self, what: &str, outcome: kognic::Result<T>) {
        let error = outcome.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::File), "{what}: {error:?}");
        assert!(self.world.journal().is_empty(), "{what}: something was sent");
        writeln!(self.text, "{what}\n    {}", self.world.hide(error.to_string())).unwrap();
    }
}

fn image(sensor: &str) -> Image {
    Image::data(sensor, ImageFormat::Png, "x").sensor(sensor)
}

async fn create(client: &Client, scene: Cameras) -> kognic::Result<()> {
    client.cameras().create(&scene, &CreateScene::default()).await.map(drop)
}

#[tokio::test]
async fn scenes() {
    let world = World::new();
    let client = world.client();
    let mut refused = Refused { world: &world, text: String::new() };
    let with = |change: fn(&mut Cameras)| {
        let mut scene = Cameras::new("ext", vec![image("A")]);
        change(&mut scene);
        scene
    };
    let cases: [(&str, Cameras); 11] = [
        ("no external id", with(|scene| scene.external_id = " ".into())),
        ("an external id that is too long", with(|scene| scene.external_id = "n".repeat(1025))),
        ("a name with a line break", with(|scene| scene.external_id = "a\nb".into())),
        ("no image", with(|scene| scene.frame.images.clear())),
        ("a sensor twice", with(|scene| scene.frame.images.push(Image::file("other.png").sensor("A")))),
        ("a sensor without a name", with(|scene| scene.frame.images.push(image("B").sensor("")))),
        (
            "a sensor that is not there",
            with(|scene| {
                let sensor_order = Some(vec!["A".into(), "Z".into()]);
                scene.sensor_specification = Some(SensorSpecification { sensor_order, ..Default::default() });
            }),
        ),
        ("metadata that is nested", with(|scene| _ = scene.metadata.insert("m".into(), json!({"a": 1})))),
        (
            "a shutter that closes before it opens",
            with(|scene| {
                let times = ImageMetadata {
                    shutter_time_start_ns: 2,
                    shutter_time_end_ns: 1,
                    reversed_shutter: None,
                };
                scene.frame.images = vec![image("A").metadata(times)];
            }),
        ),
        ("a file that is not there", with(|scene| scene.frame.images = vec![Image::file("~/missing.jpg")])),
        (
            "two files that are one for the platform",
            with(|scene| {
                let data = |name: &str, sensor: &str| Image::data(name, ImageFormat::Png, "x").sensor(sensor);
                scene.frame.images = vec![data("a.b.png", "A"), data("a_b.png", "B")];
            }),
        ),
    ];
    for (what, scene) in cases {
        refused.note(what, create(&client, scene).await);
    }
    let empty = world.write("empty.jpg", "").display().to_string();
    refused.note("a file that is empty", create(&client, Cameras::new("e", vec![Image::file(empty)])).await);
    let folder = world.path("").display().to_string();
    refused.note("a folder", create(&client, Cameras::new("e", vec![Image::file(folder)])).await);
    let no_data = Image::data("a", ImageFormat::Png, "");
    refused.note("data that is empty", create(&client, Cameras::new("e", vec![no_data])).await);

    let options = CreateScene { batch: Some("b-1".into()), ..CreateScene::default() };
    let scene = Cameras::new("e", vec![image("A")]);
    refused.note("a batch without its project", client.cameras().create(&scene, &options).await);
    refused.note("the same in a dry run", client.cameras().dry_run(&scene, &options).await);
    let options = CreateScene::default();
    let none = LidarsSequence::new("e", vec![]);
    refused.note("an empty sequence", client.lidars_sequence().create(&none, &options).await);
    let frame = |id: &str| CamerasSequenceFrame::new(id, 0, vec![image("A")]);
    let twice = CamerasSequence::new("e", vec![frame("0"), frame("1"), frame("0")]);
    refused.note("a frame id twice", client.cameras_sequence().create(&twice, &options).await);
    let cloud = || vec![PointCloud::file("a.pcd")];
    let uncalibrated = LidarsAndCameras::new("e", "", cloud(), vec![image("A")]);
    refused.note("no calibration id", client.lidars_and_cameras().create(&uncalibrated, &options).await);
    let mut lidars = Lidars::new("e", vec![PointCloud::data("a", kognic::api::PointCloudFormat::Csv, "x")]);
    let position = Position::new(0.0, f64::NAN, 0.0);
    lidars.imu_data =
        vec![ImuData { position, rotation_quaternion: RotationQuaternion::default(), timestamp: 1 }];
    refused.note("a reading that is no number", client.lidars().create(&lidars, &options).await);

    let upload = Upload::default();
    let image = || SceneImage::new("A", SceneResource::file("~/missing.jpg"));
    let frame = |images| SceneFrame::new("0", 1, images);
    for (what, frames) in [
        ("v2: no frame", vec![]),
        ("v2: no image", vec![frame(vec![])]),
        ("v2: a frame id twice", vec![frame(vec![image()]), frame(vec![image()])]),
        ("v2: a sensor twice", vec![frame(vec![image(), image()])]),
        ("v2: a file that is not there", vec![frame(vec![image()])]),
    ] {
        refused.note(what, client.scenes().create(&SceneRequest::new("e", frames), &upload).await);
    }
    assert_snapshot!(refused.text);
}

#[tokio::test]
async fn everything_else() {
    let world = World::new();
    let client = world.client();
    let mut refused = Refused { world: &world, text: String::new() };

    let calibrations = client.calibrations();
    let mut camera = StandardCamera::default();
    (camera.pose.image_height, camera.pose.image_width) = (1, 1);
    camera.camera_matrix.fx = f64::NAN;
    let pinhole = |camera| PinholeCalibration { camera, distortion_coefficients: Default::default() };
    let nan = SensorCalibration::new("c", [("FC", pinhole(camera))]);
    refused.note("NaN in a calibration", calibrations.create(&nan).await);
    let mut lidar = LidarCalibration::default();
    lidar.position.z = f64::INFINITY;
    let infinite = SensorCalibration::new("c", [("L", lidar)]);
    refused.note("infinity in a calibration", calibrations.create(&infinite).await);
    let flat = SensorCalibration::new("c", [("FC", pinhole(StandardCamera::default()))]);
    refused.note("an image without size", calibrations.create(&flat).await);
    let none: [(&str, LidarCalibration); 0] = [];
    refused.note("no sensor", calibrations.create(&SensorCalibration::new("c", none)).await);
    refused.note("not WebAssembly", CustomCalibration::new(Default::default(), b"#!/bin/sh"));

    let mut document = OpenLabel::new();
    document.openlabel.objects.insert("1".into(), Object::new("n", "Car"));
    let mut frame = Frame::default();
    frame.data_of("1").bbox.push(Bbox::new("b", vec![1.0, f64::NAN, 1.0, 1.0]));
    document.openlabel.frames.insert("0".into(), frame);
    refused.note("NaN in a pre-annotation", client.pre_annotations().create("s-1", &document, None).await);
    let long = "n".repeat(2000);
    let create = client.pre_annotations().create("s-1", &OpenLabel::new(), Some(&long)).await;
    refused.note("a name of a pre-annotation that is too long", create);

    let pin = Pin { x: f64::NAN, ..Pin::default() };
    let items = vec![FeedbackItem { pin: Some(pin), ..FeedbackItem::new("e-1") }];
    let review = CreateReview { feedback_items: Some(items), ..CreateReview::default() };
    refused.note("NaN in a review", client.reviews().create("a-1", &review).await);

    let much = Search { limit: Some(10_001), ..Search::default() };
    refused.note("more than an answer can hold", client.query().query_judgements(&much).await);
    let sums =
        Search { aggregates: [("a".to_owned(), json!({}))].into_iter().collect(), ..Search::default() };
    let stream = client.query().stream_judgements::<serde_json::Value>(&sums).await;
    refused.note("aggregates of a stream", stream);
    refused.note("an id that is empty", client.inputs().delete("").await);
    refused.note("an id that climbs", client.scenes().get_summary("..", false).await);
    let target = kognic::api::InputTarget::Project("p".into());
    let input = kognic::api::CreateInput::new(target);
    refused.note("an input of nothing", client.inputs().dry_run(None, &input).await);
    assert_snapshot!(refused.text);
}
