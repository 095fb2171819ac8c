//! Where credentials come from: a test for each row of the contract's sections 3.1 and 3.2. Scopes and named
//! environments are in tests/environments.rs, the keyring in tests/keyring.rs.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{World, client_id, credentials_file, good, refused, signs_in, with_id_and_secret};
use kognic::{Builder, Credentials, ErrorKind};
use serde_json::json;

/// A file with these credentials, named by `KOGNIC_CREDENTIALS`.
fn from_file(world: &World, content: impl AsRef<[u8]>) -> Builder {
    let path = world.write("credentials.json", content);
    world.builder_in(world.environment().with_var("KOGNIC_CREDENTIALS", path))
}

mod precedence_3_1 {
    use super::*;

    #[tokio::test]
    async fn row_1_given_credentials_come_before_variables() {
        let world = World::new();
        let path = world.write("credentials.json", credentials_file(json!({})));
        let environment = with_id_and_secret(world.environment(), "v-1", "vs-1");
        let builder = world.builder_in(environment.with_var("KOGNIC_CREDENTIALS", path)).credentials(good());
        assert_eq!(signs_in(&world, builder).await, ("c-1".into(), "s-1".into(), None));
    }

    #[test]
    fn row_1_two_explicit_sources_are_an_error() {
        let world = World::new();
        let builder = world.builder().credentials(good()).credentials_at("~/credentials.json");
        let (kind, text) = refused(&world, builder);
        assert_eq!(kind, ErrorKind::Configuration);
        assert_eq!(
            text,
            "both `credentials` and `credentials_at` were given, and only one can be used (leave one of them out)"
        );
    }

    #[tokio::test]
    async fn row_2_a_given_path_comes_before_variables_and_may_begin_with_a_tilde() {
        let world = World::new();
        world.write("credentials.json", credentials_file(json!({})));
        let builder = world
            .builder_in(with_id_and_secret(world.environment(), "v-1", "vs-1"))
            .credentials_at("~/credentials.json");
        assert_eq!(signs_in(&world, builder).await, ("f-1".into(), "fs-1".into(), Some("api:read".into())));
    }

    #[tokio::test]
    async fn row_2_json_text_of_the_files_form_is_taken() {
        let world = World::new();
        let credentials = Credentials::from_json(&credentials_file(json!({"clientId": "j-1"}))).unwrap();
        assert_eq!(client_id(&world, world.builder().credentials(credentials)).await, "j-1");
    }

    #[tokio::test]
    async fn row_3_the_files_variable_comes_before_id_and_secret() {
        let world = World::new();
        world.write("credentials.json", credentials_file(json!({})));
        let environment = with_id_and_secret(world.environment(), "v-1", "vs-1")
            .with_var("KOGNIC_CREDENTIALS", "~/credentials.json");
        assert_eq!(client_id(&world, world.builder_in(environment)).await, "f-1");
    }

    #[tokio::test]
    async fn row_3_the_files_name_may_end_as_it_likes() {
        let world = World::new();
        let path = world.write("credentials.txt", credentials_file(json!({})));
        let environment = world.environment().with_var("KOGNIC_CREDENTIALS", path);
        assert_eq!(client_id(&world, world.builder_in(environment)).await, "f-1");
    }

    #[test]
    fn row_3_an_unusable_file_is_an_error_and_nothing_else_is_tried() {
        let world = World::new();
        let environment = with_id_and_secret(world.environment(), "v-1", "vs-1")
            .with_var("KOGNIC_CREDENTIALS", "~/missing.json");
        let (kind, text) = refused(&world, world.builder_in(environment));
        assert_eq!(kind, ErrorKind::InvalidCredentials);
        assert!(
            text.starts_with("KOGNIC_CREDENTIALS: the credentials file $HOME/missing.json does not exist"),
            "{text}"
        );
    }

    #[tokio::test]
    async fn row_4_id_and_secret_from_variables() {
        let world = World::new();
        let builder = world.builder_in(with_id_and_secret(world.environment(), "v-1", "vs-1"));
        assert_eq!(signs_in(&world, builder).await, ("v-1".into(), "vs-1".into(), None));
    }

    // Row 5: tests/keyring.rs.

