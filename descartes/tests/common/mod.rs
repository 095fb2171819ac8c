//! What the tests share: the simulator, a clock that is moved by hand, and a home folder of its own.
#![allow(dead_code, reason = "each test program uses a part of it")]

use std::path::{Path, PathBuf};
use std::sync::Once;
use std::time::Duration;

use auth_core::secret::expose;
use auth_core::sim::{Journal, unsigned_jwt};
use descartes::sim::Sim;
use descartes::{Auth, AuthBuilder, Client, Environment, ErrorKind, Flavor, ManualClock, Timestamp};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The token endpoint, as faults and journals name it.
pub(crate) const TOKEN: &str = "POST /token";
/// What `products().get("someorg:prod1")` asks for.
pub(crate) const PRODUCT: &str = "GET /metadata/v1/catalog/v2/products/someorg%3Aprod1";
/// How long a token lives here.
pub(crate) const LIFE: Duration = Duration::from_secs(36_000);
/// How early it is renewed.
pub(crate) const LEEWAY: Duration = Duration::from_secs(500);
/// Longer than any test takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);
/// When every test begins: 2027-01-15T08:00:00Z.
pub(crate) const NOW: i64 = 1_800_000_000;
/// SHA-1 of `sec`.
pub(crate) const SEC: &str = "920a25ef686c4f7ca6ad23dd109d3ad653161832";

/// The world of a test. Nothing outside of it is read or written.
pub(crate) struct World {
    pub(crate) sim: Sim,
    pub(crate) clock: ManualClock,
    pub(crate) flavor: Flavor,
    home: TempDir,
}

impl World {
    /// An empty home folder, and a platform that knows the client `cid` with the secret `sec`.
    pub(crate) fn new() -> Self {
        trace_everything();
        let clock = ManualClock::at(Timestamp::from_unix_seconds(NOW));
        let sim = Sim::with_clock(clock.clone()).unwrap();
        Self { sim, clock, flavor: Flavor::DESCARTES_LABS, home: tempfile::tempdir().unwrap() }
    }

    /// The same for EarthOne.
    pub(crate) fn earthone() -> Self {
        Self { flavor: Flavor::EARTH_ONE, ..Self::new() }
    }

    /// The home folder, and variables that lead to the simulator and hold no credentials.
    pub(crate) fn environment(&self) -> Environment {
        self.sim.lead(Environment::empty().with_home(self.home.path()).with_seed(1), self.flavor)
    }

    /// A builder in this world, without credentials.
    pub(crate) fn builder(&self) -> AuthBuilder {
        self.builder_in(self.environment())
    }

    /// A builder in this world, in other surroundings.
    pub(crate) fn builder_in(&self, environment: Environment) -> AuthBuilder {
        Auth::builder().flavor(self.flavor).environment(environment).clock(self.clock.clone())
    }

    /// With a variable of this flavour, as in `TOKEN`.
    pub(crate) fn with(&self, name: &str, value: &str) -> AuthBuilder {
        self.builder_in(self.environment().with_var(self.flavor.variable(name), value))
    }

    /// With good credentials.
    pub(crate) fn good(&self) -> AuthBuilder {
        self.builder().client_id("cid").client_secret("sec")
    }

    /// A client with good credentials.
    pub(crate) fn client(&self) -> Client {
        Client::new(self.good().build().unwrap()).unwrap()
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// A file in the vendor's folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(self.flavor.folder).join(name)
    }

    /// Writes a file in the vendor's folder.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    /// Writes the usual token information file: good credentials, with some members changed. `null` takes one away.
    pub(crate) fn write_info(&self, changes: Value) -> PathBuf {
        self.write("token_info.json", info(changes))
    }

    /// What a file in the vendor's folder holds.
    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// The names in the vendor's folder, without those of locks.
    pub(crate) fn files(&self) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.path("")) else { return Vec::new() };
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.filter(|name| !name.ends_with(".lock")).collect();
        names.sort();
        names
    }

    pub(crate) fn journal(&self) -> &Journal {
        self.sim.server().journal()
    }

    /// How many token requests there were.
    pub(crate) fn token_requests(&self) -> usize {
        self.journal().count(TOKEN)
    }

    /// A token with these claims beside those that make it good.
    pub(crate) fn jwt(&self, changes: Value) -> String {
        let mut claims = json!({"sub": "asdf", "aud": "cid", "iat": NOW, "exp": NOW + 36_000});
        change(&mut claims, changes);
        unsigned_jwt(&claims)
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

    /// Id, secret and scope that were sent for a token. The platform may not know them.
    pub(crate) async fn sent(&self, builder: AuthBuilder) -> (String, String, Option<String>) {
        let auth = builder.build().unwrap();
        assert!(self.journal().is_empty(), "something was sent too early");
        let _ = auth.token().await;
        let body = self.journal().last().unwrap().json().unwrap();
        let field = |name: &str| body.get(name).map(|value| value.as_str().unwrap().to_owned());
        (field("client_id").unwrap(), field("refresh_token").unwrap(), field("scope"))
    }

    /// Id and secret that were sent for a token.
    pub(crate) async fn pair(&self, builder: AuthBuilder) -> (String, String) {
        let (id, secret, _) = self.sent(builder).await;
        (id, secret)
    }

    /// The kind and text of the error that asking for a token ends in. Nothing may be sent.
    pub(crate) async fn missing(&self, builder: AuthBuilder) -> (ErrorKind, String) {
        let error = token(&builder.build().unwrap()).await.unwrap_err();
        assert!(self.journal().is_empty(), "something was sent");
        assert!(error.is_auth_error() && !error.is_oauth_error());
        (error.kind(), self.hide(error.to_string()))
    }

    /// The kind and text of the error that building ends in.
    pub(crate) fn refused(&self, builder: AuthBuilder) -> (ErrorKind, String) {
        let error = builder.build().map(|_| ()).unwrap_err();
        assert!(self.journal().is_empty(), "something was sent");
        (error.kind(), self.hide(error.to_string()))
    }
}

/// Has every event made, on every thread. Else a thread on which nobody listens may switch one off for all.
pub(crate) fn trace_everything() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| tracing::subscriber::set_global_default(tracing_subscriber::registry()).unwrap());
}

/// A token information file: good credentials, with some members changed. `null` takes one away.
pub(crate) fn info(changes: Value) -> String {
    let mut info = json!({
        "id": "some id", "client_id": "fid", "name": "API token", "revoke_url": "https://example.invalid/revoke/1",
        "client_secret": "fsec", "refresh_token": "fsec",
    });
    change(&mut info, changes);
    info.to_string()
}

fn change(object: &mut Value, changes: Value) {
    let members = object.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        members.insert(name.clone(), value.clone());
    }
    members.retain(|_, value| !value.is_null());
}

/// The text of the current token.
pub(crate) async fn token(auth: &Auth) -> descartes::Result<String> {
    auth.token().await.map(|token| expose(&token).to_owned())
}
