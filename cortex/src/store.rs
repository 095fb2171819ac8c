//! Writing the file that is shared with the vendor's CLI: `~/.cortex/config` (contract section 4.1).

use std::path::{Path, PathBuf};

use auth_core::secret::expose;
use auth_core::store::{json, read_file, replace_file};
use auth_core::{Environment, Error, ErrorKind, Result};
use serde_json::{Map, Value, json};

use crate::pat::PersonalAccessConfig;
use crate::profiles::{self, Profiles};

/// The version that a new file gets, the newest that the CLI writes. The CLI adds what it wants beside our members.
const VERSION: &str = "5";
/// The versions in which profiles can be written.
const WRITABLE: [&str; 3] = ["3", "4", "5"];

/// The file of profiles, for programs that change it as `cortex configure` does.
///
/// ```no_run
/// # fn example() -> cortex::Result<()> {
/// let file = cortex::ProfileFile::shared(&cortex::Environment::system())?;
/// let config = cortex::PersonalAccessConfig::from_file("pat.json")?;
/// file.put("staging", &config, Some("my-project"))?;
/// file.set_current("staging")?;
/// # Ok(())
/// # }
/// ```
///
/// What is unknown stays as it is. Unlike the CLI's, the file has mode 0600 and is replaced in one step. There is no lock
/// between programs: of two changes at the same moment the later one stays. All methods block for as long as the disk
/// takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileFile {
    path: PathBuf,
}

impl ProfileFile {
    /// The file that the CLI uses.
    pub fn shared(environment: &Environment) -> Result<Self> {
        Ok(Self::at(profiles::path(environment)?))
    }

    /// A file in another place.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it holds now.
    pub fn read(&self) -> Result<Profiles> {
        Profiles::from_file(&self.path)
    }

    /// Adds a profile, or changes the members of one that `config` has; its other members stay. The first profile of a
    /// file becomes the current one. A project that is `None` leaves the profile's own.
    pub fn put(&self, name: &str, config: &PersonalAccessConfig, project: Option<&str>) -> Result<()> {
        let invalid = |why: &str| {
            Err(Error::new(ErrorKind::InvalidInput, format!("the profile cannot be written: {why}")))
        };
        if name.trim().is_empty() {
            return invalid("its name is empty");
        }
        let Some(url) = config.url() else { return invalid("the personal access config names no `url`") };
        self.change(|document| {
            let Some(Value::Object(all)) = document.get_mut("profiles") else {
                return Err("the field `profiles` is not an object".to_owned());
            };
            let first = all.is_empty();
            let entry = all.entry(name).or_insert_with(|| Map::new().into());
            let Value::Object(entry) = entry else {
                return Err(format!("the profile `{name}` is not an object"));
            };
            let jwk = json!({
                "crv": "Ed25519", "x": config.key.x, "d": expose(&config.key.d), "kty": "OKP", "kid": config.key.thumbprint(),
            });
            let members: [(&str, Value); 5] = [
                ("url", url.into()),
                ("username", config.username.as_str().into()),
                ("issuer", config.issuer.as_str().into()),
                ("audience", config.audience.as_str().into()),
                ("jwk", jwk),
            ];
            entry.extend(members.map(|(member, value)| (member.to_owned(), value)));
            if let Some(project) = project.or(config.project()) {
                entry.insert("project".to_owned(), project.into());
            }
            if first {
                document.insert("currentProfile".to_owned(), name.into());
            }
            Ok(())
        })
    }

    /// Makes a profile the current one.
    pub fn set_current(&self, name: &str) -> crate::Result<()> {
        self.read()?.named(name)?;
        self.change(|document| {
            document.insert("currentProfile".to_owned(), name.into());
            Ok(())
        })?;
        Ok(())
    }

    /// Reads, changes and replaces. Whatever goes wrong, the file stays as it was.
    fn change(&self, change: impl FnOnce(&mut Map<String, Value>) -> Result<(), String>) -> Result<()> {
        let cannot = |why: String| {
            Error::new(ErrorKind::Store, format!("cannot change {}: {why}", self.path.display()))
        };
        let mut document = match read_file(&self.path)? {
            Some(bytes) => json::parse_object(&bytes)
                .map_err(|error| error.context(format_args!("cannot change {}", self.path.display())))?,
            None => Map::from_iter([
                ("version".to_owned(), VERSION.into()),
                ("profiles".to_owned(), Map::new().into()),
            ]),
        };
        let version = document.get("version").and_then(Value::as_str);
        if !version.is_some_and(|version| WRITABLE.contains(&version)) {
            let what = version.map_or("no version".to_owned(), |version| format!("the version `{version}`"));
            return Err(cannot(format!("it has {what}, which is not written any more"))
                .with_help("move it away, or let `cortex configure` make a new one; it was not changed"));
        }
        if !document.contains_key("profiles") {
            document.insert("profiles".to_owned(), Map::new().into());
        }
        change(&mut document).map_err(|why| cannot(why).with_help("repair the file; it was not changed"))?;
        let text = secrecy::zeroize::Zeroizing::new(json::JsonStyle::indented(2).write(&document)?);
        replace_file(&self.path, &*text)
    }
}
