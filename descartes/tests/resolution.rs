//! Where credentials come from: a test for each row of the contract's sections 3.1 to 3.3.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{SEC, World, info, token};
use descartes::{Environment, ErrorKind, Flavor, TokenInfoPath};
use serde_json::json;

fn pair(id: &str, secret: &str) -> (String, String) {
    (id.to_owned(), secret.to_owned())
}

mod arguments_3_1 {
    use super::*;

    #[tokio::test]
    async fn construction_never_does_network() {
        let world = World::new();
        let jwt = world.jwt(json!({}));
        for builder in [world.builder(), world.good(), world.good().jwt_token(jwt)] {
            let auth = builder.build().unwrap();
            descartes::Client::new(auth).unwrap();
        }
        assert_eq!(world.journal().connections(), 0);
    }

    #[tokio::test]
    async fn path_unset_is_the_usual_file() {
        let world = World::new();
        world.write_info(json!({}));
        assert_eq!(world.pair(world.builder()).await, pair("fid", "fsec"));
    }

    #[tokio::test]
    async fn path_none_is_no_file() {
        let world = World::new();
        world.write_info(json!({}));
        let (kind, text) = world.missing(world.builder().token_info_path(TokenInfoPath::None)).await;
        assert_eq!(kind, ErrorKind::NoCredentials);
        assert!(text.contains("token_info_path: no file is to be read"), "{text}");
    }

    #[tokio::test]
    async fn path_given_is_that_file() {
        let world = World::new();
        world.write_info(json!({}));
        let path = world.write("other.json", info(json!({"client_id": "oid"})));
        assert_eq!(world.pair(world.builder().token_info_path(path)).await, pair("oid", "fsec"));
    }

    #[test]
    fn the_domain_is_the_iam_url_of_the_chosen_environment() {
        let domain = |environment: Environment, env: Option<&str>| {
            let builder = descartes::Auth::builder().environment(environment);
            let builder = match env {
                Some(env) => builder.env(env),
                None => builder,
            };
            builder.build().unwrap().domain().to_string()
        };
        let empty = Environment::empty();
        assert_eq!(domain(empty.clone(), None), "https://iam.production.aws.descarteslabs.com");
        let staging = "https://iam.staging.aws.descarteslabs.com";
        assert_eq!(domain(empty.clone(), Some("aws-staging")), staging);
        assert_eq!(domain(empty.with_var("DESCARTESLABS_ENV", "aws-staging"), None), staging);
    }

    #[tokio::test]
    async fn a_given_domain_counts_and_slashes_at_its_end_do_not() {
        let world = World::new();
        let environment = Environment::empty().with_home(world.home());
        let builder = world.builder_in(environment).client_id("cid").client_secret("sec");
        let auth = builder.domain(format!("{}/iam//", world.sim.base())).build().unwrap();
        let _ = auth.token().await;
        assert_eq!(world.journal().last().unwrap().path(), "/iam/token");
    }

    #[test]
    fn an_unknown_environment_is_an_error_that_names_the_known_ones() {
        let world = World::new();
        let (kind, text) = world.refused(world.builder().env("nowhere"));
        assert_eq!(kind, ErrorKind::Configuration);
        assert!(text.contains("`nowhere`") && text.contains("aws-staging"), "{text}");
    }
}

mod precedence_3_2 {
    use super::*;

    #[tokio::test]
    async fn client_id_row_argument_then_prefixed_then_plain_variable() {
        let world = World::new();
        let plain = world.environment().with_var("CLIENT_ID", "plain").with_var("CLIENT_SECRET", "s");
        assert_eq!(world.pair(world.builder_in(plain.clone())).await.0, "plain");
        let both = plain.with_var("DESCARTESLABS_CLIENT_ID", "prefixed");
        world.journal().clear();
        assert_eq!(world.pair(world.builder_in(both.clone())).await.0, "prefixed");
        world.journal().clear();
        assert_eq!(world.pair(world.builder_in(both).client_id("argument")).await.0, "argument");
    }

