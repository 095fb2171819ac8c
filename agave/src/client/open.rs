//! How a client is put together from what a builder holds.

use std::sync::Arc;
use std::time::Duration;

use auth_core::oauth2::TokenEndpoint;
use auth_core::settings::Ready;
use auth_core::source::StaticTokenSource;
use auth_core::store::FileStore;
use auth_core::{Base, Error, ErrorKind, RetryPolicy, SecretString, Session, Token, TokenKey, TokenStore};
use http::HeaderName;
use http::header::{ACCEPT, HeaderValue};

use super::{Builder, Client, Mode, OAuth, Shared};
use crate::credentials::{DEFAULT_API_SERVER, Verify};
use crate::error::Result;
use crate::login::Login;
use crate::protocol::Protocol;
use crate::search::search;
use crate::store::ClientFile;
use crate::token_info::guarded;
use crate::zone::Zone;

/// How long before its expiry a token is renewed at the latest.
const LEEWAY: Duration = Duration::from_secs(60);

impl Builder {
    /// The client with what was given, and nothing else. No network.
    pub fn build(mut self) -> Result<Client> {
        let settings = std::mem::take(&mut self.settings);
        let ready = settings.ready(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))?;
        self.open(ready, None)
    }

    /// The client with what was given and, unless that is enough, with what variables and files say. No network.
    ///
    /// The search is described at the top of this crate. In a file, the first of `api_key`, `client_name` and
    /// `tenant_id` that was given selects the client; without any, it is the first one. A username that was given
    /// must be the file's, and so must a server: a session never goes to another server than its own. Otherwise, what was
    /// given wins over what was found.
    ///
    /// A file's `verify` may name a CA bundle. Where it says `false`, it is not obeyed, with a warning: verification is
    /// turned off only in code, by [`Transport`](auth_core::Transport). Its `proxies` are left aside.
    pub fn restore(mut self) -> Result<Client> {
        let settings = std::mem::take(&mut self.settings);
        let mut ready = settings.ready(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))?;
        if self.given.can_sign_in() {
            return self.open(ready, None);
        }
        let zone = Zone::of(&ready.environment);
        let found = search(&ready.environment, &self.given, &self.agpy_files, zone)?;
        match &found.verify {
            Verify::Usual => {}
            Verify::Bundle(path) => {
                let path = ready.environment.expand(path);
                ready.environment = ready.environment.with_var("REQUESTS_CA_BUNDLE", path);
            }
            Verify::Nothing => tracing::warn!(
                file = found.source,
                "the file turns the verification of certificates off; that is not obeyed"
            ),
        }
        let store = ClientFile::store(&found, zone, Arc::clone(&ready.clock));
        let given = std::mem::take(&mut self.given);
        self.given = given.or(found);
        self.open(ready, store)
    }

    /// A session without any credential, at another URL. No network.
    pub(crate) fn anonymous(self, what: &str, url: &str) -> Result<Session<Protocol>> {
        let ready = self.settings.ready(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))?;
        let base = Base::parse(what, url, ready.settings.plain_http)?;
        Ok(ready.open(services(&ready, Protocol::bearer(), &base))?)
    }

    fn open(self, ready: Ready, file: Option<FileStore>) -> Result<Client> {
        let given = self.given;
        given.check()?;
        let zone = Zone::of(&ready.environment);
        let api_server = given.api_server.as_deref().unwrap_or(DEFAULT_API_SERVER);
        let base = Base::parse("api_server", api_server, ready.settings.plain_http)?;
        let restored_from = given.file.as_ref().map(|(path, _)| path.clone());
        let clients = match given.person() {
            Some((username, password)) => {
                let protocol = Protocol::basic(username);
                Some(fixed(&ready, protocol, &base, password.clone(), "check username and password")?)
            }
            None => None,
        };
        let (services, mode) = if let Some((header, jwt)) = given.jwt {
            let header = HeaderName::try_from(header.trim()).map_err(|_| {
                Error::new(
                    ErrorKind::Configuration,
                    "the jwt header name is required to use the jwt authenticator",
                )
                .with_help("give .jwt(header_name, jwt) the name of the header that the service expects")
            })?;
            (fixed(&ready, Protocol::jwt(header), &base, jwt, "give another JWT")?, Mode::Jwt)
        } else if given.use_nonce {
            (ready.open(services(&ready, Protocol::bearer(), &base))?, Mode::Nonce)
        } else {
            let initial = given.initial_token();
            let store: Option<Arc<dyn TokenStore>> = match (&ready.settings.token_store, file) {
                // A bare token is nobody's in particular: no store can tell it from others.
                (Some(store), _) if given.api_client().is_some() || given.person().is_some() => {
                    Some(Arc::clone(store))
                }
                (_, Some(file)) => Some(Arc::new(file)),
                (_, None) => None,
            };
            let tokens = ready.open(ready.session(TokenEndpoint, base.clone(), RetryPolicy::default()))?;
            let login = Login::new(tokens, given, store.is_some());
            let cache = ready
                .cache(login.clone(), LEEWAY)
                .store(store)
                .initial(initial)
                .spend_unsaved(self.spend_unsaved)
                .on_renewed(self.token_callback.map(|callback| guarded(callback, zone)))
                .build();
            let protocol = if login.is_tapis_v3() { Protocol::tapis_v3() } else { Protocol::bearer() };
            let session = services(&ready, protocol, &base).credential(cache.clone());
            (ready.open(session)?, Mode::OAuth(OAuth { login, cache }))
        };
        let shared = Shared { services, clients, mode, zone, restored_from };
        Ok(Client { shared: Arc::new(shared), nonce: None })
    }
}

fn services(ready: &Ready, protocol: Protocol, base: &Base) -> auth_core::session::Builder<Protocol> {
    ready
        .session(protocol, base.clone(), RetryPolicy::default())
        .header(ACCEPT, HeaderValue::from_static("application/json"))
}

/// A session whose credential never changes.
fn fixed(
    ready: &Ready,
    protocol: Protocol,
    base: &Base,
    credential: SecretString,
    help: &'static str,
) -> auth_core::Result<Session<Protocol>> {
    let source = StaticTokenSource::new(TokenKey::new("agave", base.as_str(), ""), help);
    let cache = ready.cache(source, LEEWAY).store(None).initial(Some(Token::new(credential))).build();
    ready.open(services(ready, protocol, base).credential(cache))
}
