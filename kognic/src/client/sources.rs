//! What a builder was told about credentials and environments, and what follows from it (contract sections 3.1, 3.4).

use auth_core::{Environment, Error, ErrorKind, Result};

use crate::credentials::Credentials;
use crate::environments::{NamedEnvironment, NamedEnvironments};

/// What a builder was told.
#[derive(Default)]
pub(super) struct Sources {
    pub(super) credentials: Option<Credentials>,
    pub(super) credentials_at: Option<String>,
    pub(super) named_environment: Option<String>,
    pub(super) environment_of: Option<String>,
    pub(super) environments_file: Option<String>,
}

impl Sources {
    /// The named environment, where one is asked for: by its name, else by a host.
    pub(super) fn environment(&self, environment: &Environment) -> Result<Option<NamedEnvironment>> {
        if self.named_environment.is_none() && self.environment_of.is_none() {
            return Ok(None);
        }
        let all = match &self.environments_file {
            Some(path) => NamedEnvironments::from_file(environment.expand(path))?,
            None => NamedEnvironments::load(environment)?,
        };
        match (&self.named_environment, &self.environment_of) {
            (Some(name), _) => all.named(name).cloned().map(Some),
            (None, host) => Ok(host.as_deref().map(|host| all.for_host(host))),
        }
    }

    /// What was given here, else the named environment's, else what variables and keyring hold.
    pub(super) fn credentials(
        self,
        environment: &Environment,
        named: Option<&NamedEnvironment>,
    ) -> Result<Credentials> {
        let of_environment = named.and_then(|named| Some((&named.name, named.credentials.as_deref()?)));
        match (self.credentials, self.credentials_at, of_environment) {
            (Some(_), Some(_), _) => Err(Error::new(
                ErrorKind::Configuration,
                "both `credentials` and `credentials_at` were given, and only one can be used",
            )
            .with_help("leave one of them out")),
            (Some(credentials), None, _) => Ok(credentials),
            (None, Some(place), _) => Credentials::at(environment, &place),
            (None, None, Some((name, place))) => Credentials::at(environment, place)
                .map_err(|error| error.context(format_args!("the Kognic environment `{name}`"))),
            (None, None, None) => Credentials::find(environment),
        }
    }
}
