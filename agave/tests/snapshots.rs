//! Every request that this crate sends, every text of an error, every `Debug`.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use agave::api::NewClient;
use agave::sim::Faults;
use auth_core::sim::{Fault, Reply};
use common::{World, told};
use http::Method;
use insta::assert_snapshot;
use serde_json::json;

fn requests(world: &World) -> String {
    world.sim.server().journal().render()
}

#[tokio::test]
async fn requests_from_nothing_to_the_first_answer() {
    let world = World::new();
    let ag = world.at_sim().username("u").password("p").build().unwrap();
    let new = NewClient::new("demo").with_description("for a test").with_tier("Unlimited");
    ag.clients().create(&new).await.unwrap();
    ag.profiles().get().await.unwrap();
    ag.clients().delete("demo").await.unwrap();
    assert_snapshot!(requests(&world));
}

#[tokio::test]
async fn requests_of_every_typed_call() {
    let world = World::new();
    let ag = world.signing_in().build().unwrap();
    ag.token().create().await.unwrap();
    world.sim.server().journal().clear();
    ag.profiles().get().await.unwrap();
    ag.profiles().list_by_username("other").await.unwrap();
    ag.clients().create(&NewClient::new("a b")).await.unwrap();
    ag.clients().list().await.unwrap();
    ag.clients().get_client_by_name("a b").await.unwrap();
    ag.clients().delete("a b").await.unwrap();
    assert_snapshot!(requests(&world));
}

#[tokio::test]
async fn requests_of_every_grant() {
    let world = World::new();
    let special = world.signing_in().password("PaZ$w0r6!").build().unwrap();
    special.token().create().await.unwrap_err();
    let ag = world.signing_in().build().unwrap();
    ag.token().create().await.unwrap();
    ag.token().refresh().await.unwrap();
    let admin = world.signing_in().username("admin").token_username("other").build().unwrap();
    admin.token().create().await.unwrap();
    assert_snapshot!(requests(&world));
    // As it goes over the wire.
    let bodies: Vec<String> = world
        .sim
        .server()
        .journal()
        .matching("POST /token")
        .iter()
        .map(|request| String::from_utf8_lossy(request.body()).into_owned())
        .collect();
    assert_eq!(
        bodies,
        [
            "grant_type=password&username=u&password=PaZ%24w0r6%21&scope=PRODUCTION",
            "grant_type=password&username=u&password=p&scope=PRODUCTION",
            "grant_type=refresh_token&scope=PRODUCTION&refresh_token=refresh-1",
            "grant_type=admin_password&username=admin&password=p&scope=PRODUCTION&token_username=other",
        ]
    );
}

#[tokio::test]
async fn requests_in_jwt_and_nonce_mode() {
    let world = World::new();
    let jwt = world.at_sim().jwt("X-JWT-Assertion-sim", "jwt-1").build().unwrap();
    jwt.profiles().get().await.unwrap();
    let nonce = world.at_sim().use_nonce().build().unwrap().nonce("nonce-1");
    nonce.profiles().get().await.unwrap();
    let raw =
        nonce.request(Method::POST, "/jobs/v2/").query("pretty", true).json(&json!({"appId": "wc-1.0"}));
    raw.done().await.unwrap();
    assert_snapshot!(requests(&world));
}

#[tokio::test]
async fn errors_before_anything_is_sent() {
    let world = World::new();
    let mut texts = Vec::new();
    let builders = [
        world.builder().api_server("api.tacc.cloud").token("t"),
        world.builder().api_server("ftp://h").token("t"),
        world.builder().api_server("http://h.example").token("t"),
        world.at_sim().api_key("K"),
        world.at_sim().api_secret("S"),
        world.at_sim().username("a:b"),
        world.at_sim().jwt("not a header", "j"),
    ];
    for builder in builders {
        texts.push(told(&world, builder.build().unwrap_err()));
    }
    let clients = [
        world.at_sim().build().unwrap(),
        world.at_sim().username("u").password("p").build().unwrap(),
        world.at_sim().api_key("K").api_secret("S").build().unwrap(),
    ];
    for client in &clients {
        texts.push(told(&world, client.profiles().get().await.unwrap_err()));
    }
    texts.push(told(&world, clients[0].clients().list().await.unwrap_err()));
    texts.push(told(&world, clients[2].token().create().await.unwrap_err()));
    let token = world.at_sim().api_key("K").api_secret("S").token("t").build().unwrap();
    texts.push(told(&world, token.token().create().await.unwrap_err()));
    texts.push(told(&world, token.token().refresh().await.unwrap_err()));
    let jwt = world.at_sim().jwt("x-jwt", "j").build().unwrap();
    texts.push(told(&world, jwt.access_token().await.unwrap_err()));
    texts.push(told(&world, token.profiles().list_by_username("").await.unwrap_err()));
    assert!(world.sim.server().journal().is_empty());
    assert_snapshot!(texts.join("\n"));
}

