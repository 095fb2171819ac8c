//! Secrets planted in every place where one can be, and searched for in every error, every `Debug` and all that is
//! traced, by the libraries below too (traps T9 to T12).
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use auth_core::claims::encode_base64url;
use auth_core::sim::{Fault, Log, Reply, unsigned_jwt};
use common::{KITCHENS, LEEWAY, LIFE, LOGIN, START, VALIDATE, World, token};
use datakitchen::api::{About, EventsClient, ResumeInputs, RunStatus, VaultInputs};
use datakitchen::{Builder, Contexts, Credentials, Environment, Method, SecretString, TokenFile, Transport};
use serde_json::json;

/// A part of every planted secret, also as base64 and percent-encoded text would show it.
const CANARIES: [&str; 5] = ["canary", "canäry", "Y2FuYXJ5", "NhbmFye", "jYW5hcn"];

fn clean(text: impl AsRef<str>) {
    for canary in CANARIES {
        assert!(!text.as_ref().contains(canary), "a secret is shown: {}", text.as_ref());
    }
}

/// Looks at an error in all the ways in which a program shows one.
fn clean_error(error: &(dyn std::error::Error + 'static)) {
    let mut cause = Some(error);
    while let Some(error) = cause {
        clean(format!("{error} {error:?} {error:#?}"));
        cause = error.source();
    }
}

fn planted() -> Credentials {
    Credentials::password("me@example.com", "canary-password")
}

/// A token whose every part holds a canary, which lives so many seconds from the start.
fn planted_token(seconds: i64) -> String {
    let token = unsigned_jwt(&json!({"name": "canary", "exp": START + seconds}));
    format!("{}.{}", token.rsplit_once('.').unwrap().0, encode_base64url(b"canary"))
}

/// A world that knows the planted password.
fn world() -> World {
    let world = World::new();
    world.sim.set_user("me@example.com", "canary-password");
    world
}

#[test]
fn the_search_finds_what_it_looks_for() {
    for text in ["canary".to_owned(), planted_token(1), encode_base64url(b"canary-password")] {
        std::panic::catch_unwind(|| clean(&text)).unwrap_err();
    }
    for user in ["u:", "us:", "use:"] {
        let basic = auth_core::secret::basic_header(user, &"canary-secret".into()).unwrap();
        let text = basic.to_str().unwrap().to_owned();
        std::panic::catch_unwind(|| clean(&text)).unwrap_err();
    }
}

#[test]
fn debug() {
    let world = world();
    for credentials in [
        planted(),
        Credentials::api_token("key-1", "canary"),
        Credentials::token(planted_token(3600)).with_password("me@example.com", "canary"),
    ] {
        clean(format!("{credentials:?} {credentials:#?}"));
        let client = world.builder().credentials(credentials).build().unwrap();
        clean(format!("{client:?} {client:#?} {:?}", client.kitchen("K1")));
    }
    let names = ["TOKEN", "API_KEY_SECRET", "PASSWORD"];
    let environment = names.iter().fold(world.environment(), |environment, name| {
        environment.with_var(format!("DK_CLOUD_{name}"), "canary")
    });
    clean(format!("{environment:?}"));
}

#[test]
fn every_source_of_credentials_that_is_unusable() {
    let world = World::new();
    let log = Log::capture();
    let fails = |builder: Builder| clean_error(&builder.build().unwrap_err());
    let whole = world.config(json!({"dk-cloud-password": "canary-password"}));
    let with = |changes: serde_json::Value| {
        let mut all = json!({"dk-cloud-password": "canary-password"});
        all.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        world.config(all)
    };
    for config in [
        whole[..whole.len() - 1].to_owned(),
        format!("{whole} canary"),
        format!("[{whole}]"),
        "canary".to_owned(),
        "\"canary\"".to_owned(),
        with(json!({"dk-cloud-password": {"canary": "canary"}})),
        with(json!({"dk-cloud-password": ["canary"]})),
        with(json!({"dk-cloud-username": null})),
        with(json!({"dk-cloud-username": " "})),
        with(json!({"dk-cloud-ip": "https://u:canary@h"})),
        with(json!({"dk-cloud-ip": "https://h?x=canary"})),
        with(json!({"dk-cloud-ip": ["canary"]})),
        with(json!({"dk-cloud-port": "canary"})),
        with(json!({"dk-cloud-port": "0"})),
    ] {
        world.write(".dk/x/config.json", &config);
        fails(world.bare_builder(world.environment()).context("x"));
        fails(world.bare_builder(world.environment().with_var("DK_CONTEXT", "x")));
    }
    let variable = |pairs: &[(&str, &str)]| -> Environment {
        pairs.iter().fold(world.environment(), |environment, (name, value)| environment.with_var(name, value))
    };
    for environment in [
        variable(&[("DK_CLOUD_PASSWORD", "canary")]),
        variable(&[("DK_CLOUD_USERNAME", ""), ("DK_CLOUD_PASSWORD", "canary")]),
        variable(&[("DK_CLOUD_API_KEY_SECRET", "canary")]),
        variable(&[("DK_CLOUD_API_KEY_ID", "a:b"), ("DK_CLOUD_API_KEY_SECRET", "canary")]),
        variable(&[("DK_CLOUD_API_KEY_ID", "a"), ("DK_CLOUD_API_KEY_SECRET", "canary€")]),
        variable(&[("DK_CLOUD_TOKEN", "canary canary")]),
        variable(&[("DK_CLOUD_TOKEN", "canäry")]),
        variable(&[("DK_CLOUD_TOKEN", "{\"token\": \"canary\"}")]),
        variable(&[("DK_CLOUD_TOKEN", &planted_token(-1))]),
    ] {
        fails(world.bare_builder(environment));
    }
    clean(log.text());
}

#[test]
fn settings_that_hold_a_password() {
    let world = World::new();
    for base in ["https://user:canary@platform.example", "https://platform.example?key=canary"] {
        clean_error(&world.builder().credentials(planted()).base_url(base).build().unwrap_err());
    }
    for proxy in ["http://user:canary@[", "http://user:canary@127.0.0.1:1"] {
        let builder = world.builder().credentials(planted()).transport(Transport::new().with_proxy(proxy));
        match builder.build() {
            Ok(client) => clean(format!("{client:?}")),
            Err(error) => clean_error(&error),
        }
    }
}

#[tokio::test]
async fn the_whole_life_of_a_session() {
    let log = Log::capture();
    let world = world();
    let client = world.builder().credentials(planted()).build().unwrap();
    world.next_reply(LOGIN, Reply::text(200, planted_token(LIFE.as_secs() as i64)));
    world.next_reply(KITCHENS, Reply::json(200, json!({"kitchens": []})));
    client.kitchens().list().await.unwrap();
    assert_eq!(token(&client).await.unwrap(), planted_token(LIFE.as_secs() as i64));
    clean(format!("{client:?} {client:#?}"));

    // A newer one in a header, then one of the validation; then the planted token is rejected.
    let newer = LIFE.as_secs() as i64 + 600;
    let reply = Reply::json(200, json!({"kitchens": []})).header("refreshed_token", planted_token(newer));
    world.next_reply(KITCHENS, reply);
    client.kitchens().list().await.unwrap();
    assert_eq!(token(&client).await.unwrap(), planted_token(newer));
    world.clock.advance(LIFE - LEEWAY + std::time::Duration::from_secs(600));
    world.next_reply(VALIDATE, Reply::json(200, json!({"token": planted_token(3 * newer)})));
    assert_eq!(token(&client).await.unwrap(), planted_token(3 * newer));
    client.kitchens().list().await.unwrap();
    assert_eq!(world.logins(), 2);

    world.sim.set_user("me@example.com", "another");
    world.clock.advance(LIFE);
    let error = client.kitchens().list().await.unwrap_err();
    assert!(error.is_auth());
    clean_error(&error);
    assert!(log.text().contains("a token could not be obtained"), "{}", log.text());
    clean(log.text());
}

#[tokio::test]
async fn a_platform_that_repeats_what_it_was_sent() {
    let log = Log::capture();
    let words = |text: &str| json!({"message": {"error": text}});
    for (status, body) in [
        (401, words("wrong password canary-password for me@example.com")),
        (400, json!({"description": "password=canary-password"})),
        (401, json!({"code": "canary-password"})),
        (422, json!({"canary-password": 1})),
        (503, json!("canary-password")),
    ] {
        let world = world();
        world.sim.server().faults().next(LOGIN, Fault::Reply(Reply::json(status, body))).always();
        let client = world.builder().credentials(planted()).build().unwrap();
        clean_error(&client.kitchens().list().await.unwrap_err());
    }
    let sent = planted_token(LIFE.as_secs() as i64);
    for (status, body) in [
        (401, words(&format!("Malformed authentication header: Bearer {sent}"))),
        (403, words(&format!("no access with {sent}."))),
        (
            417,
            json!({"message": {"error": {"message": sent.as_str(), "detail": [{"description": sent.as_str(), "note": sent.as_str()}]}}}),
        ),
        (200, json!({"error": format!("'{sent}'")})),
        (500, json!({"code": sent.as_str(), "description": sent.as_str()})),
    ] {
        let world = world();
        world.sim.server().faults().next(KITCHENS, Fault::Reply(Reply::json(status, body))).always();
        let client = world.builder().credentials(planted()).build().unwrap();
        clean_error(&client.kitchens().list().await.unwrap_err());
    }
    clean(log.text());
}

#[tokio::test]
async fn everything_that_can_break_on_the_way() {
    for fault in [
        Fault::ResetBeforeReply,
        Fault::Truncate { after: 3 },
        Fault::not_json(),
        Fault::status(503),
        Fault::redirect(307, "https://elsewhere.example/"),
        Fault::Reply(Reply::text(200, "canary\u{1}canary")),
        Fault::Reply(Reply::text(200, "canary canary")),
        Fault::Reply(Reply::text(200, "canary")),
        Fault::Reply(Reply::json(200, json!({"token": "canary"}))),
    ] {
        let log = Log::capture();
        let world = world();
        world.sim.server().faults().next(LOGIN, fault).always();
        let client = world.builder().credentials(planted()).build().unwrap();
        clean_error(&client.kitchens().list().await.unwrap_err());
        clean(format!("{client:?}"));
        clean(log.text());
    }
}

#[tokio::test]
async fn api_token_pairs_and_ready_tokens() {
    let log = Log::capture();
    let world = World::new();
    for credentials in [
        Credentials::api_token("key-1", "canary-secret"),
        Credentials::token("canary-opaque"),
        Credentials::token(planted_token(3600)),
    ] {
        let client = world.builder().credentials(credentials).build().unwrap();
        clean_error(&client.kitchens().list().await.unwrap_err());
        clean(format!("{client:?} {client:#?}"));
    }
    clean(log.text());
}

#[tokio::test]
async fn secrets_in_an_ordinary_answer() {
    let world = World::new();
    let kitchen = json!({"name": "K1", "recipeoverrides": {"password": "canary"}, "settings": {
        "backup": {"s3_secret_key": "canary"}, "agile-tools": {"key": "canary"}, "later": {"key": "canary"}}});
    let older = json!({"name": "K2", "recipeoverrides": [{"variable": "password", "value": "canary", "note": "canary"}]});
    world.next_reply(KITCHENS, Reply::json(200, json!({"kitchens": [kitchen, older]})));
    let kitchens = world.client().kitchens().list().await.unwrap();
    clean(format!("{kitchens:?} {kitchens:#?}"));
    assert_eq!(kitchens[1].overrides.as_ref().unwrap().get("password"), Some(&json!("canary")));
}

#[tokio::test]
async fn a_request_of_the_callers_own() {
    let log = Log::capture();
    let client = world().builder().credentials(planted()).build().unwrap();
    for request in [
        client.request(Method::GET, "/v2/x").query("signature", "canary"),
        client.request(Method::POST, "/v2/secret/db").json(&json!({"value": "canary"})),
        client.request(Method::GET, "/v2/x").header("x-key", "canary\n"),
    ] {
        clean_error(&request.done().await.unwrap_err());
    }
    clean(log.text());
}

#[tokio::test]
async fn the_token_file() {
    let log = Log::capture();
    let world = World::new();
    let client = world.context_client();
    let context = Contexts::of(&world.environment()).unwrap().named("default").unwrap();
    clean(format!("{context:?} {:?}", TokenFile::of(&context)));
    world.next_reply(LOGIN, Reply::text(200, planted_token(LIFE.as_secs() as i64)));
    token(&client).await.unwrap();
    let file = TokenFile::of(&context);
    assert_eq!(std::fs::read_to_string(file.path()).unwrap(), planted_token(LIFE.as_secs() as i64));
    for broken in ["canary canary", "{\"canary\": 1}", "<canary>", "canäry"] {
        std::fs::write(file.path(), broken).unwrap();
        let client = world.context_client();
        token(&client).await.unwrap();
        clean(format!("{client:?}"));
    }
    assert!(log.text().contains("the token store could not be read"), "{}", log.text());
    clean(log.text());
}

/// Replies that repeat a secret in every place that a text can have.
fn echoes(secret: &str) -> Vec<Reply> {
    let issue = json!({"severity": secret, "file": secret, "description": format!("'{secret}'")});
    let bodies = [
        (200, json!({"error": {"message": format!("bad: {secret}"), "detail": [issue.clone()]}})),
        (200, json!({"error": secret})),
        (400, json!({"message": {"error": format!("bad value {secret}."), "issues": [issue.clone()]}})),
        (403, json!({"description": secret, "code": secret})),
        (417, json!({"message": {"error": {"message": secret, "detail": [issue]}}})),
        (422, json!({(secret): 1})),
        (429, json!(secret)),
        (504, json!({"message": secret})),
    ];
    let texts = [Reply::text(500, format!("cannot store {secret} now")), Reply::text(502, secret)];
    bodies.into_iter().map(|(status, body)| Reply::json(status, body)).chain(texts).collect()
}

#[tokio::test]
async fn a_platform_that_repeats_what_a_call_carries() {
    let log = Log::capture();
    let secret = "a canary \"of\" many\nlines";
    for reply in echoes(secret) {
        let world = World::new();
        world.sim.server().faults().next("* /v2/*/**", Fault::Reply(reply)).always();
        let client =
            world.builder().credentials(Credentials::api_token("key-1", "secret-1")).build().unwrap();
        let kitchen = client.kitchen("K1");
        let value = SecretString::from(secret);
        clean_error(&kitchen.vault().upsert_secret("db/password", &value).await.unwrap_err());
        let inputs = VaultInputs::new("Acme/dev", secret);
        clean_error(&kitchen.vault().update_config(&inputs).await.unwrap_err());
        let order = kitchen.recipe("R1").variation("v1").order();
        let order = order.parameter("password", secret).parameter("deep", json!([{"x": [secret]}]));
        clean_error(&order.await.unwrap_err());
        let parameters = json!({"password": secret}).as_object().unwrap().clone();
        let inputs = ResumeInputs { parameters, ..Default::default() };
        clean(format!("{inputs:?}"));
        clean_error(&kitchen.order_run("r-1").resume_with(&inputs).await.unwrap_err());
    }
    clean(log.text());
}

#[tokio::test]
async fn a_platform_that_repeats_what_a_kitchen_holds() {
    let log = Log::capture();
    let secret = "canary-of-the-kitchen";
    let forms = [json!({"password": secret}), json!([{"variable": "password", "value": secret}])];
    for (reply, form) in echoes(secret).into_iter().zip(forms.into_iter().cycle()) {
        let world = World::new();
        world.sim.change_kitchen("K1", |kitchen| {
            kitchen["recipeoverrides"] = form.clone();
            kitchen["settings"]["backup"]["s3_secret_key"] = json!(secret);
        });
        let kitchen = world.client().kitchen("K1");
        world.sim.server().faults().next("POST /v2/kitchen/update/*", Fault::Reply(reply)).always();
        clean_error(&kitchen.add_staff([("you@example.com", "Developer")]).await.unwrap_err());
        let before = kitchen.overrides().get().await.unwrap();
        clean_error(&kitchen.overrides().update(&before, &before.clone().with("x", 1)).await.unwrap_err());
    }
    clean(log.text());
}

#[tokio::test]
async fn an_events_api_that_repeats_its_key_however_short() {
    let log = Log::capture();
    for reply in echoes("canary").into_iter().skip(2) {
        let world = World::new();
        world.sim.server().faults().next("POST /events/v1/*", Fault::Reply(reply)).always();
        let events = EventsClient::builder("canary").environment(Environment::empty()).host(world.sim.base());
        let events = events.clock(world.clock.clone()).build().unwrap();
        clean(format!("{events:?} {events:#?}"));
        let about = About::run("p", "r");
        clean_error(&events.post_run_status(&about, RunStatus::Running).await.unwrap_err());
    }
    clean(log.text());
}

#[tokio::test]
async fn an_error_is_still_told_beside_what_is_hidden() {
    let world = World::new();
    let issue = json!({"severity": "error", "file": "a.json", "description": "no such day: 2027-01-15"});
    let refused = json!({"message": {"error": {"message": "Order rejected", "detail": [issue]}}});
    world.next_reply("PUT /v2/order/create/*/*/*", Reply::json(417, refused));
    let order = world.client().kitchen("K1").recipe("R1").variation("v1").order();
    let order = order.parameter("day", "2027-01-15").parameter("a", "e").parameter("what", "message");
    let error = order.await.unwrap_err();
    assert!(
        error.to_string().contains("Order rejected; error in a.json: no such day: [REDACTED]"),
        "{error}"
    );
}
