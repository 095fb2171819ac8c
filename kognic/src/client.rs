//! The client and how it is made.

mod hosts;
mod sources;
mod workspace;

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use auth_core::oauth2::TokenEndpoint;
use auth_core::{Environment, Error, ErrorKind, Path, RetryPolicy, SecretString, Session, Settings};
use http::Method;
use http::header::{ACCEPT, HeaderName, HeaderValue};

pub use hosts::{Bases, Hosts};

use crate::credentials::Credentials;
use crate::error::Result;
use crate::login::{ClientAuthentication, Login};
use crate::protocol::{OnSunset, Protocol, Sunset};
use sources::Sources;

/// A request that is being put together; see [`Client::request`].
pub type Request<'a> = auth_core::Request<'a, Protocol>;

/// How long before its expiry a token is renewed at the latest.
const LEEWAY: Duration = Duration::from_secs(60);

/// Where people look at inputs.
const VIEW: &str = "https://app.kognic.com/view/input/";
/// How long after its first attempt the upload or download of a file may be begun again.
const TRANSFER_DEADLINE: Duration = Duration::from_secs(6 * 3600);
/// How often a file is tried, the first attempt included.
const TRANSFER_ATTEMPTS: u32 = 8;

/// A client of the Kognic platform. Cheap to clone; clones share token and connections.
#[derive(Clone)]
pub struct Client {
    pub(crate) session: Session<Protocol>,
    /// For signed URLs: it holds no credential, and a file may be tried again for longer than a call.
    pub(crate) storage: Session<Protocol>,
    pub(crate) bases: Bases,
    pub(crate) environment: Environment,
    /// The workspace to write to, once it is known.
    workspace: Arc<OnceLock<String>>,
}

impl Client {
    /// A client with the credentials that variables, files or the keyring hold. No network.
    pub fn from_env() -> Result<Self> {
        Self::builder().build()
    }

    /// A client with settings of its own.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// A request to an endpoint that has no typed call yet, through the same pipeline: authorised, retried and judged
    /// alike. `path` starts at the input host; [`Request::at`] with one of [`Client::hosts`] chooses another.
    ///
    /// ```no_run
    /// # async fn example(client: kognic::Client) -> kognic::Result<()> {
    /// let types: Vec<String> =
    ///     client.request(kognic::Method::GET, "/v1/projects/my-project/annotation-types").data().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn request(&self, method: Method, path: &str) -> Request<'_> {
        self.session.request(method, Path::raw(path))
    }

    /// The page of the web app on which people look at an input. No network.
    pub fn view_link(&self, input_uuid: &str) -> String {
        format!("{VIEW}{input_uuid}")
    }

    /// The base URLs that this client speaks to.
    pub fn hosts(&self) -> &Bases {
        &self.bases
    }

    /// The current access token, renewed if necessary, for a tool that this crate does not know. It is a JWT:
    /// [`Claims::decode`](crate::Claims::decode) reads it, [`ExposeSecret`](crate::ExposeSecret) shows it.
    pub async fn access_token(&self) -> Result<SecretString> {
        match self.session.credential() {
            Some(cache) => Ok(cache.get().await?.token().access_token.clone()),
            None => Err(Error::new(ErrorKind::NoCredentials, "this client has no credentials").into()),
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("hosts", &self.bases).finish_non_exhaustive()
    }
}

/// Makes a [`Client`]. Nothing is read or sent before [`Builder::build`], and nothing is sent by it.
#[derive(Default)]
pub struct Builder {
    sources: Sources,
    scopes: Option<Vec<String>>,
    hosts: Hosts,
    base_url: Option<String>,
    organization_id: Option<i64>,
    write_workspace: Option<String>,
    client_authentication: ClientAuthentication,
    settings: Settings,
    on_sunset: Option<OnSunset>,
}

