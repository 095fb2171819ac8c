//! Scenes, from their first call to their end (contract sections 6.3 to 6.5).

use auth_core::sim::{Reply, Request};
use serde_json::{Map, Value, json};

use super::storage::sign;
use super::{CREATED, Platform, State, data, refuse, texts};

/// A scene.
#[derive(Debug, Default)]
pub(super) struct Scene {
    external_id: String,
    scene_type: String,
    pub(super) status: String,
    calibration_id: Value,
    /// Where its files go in the storage.
    files: Vec<String>,
    metadata: Value,
    poses: Map<String, Value>,
}

impl Platform {
    pub(super) fn scenes(&self, request: &Request, path: &[&str]) -> Option<Reply> {
        let body = request.json().unwrap_or_default();
        let mut state = self.state();
        Some(match (request.method().as_str(), path) {
            ("POST", ["v1", "inputs", "initialize"]) => {
                let uuid = state.name("scene");
                state.scenes.insert(uuid.clone(), Scene { status: "pending".to_owned(), ..Scene::default() });
                data(json!({ "sceneUuid": uuid }))
            }
            ("POST", ["v1", "imu"]) => {
                let resource = format!("{}/imu", body["internalId"].as_str().unwrap_or_default());
                data(json!({ "resourceId": resource, "signedUrl": sign(request, &resource) }))
            }
            ("POST", ["v1", "inputs", uuid, "actions", "commit"]) => state.commit(uuid),
            ("POST", ["v1", "inputs", rest @ .., route]) if is_route(route) => {
                let project = match rest {
                    [] => None,
                    ["project", project] => Some((*project, None)),
                    ["project", project, "batch", batch] => Some((*project, Some(*batch))),
                    _ => return None,
                };
                state.create_typed(request, &body, route, project)
            }
            ("POST", ["v2", "scenes"]) => state.create(request, &body),
            ("POST", ["v2", "scenes", "query"]) => state.query_scenes(&body),
            ("POST", ["v2", "scenes", "actions", "invalidate"]) => {
                let status = match body["reason"].as_str() {
                    Some("bad-content") => "invalidated:broken-input".to_owned(),
                    Some(reason) => format!("invalidated:{reason}"),
                    None => return Some(refuse(400, "no reason")),
                };
                for uuid in texts(&body, "sceneUuids") {
                    match state.scenes.get_mut(&uuid) {
                        Some(scene) => scene.status.clone_from(&status),
                        None => return Some(refuse(404, format!("no scene {uuid}"))),
                    }
                }
                Reply::empty(200)
            }
            (method, ["v2", "scenes", uuid, rest @ ..]) => {
                let Some(scene) = state.scenes.get_mut(*uuid) else {
                    return Some(refuse(404, format!("no scene {uuid}")));
                };
                match (method, rest) {
                    ("GET", []) => data(scene.summary(uuid)),
                    ("PATCH", []) => {
                        scene.status = body["status"].as_str().unwrap_or_default().to_owned();
                        Reply::empty(200)
                    }
                    ("GET", ["ego-poses"]) if scene.poses.is_empty() => refuse(404, "no poses"),
                    ("GET", ["ego-poses"]) => data(json!({ "poses": scene.poses })),
                    _ => return None,
                }
            }
            _ => return None,
        })
    }
}

fn is_route(name: &str) -> bool {
    let name = name.strip_prefix("aggregated-").unwrap_or(name);
    matches!(name.strip_suffix("-sequence").unwrap_or(name), "cameras" | "lidars" | "lidars-and-cameras")
}

impl State {
    /// Puts a scene together that was initialised before.
    fn create_typed(
        &mut self,
        request: &Request,
        body: &Value,
        route: &str,
        project: Option<(&str, Option<&str>)>,
    ) -> Reply {
        let frames = body["frames"].as_array().cloned().unwrap_or_else(|| vec![body["frame"].clone()]);
        let resources: Vec<String> = frames.iter().flat_map(resources).collect();
        if resources.is_empty() {
            return refuse(400, "a frame has neither images nor point clouds");
        }
        if request.header("x-dryrun").is_some() {
            return Reply::empty(200);
        }
        let uuid = body["internalId"].as_str().unwrap_or_default().to_owned();
        let Some(scene) = self.scenes.get_mut(&uuid) else { return refuse(404, format!("no scene {uuid}")) };
        scene.external_id = body["externalId"].as_str().unwrap_or_default().to_owned();
        scene.scene_type = route.replace('-', "_");
        scene.calibration_id = body["calibrationId"].clone();
        scene.metadata = body["metadata"].clone();
        scene.poses = frames.iter().filter_map(pose).collect();
        let mut urls = Map::new();
        for (at, resource) in resources.into_iter().enumerate() {
            let place = format!("{uuid}/{at}");
            urls.insert(resource, sign(request, &place).into());
            scene.files.push(place);
        }
        if let Some(imu) = body["imuData"].as_str() {
            scene.files.push(imu.to_owned());
        }
        let input = project.map(|(project, batch)| self.add_input(&uuid, project, batch.unwrap_or("b-1")));
        data(json!({ "internalId": uuid, "requestInputUuid": input, "files": urls }))
    }

