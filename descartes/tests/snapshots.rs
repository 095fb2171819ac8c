//! Every request that the crate sends, every error text and every `Debug`, as files in tests/snapshots.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::fmt::Write as _;
use std::time::Duration;

use auth_core::sim::{Fault, Reply};
use common::{LIFE, PRODUCT, TOKEN, World, info, token};
use descartes::api::Filter;
use descartes::{
    Auth, AuthBuilder, Client, Flavor, Method, RetryPolicy, TokenInfo, TokenInfoPath, Transport,
};
use insta::assert_snapshot;
use serde_json::json;

/// Headers that are drawn anew each time, and the token.
const DRAWN: [&str; 3] = ["x-request-group", "x-client-session", "authorization"];

fn sent(world: &World) -> String {
    world.journal().render_hiding(&DRAWN)
}

mod requests {
    use super::*;

    #[tokio::test]
    async fn sign_in() {
        let world = World::new();
        token(&world.good().build().unwrap()).await.unwrap();
        token(&world.good().scope(["openid", "email"]).token_info_path(TokenInfoPath::None).build().unwrap())
            .await
            .unwrap();
        assert_snapshot!(sent(&world));
    }

    #[tokio::test]
    async fn sign_in_by_the_older_grant() {
        let world = World::new();
        let legacy = Flavor::DESCARTES_LABS.legacy_client_id.unwrap();
        world.sim.set_client(legacy, "sec");
        let builder =
            || world.builder().client_id(legacy).client_secret("sec").token_info_path(TokenInfoPath::None);
        token(&builder().build().unwrap()).await.unwrap();
        token(&builder().scope(["openid"]).build().unwrap()).await.unwrap();
        assert_snapshot!(sent(&world));
    }

    #[tokio::test]
    async fn the_body_on_the_wire() {
        let world = World::new();
        let auth = world.builder().client_id("cid").client_secret("s\"é/").scope(["a", "b"]).build().unwrap();
        let _ = auth.token().await;
        let expected =
            r#"{"client_id":"cid","grant_type":"refresh_token","refresh_token":"s\"é/","scope":"a b"}"#;
        assert_eq!(world.journal().last().unwrap().body(), expected.as_bytes());
    }

    #[tokio::test]
    async fn catalog() {
        let world = World::new();
        let client = world.client();
        let products = client.catalog().products();
        products.get("someorg:prod1").await.unwrap();
        products.get("a/b c?é").await.unwrap();
        products.exists("someorg:prod1").await.unwrap();
        let filter = Filter::eq("is_core", true).and(Filter::any_of("tags", ["a", "b"]));
        let search = products.search().find_text("prod").sort("-created").limit(2).filter(filter);
        search.collect().await.unwrap();
        products.search().collect().await.unwrap();
        products.search().filter(Filter::like("name", "P%")).count().await.unwrap();
        assert_snapshot!(sent(&world));
    }

    #[tokio::test]
    async fn earthone() {
        let world = World::earthone();
        let client = world.client();
        client.catalog().products().search().filter(Filter::like("name", "%2")).collect().await.unwrap();
        assert_snapshot!(sent(&world));
    }

    #[tokio::test]
    async fn untyped() {
        let world = World::new();
        let client = world.client();
        let call = client.request(Method::POST, "/compute/v1/jobs").query("x", "å &");
        call.json(&json!({"function_id": "f-1"})).done().await.unwrap_err();
        let vector = client.endpoints().vector.clone().unwrap();
        client.request(Method::GET, "/products/").at(&vector).done().await.unwrap();
        assert_snapshot!(sent(&world));
    }
}

mod errors {
    use super::*;

    fn tell(told: &mut String, world: &World, case: &str, error: &descartes::Error) {
        let class = match (error.is_auth_error(), error.is_oauth_error()) {
            (_, true) => "OauthError",
            (true, false) => "AuthError",
            (false, false) => "other",
        };
        let text = world.hide(error.to_string());
        writeln!(told, "{case}\n    {class} {:?}: {text}", error.kind()).unwrap();
    }

    async fn ask(told: &mut String, world: &World, case: &str, builder: AuthBuilder) {
        match builder.build() {
            Ok(auth) => tell(told, world, case, &token(&auth).await.unwrap_err()),
            Err(error) => tell(told, world, case, &error),
        }
    }

    #[tokio::test]
    async fn of_credentials() {
        let (world, mut told) = (World::new(), String::new());
        let t = &mut told;
        ask(t, &world, "nothing", world.builder()).await;
        ask(t, &world, "id only", world.builder().client_id("cid")).await;
        ask(t, &world, "secret only", world.with("CLIENT_SECRET", "s")).await;
        ask(t, &world, "no file", world.builder().token_info_path(TokenInfoPath::None)).await;
        ask(t, &world, "expired token", world.with("TOKEN", &world.jwt(json!({"exp": 1, "iat": 0})))).await;
        ask(t, &world, "not a token", world.with("TOKEN", "x")).await;
        ask(t, &world, "line break", world.with("CLIENT_SECRET", "s\n")).await;
        ask(t, &world, "unknown environment", world.builder().env("nowhere")).await;
        ask(t, &world, "plain http", world.good().domain("http://iam.example")).await;
        world.write_info(json!({"client_id": null}));
        ask(t, &world, "file without id", world.builder()).await;
        world.write("token_info.json", "[]");
        ask(t, &world, "file that is a list", world.builder()).await;
        world.write("token_info.json", "{\"a\": ");
        ask(t, &world, "file that breaks off", world.builder()).await;
        world.write("token_info.json", info(json!({"scope": 1})));
        ask(t, &world, "file with a wrong scope", world.builder()).await;
        let earthone = World::earthone();
        ask(t, &earthone, "nothing, EarthOne", earthone.builder()).await;
        for pasted in ["!", "eA", "W10", "e30"] {
            let error = TokenInfo::from_pasted(pasted).unwrap_err().into();
            tell(t, &world, "pasted", &error);
        }
        assert_snapshot!(told);
    }