    #[tokio::test]
    async fn client_secret_row_argument_then_prefixed_then_plain_variable() {
        let world = World::new();
        let plain = world.environment().with_var("CLIENT_ID", "i").with_var("CLIENT_SECRET", "plain");
        assert_eq!(world.pair(world.builder_in(plain.clone())).await.1, "plain");
        let both = plain.with_var("DESCARTESLABS_CLIENT_SECRET", "prefixed");
        world.journal().clear();
        assert_eq!(world.pair(world.builder_in(both.clone())).await.1, "prefixed");
        world.journal().clear();
        assert_eq!(world.pair(world.builder_in(both).client_secret("argument")).await.1, "argument");
    }

    #[tokio::test]
    async fn refresh_token_row_argument_then_prefixed_variable_and_no_plain_one() {
        let world = World::new();
        let plain = world.environment().with_var("REFRESH_TOKEN", "plain");
        let (kind, text) = world.missing(world.builder_in(plain.clone()).client_id("i")).await;
        assert_eq!(kind, ErrorKind::NoCredentials);
        assert!(text.contains("no client_secret or refresh_token"), "{text}");
        let prefixed = plain.with_var("DESCARTESLABS_REFRESH_TOKEN", "prefixed");
        let builder = world.builder_in(prefixed.clone()).client_id("i");
        assert_eq!(world.pair(builder).await.1, "prefixed");
        world.journal().clear();
        let builder = world.builder_in(prefixed).client_id("i").refresh_token("argument");
        assert_eq!(world.pair(builder).await.1, "argument");
    }

    #[tokio::test]
    async fn token_row_argument_then_prefixed_variable_and_no_plain_one() {
        let world = World::new();
        let (one, two) = (world.jwt(json!({"n": 1})), world.jwt(json!({"n": 2})));
        let environment = world.environment().with_var("TOKEN", &one).with_var("JWT_TOKEN", &one);
        world.missing(world.builder_in(environment.clone())).await;
        let environment = environment.with_var("DESCARTESLABS_TOKEN", &one);
        let from_variable = world.builder_in(environment.clone()).build().unwrap();
        assert_eq!(token(&from_variable).await.unwrap(), one);
        let from_argument = world.builder_in(environment).jwt_token(two.clone()).build().unwrap();
        assert_eq!(token(&from_argument).await.unwrap(), two);
    }

    #[tokio::test]
    async fn path_row_argument_then_variable_then_usual() {
        let world = World::new();
        world.write_info(json!({}));
        world.write("v.json", info(json!({"client_id": "vid"})));
        let argument = world.write("a.json", info(json!({"client_id": "aid"})));
        assert_eq!(world.pair(world.builder()).await.0, "fid");
        world.journal().clear();
        let builder = world.with("TOKEN_INFO_PATH", "~/.descarteslabs/v.json");
        assert_eq!(world.pair(builder.clone()).await.0, "vid");
        world.journal().clear();
        assert_eq!(world.pair(builder.clone().token_info_path(argument)).await.0, "aid");
        world.journal().clear();
        world.missing(builder.token_info_path(TokenInfoPath::None)).await;
    }

    #[tokio::test]
    async fn scope_row_argument_then_file_then_none() {
        let world = World::new();
        world.write_info(json!({}));
        assert_eq!(world.sent(world.builder()).await.2, None);
        world.write_info(json!({"scope": ["openid", "email"]}));
        world.journal().clear();
        assert_eq!(world.sent(world.builder()).await.2.as_deref(), Some("openid email"));
        world.journal().clear();
        assert_eq!(world.sent(world.builder().scope(["org"])).await.2.as_deref(), Some("org"));
    }

    #[tokio::test]
    async fn step_1_without_refresh_token_the_secret_is_it() {
        let world = World::new();
        assert_eq!(world.pair(world.good()).await, pair("cid", "sec"));
    }

    #[tokio::test]
    async fn step_2_files_never_supply_what_given_credentials_lack() {
        let world = World::new();
        world.write_info(json!({"client_id": "cid"}));
        let (_, text) = world.missing(world.builder().client_id("cid")).await;
        assert!(text.contains("$HOME/.descarteslabs/token_info.json: not looked at"), "{text}");
        world.missing(world.builder().client_secret("fsec")).await;
    }

