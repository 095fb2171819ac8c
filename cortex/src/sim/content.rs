//! Projects and their managed content (contract section 6.3).

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use auth_core::Timestamp;
use auth_core::sim::{Reply, Request};
use bytes::Bytes;
use serde_json::{Value, json};

use super::not_found;

/// The projects that the cluster knows.
const PROJECTS: [&str; 2] = ["p1", "p2"];

/// The files of all projects, by project and key.
#[derive(Debug, Default)]
pub(super) struct Shelf(Mutex<BTreeMap<(String, String), File>>);

#[derive(Clone, Debug)]
struct File {
    bytes: Bytes,
    content_type: String,
    modified: Timestamp,
}

impl Shelf {
    pub(super) fn knows(&self, project: &str) -> bool {
        PROJECTS.contains(&project)
    }

    pub(super) fn put(
        &self,
        project: &str,
        key: &str,
        bytes: Bytes,
        content_type: &str,
        modified: Timestamp,
    ) {
        let file = File { bytes, content_type: content_type.to_owned(), modified };
        self.lock().insert((project.to_owned(), key.to_owned()), file);
    }

    pub(super) fn get(&self, project: &str, key: &str) -> Option<Bytes> {
        Some(self.lock().get(&(project.to_owned(), key.to_owned()))?.bytes.clone())
    }

    /// A request for the content of a project. `key` has the decoded segments after `content`.
    pub(super) fn answer(&self, request: &Request, project: &str, key: &[&str], now: Timestamp) -> Reply {
        let key = key.join("/");
        let file = || self.lock().get(&(project.to_owned(), key.clone())).cloned();
        match (request.method().as_str(), key.as_str()) {
            ("GET", "") => self.list(request, project),
            ("POST", "") => self.take_form(request, project, now),
            ("POST", key) => {
                let content_type = request.header("content-type").unwrap_or("application/octet-stream");
                self.put(project, key, request.body().clone(), content_type, now);
                Reply::json(200, json!({ "Key": key }))
            }
            ("GET" | "HEAD", _) => match file() {
                Some(file) => Reply::ranged(request, file.bytes).header("content-type", file.content_type),
                None => not_found("Content not found"),
            },
            ("DELETE", key) => match self.lock().remove(&(project.to_owned(), key.to_owned())) {
                Some(_) => Reply::json(200, json!({"success": true})),
                None => not_found("Content not found"),
            },
            _ => Reply::json(405, json!({"success": false, "message": "no such method"})),
        }
    }

    fn list(&self, request: &Request, project: &str) -> Reply {
        let number = |name: &str| request.query(name).and_then(|text| text.parse::<usize>().ok());
        let prefix = request.query("filter").unwrap_or_default();
        let shelf = self.lock();
        let entries = shelf.iter().filter(|((owner, key), _)| owner == project && key.starts_with(prefix));
        let entries: Vec<Value> = entries
            .skip(number("skip").unwrap_or(0))
            .take(number("limit").unwrap_or(usize::MAX))
            .map(|((_, key), file)| {
                json!({
                    "Key": key, "Size": file.bytes.len(), "ContentType": file.content_type,
                    "LastModified": file.modified.to_string(),
                })
            })
            .collect();
        Reply::json(200, entries.into())
    }

    fn take_form(&self, request: &Request, project: &str, now: Timestamp) -> Reply {
        let parts = request.multipart().unwrap_or_default();
        let part = |name: &str| parts.iter().find(|part| part.name == name);
        let key = part("key").and_then(|part| String::from_utf8(part.bytes.to_vec()).ok());
        let (Some(key), Some(content)) = (key, part("content")) else {
            return Reply::json(400, json!({"success": false, "message": "the form needs key and content"}));
        };
        let content_type = content.content_type.as_deref().unwrap_or("application/octet-stream");
        self.put(project, &key, content.bytes.clone(), content_type, now);
        Reply::json(200, json!({ "Key": key }))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<(String, String), File>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
