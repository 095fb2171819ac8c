//! What the platform tells of scenes (contract section 6.3).

use auth_core::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A scene that was created. Its files are there; the platform goes on with it by itself, see
/// [`Scenes::wait`](super::Scenes::wait).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CreatedScene {
    /// The UUID of the scene.
    pub scene_uuid: String,
    /// The UUID of the input that was created with it, where a project was named.
    pub request_input_uuid: Option<String>,
}

impl CreatedScene {
    pub(crate) fn new(scene_uuid: String, request_input_uuid: Option<String>) -> Self {
        Self { scene_uuid, request_input_uuid }
    }
}

/// A scene.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Scene {
    /// The UUID.
    pub uuid: String,
    /// The workspace that it belongs to.
    #[serde(default)]
    pub workspace_id: Option<String>,
    /// The name that its creator gave it.
    pub external_id: String,
    /// Its sensors, as in `cameras`.
    #[serde(default)]
    pub scene_type: Option<String>,
    /// How far it is.
    pub status: SceneStatus,
    /// When it was created.
    #[serde(default, deserialize_with = "auth_core::lenient::readable_or_none")]
    pub created: Option<Timestamp>,
    /// The calibration of its sensors.
    #[serde(default)]
    pub calibration_id: Option<String>,
    /// Where people can look at it.
    #[serde(default)]
    pub view_link: Option<String>,
    /// Why it failed.
    #[serde(default)]
    pub error_message: Option<String>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

auth_core::open_enum! {
    /// How far a scene is.
    pub enum SceneStatus {
        /// Waits for its files.
        Pending = "pending",
        /// Is being read.
        Processing = "processing",
        /// Is ready.
        Created = "created",
        /// Could not be read.
        Failed = "failed",
        /// Is known, and its data is not imported.
        Indexed = "indexed",
        /// Was taken out of use: its data is bad.
        InvalidatedBrokenInput = "invalidated:broken-input",
        /// Was taken out of use: there is another of it.
        InvalidatedDuplicate = "invalidated:duplicate",
        /// Was taken out of use: it was created by mistake.
        InvalidatedIncorrectlyCreated = "invalidated:incorrectly-created",
    }
}

impl SceneStatus {
    /// Whether the platform has come to an end with the scene, good or bad. A word that this version does not know is
    /// no end, unless it says that the scene was invalidated.
    pub fn is_settled(&self) -> bool {
        match self {
            Self::Pending | Self::Processing => false,
            Self::Other(word) => word.starts_with("invalidated"),
            _ => true,
        }
    }
}

auth_core::open_enum! {
    /// Why a scene or an input is taken out of use.
    pub enum InvalidatedReason {
        /// Its data is bad.
        BadContent = "bad-content",
        /// There is another of it.
        Duplicate = "duplicate",
        /// It was created by mistake.
        IncorrectlyCreated = "incorrectly-created",
    }
}

auth_core::open_enum! {
    /// The sensors of a scene.
    pub enum SceneType {
        /// Images of a moment.
        Cameras = "cameras",
        /// Point clouds of a moment.
        Lidars = "lidars",
        /// Point clouds and images of a moment.
        LidarsAndCameras = "lidars_and_cameras",
        /// Images of a stretch of time.
        CamerasSequence = "cameras_sequence",
        /// Point clouds of a stretch of time.
        LidarsSequence = "lidars_sequence",
        /// Point clouds and images of a stretch of time.
        LidarsAndCamerasSequence = "lidars_and_cameras_sequence",
        /// Point clouds that are laid over one another, and images, of a stretch of time.
        AggregatedLidarsAndCamerasSequence = "aggregated_lidars_and_cameras_sequence",
    }
}

/// What a scene consists of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SceneSummary {
    /// The UUID.
    pub scene_uuid: String,
    /// The name that its creator gave it.
    pub external_id: String,
    /// The workspace that it belongs to.
    #[serde(default)]
    pub workspace_id: Option<String>,
    /// When it was created.
    #[serde(default, deserialize_with = "auth_core::lenient::readable_or_none")]
    pub created: Option<Timestamp>,
    /// The calibration of its sensors.
    #[serde(default)]
    pub calibration_id: Option<String>,
    /// When its frames were taken, in milliseconds from its start.
    #[serde(default)]
    pub frame_relative_times: Option<Vec<i64>>,
    /// The names of its lidars.
    #[serde(default)]
    pub lidars: Option<Vec<String>>,
    /// The names of its cameras.
    #[serde(default)]
    pub cameras: Option<Vec<String>>,
    /// Its sensors.
    pub scene_type: SceneType,
    /// Whether it has more than one lidar or camera.
    #[serde(default)]
    pub is_multi_sensor: Option<bool>,
    /// Whether the motion of the vehicle was taken out of its point clouds.
    #[serde(default)]
    pub is_motion_compensated: Option<bool>,
    /// What its creator noted.
    #[serde(default, deserialize_with = "auth_core::lenient::null_as_default")]
    pub metadata: Map<String, Value>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}
