//! What the tests share: the simulator, a clock that is moved by hand, and a home folder of its own.
#![allow(dead_code, reason = "each test program uses a part of it")]

use std::path::PathBuf;

use auth_core::secret::expose;
use auth_core::sim::Journal;
use kognic::sim::Sim;
use kognic::{Builder, Client, Credentials, Environment, ErrorKind, ManualClock, Timestamp};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The token endpoint, as faults and journals name it.
pub(crate) const TOKEN: &str = "POST /v1/auth/oauth/token";
/// What [`kognic::api::Projects::list`] asks for.
pub(crate) const PROJECTS: &str = "GET /v1/projects";

/// The world of a test. Nothing outside of it is read or written.
pub(crate) struct World {
    pub(crate) sim: Sim,
    pub(crate) clock: ManualClock,
    home: TempDir,
}

impl World {
    /// 2027-01-15T08:00:00Z, an empty home folder, and a platform that knows the client `c-1` with the secret `s-1`.
    pub(crate) fn new() -> Self {
        let clock = ManualClock::at(Timestamp::from_unix_seconds(1_800_000_000));
        let sim = Sim::with_clock(clock.clone()).unwrap();
        Self { sim, clock, home: tempfile::tempdir().unwrap() }
    }

    /// No variables, and the home folder.
    pub(crate) fn environment(&self) -> Environment {
        Environment::empty().with_home(self.home.path()).with_seed(1)
    }

    /// A builder of clients in this world, without credentials.
    pub(crate) fn builder(&self) -> Builder {
        self.builder_in(self.environment())
    }

    /// A builder of clients in this world, in other surroundings.
    pub(crate) fn builder_in(&self, environment: Environment) -> Builder {
        Client::builder().environment(environment).clock(self.clock.clone()).base_url(self.sim.base())
    }

    /// A client with good credentials.
    pub(crate) fn client(&self) -> Client {
        self.builder().credentials(good()).build().unwrap()
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

    pub(crate) fn journal(&self) -> &Journal {
        self.sim.server().journal()
    }

    /// How many token requests there were.
    pub(crate) fn token_requests(&self) -> usize {
        self.journal().count(TOKEN)
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
    Credentials::new("c-1", "s-1")
}

/// A credentials file as the web app gives it, with some members changed. `null` takes a member away.
pub(crate) fn credentials_file(changes: Value) -> String {
    let mut file = json!({
        "clientId": "f-1", "clientSecret": "fs-1", "email": "a@example.com", "userId": 7,
        "issuer": "auth.app.kognic.com", "name": "API Credentials", "created": "2026-01-02T03:04:05.123456789Z",
        "expires": "2028-01-02T03:04:05Z", "scopes": ["api:read"],
    });
    let members = file.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        members.insert(name.clone(), value.clone());
    }
    members.retain(|_, value| !value.is_null());
    file.to_string()
}

/// The text of a client's current token.
pub(crate) async fn token(client: &Client) -> kognic::Result<String> {
    client.access_token().await.map(|token| expose(&token).to_owned())
}

/// What a client of this builder signs in with: id, secret and scope.
pub(crate) async fn signs_in(world: &World, builder: Builder) -> (String, String, Option<String>) {
    let client = builder.build().unwrap();
    // The platform may not know these credentials: what counts is what was sent.
    let _ = client.access_token().await;
    let request = world.journal().last().unwrap();
    let field = |name: &str| request.form_value(name);
    (field("client_id").unwrap(), field("client_secret").unwrap(), field("scope"))
}

/// The client id that a client of this builder signs in with.
pub(crate) async fn client_id(world: &World, builder: Builder) -> String {
    signs_in(world, builder).await.0
}

/// The kind and text of the error that a builder ends in. Nothing may be sent before.
pub(crate) fn refused(world: &World, builder: Builder) -> (ErrorKind, String) {
    let error = builder.build().map(|client| client.hosts().clone()).unwrap_err();
    assert!(world.journal().is_empty(), "something was sent");
    (error.kind(), world.hide(error.to_string()))
}

/// With `KOGNIC_CLIENT_ID` and `KOGNIC_CLIENT_SECRET`.
pub(crate) fn with_id_and_secret(environment: Environment, id: &str, secret: &str) -> Environment {
    environment.with_var("KOGNIC_CLIENT_ID", id).with_var("KOGNIC_CLIENT_SECRET", secret)
}
