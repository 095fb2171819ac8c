//! The client and how it is made.

mod builder;
mod open;

use std::fmt;
use std::path::Path as FilePath;
use std::sync::Arc;

use auth_core::secret::expose;
use auth_core::{Error, ErrorKind, Path, SecretString, Session, TokenCache};
use http::Method;

pub use builder::Builder;

use crate::error::Result;
use crate::login::Login;
use crate::protocol::Protocol;
use crate::token_info::TokenInfo;
use crate::zone::Zone;

/// A request that is being put together; see [`Client::request`].
pub type Request<'a> = auth_core::Request<'a, Protocol>;

/// [`Client`], under the name that the SDK's users know.
pub type Agave = Client;

/// A client of a tenant. Cheap to clone; clones share token and connections.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
    nonce: Option<SecretString>,
}

struct Shared {
    /// Everything but `clients.*`.
    services: Session<Protocol>,
    /// `clients.*`, with username and password. It never sees a token.
    clients: Option<Session<Protocol>>,
    mode: Mode,
    zone: Zone,
    restored_from: Option<std::path::PathBuf>,
}

/// What service calls carry (contract section 2).
enum Mode {
    Jwt,
    Nonce,
    OAuth(OAuth),
}

/// A session that renews itself.
pub(crate) struct OAuth {
    pub(crate) login: Login,
    pub(crate) cache: TokenCache,
}

impl Client {
    /// The same client with a nonce in every call (`x-nonce` in the query). It shares everything else.
    ///
    /// ```no_run
    /// # async fn example(agave: agave::Agave) -> agave::Result<()> {
    /// let receipt = agave.nonce("TACC_aBcDeF").actors().send_message("my-actor", "hello").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn nonce(&self, nonce: impl Into<SecretString>) -> Self {
        Self { nonce: Some(nonce.into()), ..self.clone() }
    }

    /// A request to an endpoint that has no typed call yet, through the same pipeline: authorised, retried and judged
    /// alike. `path` starts at the server's base URL. Paths below `/clients/` are authorised by username and password,
    /// all others by the session.
    ///
    /// ```no_run
    /// # async fn example(agave: agave::Agave) -> agave::Result<()> {
    /// let apps: Vec<serde_json::Value> =
    ///     agave.request(http::Method::GET, "/apps/v2/").query("limit", 10).data().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn request(&self, method: Method, path: &str) -> Request<'_> {
        self.call(method, Path::raw(path))
    }

    /// The current access token, renewed if necessary, for a tool that this crate does not know.
    pub async fn access_token(&self) -> Result<SecretString> {
        Ok(self.oauth()?.cache.get().await?.token().access_token.clone())
    }

    /// The base URL of the tenant.
    pub fn api_server(&self) -> &str {
        self.shared.services.base().as_str()
    }

    /// The file that the session was restored from, and is saved to.
    pub fn restored_from(&self) -> Option<&FilePath> {
        self.shared.restored_from.as_deref()
    }

    /// A request with the credential that its path calls for.
    pub(crate) fn call(&self, method: Method, path: auth_core::Result<Path>) -> Request<'_> {
        let is_clients =
            |path: &Path| path.encoded() == "/clients" || path.encoded().starts_with("/clients/");
        let request = if path.as_ref().is_ok_and(is_clients) {
            match &self.shared.clients {
                Some(session) => session.request(method, path),
                None => self.shared.services.request(method, Err(no_person())),
            }
        } else {
            self.shared.services.request(method, path.and_then(|path| self.check().map(|()| path)))
        };
        match &self.nonce {
            Some(nonce) => request.query("x-nonce", expose(nonce)),
            None => request,
        }
    }

    /// The session that renews itself, when this client has one and can sign in.
    pub(crate) fn oauth(&self) -> auth_core::Result<&OAuth> {
        let mode = match &self.shared.mode {
            Mode::OAuth(oauth) => return oauth.login.check().map(|()| oauth),
            Mode::Jwt => "jwt",
            Mode::Nonce => "nonce",
        };
        let message = format!("a client in {mode} mode has no token");
        Err(Error::new(ErrorKind::NoCredentials, message).with_help("make a client with a token for this"))
    }

    /// The token as it is held now, without any request.
    pub(crate) fn held(&self) -> Option<TokenInfo> {
        let held = self.oauth().ok()?.cache.peek()?;
        // A refresh token that was restored alone is no token yet.
        (!expose(&held.token().access_token).is_empty()).then(|| TokenInfo::of(held.token(), self.zone()))
    }

    /// Takes over a client that was just created.
    pub(crate) fn adopt(&self, key: &str, secret: &SecretString) -> bool {
        match &self.shared.mode {
            Mode::OAuth(oauth) => oauth.login.adopt(key, secret),
            Mode::Jwt | Mode::Nonce => false,
        }
    }

    /// The clock by which this client waits.
    pub(crate) fn clock(&self) -> Arc<dyn auth_core::Clock> {
        self.shared.services.clock()
    }

    pub(crate) fn zone(&self) -> Zone {
        self.shared.zone
    }

    fn check(&self) -> auth_core::Result<()> {
        match &self.shared.mode {
            Mode::OAuth(oauth) => oauth.login.check(),
            Mode::Jwt | Mode::Nonce => Ok(()),
        }
    }
}

fn no_person() -> Error {
    Error::new(
        ErrorKind::NoCredentials,
        "calls of `clients` need a username and a password, whatever token there is",
    )
    .with_help("give .username(..) and .password(..)")
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mode = match &self.shared.mode {
            Mode::Jwt => "jwt",
            Mode::Nonce => "nonce",
            Mode::OAuth(oauth) if oauth.login.is_tapis_v3() => "tapis v3",
            Mode::OAuth(_) => "bearer",
        };
        f.debug_struct("Agave")
            .field("api_server", &self.api_server())
            .field("mode", &mode)
            .field("nonce", &self.nonce)
            .field("restored_from", &self.shared.restored_from)
            .field("token_expires_at", &self.held().and_then(|token| token.expiration))
            .finish_non_exhaustive()
    }
}
