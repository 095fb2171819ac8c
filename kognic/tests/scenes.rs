//! Scenes and their files: what is sent where, what is repeated and what is not, and what a failure leaves behind
//! (contract sections 5.5, 6.4, 6.5, and the traps 8, 11, 15, 16, 18, 24 of section 7).
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use auth_core::sim::{Fault, Reply};
use common::World;
use kognic::api::{
    AggregatedLidarsAndCamerasSequence, AggregatedSequenceFrame, Cameras, CamerasSequence,
    CamerasSequenceFrame, CreateScene, EgoVehiclePose, Image, ImuData, Lidars, LidarsAndCameras,
    LidarsAndCamerasSequence, LidarsAndCamerasSequenceFrame, LidarsSequence, LidarsSequenceFrame, PointCloud,
    SceneFrame, SceneImage, SceneModel, SceneRequest, SceneResource, SceneStatus, TypedScenes, Upload,
};
use kognic::{Client, ErrorKind, FilesProgress, Wait};
use serde_json::json;

const UPLOAD: &str = "PUT /storage/**";
const COMMIT: &str = "POST /v1/inputs/*/actions/commit";

fn options() -> CreateScene {
    CreateScene::default()
}

/// A scene of two images on disk, below the home folder.
fn two_images(world: &World) -> Cameras {
    let image = |name: &str, sensor: &str| {
        world.write(name, format!("the image {name}"));
        Image::file(format!("~/{name}")).sensor(sensor)
    };
    Cameras::new("ext", vec![image("front.jpg", "FC"), image("rear.jpg", "RC")])
}

mod local_files {
    use super::*;

    async fn arrives<S: SceneModel>(world: &World, service: TypedScenes<'_, S>, scene: S) {
        let created = service.create(&scene, &options()).await.unwrap();
        let client = world.client();
        let wait = Wait::new(Duration::from_secs(1), Duration::from_secs(60));
        let ready = client.scenes().wait(&[created.scene_uuid], wait).await.unwrap();
        assert_eq!(ready[0].status, SceneStatus::Created);
    }

    #[tokio::test]
    async fn every_combination_takes_them() {
        let world = World::new();
        let client = world.client();
        let image = || Image::file(world.write("a.jpg", "an image").display().to_string());
        let cloud = || PointCloud::file(world.write("b.pcd", "a cloud").display().to_string());
        let imu = || {
            vec![ImuData {
                position: Default::default(),
                rotation_quaternion: Default::default(),
                timestamp: 17,
            }]
        };
        let pose = EgoVehiclePose::default();
        arrives(&world, client.cameras(), Cameras::new("e", vec![image()])).await;
        arrives(&world, client.lidars(), Lidars { imu_data: imu(), ..Lidars::new("e", vec![cloud()]) }).await;
        let both = LidarsAndCameras::new("e", "cal", vec![cloud()], vec![image()]);
        arrives(&world, client.lidars_and_cameras(), both).await;
        let frames = vec![CamerasSequenceFrame::new("0", 0, vec![image()])];
        arrives(&world, client.cameras_sequence(), CamerasSequence::new("e", frames)).await;
        // The official SDK cannot do this one at all (trap 16).
        let frames = vec![LidarsSequenceFrame::new("0", 0, vec![cloud()])];
        arrives(&world, client.lidars_sequence(), LidarsSequence::new("e", frames)).await;
        let frames = vec![LidarsAndCamerasSequenceFrame::new("0", 0, vec![cloud()], vec![image()])];
        let both = LidarsAndCamerasSequence::new("e", "cal", frames);
        arrives(&world, client.lidars_and_cameras_sequence(), both).await;
        let frames = vec![AggregatedSequenceFrame::new("0", 0, vec![cloud()], vec![image()], pose)];
        let both = AggregatedLidarsAndCamerasSequence {
            imu_data: imu(),
            ..AggregatedLidarsAndCamerasSequence::new("e", "cal", frames)
        };
        arrives(&world, client.aggregated_lidars_and_cameras_seq(), both).await;
        assert_eq!(world.sim.scenes(), 7);
    }

    #[tokio::test]
    async fn the_newer_call_takes_them_too() {
        let world = World::new();
        let client = world.client();
        let file = world.write("a.b.jpg", "an image").display().to_string();
        let image = |sensor: &str| SceneImage::new(sensor, SceneResource::file(&file));
        // One file for two sensors is sent once.
        let scene = SceneRequest::new("e", vec![SceneFrame::new("0", 1, vec![image("A"), image("B")])]);
        client.scenes().create(&scene, &Upload::default()).await.unwrap();
        assert_eq!((world.journal().count(UPLOAD), world.journal().count(COMMIT)), (1, 1));
        assert_eq!(world.journal().matching(UPLOAD)[0].body(), "an image");
    }

