//! Where credentials come from: a test for each row of the contract's section 3.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use auth_core::sim::Log;
use common::{KITCHENS, LOGIN, World, foreign_jwt, good, refused, sends, signs_in, token, with_password};
use datakitchen::{Builder, Credentials, ErrorKind};
use serde_json::json;

/// A client of a context whose file holds this.
fn of_context(world: &World, config: impl AsRef<[u8]>) -> Builder {
    world.write(".dk/x/config.json", config);
    world.bare_builder(world.environment()).context("x")
}

/// What is wrong with a context whose file holds this.
fn context_refused(world: &World, config: impl AsRef<[u8]>) -> String {
    let (kind, text) = refused(world, of_context(world, config));
    assert_eq!(kind, ErrorKind::InvalidCredentials, "{text}");
    assert!(text.contains("$HOME/.dk/x/config.json"), "the file is not named: {text}");
    text
}

mod sources {
    use super::*;

    #[tokio::test]
    async fn arguments_come_before_variables_and_contexts() {
        let world = World::new();
        world.write(".dk/default/config.json", world.config(json!({})));
        let environment = with_password(world.environment());
        let builder = world.bare_builder(environment).base_url(world.sim.base()).credentials(good());
        assert_eq!(signs_in(&world, builder).await.0, "me@example.com");
    }

    #[tokio::test]
    async fn a_context_that_is_given_comes_before_variables() {
        let world = World::new();
        world.write(".dk/x/config.json", world.config(json!({"dk-cloud-username": "x@example.com"})));
        let builder = world.bare_builder(with_password(world.environment())).context("x");
        assert_eq!(signs_in(&world, builder).await.0, "x@example.com");
    }

    #[test]
    fn two_sources_that_are_given_are_an_error() {
        let world = World::new();
        let (kind, text) = refused(&world, world.builder().credentials(good()).context("x"));
        assert_eq!(kind, ErrorKind::Configuration);
        assert_eq!(
            text,
            "both `credentials` and `context` were given, and only one can be used (leave one of them out)"
        );
    }

    #[tokio::test]
    async fn variables_come_before_contexts() {
        let world = World::new();
        world.write(".dk/default/config.json", world.config(json!({})));
        let environment = with_password(world.environment()).with_var("DK_CONTEXT", "default");
        let environment = environment.with_var("DK_CLOUD_BASE_URL", world.sim.base());
        let signed_in = signs_in(&world, world.bare_builder(environment)).await;
        assert_eq!(signed_in, ("v@example.com".into(), "v-password".into()));
    }

    #[tokio::test]
    async fn a_ready_token_comes_before_the_other_variables() {
        let world = World::new();
        let environment = with_password(world.environment())
            .with_var("DK_CLOUD_TOKEN", foreign_jwt(3600))
            .with_var("DK_CLOUD_API_KEY_ID", "key-1")
            .with_var("DK_CLOUD_API_KEY_SECRET", "secret-1");
        let client = world.bare_builder(environment).base_url(world.sim.base()).build().unwrap();
        assert_eq!(token(&client).await.unwrap(), foreign_jwt(3600));
        assert!(world.journal().is_empty());
    }

    #[tokio::test]
    async fn a_password_beside_a_ready_token_follows_when_that_has_ended() {
        let world = World::new();
        world.sim.set_user("v@example.com", "v-password");
        let environment = with_password(world.environment()).with_var("DK_CLOUD_TOKEN", foreign_jwt(-1));
        let client = world.bare_builder(environment).base_url(world.sim.base()).build().unwrap();
        client.kitchens().list().await.unwrap();
        assert_eq!((world.logins(), world.journal().len()), (1, 2));
    }

    #[tokio::test]
    async fn an_api_token_pair_comes_before_a_password() {
        let world = World::new();
        let environment = with_password(world.environment())
            .with_var("DK_CLOUD_API_KEY_ID", "key-1")
            .with_var("DK_CLOUD_API_KEY_SECRET", "secret-1");
        let builder = world.bare_builder(environment).base_url(world.sim.base());
        assert_eq!(sends(&world, builder).await, "Basic a2V5LTE6c2VjcmV0LTE=");
    }

