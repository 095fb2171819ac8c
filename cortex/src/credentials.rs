//! Where credentials come from: arguments and surroundings in; identity, endpoint and project out. No network (contract
//! section 3).
//!
//! Each of the three is looked for by itself: arguments, then variables, then the profiles of the vendor's CLI. A file
//! is read only when something is still missing.

use std::fmt;
use std::path::PathBuf;

use auth_core::secret::expose;
use auth_core::{Environment, Error as CoreError, ErrorKind, Lookup, SecretString, Timestamp};
use serde_json::{Map, Value};

use crate::error::{BadToken, Result};
use crate::jwt;
use crate::message::Message;
use crate::pat::{self, PersonalAccessConfig};
use crate::profiles::{self, Profiles};
use crate::prompt::Login;

const TOKEN: &str = "CORTEX_TOKEN";
const CONFIG: &str = "CORTEX_PERSONAL_ACCESS_CONFIG";
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

/// A personal access config or a profile, of which perhaps only URL and project are of use.
#[derive(Clone)]
struct Chosen {
    source: Source,
    url: Option<String>,
    project: Option<String>,
    config: Result<PersonalAccessConfig, BadToken>,
}

impl Chosen {
    fn ready(source: Source, config: PersonalAccessConfig) -> Self {
        Self { source, url: config.url.clone(), project: config.project.clone(), config: Ok(config) }
    }

    fn raw(source: Source, members: Map<String, Value>) -> Self {
        let (url, project) = (pat::optional(&members, "url"), pat::optional(&members, "project"));
        let config = PersonalAccessConfig::from_members(&source.to_string(), members);
        Self { source, url, project, config }
    }
}

/// A search, with what it has found so far.
struct Search<'a> {
    given: Given,
    environment: &'a Environment,
    /// Where was looked for an identity.
    lookup: Lookup,
    /// The config or profile that supplies what nothing else does; looked for at most once. Or why there is none.
    chosen: Option<Result<Result<Chosen, String>>>,
}

impl<'a> Search<'a> {
    fn new(mut given: Given, environment: &'a Environment) -> Result<Self> {
        let not_empty = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        given.api_endpoint = not_empty(given.api_endpoint);
        given.project = not_empty(given.project);
        given.profile = not_empty(given.profile);
        let mut chosen = None;
        if let Some(token) = given.token.take().filter(|token| !expose(token).is_empty()) {
            let source = Source::Argument("token");
            // A personal access config may be passed as a token.
            if is_json(&token) {
                let members = pat::members(&source.to_string(), expose(&token).as_bytes())?;
                chosen = Some(Ok(Ok(Chosen::raw(source, members))));
            } else {
                given.token = Some(token);
            }
        }
        Ok(Self { given, environment, lookup: Lookup::new("Cortex"), chosen })
    }

    fn resolve(mut self, now: Timestamp) -> Result<Resolved> {
        let identity = self.identity(now)?;
        let endpoint = self.endpoint()?;
        let project = self.project();
        Ok(Resolved { identity, endpoint, project })
    }

    /// Whether the caller said by name who it is, so that variables do not count.
    fn is_named(&self) -> bool {
        self.chosen.is_some()
            || self.given.config.is_some()
            || self.given.profile.is_some()
            || self.given.login.is_some()
    }

    fn identity(&mut self, now: Timestamp) -> Result<Identity> {
        if let Some(token) = self.given.token.take() {
            return check_token(&token, &Source::Argument("token"), now);
        }
        if !self.is_named() {
            self.lookup.note("arguments", "none given");
            match self.environment.var_verbatim(TOKEN) {
                None => self.lookup.note(TOKEN, "not set"),
                Some(text) if text.trim().is_empty() => self.lookup.note(TOKEN, "set, but empty"),
                Some(text) => {
                    let token = SecretString::from(text);
                    if !is_json(&token) {
                        return check_token(&token, &Source::Variable(TOKEN), now);
                    }
                    let members = pat::members(TOKEN, text.as_bytes())?;
                    self.chosen = Some(Ok(Ok(Chosen::raw(Source::Variable(TOKEN), members))));
                }
            }
            match self.environment.var_verbatim(CONFIG) {
                None => self.lookup.note(CONFIG, "not set"),
                Some(text) if text.trim().is_empty() => self.lookup.note(CONFIG, "set, but empty"),
                Some(_) => {}
            }
        }
        match self.chosen()? {
            Ok(chosen) => Ok(Identity::Config(Found::new(chosen.config?, chosen.source))),
            Err(finding) => {
                let mut lookup = self.lookup.clone();
                lookup.note("the profiles of the Cortex CLI", finding);
                Err(BadToken::Missing { lookup }.into())
            }
        }
    }