#[test]
fn errors_of_restore() {
    let world = World::new();
    let mut texts = Vec::new();
    for text in [
        "",
        "{\"half",
        "null",
        "[5]",
        "[]",
        "{}",
        r#"{"baseurl":"","apikey":""}"#,
        r#"{"baseurl":"$BASE"}"#,
        r#"{"baseurl":"$BASE","refresh_token":"r"}"#,
        r#"{"baseurl":"http://h.example","access_token":"t"}"#,
    ] {
        world.write(".agave/current", text);
        texts.push(told(&world, world.builder().restore().unwrap_err()));
    }
    world.write(".agave/current", r#"[{"baseurl":"$BASE","access_token":"t","username":"u"},{}]"#);
    texts.push(told(&world, world.builder().tenant_id("sd2e").restore().unwrap_err()));
    texts.push(told(&world, world.builder().username("v").restore().unwrap_err()));
    assert_snapshot!(texts.join("\n"));
}

#[tokio::test]
async fn errors_of_the_service() {
    let world = World::new();
    let ag = world.signing_in().build().unwrap();
    let mut texts = Vec::new();
    texts.push(told(&world, ag.profiles().list_by_username("nobody").await.unwrap_err()));
    let fault = json!({"fault": {"code": 900_901, "message": "Limit", "description": "with key: 0123"}});
    for reply in [
        Reply::json(403, json!({"status": "error", "message": "No access"})).header("x-request-id", "r-1"),
        Reply::json(429, fault).header("retry-after", "300"),
        Reply::json(200, json!({"status": "error", "message": "Not this way", "result": null})),
        Reply::json(200, json!({"status": "success", "result": {"username": []}})),
        Reply::html(200, "<p>Sign in"),
        Reply::redirect(302, "ftp://h"),
    ] {
        world.sim.server().faults().next("GET /profiles/v2/me", Fault::Reply(reply)).times(4);
        texts.push(told(&world, ag.profiles().get().await.unwrap_err()));
        world.sim.server().faults().clear();
    }
    for faults in [Faults::Json, Faults::Xml, Faults::Plain] {
        world.sim.set_faults(faults);
        let bare = world.at_sim().token("bare").build().unwrap();
        texts.push(told(&world, bare.profiles().get().await.unwrap_err()));
    }
    let wrong = world.signing_in().password("wrong").build().unwrap();
    texts.push(told(&world, wrong.profiles().get().await.unwrap_err()));
    texts.push(told(&world, wrong.clients().list().await.unwrap_err()));
    let unknown = world.signing_in().api_key("nobody").build().unwrap();
    texts.push(told(&world, unknown.profiles().get().await.unwrap_err()));
    let spent = world.at_sim().api_key("K").api_secret("S").refresh_token("spent").build().unwrap();
    texts.push(told(&world, spent.profiles().get().await.unwrap_err()));
    assert_snapshot!(texts.join("\n"));
}

#[tokio::test]
async fn errors_of_writes_whose_fate_is_unknown() {
    let world = World::new();
    let ag = world.signing_in().build().unwrap();
    world.sim.server().faults().next("POST /clients/v2/", Fault::status(504));
    let created = ag.clients().create(&NewClient::new("demo")).await;
    assert_snapshot!(told(&world, created.unwrap_err()));
}

#[tokio::test]
async fn an_expired_session_without_a_refresh_token() {
    let world = World::new();
    let entry = r#"{"baseurl":"$BASE","apikey":"K","apisecret":"S","access_token":"A","created_at":1,"expires_in":1}"#;
    world.write(".agave/current", entry);
    let ag = world.builder().restore().unwrap();
    assert_snapshot!(told(&world, ag.profiles().get().await.unwrap_err()));
}

#[tokio::test]
async fn debugs() {
    let world = World::new();
    let ag = world.restored();
    let created =
        world.signing_in().build().unwrap().clients().create(&NewClient::new("demo")).await.unwrap();
    let texts = [
        format!("{ag:#?}"),
        format!("{:?}", ag.nonce("nonce-1").nonce("n")).split(", restored_from").next().unwrap().to_owned(),
        format!("{:#?}", ag.token().held().unwrap()),
        format!("{created:#?}"),
        format!("{:?}", NewClient::new("demo")),
        format!("{:?}", ag.profiles().get().await.unwrap()),
        format!("{:?}", world.at_sim().token("t").build().unwrap().clients().list().await.unwrap_err()),
    ];
    assert_snapshot!(told(&world, texts.join("\n")));
}
