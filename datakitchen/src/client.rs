//! The client and how it is made.

use std::sync::Arc;
use std::time::Duration;

use auth_core::retry::Backoff;
use auth_core::secret::expose;
use auth_core::settings::Ready;
use auth_core::source::StaticTokenSource;
use auth_core::{
    Base, Error, ErrorKind, Path, RetryPolicy, SecretString, Session, Settings, Token, TokenCache, TokenKey,
};
use base64::Engine as _;
use http::Method;

use crate::api::KitchenHandle;
use crate::contexts::Contexts;
use crate::credentials::{Credentials, Kind, latin1};
use crate::error::Result;
use crate::login::{Login, LoginEndpoint};
use crate::protocol::{BASIC, Protocol};
use crate::session_token::{is_dated, token_in};
use crate::store::TokenFile;

/// A request that is being put together; see [`Client::request`].
pub type Request<'a> = auth_core::Request<'a, Protocol>;

/// Where the platform is unless somebody says otherwise.
const BASE_URL: &str = "https://cloud.datakitchen.io";
/// How long before its expiry a token is renewed at the latest.
const LEEWAY: Duration = Duration::from_secs(180);
const HELP_STATIC: &str = "check the API token pair or the token that was given";

/// A client of the platform. Cheap to clone; clones share token and connections.
#[derive(Clone, Debug)]
pub struct Client {
    pub(crate) session: Session<Protocol>,
    signs_with_pair: bool,
}

impl Client {
    /// A client that signs in with a user name and password, at the first call. No network.
    pub fn login(username: impl Into<String>, password: impl Into<SecretString>) -> Result<Self> {
        Self::builder().credentials(Credentials::password(username, password)).build()
    }

    /// A client with the account of one of the contexts of the vendor's CLI, as in `default`. No network.
    pub fn from_context(name: impl Into<String>) -> Result<Self> {
        Self::builder().context(name).build()
    }

    /// A client with the credentials that variables or the current context hold. No network.
    pub fn from_env() -> Result<Self> {
        Self::builder().build()
    }

    /// A client with settings of its own.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// One kitchen. Nothing is looked up: a handle only holds the name.
    pub fn kitchen(&self, name: impl Into<String>) -> KitchenHandle {
        KitchenHandle::new(self.clone(), name.into())
    }

    /// Now, in milliseconds since 1970 UTC as the platform writes times, by the client's clock.
    pub fn utc_timestamp(&self) -> i64 {
        self.session.clock().now().wall.unix_millis()
    }

    /// A request to an endpoint that has no typed call yet, through the same pipeline: authorised, retried and judged
    /// alike. Only `GET`, `HEAD`, `OPTIONS` and `TRACE` are repeated when a reply is lost, unless
    /// [`Request::idempotent`] says that more may be: here a `PUT` can start an order.
    ///
    /// ```no_run
    /// # async fn example(client: datakitchen::Client) -> datakitchen::Result<()> {
    /// let names: serde_json::Value =
    ///     client.request(datakitchen::Method::GET, "/v2/kitchen/recipenames/my-kitchen").data().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn request(&self, method: Method, path: &str) -> Request<'_> {
        let repeatable = method.is_safe();
        self.session.request(method, Path::raw(path)).idempotent(repeatable)
    }

    /// A request that reads, and may be repeated.
    pub(crate) fn get(&self, path: auth_core::Result<Path>) -> Request<'_> {
        self.session.get(path)
    }

    /// A `POST` that only asks, because the question is long: it may be repeated as a `GET` may.
    pub(crate) fn ask(&self, path: auth_core::Result<Path>) -> Request<'_> {
        self.session.post(path).idempotent(true)
    }

    /// A request that changes something. It is not repeated once it may have been seen: here also a `PUT` or a `DELETE`
    /// may do its work twice.
    pub(crate) fn put(&self, path: auth_core::Result<Path>) -> Request<'_> {
        self.session.put(path).idempotent(false)
    }

    /// As [`Client::put`].
    pub(crate) fn post(&self, path: auth_core::Result<Path>) -> Request<'_> {
        self.session.post(path)
    }

    /// As [`Client::put`].
    pub(crate) fn delete(&self, path: auth_core::Result<Path>) -> Request<'_> {
        self.session.delete(path).idempotent(false)
    }

    /// The base URL that this client speaks to.
    pub fn base_url(&self) -> &Base {
        self.session.base()
    }

    /// The current session token, obtained or renewed if necessary, for a tool that this crate does not know. A client
    /// that signs with an API token pair has none.
    pub async fn access_token(&self) -> Result<SecretString> {
        match self.session.credential() {
            Some(cache) if !self.signs_with_pair => Ok(cache.get().await?.token().access_token.clone()),
            _ => Err(Error::new(
                ErrorKind::NoCredentials,
                "this client signs with an API token pair and has no session token",
            )
            .into()),
        }
    }
}

/// Makes a [`Client`]. Nothing is read or sent before [`Builder::build`], and nothing is sent by it.
pub struct Builder {
    credentials: Option<Credentials>,
    context: Option<String>,
    base_url: Option<String>,
    share_token: bool,
    settings: Settings,
}

impl Default for Builder {
    fn default() -> Self {
        let settings = Settings::default();
        Self { credentials: None, context: None, base_url: None, share_token: true, settings }
    }
}

