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

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use auth_core::sim::{Issuer, Refusal, Reply, Request, Simulator};
use auth_core::{Clock, Error, ErrorKind, Result, SystemClock};
use serde_json::{Value, json};

/// The platform on loopback: every service at one base URL. It knows the client `c-1` with the secret `s-1`,
/// and the projects `highway` and `parking` with a batch `b-1` each.
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
        if let ("POST", ["v1", "auth", "oauth", "token"]) = (request.method().as_str(), path.as_slice()) {
            return self.token(request);
        }
        if let Err(refused) = self.authorize(request) {
            return *refused;
        }
        match (request.method().as_str(), path.as_slice()) {
            ("GET", ["v1", "projects"]) => {
                data(lock(&self.projects).keys().map(|name| project(name)).collect())
            }
            (method, ["v1", "projects", project, "batches", rest @ ..]) => {
                self.batches(method, project, rest)
            }
            _ => Reply::json(404, json!({"message": "no such endpoint"})),
        }
    }

    /// `GET .../batches` and `POST .../batches/{batch}` (contract section 6.2).
    fn batches(&self, method: &str, project: &str, rest: &[&str]) -> Reply {
        let mut projects = lock(&self.projects);
        match (method, projects.get_mut(project), rest) {
            (_, None, _) => Reply::json(404, json!({"message": format!("no project {project}")})),
            ("GET", Some(batches), []) => data(batches.iter().map(|name| batch(project, name)).collect()),
            ("POST", Some(batches), [name]) if batches.iter().any(|known| known == name) => {
                Reply::json(409, json!({"message": format!("there is a batch {name} already")}))
            }
            ("POST", Some(batches), [name]) => {
                batches.push((*name).to_owned());
                data(batch(project, name))
            }
            _ => Reply::json(404, json!({"message": "no such endpoint"})),
        }
    }

    /// `POST /v1/auth/oauth/token` (contract sections 2.1 to 2.4).
    fn token(&self, request: &Request) -> Reply {
        let field = |name: &str| request.form_value(name);
        let client = request.basic().or_else(|| Some((field("client_id")?, field("client_secret")?)));
        let known = client.filter(|(id, secret)| lock(&self.clients).get(id) == Some(secret));
        let Some((id, _)) = known else {
            return Reply::json(
                401,
                json!({"error": "invalid_client", "error_description": "unknown client or wrong secret"}),
            );
        };
        let granted = match field("grant_type").as_deref() {
            Some("client_credentials") => true,
            Some("refresh_token") => {
                field("refresh_token").and_then(|token| self.issuer.spend(&token)).as_ref() == Some(&id)
            }
            _ => return Reply::json(400, json!({"error": "unsupported_grant_type"})),
        };
        if !granted {
            return Reply::json(
                401,
                json!({"error": "invalid_token", "error_description": "the refresh token is not valid"}),
            );
        }
        let issued = self.issuer.issue(&id);
        let mut reply = json!({
            "access_token": issued.access_token, "token_type": "bearer", "expires_in": issued.life.as_secs(),
            "refresh_token": issued.refresh_token,
        });
        if let (Some(scope), Value::Object(reply)) = (field("scope"), &mut reply) {
            reply.insert("scope".to_owned(), scope.into());
        }
        Reply::json(200, reply)
    }

    fn authorize(&self, request: &Request) -> Result<String, Box<Reply>> {
        let refused = |message: &str| Box::new(Reply::json(401, json!({"message": message})));
        let token = request.bearer().ok_or_else(|| refused("no bearer token"))?;
        self.issuer.check(token).map_err(|refusal| match refusal {
            Refusal::Unknown => refused("unknown token"),
            Refusal::Expired => refused("token has expired"),
            Refusal::Revoked => refused("token was revoked"),
        })
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn data(data: Value) -> Reply {
    Reply::json(200, json!({ "data": data }))
}

fn project(name: &str) -> Value {
    json!({"created": "2026-01-02T03:04:05.678Z", "title": name, "description": "", "status": "active", "project": name})
}

fn batch(project: &str, batch: &str) -> Value {
    json!({
        "project": project, "batch": batch, "title": batch, "status": "open",
        "created": "2026-01-02T03:04:05.678Z", "updated": "2026-01-02T03:04:05.678Z",
    })
}