    #[test]
    fn half_a_pair_is_an_error_and_nothing_else_is_tried() {
        let world = World::new();
        world.write(".dk/default/config.json", world.config(json!({})));
        for (set, missing) in [
            ("DK_CLOUD_USERNAME", "DK_CLOUD_PASSWORD"),
            ("DK_CLOUD_PASSWORD", "DK_CLOUD_USERNAME"),
            ("DK_CLOUD_API_KEY_ID", "DK_CLOUD_API_KEY_SECRET"),
            ("DK_CLOUD_API_KEY_SECRET", "DK_CLOUD_API_KEY_ID"),
        ] {
            let environment = world.environment().with_var(set, "x");
            let (kind, text) = refused(&world, world.bare_builder(environment));
            assert_eq!(kind, ErrorKind::InvalidCredentials);
            assert_eq!(
                text,
                format!("{missing} is not set, although {set} is (set both of them, or neither)")
            );
        }
    }

    #[tokio::test]
    async fn blank_variables_are_not_set() {
        let world = World::new();
        world.write(".dk/default/config.json", world.config(json!({})));
        let blank = ["TOKEN", "API_KEY_ID", "API_KEY_SECRET", "USERNAME", "PASSWORD", "BASE_URL"];
        let environment = blank.iter().fold(world.environment(), |environment, name| {
            environment.with_var(format!("DK_CLOUD_{name}"), " ")
        });
        let builder = world.bare_builder(environment.with_var("DK_CONTEXT", ""));
        assert_eq!(signs_in(&world, builder).await.0, "me@example.com");
    }

    #[tokio::test]
    async fn the_base_url_of_variables_is_theirs_alone() {
        let world = World::new();
        let log = Log::capture();
        world.write(".dk/default/config.json", world.config(json!({})));
        let environment = world.environment().with_var("DK_CLOUD_BASE_URL", "https://elsewhere.example");
        let client = world.bare_builder(environment.clone()).build().unwrap();
        assert_eq!(client.base_url().as_str(), world.sim.base());
        assert!(log.text().contains("DK_CLOUD_BASE_URL is not used"), "{}", log.text());

        let given = world.bare_builder(environment.clone()).credentials(good()).build().unwrap();
        assert_eq!(given.base_url().as_str(), "https://cloud.datakitchen.io");
        let variables = world.bare_builder(with_password(environment)).build().unwrap();
        assert_eq!(variables.base_url().as_str(), "https://elsewhere.example");
    }

    #[tokio::test]
    async fn the_variable_names_a_context() {
        let world = World::new();
        world.write(".dk/default/config.json", world.config(json!({})));
        world.write(".dk/x/config.json", world.config(json!({"dk-cloud-username": "x@example.com"})));
        let environment = world.environment().with_var("DK_CONTEXT", " x ");
        assert_eq!(signs_in(&world, world.bare_builder(environment)).await.0, "x@example.com");
    }

    #[test]
    fn the_variable_must_name_a_context_that_is_there() {
        let world = World::new();
        world.write(".dk/default/config.json", world.config(json!({})));
        let environment = world.environment().with_var("DK_CONTEXT", "gone");
        let (kind, text) = refused(&world, world.bare_builder(environment));
        assert_eq!(kind, ErrorKind::InvalidCredentials);
        assert_eq!(
            text,
            "DK_CONTEXT: there is no context `gone`: the context file $HOME/.dk/gone/config.json does not exist \
             (known contexts: default)"
        );
    }

    #[tokio::test]
    async fn the_current_context_is_used_and_its_name_trimmed() {
        let world = World::new();
        world.write(".dk/default/config.json", world.config(json!({})));
        world.write(".dk/x/config.json", world.config(json!({"dk-cloud-username": "x@example.com"})));
        let builder = || world.bare_builder(world.environment());
        assert_eq!(signs_in(&world, builder()).await.0, "me@example.com");
        world.write(".dk/.context", "x\n");
        assert_eq!(signs_in(&world, builder()).await.0, "x@example.com");
    }

