//! Every request that the crate sends, every error text and every `Debug`, as files in tests/snapshots.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::fmt::Write as _;
use std::time::Duration;

use auth_core::sim::{Fault, Reply};
use common::{TOKEN, World, credentials_file, good, token, with_id_and_secret};
use insta::assert_snapshot;
use kognic::{Builder, ClientAuthentication, Credentials, Hosts, Method, NamedEnvironments, TokenFile};
use serde_json::json;

mod requests {
    use super::*;

    #[tokio::test]
    async fn sign_in_and_renew() {
        let world = World::new();
        let client = world.builder().credentials(good()).scopes(["api:read", "api:write"]).build().unwrap();
        token(&client).await.unwrap();
        world.clock.advance(Duration::from_secs(3600));
        token(&client).await.unwrap();
        assert_snapshot!(world.journal().render());
    }

    #[tokio::test]
    async fn sign_in_and_renew_by_basic_authentication() {
        let world = World::new();
        world.sim.set_client("my cid", "s/e+c=r&t");
        let builder = world.builder().credentials(Credentials::new("my cid", "s/e+c=r&t"));
        let client = builder.client_authentication(ClientAuthentication::Basic).build().unwrap();
        token(&client).await.unwrap();
        world.clock.advance(Duration::from_secs(3600));
        token(&client).await.unwrap();
        assert_snapshot!(world.journal().render());
    }

    #[tokio::test]
    async fn the_form_on_the_wire() {
        let world = World::new();
        let builder = world.builder().credentials(Credentials::new("my cid", "s/e+c=r&t"));
        let _ = token(&builder.scopes(["api:read", "api:write"]).build().unwrap()).await;
        // Order and escapes as the vendor's SDK sends them (contract section 2.1).
        assert_eq!(
            world.journal().last().unwrap().body(),
            "grant_type=client_credentials&scope=api%3Aread+api%3Awrite&client_id=my+cid\
             &client_secret=s%2Fe%2Bc%3Dr%26t"
        );
    }

    #[tokio::test]
    async fn calls() {
        let world = World::new();
        let client = world.builder().credentials(good()).organization_id(42).build().unwrap();
        client.projects().list().await.unwrap();
        client.projects().list_batches("highway").await.unwrap();
        client.projects().list_batches("a/b").await.unwrap_err();
        let request = client.request(Method::POST, "/v1/projects/highway/batches/b-2").query("x", "å &");
        request.json(&json!({"publishPreviousBatches": false})).done().await.unwrap();
        assert_snapshot!(world.journal().render());
    }
}

mod errors {
    use super::*;

    /// The error that a builder ends in, as a line each for `Display` and `Debug`.
    fn refused(told: &mut String, world: &World, case: &str, builder: Builder) {
        let error = builder.build().unwrap_err();
        tell(told, world, case, &error);
    }

