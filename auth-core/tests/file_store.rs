//! Tokens in a file: what is kept, and what is refused.
#![allow(clippy::unwrap_used, reason = "tests")]

mod ledger;

use std::fs::{self, File};

use auth_core::secret::expose;
use auth_core::store::{FileFormat, FileStore, Lease, TokenStore as _, read_file, replace_file};
use auth_core::{Error, ErrorKind, Result, Token, TokenKey};
use ledger::{key, ledger, load, names_in, save};
use proptest::prelude::*;
use tempfile::tempdir;

#[tokio::test]
async fn a_missing_file_holds_nothing_and_a_saved_token_comes_back() {
    let folder = tempdir().unwrap();
    let store = ledger(folder.path().join("new/folder/tokens.json"));
    assert_eq!(load(&store, "c-1").await.unwrap(), None);
    save(&store, "c-1", "one").await.unwrap();
    assert_eq!(load(&store, "c-1").await.unwrap().as_deref(), Some("one"));
    assert_eq!(load(&store, "c-2").await.unwrap(), None);
    assert_eq!(names_in(&folder.path().join("new/folder")), ["tokens.json", "tokens.json.lock"]);
}

#[tokio::test]
async fn what_others_keep_in_the_file_stays_in_its_place() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("tokens.json");
    let before = "\u{feff}{\"z\": {\"access_token\": \"foreign\"}, \"c-1\": {\"note\": \"mine\", \
                  \"access_token\": \"old\", \"n\": 18446744073709551615}, \"a\": [null, {}]}";
    fs::write(&path, before).unwrap();
    save(&ledger(&path), "c-1", "new").await.unwrap();
    save(&ledger(&path), "b", "other").await.unwrap();
    let after = r#"{
  "z": {
    "access_token": "foreign"
  },
  "c-1": {
    "note": "mine",
    "access_token": "new",
    "n": 18446744073709551615
  },
  "a": [
    null,
    {}
  ],
  "b": {
    "access_token": "other"
  }
}"#;
    assert_eq!(fs::read_to_string(&path).unwrap(), after);
}

#[tokio::test]
async fn a_file_that_cannot_be_kept_is_never_written() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("tokens.json");
    for (content, why) in [
        ("", "it is empty"),
        ("{\"c-1\": {\"access_token\": \"canary", "its JSON breaks off at line 1, column 32"),
        ("{\n  canary: 1}", "it is not JSON, from line 2, column 3 on"),
        ("{}\n{}", "it is not JSON, from line 2, column 1 on"),
        ("[\"canary\"]", "it holds a list where an object is expected"),
    ] {
        fs::write(&path, content).unwrap();
        let store = ledger(&path);
        let help = "repair the file, or move it away; it was not changed";
        let text = |doing| format!("cannot {doing} the token file {}: {why} ({help})", path.display());

        let error = load(&store, "c-1").await.unwrap_err();
        assert_eq!((error.kind(), error.to_string()), (ErrorKind::Store, text("read")));
        let lease = store.lease(&key("c-1")).await.unwrap();
        assert_eq!(lease.writable().unwrap_err().to_string(), text("keep"));
        let error = store.save(&key("c-1"), &Token::new("new"), &lease).await.unwrap_err();
        assert_eq!((error.kind(), error.to_string()), (ErrorKind::Store, text("write")));
        assert!(!format!("{error:?} {lease:?} {store:?}").contains("canary"));

        assert_eq!(fs::read_to_string(&path).unwrap(), content);
        assert_eq!(names_in(folder.path()), ["tokens.json", "tokens.json.lock"]);
    }
}

#[tokio::test]
async fn a_number_that_would_be_rounded_is_not_touched() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("tokens.json");
    let content = r#"{"id": 340282366920938463463374607431768211455, "c-1": {"access_token": "one"}}"#;
    fs::write(&path, content).unwrap();
    let store = ledger(&path);
    assert_eq!(load(&store, "c-1").await.unwrap().as_deref(), Some("one"));
    let finding = store.lease(&key("c-1")).await.unwrap().writable().unwrap_err();
    let error = save(&store, "c-1", "new").await.unwrap_err();
    for error in [finding, error] {
        assert!(error.to_string().contains("a number is too large to be kept exactly"), "{error}");
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), content);
}

/// A file that is nothing but the token, as one vendor's command line keeps it.
struct BareToken;

impl FileFormat for BareToken {
    fn read(&self, file: &[u8], _key: &TokenKey) -> Result<Option<Token>> {
        let text = str::from_utf8(file).map_err(|_| Error::new(ErrorKind::Store, "it is not text"))?.trim();
        Ok((!text.is_empty()).then(|| Token::new(text)))
    }

    fn write(&self, file: Option<&[u8]>, key: &TokenKey, token: &Token) -> Result<Vec<u8>> {
        file.map(|file| self.read(file, key)).transpose()?;
        Ok(expose(&token.access_token).into())
    }
}

#[tokio::test]
async fn a_file_can_be_the_bare_token() {
    let folder = tempdir().unwrap();
    let path = folder.path().join(".dk-credentials");
    fs::write(&path, "one\n").unwrap();
    let store = FileStore::new(&path, BareToken);
    assert_eq!(load(&store, "u").await.unwrap().as_deref(), Some("one"));
    save(&store, "u", "two").await.unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"two");
    fs::write(&path, b"\xff\xfe").unwrap();
    save(&store, "u", "three").await.unwrap_err();
    assert_eq!(fs::read(&path).unwrap(), b"\xff\xfe");
}