    #[tokio::test]
    async fn step_2a_a_named_file_of_the_same_credentials_gives_token_and_scope() {
        let world = World::new();
        let jwt = world.jwt(json!({}));
        let path = world.write(
            "named.json",
            info(json!({"client_id": "cid", "refresh_token": "sec", "client_secret": "not compared", "jwt_token": jwt, "scope": ["org"]})),
        );
        let auth = world.good().token_info_path(path).build().unwrap();
        assert_eq!(token(&auth).await.unwrap(), jwt);
        assert!(world.journal().is_empty());
        world.clock.advance(common::LIFE);
        let _ = auth.token().await;
        assert_eq!(world.journal().last().unwrap().json().unwrap()["scope"], "org");
    }

    #[tokio::test]
    async fn step_2a_a_named_file_of_other_credentials_gives_nothing() {
        for changes in [json!({"client_id": "cid"}), json!({"client_secret": "sec", "refresh_token": "sec"})]
        {
            let world = World::new();
            let jwt = world.jwt(json!({}));
            let mut changes = changes;
            changes["jwt_token"] = jwt.clone().into();
            changes["scope"] = json!(["org"]);
            let path = world.write("named.json", info(changes));
            let before = std::fs::read(&path).unwrap();
            let auth = world.good().token_info_path(path.clone()).build().unwrap();
            assert_eq!(std::fs::read(&path).unwrap(), before, "nothing is written now");
            assert_ne!(token(&auth).await.unwrap(), jwt);
            assert_eq!(world.journal().last().unwrap().json().unwrap().get("scope"), None);
        }
    }

    #[tokio::test]
    async fn step_2a_a_given_token_comes_before_that_of_the_named_file() {
        let world = World::new();
        let (one, two) = (world.jwt(json!({"n": 1})), world.jwt(json!({"n": 2})));
        let changes =
            json!({"client_id": "cid", "client_secret": "sec", "refresh_token": "sec", "jwt_token": one});
        let path = world.write("named.json", info(changes));
        let auth = world.good().token_info_path(path).jwt_token(two.clone()).build().unwrap();
        assert_eq!(token(&auth).await.unwrap(), two);
    }

    #[tokio::test]
    async fn step_2b_the_cache_file_of_the_secret_gives_the_token() {
        let world = World::new();
        let jwt = world.jwt(json!({}));
        world.write(&format!("jwt_token_{SEC}.json"), json!({"jwt_token": jwt}).to_string());
        assert_eq!(token(&world.good().build().unwrap()).await.unwrap(), jwt);
        assert!(world.journal().is_empty());
    }

    #[tokio::test]
    async fn step_2b_the_path_of_the_variable_is_ignored() {
        let world = World::new();
        let jwt = world.jwt(json!({}));
        let changes =
            json!({"client_id": "cid", "client_secret": "sec", "refresh_token": "sec", "jwt_token": jwt});
        world.write("v.json", info(changes));
        let builder =
            world.with("TOKEN_INFO_PATH", "~/.descarteslabs/v.json").client_id("cid").client_secret("sec");
        let auth = builder.build().unwrap();
        assert_eq!(auth.token_file(), Some(world.path(&format!("jwt_token_{SEC}.json")).as_path()));
        assert_ne!(token(&auth).await.unwrap(), jwt);
    }

