//! The files that are shared with the vendor's SDK (contract sections 4.1 to 4.4). The texts are what that SDK writes,
//! byte by byte.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use auth_core::sim::Log;
use common::{LIFE, SEC, World, info, token};
use descartes::{Auth, AuthBuilder, Environment, TokenInfo, TokenInfoPath};
use serde_json::{Value, json};

/// As the vendor's `auth login` writes it.
const LOGIN: &str = r#"{"id": "some id", "client_id": "cid", "name": "API token", "revoke_url": "https://example.invalid/revoke/1", "client_secret": "sec", "refresh_token": "sec"}"#;

/// The same with a token, as the vendor's SDK writes it after its first request.
fn with_token(jwt: &str) -> String {
    format!(r#"{}, "jwt_token": "{jwt}"}}"#, LOGIN.strip_suffix('}').unwrap())
}

/// The cache file of the secret `sec`.
fn cache_file() -> String {
    format!("jwt_token_{SEC}.json")
}

/// The file's content after a token was asked for, and the token.
async fn after(world: &World, builder: AuthBuilder) -> (String, String) {
    let auth = builder.build().unwrap();
    let jwt = token(&auth).await.unwrap();
    (std::fs::read_to_string(auth.token_file().unwrap()).map(|text| world.hide(text)).unwrap(), jwt)
}

mod token_info_4_1 {
    use super::*;

    #[tokio::test]
    async fn a_login_file_gets_the_token_beside_all_that_it_holds() {
        let world = World::new();
        world.write("token_info.json", LOGIN);
        let (content, jwt) = after(&world, world.builder()).await;
        assert_eq!(content, with_token(&jwt));
    }

    #[tokio::test]
    async fn what_the_vendors_sdk_wrote_is_used_without_a_request() {
        let world = World::new();
        let jwt = world.jwt(json!({}));
        world.write("token_info.json", with_token(&jwt));
        let (content, used) = after(&world, world.builder()).await;
        assert_eq!((content, used), (with_token(&jwt), jwt));
        assert!(world.journal().is_empty());
    }

    #[tokio::test]
    async fn an_expired_token_is_replaced_in_its_place() {
        let world = World::new();
        let old = world.jwt(json!({"iat": 1, "exp": common::NOW - 1}));
        world.write(
            "token_info.json",
            with_token(&old).replace(r#""name""#, r#""später": {"a": [1]}, "name""#),
        );
        let (content, jwt) = after(&world, world.builder()).await;
        let expected = with_token(&jwt).replace(r#""name""#, r#""sp\u00e4ter": {"a": [1]}, "name""#);
        assert_eq!(content, expected, "escaped as the vendor's SDK does");
    }

    #[tokio::test]
    async fn the_old_name_of_the_token_is_taken_away() {
        let world = World::new();
        world.write("token_info.json", with_token("old").replace("jwt_token", "JWT_TOKEN"));
        let (content, jwt) = after(&world, world.builder()).await;
        assert_eq!(content, with_token(&jwt));
    }

    #[tokio::test]
    async fn both_names_of_the_secret_are_written() {
        let world = World::new();
        for only in ["client_secret", "refresh_token"] {
            world.write("token_info.json", json!({"client_id": "cid", only: "sec", "x": 1}).to_string());
            let (content, jwt) = after(&world, world.builder()).await;
            let found: Value = serde_json::from_str(&content).unwrap();
            assert_eq!(
                found,
                json!({"client_id": "cid", "client_secret": "sec", "refresh_token": "sec", "x": 1, "jwt_token": jwt})
            );
        }
    }

    #[tokio::test]
    async fn a_named_file_gets_given_credentials() {
        let world = World::new();
        let (content, jwt) = after(&world, world.good().token_info_path(world.path("new/info.json"))).await;
        let expected = format!(
            r#"{{"client_id": "cid", "client_secret": "sec", "refresh_token": "sec", "jwt_token": "{jwt}"}}"#
        );
        assert_eq!(content, expected);
        // And it is enough to go on from.
        let auth = world.builder().token_info_path(world.path("new/info.json")).build().unwrap();
        assert_eq!(token(&auth).await.unwrap(), jwt);
        assert_eq!(world.token_requests(), 1);
    }

    #[tokio::test]
    async fn a_named_file_of_other_credentials_is_overwritten_as_documented() {
        let world = World::new();
        let path = world.write("info.json", info(json!({"jwt_token": "old"})));
        let (content, jwt) = after(&world, world.good().token_info_path(path)).await;
        let expected = format!(
            r#"{{"client_id": "cid", "client_secret": "sec", "refresh_token": "sec", "jwt_token": "{jwt}"}}"#
        );
        assert_eq!(content, expected);
    }

    #[tokio::test]
    async fn a_path_that_looks_like_a_cache_keeps_its_credentials() {
        let world = World::new();
        let path = world.write("my_jwt_token_x.json", LOGIN);
        let (content, jwt) = after(&world, world.builder().token_info_path(path)).await;
        assert_eq!(content, with_token(&jwt));
    }
}

mod jwt_cache_4_2 {
    use super::*;

    #[tokio::test]
    async fn it_holds_the_token_and_nothing_else() {
        let world = World::new();
        let (content, jwt) = after(&world, world.good()).await;
        assert_eq!(content, format!(r#"{{"jwt_token": "{jwt}"}}"#));
        assert_eq!(world.files(), [cache_file()]);
    }

    #[tokio::test]
    async fn what_the_vendors_sdk_wrote_is_used_without_a_request() {
        let world = World::new();
        let jwt = world.jwt(json!({}));
        world.write(&cache_file(), format!(r#"{{"jwt_token": "{jwt}"}}"#));
        assert_eq!(after(&world, world.good()).await.1, jwt);
        assert!(world.journal().is_empty());
    }

    #[tokio::test]
    async fn a_token_for_another_client_id_is_not_used() {
        let world = World::new();
        let jwt = world.jwt(json!({"aud": "other"}));
        world.write(&cache_file(), format!(r#"{{"jwt_token": "{jwt}"}}"#));
        assert_ne!(after(&world, world.good()).await.1, jwt);
    }

    #[tokio::test]
    async fn another_domain_has_a_file_of_its_own() {
        let world = World::new();
        let other = format!("{}/other", world.sim.base());
        let auth = world.good().domain(other).build().unwrap();
        let name = auth.token_file().unwrap().file_name().unwrap().to_str().unwrap().to_owned();
        assert!(
            name.starts_with(&format!("jwt_token_{SEC}_")) && name.len() == cache_file().len() + 9,
            "{name}"
        );
        // The variables move every environment to the simulator.
        let staging = world.good().env("aws-staging").build().unwrap();
        let same = world.good().domain(world.sim.base()).build().unwrap();
        for auth in [staging, same] {
            assert_eq!(auth.token_file(), Some(world.path(&cache_file()).as_path()));
        }
        let plain = Environment::empty().with_home(world.home());
        let good = || world.builder_in(plain.clone()).client_id("cid").client_secret("sec");
        let production = good().env("aws-production").build().unwrap();
        assert_eq!(production.token_file(), Some(world.path(&cache_file()).as_path()));
        assert_ne!(good().env("aws-staging").build().unwrap().token_file(), production.token_file());
    }

    /// Trap 11, for credentials of a file: a token of one domain is never sent to another.
    #[tokio::test]
    async fn another_domain_takes_credentials_from_the_file_and_keeps_its_token_elsewhere() {
        let world = World::new();
        let file = json!({"client_id": "cid", "client_secret": "sec", "refresh_token": "sec"});
        world.write_info(file);
        let logged_in = world.read("token_info.json");
        let staging = descartes::sim::Sim::with_clock(world.clock.clone()).unwrap();
        let auth = || world.builder().domain(staging.base()).build().unwrap();
        let of_staging = token(&auth()).await.unwrap();
        assert_eq!(world.read("token_info.json"), logged_in);
        let name = auth().token_file().unwrap().file_name().unwrap().to_str().unwrap().to_owned();
        assert!(name.starts_with(&format!("jwt_token_{SEC}_")), "{name}");

        let production = world.builder().build().unwrap();
        token(&production).await.unwrap();
        assert_eq!((world.token_requests(), staging.server().journal().count(common::TOKEN)), (1, 1));
        assert_eq!(production.token_file(), Some(world.path("token_info.json").as_path()));
        assert_eq!(token(&auth()).await.unwrap(), of_staging);
        assert_eq!(staging.server().journal().count(common::TOKEN), 1);
    }

    #[tokio::test]
    async fn members_that_are_unknown_stay() {
        let world = World::new();
        world.write(&cache_file(), r#"{"x": 1, "jwt_token": "old"}"#);
        let (content, jwt) = after(&world, world.good()).await;
        assert_eq!(content, format!(r#"{{"x": 1, "jwt_token": "{jwt}"}}"#));
    }
}

mod writing_4_3 {
    use super::*;

    #[tokio::test]
    async fn an_empty_file_is_filled() {
        let world = World::new();
        for content in ["", " \n"] {
            world.write(&cache_file(), content);
            let (content, jwt) = after(&world, world.good()).await;
            assert_eq!(content, format!(r#"{{"jwt_token": "{jwt}"}}"#));
        }
    }

    #[tokio::test]
    async fn malformed_and_foreign_files_are_left_alone() {
        for content in [
            r#"{"jwt_token": "canary"#,
            "canary",
            r#"["canary"]"#,
            r#"{"dependencies": {"canary": "1"}}"#,
            r#"{"client_id": "cid", "canary": 123456789012345678901234567890}"#,
        ] {
            let world = World::new();
            let path = world.write("info.json", content);
            let log = Log::capture();
            // A list is refused at once; the others cost the sharing and no more.
            if let Ok(auth) = world.good().token_info_path(path.clone()).build() {
                token(&auth).await.unwrap();
                assert!(log.text().contains("WARN"), "{content}: {}", log.text());
                assert!(log.text().contains("info.json") && !log.text().contains("canary"), "{}", log.text());
            }
            assert_eq!(std::fs::read_to_string(&path).unwrap(), content);
        }
        for content in [r#"{"jwt_token": "canary"#, r#"["canary"]"#] {
            let world = World::new();
            world.write(&cache_file(), content);
            assert_eq!(after(&world, world.good()).await.0, content);
        }
    }

    #[tokio::test]
    async fn path_none_writes_nothing() {
        let world = World::new();
        token(&world.good().token_info_path(TokenInfoPath::None).build().unwrap()).await.unwrap();
        assert_eq!(std::fs::read_dir(world.home()).unwrap().count(), 0);
    }

    #[cfg(unix)]
    mod unix {
        use super::*;
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        use std::path::Path;

        fn mode(path: &Path) -> u32 {
            std::fs::metadata(path).unwrap().permissions().mode() & 0o7777
        }

        fn set_mode(path: &Path, mode: u32) {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
        }

        #[tokio::test]
        async fn new_files_are_0600_in_a_folder_0700() {
            let world = World::new();
            after(&world, world.good()).await;
            assert_eq!((mode(&world.path(&cache_file())), mode(&world.path(""))), (0o600, 0o700));
        }

        #[tokio::test]
        async fn wide_files_are_narrowed_and_folders_stay() {
            let world = World::new();
            let path = world.write("token_info.json", LOGIN);
            set_mode(&path, 0o644);
            set_mode(&world.path(""), 0o755);
            after(&world, world.builder()).await;
            assert_eq!((mode(&path), mode(&world.path(""))), (0o600, 0o755));
        }

        #[tokio::test]
        async fn narrow_files_are_not_widened() {
            let world = World::new();
            let path = world.write("token_info.json", LOGIN);
            set_mode(&path, 0o400);
            after(&world, world.builder()).await;
            assert_eq!(mode(&path), 0o400);
        }

        #[tokio::test]
        async fn a_link_stays_a_link() {
            let world = World::new();
            let target = world.write("real.json", LOGIN);
            let link = world.path("token_info.json");
            symlink(&target, &link).unwrap();
            let (content, jwt) = after(&world, world.builder()).await;
            assert_eq!(content, with_token(&jwt));
            assert!(link.is_symlink());
            assert_eq!(std::fs::read_to_string(&target).unwrap(), content);
        }
    }
}

mod sharing_4_4 {
    use super::*;

    #[tokio::test]
    async fn a_token_that_another_process_renewed_is_taken_over() {
        let world = World::new();
        world.write("token_info.json", LOGIN);
        let auth = world.builder().build().unwrap();
        token(&auth).await.unwrap();
        world.clock.advance(LIFE);
        let later = common::NOW + 36_000;
        let theirs = world.jwt(json!({"iat": later, "exp": later + 36_000}));
        world.write("token_info.json", with_token(&theirs));
        assert_eq!(token(&auth).await.unwrap(), theirs);
        assert_eq!(world.token_requests(), 1);
    }

    #[tokio::test]
    async fn many_at_once_make_one_request() {
        let world = World::new();
        let auths: Vec<Auth> = (0..8).map(|_| world.good().build().unwrap()).collect();
        let mut tasks = tokio::task::JoinSet::new();
        for auth in auths {
            tasks.spawn(async move { token(&auth).await.unwrap() });
        }
        let mut tokens = tasks.join_all().await;
        tokens.dedup();
        assert_eq!((tokens.len(), world.token_requests()), (1, 1));
    }

    #[tokio::test]
    async fn a_login_as_another_while_we_run_is_not_undone() {
        let world = World::new();
        let theirs = info(json!({"jwt_token": world.jwt(json!({"aud": "fid"}))}));
        for now in [Some(theirs.as_str()), None] {
            let path = world.write("token_info.json", LOGIN);
            let auth = world.builder().build().unwrap();
            match now {
                Some(now) => std::fs::write(&path, now).unwrap(),
                None => std::fs::remove_file(&path).unwrap(),
            }
            let log = Log::capture();
            token(&auth).await.unwrap();
            assert!(log.text().contains("the token could not be saved"), "{}", log.text());
            assert_eq!(std::fs::read_to_string(&path).ok().as_deref(), now);
        }
    }
}

mod login_5_4 {
    use super::*;

    #[tokio::test]
    async fn the_pasted_text_becomes_a_file_that_works() {
        let world = World::new();
        let environment = world.environment();
        let path = TokenInfo::path(&environment, world.flavor).unwrap();
        assert_eq!(path, world.path("token_info.json"));
        TokenInfo::from_pasted(&world.sim.pasted()).unwrap().save(&path).unwrap();
        let expected = LOGIN.replace("https://example.invalid", "$BASE");
        assert_eq!(world.hide(world.read("token_info.json")), expected);
        let auth = world.builder().build().unwrap();
        assert_eq!(auth.payload().await.unwrap().name(), Some("Some Body"));
    }

    #[test]
    fn a_login_replaces_whatever_is_there() {
        let world = World::new();
        for before in ["", "{\"half", "[]", LOGIN] {
            let path = world.write("token_info.json", before);
            TokenInfo::from_pasted(&world.sim.pasted()).unwrap().save(&path).unwrap();
            assert!(world.read("token_info.json").contains(r#""client_id": "cid""#));
        }
    }

    #[test]
    fn the_variable_names_the_file() {
        let world = World::new();
        let environment = world.environment().with_var("DESCARTESLABS_TOKEN_INFO_PATH", "~/x.json");
        assert_eq!(TokenInfo::path(&environment, world.flavor).unwrap(), world.home().join("x.json"));
        let page = TokenInfo::login_url(&environment, world.flavor).unwrap();
        assert_eq!(world.hide(page), "$BASE/account/refresh-token");
        let homeless = Environment::empty();
        let error = TokenInfo::path(&homeless, world.flavor).unwrap_err().to_string();
        assert_eq!(
            error,
            "there is no home folder to keep credentials in (set HOME or DESCARTESLABS_TOKEN_INFO_PATH)"
        );
    }
}
