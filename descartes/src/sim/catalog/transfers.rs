//! Blobs and images on their way: signed URLs, what is sent to them, and what comes of it.

use auth_core::sim::{Reply, Request};
use serde_json::{Value, json};

use super::objects::keep;
use super::{Signed, State, THEN, data, document, error, not_found, whole};
use crate::md5::Md5;

/// `POST /storage/upload`.
pub(super) fn announce_blob(state: &mut State, request: &Request) -> Reply {
    let Some((_, attributes)) = data(request) else {
        return error(400, "Bad request", "The body is no document");
    };
    let mut storage = attributes.get("storage").cloned().unwrap_or_default();
    let part = |name: &str| storage["data"]["attributes"][name].as_str().unwrap_or_default().to_owned();
    let id = format!("{}/{}/{}", part("storage_type"), part("namespace"), part("name"));
    storage["data"]["id"] = id.as_str().into();
    let url = state.sign(request, Signed::TakeBlob(id));
    let attributes = json!({"storage": storage, "resumable_url": url, "signature": "sim-signature"});
    document(200, json!({"type": "storage_upload", "id": state.name(), "attributes": attributes}))
}

/// `POST /storage`: what was uploaded is a blob from now on.
pub(super) fn register_blob(state: &mut State, request: &Request) -> Reply {
    let Some((id, mut attributes)) = data(request) else {
        return error(400, "Bad request", "The body is no document");
    };
    if attributes.shift_remove("upload_signature").is_none() {
        return error(422, "Validation error", "There is no upload_signature");
    }
    let Some(content) = state.contents.get(&id) else {
        return error(422, "Validation error", "Nothing was uploaded");
    };
    let mut md5 = Md5::new();
    md5.update(content);
    let mut attributes = Value::Object(attributes);
    attributes["size_bytes"] = content.len().into();
    attributes["hash"] = md5.finish().into();
    let resource = keep(state, "storage", &id, attributes);
    document(201, resource)
}

/// `GET /storage/download/{id}`.
pub(super) fn lead_to_blob(state: &mut State, request: &Request, id: &str) -> Reply {
    if state.get("storage", id).is_none() {
        return not_found(id);
    }
    let url = state.sign(request, Signed::GiveBlob(id.to_owned()));
    document(200, json!({"type": "storage_download", "id": id, "attributes": {"resumable_url": url}}))
}

/// `POST /storage/delete`.
pub(super) fn delete_blobs(state: &mut State, request: &Request) -> Reply {
    let Some((_, attributes)) = data(request) else {
        return error(400, "Bad request", "The body is no document");
    };
    let ids: Vec<String> = attributes
        .get("ids")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|id| id.as_str().map(str::to_owned))
        .collect();
    let (there, missing): (Vec<_>, Vec<_>) =
        ids.into_iter().partition(|id| state.get("storage", id).is_some());
    if let (Some(id), Some(Value::Bool(true))) = (missing.first(), attributes.get("raise_on_missing")) {
        return not_found(id);
    }
    if there.is_empty() {
        return Reply::empty(204);
    }
    for id in &there {
        state.collections.entry("storage".to_owned()).or_default().remove(id);
        state.contents.remove(id);
    }
    let task = state.name();
    let attributes =
        json!({"status": "RUNNING", "start_datetime": THEN, "ids": there, "objects_deleted": null});
    let task_document = json!({"type": "storage_delete", "id": task, "attributes": attributes});
    state.tasks.insert(format!("storage/{task}"), task_document.clone());
    document(201, task_document)
}

/// A request to a signed URL.
pub(super) fn signed(state: &mut State, request: &Request) -> Reply {
    let good_for = state.signed.get(request.path()).filter(|_| request.query("signature") == Some("sim"));
    match (request.method().as_str(), good_for.cloned()) {
        ("PUT", Some(Signed::TakeBlob(id))) => {
            state.contents.insert(id, request.body().clone());
            Reply::empty(200)
        }
        ("PUT", Some(Signed::TakeFile)) => Reply::empty(200),
        ("GET", Some(Signed::GiveBlob(id))) => {
            let known = state.get("storage", &id).map(|blob| blob["attributes"]["hash"].clone());
            let (Some(content), Some(hash)) = (state.contents.get(&id), known) else {
                return Reply::text(404, "<Error><Code>NoSuchKey</Code></Error>");
            };
            if request.header("if-match").is_some_and(|wanted| hash != wanted) {
                return Reply::text(412, "<Error><Code>PreconditionFailed</Code></Error>");
            }
            Reply::ranged(request, content.clone())
        }
        _ => Reply::text(403, "<Error><Code>SignatureDoesNotMatch</Code></Error>"),
    }
}

/// `POST /uploads_v2`.
pub(super) fn announce_image(state: &mut State, request: &Request) -> Reply {
    let Some((_, attributes)) = data(request) else {
        return error(400, "Bad request", "The body is no document");
    };
    let image = attributes.get("image").map(|image| image["data"].clone()).unwrap_or_default();
    let files = attributes.get("image_upload_options").and_then(|options| options["image_files"].as_array());
    let files = files.map_or(0, Vec::len);
    let urls: Vec<String> = (0..files).map(|_| state.sign(request, Signed::TakeFile)).collect();
    let id = state.name();
    let attributes = json!({
        "status": "transferring", "product_id": image["attributes"]["product_id"], "image_id": image["id"],
        "user": "user:somebody",
    });
    let mut resource = keep(state, "uploads_v2", &id, attributes);
    state.awaited.insert(id, image);
    resource["attributes"]["resumable_urls"] = urls.into();
    document(201, resource)
}

/// `PATCH /uploads_v2/{id}`: handed over, or given up.
pub(super) fn change_upload(state: &mut State, request: &Request, id: &str) -> Reply {
    let status = data(request).and_then(|(_, attributes)| attributes.get("status").cloned());
    if let (Some(upload), Some(status)) = (upload(state, id), status) {
        upload["attributes"]["status"] = status;
    }
    reply_of(state, id)
}

/// `GET /uploads_v2/{id}`: each look finds it a step farther.
pub(super) fn look_at_upload(state: &mut State, id: &str) -> Reply {
    let Some(upload) = upload(state, id) else { return not_found(id) };
    let next = match upload["attributes"]["status"].as_str() {
        Some("pending") => "running",
        Some("running") => "success",
        _ => return reply_of(state, id),
    };
    upload["attributes"]["status"] = next.into();
    if next == "success"
        && let Some(image) = state.awaited.remove(id)
    {
        let (name, attributes) = (image["id"].as_str().unwrap_or_default(), image["attributes"].clone());
        keep(state, "images", name, attributes);
    }
    reply_of(state, id)
}

fn upload<'s>(state: &'s mut State, id: &str) -> Option<&'s mut Value> {
    state.collections.get_mut("uploads_v2")?.get_mut(id)
}

/// An upload, and what happened to it.
fn reply_of(state: &State, id: &str) -> Reply {
    let Some(upload) = state.get("uploads_v2", id) else { return not_found(id) };
    let event = json!({"type": "image_upload_event", "id": format!("{id}-1")});
    let mut upload = upload.clone();
    upload["relationships"] = json!({"events": {"data": [event]}});
    let mut happened = event;
    happened["attributes"] = json!({
        "event_type": "queue", "severity": "INFO", "message": "queued", "event_datetime": THEN,
        "component": "worker", "component_id": "worker-1",
    });
    whole(200, json!({"data": upload, "included": [happened], "jsonapi": {"version": "1.0"}}))
}
