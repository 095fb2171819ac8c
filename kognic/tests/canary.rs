//! Secrets planted in every place where one can be, and searched for in every error, every `Debug` and all that is
//! traced, by the libraries below too (traps 10 and 11).
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::time::Duration;

use auth_core::sim::{Fault, Log, Reply};
use common::{PROJECTS, TOKEN, World, credentials_file, token};
use kognic::{Builder, Client, ClientAuthentication, Credentials, Method, TokenFile, Transport};
use serde_json::json;

/// A part of every planted secret, also as base64 and percent-encoded text would show it.
const CANARIES: [&str; 4] = ["canary", "Y2FuYXJ5", "NhbmFye", "jYW5hcn"];

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
    Credentials::new("c-1", "canary-secret")
}

/// A world that knows the planted secret and hands out planted tokens.
fn world() -> World {
    let world = World::new();
    world.sim.set_client("c-1", "canary-secret");
    let reply =
        json!({"access_token": "canary-access", "expires_in": 3600, "refresh_token": "canary-refresh"});
    world.sim.server().faults().next(TOKEN, Fault::Reply(Reply::json(200, reply)));
    world
}

#[test]
fn the_search_finds_what_it_looks_for() {
    let canary = "canary-secret";
    for text in [canary.to_owned(), auth_core::claims::encode_base64url(canary.as_bytes())] {
        std::panic::catch_unwind(|| clean(&text)).unwrap_err();
    }
    for user in ["u:", "us:", "use:"] {
        let basic = auth_core::secret::basic_header(user, &canary.into()).unwrap();
        let text = basic.to_str().unwrap().to_owned();
        std::panic::catch_unwind(|| clean(&text)).unwrap_err();
    }
}

#[test]
fn debug() {
    let world = world();
    let credentials =
        Credentials::from_json(&credentials_file(json!({"clientSecret": "canary-secret"}))).unwrap();
    clean(format!("{:?} {:#?} {credentials:?}", planted(), planted()));
    let environment =
        world.environment().with_var("KOGNIC_CLIENT_SECRET", "canary").with_var("KOGNIC_CLIENT_ID", "c");
    clean(format!("{environment:?}"));
    clean(format!("{:?}", world.builder_in(environment).build().unwrap()));
}

#[test]
fn every_source_of_credentials_that_is_unusable() {
    let world = World::new();
    let log = Log::capture();
    let whole = credentials_file(json!({"clientSecret": "canary-secret"}));
    let cut = &whole[..whole.len() - 1];
    for file in [
        cut.to_owned(),
        format!("{whole} canary"),
        format!("[{whole}]"),
        "canary-secret".to_owned(),
        "\"canary-secret\"".to_owned(),
        credentials_file(json!({"clientSecret": {"canary": "canary"}})),
        credentials_file(json!({"clientSecret": ["canary"]})),
        credentials_file(json!({"clientId": null, "clientSecret": "canary-secret"})),
        credentials_file(json!({"clientSecret": "canary-secret", "scopes": "canary"})),
        credentials_file(json!({"clientSecret": "canary-secret", "scopes": [{"canary": 1}]})),
        credentials_file(json!({"clientSecret": "canary-secret", "expires": "2020-01-01T00:00:00Z"})),
    ] {
        let path = world.write("credentials.json", &file);
        let variable = world.environment().with_var("KOGNIC_CREDENTIALS", path);
        clean_error(&world.builder_in(variable).build().unwrap_err());
        if let Err(error) = Credentials::from_json(&file) {
            clean_error(&error);
        }
        let text =
            world.environment().with_var("KOGNIC_CREDENTIALS", file.replace("canary-secret", "canary"));
        // A bare secret cannot be told from the name of a file; only that which is JSON is recognised.
        if file.starts_with('{') {
            clean_error(&world.builder_in(text).build().unwrap_err());
        }
    }
    for (id, secret) in
        [("KOGNIC_CLIENT_ID", "KOGNIC_CLIENT_SECRET"), ("ANNOTELL_CLIENT_ID", "ANNOTELL_CLIENT_SECRET")]
    {
        let environment = world.environment().with_var(id, " ").with_var(secret, "canary-secret");
        clean_error(&world.builder_in(environment).build().unwrap_err());
    }
    clean(log.text());
}

