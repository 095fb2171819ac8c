//! Pre-annotations and annotations (contract sections 6.7 and 6.8).

use auth_core::sim::{Reply, Request};
use serde_json::{Value, json};

use super::storage::sign;
use super::{CREATED, Platform, State, data, refuse};

/// A pre-annotation.
#[derive(Debug)]
pub(super) struct PreAnnotation {
    pub(super) scene: String,
    external_id: Value,
    content: Value,
}

impl Platform {
    pub(super) fn annotations(&self, request: &Request, path: &[&str]) -> Option<Reply> {
        let mut state = self.state();
        Some(match (request.method().as_str(), path) {
            ("POST", ["v1", "pre-annotations"]) => {
                let body = request.json().unwrap_or_default();
                let scene = body["sceneUuid"].as_str().unwrap_or_default().to_owned();
                if !state.scenes.contains_key(&scene) {
                    return Some(refuse(404, format!("no scene {scene}")));
                }
                if request.header("x-dryrun").is_some() {
                    return Some(data(json!({ "id": "dry-run" })));
                }
                let uuid = state.name("pre-annotation");
                let (external_id, content) = (body["externalId"].clone(), body["preAnnotation"].clone());
                state.pre_annotations.insert(uuid.clone(), PreAnnotation { scene, external_id, content });
                data(json!({ "id": uuid }))
            }
            ("GET", ["v2", "pre-annotations"]) => {
                let found = state.pre_annotations.iter().filter(|(_, found)| {
                    request.query("sceneUuids").is_none_or(|scene| scene == found.scene)
                        && request.query("externalIds").is_none_or(|id| found.external_id == id)
                });
                let found: Vec<Value> = found
                    .map(|(uuid, found)| {
                        json!({
                            "uuid": uuid, "sceneUuid": found.scene, "externalId": found.external_id,
                            "status": "available", "created": CREATED,
                        })
                    })
                    .collect();
                Reply::json(200, json!({ "data": found, "hasNext": false }))
            }
            ("GET", ["v2", "pre-annotations", uuid, "resolved"]) => match state.pre_annotations.get(*uuid) {
                Some(found) => data(json!({
                    "uuid": uuid, "sceneUuid": found.scene, "externalId": found.external_id, "created": CREATED,
                    "content": found.content,
                })),
                None => refuse(404, format!("no pre-annotation {uuid}")),
            },
            ("DELETE", ["v2", "pre-annotations", uuid]) => match state.pre_annotations.remove(*uuid) {
                Some(_) => Reply::empty(200),
                None => refuse(404, format!("no pre-annotation {uuid}")),
            },
            ("GET", ["v2", "scenes", scene, "annotations"]) => {
                let of_scene = state.inputs.iter().filter(|(_, input)| input.scene == *scene);
                let found: Vec<Value> = of_scene.map(|(uuid, _)| state.annotation(request, uuid)).collect();
                data(found.into())
            }
            ("GET", ["v2", "inputs", uuid, "annotation"]) => match state.annotations.get(*uuid) {
                Some(content) => {
                    let mut annotation = state.annotation(request, uuid);
                    annotation["isPreliminary"] = false.into();
                    annotation["content"] = content.clone();
                    data(annotation)
                }
                None => refuse(404, format!("no annotation of input {uuid}")),
            },
            (
                "GET",
                ["v1", "annotations", "projects", project, rest @ .., "annotation-type", kind, "search"],
            ) => {
                let of_project = state.inputs.iter().filter(|(_, input)| {
                    input.project == *project && rest.get(1).is_none_or(|batch| input.batch == **batch)
                });
                // The scene stands under this name here.
                let found = of_project.map(|(uuid, input)| {
                    json!({
                        "inputUuid": input.scene, "annotationType": kind, "created": CREATED,
                        "uri": sign(request, &format!("annotations/{uuid}")),
                    })
                });
                Reply::json(
                    200,
                    json!({ "data": found.collect::<Vec<_>>(), "metadata": { "nextCursorId": null } }),
                )
            }
            _ => return None,
        })
    }
}

impl State {
    fn annotation(&self, request: &Request, input: &str) -> Value {
        let scene = self.inputs.get(input).map(|input| input.scene.as_str());
        json!({
            "inputUuid": input, "sceneUuid": scene, "requestUid": "request-1", "created": CREATED,
            "uri": sign(request, &format!("annotations/{input}")),
        })
    }

    /// What the simulated annotator finds in a scene: what it was given beforehand, else one car.
    pub(super) fn annotation_of(&self, scene: &str) -> Value {
        let given = self.pre_annotations.values().find(|given| given.scene == scene);
        given.map(|given| given.content.clone()).unwrap_or_else(|| {
            json!({"openlabel": {
                "metadata": {"schema_version": "1.0.0"},
                "objects": {"1": {"name": "car-1", "type": "Car"}},
                "frames": {"0": {"objects": {"1": {"object_data": {
                    "cuboid": [{"name": "cuboid-1", "val": [10.0, 2.0, 0.5, 0.0, 0.0, 0.0, 1.0, 4.2, 1.8, 1.5]}],
                }}}}},
            }})
        })
    }
}
