//! What a client is made of.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use auth_core::{Environment, SecretString, Settings, Timestamp};

use super::Client;
use crate::credentials::{Credentials, secret, text};
use crate::error::Result;
use crate::search::AGPY_FILES;
use crate::token_info::{TokenCallback, TokenInfo};

/// Makes a [`Client`], in the words of the SDK's constructor. Nothing is read or sent before [`Builder::build`] or
/// [`Builder::restore`], and nothing is sent by them: the first call that needs a token obtains it.
///
/// Empty text counts as not given. Tokens, keys and secrets are trimmed.
pub struct Builder {
    pub(super) given: Credentials,
    pub(super) token_callback: Option<TokenCallback>,
    pub(super) agpy_files: Vec<PathBuf>,
    pub(super) spend_unsaved: bool,
    pub(super) settings: Settings,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            given: Credentials { source: "this client".to_owned(), ..Credentials::default() },
            token_callback: None,
            agpy_files: AGPY_FILES.map(PathBuf::from).into(),
            spend_unsaved: false,
            settings: Settings::default(),
        }
    }
}

impl Client {
    /// A client with the credentials that variables and the client files of the vendor's CLI and SDK hold; see
    /// [`Builder::restore`]. No network.
    pub fn restore() -> Result<Self> {
        Self::builder().restore()
    }

    /// The same as [`Client::restore`], under the name that it has in every crate of this family.
    pub fn from_env() -> Result<Self> {
        Self::restore()
    }

    /// A client with settings of its own.
    pub fn builder() -> Builder {
        Builder::default()
    }
}

impl Builder {
    /// The base URL of the tenant, with its port and path prefix if it has them. Default: `https://api.tacc.cloud`, or
    /// what [`Builder::restore`] finds, which takes only sessions of this server when it is given.
    pub fn api_server(mut self, url: impl AsRef<str>) -> Self {
        self.given.api_server = text(url);
        self
    }

    /// The id of the tenant, as in `tacc.prod`. It selects a client in [`Builder::restore`], and does nothing else.
    pub fn tenant_id(mut self, id: impl AsRef<str>) -> Self {
        self.given.tenant_id = text(id);
        self
    }

    /// The user.
    pub fn username(mut self, username: impl AsRef<str>) -> Self {
        self.given.username = text(username);
        self
    }

    /// The user's password. It is sent to the token endpoint, and with calls of `clients`.
    pub fn password(mut self, password: impl Into<SecretString>) -> Self {
        let password = password.into();
        self.given.password = secret(&password).map(|_| password);
        self
    }

    /// Signs in on behalf of another user, for administrators.
    pub fn token_username(mut self, username: impl AsRef<str>) -> Self {
        self.given.token_username = text(username);
        self
    }

    /// The name of the OAuth client. It selects a client in [`Builder::restore`], and does nothing else.
    pub fn client_name(mut self, name: impl AsRef<str>) -> Self {
        self.given.client_name = text(name);
        self
    }

    /// The key of the OAuth client. Alone, it selects a client in [`Builder::restore`].
    pub fn api_key(mut self, key: impl AsRef<str>) -> Self {
        self.given.api_key = text(key);
        self
    }

    /// The secret of the OAuth client.
    pub fn api_secret(mut self, given: impl Into<SecretString>) -> Self {
        self.given.api_secret = secret(&given.into());
        self
    }

    /// An access token that is there already.
    pub fn token(mut self, token: impl Into<SecretString>) -> Self {
        self.given.token = secret(&token.into());
        self
    }

    /// A refresh token. Key and secret of the OAuth client that it was given to are needed to spend it.
    pub fn refresh_token(mut self, refresh_token: impl Into<SecretString>) -> Self {
        self.given.refresh_token = secret(&refresh_token.into());
        self
    }

    /// When [`Builder::token`] was obtained.
    pub fn created_at(mut self, at: Timestamp) -> Self {
        self.given.created_at = Some(at);
        self
    }

    /// How long [`Builder::token`] lives, from [`Builder::created_at`] on.
    pub fn expires_in(mut self, life: Duration) -> Self {
        self.given.expires_in = Some(life);
        self
    }

    /// When [`Builder::token`] expires. Created-at and expires-in are preferred where both are given.
    pub fn expires_at(mut self, at: Timestamp) -> Self {
        self.given.expires_at = Some(at);
        self
    }

    /// A JWT, sent raw in a header of this name. There is then no OAuth and no token, whatever else is given.
    pub fn jwt(mut self, header_name: impl Into<String>, jwt: impl Into<SecretString>) -> Self {
        self.given.jwt = secret(&jwt.into()).map(|jwt| (header_name.into(), jwt));
        self
    }

    /// Calls carry no credential but the nonce that [`Client::nonce`] gives.
    pub fn use_nonce(mut self) -> Self {
        self.given.use_nonce = true;
        self
    }

    /// The tenant has moved to Tapis v3: signs in there, by username and password, and sends the token in
    /// `X-Tapis-Token`.
    ///
    /// [`Builder::api_server`] must be given. [`Builder::api_key`] and [`Builder::api_secret`] are id and key of a
    /// client there; without one, a token is renewed by the password. [`Builder::restore`] looks only at variables. The
    /// typed calls are those of the generation before: use [`Client::request`] with the paths of Tapis v3.
    pub fn tapis_v3(mut self) -> Self {
        self.given.tapis_v3 = true;
        self
    }

    /// Is told about each token that this client obtains, after it was saved and before it is used.
    ///
    /// It runs where the token was obtained and should be quick. A panic in it is noted in the log, and the new token
    /// is used all the same.
    pub fn token_callback(mut self, callback: impl Fn(&TokenInfo) + Send + Sync + 'static) -> Self {
        self.token_callback = Some(Arc::new(callback));
        self
    }

    /// Where [`Builder::restore`] looks for `.agpy` after the home folder. Default: `/etc/.agpy`, `/root/.agpy` and
    /// `/.agpy`.
    pub fn agpy_files(mut self, files: impl IntoIterator<Item = impl Into<PathBuf>>) -> Self {
        self.agpy_files = files.into_iter().map(Into::into).collect();
        self
    }

    /// Whether the refresh token may be spent although the new one cannot be saved in the file that the session was
    /// restored from: the next process must then sign in again. Default: no.
    pub fn spend_unsaved_refresh_token(mut self, allowed: bool) -> Self {
        self.spend_unsaved = allowed;
        self
    }

    /// Variables and folders, as the client will see them.
    pub(crate) fn surroundings(&self) -> Environment {
        self.settings.environment.clone().unwrap_or_else(Environment::system)
    }
}

auth_core::builder_methods!(Builder);
