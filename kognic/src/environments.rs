//! Named environments: the vendor's `environments.json`, which says for each installation of the platform where its
//! authentication server is and which credentials belong to it (contract sections 3.4 and 4.2).

use std::path::{Path, PathBuf};

use auth_core::store::{json, read_file};
use auth_core::{Environment, Error, ErrorKind, Result};
use serde::Deserialize;
use serde_json::{Map, Value};

/// One installation of the platform.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NamedEnvironment {
    /// Its name in the file.
    pub name: String,
    /// The host that its services are below, as in `app.kognic.com`.
    pub host: String,
    /// Base URL of its authentication server.
    pub auth_server: String,
    /// A path, or `keyring://profile`. `None`: credentials come from variables or the keyring.
    pub credentials: Option<String>,
    /// The scopes to ask for.
    pub scopes: Option<Vec<String>>,
}

/// The installations that `environments.json` names, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct NamedEnvironments {
    /// The file that was read, or would have been.
    pub path: Option<PathBuf>,
    /// The one that is used when nothing else fits.
    pub default: Option<String>,
    /// All of them.
    pub environments: Vec<NamedEnvironment>,
}

#[derive(Deserialize)]
struct Entry {
    host: String,
    auth_server: String,
    #[serde(default)]
    credentials: Option<String>,
    #[serde(default)]
    scopes: Option<Vec<String>>,
}

impl NamedEnvironments {
    /// Reads the vendor's file: `environments.json` in the folder `kognic` of `$XDG_CONFIG_HOME` or `~/.config`. Where
    /// it is missing, the older `config.json` beside it is read. Neither there: no environments.
    pub fn load(environment: &Environment) -> Result<Self> {
        let Some(folder) = environment.config_folder().map(|folder| folder.join("kognic")) else {
            return Ok(Self::default());
        };
        let current = Self::read(&folder.join("environments.json"), "environments", "default_environment")?;
        if !current.environments.is_empty() {
            return Ok(current);
        }
        let older = Self::read(&folder.join("config.json"), "contexts", "default_context")?;
        Ok(if older.environments.is_empty() { current } else { older })
    }

    /// Reads a file of the same form from somewhere else.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self> {
        Self::read(path.as_ref(), "environments", "default_environment")
    }

    /// The one with this name.
    pub fn named(&self, name: &str) -> Result<&NamedEnvironment> {
        self.environments.iter().find(|environment| environment.name == name).ok_or_else(|| {
            let place = self.path.as_deref().map_or("no file".to_owned(), |path| path.display().to_string());
            let known: Vec<&str> =
                self.environments.iter().map(|environment| environment.name.as_str()).collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            Error::new(
                ErrorKind::Configuration,
                format!("there is no Kognic environment `{name}` in {place}"),
            )
            .with_help(format!("known environments: {known}"))
        })
    }

    /// The one that a host belongs to: the same host, or else the longest one that it is below. The first of the file
    /// wins among equals, and the default one is used when none fits.
    pub fn for_host(&self, host: &str) -> Option<&NamedEnvironment> {
        let host = host.to_ascii_lowercase();
        let fits = |candidate: &NamedEnvironment| {
            let parent = candidate.host.to_ascii_lowercase();
            (host == parent || host.ends_with(&format!(".{parent}"))).then_some(parent.len())
        };
        let longest = self.environments.iter().filter_map(fits).max();
        self.environments
            .iter()
            .find(|candidate| longest.is_some() && fits(candidate) == longest)
            .or_else(|| self.default.as_deref().and_then(|name| self.named(name).ok()))
    }

    fn read(path: &Path, list: &str, default: &str) -> Result<Self> {
        let empty = Self { path: Some(path.to_owned()), ..Self::default() };
        let Some(bytes) = read_file(path)? else { return Ok(empty) };
        let broken = |why: String| Error::new(ErrorKind::Configuration, format!("{}: {why}", path.display()));
        let object = json::parse_object(&bytes)
            .map_err(|error| error.context(path.display()).with_kind(ErrorKind::Configuration))?;
        let entries = match object.get(list) {
            None => &Map::new(),
            Some(Value::Object(entries)) => entries,
            Some(_) => return Err(broken(format!("the field `{list}` is not an object"))),
        };
        let parse = |(name, value): (&String, &Value)| {
            let entry = Entry::deserialize(value)
                .map_err(|error| broken(format!("environment `{name}`: {error}")))?;
            let Entry { host, auth_server, credentials, scopes } = entry;
            Ok(NamedEnvironment { name: name.clone(), host, auth_server, credentials, scopes })
        };
        let environments = entries.iter().map(parse).collect::<Result<_>>()?;
        let default = object.get(default).and_then(Value::as_str).map(str::to_owned);
        Ok(Self { environments, default, ..empty })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environments(hosts: &[&str], default: Option<&str>) -> NamedEnvironments {
        let environment = |host: &&str| NamedEnvironment {
            name: format!("at {host}"),
            host: (*host).to_owned(),
            auth_server: format!("https://auth.{host}"),
            credentials: None,
            scopes: None,
        };
        let environments = hosts.iter().map(environment).collect();
        NamedEnvironments { path: None, default: default.map(str::to_owned), environments }
    }

    #[test]
    fn the_longest_suffix_wins_not_the_first() {
        let all = environments(&["kognic.com", "App.Kognic.com"], None);
        let host = |host: &str| all.for_host(host).map(|environment| environment.host.as_str());
        assert_eq!(host("x.app.kognic.com"), Some("App.Kognic.com"));
        assert_eq!(host("APP.kognic.com"), Some("App.Kognic.com"));
        assert_eq!(host("y.kognic.com"), Some("kognic.com"));
        assert_eq!(host("evilkognic.com"), None);
    }

    #[test]
    fn the_default_is_used_when_none_fits() {
        let all = environments(&["a.example"], Some("at a.example"));
        assert_eq!(all.for_host("b.example").map(|environment| environment.host.as_str()), Some("a.example"));
        assert!(environments(&["a.example"], Some("gone")).for_host("b.example").is_none());
    }
}
