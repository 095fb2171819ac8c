//! A stateful fake of a tenant on loopback, for tests and for trying out. Exempt from semver.
//!
//! ```
//! # async fn example() -> agave::Result<()> {
//! use agave::api::NewClient;
//!
//! let sim = agave::sim::Sim::start()?;
//! let ag = agave::Agave::builder().api_server(sim.base()).username("u").password("p").build()?;
//! let created = ag.clients().create(&NewClient::new("demo")).await?;
//! assert_eq!(created.consumer_key, "key-1");
//! assert_eq!(ag.profiles().get().await?.username, "u");
//! # Ok(())
//! # }
//! # tokio::runtime::Runtime::new().unwrap().block_on(example()).unwrap();
//! ```

mod actors;
mod call;
mod collection;
mod jobs;
mod platform;
mod storage;
mod tapis;
mod tenant;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use auth_core::sim::{Issuer, Request, Simulator};
use auth_core::store::replace_file;
use auth_core::{Clock, Result, SystemClock};
use serde_json::json;

pub use tenant::Faults;
use tenant::Tenant;

/// A tenant on loopback.
///
/// It knows the user `u` with the password `p`, the administrator `admin` with the password `p`, and the OAuth client
/// `K` with the secret `S`. Tokens live four hours, and a refresh token can be spent once. The JWT `jwt-1` in the
/// header `x-jwt-assertion-sim` and the nonce `nonce-1` stand for `u` too.
///
/// There are the storage system `data`, with the folder `u` and the file `shared/hello.txt`, and the execution system
/// `cluster`, with the apps `wc-1.0` (counts the lines, words and bytes of its inputs into `wc.out`), `fail-1.0` and
/// `sleep-1.0` (an hour). A file that is sent is in its place after two seconds, and a job goes on by a stage every two
/// seconds, by the simulator's clock. Apps, systems, metadata, notifications and postits are kept as they are told.
///
/// Actors echo. An image is fetched for 4 s (one with `no-such-image` in its name in vain), a message waits 2 s for its
/// worker, and its execution runs for 3 s; then there are logs (variables and message) and a result (the message). The
/// message `fail` ends with the exit code 1.
///
/// Below `/v3/` it is the tenant after its move to Tapis v3, with the same users and clients.
#[derive(Debug)]
pub struct Sim {
    simulator: Simulator,
    tenant: Arc<Tenant>,
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
        let tenant =
            Arc::new(Tenant::new(Issuer::new(Arc::clone(&clock), Duration::from_secs(14_400)), clock));
        let handler = Arc::clone(&tenant);
        let simulator =
            Simulator::builder().port(port).start(move |request: &Request| handler.answer(request))?;
        Ok(Self { simulator, tenant })
    }

    /// The base URL.
    pub fn base(&self) -> String {
        self.simulator.base()
    }

    /// The server: its journal of requests, and its faults.
    pub fn server(&self) -> &Simulator {
        &self.simulator
    }

    /// The tokens: how long they live, and how they are revoked. Their subject is the OAuth client's key and the user,
    /// divided by a blank.
    pub fn issuer(&self) -> &Issuer {
        &self.tenant.issuer
    }

    /// How the gateway tells of a token that it does not accept. Default: [`Faults::Json`].
    pub fn set_faults(&self, faults: Faults) {
        self.tenant.set_faults(faults);
    }

    /// Whether replies to a refresh carry a new refresh token. Default: yes. Otherwise the old one stays good.
    pub fn set_rotation(&self, rotates: bool) {
        self.tenant.set_rotation(rotates);
    }

    /// Writes `current` into a folder as the CLI does after `auth-tokens-create`, for the user `u` and the OAuth client
    /// `K`, with a token that was just issued.
    pub fn write_current(&self, folder: &Path) -> Result<PathBuf> {
        let issued = self.issuer().issue("K u");
        let path = folder.join("current");
        let current = json!({
            "tenantid": "sim", "baseurl": self.base(), "devurl": "", "apisecret": "S", "apikey": "K",
            "username": "u", "access_token": issued.access_token, "refresh_token": issued.refresh_token,
            "created_at": issued.issued_at.unix_seconds().to_string(),
            "expires_in": issued.life.as_secs().to_string(),
            "expires_at": issued.expires_at.format_utc("%a %b %e %H:%M:%S UTC %Y"),
        });
        replace_file(&path, format!("{current}\n"))?;
        Ok(path)
    }
}
