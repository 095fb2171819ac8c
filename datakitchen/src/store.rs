//! The token file of the vendor's CLI, shared with it in both directions (contract sections 4 and 5.2).

use std::path::PathBuf;

use auth_core::secret::expose;
use auth_core::store::{FileFormat, FileStore};
use auth_core::{Claims, Error, ErrorKind, Result, Token, TokenKey};

use crate::contexts::Context;
use crate::session_token::token_in;

/// How a JWT begins, in base64url: `{"`.
const JWT_START: &str = "eyJ";

/// The token file of the vendor's CLI: `.dk-credentials` in the folder of a context, with nothing in it but the token.
///
/// A client of a context uses it by itself; see [`Builder::share_token`](crate::Builder::share_token). To keep the token
/// elsewhere:
///
/// ```no_run
/// # fn example() -> datakitchen::Result<()> {
/// let store = datakitchen::TokenFile::at("/var/lib/nightly/token");
/// let client = datakitchen::Client::builder().context("default").token_store(store).build()?;
/// # Ok(())
/// # }
/// ```
///
/// Unlike the CLI's, the file has mode 0600, is replaced in one step, and is locked while a token is renewed. A file
/// that holds something else than a token is left alone.
#[derive(Clone, Copy, Debug)]
pub struct TokenFile;

impl TokenFile {
    /// The file of a context.
    pub fn of(context: &Context) -> FileStore {
        Self::at(context.file.with_file_name(".dk-credentials"))
    }

    /// The file in another place.
    pub fn at(path: impl Into<PathBuf>) -> FileStore {
        FileStore::new(path.into(), Self)
    }
}

impl FileFormat for TokenFile {
    /// The file has one token, whoever asks. It may have a line break at its end.
    fn read(&self, file: &[u8], _key: &TokenKey) -> Result<Option<Token>> {
        let text = std::str::from_utf8(file).map_err(|_| foreign("is not UTF-8 text"))?;
        let token = match token_in(text) {
            Ok(token) => token,
            Err("is empty") => return Ok(None),
            Err(why) => return Err(foreign(why)),
        };
        // The CLI writes in place: a reader may meet the beginning of a token.
        let start = expose(&token);
        let broke_off = if start.len() < JWT_START.len() {
            JWT_START.starts_with(start)
        } else {
            start.starts_with(JWT_START) && Claims::decode(&token).is_err()
        };
        Ok((!broke_off).then(|| Token::from_stored_jwt(token)))
    }

    fn write(&self, file: Option<&[u8]>, key: &TokenKey, token: &Token) -> Result<Vec<u8>> {
        // What is there must be a token, or the beginning of one: something else would be lost.
        file.map(|file| self.read(file, key)).transpose()?;
        Ok(expose(&token.access_token).into())
    }
}

fn foreign(why: &str) -> Error {
    Error::new(ErrorKind::Store, format!("it is no token file: what it holds {why}"))
        .with_help("move it away; it was not changed")
}

#[cfg(test)]
mod tests {
    use super::*;
    use auth_core::Timestamp;
    use auth_core::claims::encode_base64url;
    use proptest::prelude::*;

    fn key() -> TokenKey {
        TokenKey::new("datakitchen", "https://cloud.datakitchen.io", "me@example.com")
    }

    fn jwt() -> String {
        format!("eyJhbGciOiJIUzI1NiJ9.{}.c2ln", encode_base64url(br#"{"exp":1800000000}"#))
    }

    fn read(file: &[u8]) -> Result<Option<String>, String> {
        let token = TokenFile.read(file, &key()).map_err(|error| error.to_string())?;
        Ok(token.map(|token| expose(&token.access_token).to_owned()))
    }

    #[test]
    fn reads_what_the_cli_writes() {
        for file in [jwt(), format!("{}\n", jwt()), format!("\"{}\"", jwt())] {
            let token = TokenFile.read(file.as_bytes(), &key()).unwrap().unwrap();
            assert_eq!(expose(&token.access_token), jwt());
            assert_eq!(token.expires_at, Some(Timestamp::from_unix_seconds(1_800_000_000)));
        }
        assert_eq!(read(b"opaque-job-token\n"), Ok(Some("opaque-job-token".to_owned())));
    }

    #[test]
    fn the_beginning_of_a_token_is_no_token() {
        for length in 0..jwt().rfind('.').unwrap() - 1 {
            assert_eq!(read(&jwt().as_bytes()[..length]), Ok(None), "{length}");
        }
    }

    #[test]
    fn a_foreign_file_is_not_written() {
        for file in [&b"{\"canary\": 1}"[..], b"two canaries", b"\xff\xfe", b"<html>"] {
            let error = TokenFile.write(Some(file), &key(), &Token::new("new")).unwrap_err().to_string();
            assert!(error.starts_with("it is no token file") && !error.contains("canar"), "{error}");
        }
        assert_eq!(TokenFile.write(Some(b""), &key(), &Token::new("new")).unwrap(), b"new");
    }

    proptest! {
        #[test]
        fn any_file_is_read_or_refused(file: Vec<u8>) {
            let _ = TokenFile.read(&file, &key());
        }

        #[test]
        fn what_is_written_reads_back(token in "[A-Za-z0-9_~+/=-]{11,60}") {
            prop_assume!(!token.starts_with(JWT_START));
            let file = TokenFile.write(None, &key(), &Token::new(token.clone())).unwrap();
            prop_assert_eq!(read(&file), Ok(Some(token)));
        }
    }
}
