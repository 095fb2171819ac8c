//! How a session token is obtained and renewed (contract sections 2.1, 2.2 and 5.4): by the login with user name and
//! password, or while it is still good by its validation, whose reply may hold a newer one.

mod endpoint;

use std::sync::Arc;
use std::time::Duration;

use auth_core::secret::{expose, sensitive_header};
use auth_core::{
    BoxFuture, Clock, Error, ErrorKind, Result, SecretString, Session, Timestamp, Token, TokenKey,
    TokenSource, path,
};
use http::header::AUTHORIZATION;
use serde::Deserialize;

pub(crate) use endpoint::LoginEndpoint;

use crate::credentials::Password;
use crate::session_token::{newer, token_in, unchanged};

/// The vendor's CLI takes a login reply of this length for a word, not for a token.
const SHORTEST_TOKEN: usize = 11;
/// How long a session lives, by the documentation.
const LIFE: Duration = Duration::from_secs(4 * 3600);
const HELP_TOKEN: &str = "get a new token, or give a user name and password, so that one can be obtained";

/// Obtains session tokens.
pub(crate) struct Login {
    session: Session<LoginEndpoint>,
    password: Option<Password>,
    source: String,
    clock: Arc<dyn Clock>,
    leeway: Duration,
}

#[derive(Deserialize)]
struct Validated {
    token: Option<SecretString>,
}

impl Login {
    /// Without a password a token that was given ready can only be validated. `source` is where the credentials came
    /// from, for errors.
    pub(crate) fn new(
        session: Session<LoginEndpoint>,
        password: Option<Password>,
        source: String,
        clock: Arc<dyn Clock>,
        leeway: Duration,
    ) -> Self {
        Self { session, password, source, clock, leeway }
    }

    async fn obtain(&self, held: Option<&Token>) -> Result<Token> {
        let now = self.clock.now().wall;
        let Some(held) = held.filter(|held| self.can_be_validated(held, now)) else {
            return self.log_in(held).await;
        };
        match self.validate(held).await {
            Ok(Some(newer)) => Ok(newer),
            Ok(None) if self.password.is_none() => Ok(unchanged(held)),
            Ok(None) => self.log_in(Some(held)).await,
            // A platform in trouble is not helped by logins; the held token is still good.
            Err(error) if error.kind().is_passing() => Err(error),
            Err(error) if self.password.is_none() => Err(error.with_help(HELP_TOKEN)),
            Err(error) => {
                tracing::debug!(%error, "the token cannot be renewed; logging in");
                self.log_in(Some(held)).await
            }
        }
    }

    /// Only a token that is still good can be. One that has long to live comes here because it was rejected: then the
    /// password is the shorter way.
    fn can_be_validated(&self, held: &Token, now: Timestamp) -> bool {
        let Some(left) = held.expires_at.map(|expires| expires.duration_since(now)) else { return false };
        let soon = self.leeway + held.lifetime.unwrap_or(LIFE) / 10;
        !left.is_zero() && (left <= soon || self.password.is_none())
    }

    /// `GET /v2/validatetoken`: a newer token, or `None` when the held one is all there is.
    async fn validate(&self, held: &Token) -> Result<Option<Token>> {
        let reply: Validated = self
            .session
            .get(path!["v2/validatetoken"])
            .sensitive_header(AUTHORIZATION, sensitive_header("Bearer ", &held.access_token)?)
            .json_reply()
            .await?;
        let offered = match reply.token.as_ref().map(|token| token_in(expose(token))) {
            Some(Ok(offered)) => offered,
            Some(Err(why)) => return Err(self.unusable("GET", "validatetoken", why)),
            None => return Err(self.unusable("GET", "validatetoken", "is missing")),
        };
        Ok(newer(held, offered))
    }

    /// `POST /v2/login`: the reply is the token as text.
    async fn log_in(&self, held: Option<&Token>) -> Result<Token> {
        let Some(Password { username, password }) = &self.password else {
            let why = match held.and_then(|held| held.expires_at) {
                Some(expires) => format!("{}: the token expired at {expires}", self.source),
                None => format!("{}: the token was rejected", self.source),
            };
            return Err(Error::new(ErrorKind::InvalidCredentials, why).with_help(HELP_TOKEN));
        };
        let form = [("username", username.as_str()), ("password", expose(password))];
        // A login changes nothing. It is repeated only where the endpoint was not well, never when it refused.
        let request = self.session.post(path!["v2/login"]).idempotent(true).form(form);
        let body = request.bytes().await.map_err(|error| self.refused(error))?;
        match token_in(&String::from_utf8_lossy(&body)) {
            Ok(token) if expose(&token).len() < SHORTEST_TOKEN => {
                Err(self.unusable("POST", "login", "is too short to be one"))
            }
            Ok(token) => Ok(Token::from_fresh_jwt(token)),
            Err(why) => Err(self.unusable("POST", "login", why)),
        }
    }

    fn unusable(&self, method: &str, endpoint: &str, why: &str) -> Error {
        let host = self.session.base().authority();
        let what = format!("{method} {host}/v2/{endpoint} was answered, and the token in the reply {why}");
        Error::new(ErrorKind::Reply, what)
            .with_help("check the base URL: a proxy or a login page may be in the way")
    }

    /// A refusal says which credentials to look at.
    fn refused(&self, error: Error) -> Error {
        match error.kind() {
            ErrorKind::TokenRefused => error.with_help(format!("check {}", self.source)),
            _ => error,
        }
    }
}

impl TokenSource for Login {
    fn key(&self) -> TokenKey {
        let base = self.session.base().as_str();
        // Without a fingerprint of the password: people choose them, and a short one could be guessed from it. A session
        // outlives a change of the password anyhow.
        let whose = self.password.as_ref().map_or(&self.source, |password| &password.username);
        TokenKey::new("datakitchen", base, whose)
    }

    fn exchange<'a>(&'a self, held: Option<&'a Token>) -> BoxFuture<'a, Result<Token>> {
        Box::pin(self.obtain(held))
    }
}
