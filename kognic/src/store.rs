//! The token cache file of the vendor's CLI, shared with it in both directions (contract section 4.3).

use std::path::PathBuf;
use std::time::Duration;

use auth_core::secret::{expose, hex, sha256};
use auth_core::store::{FileFormat, FileStore, json};
use auth_core::{Environment, Error, ErrorKind, Result, Timestamp, Token, TokenKey};
use serde_json::{Map, Value};

/// The token cache file of the vendor's CLI: `kognic-auth/tokens.json` in `$XDG_CACHE_HOME` or `~/.cache`.
///
/// ```no_run
/// # fn example() -> kognic::Result<()> {
/// let environment = kognic::Environment::system();
/// let client = kognic::Client::builder().token_store(kognic::TokenFile::shared(&environment)?).build()?;
/// # Ok(())
/// # }
/// ```
///
/// Entries of other clients and members that are unknown stay as they are. Unlike the CLI's, the file has mode 0600,
/// is replaced in one step, and is locked while a token is renewed. A fingerprint of the client secret stands beside
/// the token, so that a rotated secret does not meet the token of the old one (trap 4); the CLI takes no notice of it.
#[derive(Clone, Copy, Debug)]
pub struct TokenFile;

impl TokenFile {
    /// The file in its usual place.
    pub fn shared(environment: &Environment) -> Result<FileStore> {
        let folder = environment.cache_folder().ok_or_else(|| {
            Error::new(ErrorKind::Configuration, "there is no home folder to share the token cache file in")
                .with_help("set HOME or XDG_CACHE_HOME")
        })?;
        Ok(Self::at(folder.join("kognic-auth").join("tokens.json")))
    }

    /// The file in another place.
    pub fn at(path: impl Into<PathBuf>) -> FileStore {
        FileStore::new(path.into(), Self)
    }
}

/// Our own member of an entry.
const FINGERPRINT: &str = "secret_fingerprint";

impl FileFormat for TokenFile {
    fn read(&self, file: &[u8], key: &TokenKey) -> Result<Option<Token>> {
        let document = json::parse_object(file)?;
        let Some(Value::Object(entry)) = document.get(&entry_name(key)) else { return Ok(None) };
        let text = |name: &str| entry.get(name).and_then(Value::as_str);
        if text(FINGERPRINT).is_some_and(|fingerprint| fingerprint != key.secret_fingerprint) {
            return Ok(None);
        }
        // The vendor's CLI takes an entry without an expiry for invalid.
        let (Some(access_token), Some(expires_at)) = (text("access_token"), seconds(entry.get("expires_at")))
        else {
            return Ok(None);
        };
        let mut token = Token::new(access_token)
            .with_expires_at(Timestamp::from_unix_seconds(expires_at))
            .with_refresh_token(text("refresh_token").map(Into::into))
            .with_scope(text("scope").map(str::to_owned))
            .with_token_type(text("token_type").map(str::to_owned));
        token.lifetime = seconds(entry.get("expires_in"))
            .and_then(|life| u64::try_from(life).ok())
            .map(Duration::from_secs);
        Ok(Some(token))
    }

    fn write(&self, file: Option<&[u8]>, key: &TokenKey, token: &Token) -> Result<Vec<u8>> {
        let mut document = file.map(json::parse_object).transpose()?.unwrap_or_default();
        let entry = document.entry(entry_name(key)).or_insert_with(|| Value::Object(Map::new()));
        if !entry.is_object() {
            *entry = Value::Object(Map::new());
        }
        if let Value::Object(entry) = entry {
            let mut set = |name: &str, value: Option<Value>| match value {
                Some(value) => drop(entry.insert(name.to_owned(), value)),
                None => drop(entry.shift_remove(name)),
            };
            set("access_token", Some(expose(&token.access_token).into()));
            set("token_type", Some(token.token_type.as_deref().unwrap_or("bearer").into()));
            set("expires_in", token.lifetime.map(|life| life.as_secs().into()));
            set("refresh_token", token.refresh_token.as_ref().map(|refresh| expose(refresh).into()));
            set("scope", token.scope.as_deref().map(Into::into));
            set("expires_at", token.expires_at.map(|at| at.unix_seconds().into()));
            let fingerprint = Some(key.secret_fingerprint.as_str()).filter(|text| !text.is_empty());
            set(FINGERPRINT, fingerprint.map(Into::into));
        }
        json::JsonStyle::indented(2).write(&document)
    }
}

