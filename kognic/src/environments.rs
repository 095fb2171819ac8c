//! Named environments: the vendor's `environments.json`, which says for each installation of the platform where its
//! authentication server is and which credentials belong to it (contract sections 3.4 and 4.2).

use std::path::{Path, PathBuf};

use auth_core::store::{json, read_file};
use auth_core::{Environment, Error, ErrorKind, Result};
use serde::Deserialize;
use serde_json::{Map, Value};

/// What the platform's usual services are below.
pub(crate) const USUAL_HOST: &str = "app.kognic.com";

/// One installation of the platform.
///
/// Its services are at `https://input.{host}` and so on. (The vendor's SDK takes whole URLs for each call and so never
/// says where they are; but a token of one installation has no business at another.)
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

impl NamedEnvironment {
    /// Kognic's own installation.
    fn built_in() -> Self {
        Self {
            name: "default".to_owned(),
            host: USUAL_HOST.to_owned(),
            auth_server: format!("https://auth.{USUAL_HOST}"),
            credentials: None,
            scopes: None,
        }
    }
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

    /// The one that a host name belongs to: the same host, or else the longest one that it is below. The first of the
    /// file wins among equals. Where none fits it is the default one, and where there is no such, the built-in one.
    pub fn for_host(&self, host: &str) -> NamedEnvironment {
        let host = host.to_ascii_lowercase();
        let fit = |candidate: &NamedEnvironment| {
            let parent = candidate.host.to_ascii_lowercase();
            (host == parent || host.ends_with(&format!(".{parent}"))).then_some(parent.len())
        };
        let longest = self.environments.iter().filter_map(fit).max();
        let fitting =
            longest.and_then(|longest| self.environments.iter().find(|one| fit(one) == Some(longest)));
        let default = || self.default.as_deref().and_then(|name| self.named(name).ok());
        fitting.or_else(default).cloned().unwrap_or_else(NamedEnvironment::built_in)
    }

    fn read(path: &Path, list: &str, default: &str) -> Result<Self> {
        match read_file(path)? {
            Some(bytes) => Self::parse(path, &bytes, list, default),
            None => Ok(Self { path: Some(path.to_owned()), ..Self::default() }),
        }
    }

    fn parse(path: &Path, bytes: &[u8], list: &str, default: &str) -> Result<Self> {
        let broken = |why: String| Error::new(ErrorKind::Configuration, format!("{}: {why}", path.display()));
        let object = json::parse_object(bytes)
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
            let credentials = credentials.filter(|place| !place.trim().is_empty());
            Ok(NamedEnvironment { name: name.clone(), host, auth_server, credentials, scopes })
        };
        Ok(Self {
            path: Some(path.to_owned()),
            default: object.get(default).and_then(Value::as_str).map(str::to_owned),
            environments: entries.iter().map(parse).collect::<Result<_>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
        let name = |host: &str| all.for_host(host).name;
        assert_eq!(name("x.app.kognic.com"), "at App.Kognic.com");
        assert_eq!(name("APP.kognic.com"), "at App.Kognic.com");
        assert_eq!(name("y.kognic.com"), "at kognic.com");
        assert_eq!(name("evilkognic.com"), "default");
    }

    #[test]
    fn the_first_of_equals_wins() {
        let mut all = environments(&["a.example", "a.example"], None);
        all.environments[0].name = "first".to_owned();
        assert_eq!(all.for_host("x.a.example").name, "first");
    }

    #[test]
    fn the_default_is_used_when_none_fits_and_then_the_built_in_one() {
        let all = environments(&["a.example"], Some("at a.example"));
        assert_eq!(all.for_host("b.example").name, "at a.example");
        let built_in = environments(&["a.example"], Some("gone")).for_host("b.example");
        assert_eq!(built_in, NamedEnvironment::built_in());
        assert_eq!(built_in.auth_server, "https://auth.app.kognic.com");
    }

    proptest! {
        #[test]
        fn any_file_is_read_or_refused(bytes: Vec<u8>, entry in "\\PC{0,20}") {
            let path = Path::new("e.json");
            let _ = NamedEnvironments::parse(path, &bytes, "environments", "default_environment");
            let file = format!(r#"{{"environments": {{"a": {entry}}}}}"#);
            let _ = NamedEnvironments::parse(path, file.as_bytes(), "environments", "default_environment");
        }

        #[test]
        fn every_host_has_an_environment(hosts in proptest::collection::vec("[a-c.]{0,4}", 0..4), host in "[a-c.]{0,6}") {
            let all = environments(&hosts.iter().map(String::as_str).collect::<Vec<_>>(), None);
            let found = all.for_host(&host);
            prop_assert!(found == NamedEnvironment::built_in() || host.ends_with(&found.host));
        }
    }
}
