//! How a token is obtained: it is signed here, with times that the cluster's clock gives (contract sections 2.2, 2.3
//! and 5).

use std::time::Duration;

use auth_core::claims::encode_base64url;
use auth_core::environment::Random;
use auth_core::{
    BoxFuture, Error, ErrorKind, Protocol, Result, Session, Timestamp, Token, TokenKey, TokenSource, path,
};
use http::header::CONTENT_TYPE;
use serde_json::{Map, Value};

use crate::credentials::GivenToken;
use crate::error::BadToken;
use crate::jwt::Payload;
use crate::pat::PersonalAccessConfig;
use crate::protocol::{ClockEndpoint, server_time};

/// Signs tokens with a personal access config.
pub(crate) struct Signer {
    session: Session<ClockEndpoint>,
    config: PersonalAccessConfig,
    life: Duration,
    random: Random,
}

impl Signer {
    /// `session` leads to the cluster that the config belongs to.
    pub(crate) fn new(
        session: Session<ClockEndpoint>,
        config: PersonalAccessConfig,
        life: Duration,
        random: Random,
    ) -> Self {
        Self { session, config, life, random }
    }

    async fn mint(&self) -> Result<Token> {
        let server = read_clock(&self.session).await.map_err(|error| {
            error.context("no Cortex token could be signed, because the cluster's clock could not be read")
        })?;
        let now = server.unix_seconds();
        let expires = now.saturating_add_unsigned(self.life.as_secs());
        let token = self.config.key.sign(&Payload {
            aud: &self.config.audience,
            exp: expires,
            iat: now,
            iss: &self.config.issuer,
            jti: encode_base64url(&self.random.bytes16()),
            nbf: now,
            sub: &self.config.username,
        })?;
        // By the cluster's clock; it counts from now on by ours, wherever that stands.
        Ok(Token::new(token).with_lifetime(Timestamp::from_unix_seconds(expires).duration_since(server)))
    }
}

/// The time by a cluster's clock, which everybody may read.
pub(crate) async fn read_clock<P: Protocol>(session: &Session<P>) -> Result<Timestamp, P::Error> {
    let info: Map<String, Value> = session
        .get(path!["fabric/v4/info"])
        // As the vendor's SDK sends it.
        .header(CONTENT_TYPE, "application/json")
        .unauthorized()
        .json_reply()
        .await?;
    server_time(&info).ok_or_else(|| {
        let what =
            format!("the reply of {} holds no `serverTs` that is a time in milliseconds", session.base());
        Error::new(ErrorKind::Reply, what).with_help("check the `url` of the personal access config").into()
    })
}

impl TokenSource for Signer {
    fn key(&self) -> TokenKey {
        TokenKey::new("cortex", self.session.base().as_str(), &self.config.username)
            .with_secret(&self.config.key.d)
    }

    fn exchange<'a>(&'a self, _held: Option<&'a Token>) -> BoxFuture<'a, Result<Token>> {
        Box::pin(self.mint())
    }
}

/// A token that was given ready. There is no other, so all that remains to say is that it has expired.
pub(crate) struct Unrenewable {
    key: TokenKey,
    expired: BadToken,
}

impl Unrenewable {
    pub(crate) fn new(endpoint: &str, given: GivenToken) -> Self {
        let key = TokenKey::new("cortex", endpoint, "given token").with_secret(&given.token);
        Self { key, expired: BadToken::Expired { place: given.place, at: given.expires_at } }
    }
}

impl TokenSource for Unrenewable {
    fn key(&self) -> TokenKey {
        self.key.clone()
    }

    fn is_renewable(&self) -> bool {
        false
    }

    fn exchange<'a>(&'a self, _held: Option<&'a Token>) -> BoxFuture<'a, Result<Token>> {
        let error = Error::new(ErrorKind::InvalidCredentials, "the given token cannot be renewed");
        Box::pin(std::future::ready(Err(error.with_source(self.expired.clone()))))
    }
}
