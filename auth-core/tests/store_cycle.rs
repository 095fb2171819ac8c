//! Processes that share a token file. The test program runs itself again as those processes.
#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(clippy::disallowed_methods, reason = "a child learns from its environment that it is one")]

use std::collections::HashSet;
use std::fs::{self, OpenOptions};
use std::io::{BufRead as _, BufReader, ErrorKind as IoErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use auth_core::secret::expose;
use auth_core::store::{FileFormat, FileStore};
use auth_core::{
    BoxFuture, Clock as _, Error, ErrorKind, Result, SystemClock, Timestamp, Token, TokenCache, TokenKey,
    TokenSource,
};
use serde_json::{Value, json};
use tempfile::tempdir;

/// In a child: the folder that all share. In the parent: not set.
const FOLDER: &str = "AUTH_CORE_TEST_FOLDER";
const ROUNDS: usize = 20;

/// A service for several processes, with its books in a folder: one line for each exchange, one file for each refresh
/// token that was spent. A refresh token `r<n>` brings `t<n+1>` and `r<n+1>`.
struct Service {
    folder: PathBuf,
    rotates: bool,
}

impl Service {
    fn note(&self, book: &str, line: &str) {
        let mut file = OpenOptions::new().append(true).create(true).open(self.folder.join(book)).unwrap();
        file.write_all(format!("{line}\n").as_bytes()).unwrap();
    }

    fn spend(&self, held: Option<&Token>) -> Result<u64> {
        let refused = |why: &str| Error::new(ErrorKind::TokenRefused, why);
        let refresh_token =
            held.and_then(|held| held.refresh_token.as_ref()).ok_or_else(|| refused("none"))?;
        let refresh_token = expose(refresh_token);
        match OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(self.folder.join(format!("spent-{refresh_token}")))
        {
            Ok(_) => Ok(refresh_token.strip_prefix('r').unwrap().parse().unwrap()),
            Err(error) if error.kind() == IoErrorKind::AlreadyExists => {
                self.note("twice", refresh_token);
                Err(refused("spent"))
            }
            Err(error) => panic!("{error}"),
        }
    }

    async fn answer(&self, held: Option<&Token>) -> Result<Token> {
        let number = if self.rotates { self.spend(held)? + 1 } else { 1 };
        self.note("exchanges", &number.to_string());
        // As long as a request takes, so that the others meet it on its way.
        SystemClock::new().sleep(Duration::from_millis(20)).await;
        let token = Token::new(format!("t{number}")).with_lifetime(Duration::from_secs(3600));
        Ok(token.with_refresh_token(self.rotates.then(|| format!("r{number}").into())))
    }
}

impl TokenSource for Service {
    fn key(&self) -> TokenKey {
        TokenKey::new("cycle", "https://auth.example.org/token", "c-1")
    }

    fn exchange<'a>(&'a self, held: Option<&'a Token>) -> BoxFuture<'a, Result<Token>> {
        Box::pin(self.answer(held))
    }

    fn rotates(&self, _held: Option<&Token>) -> bool {
        self.rotates
    }
}

/// Access token, refresh token, expiry.
struct Entry;

impl FileFormat for Entry {
    fn read(&self, file: &[u8], _key: &TokenKey) -> Result<Option<Token>> {
        let entry: Value =
            serde_json::from_slice(file).map_err(|_| Error::new(ErrorKind::Store, "it is not JSON"))?;
        let text = |name: &str| entry[name].as_str().map(str::to_owned);
        let until = entry["until"].as_i64().map(Timestamp::from_unix_seconds);
        Ok(text("token").zip(until).map(|(token, until)| {
            let refresh_token = text("refresh_token").map(Into::into);
            Token::new(token).with_expires_at(until).with_refresh_token(refresh_token)
        }))
    }

    fn write(&self, file: Option<&[u8]>, key: &TokenKey, token: &Token) -> Result<Vec<u8>> {
        file.map(|file| self.read(file, key)).transpose()?;
        let entry = json!({
            "token": expose(&token.access_token),
            "refresh_token": token.refresh_token.as_ref().map(expose),
            "until": token.expires_at.map(|at| at.unix_seconds()),
        });
        Ok(entry.to_string().into_bytes())
    }
}

fn cache(folder: &Path, rotates: bool) -> TokenCache {
    let store = FileStore::new(folder.join("token.json"), Entry);
    TokenCache::builder(Service { folder: folder.into(), rotates }).store(Some(Arc::new(store))).build()
}

/// The folder, in a child, after all other children have been started too.
fn in_child() -> Option<PathBuf> {
    let folder = std::env::var_os(FOLDER)?;
    // Straight to the pipe: the test harness keeps what is printed.
    std::io::stdout().write_all(b"\nready\n").unwrap();
    std::io::stdin().read_line(&mut String::new()).unwrap();
    Some(folder.into())
}

/// The same test in `count` processes of their own, all at once.
fn run_children(test: &str, count: usize, folder: &Path) {
    let mut children: Vec<(Child, _)> = (0..count)
        .map(|_| {
            let mut child = Command::new(std::env::current_exe().unwrap())
                .args([test, "--exact"])
                .env(FOLDER, folder)
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            let output = BufReader::new(child.stdout.take().unwrap()).lines();
            (child, output)
        })
        .collect();
    for (_, output) in &mut children {
        assert!(output.any(|line| line.unwrap() == "ready"));
    }
    for (child, _) in &mut children {
        child.stdin.take().unwrap().write_all(b"go\n").unwrap();
    }
    for (mut child, output) in children {
        let said: Vec<String> = output.map_while(|line| line.ok()).collect();
        assert!(child.wait().unwrap().success(), "{said:#?}");
    }
}

fn book(folder: &Path, name: &str) -> Vec<String> {
    fs::read_to_string(folder.join(name)).unwrap_or_default().lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn eight_cold_processes_make_one_exchange() {
    if let Some(folder) = in_child() {
        let held = cache(&folder, false).get().await.unwrap();
        return assert_eq!(expose(&held.token().access_token), "t1");
    }
    let folder = tempdir().unwrap();
    run_children("eight_cold_processes_make_one_exchange", 8, folder.path());
    assert_eq!(book(folder.path(), "exchanges"), ["1"]);
}

#[tokio::test]
async fn eight_processes_with_an_expired_token_make_one_exchange() {
    if let Some(folder) = in_child() {
        let held = cache(&folder, true).get().await.unwrap();
        return assert_eq!(expose(&held.token().access_token), "t6");
    }
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("token.json"), r#"{"token": "t5", "refresh_token": "r5", "until": 1000}"#)
        .unwrap();
    run_children("eight_processes_with_an_expired_token_make_one_exchange", 8, folder.path());
    assert_eq!(book(folder.path(), "exchanges"), ["6"]);
}

#[tokio::test]
async fn two_processes_never_spend_the_same_refresh_token() {
    if let Some(folder) = in_child() {
        let cache = cache(&folder, true);
        for _ in 0..ROUNDS {
            let held = cache.get().await.unwrap();
            cache.invalidate(held.generation());
        }
        return;
    }
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("token.json"), r#"{"token": "t0", "refresh_token": "r0", "until": 1000}"#)
        .unwrap();
    run_children("two_processes_never_spend_the_same_refresh_token", 2, folder.path());

    assert_eq!(book(folder.path(), "twice"), Vec::<String>::new());
    let exchanges = book(folder.path(), "exchanges");
    // Each finds what the other renewed, or renews: from as many as one alone needs to as many as both.
    assert!((ROUNDS..=2 * ROUNDS).contains(&exchanges.len()), "{exchanges:?}");
    assert_eq!(exchanges.iter().collect::<HashSet<_>>().len(), exchanges.len(), "each refresh token once");
    // And the last one is not lost.
    let last: Value = serde_json::from_slice(&fs::read(folder.path().join("token.json")).unwrap()).unwrap();
    assert_eq!(last["refresh_token"], format!("r{}", exchanges.len()));
}
