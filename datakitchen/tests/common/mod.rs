//! What the tests share: the simulator, a clock that is moved by hand, and a home folder of its own.
#![allow(dead_code, reason = "each test program uses a part of it")]

use std::path::PathBuf;
use std::time::Duration;

use auth_core::secret::expose;
use auth_core::sim::{Fault, Journal, Reply, unsigned_jwt};
use datakitchen::sim::Sim;
use datakitchen::{Builder, Client, Credentials, Environment, ErrorKind, ManualClock, Timestamp};
use serde_json::{Value, json};
use tempfile::TempDir;

/// How faults and journals name the endpoints.
pub(crate) const LOGIN: &str = "POST /v2/login";
pub(crate) const VALIDATE: &str = "GET /v2/validatetoken";
/// What [`datakitchen::api::Kitchens::list`] asks for.
pub(crate) const KITCHENS: &str = "GET /v2/kitchen/list";

/// How a token lives here, and how early it is renewed.
pub(crate) const LIFE: Duration = Duration::from_secs(4 * 3600);
pub(crate) const LEEWAY: Duration = Duration::from_secs(180);
/// Longer than any test takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);
/// 2027-01-15T08:00:00Z.
pub(crate) const START: i64 = 1_800_000_000;

/// The world of a test. Nothing outside of it is read or written.
pub(crate) struct World {
    pub(crate) sim: Sim,
    pub(crate) clock: ManualClock,
    home: TempDir,
}

impl World {
    /// 2027-01-15T08:00:00Z, an empty home folder, and a platform that knows `me@example.com`.
    pub(crate) fn new() -> Self {
        let clock = ManualClock::at(Timestamp::from_unix_seconds(START));
        let sim = Sim::with_clock(clock.clone()).unwrap();
        Self { sim, clock, home: tempfile::tempdir().unwrap() }
    }

    /// No variables, and the home folder.
    pub(crate) fn environment(&self) -> Environment {
        Environment::empty().with_home(self.home.path()).with_seed(1)
    }

    /// A builder of clients in this world, without credentials and base URL.
    pub(crate) fn bare_builder(&self, environment: Environment) -> Builder {
        Client::builder().environment(environment).clock(self.clock.clone())
    }

    /// A builder of clients in this world, without credentials.
    pub(crate) fn builder(&self) -> Builder {
        self.bare_builder(self.environment()).base_url(self.sim.base())
    }

    /// A client with good credentials.
    pub(crate) fn client(&self) -> Client {
        self.builder().credentials(good()).build().unwrap()
    }

    /// A client of a context that the vendor's CLI wrote.
    pub(crate) fn context_client(&self) -> Client {
        self.sim.write_context(self.home.path(), "default").unwrap();
        self.bare_builder(self.environment()).context("default").build().unwrap()
    }

    /// The home folder.
    pub(crate) fn home(&self) -> &std::path::Path {
        self.home.path()
    }

    /// A file below the home folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Writes a file below the home folder.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    /// The file of a context for this platform, with some members changed. `null` takes a member away.
    pub(crate) fn config(&self, changes: Value) -> String {
        let port = self.sim.base().rsplit_once(':').unwrap().1.to_owned();
        let mut config = json!({
            "dk-cloud-ip": "http://127.0.0.1", "dk-cloud-port": port,
            "dk-cloud-username": "me@example.com", "dk-cloud-password": "not-a-real-password",
        });
        let members = config.as_object_mut().unwrap();
        for (name, value) in changes.as_object().unwrap() {
            members.insert(name.clone(), value.clone());
        }
        members.retain(|_, value| !value.is_null());
        config.to_string()
    }

    pub(crate) fn journal(&self) -> &Journal {
        self.sim.server().journal()
    }

    /// How many logins there were.
    pub(crate) fn logins(&self) -> usize {
        self.journal().count(LOGIN)
    }

    /// What a request meets next.
    pub(crate) fn next(&self, pattern: &str, fault: Fault) {
        self.sim.server().faults().next(pattern, fault);
    }

    /// What is answered next, in place of the simulator's own answer.
    pub(crate) fn next_reply(&self, pattern: &str, reply: Reply) {
        self.next(pattern, Fault::Reply(reply));
    }

    /// What differs from run to run by names that do not.
    pub(crate) fn hide(&self, text: impl AsRef<str>) -> String {
        let base = self.sim.base();
        let authority = base.trim_start_matches("http://");
        text.as_ref()
            .replace(&base, "$BASE")
            .replace(authority, "$HOST")
            .replace(self.home.path().to_str().unwrap(), "$HOME")
    }
}

/// The credentials that the platform knows.
pub(crate) fn good() -> Credentials {
    Credentials::password("me@example.com", "not-a-real-password")
}

/// A token that the simulator does not know, which lives so many seconds from the start.
pub(crate) fn foreign_jwt(seconds: i64) -> String {
    unsigned_jwt(&json!({"sub": "foreign", "exp": START + seconds}))
}

/// The text of a client's current token.
pub(crate) async fn token(client: &Client) -> datakitchen::Result<String> {
    client.access_token().await.map(|token| expose(&token).to_owned())
}

/// What a client of this builder signs in with.
pub(crate) async fn signs_in(world: &World, builder: Builder) -> (String, String) {
    let client = builder.build().unwrap();
    // The platform may not know these credentials: what counts is what was sent.
    let _ = client.access_token().await;
    let request = world.journal().last().unwrap();
    (request.form_value("username").unwrap(), request.form_value("password").unwrap())
}

/// The header with which a client of this builder makes its first call, without a login.
pub(crate) async fn sends(world: &World, builder: Builder) -> String {
    let _ = builder.build().unwrap().kitchens().list().await;
    assert_eq!(world.logins(), 0);
    world.journal().matching(KITCHENS)[0].header("authorization").unwrap().to_owned()
}

/// The kind and text of the error that a builder ends in. Nothing may be sent before.
pub(crate) fn refused(world: &World, builder: Builder) -> (ErrorKind, String) {
    let error = builder.build().map(|client| client.base_url().clone()).unwrap_err();
    assert!(world.journal().is_empty(), "something was sent");
    (error.kind(), world.hide(error.to_string()))
}

/// With `DK_CLOUD_USERNAME` and `DK_CLOUD_PASSWORD`.
pub(crate) fn with_password(environment: Environment) -> Environment {
    environment.with_var("DK_CLOUD_USERNAME", "v@example.com").with_var("DK_CLOUD_PASSWORD", "v-password")
}
