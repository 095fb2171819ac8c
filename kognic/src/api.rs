//! Typed calls, a file for each service of the platform.
//!
//! | service | what it is about |
//! |---|---|
//! | [`Workspaces`], [`Projects`], [`Requests`], [`Tasks`] | where work is kept, ordered and done |
//! | [`Scenes`] | scenes of any sensors: create, look for, invalidate, wait for |
//! | [`TypedScenes`] | scenes of one combination of sensors, as in [`Client::cameras`](crate::Client::cameras) |
//! | [`Calibrations`] | where sensors are and how they see |
//! | [`Inputs`], [`PreAnnotations`] | what is annotated, and what annotators begin with |
//! | [`Annotations`], [`Reviews`] | what was found, and what a program thinks of it |
//! | [`Query`] | judgements and key figures |

mod annotations;
mod calibrations;
mod create_inputs;
mod files;
mod geometry;
mod inputs;
mod pre_annotations;
mod projects;
mod query;
mod requests;
mod reviews;
mod scenes;
mod sensors;
mod tasks;
mod workspaces;

pub use annotations::{
    Annotation, Annotations, ClientAnnotation, Cuboids, PartialAnnotation, SearchAnnotations,
    SignedAnnotation,
};
pub use calibrations::{
    Calibration, Calibrations, CameraMatrix, CameraPose, CustomCalibration, CutAngles,
    CylindricalCalibration, DistortionCoefficients, FisheyeCalibration, FusedCylindricalCalibration,
    KannalaCalibration, KannalaDistortionCoefficients, LensProjectionCoefficients, LidarCalibration,
    LidarFieldOfView, PinholeCalibration, Point, PrincipalPointDistortionCalibration,
    PrincipalPointDistortionCoefficients, PrincipalPointFisheyeCalibration,
    PrincipalPointFisheyeCoefficients, ProjectionTest, SensorCalibration, SensorCalibrationEntry,
    StandardCamera, UndistortionCoefficients,
};
pub use create_inputs::{CreateInputs, CreatedInput, CreatedInputStatus, InputError, SceneWithPreAnnotation};
pub use files::{Content, Upload};
pub use geometry::{EgoVehiclePose, ImuData, Position, RotationQuaternion};
pub use inputs::{
    CreateInput, CurrentTask, Input, InputEntry, InputStatus, InputTarget, Inputs, ListInputs,
    ListRequestInputs, Phase, PhaseDefinition, ProgressDetails, QueryInputs, RequestInput,
    RequestInputStatus, TaskType, WorkflowAction, WorkflowStage,
};
pub use pre_annotations::{
    ListPreAnnotations, PreAnnotation, PreAnnotationId, PreAnnotationStatus, PreAnnotationWithContent,
    PreAnnotations,
};
pub use projects::{BatchStatus, Project, ProjectBatch, Projects};
pub use query::{Query, QueryResult, Records, Search};
pub use requests::{InputProgressCounts, ProjectRequest, Requests};
pub use reviews::{
    CreateReview, CreatedReview, ErrorType, FeedbackItem, Pin, Review, ReviewMember, ReviewWorkflow, Reviews,
    SuggestedProperty,
};
pub use scenes::{
    CreatedScene, InvalidatedReason, Scene, SceneContent, SceneFrame, SceneImage, ScenePointClouds,
    SceneRequest, SceneResource, SceneStatus, SceneSummary, SceneType, Scenes, SensorResource, ShutterTimes,
};
pub use sensors::{
    AggregatedLidarsAndCamerasSequence, AggregatedSequenceFrame, Cameras, CamerasFrame, CamerasSequence,
    CamerasSequenceFrame, CreateScene, Image, ImageFormat, ImageMetadata, Lidars, LidarsAndCameras,
    LidarsAndCamerasFrame, LidarsAndCamerasSequence, LidarsAndCamerasSequenceFrame, LidarsFrame,
    LidarsSequence, LidarsSequenceFrame, PointCloud, PointCloudFormat, SceneModel, SensorSpecification,
    TypedScenes,
};
pub use tasks::Tasks;
pub use workspaces::{ListWorkspaces, Organization, Workspace, Workspaces};