/// `{auth_server}:{client_id}`, and with scopes `:s-` and the first 12 hex digits of their SHA-256.
///
/// The CLI leaves out scopes that come from the credentials file, and so may hand a narrow token to a wide caller
/// (trap 10). Here they always count.
fn entry_name(key: &TokenKey) -> String {
    let plain = format!("{}:{}", key.token_url, key.client_id);
    if key.scopes.is_empty() {
        return plain;
    }
    format!("{plain}:s-{}", &hex(&sha256(key.scopes.join(" ").as_bytes()))[..12])
}

fn seconds(value: Option<&Value>) -> Option<i64> {
    match value? {
        Value::Number(number) => number.as_i64().or_else(|| number.as_f64().map(|seconds| seconds as i64)),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(scopes: &[&str]) -> TokenKey {
        TokenKey::new("kognic", "https://auth.app.kognic.com", "c-1").with_scopes(scopes.iter().copied())
    }

    const FILE: &str = r#"{
  "https://auth.app.kognic.com:c-1": {"access_token": "tok", "token_type": "bearer", "expires_in": 3600, "refresh_token": "r", "expires_at": 1800000000},
  "https://auth.app.kognic.com:c-1:s-47376d7f4916": {"access_token": "tok2", "token_type": "bearer", "expires_in": 3600, "scope": "api:read api:write", "expires_at": 1800000000, "later": 1}
}"#;

    #[test]
    fn reads_what_the_cli_writes() {
        let token = TokenFile.read(FILE.as_bytes(), &key(&[])).unwrap().unwrap();
        assert_eq!(expose(&token.access_token), "tok");
        assert_eq!(token.expires_at, Some(Timestamp::from_unix_seconds(1_800_000_000)));
        let scoped = TokenFile.read(FILE.as_bytes(), &key(&["api:read", "api:write"])).unwrap().unwrap();
        assert_eq!(expose(&scoped.access_token), "tok2");
        assert!(TokenFile.read(FILE.as_bytes(), &key(&["api:write", "api:read"])).unwrap().is_none());
    }

    #[test]
    fn keeps_what_belongs_to_others() {
        let token = Token::new("new").with_lifetime(Duration::from_secs(60));
        let written =
            TokenFile.write(Some(FILE.as_bytes()), &key(&["api:read", "api:write"]), &token).unwrap();
        let document: Value = serde_json::from_slice(&written).unwrap();
        let entry = &document["https://auth.app.kognic.com:c-1:s-47376d7f4916"];
        assert_eq!((entry["access_token"].as_str(), entry["later"].as_i64()), (Some("new"), Some(1)));
        assert_eq!(document["https://auth.app.kognic.com:c-1"]["access_token"], "tok");
    }

    #[test]
    fn a_broken_file_is_not_written() {
        let token = Token::new("new");
        assert!(TokenFile.write(Some(b"{\"half"), &key(&[]), &token).is_err());
        assert!(TokenFile.write(Some(b"[]"), &key(&[]), &token).is_err());
    }

    proptest! {
        #[test]
        fn any_entry_is_read_or_left(access in "\\PC{0,8}", expires in any::<i64>(), life in any::<i64>()) {
            let file = serde_json::json!({"https://auth.app.kognic.com:c-1":
                {"access_token": access, "expires_at": expires, "expires_in": life}});
            prop_assert!(TokenFile.read(file.to_string().as_bytes(), &key(&[])).is_ok());
        }
    }
}
