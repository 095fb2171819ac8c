//! Contexts: the folders of `~/.dk` in which the vendor's CLI keeps the credentials of each account (contract sections 3
//! and 4).

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use auth_core::store::{json, read_file};
use auth_core::{Environment, Error, ErrorKind, Result, SecretString};
use serde_json::{Map, Value};
use url::Url;

use crate::credentials::{Credentials, Kind, Password};

/// Holds the name of the current context.
pub(crate) const CURRENT_FILE: &str = ".context";
const CONFIG_FILE: &str = "config.json";
const TOKEN_FILE: &str = ".dk-credentials";
/// The context that is current as long as nobody has chosen another.
const DEFAULT: &str = "default";
const HELP: &str = "make the context again with `dk config`";

/// The contexts of the vendor's CLI.
///
/// ```no_run
/// let contexts = datakitchen::Contexts::of(&datakitchen::Environment::system())?;
/// println!("current: {}", contexts.current()?);
/// for name in contexts.names()? {
///     println!("{name}: {}", contexts.named(&name)?.username);
/// }
/// # Ok::<(), datakitchen::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contexts {
    folder: PathBuf,
}

/// One context: an account on one installation of the platform.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Context {
    /// Its name.
    pub name: String,
    /// The file that holds it.
    pub file: PathBuf,
    /// The user's name.
    pub username: String,
    /// The base URL, port included.
    pub base_url: String,
    pub(crate) credentials: Credentials,
}

impl Contexts {
    /// Those in `~/.dk`.
    pub fn of(environment: &Environment) -> Result<Self> {
        let home = environment.home().ok_or_else(|| {
            Error::new(ErrorKind::Configuration, "there is no home folder to look for contexts in")
                .with_help("set HOME, or give the credentials")
        })?;
        Ok(Self::at(home.join(".dk")))
    }

    /// Those in another folder.
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// The name of the current context, which `dk context-switch` sets. It is `default` when nobody did.
    pub fn current(&self) -> Result<String> {
        let path = self.folder.join(CURRENT_FILE);
        let Some(bytes) = read_file(&path)? else { return Ok(DEFAULT.to_owned()) };
        let text = std::str::from_utf8(&bytes).map_err(|_| {
            Error::new(ErrorKind::Configuration, format!("{} is not UTF-8 text", path.display()))
                .with_help("choose a context with `dk context-switch`")
        })?;
        let name = text.trim_start_matches('\u{feff}').trim();
        Ok(if name.is_empty() { DEFAULT } else { name }.to_owned())
    }

    /// The names of all contexts, sorted.
    pub fn names(&self) -> Result<Vec<String>> {
        let failed = |error: io::Error| {
            Error::new(ErrorKind::File, format!("cannot list {}", self.folder.display())).with_source(error)
        };
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed(error)),
        };
        let mut names = Vec::new();
        for entry in entries {
            // A name that is not Unicode cannot be asked for either.
            if let Ok(name) = entry.map_err(failed)?.file_name().into_string()
                && self.folder.join(&name).join(CONFIG_FILE).is_file()
            {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    /// The context with this name.
    pub fn named(&self, name: &str) -> Result<Context> {
        let file = self.file_of(name)?;
        let source = format!("the context file {}", file.display());
        let broken = |error: Error| error.with_kind(ErrorKind::InvalidCredentials);
        let Some(bytes) = read_file(&file).map_err(broken)? else {
            return Err(self.missing(name, &source));
        };
        let fields = json::parse_object(&bytes).map_err(|error| broken(error.context(&source)))?;
        let fields = Fields { source: &source, fields: &fields };
        let (username, password) = (fields.text("dk-cloud-username")?, fields.text("dk-cloud-password")?);
        let base_url = fields.base_url()?;
        let password = Password { username: username.clone(), password: SecretString::from(password) };
        let credentials = Credentials {
            kind: Kind::Session { token: None, password: Some(password) },
            base_url: Some((format!("the base URL of {source}"), base_url.clone())),
            token_file: Some(file.with_file_name(TOKEN_FILE)),
            source,
        };
        Ok(Context { name: name.to_owned(), file, username, base_url, credentials })
    }

    /// Where the context with this name is, or would be.
    pub(crate) fn file_of(&self, name: &str) -> Result<PathBuf> {
        let mut parts = Path::new(name).components();
        // Exactly one part, and written as it is.
        let is_plain = match (parts.next(), parts.next()) {
            (Some(Component::Normal(part)), None) => part == name && !name.contains(['/', '\\', '\0']),
            _ => false,
        };
        if !is_plain {
            let why = format!("the context name {name:?} is not the name of a folder");
            return Err(Error::new(ErrorKind::Configuration, why)
                .with_help("give the name of a folder in ~/.dk, without a path"));
        }
        Ok(self.folder.join(name).join(CONFIG_FILE))
    }

    fn missing(&self, name: &str, source: &str) -> Error {
        let known = self.names().unwrap_or_default();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        let why = format!("there is no context `{name}`: {source} does not exist");
        Error::new(ErrorKind::InvalidCredentials, why).with_help(format!("known contexts: {known}"))
    }
}

/// The members of a context file.
struct Fields<'a> {
    source: &'a str,
    fields: &'a Map<String, Value>,
}