    #[test]
    fn row_6_nothing_at_all_is_a_local_error_that_lists_every_source() {
        let world = World::new();
        let (kind, text) = refused(&world, world.builder());
        assert_eq!(kind, ErrorKind::NoCredentials);
        for part in [
            "no Kognic credentials found; looked at",
            "1. arguments: none given;",
            "2. KOGNIC_CREDENTIALS: not set;",
            "3. KOGNIC_CLIENT_ID and KOGNIC_CLIENT_SECRET: not set;",
            "4. the keyring, profile default: not looked at, because",
            "(download API credentials from the Kognic web app",
        ] {
            assert!(text.contains(part), "{part} is not in: {text}");
        }
    }

    #[test]
    fn no_file_is_read_unless_it_is_named() {
        let world = World::new();
        world.write(".config/kognic/credentials.json", credentials_file(json!({})));
        assert_eq!(refused(&world, world.builder()).0, ErrorKind::NoCredentials);
    }

    #[test]
    fn the_names_of_sdk_3_are_pointed_out_and_not_read() {
        let world = World::new();
        let environment = world.environment().with_var("ANNOTELL_CREDENTIALS", "~/x.json");
        let (_, text) = refused(&world, world.builder_in(environment));
        let note = "4. ANNOTELL_CREDENTIALS: set, but no longer read: the name is now KOGNIC_CREDENTIALS;";
        assert!(text.contains(note), "{text}");
    }
}

mod edge_cases_3_2 {
    use super::*;

    #[tokio::test]
    async fn a_blank_files_variable_is_as_good_as_unset() {
        for blank in ["", "  "] {
            let world = World::new();
            let environment =
                with_id_and_secret(world.environment(), "v-1", "vs-1").with_var("KOGNIC_CREDENTIALS", blank);
            assert_eq!(client_id(&world, world.builder_in(environment)).await, "v-1");
        }
    }

    #[tokio::test]
    async fn blanks_around_id_and_secret_are_sent_as_they_are() {
        let world = World::new();
        let builder = world.builder_in(with_id_and_secret(world.environment(), " v 1", "vs-1 "));
        assert_eq!(signs_in(&world, builder).await, (" v 1".into(), "vs-1 ".into(), None));
    }

    #[test]
    fn an_id_without_secret_is_passed_over_and_pointed_out() {
        for (set, missing) in
            [("KOGNIC_CLIENT_ID", "KOGNIC_CLIENT_SECRET"), ("KOGNIC_CLIENT_SECRET", "KOGNIC_CLIENT_ID")]
        {
            let world = World::new();
            let environment = world.environment().with_var(set, "x").with_var(missing, " ");
            let (kind, text) = refused(&world, world.builder_in(environment));
            assert_eq!(kind, ErrorKind::NoCredentials);
            assert!(text.contains(&format!("{missing}: not set, although {set} is")), "{text}");
        }
    }

    #[test]
    fn an_empty_id_or_secret_is_an_error() {
        let world = World::new();
        for (id, secret, what) in [("a", "", "secret"), ("a", " ", "secret"), ("", "b", "id")] {
            let (kind, text) = refused(&world, world.builder().credentials(Credentials::new(id, secret)));
            assert_eq!(kind, ErrorKind::InvalidCredentials);
            assert!(
                text.starts_with(&format!("the given credentials: the client {what} is empty")),
                "{text}"
            );
        }
    }

    #[test]
    fn an_empty_path_is_an_error() {
        let world = World::new();
        let (kind, text) = refused(&world, world.builder().credentials_at(" "));
        assert_eq!(kind, ErrorKind::InvalidCredentials);
        assert!(text.starts_with("the path of the credentials is empty"), "{text}");
    }

    #[test]
    fn a_missing_file_is_named_as_it_was_looked_for() {
        let world = World::new();
        let environment = world.environment().with_working_folder(world.path("work"));
        let (kind, text) = refused(&world, world.builder_in(environment).credentials_at("a/b.json"));
        assert_eq!(kind, ErrorKind::InvalidCredentials);
        assert!(text.starts_with("the credentials file $HOME/work/a/b.json does not exist"), "{text}");
    }

    #[test]
    fn a_folder_is_an_error() {
        let world = World::new();
        std::fs::create_dir(world.path("folder.json")).unwrap();
        let (kind, text) = refused(&world, world.builder().credentials_at("~/folder.json"));
        assert_eq!(kind, ErrorKind::Store);
        assert!(text.contains("$HOME/folder.json"), "{text}");
    }