    fn tell(told: &mut String, world: &World, case: &str, error: &kognic::Error) {
        // Which of the two it is depends on the features of this build.
        let text = world
            .hide(error.to_string())
            .replace("this program was built without the feature `keyring`", "[it is not there]")
            .replace("the surroundings were made by hand", "[it is not there]");
        writeln!(told, "{case}\n  {:?}: {}\n", error.kind(), without_system_error(&text)).unwrap();
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
        let mut case = |case: &str, builder: Builder| refused(&mut told, &world, case, builder);
        let files = ["missing.json", "folder", "empty.json", "cut.json", "list.json", "no-secret.json"];
        std::fs::create_dir(world.path(files[1])).unwrap();
        world.write(files[2], "");
        world.write(files[3], "{\"clientId\": \"c-1\",");
        world.write(files[4], "[]");
        world.write(files[5], credentials_file(json!({"clientSecret": null})));
        world.write("expired.json", credentials_file(json!({"expires": "2026-12-31T00:00:00Z"})));
        world.write("scopes.json", credentials_file(json!({"scopes": "api:read"})));
        world.write(
            ".config/kognic/environments.json",
            r#"{"environments": {"e": {"host": "h.example", "auth_server": "ftp://h.example", "credentials": "~/missing.json"},
                "h": {"host": "not a host", "auth_server": "https://h.example"}}}"#,
        );
        world.write("broken.json", r#"{"environments": {"e": {"host": 5}}}"#);

        case("nothing is set", world.builder());
        let half =
            world.environment().with_var("KOGNIC_CLIENT_ID", "c-1").with_var("ANNOTELL_CLIENT_ID", "c-1");
        case("half of it is set, and a former name", world.builder_in(half));
        for file in files.into_iter().chain(["expired.json", "scopes.json"]) {
            let environment = world.environment().with_var("KOGNIC_CREDENTIALS", format!("~/{file}"));
            case(file, world.builder_in(environment));
        }
        let environment = world.environment().with_var("KOGNIC_CREDENTIALS", credentials_file(json!({})));
        case("JSON in place of a path", world.builder_in(environment));
        case("an empty path", world.builder().credentials_at(""));
        case("a profile of the keyring", world.builder().credentials_at("keyring://example"));
        case("no profile of the keyring", world.builder().credentials_at("keyring://"));
        case("an empty id", world.builder().credentials(Credentials::new("", "x")));
        let environment = with_id_and_secret(world.environment(), "c-1", "x");
        case("two sources", world.builder_in(environment).credentials(good()).credentials_at("~/x.json"));
        case("an unknown environment", world.builder().named_environment("zz"));
        case("an environment with missing credentials", world.builder().named_environment("e"));
        case(
            "an environment with an unusable server",
            world.builder().credentials(good()).named_environment("e"),
        );
        case(
            "a broken environment",
            world.builder().environments_file("~/broken.json").named_environment("e"),
        );
        case("an unusable base URL", world.builder().credentials(good()).base_url("platform.example"));
        case("plain http", world.builder().credentials(good()).base_url("http://platform.example"));
        case("an unusable name", world.builder().credentials(good()).app_name("a\nb"));
        assert_snapshot!(told);
    }

    #[tokio::test]
    async fn from_the_token_endpoint() {
        let mut told = String::new();
        let refusal = json!({"error": "invalid_scope", "error_description": "no such scope"});
        for (case, fault) in [
            ("a wrong secret", None),
            ("a refusal", Some(Fault::Reply(Reply::json(400, refusal)))),
            ("a page", Some(Fault::Reply(Reply::html(403, "<p>no</p>")))),
            ("an outage", Some(Fault::status(503))),
            ("a reset", Some(Fault::ResetBeforeReply)),
            ("a login page", Some(Fault::not_json())),
            ("no token", Some(Fault::Reply(Reply::json(200, json!({}))))),
            (
                "another type",
                Some(Fault::Reply(Reply::json(200, json!({"access_token": "a", "token_type": "mac"})))),
            ),
            (
                "a token that no header can carry",
                Some(Fault::Reply(Reply::json(200, json!({"access_token": "a\nb"})))),
            ),
            ("a redirect", Some(Fault::redirect(307, "https://elsewhere.example/token"))),
        ] {
            let world = World::new();
            if let Some(fault) = fault.clone() {
                world.sim.server().faults().next(TOKEN, fault).always();
            }
            let secret = if fault.is_none() { "wrong" } else { "s-1" };
            let client = world.builder().credentials(Credentials::new("c-1", secret)).build().unwrap();
            let error = client.projects().list().await.unwrap_err();
            tell(&mut told, &world, case, &error);
        }
        assert_snapshot!(told);
    }

    #[tokio::test]
    async fn from_the_platform() {
        let mut told = String::new();
        let message =
            |status: u16| Fault::Reply(Reply::json(status, json!({"message": "the platform's words"})));
        for (case, method, fault) in [
            ("rejected twice", Method::GET, message(401)),
            ("no access", Method::GET, message(403)),
            ("not there", Method::GET, message(404)),
            (
                "busy",
                Method::GET,
                Fault::Reply(Reply::text(429, "").header("retry-after", "30").header("x-request-id", "r-1")),
            ),
            ("down", Method::GET, message(503)),
            ("no JSON", Method::GET, Fault::not_json()),
            ("other JSON", Method::GET, Fault::Reply(Reply::json(200, json!({"data": [{"title": 5}]})))),
            ("a reset", Method::GET, Fault::ResetBeforeReply),
            ("a lost write", Method::POST, Fault::ResetBeforeReply),
            ("a write behind a broken gateway", Method::POST, message(502)),
            ("a redirected write", Method::POST, Fault::redirect(302, "https://login.example/")),
        ] {
            let world = World::new();
            world.sim.server().faults().next("* /v1/projects", fault).always();
            let client = world.client();
            let request = client.request(method, "/v1/projects");
            let error = request.data::<Vec<kognic::api::Project>>().await.unwrap_err();
            tell(&mut told, &world, case, &error);
        }
        let world = World::new();
        for (case, path) in [("a path that climbs", "/v1/../x"), ("a path with a query", "/v1/x?a=b")] {
            let error = world.client().request(Method::GET, path).done().await.unwrap_err();
            tell(&mut told, &world, case, &error);
        }
        let error = world.client().projects().list_batches("").await.unwrap_err();
        tell(&mut told, &world, "an empty name", &error);
        assert_snapshot!(told);
    }
}

mod debug {
    use super::*;

    #[tokio::test]
    async fn what_can_be_shown() {
        let world = World::new();
        world.write(
            ".config/kognic/environments.json",
            r#"{"environments": {"e": {"host": "h.example", "auth_server": "https://auth.h.example", "scopes": []}}}"#,
        );
        let mut told = String::new();
        let mut show = |value: &dyn std::fmt::Debug| writeln!(told, "{value:#?}\n").unwrap();
        show(&good());
        show(&Credentials::from_json(&credentials_file(json!({}))).unwrap());
        show(&Hosts::default());
        show(&ClientAuthentication::Basic);
        show(&TokenFile);
        show(&TokenFile::shared(&world.environment()).unwrap());
        show(&NamedEnvironments::load(&world.environment()).unwrap());
        show(&kognic::Protocol::default());
        let client = world.client();
        show(&client);
        show(&client.projects());
        let error = client.request(Method::GET, "/v1/x").data::<()>().await.unwrap_err();
        show(&error);
        show(&client.projects().list_batches("").await.unwrap_err());
        show(&client.projects().list_batches("highway").await.unwrap());
        assert_snapshot!(world.hide(told));
    }
}
