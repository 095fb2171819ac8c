//! The files of the vendor's CLI: contexts, and the token file that is shared with it both ways (contract section 4).
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::fs;
use std::path::PathBuf;

use auth_core::sim::{Fault, Log, unsigned_jwt};
use common::{KITCHENS, LIFE, PATIENCE, START, World, foreign_jwt, good, token};
use datakitchen::sim::Handout;
use datakitchen::{Client, Contexts, TokenFile};
use serde_json::json;

/// The token file of the context `default`, below the home folder.
const TOKEN_FILE: &str = ".dk/default/.dk-credentials";

fn read(world: &World) -> Option<String> {
    fs::read_to_string(world.path(TOKEN_FILE)).ok()
}

/// Waits until the token file holds this. It is written behind the caller's back.
async fn holds(world: &World, expected: &str) {
    let arrived = async {
        while read(world).as_deref() != Some(expected) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, arrived).await.unwrap();
}

fn names_in(folder: PathBuf) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

mod contexts {
    use super::*;

    /// As `dk config` writes it.
    const CONFIG: &str = r#"{
    "dk-cloud-ip": "https://cloud.datakitchen.io",
    "dk-cloud-port": "443",
    "dk-cloud-username": "me@example.com",
    "dk-cloud-password": "not-a-real-password"
}"#;

    #[test]
    fn what_dk_config_writes_is_read() {
        let world = World::new();
        let file = world.write(".dk/default/config.json", CONFIG);
        let context = Contexts::of(&world.environment()).unwrap().named("default").unwrap();
        assert_eq!((context.name.as_str(), context.file), ("default", file));
        assert_eq!(context.username, "me@example.com");
        assert_eq!(context.base_url, "https://cloud.datakitchen.io");
        let client = world.bare_builder(world.environment()).context("default").build().unwrap();
        assert_eq!(client.base_url().as_str(), "https://cloud.datakitchen.io");
        assert_eq!(fs::read_to_string(world.path(".dk/default/config.json")).unwrap(), CONFIG);
    }

    #[test]
    fn what_the_simulator_writes_is_what_dk_config_writes() {
        let world = World::new();
        let file = world.sim.write_context(world.home(), "x").unwrap().join("config.json");
        let port = world.sim.base().rsplit_once(':').unwrap().1.to_owned();
        let expected =
            CONFIG.replace("https://cloud.datakitchen.io", "http://127.0.0.1").replace("443", &port);
        assert_eq!(fs::read_to_string(file).unwrap(), expected);
    }

    #[test]
    fn they_are_listed_like_the_ide_lists_them() {
        let world = World::new();
        let contexts = Contexts::of(&world.environment()).unwrap();
        assert_eq!(contexts.names().unwrap(), Vec::<String>::new());
        for file in [
            "b/config.json",
            "a b/config.json",
            "c/.dk-credentials",
            "general-config.json",
            "d/config.json/x",
        ] {
            world.write(&format!(".dk/{file}"), "{}");
        }
        assert_eq!(contexts.names().unwrap(), ["a b", "b"]);
        assert_eq!(Contexts::at(world.path(".dk")), contexts);
        let file = Contexts::at(world.path(".dk/general-config.json"));
        assert!(file.names().is_err());
    }

    #[test]
    fn the_current_one_is_the_trimmed_text_of_its_file() {
        let world = World::new();
        let contexts = Contexts::of(&world.environment()).unwrap();
        assert_eq!(contexts.current().unwrap(), "default");
        for (text, expected) in
            [("x", "x"), (" x\r\n", "x"), ("", "default"), ("\n", "default"), ("\u{feff}x", "x")]
        {
            world.write(".dk/.context", text);
            assert_eq!(contexts.current().unwrap(), expected, "{text:?}");
        }
        world.write(".dk/.context", b"\xff");
        let error = world.hide(contexts.current().unwrap_err().to_string());
        assert!(error.starts_with("$HOME/.dk/.context is not UTF-8 text"), "{error}");
    }

    #[tokio::test]
    async fn nothing_is_written_to_a_context_but_its_token() {
        let world = World::new();
        let client = world.context_client();
        let before = fs::read_to_string(world.path(".dk/default/config.json")).unwrap();
        client.kitchens().list().await.unwrap();
        assert_eq!(fs::read_to_string(world.path(".dk/default/config.json")).unwrap(), before);
        assert_eq!(names_in(world.path(".dk")), ["default"]);
        let names = [".dk-credentials", ".dk-credentials.lock", "config.json"];
        assert_eq!(names_in(world.path(".dk/default")), names);
    }
}

