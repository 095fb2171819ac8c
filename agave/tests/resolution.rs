//! Contract section 3, row by row: what is given, where a session is restored from, and every edge case.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::sync::{Arc, Mutex};

use agave::api::NewClient;
use agave::{Agave, Client, Environment};
use auth_core::ErrorKind;
use common::{World, shown, told};

const SESSION: &str = r#"{"tenantid":"sim","baseurl":"$BASE","devurl":"","apisecret":"S","apikey":"K","username":"u","access_token":"$ACCESS","refresh_token":"$REFRESH","created_at":"1800000000","expires_in":"14400"}"#;

/// A session of the CLI with a good token.
fn session(world: &World) -> String {
    let issued = world.sim.issuer().issue("K u");
    SESSION.replace("$ACCESS", &issued.access_token).replace("$REFRESH", &issued.refresh_token)
}

/// What the client's first service call does.
async fn first_call(client: &Client) -> Result<String, agave::Error> {
    client.profiles().get().await.map(|me| me.username)
}

/// The error of a restore that must fail.
fn refused(world: &World) -> String {
    let error = world.builder().restore().unwrap_err();
    assert!(error.is_auth(), "{error}");
    assert!(world.sim.server().journal().is_empty());
    told(world, error)
}

mod given {
    use super::*;

