//! The client and how it is made.

mod parts;
mod verify;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use auth_core::{Base, Error as CoreError, ErrorKind, Path, RetryPolicy, SecretString, Session, Settings};
use http::Method;

pub use verify::VerifySslCert;

use crate::api::ManagedContentClient;
use crate::credentials::{Given, Identity, Resolved, resolve};
use crate::error::{CredentialKind, Error, Result};
use crate::message::Message;
use crate::pat::PersonalAccessConfig;
use crate::prompt::Login;
use crate::protocol::Protocol;
use parts::{base, given_token, signed_tokens};

/// A request that is being put together; see [`Client::request`].
pub type Request<'a> = auth_core::Request<'a, Protocol>;

/// How long a token lives.
const LIFE: Duration = Duration::from_secs(120);
/// The version of the API.
const API_VERSION: u32 = 4;

/// A client of a Cortex cluster. Cheap to clone; clones share token and connections.
#[derive(Clone)]
pub struct Client {
    pub(crate) session: Session<Protocol>,
    project: Result<Arc<str>, Arc<str>>,
    api_version: u32,
}

impl Client {
    /// A client with the credentials that variables or the profiles of the vendor's CLI hold. No network.
    pub fn from_env() -> Result<Self> {
        Self::builder().build()
    }

    /// A client for the skill that is called with this message: a [`Message`], or the message as a JSON map. No network.
    pub fn from_message<M>(message: M) -> Result<Self>
    where
        M: TryInto<Message>,
        Error: From<M::Error>,
    {
        Self::builder().message(message)?.build()
    }

    /// A client with settings of its own.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The managed content of the client's project: files that skills and people share.
    pub fn content(&self) -> ManagedContentClient<'_> {
        ManagedContentClient::new(self)
    }

    /// The same client for another project. It shares token and connections.
    pub fn with_project(&self, project: impl AsRef<str>) -> Self {
        Self { project: Ok(project.as_ref().into()), ..self.clone() }
    }

    /// The project of calls that are about a project.
    pub fn project(&self) -> Result<&str> {
        match &self.project {
            Ok(project) => Ok(project),
            Err(looked) => Err(Error::Project { looked: looked.to_string() }),
        }
    }

    /// The URL of the cluster, without `/fabric/v4`.
    pub fn api_endpoint(&self) -> &Base {
        self.session.base()
    }

    /// A request to an endpoint that has no typed call yet, through the same pipeline: authorised, retried and judged
    /// alike. `path` starts at the cluster's URL.
    ///
    /// ```no_run
    /// # async fn example(client: cortex::Client) -> cortex::Result<()> {
    /// let path = format!("/fabric/v4/projects/{}/skills", client.project()?);
    /// let skills: serde_json::Value = client.request(cortex::Method::GET, &path).data().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// A `GET` that changes something, as `../deploy` does, is told so by `.idempotent(false)`: then it is never repeated.
    pub fn request(&self, method: Method, path: &str) -> Request<'_> {
        self.session.request(method, Path::raw(path))
    }

    /// The current access token, renewed if necessary, for a tool that this crate does not know. It lives two minutes.
    pub async fn access_token(&self) -> Result<SecretString> {
        match self.session.credential() {
            Some(cache) => Ok(cache.get().await?.token().access_token.clone()),
            None => Err(CoreError::new(ErrorKind::NoCredentials, "this client has no credentials").into()),
        }
    }

    /// A path below the client's project, as in `/fabric/v4/projects/p/content`. Only there a project is needed.
    pub(crate) fn project_path(&self, service: &str) -> Result<Path> {
        let projects = format!("fabric/v{}/projects", self.api_version);
        Ok(Path::ROOT.literal(&projects).segment("project", self.project()?)?.literal(service))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("api_endpoint", self.api_endpoint())
            .field("project", &self.project.as_deref().ok())
            .field("api_version", &self.api_version)
            .field("credential", &self.session.protocol().credential())
            .finish_non_exhaustive()
    }
}

/// Makes a [`Client`]. Nothing is read or sent before [`Builder::build`], and nothing is sent by it.
#[derive(Default)]
pub struct Builder {
    given: Given,
    api_version: Option<u32>,
    verify_ssl_cert: VerifySslCert,
    token_life: Option<Duration>,
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

    /// The version of the API. 4 unless set.
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

    /// The client. Reads variables and files; no network.
    pub fn build(self) -> Result<Client> {
        let mut ready = self.settings.ready(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))?;
        ready.settings.transport = self.verify_ssl_cert.apply(ready.settings.transport, &ready.environment);
        let mut given = self.given;
        given.login = given.login.or_else(Login::remembered);
        let Resolved { identity, endpoint, project } =
            resolve(given, &ready.environment, ready.clock.now().wall)?;

        let base = base(&ready, "the Cortex endpoint", &endpoint)?;
        let (credential, cache) = match identity {
            Identity::Token(given) => (CredentialKind::Token, given_token(&ready, &base, given)),
            Identity::Config(found) => {
                let life = self.token_life.unwrap_or(LIFE);
                (CredentialKind::PersonalAccessConfig, signed_tokens(&ready, &base, found, life)?)
            }
        };
        let session =
            ready.session(Protocol::new(credential), base, RetryPolicy::default()).credential(cache);
        Ok(Client {
            session: ready.open(session)?,
            project: project.map(Into::into).map_err(Into::into),
            api_version: self.api_version.unwrap_or(API_VERSION),
        })
    }
}

auth_core::builder_methods!(Builder);
