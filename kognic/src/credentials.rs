//! Where credentials come from: surroundings in, credentials out, no network (contract section 3).

use std::fmt;
use std::path::Path;

use auth_core::secret::expose;
use auth_core::store::{json, read_file};
use auth_core::{Environment, Error, ErrorKind, Lookup, Result, SecretString, Timestamp};
use serde_json::{Map, Value};

use crate::keyring;

/// The variable that names a credentials file.
const FILE_VARIABLE: &str = "KOGNIC_CREDENTIALS";
const ID_VARIABLE: &str = "KOGNIC_CLIENT_ID";
const SECRET_VARIABLE: &str = "KOGNIC_CLIENT_SECRET";
/// What a path begins with that names a profile of the keyring.
const KEYRING: &str = "keyring://";
/// What to do when there are none.
const HELP: &str = "download API credentials from the Kognic web app (user menu, API Credentials) and set \
                    KOGNIC_CREDENTIALS to the path of the file";

/// A client id and its secret, with what the credentials file says beside them.
#[derive(Clone)]
pub struct Credentials {
    pub(crate) client_id: String,
    pub(crate) client_secret: SecretString,
    pub(crate) scopes: Option<Vec<String>>,
    pub(crate) expires: Option<Timestamp>,
    /// Where they came from, for errors.
    pub(crate) source: String,
}

impl Credentials {
    /// A client id and its secret.
    pub fn new(client_id: impl Into<String>, client_secret: impl Into<SecretString>) -> Self {
        Self {
            client_id: client_id.into(),
            client_secret: client_secret.into(),
            scopes: None,
            expires: None,
            source: "the given credentials".to_owned(),
        }
    }

    /// The credentials of a file as the web app gives it (contract section 4.1).
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let source = format!("the credentials file {}", path.display());
        let bytes = read_file(path)?.ok_or_else(|| {
            Error::new(ErrorKind::InvalidCredentials, format!("{source} does not exist")).with_help(HELP)
        })?;
        Self::parse(&source, &bytes)
    }

    /// The credentials in JSON text of the same form.
    pub fn from_json(text: &str) -> Result<Self> {
        Self::parse("the given JSON credentials", text.as_bytes())
    }

    /// The public half.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// What finds credentials when none are given: variables, then the keyring.
    pub(crate) fn find(environment: &Environment) -> Result<Self> {
        let mut lookup = Lookup::new("Kognic");
        lookup.note("arguments", "none given");
        match environment.var(FILE_VARIABLE) {
            Some(place) => return Self::at(environment, place).map_err(|error| error.context(FILE_VARIABLE)),
            None => lookup.note(FILE_VARIABLE, "not set"),
        }
        match (environment.var(ID_VARIABLE), environment.var(SECRET_VARIABLE)) {
            (Some(id), Some(secret)) => {
                let source = format!("{ID_VARIABLE} and {SECRET_VARIABLE}");
                return Ok(Self { source, ..Self::new(id, secret) });
            }
            (Some(_), None) => lookup.note(SECRET_VARIABLE, format!("not set, although {ID_VARIABLE} is")),
            (None, Some(_)) => lookup.note(ID_VARIABLE, format!("not set, although {SECRET_VARIABLE} is")),
            (None, None) => lookup.note(format!("{ID_VARIABLE} and {SECRET_VARIABLE}"), "not set"),
        }
        match keyring::credentials("default") {
            Ok(Some(found)) => return Ok(found),
            Ok(None) => lookup.note("the keyring, profile default", "no entry"),
            Err(error) => lookup.note("the keyring, profile default", error.to_string()),
        }
        Err(lookup.into_error(HELP))
    }

    /// The credentials that a path or a `keyring://` name stands for.
    pub(crate) fn at(environment: &Environment, place: &str) -> Result<Self> {
        match place.trim().strip_prefix(KEYRING) {
            Some(profile) => keyring::credentials(profile)?.ok_or_else(|| {
                Error::new(
                    ErrorKind::InvalidCredentials,
                    format!("the keyring has no credentials for profile `{profile}`"),
                )
                .with_help(format!("store them with `kognic-auth credentials put <file> --env {profile}`"))
            }),
            None => Self::from_file(environment.expand(place.trim())),
        }
    }

    /// Reads the vendor's form. Only what is needed to sign in is required; the SDK also insists on `email`, `userId`
    /// and `issuer`.
    pub(crate) fn parse(source: &str, bytes: &[u8]) -> Result<Self> {
        let object = json::parse_object(bytes).map_err(|error| {
            error.context(source).with_kind(ErrorKind::InvalidCredentials).with_help(HELP)
        })?;
        Ok(Self {
            client_id: text(source, &object, "clientId")?.to_owned(),
            client_secret: text(source, &object, "clientSecret")?.into(),
            scopes: scopes(source, &object)?,
            // Like the SDK: a date that cannot be read is as good as none.
            expires: object.get("expires").and_then(Value::as_str).and_then(|date| date.parse().ok()),
            source: source.to_owned(),
        })
    }

    /// Whether they can be used at all, told before anything is sent.
    pub(crate) fn check(&self, now: Timestamp) -> Result<()> {
        let unusable = |why: String| {
            Error::new(ErrorKind::InvalidCredentials, format!("{} cannot be used: {why}", self.source))
                .with_help(HELP)
        };
        match self.expires {
            Some(expires) if expires <= now => return Err(unusable(format!("they expired at {expires}"))),
            _ => {}
        }
        if self.client_id.trim().is_empty() {
            return Err(unusable("the client id is empty".to_owned()));
        }
        if expose(&self.client_secret).trim().is_empty() {
            return Err(unusable("the client secret is empty".to_owned()));
        }
        Ok(())
    }
}

fn text<'a>(source: &str, object: &'a Map<String, Value>, field: &str) -> Result<&'a str> {
    let wrong = |why: &str| {
        Error::new(ErrorKind::InvalidCredentials, format!("{source}: the field `{field}` {why}"))
            .with_help(HELP)
    };
    match object.get(field) {
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(wrong("is not text")),
        None => Err(wrong("is missing")),
    }
}

fn scopes(source: &str, object: &Map<String, Value>) -> Result<Option<Vec<String>>> {
    match object.get("scopes") {
        None | Some(Value::Null) => Ok(None),
        Some(value) => serde_json::from_value(value.clone()).map(Some).map_err(|_| {
            Error::new(
                ErrorKind::InvalidCredentials,
                format!("{source}: the field `scopes` is not a list of texts"),
            )
        }),
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("client_id", &self.client_id)
            .field("client_secret", &self.client_secret)
            .field("scopes", &self.scopes)
            .field("expires", &self.expires)
            .field("source", &self.source)
            .finish()
    }
}
