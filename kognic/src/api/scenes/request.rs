//! A scene as the newer call takes it (contract section 6.5).

use serde::Serialize;
use serde_json::{Map, Value};

use crate::api::files::Content;
use crate::api::geometry::EgoVehiclePose;
use crate::api::sensors::SensorSpecification;

/// A scene to be created by [`Scenes::create`](super::Scenes::create). Its files are local, in memory, or already in a
/// cloud storage that the platform can read.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SceneRequest {
    /// The workspace to write to. Without it: [`Client::write_workspace`](crate::Client::write_workspace).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workspace_id: Option<String>,
    /// A name of your own.
    pub external_id: String,
    /// The calibration of the sensors; necessary with point clouds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calibration_id: Option<String>,
    /// Leaves the import of external resources for later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postpone_external_resource_import: Option<bool>,
    /// What the scene consists of.
    #[serde(rename = "convertedSpecification")]
    pub content: SceneContent,
}

/// What a scene consists of.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SceneContent {
    /// The frames, at least one.
    pub frames: Vec<SceneFrame>,
    /// How sensors are shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sensor_specification: Option<SensorSpecification>,
    /// Numbers, texts and booleans of your own.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub metadata: Map<String, Value>,
    /// Readings of the inertial measurement unit: a JSON file with a list of [`ImuData`](crate::api::ImuData).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub imu_data: Option<SceneResource>,
    /// Whether the motion of the vehicle is taken out of the point clouds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub should_motion_compensate: Option<bool>,
}

impl SceneRequest {
    /// A scene of frames.
    pub fn new(external_id: impl Into<String>, frames: Vec<SceneFrame>) -> Self {
        Self {
            workspace_id: None,
            external_id: external_id.into(),
            calibration_id: None,
            postpone_external_resource_import: None,
            content: SceneContent { frames, ..SceneContent::default() },
        }
    }
}

/// What was taken at a moment.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SceneFrame {
    /// A name that no other frame of the scene has.
    pub id: String,
    /// When: nanoseconds since 1970.
    pub timestamp_ns: i64,
    /// The images, at least one.
    pub images: Vec<SceneImage>,
    /// The point clouds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub point_clouds: Option<ScenePointClouds>,
    /// Numbers, texts and booleans of your own.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub metadata: Map<String, Value>,
}

impl SceneFrame {
    /// A frame of images.
    pub fn new(id: impl Into<String>, timestamp_ns: i64, images: Vec<SceneImage>) -> Self {
        Self { id: id.into(), timestamp_ns, images, point_clouds: None, metadata: Map::new() }
    }

    /// With point clouds, and where the ego vehicle was when they were taken.
    pub fn with_point_clouds(
        mut self,
        resources: Vec<SensorResource>,
        ego_vehicle_pose: EgoVehiclePose,
    ) -> Self {
        self.point_clouds = Some(ScenePointClouds { resources, ego_vehicle_pose });
        self
    }
}

/// The point clouds of a frame.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ScenePointClouds {
    /// The point clouds, one for each lidar.
    pub resources: Vec<SensorResource>,
    /// Where the ego vehicle was.
    pub ego_vehicle_pose: EgoVehiclePose,
}

/// An image of a frame.
#[derive(Clone, Debug, Serialize)]
pub struct SceneImage {
    /// The camera, and its image.
    pub resource: SensorResource,
    /// When the shutter opened and closed.
    #[serde(rename = "metadata", skip_serializing_if = "Option::is_none")]
    pub shutter: Option<ShutterTimes>,
}

impl SceneImage {
    /// The image of a camera.
    pub fn new(sensor_name: impl Into<String>, resource: SceneResource) -> Self {
        Self { resource: SensorResource::new(sensor_name, resource), shutter: None }
    }
}

/// When a shutter opened and closed.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ShutterTimes {
    /// When it opened: nanoseconds since 1970.
    pub start_shutter_timestamp_ns: i64,
    /// When it closed, later than that.
    pub end_shutter_timestamp_ns: i64,
    /// Whether the last row of the image was exposed first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reversed_shutter: Option<bool>,
}

/// What a sensor gave.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SensorResource {
    /// The sensor.
    pub sensor_name: String,
    /// Its data.
    #[serde(flatten)]
    pub resource: SceneResource,
}

impl SensorResource {
    /// What a sensor gave.
    pub fn new(sensor_name: impl Into<String>, resource: SceneResource) -> Self {
        Self { sensor_name: sensor_name.into(), resource }
    }
}

/// Data of a scene: local, or already in a cloud storage.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum SceneResource {
    /// In a cloud storage.
    #[serde(rename_all = "camelCase")]
    External {
        /// Where, as in `gs://bucket/a.csv`.
        external_resource_uri: String,
    },
    /// To be sent.
    #[serde(rename_all = "camelCase")]
    Local {
        /// The name that the platform gets to know.
        local_filename: String,
        /// Where the bytes come from.
        #[serde(skip)]
        content: Content,
    },
}

impl SceneResource {
    /// In a cloud storage that the platform can read, as in `gs://bucket/a.csv`.
    pub fn external(uri: impl Into<String>) -> Self {
        Self::External { external_resource_uri: uri.into() }
    }

    /// A file on disk. A leading `~` is the home folder.
    pub fn file(path: impl Into<String>) -> Self {
        let path = path.into();
        Self::Local { local_filename: path.clone(), content: Content::File(path) }
    }

    /// Data in memory, with a file name whose extension says what it is.
    pub fn data(file_name: impl Into<String>, content: impl Into<Content>) -> Self {
        Self::Local { local_filename: file_name.into(), content: content.into() }
    }
}
