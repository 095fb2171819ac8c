//! The files of the vendor's tools: credentials, environments, and the token cache that is shared with them both ways
//! (contract section 4, traps 4, 10 and 25).
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::path::Path;

use auth_core::secret::fingerprint;
use auth_core::sim::{Fault, Reply};
use common::{TOKEN, World, client_id, credentials_file, good, token};
use kognic::{Client, Credentials, Environment, NamedEnvironments, TokenFile};
use serde_json::{Value, json};

/// What the vendor's CLI writes: two entries, the second for scopes, indented by two blanks. `$BASE` stands for the
/// authentication server.
const CLI: &str = r#"{
  "$BASE:c-1": {
    "access_token": "tok",
    "token_type": "bearer",
    "expires_in": 3600,
    "refresh_token": "r",
    "expires_at": 1800003600
  },
  "$BASE:c-1:s-47376d7f4916": {
    "access_token": "tok2",
    "token_type": "bearer",
    "expires_in": 3600,
    "scope": "api:read api:write",
    "expires_at": 1800003600
  }
}"#;
/// Where it writes it, below the home folder.
const TOKENS: &str = ".cache/kognic-auth/tokens.json";

/// A client that shares the token file.
fn sharing(world: &World, credentials: Credentials) -> Client {
    let store = TokenFile::shared(&world.environment()).unwrap();
    world.builder().credentials(credentials).token_store(store).build().unwrap()
}

fn read(world: &World) -> String {
    world.hide(std::fs::read_to_string(world.path(TOKENS)).unwrap())
}

fn write(world: &World, content: &str) {
    world.write(TOKENS, content.replace("$BASE", &world.sim.base()));
}

mod credentials_4_1 {
    use super::*;

    #[tokio::test]
    async fn the_web_apps_file_is_read_byte_for_byte() {
        let world = World::new();
        let file = r#"{"clientId": "c-1", "clientSecret": "s-1", "email": "a@example.com", "userId": 7, "issuer": "auth.app.kognic.com",
 "name": "API Credentials", "created": "2026-01-02T03:04:05.123456789Z", "expires": "2027-03-02T03:04:05Z", "scopes": ["api:read"]}
"#;
        let path = world.write("credentials.json", file);
        let client = world.builder().credentials(Credentials::from_file(&path).unwrap()).build().unwrap();
        assert_eq!(token(&client).await.unwrap(), "access-1");
        assert_eq!(world.journal().last().unwrap().form_value("scope").as_deref(), Some("api:read"));
        assert_eq!(std::fs::read_to_string(path).unwrap(), file);
    }
}

mod environments_4_2 {
    use super::*;

    const FILE: &str = r#"{"default_environment": "production",
 "environments": {
   "production": {"host": "app.kognic.com", "auth_server": "https://auth.app.kognic.com", "credentials": "~/.config/kognic/credentials-prod.json"},
   "example":    {"host": "example.kognic.com", "auth_server": "https://auth.example.kognic.com", "credentials": "keyring://example", "scopes": ["api:read", "api:write"]}}}"#;

    fn names(environment: &Environment) -> Vec<String> {
        let all = NamedEnvironments::load(environment).unwrap();
        all.environments.into_iter().map(|environment| environment.name).collect()
    }

    #[test]
    fn the_vendors_file_is_read() {
        let world = World::new();
        let path = world.write(".config/kognic/environments.json", FILE);
        let all = NamedEnvironments::load(&world.environment()).unwrap();
        assert_eq!((all.path.as_deref(), all.default.as_deref()), (Some(path.as_path()), Some("production")));
        let example = all.named("example").unwrap();
        assert_eq!(example.auth_server, "https://auth.example.kognic.com");
        assert_eq!(example.credentials.as_deref(), Some("keyring://example"));
        assert_eq!(
            example.scopes.as_deref(),
            Some(["api:read".to_owned(), "api:write".to_owned()].as_slice())
        );
        assert_eq!(all.named("production").unwrap().scopes, None);
    }

    #[test]
    fn it_lies_in_the_xdg_folder_where_that_is_set_and_absolute() {
        let world = World::new();
        world.write(".config/kognic/environments.json", FILE);
        let other = FILE.replace("production", "elsewhere");
        world.write("xdg/kognic/environments.json", other);
        let environment = |folder: &str| world.environment().with_var("XDG_CONFIG_HOME", folder);
        assert_eq!(names(&environment(world.path("xdg").to_str().unwrap())), ["elsewhere", "example"]);
        for unset in ["", " ", "xdg"] {
            assert_eq!(names(&environment(unset)), ["production", "example"], "`{unset}`");
        }
    }

    #[tokio::test]
    async fn the_contexts_of_sdk_3_are_read_where_there_is_no_newer_file() {
        let world = World::new();
        let base = world.sim.base();
        world.write("c.json", credentials_file(json!({})));
        let older = json!({"default_context": "old", "contexts": {
            "old": {"host": "app.kognic.com", "auth_server": base, "credentials": "~/c.json"}}});
        world.write(".config/kognic/config.json", older.to_string());
        assert_eq!(client_id(&world, world.builder().named_environment("old")).await, "f-1");
        assert_eq!(client_id(&world, world.builder().environment_of("nowhere.example")).await, "f-1");
        world.write(".config/kognic/environments.json", FILE);
        assert_eq!(names(&world.environment()), ["production", "example"]);
    }

    #[test]
    fn without_home_folder_there_are_no_environments() {
        assert_eq!(names(&Environment::empty()), Vec::<String>::new());
    }
}

