//! Signing in to a tenant that has moved to Tapis v3 (contract section 2.6).
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::time::Duration;

use agave::{Agave, Builder};
use auth_core::ErrorKind;
use auth_core::sim::{Fault, Reply};
use common::{World, shown, told};
use http::Method;
use insta::assert_snapshot;
use serde_json::{Value, json};

fn moved(world: &World) -> Builder {
    world.at_sim().tapis_v3()
}

fn with_client(world: &World) -> Agave {
    moved(world).api_key("K").api_secret("S").username("u").password("p").build().unwrap()
}

/// Any call: the clients of the user.
async fn call(client: &Agave) -> agave::Result<Value> {
    client.request(Method::GET, "/v3/oauth2/clients").data().await
}

fn tokens(world: &World) -> usize {
    world.sim.server().journal().matching("POST /v3/oauth2/tokens").len()
}

#[tokio::test]
async fn requests() {
    let world = World::new();
    let ag = with_client(&world);
    assert_eq!(call(&ag).await.unwrap(), json!([{"client_id": "K", "owner": "u"}]));
    ag.token().refresh().await.unwrap();
    let bare = moved(&world).username("u").password("p").build().unwrap();
    let body = json!({"access_token": shown(&bare.access_token().await.unwrap())});
    let exchange = bare.request(Method::POST, "/v3/oauth2/v2/token").header("x-tapis-tracking-id", "ns.1");
    let agave_token: Value = exchange.json(&body).data().await.unwrap();
    assert_eq!(agave_token["expires_in"], 14_400);
    // It is a token of the generation before.
    let old = world.at_sim().token(agave_token["access_token"].as_str().unwrap()).build().unwrap();
    assert_eq!(old.profiles().get().await.unwrap().username, "u");
    let sent = world.sim.server().journal().render();
    assert_snapshot!(sent);
}

#[tokio::test]
async fn it_is_renewed_ahead_of_time_by_the_refresh_token() {
    let world = World::new();
    let ag = with_client(&world);
    call(&ag).await.unwrap();
    world.clock.advance(Duration::from_secs(14_400 - 30));
    call(&ag).await.unwrap();
    let second = &world.sim.server().journal().matching("POST /v3/oauth2/tokens")[1];
    assert_eq!(second.json().unwrap(), json!({"grant_type": "refresh_token", "refresh_token": "refresh-1"}));
    assert_eq!(second.basic(), Some(("K".to_owned(), "S".to_owned())));
    // Life and expiry are known to the caller, too.
    let info = ag.token().token_info().await.unwrap();
    assert_eq!(info.expires_in, Some(Duration::from_secs(14_400)));
}

#[tokio::test]
async fn without_a_client_it_is_renewed_by_the_password() {
    let world = World::new();
    let ag = moved(&world).username("u").password("p").build().unwrap();
    call(&ag).await.unwrap();
    world.clock.advance(Duration::from_secs(14_400));
    call(&ag).await.unwrap();
    let asked = world.sim.server().journal().matching("POST /v3/oauth2/tokens");
    let grants: Vec<Value> =
        asked.iter().map(|request| request.json().unwrap()["grant_type"].clone()).collect();
    assert_eq!(grants, ["password", "password"]);
    assert!(asked.iter().all(|request| request.basic().is_none()));
}

#[tokio::test]
async fn a_refused_refresh_token_falls_back_to_the_password() {
    let world = World::new();
    let ag = with_client(&world);
    call(&ag).await.unwrap();
    world.sim.issuer().revoke_refresh_tokens();
    world.sim.issuer().revoke_all();
    // Portals ask for this: a rejected token whose session can be renewed is no error.
    call(&ag).await.unwrap();
    assert_eq!(tokens(&world), 3);
}

#[tokio::test]
async fn a_given_jwt_tells_its_own_expiry() {
    let world = World::new();
    let first = with_client(&world);
    let info = first.token().token_info().await.unwrap();
    let given = moved(&world).token(info.access_token).refresh_token(info.refresh_token.unwrap());
    let given = given.api_key("K").api_secret("S").build().unwrap();
    assert_eq!(given.token().held().unwrap().expiration, info.expiration);
    world.clock.advance(Duration::from_secs(14_400));
    call(&given).await.unwrap();
    assert_eq!(tokens(&world), 2, "it was renewed before it was rejected");
}

#[tokio::test]
async fn variables_are_enough_and_files_are_not_looked_at() {
    let world = World::new().with_var("TAPIS_USERNAME", "u").with_var("TAPIS_PASSWORD", "p");
    let world = world.with_var("TAPIS_BASE_URL", "$BASE");
    world.write(".agave/current", r#"{"baseurl":"$BASE","access_token":"old"}"#);
    let ag = world.builder().tapis_v3().restore().unwrap();
    call(&ag).await.unwrap();
    assert_eq!(ag.restored_from(), None);
}

#[tokio::test]
async fn errors() {
    let world = World::new();
    let mut texts = Vec::new();
    let builders = [
        world.builder().tapis_v3().username("u").password("p"),
        moved(&world).jwt("x-jwt", "j"),
        moved(&world).use_nonce(),
        moved(&world).username("u").password("p").token_username("other"),
    ];
    for builder in builders {
        let error = builder.build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        texts.push(told(&world, error));
    }
    texts.push(told(&world, world.builder().tapis_v3().restore().unwrap_err()));
    texts.push(told(&world, call(&moved(&world).username("u").build().unwrap()).await.unwrap_err()));
    assert!(world.sim.server().journal().is_empty());
    for wrong in [
        moved(&world).username("u").password("wrong"),
        moved(&world).api_key("K").api_secret("wrong").username("u").password("p"),
        moved(&world).api_key("K").api_secret("S").refresh_token("spent"),
        moved(&world).token("unknown"),
    ] {
        texts.push(told(&world, call(&wrong.build().unwrap()).await.unwrap_err()));
    }
    world.sim.server().faults().next("POST /v3/oauth2/tokens", Fault::Reply(Reply::json(201, json!({}))));
    texts.push(told(&world, call(&with_client(&world)).await.unwrap_err()));
    assert_snapshot!(texts.join("\n"));
}

#[tokio::test]
async fn nothing_shows_a_secret() {
    let world = World::new();
    let ag =
        moved(&world).username("u").password("canary").api_key("K").api_secret("canary").build().unwrap();
    let error = call(&ag).await.unwrap_err();
    let text = format!("{ag:?} {error:?} {error}");
    assert!(!text.contains("canary") && text.contains("tapis v3"), "{text}");
}
