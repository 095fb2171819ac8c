//! Credentials in the system's keyring (contract sections 3.1 row 5, 3.2 and 4.4): on a store in memory, in a test
//! program of its own, because a process has one default store.
#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(clippy::disallowed_methods, reason = "a child learns from its environment that it is one")]

mod common;

use std::sync::Once;

use common::{World, client_id, credentials_file, refused, signs_in, with_id_and_secret};
use keyring_core::{Entry, Error, mock};
use kognic::{Environment, ErrorKind};
use serde_json::json;

const SERVICE: &str = "kognic-credentials";

/// An entry of the store in memory. Each test uses profiles of its own; `default` belongs to one test alone.
fn entry(profile: &str) -> Entry {
    static STORE: Once = Once::new();
    STORE.call_once(|| keyring_core::set_default_store(mock::Store::new().unwrap()));
    Entry::new(SERVICE, profile).unwrap()
}

/// As `kognic-auth credentials put` writes it: compact, without scopes, with its own form of dates.
const STORED: &str = r#"{"clientId":"k-1","clientSecret":"ks-1","email":"a@example.com","userId":7,"issuer":"auth.app.kognic.com","name":"API Credentials","created":"2026-01-02T03:04:05.123456+00:00"}"#;

#[tokio::test]
async fn the_default_profile_comes_last_of_all() {
    let default = entry("default");
    let world = World::new();

    let (kind, text) = refused(&world, world.builder());
    assert_eq!(kind, ErrorKind::NoCredentials);
    assert!(text.contains("4. the keyring, profile default: no entry"), "{text}");

    default.set_password(STORED).unwrap();
    let expected = ("k-1".to_owned(), "ks-1".to_owned(), None);
    assert_eq!(signs_in(&world, world.builder()).await, expected);
    let environment = with_id_and_secret(world.environment(), "v-1", "vs-1");
    assert_eq!(client_id(&world, world.builder_in(environment)).await, "v-1");

    // What is wrong there is told, and hides nothing of what was looked at before.
    world.journal().clear();
    default.set_password("{\"clientId\": \"canary").unwrap();
    let (kind, text) = refused(&world, world.builder());
    assert_eq!(kind, ErrorKind::NoCredentials);
    assert!(text.contains("2. KOGNIC_CREDENTIALS: not set"), "{text}");
    assert!(text.contains("profile default: its entry: its JSON breaks off"), "{text}");
    assert!(!text.contains("canary"), "{text}");

    let cred: &mock::Cred = default.as_any().downcast_ref().unwrap();
    cred.set_error(Error::NoStorageAccess("the collection is locked".into()));
    let (_, text) = refused(&world, world.builder());
    assert!(
        text.contains("it cannot be read: Couldn't access platform storage: the collection is locked"),
        "{text}"
    );
}

#[tokio::test]
async fn a_profile_is_named_by_a_url_wherever_a_path_can_stand() {
    entry("of-url").set_password(STORED).unwrap();
    let world = World::new();
    let place = "keyring://of-url";
    assert_eq!(client_id(&world, world.builder().credentials_at(place)).await, "k-1");
    let environment = world.environment().with_var("KOGNIC_CREDENTIALS", place);
    assert_eq!(client_id(&world, world.builder_in(environment)).await, "k-1");
    let file = json!({"environments": {"e":
        {"host": "h.example", "auth_server": world.sim.base(), "credentials": place}}});
    world.write(".config/kognic/environments.json", file.to_string());
    assert_eq!(client_id(&world, world.builder().named_environment("e")).await, "k-1");
}

#[test]
fn a_profile_without_entry_is_an_error_that_says_how_to_store_one() {
    entry("empty");
    let world = World::new();
    let (kind, text) = refused(&world, world.builder().credentials_at("keyring://empty"));
    assert_eq!(kind, ErrorKind::InvalidCredentials);
    assert_eq!(
        text,
        "the keyring, profile empty: there is no such entry \
         (store one with `kognic-auth credentials put <file> --env empty`)"
    );
}

#[test]
fn an_unusable_entry_is_an_error_that_shows_nothing_of_it() {
    let entry = entry("unusable");
    let world = World::new();
    for (stored, expected) in [
        (credentials_file(json!({"clientSecret": null})), "the field `clientSecret` is missing"),
        (
            credentials_file(json!({"expires": "2020-01-01T00:00:00Z"})),
            "they expired at 2020-01-01T00:00:00Z",
        ),
        ("canary".to_owned(), "it is not JSON"),
    ] {
        entry.set_password(&stored).unwrap();
        let (kind, text) = refused(&world, world.builder().credentials_at("keyring://unusable"));
        assert_eq!(kind, ErrorKind::InvalidCredentials);
        assert!(text.starts_with("the keyring, profile unusable: "), "{text}");
        assert!(text.contains(expected) && !text.contains("canary"), "{text}");
    }
    entry.set_secret(b"canary\xff").unwrap();
    let (_, text) = refused(&world, world.builder().credentials_at("keyring://unusable"));
    assert!(text.contains("is not valid UTF-8") && !text.contains("canary"), "{text}");
}

/// In a child: set. A machine without keyring cannot be had in this process, which has one in memory.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_machine_without_keyring_says_so_and_hides_nothing() {
    const CHILD: &str = "KOGNIC_TEST_HEADLESS";
    if std::env::var_os(CHILD).is_some() {
        let world = World::new();
        // The process's own surroundings: what the parent left of them.
        let error = kognic::Client::builder().environment(Environment::system()).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NoCredentials);
        let text = world.hide(error.to_string());
        assert!(text.contains("3. KOGNIC_CLIENT_ID and KOGNIC_CLIENT_SECRET: not set"), "{text}");
        assert!(text.contains("4. the keyring, profile default: it cannot be read: "), "{text}");
        return;
    }
    let nowhere = tempfile::tempdir().unwrap();
    let socket = format!("unix:path={}", nowhere.path().join("no-bus").display());
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["a_machine_without_keyring_says_so_and_hides_nothing", "--exact"])
        .env_clear()
        .env(CHILD, "1")
        .env("HOME", nowhere.path())
        .env("XDG_RUNTIME_DIR", nowhere.path())
        .env("DBUS_SESSION_BUS_ADDRESS", socket)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