impl Builder {
    /// These credentials, whatever variables and contexts say. Their base URL is the usual one unless
    /// [`Builder::base_url`] gives another: variables are not looked at.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// The account of one of the contexts of the vendor's CLI, whatever variables say.
    pub fn context(mut self, name: impl Into<String>) -> Self {
        self.context = Some(name.into());
        self
    }

    /// Another base URL than the one that belongs to the credentials: for tests and private installations. An empty one
    /// counts as not given.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into()).filter(|url: &String| !url.trim().is_empty());
        self
    }

    /// Whether a client of a context shares its session token with the vendor's CLI, in the file `.dk-credentials` of
    /// the context. Default: yes, as the CLI does; then a session that one has started is used by the other. A token
    /// that was obtained at another base URL is never shared.
    pub fn share_token(mut self, share: bool) -> Self {
        self.share_token = share;
        self
    }

    /// The client. Reads variables and files; no network.
    pub fn build(self) -> Result<Client> {
        let mut ready = self.settings.ready(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))?;
        let credentials = match (self.credentials, self.context) {
            (Some(credentials), None) => credentials,
            (None, Some(name)) => Contexts::of(&ready.environment)?.named(&name)?.credentials,
            (None, None) => Credentials::find(&ready.environment)?,
            (Some(_), Some(_)) => return Err(two_sources().into()),
        };
        credentials.check(ready.clock.now().wall)?;
        let base = base(&ready, self.base_url.as_deref(), &credentials)?;
        if let (true, None, None, Some(file)) =
            (self.share_token, &self.base_url, &ready.settings.token_store, &credentials.token_file)
        {
            ready.settings.token_store = Some(Arc::new(TokenFile::at(file)));
        }
        let signs_with_pair = matches!(credentials.kind, Kind::ApiToken { .. });
        let cache = cache(&ready, &base, credentials)?;
        let session = ready.session(Protocol, base, usual_retries()).credential(cache);
        Ok(Client { session: ready.open(session)?, signs_with_pair })
    }
}

auth_core::builder_methods!(Builder);

fn two_sources() -> Error {
    let what = "both `credentials` and `context` were given, and only one can be used";
    Error::new(ErrorKind::Configuration, what).with_help("leave one of them out")
}

fn base(ready: &Ready, given: Option<&str>, credentials: &Credentials) -> auth_core::Result<Base> {
    let (name, url) = match (given, &credentials.base_url) {
        (Some(url), _) => ("base_url", url),
        (None, Some((name, url))) => (name.as_str(), url.as_str()),
        (None, None) => ("base_url", BASE_URL),
    };
    Base::parse(name, url, ready.settings.plain_http)
}

/// Four retries, waits of at most 8 s, and never longer than 5 s because a header says so (contract section 5.3).
fn usual_retries() -> RetryPolicy {
    RetryPolicy::default()
        .with_max_attempts(5)
        .with_backoff(Backoff::Exponential { first: Duration::from_secs(1), longest: Duration::from_secs(8) })
        .with_longest_retry_after(Duration::from_secs(5))
}

/// Where the client's token comes from.
fn cache(ready: &Ready, base: &Base, credentials: Credentials) -> auth_core::Result<TokenCache> {
    let Credentials { kind, source, .. } = credentials;
    let (token, password) = match kind {
        Kind::Session { token, password } => (token, password),
        Kind::ApiToken { key_id, secret } => {
            let key = TokenKey::new("datakitchen", base.as_str(), &key_id).with_secret(&secret);
            let pair = Token::new(basic(&key_id, &secret)).with_token_type(Some(BASIC.to_owned()));
            let source = StaticTokenSource::new(key, HELP_STATIC);
            return Ok(ready.cache(source, LEEWAY).initial(Some(pair)).build());
        }
    };
    let token = token
        .map(|token| token_in(expose(&token)))
        .transpose()
        .map_err(|why| Error::new(ErrorKind::InvalidCredentials, format!("{source}: the token {why}")))?;
    let initial = token.map(Token::from_stored_jwt);
    if let Some(token) = initial.as_ref().filter(|token| password.is_none() && !is_dated(&token.access_token))
    {
        let key = TokenKey::new("datakitchen", base.as_str(), &source).with_secret(&token.access_token);
        return Ok(ready.cache(StaticTokenSource::new(key, HELP_STATIC), LEEWAY).initial(initial).build());
    }
    let endpoint = LoginEndpoint::new(password.as_ref().map(|password| &password.password));
    let session = ready.open(ready.session(endpoint, base.clone(), usual_retries()))?;
    let leeway = ready.settings.leeway.unwrap_or(LEEWAY);
    let login = Login::new(session, password, source, Arc::clone(&ready.clock), leeway);
    Ok(ready.cache(login, LEEWAY).initial(initial).build())
}

/// `Basic base64(key_id:secret)` of Latin-1 bytes. That there are such bytes was checked before.
fn basic(key_id: &str, secret: &SecretString) -> SecretString {
    let pair = SecretString::from(format!("{key_id}:{}", expose(secret)));
    let bytes = latin1(expose(&pair)).unwrap_or_default();
    format!("{BASIC} {}", base64::engine::general_purpose::STANDARD.encode(bytes)).into()
}
