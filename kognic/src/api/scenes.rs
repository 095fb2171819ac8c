//! Scenes: images and point clouds of a moment or of a stretch of time (contract sections 6.3 and 6.5).

mod create;
mod models;
mod request;

use auth_core::{Wait, path};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub use models::{CreatedScene, InvalidatedReason, Scene, SceneStatus, SceneSummary, SceneType};
pub use request::{
    SceneContent, SceneFrame, SceneImage, ScenePointClouds, SceneRequest, SceneResource, SensorResource,
    ShutterTimes,
};

use super::files::Upload;
use super::geometry::EgoVehiclePose;
use crate::check::invalid;
use crate::client::{Client, Request};
use crate::error::{Result, SceneStep};

auth_core::service! {
    /// Scenes, whatever sensors they have. See [`TypedScenes`](super::TypedScenes) for those that are created sensor by
    /// sensor.
    pub struct Scenes, from Client::scenes
}

/// How many scenes are asked for at a time, and how many after an error.
const CHUNK: usize = 100;
const SMALL_CHUNK: usize = 20;

impl Scenes<'_> {
    /// `POST /v2/scenes`, `PUT {signed url}` for each local file, `POST /v1/inputs/{id}/actions/commit`: creates a
    /// scene. Files are streamed; when one of them cannot be sent, the scene is not committed and stays pending, and
    /// [`Error::UnfinishedScene`](crate::Error::UnfinishedScene) names it.
    pub async fn create(&self, scene: &SceneRequest, upload: &Upload) -> Result<CreatedScene> {
        create::create(self.client, scene, upload).await
    }

    /// `POST /v1/inputs/{scene_uuid}/actions/commit`: tells the platform that all files of a scene are there. The calls
    /// that create a scene do that themselves; this is for one whose commit failed ([`SceneStep::Commit`]). It is not
    /// repeated once it may have been seen: look at the status of the scene, which then is no longer pending.
    pub async fn commit(&self, scene_uuid: &str) -> Result<()> {
        let post = self.client.session.post(path!["v1/inputs", scene_uuid, "actions/commit"]);
        post.done().await.map_err(SceneStep::Commit.failed(scene_uuid))
    }

    /// `POST /v2/scenes/query`: scenes by their UUIDs, in any number. It is an error (404) when one is unknown. A question
    /// that changes nothing, and so it is repeated.
    pub async fn get_by_uuids<S: AsRef<str> + Sync>(&self, scene_uuids: &[S]) -> Result<Vec<Scene>> {
        let uuids: Vec<&str> = scene_uuids.iter().map(AsRef::as_ref).collect();
        self.find(&uuids, |request| request).await
    }

    /// The same for one who asks again anyway: no question is repeated, so that a wait ends when it should.
    pub(crate) async fn get_by_uuids_once(&self, scene_uuids: &[&str]) -> Result<Vec<Scene>> {
        self.find(scene_uuids, |request| request.once()).await
    }

    async fn find(&self, uuids: &[&str], how: fn(Request<'_>) -> Request<'_>) -> Result<Vec<Scene>> {
        let mut scenes = Vec::with_capacity(uuids.len());
        for chunk in uuids.chunks(CHUNK) {
            match how(self.query(json!({ "sceneUuids": chunk }))).data::<Vec<Scene>>().await {
                Ok(found) => scenes.extend(found),
                // The platform may find it too much at once.
                Err(error) if error.is_retryable() && chunk.len() > SMALL_CHUNK => {
                    for chunk in chunk.chunks(SMALL_CHUNK) {
                        let found = how(self.query(json!({ "sceneUuids": chunk })));
                        scenes.extend(found.data::<Vec<Scene>>().await?);
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Ok(scenes)
    }

    /// `POST /v2/scenes/query`: scenes by their external ids. Several scenes may have the same; all are given. It is an
    /// error (404) when an id has no scene. A question that changes nothing, and so it is repeated.
    pub async fn get_by_external_ids<S: AsRef<str> + Sync>(&self, external_ids: &[S]) -> Result<Vec<Scene>> {
        let mut scenes = Vec::new();
        for chunk in external_ids.chunks(CHUNK) {
            let ids: Vec<&str> = chunk.iter().map(AsRef::as_ref).collect();
            let found = self.query(json!({ "externalIds": ids }));
            scenes.extend(found.data::<Vec<Scene>>().await?);
        }
        Ok(scenes)
    }

    /// A question, though it is a POST: it may be repeated.
    fn query(&self, asked: Value) -> Request<'_> {
        self.client.session.post(path!["v2/scenes/query"]).json(&asked).idempotent(true)
    }

    /// `GET /v2/scenes/{scene_uuid}`: sensors, frame times and metadata of a scene; of one that was invalidated only
    /// with `include_invalidated`.
    pub async fn get_summary(&self, scene_uuid: &str, include_invalidated: bool) -> Result<SceneSummary> {
        let request = self.client.session.get(path!["v2/scenes", scene_uuid]);
        // With a capital, as the official SDK has always sent it.
        let word = if include_invalidated { "True" } else { "False" };
        request.query("includeInvalidated", word).data().await
    }

    /// `GET /v2/scenes/{scene_uuid}/ego-poses`: where the ego vehicle was, by frame id, in the order of the frames.
    /// `None` when the scene has no poses or does not exist (404).
    pub async fn get_ego_poses(&self, scene_uuid: &str) -> Result<Option<Vec<(String, EgoVehiclePose)>>> {
        let request = self.client.session.get(path!["v2/scenes", scene_uuid, "ego-poses"]);
        let reply: EgoPoses = match request.data().await {
            Ok(reply) => reply,
            Err(error) if error.is_not_found() => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut poses: Vec<_> = reply.poses.into_iter().collect();
        // By number where they are numbers, and those that are not come last.
        poses.sort_by_key(|(frame, _)| frame.parse::<i64>().unwrap_or(i64::MAX));
        Ok(Some(poses))
    }

    /// `POST /v2/scenes/actions/invalidate`: takes scenes out of use. That cannot be undone.
    pub async fn invalidate<S: AsRef<str> + Sync>(
        &self,
        scene_uuids: &[S],
        reason: &InvalidatedReason,
    ) -> Result<()> {
        let uuids: Vec<&str> = scene_uuids.iter().map(AsRef::as_ref).collect();
        let body = json!({ "sceneUuids": uuids, "reason": reason });
        self.client.session.post(path!["v2/scenes/actions/invalidate"]).json(&body).done().await
    }

    /// `PATCH /v2/scenes/{scene_uuid}`: imports a scene that was only indexed.
    pub async fn import_indexed(&self, scene_uuid: &str) -> Result<()> {
        self.patch(scene_uuid, &SceneStatus::Created).await
    }

    /// `PATCH /v2/scenes/{scene_uuid}`: the opposite of [`Scenes::import_indexed`]. Inputs of the scene stay, and cannot
    /// be viewed.
    pub async fn reindex(&self, scene_uuid: &str) -> Result<()> {
        self.patch(scene_uuid, &SceneStatus::Indexed).await
    }

    async fn patch(&self, scene_uuid: &str, status: &SceneStatus) -> Result<()> {
        let request = self.client.session.patch(path!["v2/scenes", scene_uuid]);
        request.json(&json!({ "status": status })).done().await
    }

    /// Waits until none of the scenes is pending or processing any more, and gives them in the given order. Look at
    /// [`Scene::status`]: a scene that failed says why in [`Scene::error_message`].
    pub async fn wait<S: AsRef<str> + Sync>(&self, scene_uuids: &[S], wait: Wait) -> Result<Vec<Scene>> {
        let mut waiting = wait.start(self.client.session.clock(), "the work on the scenes");
        let mut settled: BTreeMap<String, Scene> = BTreeMap::new();
        loop {
            let left: Vec<&str> = scene_uuids.iter().map(AsRef::as_ref).collect();
            let left: Vec<&str> = left.into_iter().filter(|uuid| !settled.contains_key(*uuid)).collect();
            if left.is_empty() {
                break;
            }
            waiting.turn().await?;
            match self.get_by_uuids_once(&left).await {
                Ok(scenes) => {
                    waiting.answered();
                    let done = scenes.into_iter().filter(|scene| scene.status.is_settled());
                    settled.extend(done.map(|scene| (scene.uuid.clone(), scene)));
                }
                Err(error) if error.is_retryable() => waiting.failed(error)?,
                Err(error) => return Err(error),
            }
        }
        let in_order = scene_uuids.iter().map(|uuid| settled.get(uuid.as_ref()).cloned());
        in_order.collect::<Option<_>>().ok_or_else(|| invalid("a scene was named twice").into())
    }
}

#[derive(Deserialize)]
struct EgoPoses {
    #[serde(default, deserialize_with = "auth_core::lenient::null_as_default")]
    poses: BTreeMap<String, EgoVehiclePose>,
}
