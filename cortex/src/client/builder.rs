//! How a client is made.

use std::sync::Arc;
use std::time::Duration;

use auth_core::settings::Ready;
use auth_core::{Base, RetryPolicy, SecretString, Settings};

use super::Client;
use super::in_cluster::{InCluster, InClusterGiven};
use super::parts::{base, given_token, signed_tokens};
use super::verify::VerifySslCert;
use crate::credentials::{Given, Identity, Resolved, resolve};
use crate::error::{CredentialKind, Error, Result};
use crate::message::Message;
use crate::pat::PersonalAccessConfig;
use crate::prompt::Login;
use crate::protocol::Protocol;

/// How long a token lives.
const LIFE: Duration = Duration::from_secs(120);
/// The version of the API.
const API_VERSION: u32 = 4;

/// Makes a [`Client`]. Nothing is read or sent before [`Builder::build`], and nothing is sent by it.
#[derive(Default)]
pub struct Builder {
    given: Given,
    api_version: Option<u32>,
    verify_ssl_cert: VerifySslCert,
    token_life: Option<Duration>,
    in_cluster: InClusterGiven,
    settings: Settings,
}

impl Builder {
    /// The URL of the cluster, whatever variables and profiles say: as in `https://api.dci.example`.
    pub fn api_endpoint(mut self, url: impl Into<String>) -> Self {
        self.given.api_endpoint = Some(url.into());
        self
    }

    /// A token that is ready, a JWT. It cannot be renewed. The JSON text of a personal access config does too.
    pub fn token(mut self, token: impl Into<SecretString>) -> Self {
        self.given.token = Some(token.into());
        self
    }

    /// A personal access config, with which tokens are signed. A token that is given beside it comes first.
    pub fn config(mut self, config: PersonalAccessConfig) -> Self {
        self.given.config = Some(config);
        self
    }

    /// A profile of the vendor's CLI. It is taken whole, cluster and project included, whatever variables say.
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.given.profile = Some(name.into());
        self
    }

    /// The answers of an interactive login.
    pub fn login(mut self, login: Login) -> Self {
        self.given.login = Some(login);
        self
    }

    /// The message with which a skill is called: a [`Message`], or the message as a JSON map. It names cluster, token and
    /// project, and nothing is taken from variables or profiles in their place.
    pub fn message<M>(mut self, message: M) -> Result<Self>
    where
        M: TryInto<Message>,
        Error: From<M::Error>,
    {
        self.given.message = Some(message.try_into()?);
        Ok(self)
    }

    /// The project of calls that are about a project.
    pub fn project(mut self, project: impl Into<String>) -> Self {
        self.given.project = Some(project.into());
        self
    }

    /// Where connections are read with their secrets, in place of the cluster's own host for them: a forwarded port, say.
    /// Gets the token.
    pub fn connections_endpoint(mut self, url: impl Into<String>) -> Self {
        self.in_cluster.connections = Some(url.into());
        self
    }

    /// Where secrets are read, in place of the cluster's own host for them: a forwarded port, say. Gets the token.
    pub fn accounts_endpoint(mut self, url: impl Into<String>) -> Self {
        self.in_cluster.accounts = Some(url.into());
        self
    }

    /// The version of the API, for all calls but the one for the clock. 4 unless set.
    pub fn api_version(mut self, version: u32) -> Self {
        self.api_version = Some(version);
        self
    }

    /// Whether and how the cluster's certificate is checked: `true`, `false`, or the path of a CA bundle. It applies to
    /// every call, and comes before the variables that name a bundle and before [`Builder::transport`].
    pub fn verify_ssl_cert(mut self, verify: impl Into<VerifySslCert>) -> Self {
        self.verify_ssl_cert = verify.into();
        self
    }

    /// How long the tokens live that are signed with a personal access config, in whole seconds. 120 s unless set.
    pub fn token_life(mut self, life: Duration) -> Self {
        self.token_life = Some(life);
        self
    }

    /// What a client would be made of: arguments, then variables, then profiles. Reads variables and files; no network.
    pub fn resolve(self) -> Result<CortexEnv> {
        let ready = self.settings.ready(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))?;
        let Resolved { identity, endpoint, project } = found(self.given, &ready)?;
        let api_endpoint = base(&ready, "the Cortex endpoint", &endpoint)?;
        let (token, config) = match identity {
            Identity::Token(given) => (Some(given.token), None),
            Identity::Config(found) => (None, Some(found.value)),
        };
        Ok(CortexEnv { api_endpoint, token, config, project: project.ok() })
    }

    /// The client. Reads variables and files; no network.
    pub fn build(self) -> Result<Client> {
        let mut ready = self.settings.ready(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))?;
        ready.settings.transport = self.verify_ssl_cert.apply(ready.settings.transport, &ready.environment);
        let Resolved { identity, endpoint, project } = found(self.given, &ready)?;

        let base = base(&ready, "the Cortex endpoint", &endpoint)?;
        let in_cluster = InCluster::find(&ready, &endpoint, self.in_cluster)?;
        let (credential, cache, clock) = match identity {
            Identity::Token(given) => (CredentialKind::Token, given_token(&ready, &base, given), None),
            Identity::Config(found) => {
                let life = self.token_life.unwrap_or(LIFE);
                let (cache, clock) = signed_tokens(&ready, &base, found, life)?;
                (CredentialKind::PersonalAccessConfig, cache, Some(clock))
            }
        };
        let session = ready
            .session(Protocol::new(credential), base, RetryPolicy::default())
            .base(in_cluster.connections.clone())
            .base(in_cluster.accounts.clone())
            .credential(cache);
        Ok(Client {
            session: ready.open(session)?,
            clock,
            in_cluster: Arc::new(in_cluster),
            project: project.map(Into::into).map_err(Into::into),
            api_version: self.api_version.unwrap_or(API_VERSION),
        })
    }
}

auth_core::builder_methods!(Builder);

fn found(mut given: Given, ready: &Ready) -> Result<Resolved> {
    given.login = given.login.or_else(Login::remembered);
    resolve(given, &ready.environment, ready.clock.now().wall)
}

/// What a client is made of; see [`Builder::resolve`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CortexEnv {
    /// The URL of the cluster.
    pub api_endpoint: Base,
    /// The token that was given ready, where there is one.
    pub token: Option<SecretString>,
    /// What tokens are signed with, where no token was given ready.
    pub config: Option<PersonalAccessConfig>,
    /// The project, where one is named.
    pub project: Option<String>,
}
