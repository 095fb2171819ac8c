//! Which certificates are trusted.

use std::path::{Path, PathBuf};

use crate::environment::Environment;
use crate::error::{Error, ErrorKind, Result};

/// Where trust comes from.
#[derive(Clone, Debug)]
pub(super) enum Roots {
    Environment,
    Bundle(PathBuf),
    AcceptAnything,
}

/// What was decided.
#[derive(Debug)]
pub(super) enum Decision {
    /// The system's certificates.
    System,
    /// Only these.
    Only(Vec<Bundle>),
    /// Every certificate.
    AcceptAnything,
}

/// A file of certificates.
#[derive(Debug)]
pub(super) struct Bundle {
    setting: String,
    path: PathBuf,
    /// PEM text.
    pub(super) pem: Vec<u8>,
}

impl Bundle {
    pub(super) fn unusable(&self, why: &str) -> Error {
        unusable(&self.setting, &self.path, why)
    }
}

/// The variables that name a bundle, in order.
const VARIABLES: [&str; 3] = ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"];

impl Roots {
    pub(super) fn decide(&self, environment: &Environment) -> Result<Decision> {
        match self {
            Self::AcceptAnything => Ok(Decision::AcceptAnything),
            Self::Bundle(path) => read("the given CA bundle", path).map(Decision::Only),
            Self::Environment => {
                match VARIABLES.iter().find_map(|name| Some((name, environment.var(name)?))) {
                    Some((name, path)) => read(name, &environment.expand(path.trim())).map(Decision::Only),
                    None => Ok(Decision::System),
                }
            }
        }
    }
}

fn read(setting: &str, path: &Path) -> Result<Vec<Bundle>> {
    let cannot_read = |path: &Path, error: std::io::Error| {
        unusable(setting, path, &format!("which cannot be read: {error}"))
    };
    let files = if path.is_dir() {
        let entries = std::fs::read_dir(path).map_err(|error| cannot_read(path, error))?;
        let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        files.retain(|file| file.is_file());
        files.sort();
        files
    } else {
        vec![path.to_owned()]
    };
    let mut bundles = Vec::new();
    for path in files {
        let pem = std::fs::read(&path).map_err(|error| cannot_read(&path, error))?;
        if contains(&pem, b"-----BEGIN CERTIFICATE-----") {
            bundles.push(Bundle { setting: setting.to_owned(), path, pem });
        }
    }
    if bundles.is_empty() {
        Err(unusable(setting, path, "which holds no PEM certificate"))
    } else {
        Ok(bundles)
    }
}

fn unusable(setting: &str, path: &Path, why: &str) -> Error {
    Error::new(ErrorKind::Configuration, format!("{setting} names {}, {why}", path.display()))
        .with_help("name a PEM file of certificates, or a folder of such files")
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}
