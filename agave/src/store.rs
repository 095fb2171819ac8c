//! The client files of the vendor's CLI and SDK, shared with them in both directions (contract section 4.5).

use std::path::PathBuf;
use std::sync::Arc;

use auth_core::store::{FileFormat, FileStore, json};
use auth_core::{Clock, Error, ErrorKind, Result, Token, TokenKey};

use crate::credentials::{Credentials, Dialect};
use crate::entry::{self, Identity};
use crate::zone::Zone;

/// The layout of `current` and `.agpy`: a client, or a list of clients.
///
/// Only the entry that a client was restored from is read and written, and of it only the token and its times. An
/// entry that is no longer there is not put back: somebody else has signed in, or signed out.
pub(crate) struct ClientFile {
    identity: Identity,
    dialect: Dialect,
    zone: Zone,
}

impl ClientFile {
    /// The store for credentials that were restored from a file. `None` when they were not, or cannot be told from
    /// others there.
    pub(crate) fn store(restored: &Credentials, zone: Zone, clock: Arc<dyn Clock>) -> Option<FileStore> {
        let (path, dialect): (PathBuf, Dialect) = restored.file.clone()?;
        let format = Self { identity: Identity::of(restored)?, dialect, zone };
        Some(FileStore::new(path, format).clock(clock))
    }
}

impl FileFormat for ClientFile {
    fn read(&self, file: &[u8], _key: &TokenKey) -> Result<Option<Token>> {
        let mut document = json::parse(file)?;
        let Some(entry) = self.identity.find_mut(&mut document, self.dialect, self.zone)? else {
            return Ok(None);
        };
        Ok(entry::read(entry, self.dialect, self.zone).initial_token())
    }

    fn write(&self, file: Option<&[u8]>, _key: &TokenKey, token: &Token) -> Result<Vec<u8>> {
        let gone = |what: &str| {
            Error::new(ErrorKind::Store, what)
                .with_help("somebody signed in or out there; this program goes on with its own session")
        };
        let file = file.ok_or_else(|| gone("it is gone"))?;
        let mut document = json::parse(file)?;
        let entry = self
            .identity
            .find_mut(&mut document, self.dialect, self.zone)?
            .ok_or_else(|| gone("it no longer holds the client that this session was restored from"))?;
        entry::update(entry, token, self.dialect, self.zone);
        let (style, end) = entry::style(file);
        let mut written = style.write(&document)?;
        written.extend_from_slice(end);
        Ok(written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use auth_core::secret::expose;
    use proptest::prelude::*;
    use serde_json::{Value, json};
    use std::time::Duration;

    use auth_core::{Environment, Timestamp};

    const FILE: &str = r#"[{"apikey":"other","access_token":"a"},{"baseurl":"https://h/","apikey":"K","username":"u","access_token":"old"}]"#;

    fn format(dialect: Dialect) -> ClientFile {
        let zone = Zone::of(&Environment::empty());
        let ours = json!({"baseurl": "https://h", "apikey": "K", "username": "u"});
        let identity = Identity::of(&entry::read(ours.as_object().unwrap(), dialect, zone)).unwrap();
        ClientFile { identity, dialect, zone }
    }

    fn key() -> TokenKey {
        TokenKey::new("agave", "https://h", "K/u")
    }

    fn token(access_token: &str) -> Token {
        let mut token = Token::new(access_token).with_lifetime(Duration::from_secs(60));
        token.received_at = Some(Timestamp::from_unix_seconds(1_000));
        token
    }

    #[test]
    fn an_entry_is_ours_by_key_user_and_server() {
        let format = format(Dialect::Cli);
        let read = |file: &str| format.read(file.as_bytes(), &key()).unwrap();
        assert_eq!(expose(&read(FILE).unwrap().access_token), "old");
        for (ours, other) in [("\"K\"", "\"k\""), ("\"u\"", "\"v\""), ("https://h/", "https://i/")] {
            let file = FILE.replace(ours, other);
            assert!(read(&file).is_none());
            assert!(format.write(Some(file.as_bytes()), &key(), &token("new")).is_err());
        }
        assert!(format.write(None, &key(), &token("new")).is_err());
    }

    #[test]
    fn an_entry_without_a_token_has_none() {
        let file = FILE.replace("old", "");
        assert!(format(Dialect::Cli).read(file.as_bytes(), &key()).unwrap().is_none());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            let _ = format(Dialect::Cli).read(&bytes, &key());
            let _ = format(Dialect::Sdk).write(Some(&bytes), &key(), &token("new"));
        }

        #[test]
        fn what_is_written_is_read_and_nothing_else_changes(
            access_token in "[!-~]{1,40}",
            refresh_token in proptest::option::of("[!-~]{1,40}"),
            created_at in prop_oneof![Just(json!(1)), Just(json!("1")), Just(json!("")), Just(json!(null)), Just(json!([]))],
            expires_at in prop_oneof![Just(json!("x")), Just(json!("a b c d e f")), Just(json!(null))],
            later in "\\PC{0,20}",
            is_list: bool,
            sdk: bool,
        ) {
            let format = format(if sdk { Dialect::Sdk } else { Dialect::Cli });
            let ours = json!({
                "later": later, "baseurl": "https://h", "apikey": "K", "username": "u", "created_at": created_at,
                "expires_at": expires_at, "token": "old",
            });
            let before = if is_list { json!([later, {"apikey": "K"}, ours]) } else { ours };
            let token = token(&access_token).with_refresh_token(refresh_token.clone().map(Into::into));
            let written = format.write(Some(before.to_string().as_bytes()), &key(), &token).unwrap();
            let read = format.read(&written, &key()).unwrap().unwrap();
            prop_assert!(read.is_same_as(&token));
            prop_assert_eq!(read.refresh_token.as_ref().map(|token| expose(token).to_owned()), refresh_token);
            prop_assert_eq!(read.expires_at, Some(Timestamp::from_unix_seconds(1_060)));
            let mut after: Value = serde_json::from_slice(&written).unwrap();
            let mut expected = before;
            for document in [&mut after, &mut expected] {
                let entry = format.identity.find_mut(document, format.dialect, format.zone).unwrap().unwrap();
                for name in ["token", "access_token", "refresh_token", "created_at", "expires_in", "expires_at"] {
                    entry.shift_remove(name);
                }
            }
            prop_assert_eq!(after, expected);
        }
    }
}
