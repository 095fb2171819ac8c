//! Every request that the crate sends, every error text and every `Debug`, as files in tests/snapshots.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::fmt::Write as _;

use auth_core::sim::{Fault, Reply};
use common::{KITCHENS, LEEWAY, LIFE, LOGIN, VALIDATE, World, foreign_jwt, good, token, with_password};
use datakitchen::api::ResumeInputs;
use datakitchen::{Builder, Contexts, Credentials, Method, TokenFile};
use insta::assert_snapshot;
use serde_json::{Value, json};

mod requests {
    use super::*;

    #[tokio::test]
    async fn login_validation_and_calls() {
        let world = World::new();
        let client = world.client();
        client.kitchens().list().await.unwrap();
        client.kitchen("K1").get().await.unwrap();
        client.kitchen("a/b").get().await.unwrap_err();
        client.users().get_info().await.unwrap();
        world.clock.advance(LIFE - LEEWAY);
        client.kitchens().list().await.unwrap();
        assert_snapshot!(world.journal().render());
    }

    #[tokio::test]
    async fn the_form_on_the_wire() {
        let world = World::new();
        let credentials = Credentials::password("me@example.com", "p&w=1% é/");
        let _ = token(&world.builder().credentials(credentials).build().unwrap()).await;
        // As the vendor's SDK sends it (contract section 2.1).
        assert_eq!(
            world.journal().last().unwrap().body(),
            "username=me%40example.com&password=p%26w%3D1%25+%C3%A9%2F"
        );
    }

    #[tokio::test]
    async fn an_api_token_pair_and_a_request_of_the_callers_own() {
        let world = World::new();
        let client =
            world.builder().credentials(Credentials::api_token("key-1", "secret-1")).build().unwrap();
        client.kitchens().list().await.unwrap();
        let request = client.request(Method::PUT, "/v2/order/create/K1/R1/v1").query("x", "å &");
        request.json(&json!({"schedule": "now", "parameters": {}})).done().await.unwrap();
        assert_snapshot!(world.journal().render());
    }
}

mod errors {
    use super::*;

    fn tell(told: &mut String, world: &World, case: &str, error: &datakitchen::Error) {
        let text = without_system_error(&world.hide(error.to_string()));
        writeln!(told, "{case}\n  {:?}: {text}\n", error.kind()).unwrap();
    }

    /// What an operating system calls a broken connection is its own affair.
    fn without_system_error(text: &str) -> String {
        let found = text.split_once("the connection broke: ").and_then(|(before, after)| {
            let (_, rest) = after.split_once("(os error ")?;
            Some(format!("{before}the connection broke: [why]{}", rest.split_once(')')?.1))
        });
        found.unwrap_or_else(|| text.to_owned())
    }

    #[test]
    fn before_anything_is_sent() {
        let (world, mut told) = (World::new(), String::new());
        let mut case = |case: &str, builder: Builder| {
            tell(&mut told, &world, case, &builder.build().unwrap_err());
        };
        for (name, config) in [
            ("empty", String::new()),
            ("cut", "{\"dk-cloud-ip\": ".to_owned()),
            ("list", "[]".to_owned()),
            ("no-password", world.config(json!({"dk-cloud-password": null}))),
            ("no-scheme", world.config(json!({"dk-cloud-ip": "cloud.datakitchen.io"}))),
            ("no-port", world.config(json!({"dk-cloud-port": "https"}))),
            (
                "plain",
                world.config(json!({"dk-cloud-ip": "http://cloud.datakitchen.io", "dk-cloud-port": "80"})),
            ),
        ] {
            world.write(&format!(".dk/{name}/config.json"), config);
        }
        let plain = || world.bare_builder(world.environment());
        case("nothing is set", plain());
        let half = world.environment().with_var("DK_CLOUD_USERNAME", "me@example.com");
        case("half a pair", world.bare_builder(half));
        for name in ["empty", "cut", "list", "no-password", "no-scheme", "no-port", "plain", "gone", "../x"] {
            case(&format!("the context {name}"), plain().context(name));
        }
        let named = world.environment().with_var("DK_CONTEXT", "gone");
        case("a context that a variable names", world.bare_builder(named));
        case("no home folder", world.bare_builder(datakitchen::Environment::empty()).context("default"));
        case("two sources", plain().credentials(good()).context("default"));
        case("an empty user name", plain().credentials(Credentials::password("", "x")));
        case("an empty password", plain().credentials(Credentials::password("x", "")));
        case("an expired token", plain().credentials(Credentials::token(foreign_jwt(-1))));
        let page = world.environment().with_var("DK_CLOUD_TOKEN", "<html>");
        case("a page for a token", world.bare_builder(page));
        case("a key id with a colon", plain().credentials(Credentials::api_token("k:1", "s")));
        case("a pair outside of Latin-1", plain().credentials(Credentials::api_token("k", "s€")));
        case("an unusable base URL", plain().credentials(good()).base_url("cloud.datakitchen.io"));
        let url = with_password(world.environment()).with_var("DK_CLOUD_BASE_URL", "ftp://h");
        case("an unusable base URL in a variable", world.bare_builder(url));
        case("an unusable name", plain().credentials(good()).app_name("a\nb"));
        assert_snapshot!(told);
    }

