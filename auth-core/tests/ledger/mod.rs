//! A token file like the vendors': an object with an entry for each client, which other programs write too.
#![allow(dead_code, reason = "each test program uses a part of it")]

use std::fs;
use std::path::Path;

use auth_core::secret::expose;
use auth_core::store::json::{self, JsonStyle, Map, Value};
use auth_core::store::{FileFormat, FileStore, TokenStore as _};
use auth_core::{Error, ErrorKind, Result, Token, TokenKey};

struct Ledger;

impl FileFormat for Ledger {
    fn read(&self, file: &[u8], key: &TokenKey) -> Result<Option<Token>> {
        let document = json::parse_object(file)?;
        Ok(document.get(&key.client_id).and_then(|entry| entry["access_token"].as_str()).map(Token::new))
    }

    fn write(&self, file: Option<&[u8]>, key: &TokenKey, token: &Token) -> Result<Vec<u8>> {
        let mut document = file.map(json::parse_object).transpose()?.unwrap_or_default();
        let entry = document.entry(&key.client_id).or_insert_with(|| Map::new().into());
        let Value::Object(entry) = entry else {
            return Err(Error::new(ErrorKind::Store, "its entry for this client is not an object"));
        };
        entry.insert("access_token".to_owned(), expose(&token.access_token).into());
        JsonStyle::indented(2).write(&document)
    }
}

pub(crate) fn ledger(path: impl AsRef<Path>) -> FileStore {
    FileStore::new(path, Ledger)
}

/// Names the token of one client.
pub(crate) fn key(client_id: &str) -> TokenKey {
    TokenKey::new("ledger", "https://auth.example.org/token", client_id)
}

/// Saves a token as the cache does: under a lease.
pub(crate) async fn save(store: &FileStore, client: &str, token: &str) -> Result<()> {
    let lease = store.lease(&key(client)).await?;
    store.save(&key(client), &Token::new(token), &lease).await
}

pub(crate) async fn load(store: &FileStore, client: &str) -> Result<Option<String>> {
    Ok(store.load(&key(client)).await?.map(|token| expose(&token.access_token).to_owned()))
}

pub(crate) fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
