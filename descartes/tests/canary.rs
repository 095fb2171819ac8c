//! Secrets planted in every place where one can be, and searched for in every error, every `Debug` and all that is
//! traced, by the libraries below too (trap 7).
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::time::Duration;

use auth_core::sim::{Fault, Log, Reply};
use common::{LIFE, PRODUCT, SEC, TOKEN, World, info, token};
use descartes::{AuthBuilder, Client, Method, TokenInfo, Transport};
use serde_json::json;

/// A part of every planted secret, also as base64 shows it, and the beginning of every JWT.
const CANARIES: [&str; 5] = ["canary", "Y2FuYXJ5", "NhbmFye", "jYW5hcn", "eyJ"];

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

/// A good token that ends with a canary.
fn planted_jwt(world: &World) -> String {
    let jwt = world.jwt(json!({}));
    format!("{}.canary-signature", jwt.rsplit_once('.').unwrap().0)
}

/// Planted credentials that the platform knows.
fn planted(world: &World) -> AuthBuilder {
    world.sim.set_client("cid", "canary-secret");
    world.builder().client_id("cid").client_secret("canary-secret")
}

#[test]
fn the_search_finds_what_it_looks_for() {
    let world = World::new();
    let encoded = auth_core::claims::encode_base64url(b"canary");
    for text in ["x canary-secret".to_owned(), encoded, world.jwt(json!({}))] {
        std::panic::catch_unwind(|| clean(&text)).unwrap_err();
    }
}

#[test]
fn debug() {
    let world = World::new();
    let jwt = planted_jwt(&world);
    let auth = planted(&world).jwt_token(jwt.clone()).build().unwrap();
    clean(format!("{auth:?} {auth:#?}"));
    let client = Client::new(auth).unwrap();
    clean(format!("{client:?} {:?} {:?}", client.endpoints(), client.catalog().products().search()));
    let environment = world
        .environment()
        .with_var("DESCARTESLABS_CLIENT_SECRET", "canary")
        .with_var("DESCARTESLABS_TOKEN", &jwt);
    clean(format!("{environment:?}"));
    let pasted = auth_core::claims::encode_base64url(
        br#"{"client_id":"cid","client_secret":"canary-secret","later":"canary"}"#,
    );
    let info = TokenInfo::from_pasted(&pasted).unwrap();
    clean(format!("{info:?} {info:#?}"));
}

#[tokio::test]
async fn every_source_that_is_unusable() {
    common::trace_everything();
    let log = Log::capture();
    let whole = info(json!({"client_secret": "canary-secret", "refresh_token": "canary-refresh"}));
    let cut = &whole[..whole.len() - 1];
    for file in [
        cut.to_owned(),
        format!("{whole} canary"),
        format!("[{whole}]"),
        "canary-secret".to_owned(),
        "\"canary-secret\"".to_owned(),
        info(json!({"client_secret": {"canary": "canary"}, "refresh_token": ["canary"]})),
        info(json!({"client_id": null, "client_secret": "canary-secret"})),
        info(json!({"client_secret": "canary\n", "refresh_token": null})),
        info(json!({"scope": {"canary": 1}})),
        info(json!({"client_id": null, "jwt_token": "canary.canary.canary"})),
    ] {
        let world = World::new();
        world.write("token_info.json", &file);
        match world.builder().build() {
            Ok(auth) => {
                clean(format!("{auth:?}"));
                clean_error(&token(&auth).await.unwrap_err());
            }
            Err(error) => clean_error(&error),
        }
    }
    let world = World::new();
    for name in ["CLIENT_SECRET", "REFRESH_TOKEN", "TOKEN"] {
        for value in ["canary", "canary\n", "canary.canary.canary"] {
            match world.with(name, value).build() {
                Ok(auth) => clean_error(&token(&auth).await.unwrap_err()),
                Err(error) => clean_error(&error),
            }
        }
    }
    let other = format!("{}.canary", world.jwt(json!({"aud": "other"})));
    clean_error(&token(&world.with("TOKEN", &other).client_id("cid").build().unwrap()).await.unwrap_err());
    for pasted in ["canary!", "Y2FuYXJ5", "eyJjYW5hcnkiOjF9", "WyJjYW5hcnkiXQ"] {
        clean_error(&TokenInfo::from_pasted(pasted).unwrap_err());
    }
    clean(log.text());
}

#[test]
fn settings_that_hold_a_password() {
    let world = World::new();
    for url in ["https://user:canary@h.example", "https://h.example?key=canary", "http://h.example/canary"] {
        clean_error(&planted(&world).domain(url).build().unwrap_err());
        let client = Client::builder().auth(planted(&world).build().unwrap()).base_url(url);
        clean_error(&client.build().unwrap_err());
    }
    for proxy in ["http://user:canary@[", "http://user:canary@127.0.0.1:1"] {
        match planted(&world).transport(Transport::new().with_proxy(proxy)).build() {
            Ok(auth) => clean(format!("{auth:?}")),
            Err(error) => clean_error(&error),
        }
    }
}

