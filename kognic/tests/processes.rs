//! One token file, many processes. The test program runs itself again as those processes.
#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(clippy::disallowed_methods, reason = "a child learns from its environment that it is one")]

mod common;

use std::env;
use std::process::{Command, Stdio};

use common::{World, good, token};
use kognic::{Client, Environment, TokenFile};

/// In a child: the platform's base URL, and the token file. In the parent: not set.
const BASE: &str = "KOGNIC_TEST_BASE";
const FILE: &str = "KOGNIC_TEST_TOKEN_FILE";
const PROCESSES: usize = 8;

#[tokio::test]
async fn eight_processes_make_one_token_request() {
    if let (Ok(base), Some(file)) = (env::var(BASE), env::var_os(FILE)) {
        let builder = Client::builder().environment(Environment::empty()).base_url(base);
        let client = builder.credentials(good()).token_store(TokenFile::at(file)).build().unwrap();
        assert_eq!(token(&client).await.unwrap(), "access-1");
        return;
    }
    let world = World::new();
    let file = world.path("cache/tokens.json");
    let child = || {
        Command::new(env::current_exe().unwrap())
            .args(["eight_processes_make_one_token_request", "--exact"])
            .env(BASE, world.sim.base())
            .env(FILE, &file)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let children: Vec<_> = (0..PROCESSES).map(|_| child()).collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
    assert_eq!(world.token_requests(), 1);
    let left: Vec<_> =
        std::fs::read_dir(file.parent().unwrap()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "the file and its lock: {left:?}");
}
