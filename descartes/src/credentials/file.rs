//! Which token information file is meant, and what comes of reading it.

use std::path::{Path, PathBuf};

use auth_core::store::{json, read_file};
use auth_core::{Environment, Error, ErrorKind};

use super::given::TokenInfoPath;
use crate::flavor::Flavor;
use crate::token_info::{TokenInfo, usual_path};

/// Which file is meant.
pub(super) enum File {
    /// An argument says so: then it also keeps the tokens of credentials that are given.
    Named(PathBuf),
    /// A variable's, or the usual one. It is not looked at when credentials are given. `None` without a home folder.
    Usual(Option<PathBuf>),
    /// None at all.
    Nothing,
}

impl File {
    /// What argument and variable say together.
    pub(super) fn choose(given: &TokenInfoPath, environment: &Environment, flavor: Flavor) -> Self {
        let variable = flavor.variable("TOKEN_INFO_PATH");
        let empty = |path: &Path| path.as_os_str().is_empty();
        match given {
            TokenInfoPath::None => Self::Nothing,
            TokenInfoPath::File(path) if !empty(path) => {
                Self::Named(path.to_str().map_or_else(|| path.clone(), |path| environment.expand(path)))
            }
            TokenInfoPath::File(_) if flavor.empty_path_is_no_file => Self::Nothing,
            TokenInfoPath::Unset | TokenInfoPath::File(_) => match environment.var_verbatim(&variable) {
                Some("") if flavor.empty_path_is_no_file => Self::Nothing,
                Some(path) if !path.trim().is_empty() => Self::Usual(Some(environment.expand(path))),
                _ => Self::Usual(usual_path(environment, flavor)),
            },
        }
    }
}

/// What came of reading a file.
pub(super) enum Read {
    Info(TokenInfo),
    Missing,
    Unreadable(String),
    /// It is JSON, and no object.
    Other(Error),
}

/// Reads a token information file.
pub(super) fn read(path: &Path) -> Read {
    let bytes = match read_file(path) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Read::Missing,
        Err(error) => return Read::Unreadable(error.to_string()),
    };
    match TokenInfo::parse(&bytes) {
        Ok(info) => Read::Info(info),
        Err(error) if json::parse(&bytes).is_ok() => {
            Read::Other(error.context(path.display()).with_kind(ErrorKind::InvalidCredentials))
        }
        Err(error) => Read::Unreadable(error.to_string()),
    }
}