    #[test]
    fn step_2b_a_given_token_is_saved_at_once() {
        let world = World::new();
        let jwt = world.jwt(json!({}));
        world.good().jwt_token(jwt.clone()).build().unwrap();
        let expected = format!(r#"{{"jwt_token": "{jwt}"}}"#);
        assert_eq!(world.read(&format!("jwt_token_{SEC}.json")), expected);
    }

    #[test]
    fn step_2b_a_bad_token_is_not_saved() {
        let world = World::new();
        for bad in [json!({"aud": "other"}), json!({"exp": common::NOW - 1, "iat": 1}), json!({"exp": null})]
        {
            world.good().jwt_token(world.jwt(bad)).build().unwrap();
        }
        world.good().jwt_token("garbage").build().unwrap();
        assert_eq!(world.files(), [""; 0]);
    }

    #[test]
    fn step_2b_a_given_token_does_not_replace_one_that_lives_longer() {
        let world = World::new();
        let name = format!("jwt_token_{SEC}.json");
        let longer = json!({"jwt_token": world.jwt(json!({"exp": common::NOW + 40_000}))}).to_string();
        world.write(&name, &longer);
        world.good().jwt_token(world.jwt(json!({}))).build().unwrap();
        assert_eq!(world.read(&name), longer);
    }

    #[tokio::test]
    async fn step_2c_path_none_reads_and_writes_no_file() {
        let world = World::new();
        let auth = world.good().token_info_path(TokenInfoPath::None).build().unwrap();
        token(&auth).await.unwrap();
        assert_eq!((auth.token_file(), world.files()), (None, Vec::new()));
    }

    #[tokio::test]
    async fn step_3_the_file_gives_id_secret_and_token_and_the_old_name_of_the_token_counts() {
        let world = World::new();
        let (old, new) = (world.jwt(json!({"aud": "fid", "n": 1})), world.jwt(json!({"aud": "fid", "n": 2})));
        world.write_info(json!({"jwt_token": new}));
        assert_eq!(token(&world.builder().build().unwrap()).await.unwrap(), new);
        world.write_info(json!({"jwt_token": new, "JWT_TOKEN": old}));
        assert_eq!(token(&world.builder().build().unwrap()).await.unwrap(), old);
        assert!(world.journal().is_empty());
    }

    #[tokio::test]
    async fn step_4_a_refresh_token_beats_a_secret_wherever_they_come_from() {
        let world = World::new();
        let log = auth_core::sim::Log::capture();
        let builder = world.with("REFRESH_TOKEN", "r").client_id("i").client_secret("s");
        assert_eq!(world.pair(builder).await.1, "r");
        assert!(log.text().contains("refresh token and client secret differ"), "{}", log.text());
        world.journal().clear();
        world.write_info(json!({"refresh_token": "r", "client_secret": "s"}));
        assert_eq!(world.pair(world.builder()).await.1, "r");
        world.journal().clear();
        world.write_info(json!({"refresh_token": null, "client_secret": "s"}));
        assert_eq!(world.pair(world.builder()).await.1, "s");
        world.journal().clear();
        world.write_info(json!({"refresh_token": "r", "client_secret": null}));
        assert_eq!(world.pair(world.builder()).await.1, "r");
    }

    #[tokio::test]
    async fn step_5_a_token_that_cannot_be_used_is_dropped() {
        let world = World::new();
        for (bad, why) in [
            (world.jwt(json!({"exp": common::NOW - 1})), "it expired at 2027-01-15T07:59:59Z"),
            (world.jwt(json!({"aud": "other"})), "it was made for another client id than cid"),
            (world.jwt(json!({"exp": null})), "it does not say when it expires"),
            (world.jwt(json!({"exp": "soon"})), "it does not say when it expires"),
            ("garbage".to_owned(), "the token is not a JWT"),
        ] {
            let (kind, text) = world.missing(world.builder().client_id("cid").jwt_token(bad)).await;
            assert_eq!(kind, ErrorKind::NoCredentials);
            assert!(text.contains(&format!("the argument jwt_token: not used: {why}")), "{text}");
        }
    }

    #[tokio::test]
    async fn step_5_without_a_client_id_the_audience_is_not_looked_at() {
        let world = World::new();
        let jwt = world.jwt(json!({"aud": "other"}));
        let auth = world.builder().jwt_token(jwt.clone()).build().unwrap();
        assert_eq!(token(&auth).await.unwrap(), jwt);
    }

    #[tokio::test]
    async fn step_6_nothing_left_is_a_warning_and_no_error_yet() {
        let world = World::new();
        let log = auth_core::sim::Log::capture();
        world.builder().build().unwrap();
        assert!(
            log.text().contains("no valid authentication info found; see https://docs"),
            "{}",
            log.text()
        );
    }
}

mod edge_cases_3_3 {
    use super::*;

