//! What arguments say about credentials.

use std::path::{Path, PathBuf};

use auth_core::secret::expose;
use auth_core::{Error, ErrorKind, Result, SecretString};

/// Which token information file is used. Not saying so, saying "none" and naming one are three different things.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenInfoPath {
    /// Not said. Without other credentials: the file of `DESCARTESLABS_TOKEN_INFO_PATH`, or else the usual one. With
    /// others: a cache file for their tokens, beside the usual one.
    #[default]
    Unset,
    /// No file is read, and none is written.
    None,
    /// This file. With other credentials it keeps their tokens, and them. A leading `~` is the home folder.
    File(PathBuf),
}

impl From<PathBuf> for TokenInfoPath {
    fn from(path: PathBuf) -> Self {
        Self::File(path)
    }
}

impl From<&Path> for TokenInfoPath {
    fn from(path: &Path) -> Self {
        Self::File(path.to_owned())
    }
}

impl From<&str> for TokenInfoPath {
    fn from(path: &str) -> Self {
        Self::File(path.into())
    }
}

/// The arguments.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    pub(crate) client_id: Option<SecretString>,
    pub(crate) client_secret: Option<SecretString>,
    pub(crate) refresh_token: Option<SecretString>,
    pub(crate) jwt_token: Option<SecretString>,
    pub(crate) scope: Option<Vec<String>>,
    pub(crate) token_info_path: TokenInfoPath,
}

/// A value, and where it comes from.
#[derive(Clone, Debug)]
pub(crate) struct Value {
    pub(crate) text: SecretString,
    pub(crate) from: String,
}

impl Value {
    /// Refuses what no request can carry. Nothing is trimmed: a blank may belong to a secret.
    pub(crate) fn checked(self) -> Result<Self> {
        if !expose(&self.text).chars().any(char::is_control) {
            return Ok(self);
        }
        let what = format!("{} holds a line break or another control character", self.from);
        Err(Error::new(ErrorKind::InvalidCredentials, what).with_help("remove it; nothing is trimmed here"))
    }
}
