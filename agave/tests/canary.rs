//! Canary secrets in every place where a secret can be, and no output that shows one.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::fmt::Debug;
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use agave::api::{
    Credential, Import, NewActor, NewClient, NewNonce, NewPostit, NewServiceAccount, NewSystem, StorageConfig,
};
use agave::sim::Faults;
use auth_core::sim::{Fault, Reply};
use common::World;
use http::Method;
use serde_json::json;

/// All that was printed: errors, `Debug`s, and the log at its most talkative.
#[derive(Clone, Default)]
struct Output(Arc<Mutex<Vec<u8>>>);

impl Output {
    fn of(&self, value: &impl Debug) {
        writeln!(self.clone(), "{value:?} {value:#?}").unwrap();
    }

    fn error(&self, error: &agave::Error) {
        self.of(error);
        let mut cause: Option<&dyn std::error::Error> = Some(error);
        while let Some(current) = cause {
            writeln!(self.clone(), "{current}").unwrap();
            cause = current.source();
        }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Records everything, and checks it at the end.
fn watch() -> (Output, tracing::subscriber::DefaultGuard) {
    let output = Output::default();
    let writer = output.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_writer(move || writer.clone())
        .finish();
    (output, tracing::subscriber::set_default(subscriber))
}

fn check(output: &Output) {
    let text = output.text();
    let shown: Vec<&str> = text.lines().filter(|line| line.contains("canary")).collect();
    assert!(shown.is_empty(), "{shown:#?}");
    assert!(text.contains("GET"), "the log was recorded");
}

#[tokio::test]
async fn in_arguments() {
    let world = World::new();
    let (output, _guard) = watch();
    let builder = || {
        world
            .at_sim()
            .username("u")
            .password("canary-password")
            .api_key("K")
            .api_secret("canary-secret")
            .token("canary-token")
            .refresh_token("canary-refresh")
    };
    for faults in [Faults::Json, Faults::Xml, Faults::XmlWith500, Faults::Plain] {
        world.sim.set_faults(faults);
        let client = builder().build().unwrap();
        output.of(&client);
        output.of(&client.token().held());
        // The gateway quotes the token that it rejects.
        output.error(&client.profiles().get().await.unwrap_err());
        output.error(&client.clients().list().await.unwrap_err());
        output.error(&client.clients().create(&NewClient::new("x")).await.unwrap_err());
        output.error(&client.token().create().await.unwrap_err());
        output.of(&client);
    }
    let jwt = world.at_sim().jwt("x-jwt", "canary-jwt").build().unwrap();
    output.of(&jwt);
    output.error(&jwt.profiles().get().await.unwrap_err());
    let nonce = world.at_sim().use_nonce().build().unwrap().nonce("canary-nonce");
    output.of(&nonce);
    output.error(&nonce.profiles().get().await.unwrap_err());
    output.of(&nonce.request(Method::GET, "/actors/v2").send().await);
    for broken in [world.at_sim().token("canary\ntoken"), world.at_sim().jwt("x-jwt", "canary\u{0}")] {
        output.error(&broken.build().unwrap().profiles().get().await.unwrap_err());
    }
    output.error(&world.at_sim().api_server("https://u:canary@h.example?x=canary").build().unwrap_err());
    check(&output);
}

#[tokio::test]
async fn in_what_is_sent() {
    let world = World::new();
    let (output, _guard) = watch();
    let ag = world.signing_in().build().unwrap();
    let account = NewServiceAccount::new("svc").with_password("canary-password");
    output.of(&account);
    output.error(&ag.admin().add_account(&account).await.unwrap_err());
    let actor = ag.actors().add(&NewActor::new("a/b")).await.unwrap();
    let nonce =
        json!({"id": "canary", "_links": {"self": "https://h/actors/v2/a/nonces/canary"}, "later": "canary"});
    let nonce = Reply::json(200, json!({"status": "success", "result": nonce}));
    world.sim.server().faults().next("POST /actors/v2/*/nonces", Fault::Reply(nonce));
    let nonce = ag.actors().add_nonce(&actor.id, &NewNonce::default()).await.unwrap();
    output.of(&nonce);
    output.error(&ag.actors().get_nonce(&actor.id, &nonce.id).await.unwrap_err());
    let guest = world.at_sim().use_nonce().build().unwrap().nonce(nonce.id);
    output.error(&guest.actors().send_message(&actor.id, "canary-message").await.unwrap_err());
    let moved = world.at_sim().tapis_v3().username("u").password("canary-password").build().unwrap();
    output.of(&moved);
    output.error(&moved.request(Method::GET, "/v3/oauth2/clients").send().await.unwrap_err());
    let environment = agave::Environment::empty().with_var("_abaco_access_token", "canary-token");
    output.of(&agave::actors::client(agave::Agave::builder().environment(environment)).unwrap());
    check(&output);
}

#[tokio::test]
async fn in_files() {
    let world = World::new();
    let (output, _guard) = watch();
    let entry = r#"{"baseurl":"$BASE","apikey":"K","apisecret":"canary-secret","username":"u","access_token":"canary-access","refresh_token":"canary-refresh","created_at":"1","expires_in":"1","later":"canary"}"#;
    world.write(".agave/current", entry);
    let client = world.builder().restore().unwrap();
    output.of(&client);
    output.of(&client.token().held());
    output.error(&client.profiles().get().await.unwrap_err());
    for broken in [
        "{\"access_token\": \"canary",
        "canary",
        "\"canary\"",
        "[\"canary\"]",
        r#"{"access_token": "canary", "later": 1e999}"#,
        r#"{"access_token": "canary"}"#,
        r#"{"baseurl": "https://u:canary@h.example", "access_token": "canary"}"#,
    ] {
        world.write(".agave/current", broken);
        match world.builder().restore() {
            Err(error) => output.error(&error),
            Ok(client) => output.of(&client),
        }
        output.error(&client.token().refresh().await.unwrap_err());
        world.clock.advance(Duration::from_secs(60));
    }
    check(&output);
}

#[tokio::test]
async fn in_variables() {
    let world = World::new()
        .with_var("TAPIS_API_KEY", "K")
        .with_var("TAPIS_API_SECRET", "canary")
        .with_var("TAPIS_TOKEN", "canary")
        .with_var("TAPIS_REFRESH_TOKEN", "canary")
        .with_var("TAPIS_USERNAME", "u")
        .with_var("TAPIS_PASSWORD", "canary");
    let (output, _guard) = watch();
    output.error(&world.builder().restore().unwrap_err());
    let world = world.with_var("TAPIS_BASE_URL", "$BASE");
    let client = world.builder().restore().unwrap();
    output.of(&client);
    output.error(&client.profiles().get().await.unwrap_err());
    check(&output);
}

#[tokio::test]
async fn in_replies() {
    let world = World::new();
    let (output, _guard) = watch();
    let client = world.signing_in().token_callback(|info| assert!(info.scope.is_none())).build().unwrap();
    let tokens =
        json!({"access_token": "canary-a", "refresh_token": "canary-r", "expires_in": 100, "scope": null});
    world.sim.server().faults().next("POST /token", Fault::Reply(Reply::json(200, tokens))).times(2);
    output.of(&client.token().token_info().await.unwrap());
    output.of(&client);
    output.error(&client.profiles().get().await.unwrap_err());
    for reply in [
        json!({"access_token": 5, "refresh_token": "canary"}),
        json!({"refresh_token": "canary"}),
        json!({"access_token": "canary", "token_type": "mac"}),
    ] {
        let client = world.signing_in().build().unwrap();
        world.sim.server().faults().next("POST /token", Fault::Reply(Reply::json(200, reply)));
        output.error(&client.token().token_info().await.unwrap_err());
    }
    let created = json!({"status": "success", "result": {"consumerKey": "k", "consumerSecret": "canary", "later": "canary"}});
    world.sim.server().faults().next("POST /clients/v2/", Fault::Reply(Reply::json(201, created)));
    output.of(&client.clients().create(&NewClient::new("x")).await.unwrap());
    let broken = json!({"status": "success", "result": {"consumerKey": {}, "consumerSecret": "canary"}});
    world.sim.server().faults().next("POST /clients/v2/", Fault::Reply(Reply::json(201, broken)));
    output.error(&client.clients().create(&NewClient::new("x")).await.unwrap_err());
    check(&output);
}

#[tokio::test]
async fn in_calls() {
    let world = World::new();
    let (output, _guard) = watch();
    let ag = world.signing_in().build().unwrap();
    let secret = || Some("canary".to_owned().into());
    let credential = Credential {
        password: secret(),
        private_key: secret(),
        credential: secret(),
        extra: json!({"later": "canary"}).as_object().unwrap().clone(),
        ..Credential::new("SSHKEYS")
    };
    output.of(&credential);
    output.of(&ag.systems().list().await.unwrap());
    output.error(&ag.systems().update_credentials("data", &credential).await.unwrap_err());
    let storage = StorageConfig { auth: Some(credential), ..Default::default() };
    let system = NewSystem::new("s", "S", "STORAGE", storage);
    output.of(&system);
    output.of(&ag.systems().add(&system).await.unwrap());
    let import = Import::url("https://u:canary@h.example/a?token=canary");
    output.of(&import);
    output.error(&ag.files().import_data("data", "nowhere", &import).await.unwrap_err());
    let postit = json!({"nonce": "canary", "_links": {"self": {"href": "https://h/postits/v2/canary"}}, "later": "canary"});
    let reply = Reply::json(200, json!({"status": "success", "result": postit}));
    world.sim.server().faults().next("POST /postits/v2/", Fault::Reply(reply));
    let postit = ag.postits().create(&NewPostit::new("https://h.example")).await.unwrap();
    output.of(&postit);
    output.error(&ag.postits().delete(&postit.nonce).await.unwrap_err());
    check(&output);
}
