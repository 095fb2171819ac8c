//! Tokens in a file, on Unix: modes, owners, links and pipes.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "tests")]

mod ledger;

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};
use std::path::Path;

use auth_core::secret::expose;
use auth_core::store::{TokenStore as _, read_file, replace_file};
use auth_core::{ErrorKind, Token};
use ledger::{key, ledger};
use tempfile::tempdir;

async fn save(path: &Path, token: &str) {
    let store = ledger(path);
    let lease = store.lease(&key("c-1")).await.unwrap();
    lease.writable().unwrap();
    store.save(&key("c-1"), &Token::new(token), &lease).await.unwrap();
    let saved = store.load(&key("c-1")).await.unwrap().unwrap();
    assert_eq!(expose(&saved.access_token), token);
}

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().permissions().mode() & 0o7777
}

#[tokio::test]
async fn new_files_and_folders_are_for_their_owner_only() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("one/two/tokens.json");
    save(&path, "new").await;
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(&path.with_file_name("tokens.json.lock")), 0o600);
    assert_eq!(mode(&folder.path().join("one/two")), 0o700);
    assert_eq!(mode(&folder.path().join("one")), 0o700);
}

#[tokio::test]
async fn a_save_narrows_the_mode_and_never_widens_it() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("tokens.json");
    for (before, after) in
        [(0o644, 0o600), (0o660, 0o600), (0o755, 0o600), (0o600, 0o600), (0o444, 0o400), (0o400, 0o400)]
    {
        fs::write(&path, "{}").unwrap();
        fs::set_permissions(&path, Permissions::from_mode(before)).unwrap();
        save(&path, "new").await;
        assert_eq!(mode(&path), after, "from {before:o}");
        fs::remove_file(&path).unwrap();
    }
}

#[tokio::test]
async fn a_folder_that_is_there_keeps_its_mode() {
    let folder = tempdir().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    save(&folder.path().join("tokens.json"), "new").await;
    assert_eq!(mode(folder.path()), 0o755);
}

#[tokio::test]
async fn a_link_survives_and_the_file_behind_it_is_replaced() {
    let folder = tempdir().unwrap();
    let (link, real) = (folder.path().join("link.json"), folder.path().join("real/tokens.json"));
    symlink("second.json", &link).unwrap();
    symlink("real/tokens.json", folder.path().join("second.json")).unwrap();
    // At first the links lead nowhere, and not even the folder is there.
    for token in ["created", "replaced"] {
        save(&link, token).await;
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert!(fs::read_to_string(&real).unwrap().contains(token));
        assert_eq!(mode(&real), 0o600);
    }
    // Who comes by the link and who comes by the file share one lock.
    assert!(real.with_file_name("tokens.json.lock").exists());
    assert!(!folder.path().join("link.json.lock").exists());
}

#[tokio::test]
async fn links_in_a_circle_are_an_error() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("circle.json");
    symlink("circle.json", &path).unwrap();
    let lease = ledger(&path).lease(&key("c-1")).await.unwrap();
    assert!(lease.writable().unwrap_err().to_string().contains("too many symbolic links"));
    assert_eq!(ledger(&path).load(&key("c-1")).await.unwrap_err().kind(), ErrorKind::Store);
    assert_eq!(replace_file(&path, "x").unwrap_err().kind(), ErrorKind::Store);
}

#[tokio::test]
async fn the_same_content_is_not_written_again() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("tokens.json");
    save(&path, "same").await;
    let before = fs::metadata(&path).unwrap();
    save(&path, "same").await;
    let after = fs::metadata(&path).unwrap();
    assert_eq!((before.ino(), before.modified().unwrap()), (after.ino(), after.modified().unwrap()));
    save(&path, "other").await;
    assert_ne!(before.modified().unwrap(), fs::metadata(&path).unwrap().modified().unwrap());
}

#[test]
fn a_pipe_is_refused_and_not_waited_for() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    assert!(read_file(&path).unwrap_err().to_string().contains("is not a regular file"));
    assert!(replace_file(&path, "x").unwrap_err().to_string().contains("is not a regular file"));
}

#[tokio::test]
async fn an_administrator_does_not_take_a_users_file_away() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("tokens.json");
    fs::write(&path, "{}").unwrap();
    let owner = match chown(&path, Some(12_345), Some(54_321)) {
        Ok(()) => (12_345, 54_321),
        // Only an administrator can give a file away. Everybody else keeps his own.
        Err(_) => (fs::metadata(&path).unwrap().uid(), fs::metadata(&path).unwrap().gid()),
    };
    save(&path, "new").await;
    let after = fs::metadata(&path).unwrap();
    assert_eq!((after.uid(), after.gid()), owner);
}
