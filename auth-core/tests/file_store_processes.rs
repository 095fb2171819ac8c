//! Tokens in a file that several processes share. The test program runs itself again as those processes.
#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(clippy::disallowed_methods, reason = "a child learns from its environment that it is one")]

mod ledger;

use std::env;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use auth_core::Token;
use auth_core::secret::expose;
use auth_core::store::TokenStore as _;
use ledger::{key, ledger};
use tempfile::tempdir;

/// In a child: the token file. In the parent: not set.
const FILE: &str = "AUTH_CORE_TEST_TOKEN_FILE";
const PROCESSES: u64 = 8;
const ROUNDS: u64 = 25;

/// The same test, in a process of its own.
fn child(test: &str, file: &Path) -> Child {
    Command::new(env::current_exe().unwrap())
        .args([test, "--exact"])
        .env(FILE, file)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

async fn count(file: &Path) -> Option<u64> {
    let token = ledger(file).load(&key("counter")).await.unwrap()?;
    Some(expose(&token.access_token).parse().unwrap())
}

async fn count_up(file: &Path) {
    let store = ledger(file);
    for _ in 0..ROUNDS {
        let lease = store.lease(&key("counter")).await.unwrap();
        let next = count(file).await.unwrap_or(0) + 1;
        store.save(&key("counter"), &Token::new(next.to_string()), &lease).await.unwrap();
    }
}

#[tokio::test]
async fn eight_processes_lose_no_update() {
    if let Some(file) = env::var_os(FILE) {
        return count_up(file.as_ref()).await;
    }
    let folder = tempdir().unwrap();
    let file = folder.path().join("tokens.json");
    let mut children: Vec<_> =
        (0..PROCESSES).map(|_| child("eight_processes_lose_no_update", &file)).collect();
    // Who only reads meets a whole file each time, and never an older one.
    let mut seen = 0;
    while children.iter_mut().any(|child| child.try_wait().unwrap().is_none()) {
        let now = count(&file).await.unwrap_or(0);
        assert!(now >= seen, "{now} came after {seen}");
        seen = now;
    }
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
    assert_eq!(count(&file).await, Some(PROCESSES * ROUNDS));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "the file and its lock");
}

#[tokio::test]
async fn the_lease_of_a_killed_process_is_free() {
    if let Some(file) = env::var_os(FILE) {
        let _lease = ledger(file).lease(&key("c-1")).await.unwrap();
        // Straight to the pipe: the test harness keeps what is printed.
        std::io::stdout().write_all(b"\nheld\n").unwrap();
        // Until the parent kills us, or is gone.
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        return;
    }
    let folder = tempdir().unwrap();
    let file = folder.path().join("tokens.json");
    let mut child = child("the_lease_of_a_killed_process_is_free", &file);
    let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(said.any(|line| line.unwrap() == "held"));

    let hasty = ledger(&file).lease_deadline(Duration::from_millis(20));
    hasty.lease(&key("c-1")).await.unwrap_err();
    child.kill().unwrap();
    child.wait().unwrap();
    hasty.lease(&key("c-1")).await.unwrap().writable().unwrap();
}