#[tokio::test]
async fn a_place_that_cannot_be_written_is_a_finding_of_the_lease() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    fs::create_dir(folder.path().join("folder")).unwrap();
    fs::create_dir(folder.path().join("locked.json.lock")).unwrap();
    for (path, guarded, why) in [
        (file.join("below/tokens.json"), false, "cannot create the folder"),
        (folder.path().join("locked.json"), false, "cannot open the lock file"),
        (folder.path().join("folder"), true, "is not a regular file"),
        (folder.path().join(".."), false, "does not name a file"),
    ] {
        let store = ledger(&path);
        let lease = store.lease(&key("c-1")).await.unwrap();
        let error = lease.writable().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Store);
        assert!(error.to_string().contains(why), "{error}");
        assert!(error.to_string().contains(folder.path().to_str().unwrap()), "{error}");
        assert!(format!("{lease:?}").contains(&format!("guarded: {guarded}")), "{lease:?}");
    }
    assert_eq!(load(&ledger(file.join("tokens.json")), "c-1").await.unwrap_err().kind(), ErrorKind::Store);
    assert_eq!(
        load(&ledger(folder.path().join("folder")), "c-1").await.unwrap_err().kind(),
        ErrorKind::Store
    );
    save(&ledger(file.join("tokens.json")), "c-1", "new").await.unwrap_err();
    assert_eq!(names_in(folder.path()), ["file", "folder", "folder.lock", "locked.json.lock"]);
}

#[tokio::test]
async fn the_draft_of_a_crash_does_not_disturb() {
    let folder = tempdir().unwrap();
    let draft = ".tokens.json.0123456789abcdef.tmp";
    fs::write(folder.path().join(draft), "{\"c-1\": {\"acc").unwrap();
    let store = ledger(folder.path().join("tokens.json"));
    assert_eq!(load(&store, "c-1").await.unwrap(), None);
    save(&store, "c-1", "one").await.unwrap();
    assert_eq!(load(&store, "c-1").await.unwrap().as_deref(), Some("one"));
    assert_eq!(names_in(folder.path()), [draft, "tokens.json", "tokens.json.lock"]);
}

#[tokio::test]
async fn a_store_without_a_lease_still_writes_whole_files() {
    let folder = tempdir().unwrap();
    let store = ledger(folder.path().join("new/tokens.json"));
    store.save(&key("c-1"), &Token::new("one"), &Lease::unguarded()).await.unwrap();
    assert_eq!(load(&store, "c-1").await.unwrap().as_deref(), Some("one"));
    assert_eq!(names_in(&folder.path().join("new")), ["tokens.json"]);
}

#[test]
fn files_can_be_read_and_replaced_without_a_store() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("new/token_info.json");
    assert_eq!(read_file(&path).unwrap(), None);
    replace_file(&path, "one").unwrap();
    replace_file(&path, b"two").unwrap();
    assert_eq!(read_file(&path).unwrap().unwrap().as_slice(), b"two");
    assert_eq!(names_in(&folder.path().join("new")), ["token_info.json"]);
}

#[test]
fn a_file_that_is_no_credential_file_is_not_read_into_memory() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("large");
    File::create(&path).unwrap().set_len(16 * 1024 * 1024).unwrap();
    assert_eq!(read_file(&path).unwrap().unwrap().len(), 16 * 1024 * 1024);
    File::create(&path).unwrap().set_len(16 * 1024 * 1024 + 1).unwrap();
    assert!(read_file(&path).unwrap_err().to_string().contains("is larger than 16 MiB"));
}

/// Bytes of any kind, and documents that were cut short or had a byte changed.
fn file_content() -> impl Strategy<Value = Vec<u8>> {
    let name = prop_oneof![Just("c-1".to_owned()), ".{0,4}"];
    let entry = prop_oneof![
        "\\PC{0,8}".prop_map(|text| serde_json::json!({"access_token": text, "more": [text]})),
        any::<i64>().prop_map(|number| serde_json::json!(number)),
    ];
    let document = prop::collection::btree_map(name, entry, 0..4)
        .prop_map(|entries| serde_json::to_vec_pretty(&entries).unwrap());
    let damaged = (document.clone(), any::<prop::sample::Index>(), prop::option::of(any::<u8>())).prop_map(
        |(mut bytes, at, change)| {
            let at = at.index(bytes.len());
            match change {
                Some(byte) => bytes[at] = byte,
                None => bytes.truncate(at),
            }
            bytes
        },
    );
    prop_oneof![any::<Vec<u8>>(), document, damaged]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_content_makes_it_panic_and_none_is_lost(before in file_content()) {
        let folder = tempdir().unwrap();
        let path = folder.path().join("tokens.json");
        fs::write(&path, &before).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let store = ledger(&path);
        let loaded = runtime.block_on(load(&store, "c-1"));
        let saved = runtime.block_on(save(&store, "c-1", "new"));
        let after = fs::read(&path).unwrap();
        match saved {
            Err(_) => prop_assert_eq!(before, after),
            Ok(()) => {
                prop_assert!(loaded.is_ok());
                let mut before: serde_json::Value = serde_json::from_slice(&before).unwrap();
                before["c-1"]["access_token"] = "new".into();
                prop_assert_eq!(before, serde_json::from_slice::<serde_json::Value>(&after).unwrap());
            }
        }
        prop_assert_eq!(names_in(folder.path()), ["tokens.json", "tokens.json.lock"]);
    }
}