    #[tokio::test]
    async fn api_server_only() {
        let world = World::new();
        let client = world.at_sim().build().unwrap();
        let error = first_call(&client).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NoCredentials);
        assert!(client.clients().list().await.unwrap_err().is_auth());
        assert_eq!(world.asked(), [""; 0]);
    }

    #[tokio::test]
    async fn username_and_password() {
        let world = World::new();
        let client = world.at_sim().username("u").password("p").build().unwrap();
        assert_eq!(first_call(&client).await.unwrap_err().kind(), ErrorKind::NoCredentials);
        assert_eq!(client.clients().list().await.unwrap().len(), 1);
        let other = client.clone();
        client.clients().create(&NewClient::new("demo")).await.unwrap();
        // The object that was there before can sign in now, and so can its clones.
        assert_eq!(first_call(&other).await.unwrap(), "u");
        assert_eq!(
            world.asked(),
            [
                "GET /clients/v2/ Basic",
                "POST /clients/v2/ Basic",
                "POST /token password Basic",
                "GET /profiles/v2/me Bearer"
            ]
        );
    }

    #[tokio::test]
    async fn key_secret_username_and_password() {
        let world = World::new();
        let client = world.signing_in().build().unwrap();
        assert_eq!(world.asked(), [""; 0], "no constructor uses the network");
        assert_eq!(first_call(&client).await.unwrap(), "u");
        assert_eq!(world.asked(), ["POST /token password Basic", "GET /profiles/v2/me Bearer"]);
    }

    #[tokio::test]
    async fn key_and_secret_without_user_and_token() {
        let world = World::new();
        let client = world.at_sim().api_key("K").api_secret("S").build().unwrap();
        let error = first_call(&client).await.unwrap_err();
        assert!(error.to_string().contains("username and password are missing"), "{error}");
        assert_eq!(world.asked(), [""; 0]);
    }

    #[tokio::test]
    async fn token_only() {
        let world = World::new();
        let token = world.sim.issuer().issue("K u").access_token;
        let client = world.at_sim().token(token).build().unwrap();
        assert_eq!(first_call(&client).await.unwrap(), "u");
        world.sim.issuer().revoke_all();
        let error = first_call(&client).await.unwrap_err();
        assert!(error.is_auth(), "{error}");
        // The rejection is the answer; the token is neither renewed nor dropped.
        assert_eq!(world.asked(), ["GET /profiles/v2/me Bearer"; 2]);
    }

    #[tokio::test]
    async fn token_refresh_token_key_and_secret() {
        let world = World::new();
        let issued = world.sim.issuer().issue("K u");
        let client = world
            .at_sim()
            .api_key("K")
            .api_secret("S")
            .token(issued.access_token)
            .refresh_token(issued.refresh_token)
            .build()
            .unwrap();
        assert_eq!(first_call(&client).await.unwrap(), "u");
        world.sim.issuer().revoke_all();
        assert_eq!(first_call(&client).await.unwrap(), "u");
        assert_eq!(
            world.asked(),
            [
                "GET /profiles/v2/me Bearer",
                "GET /profiles/v2/me Bearer",
                "POST /token refresh_token Basic",
                "GET /profiles/v2/me Bearer"
            ]
        );
    }

    #[tokio::test]
    async fn token_key_and_secret_without_refresh_token() {
        let world = World::new();
        let token = world.sim.issuer().issue("K u").access_token;
        let client = world.at_sim().api_key("K").api_secret("S").token(token).build().unwrap();
        assert_eq!(first_call(&client).await.unwrap(), "u");
        world.sim.issuer().revoke_all();
        let error = first_call(&client).await.unwrap_err();
        assert!(error.is_auth(), "a typed error, not an attribute that is missing: {error}");
        assert_eq!(world.asked().len(), 2);
    }

    #[tokio::test]
    async fn token_and_refresh_token_without_key_and_secret() {
        let world = World::new();
        let issued = world.sim.issuer().issue("K u");
        let client =
            world.at_sim().token(issued.access_token).refresh_token(&*issued.refresh_token).build().unwrap();
        assert_eq!(first_call(&client).await.unwrap(), "u");
        // It cannot be spent, and it is not lost.
        let held = client.token().held().unwrap();
        assert_eq!(shown(&held.refresh_token.unwrap()), issued.refresh_token);
        let error = client.token().refresh().await.unwrap_err();
        assert!(error.to_string().contains("no api_key with api_secret for its refresh token"), "{error}");
    }

    #[test]
    fn key_without_secret_and_the_reverse() {
        let world = World::new();
        for builder in [world.at_sim().token("t").api_key("K"), world.at_sim().token("t").api_secret("S")] {
            assert_eq!(builder.build().unwrap_err().kind(), ErrorKind::Configuration);
        }
    }

    #[tokio::test]
    async fn empty_key_and_secret() {
        let world = World::new();
        let client = world.signing_in().api_key("").api_secret(" ").build().unwrap();
        assert_eq!(first_call(&client).await.unwrap_err().kind(), ErrorKind::NoCredentials);
        assert_eq!(world.asked(), [""; 0], "no grant with `Basic :`");
    }

    #[tokio::test]
    async fn empty_token() {
        let world = World::new();
        let client = world.signing_in().token("").build().unwrap();
        assert_eq!(first_call(&client).await.unwrap(), "u");
        assert_eq!(world.asked()[0], "POST /token password Basic");
    }

    #[tokio::test]
    async fn token_with_blanks_around_it() {
        let world = World::new();
        let token = world.sim.issuer().issue("K u").access_token;
        let client = world.at_sim().token(format!("  {token}\r\n")).build().unwrap();
        assert_eq!(first_call(&client).await.unwrap(), "u");
        let broken = world.at_sim().token("canary\nx").build().unwrap();
        let error = first_call(&broken).await.unwrap_err();
        assert!(error.is_auth() && !error.to_string().contains("canary"), "{error}");
        assert_eq!(world.asked().len(), 1);
    }

    #[test]
    fn jwt_without_header_name() {
        let error = World::new().at_sim().jwt(" ", "jwt-1").build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains("the jwt header name is required"), "{error}");
    }

    // A token callback that cannot be called does not compile.

    #[tokio::test]
    async fn token_callback() {
        let world = World::new();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let notes = Arc::clone(&seen);
        let note = move |info: &agave::TokenInfo| {
            notes
                .lock()
                .unwrap()
                .push((shown(&info.access_token).to_owned(), info.expires_at.clone().unwrap()));
        };
        let client = world.signing_in().token_callback(note).build().unwrap();
        first_call(&client).await.unwrap();
        world.clock.advance(std::time::Duration::from_secs(14_400));
        first_call(&client).await.unwrap();
        let times = ["Fri Jan 15 12:00:00 2027", "Fri Jan 15 16:00:00 2027"].map(str::to_owned);
        let tokens = ["access-1", "access-2"].map(str::to_owned);
        assert_eq!(*seen.lock().unwrap(), tokens.into_iter().zip(times).collect::<Vec<_>>());
    }
}

mod modes {
    use super::*;