    #[tokio::test]
    async fn from_the_login() {
        let mut told = String::new();
        let said =
            |status, text: &str| Fault::Reply(Reply::json(status, json!({"message": {"error": text}})));
        let limit = Reply::empty(401).header("x-ratelimit-reset", "30");
        for (case, fault) in [
            ("a wrong password", said(401, "Invalid credentials")),
            (
                "a missing profile",
                Fault::Reply(Reply::json(
                    401,
                    json!({"code": "no_profile", "description": "no user profile"}),
                )),
            ),
            ("a limit in words", said(401, "please try again in a bit")),
            ("a limit in headers", Fault::Reply(limit)),
            ("a limit", Fault::Reply(Reply::text(429, "slow down").header("retry-after", "30"))),
            ("an outage", Fault::status(503)),
            ("a failure", Fault::Reply(Reply::html(500, "<h1>500</h1>"))),
            ("a reset", Fault::ResetBeforeReply),
            ("a portal", Fault::not_json()),
            ("no token", Fault::Reply(Reply::empty(200))),
            ("a token that no header can carry", Fault::Reply(Reply::text(200, "abcdefghijkl\u{1}"))),
            ("a redirect", Fault::redirect(307, "https://elsewhere.example/v2/login")),
        ] {
            let world = World::new();
            world.sim.server().faults().next(LOGIN, fault).always();
            tell(&mut told, &world, case, &world.client().kitchens().list().await.unwrap_err());
        }
        for (case, fault) in [
            ("a ready token that is refused", Fault::Reply(Reply::empty(401))),
            ("a validation without a token", Fault::Reply(Reply::json(200, json!({})))),
            ("a validation by a portal", Fault::not_json()),
        ] {
            let world = World::new();
            let client = world.builder().credentials(Credentials::token(foreign_jwt(3600))).build().unwrap();
            world.next(VALIDATE, fault);
            tell(&mut told, &world, case, &client.kitchens().list().await.unwrap_err());
        }
        let world = World::new();
        let client = world.builder().credentials(Credentials::token(foreign_jwt(3600))).build().unwrap();
        world.clock.advance(LIFE);
        tell(&mut told, &world, "a ready token that ended", &client.kitchens().list().await.unwrap_err());
        assert_snapshot!(told);
    }

