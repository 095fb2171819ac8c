//! The client of the platform's services.

mod builder;

use std::sync::Arc;

use auth_core::{Base, Clock, Error, ErrorKind, Path, SecretString, Session};
use http::Method;

pub use builder::Builder;

use crate::api::Catalog;
use crate::auth::Auth;
use crate::endpoints::Endpoints;
use crate::error::Result;
use crate::protocol::Protocol;
use crate::request_group::RequestGroups;

/// A request that is being put together; see [`Client::request`].
pub type Request<'a> = auth_core::Request<'a, Protocol>;

/// A client of the platform's services. Cheap to clone; clones share token and connections.
#[derive(Clone, Debug)]
pub struct Client {
    session: Session<Protocol>,
    endpoints: Endpoints,
    auth: Auth,
    groups: RequestGroups,
}

impl Client {
    /// A client that acts as `auth` says, in the same surroundings: environment, clock, proxy and certificates.
    pub fn new(auth: Auth) -> Result<Self> {
        Self::builder().auth(auth).build()
    }

    /// A client with the credentials that variables or the token information file hold. No network.
    pub fn from_env() -> Result<Self> {
        Self::builder().build()
    }

    /// A client with settings of its own.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The catalog: products, bands, images, blobs and events.
    pub fn catalog(&self) -> Catalog<'_> {
        Catalog::new(self)
    }

    /// A request to an endpoint that has no typed call yet, through the same pipeline: authorised, retried and judged
    /// alike. `path` starts at the platform's URL; [`Request::at`] with one of [`Client::endpoints`] chooses another.
    ///
    /// ```no_run
    /// # async fn example(client: descartes::Client) -> descartes::Result<()> {
    /// let function: serde_json::Value =
    ///     client.request(descartes::Method::GET, "/compute/v1/functions/f-1").json_reply().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn request(&self, method: Method, path: &str) -> Request<'_> {
        self.start(method, Path::raw(path))
    }

    /// Who this client acts as.
    pub fn auth(&self) -> &Auth {
        &self.auth
    }

    /// The base URLs that this client speaks to.
    pub fn endpoints(&self) -> &Endpoints {
        &self.endpoints
    }

    /// The current access token, renewed if necessary, for a tool that this crate does not know.
    pub async fn access_token(&self) -> Result<SecretString> {
        self.auth.token().await
    }

    /// Every request of this client begins here: with a name that stays over its repetitions.
    pub(crate) fn start(&self, method: Method, path: auth_core::Result<Path>) -> Request<'_> {
        self.session.request(method, path).header("x-request-group", self.groups.next())
    }

    /// A request to a service that not every environment has.
    pub(crate) fn start_at(
        &self,
        service: &str,
        base: Option<&Base>,
        method: Method,
        path: auth_core::Result<Path>,
    ) -> Request<'_> {
        match base {
            Some(base) => self.start(method, path).at(base),
            None => {
                let what = format!("this environment of {} has no {service}", self.auth.flavor().name);
                let help = "choose another environment, or give the URL of the service";
                self.start(method, Err(Error::new(ErrorKind::Configuration, what).with_help(help)))
            }
        }
    }

    /// A request to a URL that the platform gave. It gets no token.
    pub(crate) fn signed(&self, method: Method, url: &str) -> Request<'_> {
        self.session.signed(method, url).header("x-request-group", self.groups.next())
    }

    /// Where the time comes from.
    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        self.session.clock()
    }

    /// A random UUID.
    pub(crate) fn new_uuid(&self) -> String {
        let hex = self.groups.next();
        let parts = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]];
        parts.join("-")
    }
}
