//! Scenes of a case, by the wire's names, and their calls.

use kognic::Client;
use kognic::api::{
    AggregatedLidarsAndCamerasSequence, AggregatedSequenceFrame, Cameras, CamerasSequence,
    CamerasSequenceFrame, CreateScene, EgoVehiclePose, Image, ImuData, Lidars, LidarsAndCameras,
    LidarsAndCamerasSequence, LidarsAndCamerasSequenceFrame, LidarsSequence, LidarsSequenceFrame, PointCloud,
    SceneFrame, SceneImage, SceneModel, SceneRequest, SceneResource, SensorResource, TypedScenes, Upload,
};
use serde::Deserialize;
use serde_json::Value;

use super::{Failed, Options, as_value, of, read};

/// A scene of any combination: what a case says of it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Scene {
    external_id: String,
    #[serde(default)]
    calibration_id: String,
    frame: Option<Frame>,
    #[serde(default)]
    frames: Vec<Frame>,
    #[serde(default)]
    imu_data: Vec<ImuData>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Frame {
    #[serde(default)]
    frame_id: String,
    #[serde(default)]
    relative_timestamp: i64,
    #[serde(default)]
    images: Vec<File>,
    #[serde(default)]
    point_clouds: Vec<File>,
    ego_vehicle_pose: Option<EgoVehiclePose>,
    /// Of the newer call.
    #[serde(default)]
    timestamp_ns: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct File {
    filename: String,
    sensor_name: String,
}

impl Frame {
    fn images(&self) -> Vec<Image> {
        self.images.iter().map(|file| Image::file(&file.filename).sensor(&file.sensor_name)).collect()
    }

    fn clouds(&self) -> Vec<PointCloud> {
        self.point_clouds
            .iter()
            .map(|file| PointCloud::file(&file.filename).sensor(&file.sensor_name))
            .collect()
    }
}

/// Calls an operation on scenes; `None`: it is none.
pub(super) async fn dispatch(
    client: &Client,
    operation: &str,
    args: &mut Options,
) -> Option<Result<Value, Failed>> {
    let (service, call) = operation.split_once('.')?;
    match (service, call) {
        ("scenes", "get_by_uuids") => {
            let uuids = args.need::<Vec<String>>("sceneUuids");
            Some(match uuids {
                Ok(uuids) => answer(client.scenes().get_by_uuids(&uuids).await),
                Err(misused) => Err(misused),
            })
        }
        (_, "create") => create(client, service, args).await.transpose(),
        _ => None,
    }
}

async fn create(client: &Client, service: &str, args: &mut Options) -> Result<Option<Value>, Failed> {
    if !service.starts_with("cameras")
        && !service.starts_with("lidars")
        && !["scenes", "aggregated_lidars_and_cameras_seq"].contains(&service)
    {
        return Ok(None);
    }
    let scene: Scene = read(args.need("scene")?)?;
    let (id, calibration) = (scene.external_id.clone(), scene.calibration_id.clone());
    // One after another, because a case has an order.
    let upload = Upload { at_once: 1, ..Upload::default() };
    let dry_run = args.take::<bool>("dryrun")?.unwrap_or_default();
    let options = CreateScene {
        project: args.take("project")?,
        batch: args.take("batch")?,
        upload,
        ..Default::default()
    };
    let (images, clouds) = match &scene.frame {
        Some(frame) => (frame.images(), frame.clouds()),
        None => (vec![], vec![]),
    };
    let imu_data = scene.imu_data.clone();
    let frames = &scene.frames;
    let play = Play { options, dry_run };
    let outcome = match service {
        "cameras" => play.on(client.cameras(), Cameras::new(id, images)).await,
        "lidars" => play.on(client.lidars(), Lidars { imu_data, ..Lidars::new(id, clouds) }).await,
        "lidars_and_cameras" => {
            let scene =
                LidarsAndCameras { imu_data, ..LidarsAndCameras::new(id, calibration, clouds, images) };
            play.on(client.lidars_and_cameras(), scene).await
        }
        "cameras_sequence" => {
            let frame = |frame: &Frame| {
                CamerasSequenceFrame::new(&frame.frame_id, frame.relative_timestamp, frame.images())
            };
            let scene = CamerasSequence::new(id, frames.iter().map(frame).collect());
            play.on(client.cameras_sequence(), scene).await
        }
        "lidars_sequence" => {
            let frame = |frame: &Frame| {
                LidarsSequenceFrame::new(&frame.frame_id, frame.relative_timestamp, frame.clouds())
            };
            let scene = LidarsSequence::new(id, frames.iter().map(frame).collect());
            play.on(client.lidars_sequence(), scene).await
        }
        "lidars_and_cameras_sequence" => {
            let frame = |frame: &Frame| {
                let (clouds, images) = (frame.clouds(), frame.images());
                let mut made = LidarsAndCamerasSequenceFrame::new(
                    &frame.frame_id,
                    frame.relative_timestamp,
                    clouds,
                    images,
                );
                made.ego_vehicle_pose = frame.ego_vehicle_pose;
                made
            };
            let scene = LidarsAndCamerasSequence::new(id, calibration, frames.iter().map(frame).collect());
            play.on(client.lidars_and_cameras_sequence(), scene).await
        }
        "aggregated_lidars_and_cameras_seq" => {
            let frame = |frame: &Frame| {
                let (clouds, images) = (frame.clouds(), frame.images());
                let pose = frame.ego_vehicle_pose.unwrap_or_default();
                AggregatedSequenceFrame::new(&frame.frame_id, frame.relative_timestamp, clouds, images, pose)
            };
            let scene =
                AggregatedLidarsAndCamerasSequence::new(id, calibration, frames.iter().map(frame).collect());
            play.on(client.aggregated_lidars_and_cameras_seq(), scene).await
        }
        _ => {
            let frame = |frame: &Frame| {
                let file = |file: &File| (file.sensor_name.clone(), SceneResource::file(&file.filename));
                let images =
                    frame.images.iter().map(file).map(|(sensor, file)| SceneImage::new(sensor, file));
                let made = SceneFrame::new(&frame.frame_id, frame.timestamp_ns, images.collect());
                let clouds: Vec<_> = frame
                    .point_clouds
                    .iter()
                    .map(file)
                    .map(|(sensor, file)| SensorResource::new(sensor, file))
                    .collect();
                match frame.ego_vehicle_pose {
                    Some(pose) if !clouds.is_empty() => made.with_point_clouds(clouds, pose),
                    _ => made,
                }
            };
            let mut scene = SceneRequest::new(id, frames.iter().map(frame).collect());
            scene.calibration_id = Some(calibration).filter(|id| !id.is_empty());
            let created = client.scenes().create(&scene, &play.options.upload).await;
            answer(created)
        }
    };
    outcome.map(Some)
}

struct Play {
    options: CreateScene,
    dry_run: bool,
}

impl Play {
    async fn on<S: SceneModel>(&self, service: TypedScenes<'_, S>, scene: S) -> Result<Value, Failed> {
        if self.dry_run {
            return answer(service.dry_run(&scene, &self.options).await);
        }
        answer(service.create(&scene, &self.options).await)
    }
}

fn answer(outcome: kognic::Result<impl serde::Serialize>) -> Result<Value, Failed> {
    as_value(outcome)?.map_err(|error| of(&error))
}