    #[tokio::test]
    async fn no_more_than_the_bound_are_sent_at_a_time() {
        for (at_once, bound) in [(Some(3), 3), (None, 10)] {
            let world = World::new();
            world.sim.server().faults().next(UPLOAD, Fault::Delay(Duration::from_millis(20))).always();
            let images = (0..30).map(|number| {
                let path = world.write(&format!("{number}.jpg"), "an image").display().to_string();
                Image::file(path).sensor(format!("C{number}"))
            });
            let scene = Cameras::new("e", images.collect());
            let (begun, most) = (Mutex::new(BTreeSet::new()), Arc::new(Mutex::new(0)));
            let peak = Arc::clone(&most);
            let progress = FilesProgress::new(move |now| {
                let mut begun = begun.lock().unwrap();
                begun.insert(now.file.to_owned());
                let mut peak = peak.lock().unwrap();
                *peak = (*peak).max(begun.len() - now.files_done);
            });
            let usual = Upload::default();
            let upload = Upload { at_once: at_once.unwrap_or(usual.at_once), progress };
            world.client().cameras().create(&scene, &CreateScene { upload, ..options() }).await.unwrap();
            let most = *most.lock().unwrap();
            assert_eq!(world.journal().count(UPLOAD), 30);
            assert!((2..=bound).contains(&most), "{most} at a time");
        }
    }

    #[tokio::test]
    async fn progress_is_told_by_file_and_in_all() {
        let world = World::new();
        let told = Arc::new(Mutex::new(Vec::new()));
        let listener = Arc::clone(&told);
        let progress = FilesProgress::new(move |now| {
            listener.lock().unwrap().push((now.file.to_owned(), now.all_done, now.all_total, now.files_done));
        });
        // The first is tried again from its start, and its bytes are not counted twice.
        world.sim.server().faults().next(UPLOAD, Fault::status(503));
        let upload = Upload { at_once: 1, progress };
        let options = CreateScene { upload, ..options() };
        let scene = two_images(&world);
        world.client().cameras().create(&scene, &options).await.unwrap();
        let told = told.lock().unwrap();
        let (front, rear) = ("~/front.jpg", "~/rear.jpg");
        let expected = [(front, 19, 0), (front, 19, 0), (front, 19, 1), (rear, 37, 1), (rear, 37, 2)];
        let expected = expected.map(|(file, done, files)| (file.to_owned(), done, Some(37), files));
        assert_eq!(told.as_slice(), expected);
    }
}

mod failures {
    use super::*;