#[tokio::test]
async fn the_whole_life_of_a_token() {
    for world in [World::new(), World::earthone()] {
        common::trace_everything();
        let log = Log::capture();
        let client = Client::new(planted(&world).build().unwrap()).unwrap();
        let get = async || client.catalog().products().get("someorg:prod1").await;
        get().await.unwrap();
        let name = client.auth().token_file().unwrap().to_str().unwrap().to_owned();
        clean(&name);
        assert!(!name.contains(SEC), "that is another secret");
        world.clock.advance(LIFE);
        get().await.unwrap();
        world.sim.issuer().revoke_all();
        get().await.unwrap();
        clean(format!("{client:?} {:?}", client.auth().payload().await.unwrap()));
        world.sim.server().faults().next(PRODUCT, Fault::status(401)).times(2);
        clean_error(&get().await.unwrap_err());
        let call = client.request(Method::POST, "/compute/v1/x").query("key", "canary");
        clean_error(&call.done().await.unwrap_err());
        clean(log.text());
    }
}

#[tokio::test]
async fn a_token_endpoint_that_repeats_what_it_was_sent() {
    common::trace_everything();
    let log = Log::capture();
    for status in [201, 400, 401, 403, 422, 500, 503] {
        for body in [
            json!({"detail": "bad secret canary-secret"}),
            json!({"detail": [{"loc": ["body"], "msg": "bad", "input": {"refresh_token": "canary-secret"}}]}),
            json!({"error": "canary-secret", "error_description": "got canary-secret"}),
            json!({"errors": [{"title": "canary-secret", "detail": "eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.canary"}]}),
            json!({"access_token": "canary"}),
            json!({"refresh_token": "canary-secret"}),
        ] {
            let world = World::new();
            let auth = planted(&world).retry(descartes::RetryPolicy::never()).build().unwrap();
            world.sim.server().faults().next(TOKEN, Fault::Reply(Reply::json(status, body)));
            clean_error(&token(&auth).await.unwrap_err());
        }
        let world = World::new();
        let auth = planted(&world).retry(descartes::RetryPolicy::never()).build().unwrap();
        let page = Reply::html(status, format!("<p>canary-secret</p>{}", world.jwt(json!({}))));
        world.sim.server().faults().next(TOKEN, Fault::Reply(page));
        clean_error(&token(&auth).await.unwrap_err());
    }
    for fault in [
        Fault::Reply(Reply::json(200, json!({"token": "canary"}))),
        Fault::Reply(Reply::json(200, json!(["canary"]))),
        Fault::Reply(Reply::text(200, "canary")),
        Fault::Reply(Reply::json(200, json!({"access_token": {"canary": 1}}))),
        Fault::redirect(307, "https://user:canary@evil.example/canary?canary"),
    ] {
        let world = World::new();
        world.sim.server().faults().next(TOKEN, fault);
        clean_error(&token(&planted(&world).build().unwrap()).await.unwrap_err());
    }
    clean(log.text());
}

#[tokio::test]
async fn broken_connections_and_redirects() {
    common::trace_everything();
    let log = Log::capture();
    for fault in [
        Fault::ResetBeforeReply,
        Fault::Stall,
        Fault::not_json(),
        Fault::redirect(302, "https://evil.example/login?next=canary"),
    ] {
        let world = World::new();
        let transport = Transport::new().with_call_timeout(Duration::from_millis(20));
        let client = Client::new(planted(&world).transport(transport).build().unwrap()).unwrap();
        world.sim.server().faults().next(PRODUCT, fault).always();
        clean_error(&client.catalog().products().get("someorg:prod1").await.unwrap_err());
    }
    clean(log.text());
}

#[tokio::test]
async fn files_that_cannot_be_used() {
    common::trace_everything();
    let log = Log::capture();
    for content in ["{\"jwt_token\": \"canary", "[\"canary\"]", "{\"canary\": \"canary\"}"] {
        let world = World::new();
        let path = world.write("info.json", content);
        if let Ok(auth) = planted(&world).token_info_path(path).build() {
            token(&auth).await.unwrap();
        }
    }
    clean(log.text());
}

/// Compute hands out URLs that open code and results to everybody, and takes the secret itself.
#[tokio::test]
async fn compute_and_its_signed_urls() {
    use descartes::api::NewFunction;

    let log = Log::capture();
    let world = World::new();
    let client = Client::new(planted(&world).build().unwrap()).unwrap();
    let functions = client.compute().functions();
    let url = format!("{}/signed/canary?signature=canary", world.sim.base());
    let function = json!({"id": "f-1", "status": "awaiting_bundle"});
    let reply = Reply::json(201, json!({"function": function, "bundle_upload_url": url}));
    world.sim.server().faults().next("POST /compute/v1/functions", Fault::Reply(reply));
    let registered = functions.register(&NewFunction::new("sum", "image")).await.unwrap();
    clean(format!("{registered:?} {registered:#?} {functions:?}"));
    for fault in [Fault::status(403), Fault::status(500), Fault::ResetBeforeReply] {
        world.sim.server().faults().next("PUT /signed/canary", fault).times(3);
        let error = functions.upload_bundle(&registered, descartes::Body::bytes("PK")).await.unwrap_err();
        clean_error(&error);
        world.sim.server().faults().clear();
    }
    for fault in [Fault::status(422), Fault::ResetBeforeReply] {
        world.sim.server().faults().next("POST /compute/v1/credentials", fault);
        clean_error(&client.compute().credentials().set().await.unwrap_err());
    }
    clean(log.text());
}