mod token_file {
    use super::*;

    /// A context client that knows no good password: only the file can help it.
    fn without_password(world: &World) -> Client {
        let client = world.context_client();
        world.sim.set_user("me@example.com", "another");
        client
    }

    #[tokio::test]
    async fn what_is_written_is_the_bare_token() {
        let world = World::new();
        let client = world.context_client();
        let token = token(&client).await.unwrap();
        assert_eq!(token.split('.').count(), 3);
        assert_eq!(fs::read(world.path(TOKEN_FILE)).unwrap(), token.as_bytes());
    }

    #[tokio::test]
    async fn what_the_cli_wrote_is_used_without_a_login_and_without_a_probe() {
        for end in ["", "\n", "\r\n"] {
            let world = World::new();
            let client = without_password(&world);
            let issued = world.sim.issue_token();
            world.write(TOKEN_FILE, format!("{issued}{end}"));
            client.kitchens().list().await.unwrap();
            assert_eq!(world.journal().len(), 1);
            assert_eq!(world.journal().last().unwrap().bearer(), Some(issued.as_str()));
        }
    }

    #[tokio::test]
    async fn an_expired_one_is_replaced() {
        let world = World::new();
        let client = world.context_client();
        world.write(TOKEN_FILE, foreign_jwt(-1));
        client.kitchens().list().await.unwrap();
        assert_eq!((world.logins(), world.journal().len()), (1, 2));
        assert_eq!(read(&world), Some(token(&client).await.unwrap()));
    }

    #[tokio::test]
    async fn one_that_is_rejected_is_replaced() {
        let world = World::new();
        let client = world.context_client();
        world.write(TOKEN_FILE, foreign_jwt(3600));
        client.kitchens().list().await.unwrap();
        assert_eq!((world.logins(), world.journal().count(KITCHENS)), (1, 2));
        assert_eq!(read(&world), Some(token(&client).await.unwrap()));
    }

    #[tokio::test]
    async fn one_that_the_cli_has_renewed_meanwhile_is_taken_over() {
        let world = World::new();
        let client = world.context_client();
        client.kitchens().list().await.unwrap();
        world.clock.advance(LIFE);
        let renewed = world.sim.issue_token();
        world.write(TOKEN_FILE, &renewed);
        assert_eq!(token(&client).await.unwrap(), renewed);
        assert_eq!(world.logins(), 1);
    }

    #[tokio::test]
    async fn the_beginning_of_a_token_is_none_and_replaced() {
        let whole = unsigned_jwt(&json!({"exp": START + 3600}));
        for length in [0, 1, 3, 10, whole.rfind('.').unwrap() - 4] {
            let world = World::new();
            let client = world.context_client();
            world.write(TOKEN_FILE, &whole[..length]);
            client.kitchens().list().await.unwrap();
            assert_eq!((world.logins(), world.journal().len()), (1, 2), "{length}");
            assert_eq!(read(&world), Some(token(&client).await.unwrap()));
        }
    }

    #[tokio::test]
    async fn a_foreign_file_is_left_alone_and_the_token_stays_in_memory() {
        for foreign in [&b"{\"token\": \"x\"}"[..], b"two words", b"<html></html>", b"\xff\xfe\x00"] {
            let world = World::new();
            let log = Log::capture();
            let client = world.context_client();
            world.write(TOKEN_FILE, foreign);
            client.kitchens().list().await.unwrap();
            client.kitchens().list().await.unwrap();
            assert_eq!(world.logins(), 1);
            assert_eq!(fs::read(world.path(TOKEN_FILE)).unwrap(), foreign);
            assert!(log.text().contains("it is no token file"), "{}", log.text());
        }
    }