    #[test]
    fn nothing_at_all_is_an_error_that_says_where_was_looked() {
        let world = World::new();
        let (kind, text) = refused(&world, world.bare_builder(world.environment()));
        assert_eq!(kind, ErrorKind::NoCredentials);
        assert_eq!(
            text,
            "no DataKitchen credentials found; looked at 1. arguments: none given; 2. DK_CLOUD_TOKEN: not set; \
             3. DK_CLOUD_API_KEY_ID and DK_CLOUD_API_KEY_SECRET: not set; 4. DK_CLOUD_USERNAME and \
             DK_CLOUD_PASSWORD: not set; 5. DK_CONTEXT: not set; 6. $HOME/.dk/default/config.json: does not exist \
             (the current context is `default`) (set DK_CLOUD_USERNAME and DK_CLOUD_PASSWORD, or make a context \
             with `dk config`)"
        );
        let (_, text) = refused(&world, world.bare_builder(datakitchen::Environment::empty()));
        assert!(text.contains("6. ~/.dk/.context: there is no home folder"), "{text}");
    }

    #[test]
    fn an_unusable_current_context_is_an_error_and_no_reason_to_go_on() {
        let world = World::new();
        world.write(".dk/default/config.json", "{");
        let (kind, text) = refused(&world, world.bare_builder(world.environment()));
        assert_eq!(kind, ErrorKind::InvalidCredentials);
        assert!(text.contains("$HOME/.dk/default/config.json: its JSON breaks off"), "{text}");
    }

    #[tokio::test]
    async fn netrc_is_not_read() {
        let world = World::new();
        let netrc =
            world.write(".netrc", "machine 127.0.0.1 login n password p\ndefault login n password p\n");
        let environment = with_password(world.environment()).with_var("NETRC", netrc);
        world.sim.set_user("v@example.com", "v-password");
        let client = world.bare_builder(environment).base_url(world.sim.base()).build().unwrap();
        client.kitchens().list().await.unwrap();
        assert_eq!(world.journal().matching(LOGIN)[0].header("authorization"), None);
        assert!(world.journal().matching(KITCHENS)[0].bearer().is_some());
    }
}

mod contexts {
    use super::*;

    #[test]
    fn file_missing() {
        let world = World::new();
        let (kind, text) = refused(&world, world.bare_builder(world.environment()).context("nope"));
        assert_eq!(kind, ErrorKind::InvalidCredentials);
        assert_eq!(
            text,
            "there is no context `nope`: the context file $HOME/.dk/nope/config.json does not exist \
             (known contexts: none)"
        );
    }

    #[test]
    fn path_is_a_directory() {
        let world = World::new();
        std::fs::create_dir_all(world.path(".dk/x/config.json")).unwrap();
        let (kind, text) = refused(&world, world.bare_builder(world.environment()).context("x"));
        assert_eq!(kind, ErrorKind::InvalidCredentials);
        assert!(text.starts_with("$HOME/.dk/x/config.json is not a regular file"), "{text}");
    }

    #[test]
    fn malformed_or_empty_json() {
        let world = World::new();
        assert!(context_refused(&world, "").contains("it is empty"));
        assert!(context_refused(&world, "{\"dk-cloud-ip\":").contains("breaks off at line 1, column 15"));
        assert!(context_refused(&world, "{]").contains("is not JSON, from line 1, column 2"));
    }

    #[tokio::test]
    async fn utf8_byte_order_mark() {
        let world = World::new();
        let config = format!("\u{feff}{}", world.config(json!({})));
        assert_eq!(signs_in(&world, of_context(&world, config)).await.0, "me@example.com");
    }

    #[test]
    fn not_utf8() {
        let world = World::new();
        assert!(context_refused(&world, b"{\"dk-cloud-username\": \"\xff\"}").contains("is not JSON"));
    }

    #[test]
    fn top_level_is_a_list() {
        let world = World::new();
        assert!(context_refused(&world, "[]").contains("it holds a list where an object is expected"));
    }