impl Fields<'_> {
    fn wrong(&self, field: &str, why: &str) -> Error {
        let what = format!("{}: the field `{field}` {why}", self.source);
        Error::new(ErrorKind::InvalidCredentials, what).with_help(HELP)
    }

    /// A text. A whole number is taken for its text; any other number may have been changed by reading it.
    fn text(&self, field: &str) -> Result<String> {
        match self.fields.get(field) {
            Some(Value::String(text)) => Ok(text.clone()),
            Some(Value::Number(number)) if !number.is_f64() => Ok(number.to_string()),
            Some(Value::Number(_)) => Err(self.wrong(field, "is a number: put it in quotes")),
            Some(Value::Null) => Err(self.wrong(field, "is null")),
            Some(_) => Err(self.wrong(field, "is not text")),
            None => Err(self.wrong(field, "is missing")),
        }
    }

    /// `{dk-cloud-ip}:{dk-cloud-port}`, where the first is scheme and host in spite of its name. A trailing slash and a
    /// path do no harm.
    fn base_url(&self) -> Result<String> {
        let (ip, port) = (self.text("dk-cloud-ip")?, self.text("dk-cloud-port")?);
        let (ip, port) = (ip.trim(), port.trim());
        if !ip.contains("://") {
            return Err(self.wrong("dk-cloud-ip", "has no scheme (https://)"));
        }
        let mut url = Url::parse(ip.trim_end_matches('/'))
            .map_err(|error| self.wrong("dk-cloud-ip", &format!("is no URL: {error}")))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(self.wrong("dk-cloud-ip", "holds a user name or password"));
        }
        if !port.is_empty() {
            let number = port.parse::<u16>().ok().filter(|number| *number > 0);
            let number = number.ok_or_else(|| self.wrong("dk-cloud-port", "is no port from 1 to 65535"))?;
            if url.port().is_some_and(|other| other != number) {
                return Err(self.wrong("dk-cloud-ip", "names another port than `dk-cloud-port`"));
            }
            url.set_port(Some(number)).map_err(|()| self.wrong("dk-cloud-ip", "has no host"))?;
        }
        Ok(url.as_str().trim_end_matches('/').to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn base_url(ip: &str, port: Value) -> Result<String, String> {
        let fields = json!({"dk-cloud-ip": ip, "dk-cloud-port": port});
        let fields = fields.as_object().unwrap();
        let named = |error: Error| error.to_string().replace(&format!(" ({HELP})"), "");
        Fields { source: "f", fields }.base_url().map_err(named)
    }

    #[test]
    fn scheme_host_and_port_make_the_base_url() {
        for (ip, port, expected) in [
            ("https://cloud.datakitchen.io", json!("443"), "https://cloud.datakitchen.io"),
            ("https://cloud.datakitchen.io", json!(8443), "https://cloud.datakitchen.io:8443"),
            ("https://h.example/", json!("8443"), "https://h.example:8443"),
            ("https://h.example:8443", json!("8443"), "https://h.example:8443"),
            ("https://h.example/pre/fix", json!("8443"), "https://h.example:8443/pre/fix"),
            ("http://127.0.0.1", json!(" 8080 "), "http://127.0.0.1:8080"),
            ("https://h.example", json!(""), "https://h.example"),
        ] {
            assert_eq!(base_url(ip, port), Ok(expected.to_owned()));
        }
    }

    #[test]
    fn what_makes_no_base_url_is_named() {
        for (ip, port, why) in [
            ("h.example", json!("443"), "f: the field `dk-cloud-ip` has no scheme (https://)"),
            ("localhost:443", json!("443"), "f: the field `dk-cloud-ip` has no scheme (https://)"),
            ("https://", json!("443"), "f: the field `dk-cloud-ip` is no URL: empty host"),
            ("https://u:canary@h", json!("443"), "f: the field `dk-cloud-ip` holds a user name or password"),
            ("https://h:1", json!("2"), "f: the field `dk-cloud-ip` names another port than `dk-cloud-port`"),
            ("https://h", json!("x"), "f: the field `dk-cloud-port` is no port from 1 to 65535"),
            ("https://h", json!("0"), "f: the field `dk-cloud-port` is no port from 1 to 65535"),
            ("https://h", json!(65536), "f: the field `dk-cloud-port` is no port from 1 to 65535"),
            ("https://h", json!(null), "f: the field `dk-cloud-port` is null"),
            ("https://h", json!(1.5), "f: the field `dk-cloud-port` is a number: put it in quotes"),
        ] {
            assert_eq!(base_url(ip, port), Err(why.to_owned()));
        }
    }

    proptest! {
        #[test]
        fn a_context_never_leaves_its_folder(name in "\\PC{0,12}|[./\\\\a]{0,6}") {
            if let Ok(file) = Contexts::at("/home/me/.dk").file_of(&name) {
                prop_assert_eq!(file.parent().unwrap().parent(), Some(Path::new("/home/me/.dk")));
                prop_assert_eq!(file, Path::new("/home/me/.dk").join(&name).join(CONFIG_FILE));
            }
        }

        #[test]
        fn any_fields_are_read_or_refused(ip in "(https?://)?[a-z0-9.:/@?#]{0,20}", port in "[0-9a-z]{0,6}") {
            let _ = base_url(&ip, json!(port));
        }
    }
}
