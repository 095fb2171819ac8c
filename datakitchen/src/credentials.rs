//! Where credentials come from: surroundings in, credentials out, no network (contract section 3).

use std::path::PathBuf;

use auth_core::secret::expose;
use auth_core::{Claims, Environment, Error, ErrorKind, Lookup, Result, SecretString, Timestamp};

use crate::contexts::{CURRENT_FILE, Contexts};
use crate::session_token::token_in;

const TOKEN: &str = "DK_CLOUD_TOKEN";
const KEY_ID: &str = "DK_CLOUD_API_KEY_ID";
const KEY_SECRET: &str = "DK_CLOUD_API_KEY_SECRET";
const USERNAME: &str = "DK_CLOUD_USERNAME";
const PASSWORD: &str = "DK_CLOUD_PASSWORD";
const BASE_URL: &str = "DK_CLOUD_BASE_URL";
const CONTEXT: &str = "DK_CONTEXT";
/// What to do when there are none.
const HELP: &str = "set DK_CLOUD_USERNAME and DK_CLOUD_PASSWORD, or make a context with `dk config`";

/// What signs a client in: a user name and password, an API token pair, or a session token that is ready.
#[derive(Clone, Debug)]
pub struct Credentials {
    pub(crate) kind: Kind,
    /// The base URL that belongs to them, after how the user knows it.
    pub(crate) base_url: Option<(String, String)>,
    /// Where the vendor's CLI keeps the session token of the same context.
    pub(crate) token_file: Option<PathBuf>,
    /// Where they came from, for errors.
    pub(crate) source: String,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// A session token: obtained with the password, or ready, or both.
    Session { token: Option<SecretString>, password: Option<Password> },
    /// An API token pair, which is sent with every call.
    ApiToken { key_id: String, secret: SecretString },
}

/// A user name and its password.
#[derive(Clone, Debug)]
pub(crate) struct Password {
    pub(crate) username: String,
    pub(crate) password: SecretString,
}

impl Credentials {
    /// A user name, mostly an e-mail address, and its password. Blanks around them are sent as they are.
    pub fn password(username: impl Into<String>, password: impl Into<SecretString>) -> Self {
        let password = Password { username: username.into(), password: password.into() };
        Self::given(Kind::Session { token: None, password: Some(password) })
    }

    /// An API token pair: a key id and its secret. It is sent with every call, and there is no login.
    pub fn api_token(key_id: impl Into<String>, secret: impl Into<SecretString>) -> Self {
        Self::given(Kind::ApiToken { key_id: key_id.into(), secret: secret.into() })
    }

    /// A session token that is ready. A JWT is renewed as long as the platform does so; an opaque one is used until it
    /// is refused.
    pub fn token(token: impl Into<SecretString>) -> Self {
        Self::given(Kind::Session { token: Some(token.into()), password: None })
    }

    /// With a user name and password, to sign in when a token that was given ready has ended.
    pub fn with_password(self, username: impl Into<String>, password: impl Into<SecretString>) -> Self {
        let password = Password { username: username.into(), password: password.into() };
        let token = match self.kind {
            Kind::Session { token, .. } => token,
            Kind::ApiToken { .. } => None,
        };
        Self { kind: Kind::Session { token, password: Some(password) }, ..self }
    }

    fn given(kind: Kind) -> Self {
        Self { kind, base_url: None, token_file: None, source: "the given credentials".to_owned() }
    }

    /// What finds credentials when none are given: variables, then the context that is named or current.
    pub(crate) fn find(environment: &Environment) -> Result<Self> {
        let mut lookup = Lookup::new("DataKitchen");
        lookup.note("arguments", "none given");
        if let Some(found) = Self::from_variables(environment, &mut lookup)? {
            return Ok(found);
        }
        let named = environment.var(CONTEXT).map(str::trim);
        if let Some(found) = Self::from_context(environment, named, &mut lookup)? {
            if environment.var(BASE_URL).is_some() {
                tracing::warn!(
                    source = found.source,
                    "{BASE_URL} is not used: a context has its own base URL"
                );
            }
            return Ok(found);
        }
        Err(lookup.into_error(HELP))
    }

