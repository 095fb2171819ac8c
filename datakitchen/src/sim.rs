//! A stateful fake of the platform on loopback, for tests and for trying out. Exempt from semver.
//!
//! ```
//! # async fn example() -> datakitchen::Result<()> {
//! let sim = datakitchen::sim::Sim::start()?;
//! let client = datakitchen::Client::builder()
//!     .base_url(sim.base())
//!     .credentials(datakitchen::Credentials::password("me@example.com", "not-a-real-password"))
//!     .build()?;
//! assert_eq!(client.kitchens().list().await?.len(), 2);
//! # Ok(())
//! # }
//! # tokio::runtime::Runtime::new().unwrap().block_on(example()).unwrap();
//! ```

mod kitchens;
mod orders;
mod platform;
mod recipes;
mod samples;
mod vault;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use auth_core::sim::{Issuer, Request, Simulator};
use auth_core::store::json::JsonStyle;
use auth_core::{Clock, Error, ErrorKind, Result, SystemClock};
use serde_json::{Value, json};

pub use orders::RunPlan;
use platform::Platform;

/// The platform on loopback. It knows the user `me@example.com` with the password `not-a-real-password`, and the API
/// token pair `key-1` and `secret-1`. Its kitchens are `master` and `K1`; to `closed` nobody has access.
///
/// Both kitchens have the recipe `R1` with the variations `v1` and `v2`. Orders run through their states by the clock, as
/// the [`RunPlan`] says. The events API takes the key `made-up-events-key`.
#[derive(Debug)]
pub struct Sim {
    simulator: Simulator,
    platform: Arc<Platform>,
}

/// How the login writes its token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TokenForm {
    /// The bare token.
    #[default]
    Raw,
    /// With white space around it.
    Blanks,
    /// As a JSON text.
    Quoted,
}

/// Where the platform hands out newer tokens beside the login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handout {
    /// `GET /v2/validatetoken` gives a newer token, not the one that was sent. On from the start.
    pub by_validation: bool,
    /// Each other reply carries a newer token in the header `refreshed_token`. Off at the start.
    pub by_header: bool,
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
        let platform =
            Arc::new(Platform::new(Issuer::new(Arc::clone(&clock), Duration::from_secs(4 * 3600)), clock));
        let handler = Arc::clone(&platform);
        let simulator =
            Simulator::builder().port(port).start(move |request: &Request| handler.answer(request))?;
        Ok(Self { simulator, platform })
    }

    /// The base URL.
    pub fn base(&self) -> String {
        self.simulator.base()
    }

    /// The server: its journal of requests, and its faults.
    pub fn server(&self) -> &Simulator {
        &self.simulator
    }

    /// The session tokens: how long they live, and how they are revoked.
    pub fn issuer(&self) -> &Issuer {
        &self.platform.issuer
    }

    /// Makes a user known, or changes the password.
    pub fn set_user(&self, username: &str, password: &str) {
        self.platform.change(|state| state.users.insert(username.to_owned(), password.to_owned()));
    }

    /// Makes an API token pair known, or changes its secret.
    pub fn set_api_token(&self, key_id: &str, secret: &str) {
        self.platform.change(|state| state.pairs.insert(key_id.to_owned(), secret.to_owned()));
    }

    /// How the login writes its token from now on.
    pub fn set_token_form(&self, form: TokenForm) {
        self.platform.change(|state| state.form = form);
    }

    /// Where newer tokens are handed out from now on.
    pub fn set_handout(&self, handout: Handout) {
        self.platform.change(|state| state.handout = handout);
    }

    /// How the runs of later orders go.
    pub fn set_run_plan(&self, plan: RunPlan) {
        self.platform.change(|state| state.orders.plan = plan);
    }

    /// What a kitchen is, for a test that changes it behind a client's back. `None`: there is no such kitchen.
    pub fn change_kitchen(&self, name: &str, change: impl FnOnce(&mut Value)) -> Option<()> {
        self.platform.change(|state| state.kitchens.find(name).map(change))
    }

    /// What the events API was told so far: the kind, as in `run-status`, and the event.
    pub fn events(&self) -> Vec<(String, Value)> {
        self.platform.change(|state| state.events.clone())
    }

    /// A session token of `me@example.com`, as a login would give it.
    pub fn issue_token(&self) -> String {
        self.platform.issue("me@example.com")
    }

    /// Writes a context as the vendor's CLI does, into `.dk` in a home folder. Returns the folder of the context.
    pub fn write_context(&self, home: &Path, name: &str) -> Result<PathBuf> {
        let url = self.simulator.url();
        let config = json!({
            "dk-cloud-ip": format!("{}://{}", url.scheme(), url.host_str().unwrap_or_default()),
            "dk-cloud-port": url.port_or_known_default().unwrap_or_default().to_string(),
            "dk-cloud-username": "me@example.com",
            "dk-cloud-password": "not-a-real-password",
        });
        let folder = home.join(".dk").join(name);
        let written = JsonStyle::indented(4).write(&config)?;
        fs::create_dir_all(&folder).and_then(|()| fs::write(folder.join("config.json"), written)).map_err(
            |error| {
                let what = format!("the context {} cannot be written", folder.display());
                Error::new(ErrorKind::File, what).with_source(error)
            },
        )?;
        Ok(folder)
    }
}