    fn endpoint(&mut self) -> Result<Found<String>> {
        if let Some(url) = self.given.api_endpoint.take() {
            return Ok(Found::new(url, Source::Argument("api_endpoint")));
        }
        if let Some(found) = self.of_whole(|chosen| chosen.url.clone())? {
            return Ok(found);
        }
        if let Some(found) = endpoint_variable(self.environment) {
            return Ok(found);
        }
        let finding = match self.chosen()? {
            Ok(Chosen { url: Some(url), source, .. }) => return Ok(Found::new(url, source)),
            Ok(chosen) => format!("{}: no `url`", chosen.source),
            Err(finding) => format!("the profiles of the Cortex CLI: {finding}"),
        };
        let [first, second] = ENDPOINTS;
        let what = format!(
            "no Cortex endpoint is known; looked at 1. arguments: none given; 2. {first} and {second}: not set; 3. {finding}"
        );
        Err(CoreError::new(ErrorKind::Configuration, what)
            .with_help(format!("set {first} to the URL of the cluster, as in https://api.dci.example"))
            .into())
    }

    /// A project is needed by some calls only: a file that cannot be read is no reason to fail before.
    fn project(&mut self) -> Result<String, String> {
        if let Some(project) = self.given.project.take() {
            return Ok(project);
        }
        if let Ok(Some(found)) = self.of_whole(|chosen| chosen.project.clone()) {
            return Ok(found.value);
        }
        if let Some(project) = self.environment.var(PROJECT) {
            return Ok(project.trim().to_owned());
        }
        let finding = match self.chosen() {
            Ok(Ok(Chosen { project: Some(project), .. })) => return Ok(project),
            Ok(Ok(chosen)) => format!("{}: no `project`", chosen.source),
            Ok(Err(finding)) => format!("the profiles of the Cortex CLI: {finding}"),
            Err(error) => error.to_string(),
        };
        Err(format!("1. arguments: none given; 2. {PROJECT}: not set; 3. {finding}"))
    }

    /// What a profile that was named, or a login, says: it is taken whole, before variables.
    fn of_whole(&mut self, member: impl Fn(&Chosen) -> Option<String>) -> Result<Option<Found<String>>> {
        if self.given.profile.is_none() && self.given.login.is_none() {
            return Ok(None);
        }
        Ok(match self.chosen()? {
            Ok(chosen) if matches!(chosen.source, Source::Profile { .. } | Source::Login) => {
                member(&chosen).map(|value| Found::new(value, chosen.source))
            }
            _ => None,
        })
    }

    /// The config or profile that supplies what nothing else does, or why there is none.
    fn chosen(&mut self) -> Result<Result<Chosen, String>> {
        match &self.chosen {
            Some(chosen) => chosen.clone(),
            None => {
                let chosen = self.choose();
                self.chosen.insert(chosen).clone()
            }
        }
    }

    fn choose(&self) -> Result<Result<Chosen, String>> {
        if let Some(config) = &self.given.config {
            return Ok(Ok(Chosen::ready(Source::Argument("config"), config.clone())));
        }
        if let Some(name) = &self.given.profile {
            let profiles = Profiles::load(self.environment)?;
            let profile = profiles.named(name)?;
            return Ok(Ok(Chosen::raw(
                Source::Profile { name: name.clone(), path: profiles.path.clone() },
                profile.members.clone(),
            )));
        }
        if let Some(Login { config, endpoint, project }) = &self.given.login {
            let mut chosen = Chosen::ready(Source::Login, config.clone());
            chosen.url = Some(endpoint.clone());
            chosen.project = project.clone().or(chosen.project);
            return Ok(Ok(chosen));
        }
        if let Some(text) = self.environment.var(CONFIG) {
            let members = pat::members_at(CONFIG, text, self.environment)?;
            return Ok(Ok(Chosen::raw(Source::Variable(CONFIG), members)));
        }
        let path = match profiles::path(self.environment) {
            Ok(path) => path,
            Err(why) => return Ok(Err(why.to_string())),
        };
        let profiles = Profiles::from_file(path)?;
        Ok(match profiles.current() {
            Ok(profile) => {
                let source = Source::Profile { name: profile.name.clone(), path: profile.path.clone() };
                Ok(Chosen::raw(source, profile.members.clone()))
            }
            Err(why) => Err(why.to_string()),
        })
    }
}

fn endpoint_variable(environment: &Environment) -> Option<Found<String>> {
    let found = ENDPOINTS.map(|name| Some((name, environment.var(name)?.trim())));
    if let [Some((first, url)), Some((second, other))] = found
        && url.trim_end_matches('/') != other.trim_end_matches('/')
    {
        tracing::warn!("{first} and {second} differ; {first} is used");
    }
    let (name, url) = found.into_iter().flatten().next()?;
    Some(Found::new(url.to_owned(), Source::Variable(name)))
}

fn is_json(token: &SecretString) -> bool {
    expose(token).trim_start().starts_with('{')
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
