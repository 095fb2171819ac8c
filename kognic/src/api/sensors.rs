//! Scenes that are created sensor by sensor: a type for each combination of sensors (contract section 6.4).

mod create;
mod examine;
mod moment;
mod resource;
mod sequence;

use std::fmt;
use std::marker::PhantomData;

use auth_core::path;
use serde_json::json;

pub use examine::SceneModel;
pub use moment::{Cameras, CamerasFrame, Lidars, LidarsAndCameras, LidarsAndCamerasFrame, LidarsFrame};
pub use resource::{Image, ImageFormat, ImageMetadata, PointCloud, PointCloudFormat, SensorSpecification};
pub use sequence::{
    AggregatedLidarsAndCamerasSequence, AggregatedSequenceFrame, CamerasSequence, CamerasSequenceFrame,
    LidarsAndCamerasSequence, LidarsAndCamerasSequenceFrame, LidarsSequence, LidarsSequenceFrame,
};

use super::files::Upload;
use super::inputs::Input;
use super::scenes::CreatedScene;
use crate::client::Client;
use crate::error::Result;

/// Scenes of one combination of sensors: `S` says of which, as in [`Cameras`] or [`LidarsAndCamerasSequence`].
pub struct TypedScenes<'a, S> {
    client: &'a Client,
    model: PhantomData<fn(S)>,
}

/// The seven combinations, under the names of the official SDK.
macro_rules! combinations {
    ($($(#[$doc:meta])* $method:ident: $model:ident;)+) => {
        impl Client {
            $($(#[$doc])*
            pub fn $method(&self) -> TypedScenes<'_, $model> {
                TypedScenes { client: self, model: PhantomData }
            })+
        }
    };
}

combinations! {
    /// Images of a moment.
    cameras: Cameras;
    /// Point clouds of a moment.
    lidars: Lidars;
    /// Point clouds and images of a moment.
    lidars_and_cameras: LidarsAndCameras;
    /// Images of a stretch of time.
    cameras_sequence: CamerasSequence;
    /// Point clouds of a stretch of time.
    lidars_sequence: LidarsSequence;
    /// Point clouds and images of a stretch of time.
    lidars_and_cameras_sequence: LidarsAndCamerasSequence;
    /// Point clouds that are laid over one another, and images, of a stretch of time.
    aggregated_lidars_and_cameras_seq: AggregatedLidarsAndCamerasSequence;
}

impl<'a, S: SceneModel> TypedScenes<'a, S> {
    pub(crate) fn client(&self) -> &'a Client {
        self.client
    }

    /// Creates a scene in these steps:
    ///
    /// 1. `POST /v1/inputs/initialize` gives the UUID of the scene.
    /// 2. `POST /v1/imu?workspaceId=W`, where there are readings of an inertial measurement unit.
    /// 3. `POST /v1/inputs/[project/{project}/[batch/{batch}/]]{route}?workspaceId=W` gives signed URLs.
    /// 4. `PUT {signed url}` for each file, from disk, several at a time.
    /// 5. `POST /v1/inputs/{scene_uuid}/actions/commit`, when all files are there.
    ///
    /// All that can be wrong with the scene and its files is looked at before the first step. When a later one
    /// fails, [`Error::UnfinishedScene`](crate::Error::UnfinishedScene) says which scene is left: it stays pending and is
    /// never used, so create it anew; but when only the commit failed, [`Scenes::commit`](super::Scenes::commit) goes on.
    pub async fn create(&self, scene: &S, options: &CreateScene) -> Result<CreatedScene> {
        create::create(self.client, scene, options).await
    }

    /// Lets the platform look at a scene without creating anything: only
    /// `POST /v1/inputs/[project/{project}/[batch/{batch}/]]{route}?workspaceId=W` with `X-Dryrun`. Nothing is reserved
    /// for it beforehand, so that the readings of an inertial measurement unit are not looked at by the platform.
    /// Nobody has seen the reply of a live server to it.
    pub async fn dry_run(&self, scene: &S, options: &CreateScene) -> Result<()> {
        create::dry_run(self.client, scene, options).await
    }

    /// `POST /v1/inputs`: creates inputs from a scene that exists. Without a batch they go to the latest open one.
    /// Pre-annotations of the scene are taken along.
    pub async fn create_from_scene(
        &self,
        scene_uuid: &str,
        project: &str,
        batch: Option<&str>,
    ) -> Result<Vec<Input>> {
        let mut body = json!({ "sceneUuid": scene_uuid, "project": project });
        if let Some(batch) = batch {
            body["batch"] = batch.into();
        }
        self.client.session.post(path!["v1/inputs"]).json(&body).data().await
    }
}

/// What is said beside a scene that is created.
#[derive(Clone, Debug)]
pub struct CreateScene {
    /// The external id of a project: an input of it is created with the scene.
    pub project: Option<String>,
    /// A batch of the project. Without it: the latest open one.
    pub batch: Option<String>,
    /// Whether the motion of the vehicle is taken out of the point clouds.
    pub motion_compensate: bool,
    /// How the files are sent.
    pub upload: Upload,
}

impl Default for CreateScene {
    /// A scene without an input, motion compensated.
    fn default() -> Self {
        Self { project: None, batch: None, motion_compensate: true, upload: Upload::default() }
    }
}

impl<S> Clone for TypedScenes<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for TypedScenes<'_, S> {}

impl<S> fmt::Debug for TypedScenes<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TypedScenes")
    }
}
