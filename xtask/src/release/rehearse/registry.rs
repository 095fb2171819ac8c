//! A registry on loopback that speaks cargo's protocols: sparse index, publish, download.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use auth_core::sim::{Fault, Faults, Reply, Request, Simulator};
use aws_lc_rs::digest::{SHA256, digest};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::release::Result;

/// What cargo must show to publish.
pub(super) const TOKEN: &str = "rehearsal-token";
/// How cargo asks to publish.
pub(super) const UPLOAD: &str = "PUT /api/v1/crates/new";

/// The registry.
pub(super) struct Registry {
    simulator: Simulator,
    shelf: Arc<Mutex<Shelf>>,
}

/// What it holds: the versions of each crate, as the index has them, and what is downloaded.
#[derive(Default)]
struct Shelf {
    crates: BTreeMap<String, Vec<Version>>,
    downloads: Vec<String>,
}

struct Version {
    /// The line of the index.
    line: Value,
    packed: Vec<u8>,
}

impl Registry {
    pub(super) fn start() -> Result<Self> {
        let shelf: Arc<Mutex<Shelf>> = Arc::default();
        let served = Arc::clone(&shelf);
        let handler = move |request: &Request| {
            let mut shelf = served.lock().unwrap_or_else(PoisonError::into_inner);
            match (request.method().as_str(), request.segments().as_slice()) {
                ("GET", ["index", "config.json"]) => config(request.base()),
                ("GET", ["index", .., name]) => shelf.index(name),
                ("PUT", ["api", "v1", "crates", "new"]) => shelf.upload(request),
                ("GET", ["dl", name, version]) => shelf.download(name, version),
                _ => Reply::empty(404),
            }
        };
        let simulator = Simulator::start(handler).map_err(|error| error.to_string())?;
        Ok(Self { simulator, shelf })
    }

    /// What goes into `CARGO_REGISTRIES_<NAME>_INDEX`.
    pub(super) fn index(&self) -> String {
        format!("sparse+{}/index/", self.simulator.base())
    }

    pub(super) fn faults(&self) -> &Faults {
        self.simulator.faults()
    }

    /// How often something was sent to be published.
    pub(super) fn uploads(&self) -> usize {
        self.simulator.journal().count(UPLOAD)
    }

    /// The versions of a crate that are published.
    pub(super) fn published(&self, name: &str) -> Vec<String> {
        self.with(|shelf| {
            let versions = shelf.crates.get(name).map(Vec::as_slice).unwrap_or_default();
            versions
                .iter()
                .map(|version| version.line["vers"].as_str().unwrap_or_default().to_owned())
                .collect()
        })
    }

    /// All that is published, for people.
    pub(super) fn told(&self) -> String {
        let names = self.with(|shelf| shelf.crates.keys().cloned().collect::<Vec<_>>());
        let newest = |name: &String| format!("{name} {}", self.published(name).pop().unwrap_or_default());
        names.iter().map(newest).collect::<Vec<_>>().join(", ")
    }

    /// Takes a version back, or gives it again.
    pub(super) fn yank(&self, name: &str, yanked: bool) {
        self.with(|shelf| {
            for version in shelf.crates.get_mut(name).into_iter().flatten() {
                version.line["yanked"] = yanked.into();
            }
        });
    }

    /// What was downloaded since the last time, as `name version`.
    pub(super) fn take_downloads(&self) -> Vec<String> {
        self.with(|shelf| std::mem::take(&mut shelf.downloads))
    }

    fn with<T>(&self, look: impl FnOnce(&mut Shelf) -> T) -> T {
        look(&mut self.shelf.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The registry wants no more for a second.
pub(super) fn too_many() -> Fault {
    let after = Timestamp::now() + Duration::from_secs(1);
    let detail = format!(
        "You have published too many new crates in a short period of time. Please try again after {} or email us.",
        after.strftime("%a, %d %b %Y %H:%M:%S GMT")
    );
    Fault::Reply(refusal(429, &detail))
}

fn refusal(status: u16, detail: &str) -> Reply {
    Reply::json(status, json!({ "errors": [{ "detail": detail }] }))
}

fn config(base: &str) -> Reply {
    Reply::json(200, json!({ "dl": format!("{base}/dl/{{crate}}/{{version}}"), "api": base }))
}

impl Shelf {
    fn index(&self, name: &str) -> Reply {
        let Some(versions) = self.crates.get(name) else { return Reply::empty(404) };
        let lines: Vec<String> = versions.iter().map(|version| version.line.to_string()).collect();
        Reply::text(200, lines.join("\n"))
    }

    fn download(&mut self, name: &str, version: &str) -> Reply {
        let versions = self.crates.get(name).into_iter().flatten();
        let found = versions.into_iter().find(|held| held.line["vers"] == version);
        let Some(found) = found else { return Reply::empty(404) };
        self.downloads.push(format!("{name} {version}"));
        Reply::bytes(200, found.packed.clone())
    }

    fn upload(&mut self, request: &Request) -> Reply {
        if request.header("authorization") != Some(TOKEN) {
            return refusal(403, "this token may not publish");
        }
        let Some((about, packed)) = parts(request.body()) else {
            return refusal(400, "the upload cannot be read");
        };
        let (Some(name), Some(version)) = (about["name"].as_str(), about["vers"].as_str()) else {
            return refusal(400, "the upload has no name or no version");
        };
        let versions = self.crates.entry(name.to_owned()).or_default();
        if versions.iter().any(|held| held.line["vers"] == version) {
            return refusal(400, &format!("crate version `{version}` is already uploaded"));
        }
        versions.push(Version { line: line(&about, packed), packed: packed.to_vec() });
        Reply::json(
            200,
            json!({ "warnings": { "invalid_categories": [], "invalid_badges": [], "other": [] } }),
        )
    }
}

/// What an upload is made of: a length and JSON, a length and the packed crate, all lengths little-endian.
fn parts(body: &[u8]) -> Option<(Value, &[u8])> {
    let (about, rest) = counted(body)?;
    let (packed, rest) = counted(rest)?;
    rest.is_empty().then_some(())?;
    Some((serde_json::from_slice(about).ok()?, packed))
}

fn counted(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)
}

/// The line of the index for what is uploaded.
fn line(about: &Value, packed: &[u8]) -> Value {
    let dependency = |dependency: &Value| {
        let renamed = &dependency["explicit_name_in_toml"];
        let is_renamed = renamed.is_string();
        json!({
            "name": if is_renamed { renamed } else { &dependency["name"] },
            "package": if is_renamed { dependency["name"].clone() } else { Value::Null },
            "req": dependency["version_req"],
            "features": dependency["features"],
            "optional": dependency["optional"],
            "default_features": dependency["default_features"],
            "target": dependency["target"],
            "kind": dependency["kind"],
            "registry": dependency["registry"],
        })
    };
    let dependencies: Vec<Value> = about["deps"].as_array().into_iter().flatten().map(dependency).collect();
    let checksum: String =
        digest(&SHA256, packed).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    json!({
        "name": about["name"],
        "vers": about["vers"],
        "deps": dependencies,
        "features": about["features"],
        "cksum": checksum,
        "yanked": false,
        "links": about["links"],
        "rust_version": about["rust_version"],
        "v": 2,
    })
}