    #[tokio::test]
    async fn jwt_comes_first_and_leaves_out_oauth() {
        let world = World::new();
        let client =
            world.signing_in().token("t").use_nonce().jwt("X-JWT-Assertion-sim", "jwt-1").build().unwrap();
        assert_eq!(first_call(&client).await.unwrap(), "u");
        client.clients().list().await.unwrap();
        assert_eq!(world.asked(), ["GET /profiles/v2/me jwt", "GET /clients/v2/ Basic"]);
        assert!(client.token().token_info().await.unwrap_err().is_auth());
        assert!(client.token().held().is_none());
    }

    #[tokio::test]
    async fn a_rejected_jwt_is_not_sent_again() {
        let world = World::new();
        let client = world.at_sim().jwt("X-JWT-Assertion-sim", "jwt-9").build().unwrap();
        let error = first_call(&client).await.unwrap_err();
        assert!(error.is_auth() && error.to_string().contains("check the JWT"), "{error}");
        assert_eq!(world.asked().len(), 1);
    }

    #[tokio::test]
    async fn nonce_mode_carries_no_credential_but_the_nonce() {
        let world = World::new();
        let client = world.signing_in().token("t").use_nonce().build().unwrap();
        let actors: Vec<serde_json::Value> =
            client.nonce("nonce-1").request(http::Method::GET, "/actors/v2").data().await.unwrap();
        assert!(actors.is_empty());
        assert!(first_call(&client).await.unwrap_err().is_auth());
        assert_eq!(world.asked(), ["GET /actors/v2?x-nonce=nonce-1 nothing", "GET /profiles/v2/me nothing"]);
    }

    #[tokio::test]
    async fn a_nonce_goes_with_every_mode() {
        let world = World::new();
        let client = world.signing_in().build().unwrap();
        client.nonce("nonce-1").profiles().get().await.unwrap();
        client.profiles().get().await.unwrap();
        assert_eq!(
            world.asked()[1..],
            ["GET /profiles/v2/me?x-nonce=nonce-1 Bearer", "GET /profiles/v2/me Bearer"]
        );
    }

    #[tokio::test]
    async fn clients_never_see_the_token_and_services_never_the_password() {
        let world = World::new();
        let client = world.signing_in().build().unwrap();
        client.request(http::Method::GET, "/clients/v2/").done().await.unwrap();
        client.request(http::Method::GET, "/profiles/v2/me").done().await.unwrap();
        assert_eq!(
            world.asked(),
            ["GET /clients/v2/ Basic", "POST /token password Basic", "GET /profiles/v2/me Bearer"]
        );
    }

    #[tokio::test]
    async fn on_behalf_of_another_user() {
        let world = World::new();
        let client = world.signing_in().username("admin").token_username("other").build().unwrap();
        assert_eq!(first_call(&client).await.unwrap(), "other");
        assert_eq!(world.asked()[0], "POST /token admin_password Basic");
    }

    #[tokio::test]
    async fn a_client_with_a_key_keeps_it_when_another_is_created() {
        let world = World::new();
        let client = world.signing_in().build().unwrap();
        first_call(&client).await.unwrap();
        let created = client.clients().create(&NewClient::new("demo")).await.unwrap();
        world.sim.issuer().revoke_all();
        // The refresh token belongs to the old key.
        assert_eq!(first_call(&client).await.unwrap(), "u");
        let other = world.signing_in().client(&created).build().unwrap();
        assert_eq!(first_call(&other).await.unwrap(), "u");
        let last = world.sim.server().journal().matching("POST /token").pop().unwrap();
        assert_eq!(last.basic(), Some(("key-1".to_owned(), "secret-1".to_owned())));
    }

    #[tokio::test]
    async fn a_refused_grant_does_not_lose_the_created_client() {
        let world = World::new();
        let client = world.at_sim().username("u").password("p").build().unwrap();
        world.sim.server().faults().next("POST /token", auth_core::sim::Fault::status(400));
        let created = client.clients().create(&NewClient::new("demo")).await.unwrap();
        assert!(first_call(&client).await.unwrap_err().is_auth());
        assert_eq!((created.consumer_key.as_str(), shown(&created.consumer_secret)), ("key-1", "secret-1"));
    }
}

mod server {
    use super::*;
    use auth_core::sim::{Reply, Simulator};

    #[test]
    fn the_default_is_the_seeds() {
        assert_eq!(World::new().builder().token("t").build().unwrap().api_server(), "https://api.tacc.cloud");
    }