    #[tokio::test]
    async fn a_file_that_cannot_be_sent_stops_the_scene_before_its_commit() {
        let world = World::new();
        let refused = Reply::text(403, "<Code>AccessDenied</Code>");
        world.sim.server().faults().next("PUT /storage/scene-1/1", Fault::Reply(refused));
        let error = world.client().cameras().create(&two_images(&world), &options()).await.unwrap_err();
        assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Service, 403));
        let text = world.hide(error.to_string());
        assert!(
            text.starts_with(
                "the file `~/rear.jpg` could not be sent, and scene scene-1 was not committed: PUT $HOST (signed URL) \
                 answered 403 Forbidden: <Code>AccessDenied</Code>"
            ),
            "{text}"
        );
        assert!(!format!("{error:?}").contains("Signature"), "{error:?}");
        assert_eq!(world.journal().count(COMMIT), 0);
    }

    #[tokio::test]
    async fn a_file_is_tried_again_from_its_start_when_that_may_help() {
        for fault in [
            Fault::status(503),
            Fault::status(429),
            Fault::status(408),
            Fault::ResetBeforeReply,
            Fault::CloseBeforeReply.after_handling(),
        ] {
            let world = World::new();
            world.sim.server().faults().next("PUT /storage/scene-1/0", fault.clone()).times(5);
            world.client().cameras().create(&two_images(&world), &options()).await.unwrap();
            let puts = world.journal().matching("PUT /storage/scene-1/0");
            assert_eq!(puts.len(), 6, "{fault:?}");
            assert_eq!(puts[5].body(), "the image front.jpg");
        }
    }

    #[tokio::test]
    async fn no_step_that_changes_something_is_repeated_when_its_fate_is_unknown() {
        let steps = [
            "POST /v1/inputs/initialize",
            "POST /v1/imu",
            "POST /v1/inputs/lidars",
            COMMIT,
            "POST /v2/inputs",
            "POST /v1/calibrations",
            "DELETE /v2/inputs/*",
            "PATCH /v2/scenes/*",
        ];
        for step in steps {
            let world = World::new();
            world.sim.server().faults().next(step, Fault::ResetBeforeReply.after_handling());
            let client = world.client();
            let error = everything(&world, &client).await.unwrap_err();
            assert!(error.is_outcome_unknown(), "{step}: {error}");
            assert_eq!(world.journal().count(step), 1, "{step}");
        }
        let world = World::new();
        everything(&world, &world.client()).await.unwrap();
    }

    /// Each kind of change once.
    async fn everything(world: &World, client: &Client) -> kognic::Result<()> {
        let cloud = PointCloud::file(world.write("b.pcd", "a cloud").display().to_string());
        let mut scene = Lidars::new("e", vec![cloud]);
        scene.imu_data = vec![ImuData {
            position: Default::default(),
            rotation_quaternion: Default::default(),
            timestamp: 17,
        }];
        let created = client.lidars().create(&scene, &options()).await?;
        let lidar = kognic::api::LidarCalibration::default();
        client.calibrations().create(&kognic::api::SensorCalibration::new("c", [("lidar", lidar)])).await?;
        let target = kognic::api::InputTarget::Project("highway".into());
        let input = kognic::api::CreateInput::new(target);
        let input = client.inputs().create_from_scene(&created.scene_uuid, &input).await?;
        client.inputs().delete(&input.uuid).await?;
        client.scenes().reindex(&created.scene_uuid).await
    }

    #[tokio::test]
    async fn the_platforms_words_for_a_bad_request_are_kept() {
        let world = World::new();
        let reply = Reply::json(400, json!({"message": "the calibration is of another workspace"}));
        world.sim.server().faults().next("POST /v1/inputs/cameras", Fault::Reply(reply));
        let error = world.client().cameras().create(&two_images(&world), &options()).await.unwrap_err();
        assert_eq!(
            error.service_error().unwrap().message.as_deref(),
            Some("the calibration is of another workspace")
        );
    }

    #[tokio::test]
    async fn files_and_urls_that_do_not_fit_together_are_an_error_before_anything_is_sent() {
        for (urls, expected) in [
            (
                json!({"x.jpg": "https://b.example/1"}),
                "asks for the file `x.jpg`, which the scene does not have",
            ),
            (json!({"$HOME/front.jpg": "https://b.example/1"}), "gave no URL for the file `~/rear.jpg`"),
        ] {
            let world = World::new();
            let urls =
                urls.to_string().replace("$HOME", world.path("").to_str().unwrap().trim_end_matches('/'));
            let urls: serde_json::Value = serde_json::from_str(&urls).unwrap();
            let reply = Reply::json(200, json!({"data": {"internalId": "s", "files": urls}}));
            world.sim.server().faults().next("POST /v1/inputs/cameras", Fault::Reply(reply));
            let error = world.client().cameras().create(&two_images(&world), &options()).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Reply);
            assert!(error.to_string().contains(expected), "{error}");
            assert_eq!((world.journal().count("PUT /**"), world.journal().count(COMMIT)), (0, 0));
        }
    }
}

mod what_is_left {
    use super::*;
    use kognic::{Error, SceneStep};

    fn step(error: &Error) -> Option<SceneStep> {
        match error {
            Error::UnfinishedScene { step, .. } => Some(step.clone()),
            _ => None,
        }
    }

    #[tokio::test]
    async fn every_error_after_the_first_step_names_the_scene() {
        let nonsense = Fault::Reply(Reply::json(200, json!({"data": {"internalId": "scene-1", "files": 5}})));
        for (request, fault, expected) in [
            ("POST /v1/inputs/cameras", Fault::status(400), SceneStep::Describe),
            ("POST /v1/inputs/cameras", Fault::ResetBeforeReply.after_handling(), SceneStep::Describe),
            ("POST /v1/inputs/cameras", nonsense, SceneStep::Describe),
            (UPLOAD, Fault::status(403), SceneStep::Upload("~/front.jpg".into())),
            (COMMIT, Fault::status(403), SceneStep::Commit),
            (COMMIT, Fault::ResetBeforeReply, SceneStep::Commit),
        ] {
            let world = World::new();
            world.sim.server().faults().next(request, fault);
            let upload = Upload { at_once: 1, ..Upload::default() };
            let options = CreateScene { upload, ..options() };
            let error = world.client().cameras().create(&two_images(&world), &options).await.unwrap_err();
            assert_eq!((error.scene_uuid(), step(&error)), (Some("scene-1"), Some(expected)), "{request}");
            assert!(error.to_string().contains("scene scene-1"), "{error}");
        }
    }