impl Builder {
    /// These credentials, whatever variables say.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.sources.credentials = Some(credentials);
        self
    }

    /// The credentials of a file (`~` is the home folder) or of the keyring (`keyring://profile`).
    pub fn credentials_at(mut self, place: impl Into<String>) -> Self {
        self.sources.credentials_at = Some(place.into());
        self
    }

    /// An entry of `environments.json`: its hosts, and its credentials and scopes where none are given here.
    pub fn named_environment(mut self, name: impl Into<String>) -> Self {
        self.sources.named_environment = Some(name.into());
        self
    }

    /// The entry of `environments.json` that a host belongs to, as the vendor's `kog` finds it; see
    /// [`NamedEnvironments::for_host`](crate::NamedEnvironments::for_host). A name given beside it comes first.
    pub fn environment_of(mut self, host: impl Into<String>) -> Self {
        self.sources.environment_of = Some(host.into());
        self
    }

    /// Another file than the vendor's usual `environments.json`.
    pub fn environments_file(mut self, path: impl Into<String>) -> Self {
        self.sources.environments_file = Some(path.into());
        self
    }

    /// The scopes to ask for, as in `api:read`. An empty list asks for none, whatever environment and file say.
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.scopes = Some(scopes.into_iter().map(Into::into).collect());
        self
    }

    /// The base URLs of the platform's services, where they are not the usual ones.
    pub fn hosts(mut self, hosts: Hosts) -> Self {
        self.hosts = hosts;
        self
    }

    /// One base URL for every service that [`Builder::hosts`] does not name: for tests and private installations. The
    /// authentication server of a named environment stays what it is.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Acts for this organization. For Kognic's own staff.
    pub fn organization_id(mut self, id: i64) -> Self {
        self.organization_id = Some(id);
        self
    }

    /// The id (a UUID) of the workspace that scenes and calibrations are written to. Without it the platform is asked
    /// when it is first needed; see [`Client::write_workspace`].
    pub fn write_workspace(mut self, id: impl Into<String>) -> Self {
        self.write_workspace = Some(id.into());
        self
    }

    /// How the client names itself to the token endpoint.
    pub fn client_authentication(mut self, authentication: ClientAuthentication) -> Self {
        self.client_authentication = authentication;
        self
    }

    /// Is told of endpoints that the platform will remove. Default: a line in the log.
    pub fn on_sunset(mut self, callback: impl Fn(&Sunset) + Send + Sync + 'static) -> Self {
        self.on_sunset = Some(Arc::new(callback));
        self
    }

    /// The client. Reads variables and files; no network.
    pub fn build(self) -> Result<Client> {
        let ready = self.settings.ready(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))?;
        let named = self.sources.environment(&ready.environment)?;
        let credentials = self.sources.credentials(&ready.environment, named.as_ref())?;
        credentials.check(ready.clock.now().wall)?;
        let bases =
            self.hosts.resolve(self.base_url.as_deref(), named.as_ref(), ready.settings.plain_http)?;
        // An empty list that is given means none, and ends the search.
        let scopes = self
            .scopes
            .or_else(|| named.and_then(|named| named.scopes))
            .or_else(|| credentials.scopes.clone())
            .unwrap_or_default();

        let token_session = ready.session(TokenEndpoint, bases.auth.clone(), RetryPolicy::default());
        let login = Login::new(ready.open(token_session)?, credentials, scopes, self.client_authentication);
        let transfers =
            RetryPolicy::default().with_max_attempts(TRANSFER_ATTEMPTS).with_deadline(TRANSFER_DEADLINE);
        let storage = ready.session(Protocol::default(), bases.input.clone(), transfers);
        let mut session = ready
            .session(Protocol::new(self.on_sunset), bases.input.clone(), RetryPolicy::default())
            .credential(ready.cache(login, LEEWAY).build())
            .header(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(id) = self.organization_id {
            session = session.header(HeaderName::from_static("x-organization-id"), id.into());
        }
        for base in bases.others() {
            session = session.base(base.clone());
        }
        let workspace = self.write_workspace.map_or_else(OnceLock::new, OnceLock::from);
        Ok(Client {
            session: ready.open(session)?,
            storage: ready.open(storage)?,
            bases,
            environment: ready.environment,
            workspace: Arc::new(workspace),
        })
    }
}

auth_core::builder_methods!(Builder);