    #[tokio::test]
    async fn a_byte_order_mark_is_passed_over() {
        let world = World::new();
        let file = format!("\u{feff}{}", credentials_file(json!({})));
        assert_eq!(client_id(&world, from_file(&world, file)).await, "f-1");
    }

    #[test]
    fn json_text_in_place_of_a_path_is_an_error_that_does_not_show_it() {
        let world = World::new();
        let environment = world.environment().with_var("KOGNIC_CREDENTIALS", credentials_file(json!({})));
        let (kind, text) = refused(&world, world.builder_in(environment));
        assert_eq!(kind, ErrorKind::InvalidCredentials);
        assert!(text.contains("JSON text") && !text.contains("fs-1"), "{text}");
    }

    #[test]
    fn malformed_json_is_an_error_that_names_file_and_line() {
        let world = World::new();
        let (kind, text) = refused(&world, from_file(&world, "{\n  \"clientId\": \"f-1\",\n  nonsense"));
        assert_eq!(kind, ErrorKind::InvalidCredentials);
        let expected =
            "KOGNIC_CREDENTIALS: the credentials file $HOME/credentials.json: it is not JSON, from line 3";
        assert!(text.starts_with(expected), "{text}");
    }

    #[test]
    fn json_that_is_no_object_is_an_error() {
        let world = World::new();
        let (kind, text) = refused(&world, from_file(&world, "[]"));
        assert_eq!(kind, ErrorKind::InvalidCredentials);
        assert!(text.contains("it holds a list where an object is expected"), "{text}");
    }

    #[test]
    fn a_missing_field_is_named() {
        for field in ["clientId", "clientSecret"] {
            let world = World::new();
            let (kind, text) = refused(&world, from_file(&world, credentials_file(json!({field: null}))));
            assert_eq!(kind, ErrorKind::InvalidCredentials);
            assert!(text.contains(&format!("the field `{field}` is missing")), "{text}");
        }
    }

    #[tokio::test]
    async fn fields_that_signing_in_does_not_need_may_be_missing_or_more() {
        let world = World::new();
        let changes = json!({"email": null, "userId": null, "issuer": null, "name": null, "later": {"x": 1}});
        assert_eq!(client_id(&world, from_file(&world, credentials_file(changes))).await, "f-1");
    }

    #[test]
    fn fields_of_a_wrong_type_are_an_error() {
        for (changes, expected) in [
            (r#""clientSecret": null"#, "the field `clientSecret` is not text"),
            (r#""clientSecret": "x", "clientId": 5"#, "the field `clientId` is not text"),
            (r#""clientSecret": "x", "scopes": "api:read""#, "the field `scopes` is not a list of texts"),
            (r#""clientSecret": "x", "scopes": [1]"#, "the field `scopes` is not a list of texts"),
        ] {
            let world = World::new();
            let file = format!(r#"{{"clientId": "f-1", {changes}}}"#);
            let (kind, text) = refused(&world, from_file(&world, file));
            assert_eq!(kind, ErrorKind::InvalidCredentials);
            assert!(text.contains(expected), "{text}");
        }
    }

    #[test]
    fn credentials_that_expired_are_an_error() {
        // The last one has no zone, and is taken for UTC. The clock says 2027-01-15T08:00:00Z.
        for (expires, shown) in [
            ("2020-01-01T00:00:00.123456Z", "2020-01-01T00:00:00.123456Z"),
            ("2027-01-15T09:00:00+01:00", "2027-01-15T08:00:00Z"),
            ("2027-01-15T08:00:00", "2027-01-15T08:00:00Z"),
        ] {
            let world = World::new();
            let (kind, text) =
                refused(&world, from_file(&world, credentials_file(json!({"expires": expires}))));
            assert_eq!(kind, ErrorKind::InvalidCredentials);
            assert!(text.contains(&format!("they expired at {shown}")), "{text}");
        }
    }

    #[tokio::test]
    async fn an_expiry_that_is_ahead_or_unreadable_does_no_harm() {
        for expires in [json!("2027-01-15T08:00:01"), json!("one day"), json!(5), json!(null)] {
            let world = World::new();
            let file = credentials_file(json!({"expires": expires, "created": "yesterday"}));
            assert_eq!(client_id(&world, from_file(&world, file)).await, "f-1");
        }
    }
}