    #[test]
    fn a_missing_scheme_is_told() {
        let error = World::new().builder().api_server("api.tacc.cloud").build().unwrap_err();
        assert!(
            error.to_string().contains("api_server is not a usable base URL: it has no scheme"),
            "{error}"
        );
        assert!(
            Agave::builder()
                .environment(Environment::empty())
                .api_server("http://h.example")
                .build()
                .is_err()
        );
    }

    #[tokio::test]
    async fn scheme_port_and_prefix_are_kept() {
        let simulator = Simulator::start(|request: &auth_core::sim::Request| match request.path() {
            "/pre/fix/token" => Reply::json(200, serde_json::json!({"access_token": "a", "expires_in": 60})),
            "/pre/fix/profiles/v2/me" => {
                Reply::json(200, serde_json::json!({"status": "success", "result": {"username": "u"}}))
            }
            _ => Reply::empty(404),
        })
        .unwrap();
        let world = World::new();
        for slash in ["", "/"] {
            let server = format!("{}/pre/fix{slash}", simulator.base());
            let client = world.signing_in().api_server(server).build().unwrap();
            assert_eq!(first_call(&client).await.unwrap(), "u");
        }
        let last = simulator.journal().last().unwrap();
        assert_eq!(last.bearer(), Some("a"), "a port does not lose the credential");
    }
}

mod restore {
    use super::*;

    fn restored(world: &World) -> Client {
        world.builder().restore().unwrap()
    }

    fn file(world: &World, client: &Client) -> String {
        told(world, client.restored_from().unwrap().display())
    }

    #[tokio::test]
    async fn row_1_the_cache_folder_of_the_variable() {
        let world = World::new().with_var("AGAVE_CACHE_DIR", "$HOME/cache");
        world.write("cache/current", &session(&world));
        world.write(".agave/current", "not looked at");
        let client = restored(&world);
        assert_eq!(file(&world, &client), "$HOME/cache/current");
        assert_eq!(first_call(&client).await.unwrap(), "u");
        assert_eq!(world.asked(), ["GET /profiles/v2/me Bearer"]);
    }

    #[test]
    fn row_1_the_home_folder_when_the_variable_is_unset() {
        let world = World::new();
        world.write(".agave/current", &format!("[{}]", session(&world)));
        world.write(".agpy", "not looked at");
        assert_eq!(file(&world, &restored(&world)), "$HOME/.agave/current");
    }

