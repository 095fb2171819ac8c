//! Inputs (contract section 6.6).

use auth_core::sim::{Reply, Request};
use serde_json::{Value, json};

use super::{CREATED, Platform, State, data, refuse, texts};

/// How many inputs make a page.
const PAGE: usize = 2;

/// An input.
#[derive(Debug)]
pub(super) struct Input {
    pub(super) scene: String,
    pub(super) project: String,
    pub(super) batch: String,
}

impl Platform {
    pub(super) fn inputs(&self, request: &Request, path: &[&str]) -> Option<Reply> {
        let body = request.json().unwrap_or_default();
        let mut state = self.state();
        let text = |name: &str| body[name].as_str();
        Some(match (request.method().as_str(), path) {
            ("POST", ["v1", "inputs"]) => {
                let (scene, project) = (text("sceneUuid")?, text("project")?);
                let batch = text("batch").unwrap_or("b-1");
                match state.input_of(request, scene, project, batch) {
                    Ok(input) => data(json!([input])),
                    Err(refused) => *refused,
                }
            }
            ("POST", ["v2", "inputs"]) => {
                let of_pre_annotation =
                    text("preAnnotationUuid").and_then(|uuid| state.pre_annotations.get(uuid));
                let scene = text("sceneUuid").or(of_pre_annotation.map(|found| found.scene.as_str()));
                let Some(scene) = scene.map(str::to_owned) else { return Some(refuse(400, "no scene")) };
                let project = text("projectExtId").unwrap_or("highway");
                match state.input_of(request, &scene, project, text("batchExtId").unwrap_or("b-1")) {
                    Ok(input) => data(input),
                    Err(refused) => *refused,
                }
            }
            ("POST", ["v2", "inputs", "query"]) => state.query_inputs(request, &body),
            ("DELETE", ["v2", "inputs", uuid]) => match state.inputs.remove(*uuid) {
                Some(_) => Reply::empty(200),
                None => refuse(404, format!("no input {uuid}")),
            },
            ("PATCH", ["v2", "inputs", _, "pre-annotation"]) => Reply::empty(200),
            ("GET", ["v2", "request-inputs", uuid]) => match state.inputs.get(*uuid) {
                Some(input) => data(json!({
                    "id": uuid, "requestId": "request-1", "sceneId": input.scene, "status": "completed",
                    "createdAt": CREATED, "lastUpdatedAt": CREATED, "completedAt": CREATED,
                })),
                None => refuse(404, format!("no input {uuid}")),
            },
            _ => return None,
        })
    }
}

impl State {
    /// Makes an input of a scene that is ready, and has it annotated.
    fn input_of(
        &mut self,
        request: &Request,
        scene: &str,
        project: &str,
        batch: &str,
    ) -> Result<Value, Box<Reply>> {
        let status = self.scenes.get(scene).map(|scene| scene.status.as_str());
        let why = match status {
            None => return Err(Box::new(refuse(404, format!("no scene {scene}")))),
            Some("created" | "processing") => None,
            Some(status) => Some(format!("scene {scene} is {status}")),
        };
        if let Some(why) = why {
            return Err(Box::new(refuse(400, why)));
        }
        if request.header("x-dryrun").is_some() {
            return Ok(Value::Null);
        }
        let uuid = self.add_input(scene, project, batch);
        Ok(self.input(&uuid))
    }

    pub(super) fn add_input(&mut self, scene: &str, project: &str, batch: &str) -> String {
        let uuid = self.name("input");
        let content = self.annotation_of(scene);
        self.annotations.insert(uuid.clone(), content);
        let [scene, project, batch] = [scene, project, batch].map(str::to_owned);
        self.inputs.insert(uuid.clone(), Input { scene, project, batch });
        uuid
    }

    fn input(&self, uuid: &str) -> Value {
        let scene = self.inputs.get(uuid).map(|input| input.scene.as_str()).unwrap_or_default();
        json!({
            "uuid": uuid, "sceneUuid": scene, "requestUid": "request-1",
            "sceneExternalId": self.external_id_of(scene),
            "viewLink": format!("https://app.kognic.com/view/input/{uuid}"),
        })
    }

    fn query_inputs(&self, request: &Request, body: &Value) -> Reply {
        let (scenes, names) = (texts(body, "sceneUuids"), texts(body, "externalIds"));
        let is = |name: &str, value: &str| body[name].as_str().is_none_or(|asked| asked == value);
        let found: Vec<&String> = self
            .inputs
            .iter()
            .filter(|(_, input)| is("project", &input.project) && is("batch", &input.batch))
            .filter(|(_, input)| scenes.is_empty() || scenes.contains(&input.scene))
            .filter(|(_, input)| {
                names.is_empty() || names.iter().any(|name| name == self.external_id_of(&input.scene))
            })
            .map(|(uuid, _)| uuid)
            .collect();
        let start = request.query("cursorId").and_then(|cursor| cursor.parse().ok()).unwrap_or(0);
        let page: Vec<Value> = found.iter().skip(start).take(PAGE).map(|uuid| self.input(uuid)).collect();
        let next = (start + PAGE < found.len()).then_some(start + PAGE);
        Reply::json(200, json!({ "data": page, "metadata": { "nextCursorId": next } }))
    }
}