#[test]
fn settings_that_hold_a_password() {
    let world = World::new();
    let builder = || world.builder().credentials(planted());
    for base in ["https://user:canary@platform.example", "https://platform.example?key=canary", "canary:"] {
        if base.starts_with("https") {
            clean_error(&builder().base_url(base).build().unwrap_err());
        }
    }
    for proxy in [
        "http://user:canary@[",
        "socks5://user:canary@h",
        "user:canary@h:8080",
        "http://user:canary@127.0.0.1:1",
    ] {
        let environment = world.environment().with_var("HTTPS_PROXY", proxy);
        let with = [
            world.builder_in(environment).credentials(planted()),
            builder().transport(Transport::new().with_proxy(proxy)),
        ];
        for client in with.map(Builder::build) {
            match client {
                Ok(client) => clean(format!("{client:?}")),
                Err(error) => clean_error(&error),
            }
        }
    }
    clean(format!("{:?}", Transport::new().with_proxy("http://user:canary@h")));
}

#[tokio::test]
async fn the_whole_life_of_a_token() {
    for authentication in [ClientAuthentication::Form, ClientAuthentication::Basic] {
        let log = Log::capture();
        let world = world();
        let client =
            world.builder().credentials(planted()).client_authentication(authentication).build().unwrap();
        let faults = world.sim.server().faults();
        faults.next(PROJECTS, Fault::Reply(Reply::json(200, json!([]))));
        client.projects().list().await.unwrap();
        clean(format!("{client:?} {client:#?}"));
        assert_eq!(token(&client).await.unwrap(), "canary-access");

        // The planted token is unknown to the simulator, which rejects it; the planted refresh token is refused.
        client.projects().list().await.unwrap();
        faults.next(TOKEN, Fault::status(400)).always();
        world.clock.advance(Duration::from_secs(3600));
        let error = client.projects().list().await.unwrap_err();
        assert!(error.is_auth());
        clean_error(&error);
        assert!(log.text().contains("the refresh token was refused"), "{}", log.text());
        clean(log.text());
    }
}

#[tokio::test]
async fn everything_that_can_break_on_the_way() {
    for fault in [
        Fault::ResetBeforeReply,
        Fault::Truncate { after: 30 },
        Fault::not_json(),
        Fault::status(503),
        Fault::redirect(307, "https://elsewhere.example/"),
        Fault::Reply(Reply::json(200, json!({"access_token": "canary-access", "token_type": "mac"}))),
        Fault::Reply(Reply::json(200, json!({"access_token": ["canary-access"]}))),
        Fault::Reply(Reply::json(200, json!({"access_token": "canary\naccess"}))),
        Fault::Reply(Reply::json(200, json!("canary-access"))),
    ] {
        let log = Log::capture();
        let world = World::new();
        world.sim.set_client("c-1", "canary-secret");
        world.sim.server().faults().next(TOKEN, fault).always();
        let client = world.builder().credentials(planted()).build().unwrap();
        clean_error(&client.projects().list().await.unwrap_err());
        clean(format!("{client:?}"));
        clean(log.text());
    }
}

#[tokio::test]
async fn a_secret_that_no_header_can_carry() {
    let world = World::new();
    let credentials = Credentials::new("c-1", "canary\nsecret");
    let builder = world.builder().credentials(credentials);
    let client = builder.client_authentication(ClientAuthentication::Basic).build().unwrap();
    clean_error(&client.projects().list().await.unwrap_err());
}

#[tokio::test]
async fn a_request_of_the_callers_own() {
    let log = Log::capture();
    let client = world().builder().credentials(planted()).build().unwrap();
    for request in [
        client.request(Method::GET, "/v1/x").query("signature", "canary"),
        client.request(Method::POST, "/v1/x").json(&json!({"password": "canary"})),
        client.request(Method::GET, "/v1/x").header("x-key", "canary\n"),
    ] {
        clean_error(&request.done().await.unwrap_err());
    }
    clean(log.text());
}

#[tokio::test]
async fn the_token_file() {
    let log = Log::capture();
    let world = world();
    let store = || TokenFile::shared(&world.environment()).unwrap();
    let client =
        || -> Client { world.builder().credentials(planted()).token_store(store()).build().unwrap() };
    token(&client()).await.unwrap();
    let file = std::fs::read_to_string(store().path()).unwrap();
    assert!(file.contains("canary-access") && !file.contains("canary-secret"));
    clean(format!("{:?}", store()));
    for broken in [&file[..file.len() - 3], "\"canary\"", "[\"canary\"]", "{\"canary\": 1e999}"] {
        std::fs::write(store().path(), broken).unwrap();
        let client = client();
        token(&client).await.unwrap();
        clean(format!("{client:?}"));
    }
    assert!(log.text().contains("the token store could not be read"), "{}", log.text());
    clean(log.text());
}
