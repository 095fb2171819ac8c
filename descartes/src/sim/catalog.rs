//! The catalog of the fake: objects of all classes, blobs with their content, uploads and deletions (contract sections
//! 6.1 to 6.5).

mod objects;
mod search;
mod transfers;

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use auth_core::sim::{Reply, Request};
use bytes::Bytes;
use serde_json::{Map, Value, json};

/// When everything was created here.
const THEN: &str = "2019-06-10T18:48:13.066192Z";

/// What the fake keeps.
#[derive(Debug)]
pub(super) struct Catalog(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Resources by id, by the path of their class.
    collections: BTreeMap<String, BTreeMap<String, Value>>,
    /// What signed URLs are good for, by their path.
    signed: BTreeMap<String, Signed>,
    /// The content of blobs, by the id of the blob. Before a blob is registered, nobody sees it.
    contents: BTreeMap<String, Bytes>,
    /// Deletions, by the path of their status.
    tasks: BTreeMap<String, Value>,
    /// Images that are being uploaded, by the id of the upload.
    awaited: BTreeMap<String, Value>,
    /// How many names were given.
    names: u64,
}

#[derive(Clone, Debug)]
enum Signed {
    TakeBlob(String),
    GiveBlob(String),
    TakeFile,
}

impl Catalog {
    /// Products `someorg:prod1` to `someorg:prod3`, and of the first two bands and three images.
    pub(super) fn new() -> Self {
        let mut state = State::default();
        objects::plant(&mut state);
        Self(Mutex::new(state))
    }

    /// The reply to a request below the catalog's URL.
    pub(super) fn answer(&self, request: &Request, path: &[&str]) -> Reply {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let method = request.method().as_str();
        match (method, path) {
            ("POST", ["storage", "upload"]) => transfers::announce_blob(&mut state, request),
            ("POST", ["storage", "delete"]) => transfers::delete_blobs(&mut state, request),
            ("GET", ["storage", "delete", task]) => state.task(&format!("storage/{task}")),
            ("GET", ["storage", "download", id @ ..]) => {
                transfers::lead_to_blob(&mut state, request, &id.join("/"))
            }
            ("POST", ["storage"]) => transfers::register_blob(&mut state, request),
            ("POST", ["products", id, "delete_related_objects"]) => objects::delete_related(&mut state, id),
            ("GET", ["products", id, "delete_related_objects"]) => state.task(&format!("products/{id}")),
            ("POST", ["uploads_v2"]) => transfers::announce_image(&mut state, request),
            ("PATCH", ["uploads_v2", id]) => transfers::change_upload(&mut state, request, id),
            ("GET", ["uploads_v2", id]) => transfers::look_at_upload(&mut state, id),
            ("PUT", [class, "summary", rest @ ..]) => search::summary(&state, request, class, rest),
            ("PUT", [class]) => search::search(&state, request, class),
            ("POST", [class]) => objects::create(&mut state, request, class),
            (_, [class, id @ ..]) if !id.is_empty() => {
                objects::one(&mut state, request, class, &id.join("/"))
            }
            _ => error(404, "Not found", "There is no such endpoint"),
        }
    }

    /// The reply to a request to a signed URL. Whoever shows a token there has given it away.
    pub(super) fn answer_signed(&self, request: &Request) -> Reply {
        if request.header("authorization").is_some() {
            return Reply::text(400, "a signed URL takes no token");
        }
        transfers::signed(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner), request)
    }
}

impl State {
    fn name(&mut self) -> String {
        self.names += 1;
        self.names.to_string()
    }

    /// A URL that is good for one thing.
    fn sign(&mut self, request: &Request, good_for: Signed) -> String {
        let path = format!("/signed/{}", self.name());
        self.signed.insert(path.clone(), good_for);
        format!("{}{path}?signature=sim", request.base())
    }

    fn get(&self, class: &str, id: &str) -> Option<&Value> {
        self.collections.get(class)?.get(id)
    }

    fn put(&mut self, class: &str, id: &str, resource: Value) {
        self.collections.entry(class.to_owned()).or_default().insert(id.to_owned(), resource);
    }

    /// How far a deletion is: whoever asks once finds it done the next time.
    fn task(&mut self, name: &str) -> Reply {
        let never = json!({"type": "product_delete_task", "id": name, "attributes": {"status": "NONE"}});
        let Some(task) = self.tasks.get_mut(name) else {
            return document(200, never);
        };
        let now = task.clone();
        task["attributes"]["status"] = "SUCCESS".into();
        task["attributes"]["duration_in_seconds"] = 1.5.into();
        document(200, now)
    }
}

/// What a request's document says of its resource.
fn data(request: &Request) -> Option<(String, Map<String, Value>)> {
    let body = request.json()?;
    let data = body.get("data")?;
    let attributes = data.get("attributes").and_then(Value::as_object).cloned().unwrap_or_default();
    Some((data.get("id").and_then(Value::as_str).unwrap_or_default().to_owned(), attributes))
}

fn document(status: u16, data: Value) -> Reply {
    whole(status, json!({"data": data, "jsonapi": {"version": "1.0"}}))
}

fn whole(status: u16, document: Value) -> Reply {
    Reply::json(status, document).header("content-type", "application/vnd.api+json")
}

fn not_found(id: &str) -> Reply {
    error(404, "Object not found", &format!("Object not found: {id}"))
}

fn error(status: u16, title: &str, detail: &str) -> Reply {
    let error = json!({"status": status.to_string(), "title": title, "detail": detail});
    whole(status, json!({"errors": [error], "jsonapi": {"version": "1.0"}}))
}
