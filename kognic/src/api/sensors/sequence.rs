//! Scenes of a stretch of time: a frame for each moment.

use serde::Serialize;
use serde_json::{Map, Value};

use super::resource::{Image, PointCloud, SensorSpecification};
use crate::api::geometry::{EgoVehiclePose, ImuData};

/// A scene of frames: what it holds beside them, and how it is made.
macro_rules! sequence {
    (
        $(#[$doc:meta])* $scene:ident of $frame:ident;
        $(#[$frame_doc:meta])* frame { $($(#[$member_doc:meta])* $member:ident: $type:ty,)+ }
        $(calibration: $calibration:ident;)? $(cameras: $specification:ident;)? $(lidars: $imu:ident;)?
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize)]
        #[serde(rename_all = "camelCase")]
        pub struct $scene {
            /// A name of your own.
            pub external_id: String,
            $(/// The calibration of the sensors; see [`Calibrations`](crate::api::Calibrations).
            pub $calibration: String,)?
            /// The frames, at least one.
            pub frames: Vec<$frame>,
            $(/// How sensors are shown.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub $specification: Option<SensorSpecification>,)?
            /// Numbers, texts and booleans of your own.
            pub metadata: Map<String, Value>,
            $(/// Readings of the inertial measurement unit, sent apart.
            #[serde(skip)]
            pub $imu: Vec<ImuData>,)?
        }

        impl $scene {
            /// A scene of frames.
            pub fn new(
                external_id: impl Into<String>,
                $($calibration: impl Into<String>,)?
                frames: Vec<$frame>,
            ) -> Self {
                Self {
                    external_id: external_id.into(),
                    $($calibration: $calibration.into(),)?
                    frames,
                    $($specification: None,)?
                    metadata: Map::new(),
                    $($imu: Vec::new(),)?
                }
            }
        }

        $(#[$frame_doc])*
        #[derive(Clone, Debug, Serialize)]
        #[serde(rename_all = "camelCase")]
        pub struct $frame {
            /// A name that no other frame of the scene has.
            pub frame_id: String,
            /// When: milliseconds from the start of the scene.
            pub relative_timestamp: i64,
            /// Numbers, texts and booleans of your own.
            pub metadata: Map<String, Value>,
            $($(#[$member_doc])* pub $member: $type,)+
        }
    };
}

sequence! {
    /// Images of a stretch of time.
    CamerasSequence of CamerasSequenceFrame;
    /// Images of a moment of a sequence.
    frame {
        /// The images, one for each camera.
        images: Vec<Image>,
    }
    cameras: sensor_specification;
}

sequence! {
    /// Point clouds of a stretch of time. Local files work here too.
    LidarsSequence of LidarsSequenceFrame;
    /// Point clouds of a moment of a sequence.
    frame {
        /// The point clouds, one for each lidar.
        point_clouds: Vec<PointCloud>,
        /// Where the ego vehicle was.
        #[serde(skip_serializing_if = "Option::is_none")]
        ego_vehicle_pose: Option<EgoVehiclePose>,
        /// When: nanoseconds since 1970.
        #[serde(skip_serializing_if = "Option::is_none")]
        unix_timestamp: Option<i64>,
    }
    lidars: imu_data;
}

sequence! {
    /// Point clouds and images of a stretch of time.
    LidarsAndCamerasSequence of LidarsAndCamerasSequenceFrame;
    /// Point clouds and images of a moment of a sequence.
    frame {
        /// The point clouds, one for each lidar.
        point_clouds: Vec<PointCloud>,
        /// The images, one for each camera.
        images: Vec<Image>,
        /// Where the ego vehicle was.
        #[serde(skip_serializing_if = "Option::is_none")]
        ego_vehicle_pose: Option<EgoVehiclePose>,
        /// When: nanoseconds since 1970.
        #[serde(skip_serializing_if = "Option::is_none")]
        unix_timestamp: Option<i64>,
    }
    calibration: calibration_id;
    cameras: sensor_specification;
    lidars: imu_data;
}

sequence! {
    /// Point clouds that are laid over one another, and images, of a stretch of time.
    AggregatedLidarsAndCamerasSequence of AggregatedSequenceFrame;
    /// Point clouds and images of a moment of an aggregated sequence.
    frame {
        /// The point clouds, one for each lidar.
        point_clouds: Vec<PointCloud>,
        /// The images, one for each camera.
        images: Vec<Image>,
        /// Where the ego vehicle was.
        ego_vehicle_pose: EgoVehiclePose,
        /// When: nanoseconds since 1970.
        #[serde(skip_serializing_if = "Option::is_none")]
        unix_timestamp: Option<i64>,
    }
    calibration: calibration_id;
    cameras: sensor_specification;
    lidars: imu_data;
}

impl CamerasSequenceFrame {
    /// A frame of images.
    pub fn new(frame_id: impl Into<String>, relative_timestamp: i64, images: Vec<Image>) -> Self {
        Self { frame_id: frame_id.into(), relative_timestamp, metadata: Map::new(), images }
    }
}

impl LidarsSequenceFrame {
    /// A frame of point clouds.
    pub fn new(frame_id: impl Into<String>, relative_timestamp: i64, point_clouds: Vec<PointCloud>) -> Self {
        Self {
            frame_id: frame_id.into(),
            relative_timestamp,
            metadata: Map::new(),
            point_clouds,
            ego_vehicle_pose: None,
            unix_timestamp: None,
        }
    }
}

impl LidarsAndCamerasSequenceFrame {
    /// A frame of point clouds and images.
    pub fn new(
        frame_id: impl Into<String>,
        relative_timestamp: i64,
        point_clouds: Vec<PointCloud>,
        images: Vec<Image>,
    ) -> Self {
        Self {
            frame_id: frame_id.into(),
            relative_timestamp,
            metadata: Map::new(),
            point_clouds,
            images,
            ego_vehicle_pose: None,
            unix_timestamp: None,
        }
    }
}

impl AggregatedSequenceFrame {
    /// A frame of point clouds and images, and where the ego vehicle was.
    pub fn new(
        frame_id: impl Into<String>,
        relative_timestamp: i64,
        point_clouds: Vec<PointCloud>,
        images: Vec<Image>,
        ego_vehicle_pose: EgoVehiclePose,
    ) -> Self {
        Self {
            frame_id: frame_id.into(),
            relative_timestamp,
            metadata: Map::new(),
            point_clouds,
            images,
            ego_vehicle_pose,
            unix_timestamp: None,
        }
    }
}