    #[test]
    fn key_missing() {
        let world = World::new();
        for field in ["dk-cloud-username", "dk-cloud-password", "dk-cloud-ip", "dk-cloud-port"] {
            let text = context_refused(&world, world.config(json!({field: null})));
            assert!(text.contains(&format!("the field `{field}` is missing")), "{text}");
        }
        // The first that is missing, in the order in which the vendor's SDK looks.
        assert!(context_refused(&world, "{}").contains("`dk-cloud-username` is missing"));
    }

    #[tokio::test]
    async fn extra_keys() {
        let world = World::new();
        let config = world.config(json!({"dk-cloud-jwt": "old", "dk-cloud-merge-tool": {}}));
        assert_eq!(signs_in(&world, of_context(&world, config)).await.0, "me@example.com");
    }

    #[tokio::test]
    async fn port_as_number() {
        let world = World::new();
        let port: u16 = world.sim.base().rsplit_once(':').unwrap().1.parse().unwrap();
        let config = world.config(json!({"dk-cloud-port": port}));
        assert_eq!(signs_in(&world, of_context(&world, config)).await.0, "me@example.com");
    }

    #[tokio::test]
    async fn password_as_number() {
        let world = World::new();
        let config = world.config(json!({"dk-cloud-password": 12345}));
        assert_eq!(signs_in(&world, of_context(&world, config)).await.1, "12345");
        world.journal().clear();
        // 64 bits do not hold it: what would be sent is not what is written there.
        let config =
            world.config(json!({})).replace("\"not-a-real-password\"", "123456789012345678901234567890");
        assert!(
            context_refused(&world, config).contains("`dk-cloud-password` is a number: put it in quotes")
        );
    }

    #[test]
    fn password_null() {
        let world = World::new();
        let config = world.config(json!({})).replace("\"not-a-real-password\"", "null");
        assert!(context_refused(&world, config).contains("the field `dk-cloud-password` is null"));
    }

    #[test]
    fn password_as_list() {
        let world = World::new();
        let config = world.config(json!({"dk-cloud-password": ["a", "b"]}));
        assert!(context_refused(&world, config).contains("the field `dk-cloud-password` is not text"));
    }

    #[test]
    fn password_or_user_name_empty() {
        let world = World::new();
        let text = context_refused(&world, world.config(json!({"dk-cloud-password": ""})));
        assert!(text.contains("the password is empty"), "{text}");
        let text = context_refused(&world, world.config(json!({"dk-cloud-username": " "})));
        assert!(text.contains("the user name is empty"), "{text}");
    }

    #[tokio::test]
    async fn spaces_around_the_user_name() {
        let world = World::new();
        let config = world.config(json!({"dk-cloud-username": " me ", "dk-cloud-password": " p "}));
        assert_eq!(signs_in(&world, of_context(&world, config)).await, (" me ".into(), " p ".into()));
    }

    #[test]
    fn ip_without_scheme() {
        let world = World::new();
        for ip in ["cloud.datakitchen.io", "cloud.datakitchen.io:443", "localhost"] {
            let text = context_refused(&world, world.config(json!({"dk-cloud-ip": ip})));
            assert!(text.contains("the field `dk-cloud-ip` has no scheme (https://)"), "{text}");
        }
    }

    #[tokio::test]
    async fn ip_with_trailing_slash() {
        let world = World::new();
        let config = world.config(json!({"dk-cloud-ip": "http://127.0.0.1/"}));
        assert_eq!(signs_in(&world, of_context(&world, config)).await.0, "me@example.com");
        assert_eq!(world.journal().last().unwrap().path(), "/v2/login");
    }

    #[test]
    fn plain_http_is_for_this_machine() {
        let world = World::new();
        let config = world.config(json!({"dk-cloud-ip": "http://cloud.datakitchen.io"}));
        let (kind, text) = refused(&world, of_context(&world, &config));
        assert_eq!(kind, ErrorKind::Configuration);
        assert!(text.contains("plain http to cloud.datakitchen.io"), "{text}");
        assert!(of_context(&world, config).dangerously_allow_plain_http().build().is_ok());
    }

