//! A stateful fake of the platform on loopback, for tests and for trying out. Exempt from semver.
//!
//! ```
//! # async fn example() -> kognic::Result<()> {
//! let sim = kognic::sim::Sim::start()?;
//! let client = kognic::Client::builder()
//!     .base_url(sim.base())
//!     .credentials(kognic::Credentials::new("c-1", "s-1"))
//!     .build()?;
//! assert_eq!(client.projects().list().await?.len(), 2);
//! # Ok(())
//! # }
//! # tokio::runtime::Runtime::new().unwrap().block_on(example()).unwrap();
//! ```

mod annotations;
mod inputs;
mod projects;
mod query;
mod scenes;
mod storage;
mod token;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use auth_core::sim::{Issuer, Reply, Request, Simulator};
use auth_core::{Clock, Error, ErrorKind, Result, SystemClock};
use serde_json::{Value, json};

/// The platform on loopback: every service at one base URL, and the cloud storage too. It knows the client `c-1` with
/// the secret `s-1`, the workspace `w-1`, and the projects `highway` and `parking` with a batch `b-1` each.
///
/// It keeps scenes, the files that were sent to signed URLs, inputs, calibrations, pre-annotations and annotations. A
/// scene whose files are all there is processing when it is first asked for, and created from then on. Each input that is
/// created is annotated at once: with the pre-annotation where there is one, else with one object.
#[derive(Debug)]
pub struct Sim {
    simulator: Simulator,
    platform: Arc<Platform>,
}

#[derive(Debug)]
struct Platform {
    issuer: Issuer,
    /// Secrets by client id.
    clients: Mutex<BTreeMap<String, String>>,
    /// Batches by project.
    projects: Mutex<BTreeMap<String, Vec<String>>>,
    state: Mutex<State>,
}

/// What was written to the platform.
#[derive(Debug, Default)]
struct State {
    /// How many things have a name from here.
    names: u64,
    scenes: BTreeMap<String, scenes::Scene>,
    inputs: BTreeMap<String, inputs::Input>,
    pre_annotations: BTreeMap<String, annotations::PreAnnotation>,
    /// Contents of annotations, by input.
    annotations: BTreeMap<String, Value>,
    calibrations: Vec<Value>,
    judgements: Vec<Value>,
    /// Sizes of files that were sent, by the path of their URL.
    uploads: BTreeMap<String, u64>,
}

impl State {
    /// `scene-1`, `input-2` and so on.
    fn name(&mut self, kind: &str) -> String {
        self.names += 1;
        format!("{kind}-{}", self.names)
    }
}

impl Sim {
    /// Starts it, by the machine's clock. It stops when it is dropped.
    pub fn start() -> Result<Self> {
        Self::start_at(Arc::new(SystemClock::new()), 0)
    }

    /// Starts it by another clock.
    pub fn with_clock(clock: impl Clock) -> Result<Self> {
        Self::start_at(Arc::new(clock), 0)
    }

    /// Starts it on a port that is chosen (0: any).
    pub fn start_at(clock: Arc<dyn Clock>, port: u16) -> Result<Self> {
        let platform = Arc::new(Platform {
            issuer: Issuer::new(clock, Duration::from_secs(3600)),
            clients: Mutex::new(BTreeMap::from([("c-1".to_owned(), "s-1".to_owned())])),
            projects: Mutex::new(
                ["highway", "parking"].map(|project| (project.to_owned(), vec!["b-1".to_owned()])).into(),
            ),
            state: Mutex::new(State { judgements: query::samples(), ..State::default() }),
        });
        let handler = Arc::clone(&platform);
        let simulator =
            Simulator::builder().port(port).start(move |request: &Request| handler.answer(request))?;
        Ok(Self { simulator, platform })
    }

    /// The base URL of every service.
    pub fn base(&self) -> String {
        self.simulator.base()
    }

    /// The server: its journal of requests, and its faults.
    pub fn server(&self) -> &Simulator {
        &self.simulator
    }

    /// The tokens: how long they live, and how they are revoked.
    pub fn issuer(&self) -> &Issuer {
        &self.platform.issuer
    }

    /// Makes a client known, or changes its secret.
    pub fn set_client(&self, id: &str, secret: &str) {
        lock(&self.platform.clients).insert(id.to_owned(), secret.to_owned());
    }

    /// Annotates an input, in place of what was there.
    pub fn annotate(&self, input_uuid: &str, openlabel: Value) {
        lock(&self.platform.state).annotations.insert(input_uuid.to_owned(), openlabel);
    }

    /// How many bytes of files were sent to signed URLs.
    pub fn uploaded_bytes(&self) -> u64 {
        lock(&self.platform.state).uploads.values().sum()
    }

    /// How many scenes there are, pending ones too.
    pub fn scenes(&self) -> usize {
        lock(&self.platform.state).scenes.len()
    }

    /// Writes a credentials file as the web app gives it, for the client `c-1`.
    pub fn write_credentials(&self, folder: &Path) -> Result<PathBuf> {
        let path = folder.join("credentials.json");
        let credentials = json!({
            "clientId": "c-1", "clientSecret": "s-1", "email": "a@example.com", "userId": 7,
            "issuer": "auth.app.kognic.com", "name": "API Credentials", "created": "2026-01-02T03:04:05.123456789Z",
        });
        std::fs::write(&path, credentials.to_string()).map_err(|error| {
            Error::new(ErrorKind::File, format!("{} cannot be written", path.display())).with_source(error)
        })?;
        Ok(path)
    }
}

impl Platform {
    fn answer(&self, request: &Request) -> Reply {
        let path = request.segments();
        let path = path.as_slice();
        match (request.method().as_str(), path) {
            ("POST", ["v1", "auth", "oauth", "token"]) => return self.token(request),
            (method, ["storage", rest @ ..]) => return self.storage(method, rest, request),
            _ => {}
        }
        if let Err(refused) = self.authorize(request) {
            return *refused;
        }
        self.projects(request, path)
            .or_else(|| self.scenes(request, path))
            .or_else(|| self.inputs(request, path))
            .or_else(|| self.annotations(request, path))
            .or_else(|| self.query(request, path))
            .unwrap_or_else(|| refuse(404, "no such endpoint"))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

/// When everything was created.
const CREATED: &str = "2026-01-02T03:04:05.678Z";

/// An error in the platform's words.
fn refuse(status: u16, message: impl Into<String>) -> Reply {
    Reply::json(status, json!({ "message": message.into() }))
}

/// The texts of a list in a request, under a name.
fn texts(body: &Value, name: &str) -> Vec<String> {
    let items = body[name].as_array().into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn data(data: Value) -> Reply {
    Reply::json(200, json!({ "data": data }))
}
