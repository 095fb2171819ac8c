//! Where credentials come from: arguments and surroundings in; identity, endpoint and project out. No network (contract
//! section 3).
//!
//! Each of the three is looked for by itself: arguments, then variables, then the profiles of the vendor's CLI. A file
//! is read only when something is still missing.

mod chosen;
mod search;

use std::fmt;
use std::path::PathBuf;

use auth_core::secret::expose;
use auth_core::{Environment, Error as CoreError, ErrorKind, SecretString, Timestamp};

use crate::error::{BadToken, Result};
use crate::jwt;
use crate::message::Message;
use crate::pat::PersonalAccessConfig;
use crate::prompt::Login;
use search::Search;

/// The variable that holds a token.
const TOKEN: &str = "CORTEX_TOKEN";
/// The variable that holds a personal access config, or its path.
const CONFIG: &str = "CORTEX_PERSONAL_ACCESS_CONFIG";
/// The variable that names the project.
const PROJECT: &str = "CORTEX_PROJECT";
/// Where the endpoint is looked for, in order: the documented name, and the one that the vendor's SDK reads.
const ENDPOINTS: [&str; 2] = ["CORTEX_URI", "CORTEX_URL"];

/// What a builder was told.
#[derive(Default)]
pub(crate) struct Given {
    pub(crate) message: Option<Message>,
    pub(crate) token: Option<SecretString>,
    pub(crate) config: Option<PersonalAccessConfig>,
    pub(crate) profile: Option<String>,
    pub(crate) login: Option<Login>,
    pub(crate) api_endpoint: Option<String>,
    pub(crate) project: Option<String>,
}

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Argument(&'static str),
    Message,
    Login,
    Variable(&'static str),
    Profile { name: String, path: PathBuf },
}

impl Source {
    /// Whether the cluster itself said so, or whoever configured this machine for it: then a host inside the cluster is
    /// spoken to without encryption, as its services expect.
    pub(crate) fn knows_the_cluster(&self) -> bool {
        matches!(self, Self::Message | Self::Profile { .. })
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument(name) => write!(f, "the argument `{name}`"),
            Self::Message => f.write_str("the skill's message"),
            Self::Login => f.write_str("the login of this process"),
            Self::Variable(name) => f.write_str(name),
            Self::Profile { name, path } => write!(f, "the profile `{name}` of {}", path.display()),
        }
    }
}

/// A value and where it came from.
#[derive(Clone, Debug)]
pub(crate) struct Found<T> {
    pub(crate) value: T,
    pub(crate) source: Source,
}

impl<T> Found<T> {
    fn new(value: T, source: Source) -> Self {
        Self { value, source }
    }
}

/// Who the client is.
pub(crate) enum Identity {
    /// A token that was given ready, and looked at.
    Token(GivenToken),
    /// What tokens are signed with.
    Config(Found<PersonalAccessConfig>),
}

/// A token that was given ready.
pub(crate) struct GivenToken {
    pub(crate) token: SecretString,
    /// Where it came from, for errors.
    pub(crate) place: String,
    pub(crate) expires_at: Timestamp,
}

/// What a client is made of.
pub(crate) struct Resolved {
    pub(crate) identity: Identity,
    pub(crate) endpoint: Found<String>,
    /// The project, or where was looked for one.
    pub(crate) project: Result<String, String>,
}

/// Finds what was not given.
pub(crate) fn resolve(given: Given, environment: &Environment, now: Timestamp) -> Result<Resolved> {
    match given.message.clone() {
        Some(message) => of_message(given, &message, now),
        None => Search::new(given, environment)?.resolve(now),
    }
}

/// A message says everything, and nothing is taken from elsewhere but what was given beside it.
fn of_message(given: Given, message: &Message, now: Timestamp) -> Result<Resolved> {
    let (endpoint, token, project) = message.credentials()?;
    if given.token.is_some() || given.config.is_some() || given.profile.is_some() {
        let what = "both a skill's message and other credentials were given, and only one can be used";
        return Err(CoreError::new(ErrorKind::Configuration, what).with_help("leave one of them out").into());
    }
    Ok(Resolved {
        identity: check_token(token, &Source::Message, now)?,
        endpoint: match given.api_endpoint {
            Some(endpoint) => Found::new(endpoint, Source::Argument("api_endpoint")),
            None => Found::new(endpoint.to_owned(), Source::Message),
        },
        project: Ok(given.project.unwrap_or_else(|| project.to_owned())),
    })
}

/// Looks at a token that was given ready. Blanks around it do not count.
fn check_token(token: &SecretString, source: &Source, now: Timestamp) -> Result<Identity> {
    let place = match source {
        Source::Argument(_) => "the given token".to_owned(),
        Source::Message => "the token of the skill's message".to_owned(),
        source => source.to_string(),
    };
    let token = SecretString::from(expose(token).trim());
    let expires_at = jwt::inspect(&token).map_err(|why| BadToken::malformed(&place, why))?;
    if expires_at <= now {
        return Err(BadToken::Expired { place, at: expires_at }.into());
    }
    Ok(Identity::Token(GivenToken { token, place, expires_at }))
}
