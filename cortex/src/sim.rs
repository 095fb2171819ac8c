//! A stateful fake of a cluster on loopback, for tests and for trying out. Exempt from semver.
//!
//! It verifies the signature and the claims of every token by its own clock, and keeps what projects have: managed content,
//! sessions, models, experiments with their runs and artifacts, connections, secrets, skills and what became of calls of
//! them, types and agents.
//!
//! ```
//! # async fn example() -> cortex::Result<()> {
//! let sim = cortex::sim::Sim::start()?;
//! let client = cortex::Client::builder()
//!     .environment(cortex::Environment::empty())
//!     .config(sim.config())
//!     .project("p1")
//!     .build()?;
//! client.content().upload("a/b.txt", "hello").await?;
//! assert_eq!(client.content().download("a/b.txt").bytes().await?, "hello");
//! # Ok(())
//! # }
//! # tokio::runtime::Runtime::new().unwrap().block_on(example()).unwrap();
//! ```

mod content;
mod documents;
mod gateway;
mod routes;
mod runs;
mod sessions;
mod skills;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use auth_core::sim::{Reply, Request, Simulator, TestCa};
use auth_core::{Clock, Error, ErrorKind, Result, SecretString, SystemClock};
use bytes::Bytes;
use serde_json::{Value, json};

use crate::pat::PersonalAccessConfig;
use content::Shelf;
use documents::Documents;
use gateway::Gateway;
pub use gateway::Refusal;
use runs::Runs;
use sessions::Sessions;
use skills::Running;

/// The user that the cluster knows.
const USER: &str = "0aa0aa00-0000-4000-8000-00000000c0de";
/// The public and the private half of the user's key, which is a fake: the bytes 1 to 32.
const X: &str = "ebVWLo_mVPlAeLES6KmLp5AfhTrmlb7X4OORC60ElmQ";
const D: &str = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA";
const KID: &str = "WWpn_pfHui9YKR4CZtQsDGMu7_Gch2zYChfSvnxgtPk";

/// A cluster on loopback. It knows one user, and the projects `p1` and `p2`.
#[derive(Debug)]
pub struct Sim {
    simulator: Simulator,
    cluster: Arc<Cluster>,
}

