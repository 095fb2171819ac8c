//! Scenes of a moment: one frame.

use serde::Serialize;
use serde_json::{Map, Value};

use super::resource::{Image, PointCloud, SensorSpecification};
use crate::api::geometry::ImuData;

/// Images of a moment.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cameras {
    /// A name of your own.
    pub external_id: String,
    /// The images.
    pub frame: CamerasFrame,
    /// How sensors are shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sensor_specification: Option<SensorSpecification>,
    /// Numbers, texts and booleans of your own.
    pub metadata: Map<String, Value>,
}

/// Images that were taken at the same time.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CamerasFrame {
    /// The images, one for each camera.
    pub images: Vec<Image>,
}

impl Cameras {
    /// A scene of images.
    pub fn new(external_id: impl Into<String>, images: Vec<Image>) -> Self {
        Self {
            external_id: external_id.into(),
            frame: CamerasFrame { images },
            sensor_specification: None,
            metadata: Map::new(),
        }
    }
}

/// Point clouds of a moment.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Lidars {
    /// A name of your own.
    pub external_id: String,
    /// The point clouds.
    pub frame: LidarsFrame,
    /// Numbers, texts and booleans of your own.
    pub metadata: Map<String, Value>,
    /// Readings of the inertial measurement unit, sent apart.
    #[serde(skip)]
    pub imu_data: Vec<ImuData>,
}

/// Point clouds that were taken at the same time.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LidarsFrame {
    /// The point clouds, one for each lidar.
    pub point_clouds: Vec<PointCloud>,
    /// When: nanoseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unix_timestamp: Option<i64>,
}

impl Lidars {
    /// A scene of point clouds.
    pub fn new(external_id: impl Into<String>, point_clouds: Vec<PointCloud>) -> Self {
        Self {
            external_id: external_id.into(),
            frame: LidarsFrame { point_clouds, unix_timestamp: None },
            metadata: Map::new(),
            imu_data: Vec::new(),
        }
    }
}

/// Point clouds and images of a moment.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LidarsAndCameras {
    /// A name of your own.
    pub external_id: String,
    /// The calibration of the sensors; see [`Calibrations`](crate::api::Calibrations).
    pub calibration_id: String,
    /// The point clouds and images.
    pub frame: LidarsAndCamerasFrame,
    /// How sensors are shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sensor_specification: Option<SensorSpecification>,
    /// Numbers, texts and booleans of your own.
    pub metadata: Map<String, Value>,
    /// Readings of the inertial measurement unit, sent apart.
    #[serde(skip)]
    pub imu_data: Vec<ImuData>,
}

/// Point clouds and images that were taken at the same time.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LidarsAndCamerasFrame {
    /// The point clouds, one for each lidar.
    pub point_clouds: Vec<PointCloud>,
    /// The images, one for each camera.
    pub images: Vec<Image>,
    /// When: nanoseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unix_timestamp: Option<i64>,
}

impl LidarsAndCameras {
    /// A scene of point clouds and images.
    pub fn new(
        external_id: impl Into<String>,
        calibration_id: impl Into<String>,
        point_clouds: Vec<PointCloud>,
        images: Vec<Image>,
    ) -> Self {
        Self {
            external_id: external_id.into(),
            calibration_id: calibration_id.into(),
            frame: LidarsAndCamerasFrame { point_clouds, images, unix_timestamp: None },
            sensor_specification: None,
            metadata: Map::new(),
            imu_data: Vec::new(),
        }
    }
}