mod tokens_4_3 {
    use super::*;

    #[tokio::test]
    async fn a_token_of_the_cli_is_used() {
        let world = World::new();
        write(&world, CLI);
        assert_eq!(token(&sharing(&world, good())).await.unwrap(), "tok");
        let store = TokenFile::shared(&world.environment()).unwrap();
        let scoped = world.builder().credentials(good()).scopes(["api:read", "api:write"]).token_store(store);
        assert_eq!(token(&scoped.build().unwrap()).await.unwrap(), "tok2");
        assert!(world.journal().is_empty());
        assert_eq!(read(&world), CLI);
    }

    #[tokio::test]
    async fn what_is_written_reads_as_the_clis_own() {
        let world = World::new();
        token(&sharing(&world, good())).await.unwrap();
        let secret = fingerprint(&"s-1".into());
        let expected = format!(
            r#"{{
  "$BASE:c-1": {{
    "access_token": "access-1",
    "token_type": "bearer",
    "expires_in": 3600,
    "refresh_token": "refresh-1",
    "expires_at": 1800003600,
    "secret_fingerprint": "{secret}"
  }}
}}"#
        );
        assert_eq!(read(&world), expected);
    }

    #[tokio::test]
    async fn the_refresh_token_of_the_cli_is_spent_and_the_new_one_kept_in_its_place() {
        let world = World::new();
        write(&world, &CLI.replacen("1800003600", "1799999999", 1));
        let reply =
            json!({"access_token": "new", "token_type": "bearer", "expires_in": 60, "refresh_token": "r2"});
        world.sim.server().faults().next(TOKEN, Fault::Reply(Reply::json(200, reply)));
        assert_eq!(token(&sharing(&world, good())).await.unwrap(), "new");
        assert_eq!(world.journal().last().unwrap().form_value("refresh_token").as_deref(), Some("r"));
        let file: Value = serde_json::from_str(&read(&world)).unwrap();
        assert_eq!(
            (&file["$BASE:c-1"]["refresh_token"], &file["$BASE:c-1"]["expires_at"]),
            (&json!("r2"), &json!(1_800_000_060))
        );
        let names: Vec<_> = file.as_object().unwrap().keys().collect();
        assert_eq!(names, ["$BASE:c-1", "$BASE:c-1:s-47376d7f4916"]);
    }

    #[tokio::test]
    async fn what_belongs_to_others_stays() {
        let world = World::new();
        let file = r#"{
  "https://elsewhere:x": {
    "access_token": "other",
    "later": [
      1,
      null
    ]
  },
  "$BASE:c-1": {
    "later": "kept"
  },
  "not an entry": 5
}"#;
        write(&world, file);
        token(&sharing(&world, good())).await.unwrap();
        let mut after: Value = serde_json::from_str(&read(&world)).unwrap();
        assert_eq!(after["$BASE:c-1"]["access_token"], "access-1");
        after["$BASE:c-1"].as_object_mut().unwrap().retain(|name, _| name == "later");
        assert_eq!(after, serde_json::from_str::<Value>(file).unwrap());
    }

    #[tokio::test]
    async fn scopes_of_the_credentials_file_are_in_the_key() {
        let world = World::new();
        world.sim.set_client("f-1", "fs-1");
        let narrow = Credentials::from_json(&credentials_file(json!({}))).unwrap();
        assert_eq!(token(&sharing(&world, narrow)).await.unwrap(), "access-1");
        assert!(read(&world).contains("$BASE:f-1:s-"), "{}", read(&world));
        assert_eq!(token(&sharing(&world, Credentials::new("f-1", "fs-1"))).await.unwrap(), "access-2");
    }

    #[tokio::test]
    async fn a_rotated_secret_does_not_meet_the_token_of_the_old_one() {
        let world = World::new();
        token(&sharing(&world, good())).await.unwrap();
        let error = token(&sharing(&world, Credentials::new("c-1", "wrong"))).await.unwrap_err();
        assert!(error.is_auth());
        assert_eq!(token(&sharing(&world, good())).await.unwrap(), "access-1");
    }

    #[tokio::test]
    async fn an_entry_without_expiry_is_passed_over() {
        let world = World::new();
        write(&world, r#"{"$BASE:c-1": {"access_token": "tok", "token_type": "bearer"}}"#);
        assert_eq!(token(&sharing(&world, good())).await.unwrap(), "access-1");
    }

    #[tokio::test]
    async fn a_file_that_cannot_be_kept_is_left_alone_and_the_token_stays_in_memory() {
        for broken in ["", "{\"half\": ", "[]", "nonsense", "{\"a\": 1e999}"] {
            let world = World::new();
            write(&world, broken);
            let client = sharing(&world, good());
            assert_eq!(token(&client).await.unwrap(), "access-1", "{broken}");
            assert_eq!(token(&client).await.unwrap(), "access-1");
            assert_eq!(std::fs::read_to_string(world.path(TOKENS)).unwrap(), broken);
        }
    }

    #[tokio::test]
    async fn it_lies_in_the_xdg_folder_where_that_is_set_and_absolute() {
        let world = World::new();
        let place = |folder: &Path| {
            let environment = world.environment().with_var("XDG_CACHE_HOME", folder);
            TokenFile::shared(&environment).unwrap().path().to_owned()
        };
        assert_eq!(place(&world.path("xdg")), world.path("xdg/kognic-auth/tokens.json"));
        assert_eq!(place(Path::new("")), world.path(TOKENS));
        assert_eq!(place(Path::new("xdg")), world.path(TOKENS));
        let error = TokenFile::shared(&Environment::empty()).unwrap_err();
        assert!(error.to_string().contains("set HOME or XDG_CACHE_HOME"), "{error}");
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn only_its_owner_can_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let world = World::new();
        token(&sharing(&world, good())).await.unwrap();
        assert_eq!(mode(&world.path(TOKENS)), 0o600);
        assert_eq!(mode(world.path(TOKENS).parent().unwrap()), 0o700);

        // The CLI's own is open to all; it is closed when it is written again.
        let world = World::new();
        write(&world, "{}");
        std::fs::set_permissions(world.path(TOKENS), PermissionsExt::from_mode(0o644)).unwrap();
        token(&sharing(&world, good())).await.unwrap();
        assert_eq!(mode(&world.path(TOKENS)), 0o600);
    }

    #[tokio::test]
    async fn two_clients_share_a_token_and_its_renewal() {
        let world = World::new();
        let (one, two) = (sharing(&world, good()), sharing(&world, good()));
        assert_eq!(token(&one).await.unwrap(), token(&two).await.unwrap());
        world.clock.advance(std::time::Duration::from_secs(3600));
        assert_eq!(token(&one).await.unwrap(), token(&two).await.unwrap());
        assert_eq!(world.token_requests(), 2);
    }

    #[tokio::test]
    async fn no_file_is_used_unless_asked_for() {
        let world = World::new();
        write(&world, CLI);
        assert_eq!(token(&world.client()).await.unwrap(), "access-1");
        assert_eq!(read(&world), CLI);
    }
}
