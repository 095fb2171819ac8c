//! The profiles of the vendor's CLI: `~/.cortex/config`, in every version that the CLI has written (contract section
//! 4.1). [`ProfileFile`](crate::ProfileFile) changes the file.

use std::fmt;
use std::path::{Path, PathBuf};

use auth_core::store::{json, read_file};
use auth_core::{Environment, Error, ErrorKind, Result};
use serde_json::{Map, Value};

use crate::error::BadToken;
use crate::pat::{PersonalAccessConfig, optional, shown};

/// The profile that is used when the file names no current one.
pub(crate) const DEFAULT: &str = "default";
/// The variable that names the folder of the file.
pub(crate) const FOLDER_VARIABLE: &str = "CORTEX_CONFIG_DIR";

/// The profiles that a file holds, in its order.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Profiles {
    /// The file that was read, or would have been.
    pub path: PathBuf,
    /// Its version, as in `5`. `None` when the file is missing, or of the first version, which has none.
    pub version: Option<String>,
    /// The profile that the file says is current.
    pub current: Option<String>,
    /// All of them.
    pub profiles: Vec<Profile>,
}

/// One profile: a cluster, a user, and perhaps a project.
#[derive(Clone)]
#[non_exhaustive]
pub struct Profile {
    /// Its name in the file.
    pub name: String,
    /// The URL of the cluster.
    pub url: Option<String>,
    /// Whose it is.
    pub username: Option<String>,
    /// The project that is used when nothing else names one.
    pub project: Option<String>,
    pub(crate) members: Map<String, Value>,
    pub(crate) path: PathBuf,
}

impl Profiles {
    /// Reads the CLI's file: `config` in the folder that `CORTEX_CONFIG_DIR` names, else in `~/.cortex`. A missing file
    /// holds no profiles.
    pub fn load(environment: &Environment) -> Result<Self> {
        Self::from_file(path(environment)?)
    }

    /// Reads a file of the same form from somewhere else.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let none = Self { path: path.to_owned(), version: None, current: None, profiles: Vec::new() };
        match read_file(path)? {
            Some(bytes) => Self::parse(path, &bytes),
            None => Ok(none),
        }
    }

    /// The profile with this name.
    pub fn named(&self, name: &str) -> crate::Result<&Profile> {
        self.find(name).ok_or_else(|| crate::Error::UnknownProfile {
            name: name.to_owned(),
            path: self.path.clone(),
            known: self.profiles.iter().map(|profile| profile.name.clone()).collect(),
        })
    }

    /// The profile that is used when none is named: the current one, else the one called `default`. Or why there is
    /// none.
    pub fn current(&self) -> Result<&Profile> {
        let (path, known) = (self.path.display(), self.known());
        match &self.current {
            _ if self.profiles.is_empty() => {
                Err(Error::new(ErrorKind::NoCredentials, format!("there are no profiles in {path}")))
            }
            Some(name) => self.find(name).ok_or_else(|| {
                let what = format!("{path} names `{name}` as the current profile, and has no such profile");
                Error::new(ErrorKind::NoCredentials, what).with_help(format!("known profiles: {known}"))
            }),
            None => self.find(DEFAULT).ok_or_else(|| {
                let what = format!("{path} names no current profile, and has no profile `{DEFAULT}`");
                Error::new(ErrorKind::NoCredentials, what).with_help(format!("known profiles: {known}"))
            }),
        }
    }

    fn find(&self, name: &str) -> Option<&Profile> {
        self.profiles.iter().find(|profile| profile.name == name)
    }

    fn known(&self) -> String {
        let names: Vec<&str> = self.profiles.iter().map(|profile| profile.name.as_str()).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    }

    pub(crate) fn parse(path: &Path, bytes: &[u8]) -> Result<Self> {
        let document = json::parse_object(bytes)
            .map_err(|error| error.with_kind(ErrorKind::Configuration).context(path.display()))?;
        let text = |name: &str| document.get(name).and_then(Value::as_str).map(str::to_owned);
        let entries = profiles_of(&document).map_err(|why| broken(path, why))?;
        let profiles = entries.into_iter().map(|(name, entry)| match entry {
            Value::Object(members) => Ok(Profile::new(path, name, members)),
            _ => Err(broken(path, format!("the profile `{name}` is not an object"))),
        });
        Ok(Self {
            path: path.to_owned(),
            version: text("version"),
            current: text("currentProfile").filter(|name| !name.trim().is_empty()),
            profiles: profiles.collect::<Result<_>>()?,
        })
    }
}

impl Profile {
    fn new(path: &Path, name: &str, members: &Map<String, Value>) -> Self {
        Self {
            name: name.to_owned(),
            url: optional(members, "url"),
            username: optional(members, "username"),
            project: optional(members, "project"),
            members: members.clone(),
            path: path.to_owned(),
        }
    }

    /// The personal access config that the profile is made of.
    pub fn personal_access_config(&self) -> Result<PersonalAccessConfig, BadToken> {
        let place = format!("the profile `{}` of {}", self.name, self.path.display());
        PersonalAccessConfig::from_members(&place, self.members.clone())
    }
}

/// Where the CLI's file is.
pub(crate) fn path(environment: &Environment) -> Result<PathBuf> {
    let folder = match environment.var(FOLDER_VARIABLE) {
        Some(folder) => environment.expand(folder.trim()),
        None => environment.home().map(|home| home.join(".cortex")).ok_or_else(|| {
            Error::new(ErrorKind::Configuration, "there is no home folder in which profiles could be")
                .with_help(format!("set HOME or {FOLDER_VARIABLE}"))
        })?,
    };
    Ok(folder.join("config"))
}

/// The entries of a document. In the first version the document itself is the map of profiles.
pub(crate) fn profiles_of(document: &Map<String, Value>) -> Result<Vec<(&str, &Value)>, String> {
    match document.get("profiles") {
        Some(Value::Object(profiles)) => {
            Ok(profiles.iter().map(|(name, value)| (name.as_str(), value)).collect())
        }
        Some(_) => Err("the field `profiles` is not an object".to_owned()),
        None if document.contains_key("version") => Ok(Vec::new()),
        None => Ok(document
            .iter()
            .filter(|(_, value)| value.is_object())
            .map(|(name, value)| (name.as_str(), value))
            .collect()),
    }
}

fn broken(path: &Path, why: String) -> Error {
    Error::new(ErrorKind::Configuration, format!("{}: {why}", path.display()))
        .with_help("repair the file, or run `cortex configure`")
}

/// What the profile names, and no key.
impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Profile")
            .field("name", &self.name)
            .field("url", &shown(self.url.as_deref()))
            .field("username", &self.username)
            .field("project", &self.project)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_bytes_are_profiles_or_an_error(bytes: Vec<u8>) {
            let _ = Profiles::parse(Path::new("config"), &bytes);
        }

        #[test]
        fn any_document_is_read_without_showing_it(
            version in "(\"[1-5]\"|5|null)", profiles in r#"(null|"canary"|\[\]|\{"a":"canary"\}|\{"a":\{"jwk":"canary"\}\})"#,
            current in r#"("a"|"b"|1|"")"#,
        ) {
            let text = format!(r#"{{"version":{version},"profiles":{profiles},"currentProfile":{current}}}"#);
            let shown = match Profiles::parse(Path::new("config"), text.as_bytes()) {
                Ok(profiles) => format!("{profiles:?} {:?} {:?}", profiles.current(), profiles.current().ok().map(Profile::personal_access_config)),
                Err(error) => format!("{error} {error:?}"),
            };
            prop_assert!(!shown.contains("canary"), "{}", shown);
        }
    }
}
