//! Tokens in a file: who waits for whom, and for how long.
#![allow(clippy::unwrap_used, reason = "tests")]

mod ledger;

use std::fs::{self, File};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use auth_core::store::{FileFormat, FileStore, TokenStore as _};
use auth_core::{ErrorKind, ManualClock, Result, Timestamp, Token, TokenKey};
use ledger::{key, ledger, load, names_in, save};
use tempfile::tempdir;

#[tokio::test]
async fn nobody_waits_for_a_lease_for_ever() {
    let folder = tempdir().unwrap();
    let lock_path = folder.path().join("tokens.json.lock");
    let holder = File::create(&lock_path).unwrap();
    holder.lock().unwrap();
    for (deadline, text) in [(Duration::from_secs(30), "30s"), (Duration::ZERO, "0ns")] {
        let clock = ManualClock::at(Timestamp::from_unix_seconds(1_800_000_000));
        let store =
            ledger(folder.path().join("tokens.json")).clock(Arc::new(clock.clone())).lease_deadline(deadline);
        let error = store.lease(&key("c-1")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Store);
        let start = format!("{} has been locked by another process for {text}", lock_path.display());
        assert!(error.to_string().starts_with(&start), "{error}");
        assert_eq!(clock.sleeps().iter().sum::<Duration>(), deadline);
        assert!(clock.sleeps().iter().all(|pause| *pause <= Duration::from_millis(100)));
    }
    holder.unlock().unwrap();
    ledger(folder.path().join("tokens.json")).lease(&key("c-1")).await.unwrap();
}

#[tokio::test]
async fn two_stores_on_one_file_take_turns() {
    let folder = tempdir().unwrap();
    let (one, two) = (ledger(folder.path().join("t.json")), ledger(folder.path().join("t.json")));
    let first = one.lease(&key("c-1")).await.unwrap();
    let (a, b) = (key("c-1"), key("c-2"));
    let mut second = two.lease(&a);
    assert!(tokio::time::timeout(Duration::from_millis(50), &mut second).await.is_err());
    drop(first);
    second.await.unwrap().writable().unwrap();
    one.lease(&b).await.unwrap().writable().unwrap();
    assert_eq!(names_in(folder.path()), ["t.json.lock"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_savers_lose_no_entry() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("tokens.json");
    let savers: Vec<_> = (0..20)
        .map(|n| {
            let store = ledger(&path);
            tokio::spawn(async move { save(&store, &format!("c-{n}"), &format!("token-{n}")).await })
        })
        .collect();
    for saver in savers {
        saver.await.unwrap().unwrap();
    }
    for n in 0..20 {
        assert_eq!(load(&ledger(&path), &format!("c-{n}")).await.unwrap(), Some(format!("token-{n}")));
    }
    assert_eq!(names_in(folder.path()), ["tokens.json", "tokens.json.lock"]);
}

/// Says when a write has begun, and goes on when it is told to.
struct Slow {
    begun: mpsc::Sender<()>,
    go_on: Mutex<mpsc::Receiver<()>>,
}

impl FileFormat for Slow {
    fn read(&self, _file: &[u8], _key: &TokenKey) -> Result<Option<Token>> {
        Ok(None)
    }

    fn write(&self, _file: Option<&[u8]>, _key: &TokenKey, _token: &Token) -> Result<Vec<u8>> {
        self.begun.send(()).unwrap();
        self.go_on.lock().unwrap().recv().unwrap();
        Ok(b"written".into())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_save_that_nobody_waits_for_keeps_the_lock_until_it_is_done() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("tokens.json");
    let (begun, has_begun) = mpsc::channel();
    let (go_on, may_go_on) = mpsc::channel();
    let slow = FileStore::new(&path, Slow { begun, go_on: Mutex::new(may_go_on) });

    let saving = tokio::spawn(async move { save(&slow, "c-1", "one").await });
    tokio::task::spawn_blocking(move || has_begun.recv().unwrap()).await.unwrap();
    saving.abort();
    assert!(saving.await.unwrap_err().is_cancelled());

    ledger(&path).lease_deadline(Duration::ZERO).lease(&key("c-1")).await.unwrap_err();
    go_on.send(()).unwrap();
    ledger(&path).lease(&key("c-1")).await.unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"written");
}
