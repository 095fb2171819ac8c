//! What the test programs share: surroundings made by hand, identities that can be told apart.
#![allow(dead_code, clippy::unwrap_used, reason = "tests; each program uses a part of it")]

pub(crate) mod log;

use std::path::{Path, PathBuf};

use auth_core::sim::unsigned_jwt;
use auth_core::{Claims, Environment, ManualClock, Timestamp};
use cortex::sim::Sim;
use cortex::{Builder, Client, PersonalAccessConfig};
use serde_json::{Value, json};

/// When tests begin.
pub(crate) const NOW: i64 = 1_800_000_000;

pub(crate) fn clock() -> ManualClock {
    ManualClock::at(Timestamp::from_unix_seconds(NOW))
}

/// A builder with an environment and a clock made by hand.
pub(crate) fn builder(environment: &Environment) -> Builder {
    Client::builder().environment(environment.clone()).clock(clock())
}

/// A cluster, its clock, and a client of its user in the project `p1`.
pub(crate) fn signed_in() -> (Sim, ManualClock, Client) {
    let clock = clock();
    let sim = Sim::with_clock(clock.clone()).unwrap();
    let client = client_of(&sim, &clock).build().unwrap();
    (sim, clock, client)
}

pub(crate) fn client_of(sim: &Sim, clock: &ManualClock) -> Builder {
    Client::builder()
        .environment(Environment::empty().with_seed(7))
        .clock(clock.clone())
        .config(sim.config())
        .project("p1")
}

/// A ready token of somebody, good for a day. Nobody checks its signature before it is sent.
pub(crate) fn jwt(subject: &str) -> String {
    jwt_until(subject, NOW + 86_400)
}

pub(crate) fn jwt_until(subject: &str, expires: i64) -> String {
    unsigned_jwt(&json!({"aud": "cortex", "sub": subject, "exp": expires}))
}

/// A personal access config of somebody.
pub(crate) fn config_of(username: &str, url: &str) -> Value {
    json!({
        "jwk": {
            "crv": "Ed25519", "kty": "OKP",
            "x": "ebVWLo_mVPlAeLES6KmLp5AfhTrmlb7X4OORC60ElmQ", "d": "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA",
            "kid": "WWpn_pfHui9YKR4CZtQsDGMu7_Gch2zYChfSvnxgtPk",
        },
        "issuer": "cognitivescale.com", "audience": "cortex", "username": username, "url": url,
    })
}

pub(crate) fn parsed(config: &Value) -> PersonalAccessConfig {
    PersonalAccessConfig::from_json(config.to_string()).unwrap()
}

pub(crate) fn with_project(mut config: Value, project: &str) -> Value {
    config["project"] = project.into();
    config
}

/// Writes `~/.cortex/config`.
pub(crate) fn write_profiles(home: &Path, text: impl AsRef<[u8]>) -> PathBuf {
    let path = home.join(".cortex").join("config");
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, text).unwrap();
    path
}

/// A file of profiles with these members, the first of which is current.
pub(crate) fn profiles(entries: &[(&str, Value)]) -> String {
    let all: serde_json::Map<String, Value> =
        entries.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    format!("{:#}", json!({"version": "5", "profiles": all, "currentProfile": entries[0].0}))
}

/// Whose token a client sends.
pub(crate) async fn who(client: &Client) -> String {
    let token = client.access_token().await.unwrap();
    Claims::decode(&token).unwrap().text("sub").unwrap().to_owned()
}