    #[tokio::test]
    async fn a_renewal_by_validation_and_one_by_header_are_saved() {
        let world = World::new();
        let client = world.context_client();
        token(&client).await.unwrap();
        world.clock.advance(LIFE - common::LEEWAY);
        let validated = token(&client).await.unwrap();
        assert_eq!((world.logins(), world.journal().count(common::VALIDATE)), (1, 1));
        assert_eq!(read(&world), Some(validated));

        world.clock.advance(std::time::Duration::from_secs(60));
        world.sim.set_handout(Handout { by_validation: true, by_header: true });
        client.kitchens().list().await.unwrap();
        holds(&world, &token(&client).await.unwrap()).await;
    }

    #[tokio::test]
    async fn two_clients_make_one_login() {
        let world = World::new();
        let (one, two) = (world.context_client(), world.context_client());
        one.kitchens().list().await.unwrap();
        two.kitchens().list().await.unwrap();
        assert_eq!(world.logins(), 1);
    }

    #[tokio::test]
    async fn sharing_can_be_turned_off() {
        let world = World::new();
        world.sim.write_context(world.home(), "default").unwrap();
        let builder = world.bare_builder(world.environment()).context("default");
        token(&builder.share_token(false).build().unwrap()).await.unwrap();
        assert_eq!(names_in(world.path(".dk/default")), ["config.json"]);
    }

    #[tokio::test]
    async fn a_token_of_another_base_url_is_not_shared() {
        let world = World::new();
        world.write(".dk/default/config.json", world.config(json!({"dk-cloud-ip": "https://h.example"})));
        world.write(TOKEN_FILE, foreign_jwt(3600));
        let builder = world.bare_builder(world.environment()).context("default");
        let client = builder.base_url(world.sim.base()).build().unwrap();
        client.kitchens().list().await.unwrap();
        assert_eq!((world.logins(), read(&world)), (1, Some(foreign_jwt(3600))));
    }

    #[tokio::test]
    async fn another_store_takes_its_place() {
        let world = World::new();
        world.sim.write_context(world.home(), "default").unwrap();
        let builder = world.bare_builder(world.environment()).context("default");
        let client = builder.token_store(TokenFile::at(world.path("elsewhere/token"))).build().unwrap();
        let token = token(&client).await.unwrap();
        assert_eq!(fs::read_to_string(world.path("elsewhere/token")).unwrap(), token);
        assert_eq!(read(&world), None);
    }

    #[tokio::test]
    async fn credentials_that_are_given_share_nothing() {
        let world = World::new();
        world.sim.write_context(world.home(), "default").unwrap();
        token(&world.builder().credentials(good()).build().unwrap()).await.unwrap();
        assert_eq!(names_in(world.path(".dk/default")), ["config.json"]);
        let context = Contexts::of(&world.environment()).unwrap().named("default").unwrap();
        assert_eq!(TokenFile::of(&context).path(), world.path(TOKEN_FILE));
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn it_is_for_its_owner_only_also_where_the_cli_made_it_readable() {
        use std::os::unix::fs::PermissionsExt as _;
        let world = World::new();
        let client = world.context_client();
        let path = world.write(TOKEN_FILE, foreign_jwt(-1));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        token(&client).await.unwrap();
        for name in [TOKEN_FILE, ".dk/default/.dk-credentials.lock"] {
            assert_eq!(fs::metadata(world.path(name)).unwrap().permissions().mode() & 0o777, 0o600, "{name}");
        }
    }

    #[tokio::test]
    async fn a_place_that_cannot_be_written_costs_no_call() {
        let world = World::new();
        let log = Log::capture();
        let client = world.context_client();
        fs::create_dir(world.path(TOKEN_FILE)).unwrap();
        client.kitchens().list().await.unwrap();
        client.kitchens().list().await.unwrap();
        assert_eq!(world.logins(), 1);
        assert!(log.text().contains("WARN") && log.text().contains(".dk-credentials"), "{}", log.text());
    }

    #[tokio::test]
    async fn a_refused_login_leaves_it_as_it_is() {
        let world = World::new();
        let client = without_password(&world);
        world.write(TOKEN_FILE, foreign_jwt(-1));
        client.kitchens().list().await.unwrap_err();
        world.next(common::LOGIN, Fault::not_json());
        world.clock.advance(PATIENCE);
        client.kitchens().list().await.unwrap_err();
        assert_eq!(read(&world), Some(foreign_jwt(-1)));
    }
}