    #[test]
    fn context_name_that_climbs() {
        let world = World::new();
        world.write("config.json", world.config(json!({})));
        world.write(".dk/a/b/config.json", world.config(json!({})));
        for name in ["..", "../x", "a/b", "a/", "/etc", ".", "", "a\\b", "x\0"] {
            let (kind, text) = refused(&world, world.bare_builder(world.environment()).context(name));
            assert_eq!(kind, ErrorKind::Configuration);
            assert!(text.contains("is not the name of a folder"), "{text}");
        }
        for place in [".dk/.context", "variable"] {
            let environment = match place {
                "variable" => world.environment().with_var("DK_CONTEXT", "../x"),
                place => {
                    world.write(place, "../x");
                    world.environment()
                }
            };
            let (_, text) = refused(&world, world.bare_builder(environment));
            assert!(text.contains(r#"the context name "../x" is not the name of a folder"#), "{text}");
        }
    }

    #[test]
    fn tilde_is_the_home_folder() {
        let world = World::new();
        let elsewhere = tempfile::tempdir().unwrap();
        world.sim.write_context(elsewhere.path(), "x").unwrap();
        let builder =
            |home: &std::path::Path| world.bare_builder(world.environment().with_home(home)).context("x");
        assert!(builder(elsewhere.path()).build().is_ok());
        assert!(builder(world.home()).build().is_err());
    }
}

mod base_urls {
    use super::*;

    fn base_url(world: &World, url: &str) -> Builder {
        world.bare_builder(world.environment()).credentials(good()).base_url(url)
    }

    #[test]
    fn not_given_or_empty() {
        let world = World::new();
        for builder in [world.bare_builder(world.environment()).credentials(good()), base_url(&world, "")] {
            assert_eq!(builder.build().unwrap().base_url().as_str(), "https://cloud.datakitchen.io");
        }
    }

    #[tokio::test]
    async fn with_trailing_slash() {
        let world = World::new();
        let client = base_url(&world, &format!("{}/", world.sim.base())).build().unwrap();
        client.kitchens().list().await.unwrap();
        let paths: Vec<_> =
            world.journal().requests().iter().map(|request| request.path().to_owned()).collect();
        assert_eq!(paths, ["/v2/login", "/v2/kitchen/list"]);
    }

    #[tokio::test]
    async fn with_a_path_prefix() {
        let world = World::new();
        let client = base_url(&world, &format!("{}/prefix", world.sim.base())).build().unwrap();
        client.kitchens().list().await.unwrap_err();
        assert_eq!(world.journal().last().unwrap().path(), "/prefix/v2/login");
    }

    #[test]
    fn without_scheme() {
        let world = World::new();
        let (kind, text) = refused(&world, base_url(&world, "cloud.datakitchen.io"));
        assert_eq!(kind, ErrorKind::Configuration);
        assert!(text.starts_with("base_url is not a usable base URL: it has no scheme (https://)"), "{text}");
        let environment = with_password(world.environment()).with_var("DK_CLOUD_BASE_URL", "h:443");
        let (_, text) = refused(&world, world.bare_builder(environment));
        assert!(text.starts_with("DK_CLOUD_BASE_URL is not a usable base URL"), "{text}");
    }

    #[tokio::test]
    async fn connection_refused_shows_at_the_first_call() {
        let world = World::new();
        let gone = World::new().sim.base();
        let client = base_url(&world, &gone).build().unwrap();
        assert_eq!(client.kitchens().list().await.unwrap_err().kind(), ErrorKind::Transport);
    }
}

mod api_token_pairs {
    use super::*;

    fn pair(world: &World, id: &str, secret: &str) -> Builder {
        world.builder().credentials(Credentials::api_token(id, secret))
    }

    #[tokio::test]
    async fn is_sent_with_every_call_and_there_is_no_login() {
        let world = World::new();
        let client = pair(&world, "key-1", "secret-1").build().unwrap();
        client.kitchens().list().await.unwrap();
        client.users().get_info().await.unwrap();
        let pairs: Vec<_> = world.journal().requests().iter().map(|request| request.basic()).collect();
        assert_eq!(pairs, vec![Some(("key-1".to_owned(), "secret-1".to_owned())); 2]);
    }

    #[test]
    fn empty_values_are_refused_before_anything_is_sent() {
        let world = World::new();
        for (id, secret, why) in [
            ("", "s", "the key id of the API token pair is empty"),
            ("k", " ", "the secret of the API token pair is empty"),
            ("k:1", "s", "the key id of the API token pair holds a colon"),
        ] {
            let (kind, text) = refused(&world, pair(&world, id, secret));
            assert_eq!(kind, ErrorKind::InvalidCredentials);
            assert!(text.starts_with(&format!("the given credentials: {why}")), "{text}");
        }
    }

    #[tokio::test]
    async fn characters_of_latin_1_are_sent_as_its_bytes() {
        let world = World::new();
        // "ké:sé" in Latin-1.
        assert_eq!(sends(&world, pair(&world, "ké", "sé")).await, "Basic a+k6c+k=");
    }

    #[test]
    fn characters_outside_of_latin_1_are_refused() {
        let world = World::new();
        for (id, secret) in [("k€", "s"), ("k", "s€")] {
            let (_, text) = refused(&world, pair(&world, id, secret));
            assert!(text.contains("a character outside of Latin-1"), "{text}");
        }
    }

    #[tokio::test]
    async fn a_refused_pair_shows_at_the_first_call_and_is_not_sent_again() {
        let world = World::new();
        let error = pair(&world, "key-1", "wrong").build().unwrap().kitchens().list().await.unwrap_err();
        assert!(error.is_auth());
        assert!(error.to_string().contains("401 Unauthorized: Invalid credentials"), "{error}");
        assert_eq!(world.journal().len(), 1);
    }

    #[tokio::test]
    async fn there_is_no_session_token() {
        let world = World::new();
        let error = token(&pair(&world, "key-1", "secret-1").build().unwrap()).await.unwrap_err();
        assert_eq!(error.to_string(), "this client signs with an API token pair and has no session token");
    }
}

mod ready_tokens {
    use super::*;

    fn ready(world: &World, token: &str) -> Builder {
        world.builder().credentials(Credentials::token(token.to_owned()))
    }

    #[tokio::test]
    async fn a_jwt_is_sent_as_it_is() {
        let world = World::new();
        let issued = world.sim.issue_token();
        for form in [issued.clone(), format!(" {issued}\n"), format!("\"{issued}\"")] {
            ready(&world, &form).build().unwrap().kitchens().list().await.unwrap();
            assert_eq!(world.journal().last().unwrap().bearer(), Some(issued.as_str()));
        }
        assert_eq!(world.journal().len(), 3);
    }

    #[tokio::test]
    async fn an_opaque_token_never_expires_locally() {
        let world = World::new();
        let client = ready(&world, "opaque-job-token").build().unwrap();
        world.clock.advance(std::time::Duration::from_secs(1_000_000));
        assert_eq!(token(&client).await.unwrap(), "opaque-job-token");
        let error = client.kitchens().list().await.unwrap_err();
        assert!(error.is_auth());
        assert_eq!(world.journal().len(), 1, "there is nothing to renew it with");
        // And it is kept: the platform may take it for something else.
        assert_eq!(token(&client).await.unwrap(), "opaque-job-token");
    }

    #[test]
    fn an_expired_jwt_fails_before_anything_is_sent() {
        let world = World::new();
        let (kind, text) = refused(&world, ready(&world, &foreign_jwt(0)));
        assert_eq!(kind, ErrorKind::InvalidCredentials);
        assert!(
            text.starts_with("the given credentials: the token expired at 2027-01-15T08:00:00Z"),
            "{text}"
        );
    }

    #[test]
    fn what_is_no_token_is_refused() {
        let world = World::new();
        for (text, why) in [
            (" ", "the token is empty"),
            ("<html>", "the token is a page of HTML"),
            ("{\"token\": 1}", "the token is a JSON document"),
            ("a b", "the token holds blanks or line breaks"),
            ("ä", "the token holds a character that no HTTP header can carry"),
        ] {
            let (kind, error) = refused(&world, ready(&world, text));
            assert_eq!(kind, ErrorKind::InvalidCredentials);
            assert!(error.contains(why), "{error}");
        }
    }
}
