//! The search for what was not given: identity, endpoint and project, one by one.

use auth_core::secret::expose;
use auth_core::{Environment, Error as CoreError, ErrorKind, Lookup, SecretString, Timestamp};

use super::chosen::{Choice, Chosen, choose};
use super::{CONFIG, ENDPOINTS, Found, Given, Identity, PROJECT, Resolved, Source, TOKEN, check_token};
use crate::error::{BadToken, Result};
use crate::pat;

/// A search, with what it has found so far.
pub(super) struct Search<'a> {
    given: Given,
    environment: &'a Environment,
    /// Where was looked for an identity.
    lookup: Lookup,
    /// The config or profile that supplies what nothing else does; looked for at most once. Or why there is none.
    chosen: Option<Result<Choice>>,
}

impl<'a> Search<'a> {
    pub(super) fn new(mut given: Given, environment: &'a Environment) -> Result<Self> {
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

    pub(super) fn resolve(mut self, now: Timestamp) -> Result<Resolved> {
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
    fn chosen(&mut self) -> Result<Choice> {
        match &self.chosen {
            Some(chosen) => chosen.clone(),
            None => {
                let chosen = choose(&self.given, self.environment);
                self.chosen.insert(chosen).clone()
            }
        }
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