    fn from_variables(environment: &Environment, lookup: &mut Lookup) -> Result<Option<Self>> {
        let base_url = environment.var(BASE_URL).map(|url| (BASE_URL.to_owned(), url.to_owned()));
        let found = |kind, source: String| Ok(Some(Self { kind, base_url, token_file: None, source }));
        if let Some(token) = environment.var(TOKEN) {
            let password = match (environment.var(USERNAME), environment.var(PASSWORD)) {
                (Some(username), Some(password)) => {
                    Some(Password { username: username.to_owned(), password: password.into() })
                }
                _ => None,
            };
            return found(Kind::Session { token: Some(token.into()), password }, TOKEN.to_owned());
        }
        lookup.note(TOKEN, "not set");
        if let Some((id, secret)) = pair(environment, KEY_ID, KEY_SECRET, lookup)? {
            let kind = Kind::ApiToken { key_id: id.to_owned(), secret: secret.into() };
            return found(kind, format!("{KEY_ID} and {KEY_SECRET}"));
        }
        if let Some((username, password)) = pair(environment, USERNAME, PASSWORD, lookup)? {
            let password = Password { username: username.to_owned(), password: password.into() };
            let kind = Kind::Session { token: None, password: Some(password) };
            return found(kind, format!("{USERNAME} and {PASSWORD}"));
        }
        Ok(None)
    }

    /// The context that is named, which must exist; else the current one, which need not.
    fn from_context(
        environment: &Environment,
        named: Option<&str>,
        lookup: &mut Lookup,
    ) -> Result<Option<Self>> {
        if let Some(name) = named {
            let context = Contexts::of(environment).and_then(|contexts| contexts.named(name));
            return context.map(|context| Some(context.credentials)).map_err(|error| error.context(CONTEXT));
        }
        lookup.note(CONTEXT, "not set");
        let Ok(contexts) = Contexts::of(environment) else {
            lookup.note(format!("~/.dk/{CURRENT_FILE}"), "there is no home folder");
            return Ok(None);
        };
        let name = contexts.current()?;
        let file = contexts.file_of(&name)?;
        // What cannot be looked at is not missing; the error comes when it is read.
        if !file.try_exists().unwrap_or(true) {
            lookup.note(
                file.display().to_string(),
                format!("does not exist (the current context is `{name}`)"),
            );
            return Ok(None);
        }
        Ok(Some(contexts.named(&name)?.credentials))
    }

    /// Whether they can be used at all, told before anything is sent.
    pub(crate) fn check(&self, now: Timestamp) -> Result<()> {
        let unusable = |why: String| Err(unusable(format!("{}: {why}", self.source)));
        match &self.kind {
            Kind::ApiToken { key_id, secret } => {
                if key_id.trim().is_empty() {
                    return unusable("the key id of the API token pair is empty".to_owned());
                }
                if expose(secret).trim().is_empty() {
                    return unusable("the secret of the API token pair is empty".to_owned());
                }
                if key_id.contains(':') {
                    return unusable("the key id of the API token pair holds a colon".to_owned());
                }
                match latin1(key_id).and(latin1(expose(secret))) {
                    Some(_) => Ok(()),
                    None => unusable(
                        "the API token pair holds a character outside of Latin-1, which cannot be sent"
                            .to_owned(),
                    ),
                }
            }
            Kind::Session { token, password } => {
                if let Some(password) = password {
                    if password.username.trim().is_empty() {
                        return unusable("the user name is empty".to_owned());
                    }
                    if expose(&password.password).trim().is_empty() {
                        return unusable("the password is empty".to_owned());
                    }
                }
                let Some(token) = token else { return Ok(()) };
                let token = match token_in(expose(token)) {
                    Ok(token) => token,
                    Err(why) => return unusable(format!("the token {why}")),
                };
                let expires = Claims::decode(&token).ok().and_then(|claims| claims.expires_at());
                match expires.filter(|expires| password.is_none() && *expires <= now) {
                    Some(expires) => unusable(format!("the token expired at {expires}")),
                    None => Ok(()),
                }
            }
        }
    }
}

/// Two variables that belong together. One without the other is a mistake, and not a reason to look elsewhere: the
/// caller would act as somebody else.
fn pair<'a>(
    environment: &'a Environment,
    first: &str,
    second: &str,
    lookup: &mut Lookup,
) -> Result<Option<(&'a str, &'a str)>> {
    let half = |missing: &str, set: &str| {
        let why = format!("{missing} is not set, although {set} is");
        Err(Error::new(ErrorKind::InvalidCredentials, why).with_help("set both of them, or neither"))
    };
    match (environment.var(first), environment.var(second)) {
        (Some(one), Some(two)) => Ok(Some((one, two))),
        (Some(_), None) => half(second, first),
        (None, Some(_)) => half(first, second),
        (None, None) => {
            lookup.note(format!("{first} and {second}"), "not set");
            Ok(None)
        }
    }
}

/// The bytes in which the platform expects an API token pair. `None` when a character has no place there.
pub(crate) fn latin1(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|character| u8::try_from(u32::from(character)).ok()).collect()
}

pub(crate) fn unusable(why: String) -> Error {
    Error::new(ErrorKind::InvalidCredentials, why).with_help(HELP)
}
