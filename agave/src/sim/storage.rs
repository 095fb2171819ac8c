//! Files in memory. A file that is sent is in its place two seconds later, as with the real service.

use std::collections::BTreeMap;
use std::time::Duration;

use auth_core::Timestamp;
use auth_core::sim::Reply;
use bytes::Bytes;
use serde_json::{Value, json};

use super::call::{Call, error, no_such_resource, success, written};
use super::collection::{page, permission};

/// How long a file that is sent is on its way.
const STAGING: Duration = Duration::from_secs(2);

/// A path without slashes at its ends; the topmost folder is empty.
pub(super) fn place(segments: &[&str]) -> String {
    segments.iter().filter(|segment| !segment.is_empty()).copied().collect::<Vec<_>>().join("/")
}

#[derive(Clone, Debug)]
struct Entry {
    /// `None`: a folder.
    content: Option<Bytes>,
    sent_at: Timestamp,
    ready_at: Timestamp,
    failed: bool,
    permissions: BTreeMap<String, String>,
}

/// Files and folders, by system and path.
#[derive(Debug, Default)]
pub(super) struct Storage {
    entries: BTreeMap<(String, String), Entry>,
}

impl Storage {
    pub(super) fn new(now: Timestamp) -> Self {
        let mut storage = Self::default();
        for system in ["data", "cluster"] {
            storage.put(system, "", None, now);
        }
        storage.write("data", "shared/hello.txt", Bytes::from_static(b"hello world\nhello again\n"), now);
        storage.put("data", "u", None, now);
        storage
    }

    /// Puts a file in its place at once.
    pub(super) fn write(&mut self, system: &str, path: &str, content: Bytes, now: Timestamp) {
        self.put(system, path, Some(content), now);
    }

    /// What is in a file that is there.
    pub(super) fn read(&self, system: &str, path: &str, now: Timestamp) -> Option<Bytes> {
        self.entry(system, path, now)?.content.clone()
    }

    pub(super) fn listing(&self, system: &str, path: &str, call: &Call<'_>) -> Reply {
        let Some(entry) = self.entry(system, path, call.now) else { return missing(path) };
        if entry.content.is_some() {
            return success(200, json!([item(system, path, entry)]));
        }
        let mut folder = item(system, path, entry);
        folder["name"] = ".".into();
        let below = self
            .below(system, path)
            .filter(|(_, name, entry)| !name.contains('/') && is_ready(entry, call.now));
        let items = below.map(|(full, _, entry)| item(system, full, entry));
        success(200, page(std::iter::once(folder).chain(items), call.request))
    }

    pub(super) fn history(&self, system: &str, path: &str, call: &Call<'_>) -> Reply {
        let Some(entry) = self.entries.get(&key(system, path)) else { return missing(path) };
        let event = |at: Timestamp, status: &str| json!({"created": written(at), "createdBy": call.user, "status": status, "description": ""});
        let mut events = vec![event(entry.sent_at, "STAGING_QUEUED")];
        if entry.ready_at <= call.now {
            events.push(event(
                entry.ready_at,
                if entry.failed { "STAGING_FAILED" } else { "STAGING_COMPLETED" },
            ));
        }
        success(200, page(events.into_iter(), call.request))
    }

    pub(super) fn permissions(&mut self, system: &str, path: &str, call: &Call<'_>) -> Reply {
        let Some(entry) = self.entries.get_mut(&key(system, path)) else { return missing(path) };
        match call.method {
            "GET" => {}
            "DELETE" => entry.permissions.clear(),
            "POST" => {
                let body = call.body();
                let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
                entry.permissions.insert(text("username"), text("permission"));
            }
            _ => return no_such_resource(),
        }
        let all = entry.permissions.iter().map(|(user, word)| permission(user, word));
        success(200, std::iter::once(permission("u", "ALL")).chain(all).collect())
    }

    pub(super) fn download(&self, system: &str, path: &str, call: &Call<'_>) -> Reply {
        match self.entry(system, path, call.now) {
            Some(Entry { content: Some(content), .. }) => Reply::ranged(call.request, content.clone()),
            Some(_) => error(400, "Directory downloads are not supported"),
            None => missing(path),
        }
    }