    #[tokio::test]
    async fn row_2_agpy() {
        let world = World::new();
        let token = world.sim.issuer().issue("K u").access_token;
        let entry = format!(r#"[{{"api_server":"$BASE","api_key":"K","api_secret":"S","token":"{token}"}}]"#);
        world.write(".agpy", &entry);
        world.write("etc/.agpy", "not looked at");
        let client = restored(&world);
        assert_eq!(file(&world, &client), "$HOME/.agpy");
        assert_eq!(first_call(&client).await.unwrap(), "u");
    }

    #[test]
    fn row_3_the_files_for_everybody_in_order() {
        let world = World::new();
        world.write(".agpy-of-all", r#"[{"api_server":"$BASE","token":"t"}]"#);
        assert_eq!(file(&world, &restored(&world)), "$HOME/.agpy-of-all");
        world.write("root/.agpy", r#"[{"api_server":"$BASE","token":"t"}]"#);
        assert_eq!(file(&world, &restored(&world)), "$HOME/root/.agpy");
        world.write("etc/.agpy", r#"[{"api_server":"$BASE","token":"t"}]"#);
        assert_eq!(file(&world, &restored(&world)), "$HOME/etc/.agpy");
    }

    #[test]
    fn row_3_one_that_cannot_be_read_is_passed_by() {
        let world = World::new();
        // Not a regular file.
        std::fs::create_dir_all(world.home.path().join("etc/.agpy")).unwrap();
        world.write("root/.agpy", r#"[{"api_server":"$BASE","token":"t"}]"#);
        assert_eq!(file(&world, &restored(&world)), "$HOME/root/.agpy");
    }

    #[test]
    fn selectors_in_order_the_first_alone() {
        let world = World::new();
        let entry = |key: &str, name: &str, tenant: &str| {
            format!(
                r#"{{"baseurl":"$BASE/{key}","apikey":"{key}","apisecret":"S","client_name":"{name}","tenantid":"{tenant}","access_token":"t"}}"#
            )
        };
        let list = format!("[{},{},{}]", entry("K1", "a", "x"), entry("K2", "b", "y"), entry("K3", "b", "x"));
        world.write(".agave/current", &list);
        let selected = |builder: agave::Builder| {
            told(&world, builder.restore().unwrap().api_server()).replace("$BASE/", "")
        };
        assert_eq!(selected(world.builder()), "K1");
        assert_eq!(selected(world.builder().api_key("K3")), "K3");
        assert_eq!(selected(world.builder().client_name("b")), "K2");
        assert_eq!(selected(world.builder().tenant_id("y")), "K2");
        // The others are ignored, also when they do not fit; empty ones too.
        assert_eq!(selected(world.builder().api_key("K3").client_name("a").tenant_id("nowhere")), "K3");
        assert_eq!(selected(world.builder().api_key("").client_name("b").tenant_id("x")), "K2");
    }

    #[test]
    fn arguments_that_are_enough_come_before_everything() {
        let world = World::new().with_var("TAPIS_BASE_URL", "$BASE/env").with_var("TAPIS_TOKEN", "t");
        world.write(".agave/current", "not looked at");
        for builder in [
            world.at_sim().token("t"),
            world.signing_in(),
            world.at_sim().api_key("K").api_secret("S").refresh_token("r"),
            world.at_sim().jwt("x-jwt", "j"),
        ] {
            let client = builder.restore().unwrap();
            assert_eq!((client.api_server(), client.restored_from()), (world.sim.base().as_str(), None));
        }
    }

    #[test]
    fn a_session_never_goes_to_another_server_than_its_own() {
        let world = World::new();
        world.write(".agave/current", &session(&world));
        // The same server, however it is written.
        assert!(
            world.builder().api_server(world.sim.base() + "/").restore().unwrap().restored_from().is_some()
        );
        for other in ["https://elsewhere.example", "$BASE/prefix", "https://127.0.0.1"] {
            let error = world.builder().api_server(world.fill(other)).restore().unwrap_err();
            assert!(error.to_string().contains("no session of the api_server that was given"), "{error}");
            assert!(error.is_auth());
        }
        let world =
            world.with_var("TAPIS_BASE_URL", "https://elsewhere.example").with_var("TAPIS_TOKEN", "t");
        let error = world.at_sim().restore().unwrap_err();
        assert!(error.to_string().contains("TAPIS_BASE_URL names another server"), "{error}");
        let world = World::new()
            .with_var("TAPIS_BASE_URL", "https://elsewhere.example")
            .with_var("TAPIS_USERNAME", "u")
            .with_var("TAPIS_PASSWORD", "p");
        assert!(world.at_sim().restore().unwrap_err().is_auth());
    }

    #[test]
    fn a_server_selects_among_the_sessions_of_a_file() {
        let world = World::new();
        world.write(
            ".agpy",
            r#"[{"token":"t"},{"api_server":"https://a.example","api_key":"K","api_secret":"S","token":"t"},
                {"api_server":"https://b.example/","api_key":"K","api_secret":"S","token":"t"}]"#,
        );
        for server in ["https://a.example", "https://b.example"] {
            let client = world.builder().api_server(server).restore().unwrap();
            assert_eq!(client.api_server(), server);
            let client = world.builder().api_server(server).api_key("K").restore().unwrap();
            assert_eq!(client.api_server(), server);
        }
        // An entry that names no server goes where it is told to.
        assert_eq!(world.at_sim().restore().unwrap().api_server(), world.sim.base());
        assert!(world.at_sim().api_key("K").restore().is_err());
    }

    #[test]
    fn a_username_that_is_not_the_files() {
        let world = World::new();
        world.write(".agave/current", &session(&world));
        let error = world.builder().username("v").password("p").restore().unwrap_err();
        assert!(error.to_string().contains("a session of the user `u`, not of `v`"), "{error}");
        assert!(world.builder().username("u").restore().is_ok());
    }

    #[test]
    fn a_ca_bundle_of_the_file_is_used() {
        let world = World::new();
        world.write(
            ".agave/current",
            &session(&world).replace("\"apikey\"", "\"verify\":\"~/missing.pem\",\"apikey\""),
        );
        let error = world.builder().restore().unwrap_err().to_string();
        assert!(error.contains("missing.pem"), "{error}");
    }

    #[tokio::test]
    async fn nonce_mode_of_the_file() {
        let world = World::new();
        world.write(".agave/current", r#"{"baseurl":"$BASE","use_nonce":true,"access_token":"t"}"#);
        restored(&world).nonce("nonce-1").profiles().get().await.unwrap();
        assert_eq!(world.asked(), ["GET /profiles/v2/me?x-nonce=nonce-1 nothing"]);
    }
}

mod edge_cases {
    use super::*;

    #[test]
    fn cache_folder_set_without_current_in_it() {
        let world = World::new().with_var("AGAVE_CACHE_DIR", "$HOME/cache");
        std::fs::create_dir(world.home.path().join("cache")).unwrap();
        world.write(".agave/current", &session(&world));
        // `~/.agave/current` is not consulted; `~/.agpy` is.
        assert!(refused(&world).contains("1. arguments"));
        world.write(".agpy", r#"[{"api_server":"$BASE","token":"t"}]"#);
        assert!(world.builder().restore().unwrap().restored_from().unwrap().ends_with(".agpy"));
    }

    #[test]
    fn cache_folder_empty_missing_or_with_a_tilde() {
        // Empty: as unset.
        let world = World::new().with_var("AGAVE_CACHE_DIR", "");
        world.write(".agave/current", &session(&world));
        assert!(world.builder().restore().is_ok());
        // Missing: as one without `current`.
        let world = World::new().with_var("AGAVE_CACHE_DIR", "$HOME/missing");
        assert!(refused(&world).contains("$HOME/missing/current: does not exist"));
        // A tilde: the home folder.
        let world = World::new().with_var("AGAVE_CACHE_DIR", "~/cache");
        world.write("cache/current", &session(&world));
        assert!(world.builder().restore().is_ok());
    }

    #[test]
    fn no_file_anywhere() {
        let world = World::new();
        let error = world.builder().restore().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NoCredentials);
        insta::assert_snapshot!(told(&world, error));
    }

    #[test]
    fn malformed_or_empty_file() {
        let world = World::new();
        for (text, why) in [
            ("{\"apikey\": \"canary", "its JSON breaks off at line 1"),
            ("canary", "it is not JSON, from line 1, column 1 on"),
            ("", "it is empty"),
        ] {
            let path = world.write(".agave/current", text);
            let error = refused(&world);
            assert!(
                error.contains(why) && error.contains(".agave/current") && !error.contains("canary"),
                "{error}"
            );
            assert_eq!(std::fs::read_to_string(path).unwrap(), text);
        }
    }

    #[test]
    fn null_number_text_or_a_list_of_numbers() {
        let world = World::new();
        for (text, what) in [
            ("null", "null"),
            ("5", "a number"),
            ("\"x\"", "a text"),
            ("true", "a single word"),
            ("[5]", "a list of other things"),
        ] {
            world.write(".agave/current", text);
            let error = refused(&world);
            assert!(error.contains(&format!("it holds {what} where a client")), "{error}");
        }
    }

    #[test]
    fn no_base_url() {
        let world = World::new();
        for text in ["{}", r#"{"apikey":"K","apisecret":"S","access_token":"t"}"#] {
            world.write(".agave/current", text);
            assert!(refused(&world).contains("it has no baseurl (api_server)"));
        }
        // It is not the default server's token by itself; the caller may say whose it is.
        assert!(world.at_sim().restore().is_ok());
    }

    #[test]
    fn empty_list() {
        let world = World::new();
        world.write(".agave/current", "[]");
        assert!(refused(&world).contains("no clients found"));
    }

    #[test]
    fn selector_that_matches_nothing() {
        let world = World::new();
        world.write(".agave/current", &session(&world));
        let error = world.builder().client_name("demo").restore().unwrap_err().to_string();
        assert!(
            error.contains("no matching client found: none of its one client has the client_name `demo`"),
            "{error}"
        );
    }

    #[test]
    fn agpy_that_holds_an_object() {
        let world = World::new();
        world.write(".agpy", r#"{"api_server":"$BASE","token":"t"}"#);
        assert!(world.builder().restore().is_ok());
    }

    #[test]
    fn agpy_with_the_clis_names() {
        let world = World::new();
        world.write(".agpy", &format!("[{}]", session(&world)));
        assert_eq!(world.builder().restore().unwrap().api_server(), world.sim.base());
    }

    #[test]
    fn both_spellings() {
        let world = World::new();
        let both = r#"[{"baseurl":"$BASE/cli","api_server":"$BASE/sdk","access_token":"t"}]"#;
        world.write(".agave/current", both);
        assert_eq!(world.builder().restore().unwrap().api_server(), world.fill("$BASE/cli"));
        std::fs::remove_file(world.home.path().join(".agave/current")).unwrap();
        world.write(".agpy", both);
        assert_eq!(world.builder().restore().unwrap().api_server(), world.fill("$BASE/sdk"));
    }

    #[test]
    fn every_value_empty() {
        let world = World::new();
        world.write(
            ".agave/current",
            r#"{"tenantid":"","baseurl":"","apikey":"","apisecret":"","access_token":""}"#,
        );
        assert!(refused(&world).contains("the CLI has reset it: every value is empty"));
    }

    #[tokio::test]
    async fn access_token_empty_with_key_secret_and_username() {
        let world = World::new();
        let text = session(&world).replace("access-1", "").replace("refresh-1", "");
        world.write(".agave/current", &text);
        assert!(refused(&world).contains("it has no token, and no password was given to obtain one"));
        let client = world.builder().password("p").restore().unwrap();
        assert_eq!(first_call(&client).await.unwrap(), "u");
        // The new session is kept in the file.
        assert!(
            world.read(".agave/current").contains(r#""access_token":"access-2","refresh_token":"refresh-2""#)
        );
    }

    #[tokio::test]
    async fn access_token_empty_with_a_refresh_token() {
        let world = World::new();
        world.write(".agave/current", &session(&world).replace("access-1", ""));
        let client = world.builder().restore().unwrap();
        assert!(client.token().held().is_none());
        assert_eq!(first_call(&client).await.unwrap(), "u");
        assert_eq!(world.asked(), ["POST /token refresh_token Basic", "GET /profiles/v2/me Bearer"]);
    }

    #[tokio::test]
    async fn refresh_token_empty() {
        let world = World::new();
        world.write(".agave/current", &session(&world).replace("refresh-1", ""));
        let client = world.builder().restore().unwrap();
        assert_eq!(first_call(&client).await.unwrap(), "u");
        world.clock.advance(std::time::Duration::from_secs(14_400));
        let error = first_call(&client).await.unwrap_err();
        assert!(error.is_auth() && error.to_string().contains("there is no refresh token"), "{error}");
        assert_eq!(world.asked().len(), 1, "an expired token is not sent");
    }

    #[tokio::test]
    async fn extra_keys_are_kept() {
        let world = World::new();
        let text = session(&world).replace("\"apikey\"", "\"later\":{\"a\":[1]},\"apikey\"");
        world.write(".agave/current", &text);
        let client = world.builder().restore().unwrap();
        client.token().refresh().await.unwrap();
        let written = world.read(".agave/current");
        assert!(
            written.contains(r#""devurl":"","apisecret":"S","later":{"a":[1]},"apikey":"K""#),
            "{written}"
        );
    }

    #[tokio::test]
    async fn a_token_past_its_expiry_is_renewed_before_it_is_used() {
        let world = World::new();
        world.write(".agave/current", &session(&world));
        world.clock.advance(std::time::Duration::from_secs(20_000));
        assert_eq!(first_call(&world.builder().restore().unwrap()).await.unwrap(), "u");
        assert_eq!(world.asked(), ["POST /token refresh_token Basic", "GET /profiles/v2/me Bearer"]);
    }

    #[test]
    fn verify_absent_or_off() {
        let world = World::new();
        world.write(".agave/current", &session(&world));
        assert!(world.builder().restore().is_ok());
        // Off is not obeyed: that is turned off only in code.
        world.write(".agave/current", &session(&world).replace("\"apikey\"", "\"verify\":false,\"apikey\""));
        assert!(world.builder().restore().is_ok());
    }

    #[test]
    fn half_a_pair_in_a_file() {
        let world = World::new();
        world.write(".agave/current", &session(&world).replace(r#""apisecret":"S""#, r#""apisecret":"""#));
        assert!(world.builder().restore().is_ok(), "the token works until it expires");
    }
}

mod tapis_variables {
    use super::*;

    #[tokio::test]
    async fn base_url_and_token_come_before_the_files() {
        let world = World::new().with_var("TAPIS_BASE_URL", "$BASE");
        let token = world.sim.issuer().issue("K u").access_token;
        let world = world.with_var("TAPIS_TOKEN", token);
        world.write(".agave/current", "not looked at");
        let client = world.builder().restore().unwrap();
        assert_eq!((client.restored_from(), first_call(&client).await.unwrap().as_str()), (None, "u"));
    }

    #[tokio::test]
    async fn all_five_can_be_renewed() {
        let world = World::new();
        let issued = world.sim.issuer().issue("K u");
        let world = world
            .with_var("TAPIS_BASE_URL", "$BASE")
            .with_var("TAPIS_API_KEY", "K")
            .with_var("TAPIS_API_SECRET", "S")
            .with_var("TAPIS_TOKEN", issued.access_token)
            .with_var("TAPIS_REFRESH_TOKEN", issued.refresh_token);
        let client = world.builder().restore().unwrap();
        world.sim.issuer().revoke_all();
        assert_eq!(first_call(&client).await.unwrap(), "u");
    }

    #[tokio::test]
    async fn username_and_password_come_after_the_files() {
        let world = World::new()
            .with_var("TAPIS_BASE_URL", "$BASE")
            .with_var("TAPIS_USERNAME", "u")
            .with_var("TAPIS_PASSWORD", "p");
        let client = world.builder().restore().unwrap();
        assert_eq!(client.clients().list().await.unwrap().len(), 1);
        let world = world.with_var("TAPIS_API_KEY", "K").with_var("TAPIS_API_SECRET", "S");
        assert_eq!(first_call(&world.builder().restore().unwrap()).await.unwrap(), "u");
        world.write(".agave/current", &session(&world));
        assert!(world.builder().restore().unwrap().restored_from().is_some());
    }

    #[test]
    fn a_token_without_a_base_url_goes_nowhere() {
        let world = World::new().with_var("TAPIS_TOKEN", "canary");
        let error = refused(&world);
        assert!(error.contains("TAPIS_BASE_URL: not set, although TAPIS_TOKEN is"), "{error}");
        assert!(world.at_sim().restore().is_ok(), "an argument says where it goes");
    }

    #[test]
    fn the_cache_folder_of_tapis_wins() {
        let world = World::new()
            .with_var("TAPIS_CACHE_DIR", "$HOME/tapis")
            .with_var("AGAVE_CACHE_DIR", "$HOME/agave");
        world.write("agave/current", "not looked at");
        world.write("tapis/current", &session(&world));
        assert!(world.builder().restore().unwrap().restored_from().unwrap().ends_with("tapis/current"));
    }

    #[test]
    fn a_dot_env_file_is_not_read() {
        let world = World::new();
        world.write(".env", "TAPIS_BASE_URL=$BASE\nTAPIS_TOKEN=t\n");
        refused(&world);
    }
}

mod in_a_container {
    use super::*;

    #[tokio::test]
    async fn with_the_platforms_token() {
        let world = World::new().with_var("_abaco_api_server", "$BASE");
        let token = world.sim.issuer().issue("K u").access_token;
        let world = world.with_var("_abaco_access_token", token);
        let client = agave::actors::client(world.builder()).unwrap();
        assert_eq!(first_call(&client).await.unwrap(), "u");
    }

    #[tokio::test]
    async fn with_a_server_only() {
        let world = World::new().with_var("_abaco_api_server", "$BASE");
        let client = agave::actors::client(world.builder()).unwrap();
        assert!(first_call(&client).await.is_err());
        let sent = world.sim.server().journal().last().unwrap();
        assert_eq!(sent.header("x-jwt-assertion-dev_sandbox"), Some("123"));
    }

    #[test]
    fn with_neither() {
        let world = World::new();
        assert!(agave::actors::client(world.builder()).is_err());
        world.write(".agave/current", &session(&world));
        assert!(agave::actors::client(world.builder()).unwrap().restored_from().is_some());
    }
}