    #[tokio::test]
    async fn nothing_anywhere() {
        let world = World::new();
        let (kind, text) = world.missing(world.builder()).await;
        assert_eq!(kind, ErrorKind::NoCredentials);
        for part in [
            "no Descartes Labs credentials found; looked at",
            "1. arguments: none given;",
            "2. DESCARTESLABS_CLIENT_ID, CLIENT_ID: not set;",
            "3. DESCARTESLABS_CLIENT_SECRET, CLIENT_SECRET: not set;",
            "4. DESCARTESLABS_REFRESH_TOKEN: not set;",
            "5. DESCARTESLABS_TOKEN: not set;",
            "6. $HOME/.descarteslabs/token_info.json: does not exist",
            "no client_id",
            "$BASE/account/refresh-token",
            "See https://docs.descarteslabs.com/authentication.html",
        ] {
            assert!(text.contains(part), "{part} is not in: {text}");
        }
    }

    #[tokio::test]
    async fn id_without_secret_even_with_a_complete_file() {
        let world = World::new();
        world.write_info(json!({}));
        let (_, text) = world.missing(world.with("CLIENT_ID", "fid")).await;
        assert!(text.contains("no client_secret or refresh_token"), "{text}");
    }

    #[tokio::test]
    async fn secret_without_id() {
        let world = World::new();
        world.write_info(json!({}));
        let (_, text) = world.missing(world.with("CLIENT_SECRET", "fsec")).await;
        assert!(text.contains("no client_id."), "{text}");
    }

    #[tokio::test]
    async fn an_empty_prefixed_id_counts_as_unset_so_the_plain_one_is_used() {
        let world = World::new();
        let environment =
            world.environment().with_var("DESCARTESLABS_CLIENT_ID", "").with_var("CLIENT_ID", "x");
        assert_eq!(world.pair(world.builder_in(environment).client_secret("s")).await, pair("x", "s"));
    }

    #[tokio::test]
    async fn empty_arguments_count_as_unset() {
        let world = World::new();
        let environment = world.environment().with_var("CLIENT_ID", "x").with_var("CLIENT_SECRET", "s");
        let builder = world.builder_in(environment).client_id("").client_secret("").refresh_token("");
        assert_eq!(world.pair(builder.jwt_token("").scope([""; 0])).await, pair("x", "s"));
    }

    #[tokio::test]
    async fn all_prefixed_variables_empty_is_file_mode() {
        let world = World::new();
        world.write_info(json!({}));
        let names = ["CLIENT_ID", "CLIENT_SECRET", "REFRESH_TOKEN", "TOKEN"];
        let environment = names.into_iter().fold(world.environment(), |environment, name| {
            environment.with_var(Flavor::DESCARTES_LABS.variable(name), "")
        });
        assert_eq!(world.pair(world.builder_in(environment)).await, pair("fid", "fsec"));
    }

    #[tokio::test]
    async fn an_empty_refresh_token_leaves_the_secret() {
        let world = World::new();
        let builder = world.with("REFRESH_TOKEN", "").client_id("i").client_secret("s");
        assert_eq!(world.pair(builder).await, pair("i", "s"));
    }

    #[tokio::test]
    async fn blanks_around_values_are_kept() {
        let world = World::new();
        let builder = world.builder().client_id(" i ").client_secret(" s ");
        assert_eq!(world.pair(builder).await, pair(" i ", " s "));
    }

    #[test]
    fn line_breaks_in_values_are_refused_and_not_shown() {
        let world = World::new();
        for (builder, from) in [
            (world.with("CLIENT_ID", "canary\n"), "DESCARTESLABS_CLIENT_ID"),
            (world.with("CLIENT_SECRET", "canary\r"), "DESCARTESLABS_CLIENT_SECRET"),
            (world.with("REFRESH_TOKEN", "can\0ary"), "DESCARTESLABS_REFRESH_TOKEN"),
            (world.with("TOKEN", "canary\n"), "DESCARTESLABS_TOKEN"),
            (world.builder().client_secret("canary\n"), "the argument client_secret"),
        ] {
            let (kind, text) = world.refused(builder);
            assert_eq!(kind, ErrorKind::InvalidCredentials);
            assert!(text.starts_with(from) && !text.contains("canary"), "{text}");
        }
        world.write_info(json!({"client_secret": "canary\n"}));
        let (kind, text) = world.refused(world.builder());
        assert_eq!(kind, ErrorKind::InvalidCredentials);
        assert!(text.contains("`client_secret` of $HOME") && !text.contains("canary"), "{text}");
    }

