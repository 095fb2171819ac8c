//! The personal access config or profile that supplies what nothing else does.

use auth_core::Environment;
use serde_json::{Map, Value};

use super::{CONFIG, Given, Source};
use crate::error::{BadToken, Result};
use crate::pat::{self, PersonalAccessConfig};
use crate::profiles::{self, Profiles};
use crate::prompt::Login;

/// What was chosen, or why there is nothing to choose.
pub(super) type Choice = Result<Chosen, String>;

/// A personal access config or a profile, of which perhaps only URL and project are of use.
#[derive(Clone)]
pub(super) struct Chosen {
    pub(super) source: Source,
    pub(super) url: Option<String>,
    pub(super) project: Option<String>,
    pub(super) config: Result<PersonalAccessConfig, BadToken>,
}

impl Chosen {
    pub(super) fn ready(source: Source, config: PersonalAccessConfig) -> Self {
        Self { source, url: config.url.clone(), project: config.project.clone(), config: Ok(config) }
    }

    pub(super) fn raw(source: Source, members: Map<String, Value>) -> Self {
        let (url, project) = (pat::optional(&members, "url"), pat::optional(&members, "project"));
        let config = PersonalAccessConfig::from_members(&source.to_string(), members);
        Self { source, url, project, config }
    }
}

/// The first that there is: the given config, the profile that is named, the login, the variable, the current profile.
pub(super) fn choose(given: &Given, environment: &Environment) -> Result<Choice> {
    if let Some(config) = &given.config {
        return Ok(Ok(Chosen::ready(Source::Argument("config"), config.clone())));
    }
    if let Some(name) = &given.profile {
        let profiles = Profiles::load(environment)?;
        let profile = profiles.named(name)?;
        return Ok(Ok(Chosen::raw(
            Source::Profile { name: name.clone(), path: profiles.path.clone() },
            profile.members.clone(),
        )));
    }
    if let Some(Login { config, endpoint, project }) = &given.login {
        let mut chosen = Chosen::ready(Source::Login, config.clone());
        chosen.url = Some(endpoint.clone());
        chosen.project = project.clone().or(chosen.project);
        return Ok(Ok(chosen));
    }
    if let Some(text) = environment.var(CONFIG) {
        let members = pat::members_at(CONFIG, text, environment)?;
        return Ok(Ok(Chosen::raw(Source::Variable(CONFIG), members)));
    }
    let path = match profiles::path(environment) {
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
