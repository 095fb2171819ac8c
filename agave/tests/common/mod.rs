//! What every test begins with: a tenant, a clock that stands still, and a home folder of its own.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::{Path, PathBuf};

use agave::sim::Sim;
use agave::{Agave, Builder, Environment, ManualClock, SecretString, Timestamp};
use tempfile::TempDir;

pub(crate) const NOW: i64 = 1_800_000_000;

pub(crate) struct World {
    pub(crate) sim: Sim,
    pub(crate) clock: ManualClock,
    pub(crate) home: TempDir,
    pub(crate) environment: Environment,
}

impl World {
    pub(crate) fn new() -> Self {
        let clock = ManualClock::at(Timestamp::from_unix_seconds(NOW));
        let sim = Sim::with_clock(clock.clone()).unwrap();
        let home = tempfile::tempdir().unwrap();
        let environment = Environment::empty()
            .with_home(home.path())
            .with_working_folder(home.path())
            .with_var("TZ", "UTC")
            .with_seed(7);
        Self { sim, clock, home, environment }
    }

    pub(crate) fn with_var(mut self, name: &str, value: impl AsRef<str>) -> Self {
        let value = self.fill(value.as_ref());
        self.environment = self.environment.with_var(name, value);
        self
    }

    /// `$BASE` is the tenant, `$HOME` the home folder.
    pub(crate) fn fill(&self, text: &str) -> String {
        text.replace("$BASE", &self.sim.base()).replace("$HOME", &self.home.path().display().to_string())
    }

    /// Writes a file of the home folder.
    pub(crate) fn write(&self, path: &str, text: &str) -> PathBuf {
        let path = self.home.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, self.fill(text)).unwrap();
        path
    }

    pub(crate) fn read(&self, path: impl AsRef<Path>) -> String {
        let text = std::fs::read_to_string(self.home.path().join(path)).unwrap();
        text.replace(&self.sim.base(), "$BASE")
    }

    /// Without the files of the machine.
    pub(crate) fn builder(&self) -> Builder {
        Agave::builder()
            .environment(self.environment.clone())
            .clock(self.clock.clone())
            .agpy_files(["etc/.agpy", "root/.agpy", ".agpy-of-all"].map(|path| self.home.path().join(path)))
    }

    pub(crate) fn at_sim(&self) -> Builder {
        self.builder().api_server(self.sim.base())
    }

    /// Signs in by username and password.
    pub(crate) fn signing_in(&self) -> Builder {
        self.at_sim().api_key("K").api_secret("S").username("u").password("p")
    }

    /// Restored from what the CLI wrote.
    pub(crate) fn restored(&self) -> Agave {
        self.sim.write_current(&self.home.path().join(".agave")).unwrap();
        self.builder().restore().unwrap()
    }

    /// The requests so far, in short: method, path, and what kind of credential.
    pub(crate) fn asked(&self) -> Vec<String> {
        let requests = self.sim.server().journal().requests();
        let one = |request: &auth_core::sim::Request| {
            let grant = request.form_value("grant_type").map(|grant| format!(" {grant}")).unwrap_or_default();
            let scheme = request.header("authorization").and_then(|value| value.split(' ').next());
            let jwt = request.header("x-jwt-assertion-sim").map(|_| "jwt");
            let credential = scheme.or(jwt).unwrap_or("nothing");
            format!("{} {}{grant} {credential}", request.method(), request.target())
        };
        requests.iter().map(|request| one(request)).collect()
    }
}

pub(crate) fn shown(secret: &SecretString) -> &str {
    auth_core::secret::expose(secret)
}

/// An error's text, without what differs from run to run.
pub(crate) fn told(world: &World, error: impl std::fmt::Display) -> String {
    let authority = world.sim.base().replace("http://", "");
    error
        .to_string()
        .replace(&world.sim.base(), "$BASE")
        .replace(&authority, "$HOST")
        .replace(&world.home.path().display().to_string(), "$HOME")
}