    #[tokio::test]
    async fn the_newer_call_names_it_too() {
        let odd = json!({"id": "s-9", "signedUploadUrls": {"a.jpg": 5}});
        let other = json!({"id": "s-9", "signedUploadUrls": [["x.jpg", "https://b.example/1"]]});
        for reply in [odd, other] {
            let world = World::new();
            let reply = Reply::json(200, json!({ "data": reply }));
            world.sim.server().faults().next("POST /v2/scenes", Fault::Reply(reply));
            let image = SceneImage::new("A", SceneResource::data("a.jpg", "x"));
            let scene = SceneRequest::new("e", vec![SceneFrame::new("0", 1, vec![image])]);
            let error = world.client().scenes().create(&scene, &Upload::default()).await.unwrap_err();
            assert_eq!((error.kind(), error.scene_uuid()), (ErrorKind::Reply, Some("s-9")), "{error}");
        }
    }

    #[tokio::test]
    async fn a_scene_whose_commit_was_lost_can_be_committed() {
        let world = World::new();
        let client = world.client();
        world.sim.server().faults().next(COMMIT, Fault::ResetBeforeReply);
        let error = client.cameras().create(&two_images(&world), &options()).await.unwrap_err();
        assert!(error.is_outcome_unknown(), "{error}");
        let uuid = error.scene_uuid().unwrap();
        let before = client.scenes().get_by_uuids(&[uuid]).await.unwrap();
        assert_eq!(before[0].status, SceneStatus::Pending);
        client.scenes().commit(uuid).await.unwrap();
        let wait = Wait::new(Duration::from_secs(1), Duration::from_secs(60));
        assert_eq!(client.scenes().wait(&[uuid], wait).await.unwrap()[0].status, SceneStatus::Created);
    }

    #[tokio::test]
    async fn a_reply_without_files_is_understood() {
        let world = World::new();
        let reply = Reply::json(200, json!({"data": {"internalId": null, "files": null}}));
        world.sim.server().faults().next("POST /v1/inputs/cameras", Fault::Reply(reply));
        let created = world.client().cameras().create(&two_images(&world), &options()).await.unwrap();
        assert_eq!(created.scene_uuid, "scene-1");
    }
}

mod dry_runs {
    use super::*;

    #[tokio::test]
    async fn nothing_is_made() {
        let world = World::new();
        let client = world.client();
        client.cameras().dry_run(&two_images(&world), &options()).await.unwrap();
        assert_eq!(world.sim.scenes(), 0);
        let requests = world.journal().matching("POST /v1/inputs/**");
        assert_eq!(requests.len(), 1);
        assert_eq!(requests[0].header("x-dryrun"), Some(""));
    }
}

mod the_workspace_to_write_to {
    use super::*;

    const WORKSPACES: &str = "GET /v1/workspaces";

    #[tokio::test]
    async fn it_is_asked_for_when_it_is_needed_and_once() {
        let world = World::new();
        let client = world.client();
        client.projects().list().await.unwrap();
        assert_eq!(world.journal().count(WORKSPACES), 0);
        let scene = two_images(&world);
        client.cameras().create(&scene, &options()).await.unwrap();
        client.clone().cameras().create(&scene, &options()).await.unwrap();
        assert_eq!(world.journal().count(WORKSPACES), 1);
        assert_eq!(world.journal().matching("POST /v1/inputs/cameras")[0].query("workspaceId"), Some("w-1"));
    }

    #[tokio::test]
    async fn none_or_several_are_an_error_that_says_what_to_do() {
        let workspace = |id: &str| json!({"id": id, "name": id.to_uppercase()});
        for (found, expected) in [
            (json!([]), "these credentials have the role `developer` in no workspace"),
            (
                json!([workspace("a"), workspace("b")]),
                "there are several workspaces to write to: a (A), b (B)",
            ),
        ] {
            let world = World::new();
            let reply = Reply::json(200, json!({"data": found}));
            world.sim.server().faults().next(WORKSPACES, Fault::Reply(reply));
            let error = world.client().write_workspace().await.map(str::to_owned).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration);
            let help = "give one to `Client::builder().write_workspace(id)`";
            assert_eq!(error.to_string(), format!("{expected} ({help})"));
        }
    }
}