#[derive(Debug)]
struct Cluster {
    gateway: Gateway,
    shelf: Shelf,
    documents: Documents,
    runs: Runs,
    running: Running,
    sessions: Sessions,
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
        Self::start_on(clock, Simulator::builder().port(port))
    }

    /// Starts it with `https` and a certificate from `ca`.
    pub fn with_tls(clock: impl Clock, ca: &TestCa) -> Result<Self> {
        Self::start_on(Arc::new(clock), Simulator::builder().tls(ca))
    }

    fn start_on(clock: Arc<dyn Clock>, builder: auth_core::sim::Builder) -> Result<Self> {
        let cluster = Arc::new(Cluster::new(Gateway::new(clock)));
        let handler = Arc::clone(&cluster);
        let simulator = builder.start(move |request: &Request| handler.answer(request))?;
        Ok(Self { simulator, cluster })
    }

    /// The URL of the cluster.
    pub fn base(&self) -> String {
        self.simulator.base()
    }

    /// The server: its journal of requests, and its faults.
    pub fn server(&self) -> &Simulator {
        &self.simulator
    }

    /// The user's personal access config, as the console gives it.
    pub fn config_json(&self) -> Value {
        config(&self.base())
    }

    /// The user's personal access config.
    pub fn config(&self) -> PersonalAccessConfig {
        // The key is a constant: what could fail here fails in every test.
        #[allow(clippy::expect_used, reason = "the config of the simulator is well-formed")]
        PersonalAccessConfig::from_json(self.config_json().to_string()).expect("a well-formed config")
    }

    /// Writes the user's personal access config into a folder, as `pat.json`.
    pub fn write_config(&self, folder: &Path) -> Result<PathBuf> {
        write(folder.join("pat.json"), &self.config_json().to_string())
    }

    /// Writes `.cortex/config` below a home folder as the vendor's CLI does: with the profile `default` of the user, and
    /// the project `p1`.
    pub fn write_profile(&self, home: &Path) -> Result<PathBuf> {
        let mut profile = self.config_json();
        profile["project"] = "p1".into();
        profile["templateConfig"] = json!({"repo": "CognitiveScale/cortex-code-templates", "branch": "main"});
        let document = json!({"version": "5", "profiles": {"default": profile}, "currentProfile": "default"});
        write(home.join(".cortex").join("config"), &format!("{document:#}"))
    }

    /// A ready token of the user, which lives so long.
    pub fn token(&self, life: Duration) -> Result<SecretString> {
        self.cluster.gateway.issue(&self.config(), life)
    }

    /// The message with which the cluster calls a skill of a project, with a token that lives a day.
    pub fn message(&self, project: &str) -> Result<Value> {
        let token = self.token(Duration::from_secs(24 * 3600))?;
        Ok(json!({
            "activationId": "2b7a", "agentName": "", "apiEndpoint": self.base(), "channelId": "c1", "outputName": "out",
            "payload": {"q": 1}, "projectId": project, "properties": {"k": "v"}, "sessionId": "2b7a",
            "skillName": "my-skill", "timestamp": 1_700_000_000_000_i64, "token": auth_core::secret::expose(&token),
        }))
    }

    /// How many different tokens were accepted so far.
    pub fn tokens_seen(&self) -> usize {
        self.cluster.gateway.seen()
    }

    /// Accepts none of the tokens any more that were accepted so far.
    pub fn revoke_all(&self) {
        self.cluster.gateway.revoke_all();
    }

    /// Does not know the user's key any more: no token is accepted.
    pub fn revoke_key(&self) {
        self.cluster.gateway.revoke_key();
    }

    /// How tokens are refused from now on.
    pub fn refuse_by(&self, refusal: Refusal) {
        self.cluster.gateway.refuse_by(refusal);
    }

    /// Sets the cluster's clock ahead of the given one by so many seconds, or behind it.
    pub fn skew(&self, seconds: i64) {
        self.cluster.gateway.skew(seconds);
    }

    /// Puts a file into the managed content of a project.
    pub fn put_content(&self, project: &str, key: &str, bytes: impl Into<Bytes>) {
        let modified = self.cluster.gateway.now();
        self.cluster.shelf.put(project, key, bytes.into(), "application/octet-stream", modified);
    }

    /// A file of the managed content of a project.
    pub fn content(&self, project: &str, key: &str) -> Option<Bytes> {
        self.cluster.shelf.get(project, key)
    }

    /// Saves a document under its `name`, as in `("p1", "skills", json!({"name": "s"}))`.
    pub fn put_document(&self, project: &str, collection: &str, document: Value) {
        let name = document["name"].as_str().unwrap_or_default().to_owned();
        self.cluster.documents.put(project, collection, &name, document);
    }

    /// A document by its name, or a secret as `{"value": ..}`.
    pub fn document(&self, project: &str, collection: &str, name: &str) -> Option<Value> {
        self.cluster.documents.get(project, collection, name)
    }

    /// What a run of an experiment made.
    pub fn artifact(&self, project: &str, experiment: &str, run: &str, key: &str) -> Option<Bytes> {
        self.cluster.runs.artifact(project, experiment, run, key)
    }

    /// Whether a skill of a project is deployed.
    pub fn is_deployed(&self, project: &str, skill: &str) -> bool {
        self.cluster.running.is_deployed(project, "skills", skill)
    }

    /// The message with which the cluster calls a skill for a call of [`SkillClient`](crate::SkillClient), named by its
    /// activation.
    pub fn message_of(&self, activation: &str) -> Result<Value> {
        let call = self.cluster.running.call(activation).ok_or_else(|| {
            Error::new(ErrorKind::InvalidInput, format!("there is no activation {activation}"))
        })?;
        let mut message = self.message(&call.project)?;
        message["activationId"] = activation.into();
        message["sessionId"] = activation.into();
        message["skillName"] = call.skill.into();
        message["payload"] = call.body["payload"].clone();
        message["properties"] = call.body["properties"].clone();
        Ok(message)
    }

    /// What a skill had to say in an activation, in order.
    pub fn said(&self, activation: &str) -> Vec<Value> {
        self.cluster.running.said(activation)
    }
}

fn config(url: &str) -> Value {
    json!({
        "jwk": {"crv": "Ed25519", "x": X, "d": D, "kty": "OKP", "kid": KID},
        "issuer": "cognitivescale.com", "audience": "cortex", "username": USER, "url": url,
    })
}

fn not_found(message: &str) -> Reply {
    Reply::json(404, json!({"success": false, "message": message}))
}

fn write(path: PathBuf, text: &str) -> Result<PathBuf> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&path, text)).map_err(|error| {
        Error::new(ErrorKind::File, format!("{} cannot be written", path.display())).with_source(error)
    })?;
    Ok(path)
}