    /// Takes a file, or fetches one from another system. From elsewhere it can fetch nothing.
    pub(super) fn import(&mut self, system: &str, folder: &str, call: &Call<'_>) -> Reply {
        if self.entry(system, folder, call.now).is_none_or(|entry| entry.content.is_some()) {
            return missing(folder);
        }
        let (name, content, source) = if let Some(url) = call.request.form_value("urlToIngest") {
            let found = url.strip_prefix("agave://").and_then(|rest| rest.split_once('/'));
            let content = found.and_then(|(from, path)| self.read(from, path.trim_matches('/'), call.now));
            let name = call.request.form_value("fileName");
            (name.unwrap_or_else(|| url.rsplit('/').next().unwrap_or_default().to_owned()), content, url)
        } else {
            let parts = call.request.multipart().unwrap_or_default();
            let Some(file) = parts.into_iter().find(|part| part.name == "fileToUpload") else {
                return error(400, "No file or URL to import");
            };
            (file.file_name.unwrap_or_default(), Some(file.bytes), "upload".to_owned())
        };
        let path = place(&[folder, &name]);
        let entry = Entry {
            failed: content.is_none(),
            content: Some(content.unwrap_or_default()),
            sent_at: call.now,
            ready_at: call.now.saturating_add(STAGING),
            permissions: BTreeMap::new(),
        };
        self.entries.insert(key(system, &path), entry);
        success(
            202,
            json!({
                "name": name, "uuid": format!("file-{path}"), "owner": call.user, "internalUsername": null,
                "lastModified": call.time(), "source": source, "path": format!("/{path}"),
                "status": "STAGING_QUEUED", "systemId": system, "nativeFormat": "raw", "_links": {},
            }),
        )
    }

    pub(super) fn manage(&mut self, system: &str, path: &str, call: &Call<'_>) -> Reply {
        let body = call.body();
        let target = body["path"].as_str().unwrap_or_default().trim_matches('/').to_owned();
        if self.entry(system, path, call.now).is_none() {
            return missing(path);
        }
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        match body["action"].as_str() {
            Some("mkdir") => self.put(system, &place(&[path, &target]), None, call.now),
            Some("copy") => self.copy(system, path, &target),
            Some(action @ ("move" | "rename")) => {
                let target = if action == "rename" { place(&[folder, &target]) } else { target };
                self.copy(system, path, &target);
                self.remove(system, path);
            }
            _ => return error(400, "Action must be one of: mkdir, rename, copy, move"),
        }
        success(200, Value::Null)
    }

    pub(super) fn delete(&mut self, system: &str, path: &str, call: &Call<'_>) -> Reply {
        if self.entry(system, path, call.now).is_none() {
            return missing(path);
        }
        self.remove(system, path);
        success(200, Value::Null)
    }

    /// Puts a file or a folder in its place, with the folders above it.
    fn put(&mut self, system: &str, path: &str, content: Option<Bytes>, now: Timestamp) {
        let entry = |content| Entry {
            content,
            sent_at: now,
            ready_at: now,
            failed: false,
            permissions: BTreeMap::new(),
        };
        let mut above = path;
        while let Some((folder, _)) = above.rsplit_once('/') {
            self.entries.entry(key(system, folder)).or_insert_with(|| entry(None));
            above = folder;
        }
        self.entries.insert(key(system, path), entry(content));
    }

    fn entry(&self, system: &str, path: &str, now: Timestamp) -> Option<&Entry> {
        self.entries.get(&key(system, path)).filter(|entry| is_ready(entry, now))
    }

    /// What is below a folder: the path, and what of it is below.
    fn below<'a>(
        &'a self,
        system: &'a str,
        folder: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str, &'a Entry)> {
        self.entries.iter().filter_map(move |((on, path), entry)| {
            let rest = if folder.is_empty() { path } else { path.strip_prefix(folder)?.strip_prefix('/')? };
            (on == system && !rest.is_empty()).then_some((path.as_str(), rest, entry))
        })
    }

    fn copy(&mut self, system: &str, from: &str, to: &str) {
        let own = self.entries.get(&key(system, from)).map(|entry| (to.to_owned(), entry.clone()));
        let below = self.below(system, from).map(|(_, rest, entry)| (place(&[to, rest]), entry.clone()));
        let copies: Vec<_> = own.into_iter().chain(below).collect();
        for (path, entry) in copies {
            self.entries.insert(key(system, &path), entry);
        }
    }

    fn remove(&mut self, system: &str, path: &str) {
        let gone: Vec<String> = self.below(system, path).map(|(path, _, _)| path.to_owned()).collect();
        for path in gone.iter().map(String::as_str).chain([path]) {
            self.entries.remove(&key(system, path));
        }
    }
}

fn key(system: &str, path: &str) -> (String, String) {
    (system.to_owned(), path.to_owned())
}

fn is_ready(entry: &Entry, now: Timestamp) -> bool {
    entry.ready_at <= now && !entry.failed
}

fn item(system: &str, path: &str, entry: &Entry) -> Value {
    let is_dir = entry.content.is_none();
    json!({
        "name": path.rsplit('/').next(), "path": format!("/{path}"), "lastModified": written(entry.ready_at),
        "length": entry.content.as_ref().map_or(4096, Bytes::len), "permissions": "ALL",
        "format": if is_dir { "folder" } else { "raw" }, "type": if is_dir { "dir" } else { "file" },
        "mimeType": if is_dir { "text/directory" } else { "application/octet-stream" }, "system": system,
        "_links": {"self": {"href": format!("agave://{system}/{path}")}},
    })
}

fn missing(path: &str) -> Reply {
    error(404, &format!("File/folder does not exist: /{path}"))
}
