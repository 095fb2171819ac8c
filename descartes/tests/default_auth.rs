//! The default `Auth`: state of the process, and so a test program of its own. Each test runs itself again as a process
//! with variables and a home folder that are made for it.
#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(clippy::disallowed_methods, reason = "a child learns from its environment that it is one")]

mod common;

use std::process::Command;

use common::{World, token};
use descartes::{Auth, Client};
use serde_json::json;

/// In a child: set. In the parent: not.
const CHILD: &str = "DESCARTES_TEST_CHILD";

/// Runs a test again as a child, in surroundings that lead to the simulator. `false` in the child.
fn is_parent(test: &str) -> bool {
    if std::env::var_os(CHILD).is_some() {
        return false;
    }
    let world = World::new();
    let file = world.sim.write_token_info(world.home(), world.flavor).unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact"])
        .env_clear()
        .env(CHILD, "1")
        .env("HOME", world.home())
        .env("DESCARTESLABS_TOKEN_INFO_PATH", file)
        .env("DESCARTESLABS_IAM_URL", world.sim.base())
        .env("DESCARTESLABS_PLATFORM_URL", world.sim.base())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
    true
}

#[tokio::test]
async fn it_comes_from_the_surroundings_and_is_made_once() {
    if is_parent("it_comes_from_the_surroundings_and_is_made_once") {
        return;
    }
    let threads: Vec<_> = (0..8).map(|_| std::thread::spawn(|| Auth::default_auth().unwrap())).collect();
    let all: Vec<Auth> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert_eq!(all[0].client_id(), Some("cid"));
    let first = token(&all[0]).await.unwrap();
    for auth in all {
        // Clones share the token: it is held without another look at the file.
        std::fs::remove_file(auth.token_file().unwrap()).ok();
        assert_eq!(token(&auth).await.unwrap(), first);
    }
}

#[tokio::test]
async fn setting_it_leaves_earlier_clients_as_they_are_and_none_forgets_it() {
    if is_parent("setting_it_leaves_earlier_clients_as_they_are_and_none_forgets_it") {
        return;
    }
    let earlier = Client::new(Auth::default_auth().unwrap()).unwrap();
    let world = World::new();
    let jwt = world.jwt(json!({}));
    Auth::set_default_auth(world.builder().jwt_token(jwt.clone()).build().unwrap());
    assert_eq!(token(&Auth::default_auth().unwrap()).await.unwrap(), jwt);
    assert_eq!(earlier.auth().client_id(), Some("cid"));
    Auth::set_default_auth(None);
    assert_eq!(Auth::default_auth().unwrap().client_id(), Some("cid"));
}

#[tokio::test]
async fn from_env_reads_the_real_surroundings() {
    if is_parent("from_env_reads_the_real_surroundings") {
        return;
    }
    let client = Client::from_env().unwrap();
    let product = client.catalog().products().get("someorg:prod1").await.unwrap();
    assert!(product.is_some());
    let auth = Auth::from_environment_or_token_json().unwrap();
    assert_eq!(auth.payload().await.unwrap().name(), Some("Some Body"));
}
