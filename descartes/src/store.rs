//! The vendor's token files, shared with its SDK in both directions (contract sections 4.1 to 4.4).

use std::path::PathBuf;

use auth_core::secret::{expose, hex, sha1, sha256};
use auth_core::store::{FileFormat, FileStore};
use auth_core::{Base, Environment, Error, ErrorKind, Result, SecretString, Token, TokenKey};

use crate::flavor::Flavor;
use crate::payload::Payload;
use crate::token_info::TokenInfo;

/// Where the tokens of a set of credentials are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Only in memory.
    Memory,
    /// In the token information file that the credentials came from.
    Source(PathBuf),
    /// In a token information file that was named beside the credentials. They are kept there too.
    Named(PathBuf),
    /// In a file that holds nothing but the token, and whose name shows nothing of the secret.
    JwtCache(PathBuf),
}

impl Place {
    /// The file.
    pub(crate) fn path(&self) -> Option<&PathBuf> {
        match self {
            Self::Memory => None,
            Self::Source(path) | Self::Named(path) | Self::JwtCache(path) => Some(path),
        }
    }

    /// The store for tokens that `owner` obtains.
    pub(crate) fn store(&self, owner: Owner) -> Option<FileStore> {
        match self {
            Self::Memory => None,
            Self::Source(path) => Some(FileStore::new(path, TokenInfoFile { owner, is_source: true })),
            Self::Named(path) => Some(FileStore::new(path, TokenInfoFile { owner, is_source: false })),
            Self::JwtCache(path) => Some(FileStore::new(path, JwtCacheFile(owner))),
        }
    }
}

/// The vendor's cache file for the tokens of a secret: `jwt_token_<SHA-1 of the secret>.json`.
///
/// The vendor's SDK uses one file for all domains. Here a domain that is not the default one has a file of its own, so
/// that two environments with one secret do not take each other's tokens (trap 11).
pub(crate) fn jwt_cache(
    environment: &Environment,
    flavor: Flavor,
    secret: &SecretString,
    other_domain: Option<&Base>,
) -> Option<PathBuf> {
    let secret = hex(&sha1(expose(secret).as_bytes()));
    let domain = other_domain.map(|domain| format!("_{}", &hex(&sha256(domain.as_str().as_bytes()))[..8]));
    let name = format!("jwt_token_{secret}{}.json", domain.unwrap_or_default());
    Some(environment.home()?.join(flavor.folder).join(name))
}

/// Whose tokens they are.
#[derive(Clone, Debug)]
pub(crate) struct Owner {
    pub(crate) client_id: String,
    pub(crate) secret: SecretString,
    pub(crate) flavor: Flavor,
    /// Whether tokens of earlier processes are used. They are saved all the same.
    pub(crate) reads_tokens: bool,
}

impl Owner {
    /// A kept token, if it is ours and says until when it lives.
    fn accept(&self, jwt: SecretString) -> Option<Token> {
        let payload = Payload::decode(&jwt, self.flavor).ok()?;
        let usable = self.reads_tokens && payload.is_for(&self.client_id) && payload.expires_at().is_some();
        usable.then(|| Token::from_stored_jwt(jwt))
    }
}

/// `token_info.json`, or the file that was given.
struct TokenInfoFile {
    owner: Owner,
    is_source: bool,
}

impl FileFormat for TokenInfoFile {
    fn read(&self, file: &[u8], _key: &TokenKey) -> Result<Option<Token>> {
        let info = held(Some(file))?;
        let ours = info.is_of(&self.owner.client_id, expose(&self.owner.secret));
        Ok(info.jwt_token().filter(|_| ours).and_then(|jwt| self.owner.accept(jwt)))
    }

    fn write(&self, file: Option<&[u8]>, _key: &TokenKey, token: &Token) -> Result<Vec<u8>> {
        let (id, secret) = (&self.owner.client_id, expose(&self.owner.secret));
        let info = held(file)?;
        // Somebody has logged in as another, or logged out. That is not undone.
        if self.is_source && (file.is_none() || info.is_others(id, secret)) {
            return Err(Error::new(
                ErrorKind::Store,
                "it no longer holds the credentials that were read from it",
            )
            .with_help("make a new client to act as the new user"));
        }
        info.renewed(id, secret, expose(&token.access_token))?.to_bytes()
    }
}

/// `jwt_token_<...>.json`.
struct JwtCacheFile(Owner);

impl FileFormat for JwtCacheFile {
    fn read(&self, file: &[u8], _key: &TokenKey) -> Result<Option<Token>> {
        Ok(held(Some(file))?.jwt_token().and_then(|jwt| self.0.accept(jwt)))
    }

    fn write(&self, file: Option<&[u8]>, _key: &TokenKey, token: &Token) -> Result<Vec<u8>> {
        held(file)?.with_jwt(expose(&token.access_token)).to_bytes()
    }
}

/// What a file holds. An empty one, as a crash of the vendor's SDK may leave it, holds nothing that could be lost.
fn held(file: Option<&[u8]>) -> Result<TokenInfo> {
    match file.filter(|file| !file.trim_ascii().is_empty()) {
        Some(file) => TokenInfo::parse(file),
        None => Ok(TokenInfo::default()),
    }
}

/// Saves a token that was given, unless the file has one that lives longer. Takes no lease: it is not an exchange.
pub(crate) fn save_given(place: &Place, owner: &Owner, token: &Token) -> Result<()> {
    let Place::JwtCache(path) = place else { return Ok(()) };
    let current = auth_core::store::read_file(path)?;
    let bytes = current.as_ref().map(|current| current.as_slice());
    let kept = held(bytes)?.jwt_token().and_then(|jwt| owner.accept(jwt));
    if kept.is_some_and(|kept| kept.expires_at >= token.expires_at) {
        return Ok(());
    }
    let new = held(bytes)?.with_jwt(expose(&token.access_token)).to_bytes()?;
    auth_core::store::replace_file(path, new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn owner() -> Owner {
        Owner {
            client_id: "cid".to_owned(),
            secret: "sec".into(),
            flavor: Flavor::DESCARTES_LABS,
            reads_tokens: true,
        }
    }

    fn formats() -> [Box<dyn FileFormat>; 3] {
        [
            Box::new(TokenInfoFile { owner: owner(), is_source: true }),
            Box::new(TokenInfoFile { owner: owner(), is_source: false }),
            Box::new(JwtCacheFile(owner())),
        ]
    }

    fn key() -> TokenKey {
        TokenKey::new("descartes", "https://iam.example", "cid")
    }

    /// Like a token information file, though anything may be wrong with it.
    fn file() -> impl Strategy<Value = Vec<u8>> {
        let field = "\"(client_id|client_secret|refresh_token|jwt_token|JWT_TOKEN|scope|x)\": ?(\"(cid|sec|a)\"|7|null|\\[\\]),? ?";
        prop_oneof![
            any::<Vec<u8>>(),
            proptest::collection::vec(proptest::string::string_regex(field).unwrap(), 0..5).prop_map(
                |fields| format!("{{{}}}", fields.concat().trim_end_matches([',', ' '])).into_bytes()
            ),
        ]
    }

    proptest! {
        #[test]
        fn any_file_is_read_or_refused_and_what_is_written_has_the_token(file in file()) {
            for format in formats() {
                let _ = format.read(&file, &key());
                if let Ok(written) = format.write(Some(&file), &key(), &Token::new("jwt")) {
                    let info = TokenInfo::parse(&written).unwrap();
                    prop_assert_eq!(info.jwt_token().map(|jwt| expose(&jwt).to_owned()), Some("jwt".to_owned()));
                }
            }
        }
    }
}
