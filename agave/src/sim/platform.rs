//! What the tenant keeps for its users: systems with files, apps, jobs, documents, notifications and postits.

use auth_core::Timestamp;
use auth_core::sim::Reply;
use serde_json::json;

use super::call::{Call, error, no_such_resource, success, written};
use super::collection::{self, Collection};
use super::jobs::Jobs;
use super::storage::{Storage, place};

/// The state of all services but `clients` and `profiles`.
#[derive(Debug)]
pub(super) struct Platform {
    pub(super) storage: Storage,
    pub(super) jobs: Jobs,
    apps: Collection,
    systems: Collection,
    documents: Collection,
    notifications: Collection,
    postits: Collection,
}

impl Platform {
    pub(super) fn new(now: Timestamp) -> Self {
        let mut systems = Collection::new("id", "system");
        let system = |id: &str, kind: &str, name: &str| {
            json!({
                "id": id, "uuid": format!("{id}-uuid"), "name": name, "type": kind, "description": "", "status": "UP",
                "owner": "u", "public": true, "default": true, "globalDefault": false, "available": true, "revision": 1,
                "lastUpdated": written(now), "lastModified": written(now), "_links": {},
            })
        };
        systems.insert(system("data", "STORAGE", "Files"));
        let mut cluster = system("cluster", "EXECUTION", "Jobs");
        cluster["executionType"] = "HPC".into();
        cluster["scheduler"] = "SLURM".into();
        cluster["queues"] = json!([{"name": "normal", "default": true, "maxNodes": 256}]);
        systems.insert(cluster);
        let mut apps = Collection::new("id", "app");
        for (name, what) in
            [("wc", "Counts lines, words and bytes"), ("fail", "Fails"), ("sleep", "Sleeps an hour")]
        {
            apps.insert(json!({
                "id": format!("{name}-1.0"), "name": name, "version": "1.0", "revision": 1, "isPublic": true,
                "shortDescription": what, "executionSystem": "cluster", "executionType": "HPC", "parallelism": "SERIAL",
                "available": true, "inputs": [{"id": "query", "value": {"required": false, "default": ""}}],
                "parameters": [], "outputs": [], "lastModified": written(now), "_links": {},
            }));
        }
        Self {
            storage: Storage::new(now),
            jobs: Jobs::default(),
            apps,
            systems,
            documents: Collection::new("uuid", "meta"),
            notifications: Collection::new("uuid", "notification"),
            postits: Collection::new("nonce", "postit"),
        }
    }

    /// The answer, where the path is one of these services.
    pub(super) fn answer(&mut self, path: &[&str], call: &Call<'_>) -> Option<Reply> {
        self.jobs.settle(&mut self.storage, call.now);
        Some(match path {
            ["files", "v2", rest @ ..] => self.files(rest, call),
            ["jobs", "v2", rest @ ..] => self.jobs.answer(rest, call, &self.apps),
            ["apps", "v2", rest @ ..] => apps(&mut self.apps, rest, call),
            ["systems", "v2", rest @ ..] => self.systems.answer(rest, call, |system| {
                system["status"] = "UP".into();
            }),
            ["meta", "v2", "data", rest @ ..] => self.documents.answer(rest, call, |_| {}),
            ["notifications", "v2", rest @ ..] => self.notifications.answer(rest, call, |_| {}),
            ["postits", "v2", rest @ ..] => self.postits.answer(rest, call, |postit| {
                postit["remainingUses"] = postit["maxUses"].clone();
                postit["creator"] = postit["owner"].clone();
            }),
            _ => return None,
        })
    }

    fn files(&mut self, path: &[&str], call: &Call<'_>) -> Reply {
        let Some((kind, rest)) = path.split_first() else { return no_such_resource() };
        let (system, path) = match rest {
            ["system", system, rest @ ..] => (*system, rest),
            rest => ("data", rest),
        };
        if self.systems.get(system).is_none() {
            return error(404, &format!("No system found with id {system}"));
        }
        let path = place(path);
        match (*kind, call.method) {
            ("listings", "GET") => self.storage.listing(system, &path, call),
            ("history", "GET") => self.storage.history(system, &path, call),
            ("pems", _) => self.storage.permissions(system, &path, call),
            ("media", "GET") => self.storage.download(system, &path, call),
            ("media", "POST") => self.storage.import(system, &path, call),
            ("media", "PUT") => self.storage.manage(system, &path, call),
            ("media", "DELETE") => self.storage.delete(system, &path, call),
            _ => no_such_resource(),
        }
    }
}

/// Apps have ids of their name and version, and lists by several attributes.
fn apps(apps: &mut Collection, path: &[&str], call: &Call<'_>) -> Reply {
    let by = |apps: &Collection, attribute: &str, value: &str| {
        let found = apps.all().filter(|app| app[attribute] == value).cloned();
        success(200, collection::page(found, call.request))
    };
    match (call.method, path) {
        ("GET", ["name", name]) => by(apps, "name", name),
        ("GET", ["system", system]) => by(apps, "executionSystem", system),
        ("GET", [id, "form"]) => success(200, format!("<form id=\"{id}\"></form>").into()),
        _ => apps.answer(path, call, |app| {
            let part = |name: &str| app[name].as_str().unwrap_or_default().to_owned();
            app["id"] = format!("{}-{}", part("name"), part("version")).into();
            app["isPublic"] = false.into();
        }),
    }
}