    #[tokio::test]
    async fn from_the_platform() {
        let mut told = String::new();
        let json = |status: u16, body: Value| Fault::Reply(Reply::json(status, body));
        let issue = json!({"severity": "error", "file": "a.json", "description": "broken"});
        let many: Vec<Value> = (0..5).map(|_| issue.clone()).collect();
        for (case, method, fault) in [
            ("rejected twice", Method::GET, json(401, json!({"message": {"error": "Invalid audience"}}))),
            (
                "no access",
                Method::GET,
                json(
                    403,
                    json!({"message": {"error": "You do not have the necessary access to this Kitchen to perform this action"}}),
                ),
            ),
            ("not there", Method::GET, json(404, json!({"message": "no such kitchen"}))),
            (
                "a bad request",
                Method::PUT,
                json(400, json!({"message": {"error": "bad recipe", "issues": [issue]}})),
            ),
            (
                "an order refused",
                Method::PUT,
                json(417, json!({"message": {"error": {"message": "Order rejected", "detail": many}}})),
            ),
            (
                "an order refused in words",
                Method::PUT,
                json(417, json!({"message": {"error": {"message": "Order rejected", "detail": "text"}}})),
            ),
            (
                "a precondition",
                Method::PUT,
                json(412, json!({"code": "stale", "description": "somebody was faster"})),
            ),
            ("an unknown form", Method::PUT, json(400, json!({"later": 1}))),
            (
                "busy",
                Method::GET,
                Fault::Reply(
                    Reply::text(429, "").header("x-ratelimit-reset", "30").header("x-request-id", "r-1"),
                ),
            ),
            ("down", Method::GET, Fault::Reply(Reply::html(502, "<h1>502</h1>"))),
            ("a failure", Method::GET, json(500, json!("oops"))),
            (
                "an error in a 200",
                Method::GET,
                json(200, json!({"error": {"message": "no", "detail": "kitchens today"}})),
            ),
            ("no JSON", Method::GET, Fault::not_json()),
            ("other JSON", Method::GET, json(200, json!({"kitchens": [{"name": 5}]}))),
            ("a reset", Method::GET, Fault::ResetBeforeReply),
            ("a redirect elsewhere", Method::GET, Fault::redirect(302, "https://login.example/")),
            ("a lost write", Method::PUT, Fault::ResetBeforeReply),
            ("a write behind a broken gateway", Method::PUT, json(504, json!({"message": "timeout"}))),
            ("a redirected write", Method::PUT, Fault::redirect(307, "https://login.example/")),
        ] {
            let world = World::new();
            world.sim.server().faults().next("* /v2/kitchen/list", fault).always();
            let client = world.client();
            let error = match method {
                Method::GET => client.kitchens().list().await.unwrap_err(),
                method => client.request(method, "/v2/kitchen/list").done().await.unwrap_err(),
            };
            tell(&mut told, &world, case, &error);
        }
        let world = World::new();
        let client = world.client();
        for (case, path) in [("a path that climbs", "/v2/../x"), ("a path with a query", "/v2/x?a=b")] {
            tell(&mut told, &world, case, &client.request(Method::GET, path).done().await.unwrap_err());
        }
        tell(&mut told, &world, "an empty name", &client.kitchen("").get().await.unwrap_err());
        let pair = world.builder().credentials(Credentials::api_token("key-1", "secret-1")).build().unwrap();
        tell(&mut told, &world, "a session of an API token pair", &token(&pair).await.unwrap_err());
        assert_snapshot!(told);
    }
}

mod debug {
    use super::*;

    #[tokio::test]
    async fn a_client_before_and_after_signing_in() {
        let world = World::new();
        let client = world.client();
        let mut told = format!("{client:#?}\n");
        client.kitchens().list().await.unwrap();
        writeln!(told, "{client:#?}").unwrap();
        assert_snapshot!(world.hide(told));
    }

    #[tokio::test]
    async fn what_else_can_be_shown() {
        let world = World::new();
        world.write(".dk/default/config.json", world.config(json!({"dk-cloud-port": "443"})));
        let contexts = Contexts::of(&world.environment()).unwrap();
        let mut told = String::new();
        let mut show = |value: &dyn std::fmt::Debug| writeln!(told, "{value:#?}\n").unwrap();
        show(&good());
        show(&Credentials::api_token("key-1", "secret-1"));
        show(&Credentials::token("token").with_password("me@example.com", "secret"));
        show(&contexts);
        show(&contexts.named("default").unwrap());
        show(&TokenFile);
        show(&TokenFile::of(&contexts.named("default").unwrap()));
        show(&datakitchen::Protocol);
        let client = world.client();
        show(&client.kitchen("K1").name());
        let parameters = json!({"password": "secret"}).as_object().unwrap().clone();
        show(&ResumeInputs { skip_failed_nodes: true, parameters });
        show(&client.kitchen("K1").get().await.unwrap());
        show(&client.users().get_info().await.unwrap());
        show(&client.kitchen("closed").get().await.unwrap_err());
        show(&client.kitchen("").get().await.unwrap_err());
        world.next_reply(KITCHENS, Reply::json(400, json!({"message": {"error": "e", "issues": ["i"]}})));
        show(&client.kitchens().list().await.unwrap_err());
        assert_snapshot!(world.hide(told));
    }
}