    #[tokio::test]
    async fn token_and_id_with_another_audience_and_no_secret() {
        let world = World::new();
        let jwt = world.jwt(json!({"aud": "other"}));
        let (_, text) = world.missing(world.with("TOKEN", &jwt).client_id("cid")).await;
        assert!(text.contains("DESCARTESLABS_TOKEN: not used: it was made for another client id"), "{text}");
    }

    #[tokio::test]
    async fn token_and_id_and_secret_with_another_audience_is_renewed() {
        let world = World::new();
        let jwt = world.jwt(json!({"aud": "other"}));
        let auth = world.good().jwt_token(jwt.clone()).build().unwrap();
        assert_eq!(world.files(), [""; 0], "the bad token is not kept");
        assert_ne!(token(&auth).await.unwrap(), jwt);
        assert_eq!(world.token_requests(), 1);
    }

    #[tokio::test]
    async fn token_variable_and_usual_file_cannot_be_renewed() {
        let world = World::new();
        world.write_info(json!({}));
        let auth = world.with("TOKEN", &world.jwt(json!({}))).build().unwrap();
        token(&auth).await.unwrap();
        world.clock.advance(common::LIFE);
        let error = token(&auth).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidCredentials);
        assert!(error.is_auth_error() && error.to_string().contains("cannot be renewed"), "{error}");
        assert!(world.journal().is_empty());
    }

    #[tokio::test]
    async fn a_malformed_token_is_an_error_on_use() {
        let world = World::new();
        let log = auth_core::sim::Log::capture();
        let auth = world.with("TOKEN", "canary.canary").build().unwrap();
        let error = token(&auth).await.unwrap_err().to_string();
        assert!(error.contains("DESCARTESLABS_TOKEN: not used: the token is not a JWT"), "{error}");
        assert!(!error.contains("canary") && !log.text().contains("canary"));
    }

    #[tokio::test]
    async fn an_audience_list_that_contains_the_id_is_good() {
        let world = World::new();
        let jwt = world.jwt(json!({"aud": ["api", "cid"]}));
        world.write(&format!("jwt_token_{SEC}.json"), json!({"jwt_token": jwt}).to_string());
        assert_eq!(token(&world.good().build().unwrap()).await.unwrap(), jwt);
        assert!(world.journal().is_empty());
    }

    #[tokio::test]
    async fn path_none_without_credentials_does_not_read_the_usual_file() {
        let world = World::new();
        world.write_info(json!({}));
        world.missing(world.builder().token_info_path(TokenInfoPath::None)).await;
    }

    #[test]
    fn an_empty_path_with_credentials_is_as_unset() {
        let world = World::new();
        let auth = world.good().token_info_path("").build().unwrap();
        assert_eq!(auth.token_file(), Some(world.path(&format!("jwt_token_{SEC}.json")).as_path()));
    }

    #[tokio::test]
    async fn an_empty_path_variable_without_credentials_is_as_unset() {
        let world = World::new();
        world.write_info(json!({}));
        assert_eq!(world.pair(world.with("TOKEN_INFO_PATH", "")).await, pair("fid", "fsec"));
    }

    #[tokio::test]
    async fn a_tilde_is_the_home_folder() {
        let world = World::new();
        world.write_info(json!({}));
        let builder = world.builder().token_info_path("~/.descarteslabs/token_info.json");
        assert_eq!(world.pair(builder).await, pair("fid", "fsec"));
    }

    #[tokio::test]
    async fn a_bare_file_name_is_read_and_written() {
        let world = World::new();
        let path = world.write(
            "bare.json",
            info(json!({"client_id": "cid", "client_secret": "sec", "refresh_token": "sec"})),
        );
        let environment = world.environment().with_working_folder(path.parent().unwrap());
        let auth = world.builder_in(environment).token_info_path("bare.json").build().unwrap();
        let jwt = token(&auth).await.unwrap();
        assert!(world.read("bare.json").contains(&jwt));
    }

    #[tokio::test]
    async fn a_missing_file() {
        let world = World::new();
        let (_, text) = world.missing(world.with("TOKEN_INFO_PATH", "/nowhere/x.json")).await;
        assert!(text.contains("/nowhere/x.json: does not exist"), "{text}");
    }