    /// Creates a scene in one call.
    fn create(&mut self, request: &Request, body: &Value) -> Reply {
        let content = &body["convertedSpecification"];
        let mut names = Vec::new();
        local_files(content, &mut names);
        names.sort();
        names.dedup();
        let uuid = self.name("scene");
        let mut scene = Scene {
            external_id: body["externalId"].as_str().unwrap_or_default().to_owned(),
            scene_type: "lidars_and_cameras_sequence".to_owned(),
            status: if names.is_empty() { "processing" } else { "pending" }.to_owned(),
            calibration_id: body["calibrationId"].clone(),
            metadata: content["metadata"].clone(),
            ..Scene::default()
        };
        let mut urls = Vec::new();
        for (at, name) in names.into_iter().enumerate() {
            let place = format!("{uuid}/{at}");
            urls.push(json!([name, sign(request, &place)]));
            scene.files.push(place);
        }
        self.scenes.insert(uuid.clone(), scene);
        data(json!({ "id": uuid, "signedUploadUrls": urls }))
    }

    fn commit(&mut self, uuid: &str) -> Reply {
        let Some(scene) = self.scenes.get_mut(uuid) else { return refuse(404, format!("no scene {uuid}")) };
        let missing = scene.files.iter().filter(|file| !self.uploads.contains_key(*file)).count();
        if missing > 0 {
            return refuse(400, format!("{missing} files of scene {uuid} are missing"));
        }
        scene.status = "processing".to_owned();
        Reply::empty(200)
    }

    fn query_scenes(&mut self, body: &Value) -> Reply {
        let (uuids, names) = (texts(body, "sceneUuids"), texts(body, "externalIds"));
        if let Some(unknown) = uuids.iter().find(|uuid| !self.scenes.contains_key(*uuid)) {
            return refuse(404, format!("no scene {unknown}"));
        }
        let mut found = Vec::new();
        for (uuid, scene) in &mut self.scenes {
            if uuids.contains(uuid) || names.contains(&scene.external_id) {
                found.push(scene.entry(uuid));
                // Whoever asks again finds it ready.
                if scene.status == "processing" {
                    scene.status = "created".to_owned();
                }
            }
        }
        data(found.into())
    }

    pub(super) fn external_id_of(&self, scene: &str) -> &str {
        self.scenes.get(scene).map(|scene| scene.external_id.as_str()).unwrap_or_default()
    }
}

impl Scene {
    fn entry(&self, uuid: &str) -> Value {
        json!({
            "uuid": uuid, "workspaceId": "w-1", "externalId": self.external_id, "sceneType": self.scene_type,
            "status": self.status, "created": CREATED, "calibrationId": self.calibration_id,
            "viewLink": format!("https://app.kognic.com/scene/{uuid}"), "errorMessage": null,
        })
    }

    fn summary(&self, uuid: &str) -> Value {
        json!({
            "sceneUuid": uuid, "externalId": self.external_id, "workspaceId": "w-1", "created": CREATED,
            "calibrationId": self.calibration_id, "sceneType": self.scene_type, "isMultiSensor": self.files.len() > 1,
            "isMotionCompensated": true, "metadata": self.metadata,
        })
    }
}

/// The resource ids of a frame.
fn resources(frame: &Value) -> Vec<String> {
    let lists = ["images", "pointClouds"].into_iter().filter_map(|name| frame[name].as_array());
    lists.flatten().filter_map(|file| file["resourceId"].as_str()).map(str::to_owned).collect()
}

fn pose(frame: &Value) -> Option<(String, Value)> {
    let pose = frame.get("egoVehiclePose").filter(|pose| !pose.is_null())?;
    Some((frame["frameId"].as_str()?.to_owned(), pose.clone()))
}

/// Every `localFilename`, wherever it stands.
fn local_files(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            names.extend(members.get("localFilename").and_then(Value::as_str).map(str::to_owned));
            members.values().for_each(|member| local_files(member, names));
        }
        Value::Array(items) => items.iter().for_each(|item| local_files(item, names)),
        _ => {}
    }
}
