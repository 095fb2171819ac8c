//! The client, and what its typed calls are put together from.

mod builder;
mod in_cluster;
mod parts;
mod verify;

use std::fmt;
use std::sync::Arc;

use auth_core::{Base, Error as CoreError, ErrorKind, Path, SecretString, Session, Timestamp};
use http::Method;
use serde_json::Value;

pub use builder::{Builder, CortexEnv};
pub use verify::VerifySslCert;

use crate::error::{Error, Result};
use crate::login::read_clock;
use crate::message::Message;
use crate::protocol::{ClockEndpoint, Protocol};
use in_cluster::InCluster;

/// A request that is being put together; see [`Client::request`].
pub type Request<'a> = auth_core::Request<'a, Protocol>;

/// A client of a Cortex cluster. Cheap to clone; clones share token and connections.
#[derive(Clone)]
pub struct Client {
    pub(crate) session: Session<Protocol>,
    /// The way to the clock of the cluster that the personal access config belongs to.
    clock: Option<Session<ClockEndpoint>>,
    /// Services that answer only inside the cluster.
    in_cluster: Arc<InCluster>,
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

    /// The same client for another project, for one call or for many. It shares token and connections.
    ///
    /// ```no_run
    /// # async fn example(client: cortex::Client) -> cortex::Result<()> {
    /// let runs = client.with_project("p2").experiments().list_runs("exp1").await?;
    /// # Ok(())
    /// # }
    /// ```
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
    /// A request that changes something is told so by `.idempotent(false)`: then it is never repeated when its fate is
    /// unknown, as no typed call that writes is. A `GET` as `../deploy`, a `PUT` and a `DELETE` are repeated otherwise.
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

    /// A message as the cluster would call a skill with, for tests of skills: with this payload, the client's endpoint and
    /// project, and a token that lives two minutes, signed if necessary.
    ///
    /// ```no_run
    /// # async fn example(client: cortex::Client) -> cortex::Result<()> {
    /// let message = client.message(serde_json::json!({"q": 1})).await?.with("properties", serde_json::json!({"k": "v"}));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn message(&self, payload: impl Into<Value>) -> Result<Message> {
        let token = self.access_token().await?;
        let message = Message::new()
            .with("payload", payload)
            .with("apiEndpoint", self.api_endpoint().as_str())
            .with_token(token);
        Ok(match &self.project {
            Ok(project) => message.with("projectId", project.as_ref()),
            Err(_) => message,
        })
    }

    /// `GET {url}/fabric/v4/info`: the time by the clock of the cluster that the personal access config belongs to, else of
    /// the endpoint's, to the millisecond. No token is sent.
    pub async fn server_time(&self) -> Result<Timestamp> {
        match &self.clock {
            Some(clock) => Ok(read_clock(clock).await?),
            None => read_clock(&self.session).await,
        }
    }

    /// Below which URL the typed calls are, as text: [`Client::api_endpoint`] and the version of the API, as in
    /// `https://api.dci.example/fabric/v4`.
    pub fn api_url(&self) -> String {
        format!("{}/fabric/v{}", self.api_endpoint(), self.api_version)
    }

    /// The path below which the typed calls are.
    pub(crate) fn root(&self) -> Path {
        Path::ROOT.literal(&format!("fabric/v{}", self.api_version))
    }

    /// The path of the client's project. Only there a project is needed.
    pub(crate) fn project_root(&self) -> Result<Path> {
        Ok(self.root().literal("projects").segment("project", self.project()?)?)
    }

    pub(crate) fn get(&self, path: Result<Path>) -> Result<Request<'_>> {
        Ok(self.session.get(Ok(path?)))
    }

    pub(crate) fn post(&self, path: Result<Path>) -> Result<Request<'_>> {
        Ok(self.session.post(Ok(path?)))
    }

    /// `PUT`, not repeated when its fate is unknown: by then somebody else may have set another value.
    pub(crate) fn put(&self, path: Result<Path>) -> Result<Request<'_>> {
        Ok(self.session.put(Ok(path?)).idempotent(false))
    }

    /// `DELETE`, not repeated when its fate is unknown: the second one would find nothing, or what is new under the name.
    pub(crate) fn delete(&self, path: Result<Path>) -> Result<Request<'_>> {
        Ok(self.session.delete(Ok(path?)).idempotent(false))
    }

    /// `GET` from the service that has the connections with their secrets.
    pub(crate) fn get_from_connections(&self, path: Result<Path>) -> Result<Request<'_>> {
        Ok(self.session.get(Ok(path?)).at(&self.in_cluster.connections))
    }

    /// `GET` from the service that has the secrets.
    pub(crate) fn get_from_accounts(&self, path: Result<Path>) -> Result<Request<'_>> {
        Ok(self.session.get(Ok(path?)).at(&self.in_cluster.accounts))
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
