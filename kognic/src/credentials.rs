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
/// What the vendor's SDK read before its version 4, when the company had another name.
const FORMER_VARIABLES: [&str; 3] = ["ANNOTELL_CREDENTIALS", "ANNOTELL_CLIENT_ID", "ANNOTELL_CLIENT_SECRET"];
/// What a place begins with that is a profile of the keyring.
const KEYRING: &str = "keyring://";
/// The profile of the keyring that is looked at when nothing else is set.
const DEFAULT_PROFILE: &str = "default";
/// What to do when there are none.
const HELP: &str = "download API credentials from the Kognic web app (user menu, API Credentials) and set \
                    KOGNIC_CREDENTIALS to the path of the file";

/// A client id and its secret, with what the credentials file says beside them.
///
/// An expiry is looked at when a client is made. A client that outlives it goes on: the platform then refuses to renew
/// the token, and the error names the expiry.
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
        match read_file(path)? {
            Some(bytes) => Self::parse(&source, &bytes),
            None => Err(unusable(format!("{source} does not exist"))),
        }
    }

    /// The credentials in JSON text of the same form.
    pub fn from_json(text: &str) -> Result<Self> {
        Self::parse("the given JSON credentials", text.as_bytes())
    }

    /// The credentials that a path (`~` is the home folder) or a `keyring://profile` stands for, as
    /// [`Builder::credentials_at`](crate::Builder::credentials_at) finds them.
    pub fn find_at(environment: &Environment, place: &str) -> crate::Result<Self> {
        Ok(Self::at(environment, place)?)
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
        for former in FORMER_VARIABLES.into_iter().filter(|former| environment.var(former).is_some()) {
            let today = former.replace("ANNOTELL", "KOGNIC");
            lookup.note(former, format!("set, but no longer read: the name is now {today}"));
        }
        let finding = match Self::in_keyring(environment, DEFAULT_PROFILE) {
            Ok(Some(found)) => return Ok(found),
            Ok(None) => "no entry".to_owned(),
            Err(error) => error.to_string(),
        };
        lookup.note(entry_of(DEFAULT_PROFILE), finding);
        Err(lookup.into_error(HELP))
    }

    /// The credentials that a path or a `keyring://` name stands for.
    pub(crate) fn at(environment: &Environment, place: &str) -> Result<Self> {
        let place = place.trim();
        if let Some(profile) = place.strip_prefix(KEYRING) {
            return Self::of_profile(environment, profile);
        }
        // Not shown: it is the secret itself, put where its path belongs.
        if place.starts_with('{') {
            return Err(unusable(
                "the JSON text of credentials was given where their path is expected".to_owned(),
            )
            .with_help("write it to a file and give the path, or use Credentials::from_json"));
        }
        if place.is_empty() {
            return Err(unusable("the path of the credentials is empty".to_owned()));
        }
        Self::from_file(environment.expand(place))
    }

    fn of_profile(environment: &Environment, profile: &str) -> Result<Self> {
        if profile.is_empty() {
            return Err(unusable(format!("`{KEYRING}` names no profile of the keyring"))
                .with_help(format!("name one, as in {KEYRING}{DEFAULT_PROFILE}")));
        }
        let found =
            Self::in_keyring(environment, profile).map_err(|error| error.context(entry_of(profile)))?;
        found.ok_or_else(|| {
            unusable(format!("{}: there is no such entry", entry_of(profile)))
                .with_help(format!("store one with `kognic-auth credentials put <file> --env {profile}`"))
        })
    }

    /// The entry of a profile, if there is one. Errors do not name the profile: their readers know it.
    fn in_keyring(environment: &Environment, profile: &str) -> Result<Option<Self>> {
        let Some(json) = keyring::read(environment, profile)? else { return Ok(None) };
        let found = Self::parse("its entry", expose(&json).as_bytes())?;
        Ok(Some(Self { source: entry_of(profile), ..found }))
    }

    /// Reads the vendor's form. Only what is needed to sign in is required; the SDK also insists on `email`, `userId`
    /// and `issuer`.
    pub(crate) fn parse(source: &str, bytes: &[u8]) -> Result<Self> {
        let object = json::parse_object(bytes).map_err(|error| {
            error.context(source).with_kind(ErrorKind::InvalidCredentials).with_help(HELP)
        })?;
        let wrong = |field: &str, why: &str| unusable(format!("{source}: the field `{field}` {why}"));
        let text = |field: &str| match object.get(field) {
            Some(Value::String(text)) => Ok(text.as_str()),
            Some(_) => Err(wrong(field, "is not text")),
            None => Err(wrong(field, "is missing")),
        };
        Ok(Self {
            client_id: text("clientId")?.to_owned(),
            client_secret: text("clientSecret")?.into(),
            scopes: scopes(&object).map_err(|()| wrong("scopes", "is not a list of texts"))?,
            // Like the SDK: a date that cannot be read is as good as none.
            expires: object.get("expires").and_then(Value::as_str).and_then(|date| date.parse().ok()),
            source: source.to_owned(),
        })
    }

    /// What to look at when the platform refuses them.
    pub(crate) fn to_check(&self) -> String {
        match self.expires {
            Some(expires) => format!("check {}: they expire at {expires}", self.source),
            None => format!("check {}", self.source),
        }
    }

    /// Whether they can be used at all, told before anything is sent.
    pub(crate) fn check(&self, now: Timestamp) -> Result<()> {
        let source = &self.source;
        match self.expires {
            Some(expires) if expires <= now => Err(unusable(format!("{source}: they expired at {expires}"))),
            _ if self.client_id.trim().is_empty() => {
                Err(unusable(format!("{source}: the client id is empty")))
            }
            _ if expose(&self.client_secret).trim().is_empty() => {
                Err(unusable(format!("{source}: the client secret is empty")))
            }
            _ => Ok(()),
        }
    }
}

/// How errors call an entry of the keyring.
pub(crate) fn entry_of(profile: &str) -> String {
    format!("the keyring, profile {profile}")
}

fn scopes(object: &Map<String, Value>) -> Result<Option<Vec<String>>, ()> {
    match object.get("scopes") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Array(scopes)) => {
            let text = |scope: &Value| scope.as_str().map(str::to_owned);
            scopes.iter().map(text).collect::<Option<_>>().map(Some).ok_or(())
        }
        Some(_) => Err(()),
    }
}

fn unusable(why: String) -> Error {
    Error::new(ErrorKind::InvalidCredentials, why).with_help(HELP)
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_bytes_are_credentials_or_an_error(bytes: Vec<u8>) {
            let _ = Credentials::parse("x", &bytes);
        }

        #[test]
        fn no_error_shows_what_the_file_holds(
            field in "(clientId|clientSecret|scopes)", value in r#"("canary|\[\["canary"\]\]|\{"canary":1\}|"canary",)"#,
        ) {
            let file = format!(r#"{{"clientId": "a", "clientSecret": "b", "{field}": {value}}}"#);
            if let Err(error) = Credentials::parse("x", file.as_bytes()) {
                prop_assert!(!error.to_string().contains("canary"), "{}", error);
            }
        }

        #[test]
        fn what_is_written_is_read(id in "\\PC{1,12}", secret in "\\PC{1,12}", scopes: Option<Vec<String>>) {
            let file = serde_json::json!({"clientId": id, "clientSecret": secret, "scopes": scopes}).to_string();
            let read = Credentials::parse("x", file.as_bytes()).unwrap();
            prop_assert_eq!((read.client_id.as_str(), expose(&read.client_secret)), (id.as_str(), secret.as_str()));
            prop_assert_eq!(read.scopes, scopes);
        }
    }
}