    #[tokio::test]
    async fn no_home_folder() {
        let world = World::new();
        let environment = world.sim.lead(Environment::empty(), world.flavor);
        let (_, text) = world.missing(world.builder_in(environment.clone())).await;
        assert!(text.contains("~/.descarteslabs/token_info.json: there is no home folder"), "{text}");
        let auth = world.builder_in(environment).client_id("cid").client_secret("sec").build().unwrap();
        assert_eq!(auth.token_file(), None);
        token(&auth).await.unwrap();
    }

    #[tokio::test]
    async fn unreadable_files_are_as_if_missing_and_told() {
        for (content, why) in
            [("{\"client_id\": \"canary", "breaks off"), ("", "it is empty"), ("canary", "not JSON")]
        {
            let world = World::new();
            let log = auth_core::sim::Log::capture();
            world.write("token_info.json", content);
            let (_, text) = world.missing(world.builder()).await;
            assert!(text.contains(why) && !text.contains("canary"), "{text}");
            assert!(log.text().contains("could not be read") && !log.text().contains("canary"));
        }
        let world = World::new();
        std::fs::create_dir_all(world.path("token_info.json")).unwrap();
        let (_, text) = world.missing(world.builder()).await;
        assert!(text.contains("is not a regular file"), "{text}");
    }

    #[tokio::test]
    async fn a_byte_order_mark_does_no_harm() {
        let world = World::new();
        world.write("token_info.json", format!("\u{feff}{}", info(json!({}))));
        assert_eq!(world.pair(world.builder()).await, pair("fid", "fsec"));
    }

    #[test]
    fn a_top_level_that_is_no_object_is_an_error_that_names_the_path() {
        for content in ["[]", "null", "[{\"client_id\": \"canary\"}]", "\"canary\""] {
            let world = World::new();
            let path = world.write("token_info.json", content);
            for builder in [world.builder(), world.good().token_info_path(path)] {
                let (kind, text) = world.refused(builder);
                assert_eq!(kind, ErrorKind::InvalidCredentials);
                let start = "$HOME/.descarteslabs/token_info.json: it holds";
                assert!(text.starts_with(start) && !text.contains("canary"), "{text}");
            }
        }
    }

    #[tokio::test]
    async fn numbers_for_id_and_secret_are_their_text() {
        let world = World::new();
        world.write_info(json!({"client_id": 7, "client_secret": 8, "refresh_token": null}));
        assert_eq!(world.pair(world.builder()).await, pair("7", "8"));
    }

    #[tokio::test]
    async fn a_garbage_token_in_the_file_is_replaced() {
        let world = World::new();
        world.write_info(
            json!({"client_id": "cid", "client_secret": "sec", "refresh_token": "sec", "jwt_token": "garbage"}),
        );
        let jwt = token(&world.builder().build().unwrap()).await.unwrap();
        assert!(world.read("token_info.json").contains(&jwt));
    }

    #[tokio::test]
    async fn extra_keys_are_ignored() {
        let world = World::new();
        world.write_info(json!({"x": [1, {"y": null}]}));
        assert_eq!(world.pair(world.builder()).await, pair("fid", "fsec"));
    }

    #[tokio::test]
    async fn a_scope_that_is_text_is_split_at_its_blanks() {
        let world = World::new();
        world.write_info(json!({"scope": "openid email"}));
        assert_eq!(world.sent(world.builder()).await.2.as_deref(), Some("openid email"));
        world.write_info(json!({"scope": 7}));
        world.journal().clear();
        let (kind, text) = world.refused(world.builder());
        assert_eq!(kind, ErrorKind::InvalidCredentials);
        assert!(text.contains("the field `scope` is not a list of texts"), "{text}");
    }