mod waiting {
    use super::*;

    async fn scene(world: &World) -> String {
        world.client().cameras().create(&two_images(world), &options()).await.unwrap().scene_uuid
    }

    #[tokio::test]
    async fn it_ends_when_the_scene_is_ready() {
        let world = World::new();
        let uuid = scene(&world).await;
        let busy = Fault::status(503);
        let client =
            world.builder().credentials(common::good()).retry(kognic::RetryPolicy::never()).build().unwrap();
        // An outage meanwhile does no harm.
        world.sim.server().faults().next("POST /v2/scenes/query", busy);
        let wait = Wait::new(Duration::from_secs(5), Duration::from_secs(60));
        let ready = client.scenes().wait(&[&uuid], wait).await.unwrap();
        assert_eq!((ready[0].status.as_str(), ready[0].uuid.as_str()), ("created", uuid.as_str()));
        assert_eq!(world.clock.sleeps(), [Duration::from_secs(5), Duration::from_secs(5)]);
    }

    #[tokio::test]
    async fn it_ends_at_its_deadline() {
        let world = World::new();
        let uuid = scene(&world).await;
        let status = json!({"data": [{"uuid": uuid, "externalId": "e", "status": "thinking"}]});
        world
            .sim
            .server()
            .faults()
            .next("POST /v2/scenes/query", Fault::Reply(Reply::json(200, status)))
            .always();
        let wait = Wait::new(Duration::from_secs(20), Duration::from_secs(60));
        let error = world.client().scenes().wait(&[&uuid], wait).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.to_string().as_str()),
            (ErrorKind::Timeout, "the work on the scenes was not done after 60.0s")
        );
    }

    #[tokio::test]
    async fn an_outage_does_not_lengthen_it() {
        let world = World::new();
        let uuid = scene(&world).await;
        let client = world.client();
        let start = world.clock.sleeps().len();
        for question in ["POST /v2/scenes/query", "GET /v2/request-inputs/*"] {
            world.sim.server().faults().next(question, Fault::status(503)).always();
        }
        let wait = Wait::new(Duration::from_secs(5), Duration::from_secs(20));
        let error = client.scenes().wait(&[&uuid], wait).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
        let error = client.inputs().wait_until_completed("i", wait).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
        // No pauses but those between two questions.
        assert_eq!(world.clock.sleeps()[start..], [Duration::from_secs(5); 8]);
    }

    #[tokio::test]
    async fn an_input_is_waited_for_too() {
        let world = World::new();
        let uuid = scene(&world).await;
        let client = world.client();
        let input = kognic::api::CreateInput::new(kognic::api::InputTarget::Project("highway".into()));
        let input = client.inputs().create_from_scene(&uuid, &input).await.unwrap();
        let wait = Wait::new(Duration::from_secs(5), Duration::from_secs(60));
        let done = client.inputs().wait_until_completed(&input.uuid, wait).await.unwrap();
        assert_eq!(done.scene_id, uuid);
        let error = client.inputs().wait_until_completed("unknown", wait).await.unwrap_err();
        assert!(error.is_not_found());
    }

    #[tokio::test]
    async fn many_scenes_are_asked_for_in_portions() {
        let world = World::new();
        let uuids: Vec<String> = (0..230).map(|number| format!("s-{number}")).collect();
        let none = Reply::json(200, json!({"data": []}));
        let query = "POST /v2/scenes/query";
        let client =
            world.builder().credentials(common::good()).retry(kognic::RetryPolicy::never()).build().unwrap();
        // Too much at once for the platform: the second portion is asked for in smaller ones.
        world.sim.server().faults().next(query, Fault::status(504)).skip(1);
        world.sim.server().faults().next(query, Fault::Reply(none)).always();
        assert!(client.scenes().get_by_uuids(&uuids).await.unwrap().is_empty());
        let asked = world.journal().matching(query);
        let sizes: Vec<usize> =
            asked.iter().map(|asked| asked.json().unwrap()["sceneUuids"].as_array().unwrap().len()).collect();
        assert_eq!(sizes, [100, 100, 20, 20, 20, 20, 20, 30]);
    }
}