    #[tokio::test]
    async fn of_tokens() {
        let mut told = String::new();
        let detail = |status, body| Fault::Reply(Reply::json(status, body));
        for (case, fault) in [
            ("refused", detail(401, json!({"detail": "unknown client"}))),
            (
                "refused as OAuth does",
                detail(400, json!({"error": "invalid_grant", "error_description": "revoked"})),
            ),
            ("invalid", detail(422, json!({"detail": [{"loc": ["body", "client_id"], "msg": "missing"}]}))),
            (
                "busy",
                Fault::Reply(
                    Reply::text(503, "busy").header("retry-after", "7").header("x-request-id", "r-1"),
                ),
            ),
            ("broken", Fault::status(500)),
            ("created", Fault::status(201)),
            ("page", Fault::not_json()),
            ("no token", detail(200, json!({}))),
            ("moved", Fault::redirect(307, "https://elsewhere.example/token?x=1")),
            ("reset", Fault::ResetBeforeReply),
            ("stalled", Fault::Stall),
        ] {
            let world = World::new();
            world.sim.server().faults().next(TOKEN, fault).always();
            let mut builder = world.good().retry(RetryPolicy::never());
            if case == "stalled" {
                builder = builder.transport(Transport::new().with_call_timeout(Duration::from_millis(20)));
            }
            ask(&mut told, &world, case, builder).await;
        }
        let world = World::new();
        let auth = world.builder().jwt_token(world.jwt(json!({}))).build().unwrap();
        world.clock.advance(LIFE);
        tell(&mut told, &world, "given token, expired", &token(&auth).await.unwrap_err());
        world.sim.set_claim("sub", serde_json::Value::Null);
        let error = world.good().build().unwrap().namespace().await.unwrap_err();
        tell(&mut told, &world, "claim missing", &error);
        assert_snapshot!(told);
    }

    #[tokio::test]
    async fn of_calls() {
        let mut told = String::new();
        let json_api = json!({"errors": [{
            "status": "400", "title": "Bad name", "detail": "Too long.", "source": {"pointer": "/data/attributes/name"},
            "id": "e-1",
        }]});
        for (case, fault) in [
            ("JSON:API", Fault::Reply(Reply::json(400, json_api).header("x-request-id", "r-1"))),
            (
                "validation",
                Fault::Reply(Reply::json(422, json!({"detail": "Invalid", "errors": {"args": ["bad a"]}}))),
            ),
            ("unauthorized", Fault::status(401)),
            ("forbidden", Fault::status(403)),
            ("nothing said", Fault::Reply(Reply::empty(409))),
            ("too many", Fault::Reply(Reply::text(429, "slow down"))),
            ("broken", Fault::status(500)),
            ("page", Fault::not_json()),
            ("moved", Fault::redirect(302, "/login?next=x")),
            ("reset", Fault::ResetBeforeReply),
        ] {
            let world = World::new();
            let auth = world.good().build().unwrap();
            let client = Client::builder().auth(auth).retry(RetryPolicy::never()).build().unwrap();
            world.sim.server().faults().next(PRODUCT, fault).always();
            let error = client.catalog().products().get("someorg:prod1").await.unwrap_err();
            tell(&mut told, &world, case, &error);
        }
        let world = World::new();
        let client = world.client();
        world.sim.server().faults().next("POST /x", Fault::CloseBeforeReply);
        let error = client.request(Method::POST, "/x").done().await.unwrap_err();
        tell(&mut told, &world, "fate unknown", &error);
        for path in ["/a/../b", "/a?b"] {
            let error = client.request(Method::GET, path).done().await.unwrap_err();
            tell(&mut told, &world, "path", &error);
        }
        let mixed =
            Client::builder().auth(World::earthone().good().build().unwrap()).flavor(Flavor::DESCARTES_LABS);
        tell(&mut told, &world, "mixed flavours", &mixed.build().unwrap_err());
        assert_snapshot!(told);
    }
}

#[tokio::test]
async fn debug() {
    let world = World::new();
    let client = world.client();
    let auth: &Auth = client.auth();
    let mut told = String::new();
    for (name, text) in [
        ("TokenInfoPath", format!("{:?} {:?}", TokenInfoPath::None, TokenInfoPath::from("x"))),
        ("TokenInfo", format!("{:?}", TokenInfo::from_pasted(&world.sim.pasted()).unwrap())),
        ("Filter", format!("{:?}", Filter::is_null("a").or(Filter::gt("b", 1)))),
        ("Endpoints", format!("{:#?}", client.endpoints())),
        ("Auth without a token", format!("{auth:#?}")),
        ("Flavor", format!("{:#?}", Flavor::EARTH_ONE)),
    ] {
        writeln!(told, "{name}: {}", world.hide(text)).unwrap();
    }
    assert_snapshot!(told);
}