    #[tokio::test]
    async fn no_jwt_cache_hides_kept_tokens_and_not_the_credentials() {
        for (value, is_used) in [("true", false), ("TRUE", false), ("1", true), ("yes", true), ("", true)] {
            let world = World::new();
            let jwt = world.jwt(json!({}));
            world.write_info(
                json!({"client_id": "cid", "client_secret": "sec", "refresh_token": "sec", "jwt_token": jwt}),
            );
            let auth = world.with("NO_JWT_CACHE", value).build().unwrap();
            let found = token(&auth).await.unwrap();
            assert_eq!(found == jwt, is_used, "{value}");
            assert!(world.read("token_info.json").contains(&found), "writes still happen");
        }
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_folder_that_cannot_be_written_costs_nothing_but_a_warning() {
        let world = World::new();
        // A file where the folder should be: nobody can create it, whoever runs the test.
        std::fs::write(world.home().join(".descarteslabs"), "x").unwrap();
        let log = auth_core::sim::Log::capture();
        token(&world.good().build().unwrap()).await.unwrap();
        assert!(
            log.text().contains("WARN auth_core::cache::stored: the token store could not"),
            "{}",
            log.text()
        );
    }
}

mod flavours_1_1 {
    use super::*;

    #[tokio::test]
    async fn earthone_reads_its_own_variables_and_file_only() {
        let world = World::earthone();
        let environment = world
            .environment()
            .with_var("DESCARTESLABS_CLIENT_ID", "old")
            .with_var("DESCARTESLABS_CLIENT_SECRET", "old");
        let (_, text) = world.missing(world.builder_in(environment.clone())).await;
        for part in [
            "no EarthOne credentials found",
            "EARTHONE_CLIENT_ID, CLIENT_ID: not set",
            "$HOME/.earthone/token_info.json: does not exist",
            "See https://earthone.earthdaily.com/docs/authentication.html",
        ] {
            assert!(text.contains(part), "{part} is not in: {text}");
        }
        world.write_info(json!({}));
        assert_eq!(world.pair(world.builder_in(environment)).await, pair("fid", "fsec"));
        world.journal().clear();
        let plain = world.environment().with_var("CLIENT_ID", "p").with_var("CLIENT_SECRET", "s");
        assert_eq!(world.pair(world.builder_in(plain)).await, pair("p", "s"));
    }

    #[tokio::test]
    async fn in_earthone_an_empty_path_is_no_file() {
        let world = World::earthone();
        world.write_info(json!({}));
        let auth = world.good().token_info_path("").build().unwrap();
        assert_eq!(auth.token_file(), None);
        let auth = world.with("TOKEN_INFO_PATH", "").client_id("cid").client_secret("sec").build().unwrap();
        assert_eq!(auth.token_file(), None);
        world.missing(world.with("TOKEN_INFO_PATH", "")).await;
    }

    #[tokio::test]
    async fn the_older_grant_is_for_one_client_id_of_one_flavour() {
        let legacy = "ZOBAi4UROl5gKZIpxxlwOEfx8KpqXf2c";
        let grant = async |world: World| {
            world.sim.set_client(legacy, "sec");
            let auth = world.builder().client_id(legacy).client_secret("sec").build().unwrap();
            token(&auth).await.unwrap();
            world.journal().last().unwrap().json().unwrap()["grant_type"].as_str().unwrap().to_owned()
        };
        assert_eq!(grant(World::new()).await, "urn:ietf:params:oauth:grant-type:jwt-bearer");
        assert_eq!(grant(World::earthone()).await, "refresh_token");
    }

    #[tokio::test]
    async fn namespaces_and_subjects_follow_the_flavour() {
        let subjects = async |world: World| world.good().build().unwrap().all_acl_subjects().await.unwrap();
        // SHA-1 of `google-oauth2|2028`.
        assert_eq!(subjects(World::new()).await[0], "user:717ea0094d24c342f8c51f81430657f4c1ca1942");
        assert_eq!(subjects(World::earthone()).await[0], "user:user-2028");
    }

    #[tokio::test]
    async fn the_user_agent_tells_the_flavour() {
        for (world, expected) in [(World::new(), "descartes-api/"), (World::earthone(), "earthone-api/")] {
            world.client().catalog().products().get("someorg:prod1").await.unwrap();
            for request in world.journal().requests() {
                assert!(request.header("user-agent").unwrap().starts_with(expected));
            }
        }
    }

    #[test]
    fn a_client_of_one_flavour_takes_no_auth_of_the_other() {
        let auth = World::earthone().good().build().unwrap();
        let builder = descartes::Client::builder().auth(auth).flavor(Flavor::DESCARTES_LABS);
        assert_eq!(builder.build().unwrap_err().kind(), ErrorKind::Configuration);
    }
}
