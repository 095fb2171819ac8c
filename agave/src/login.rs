//! How a token is obtained (contract section 2.2): by username and password, on behalf of another user, or by the
//! refresh token of the last reply. Tapis v3 has a token endpoint of its own.

mod tapis;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use auth_core::oauth2::{TokenEndpoint, TokenReply};
use auth_core::secret::{basic_header, expose};
use auth_core::{
    BoxFuture, Error, ErrorKind, Result, SecretString, Session, Token, TokenKey, TokenSource, path,
};
use http::header::{ACCEPT, AUTHORIZATION};

use crate::credentials::Credentials;

/// What every grant asks for. The reply usually says `default`; they are not compared.
const SCOPE: &str = "PRODUCTION";

/// Obtains tokens from the tenant's token endpoint. Clones are the same.
#[derive(Clone)]
pub(crate) struct Login(Arc<Inner>);

struct Inner {
    session: Session<TokenEndpoint>,
    credentials: Credentials,
    /// Whether tokens are kept between processes, so that another may have renewed ours.
    is_stored: bool,
    /// Given, or adopted from the client that was created.
    api_client: OnceLock<ApiClient>,
    /// Whether the next grant shall be a password grant although there is a refresh token.
    wants_password: AtomicBool,
}

/// The key and the secret of an OAuth client.
struct ApiClient {
    key: String,
    secret: SecretString,
}

impl Login {
    pub(crate) fn new(session: Session<TokenEndpoint>, credentials: Credentials, is_stored: bool) -> Self {
        let api_client = OnceLock::new();
        if let Some((key, secret)) = credentials.api_client() {
            let _ = api_client.set(ApiClient { key: key.to_owned(), secret: secret.clone() });
        }
        let wants_password = AtomicBool::new(false);
        Self(Arc::new(Inner { session, credentials, is_stored, api_client, wants_password }))
    }

    /// Takes over a client that was created, unless there is one already: the refresh token belongs to that one.
    pub(crate) fn adopt(&self, key: &str, secret: &SecretString) -> bool {
        // It is a client of this generation, and unknown to the next one.
        !self.is_tapis_v3()
            && self.0.api_client.set(ApiClient { key: key.to_owned(), secret: secret.clone() }).is_ok()
    }

    /// Whether it signs in to Tapis v3.
    pub(crate) fn is_tapis_v3(&self) -> bool {
        self.0.credentials.tapis_v3
    }

    /// An error that says what is missing, when there is no way to a token.
    pub(crate) fn check(&self) -> Result<()> {
        let credentials = &self.0.credentials;
        let has_client = self.0.api_client.get().is_some();
        let can_grant = credentials.person().is_some() || credentials.refresh_token.is_some();
        if credentials.token.is_some() || (has_client && can_grant) || self.0.takes_a_bare_password() {
            return Ok(());
        }
        let (missing, help) = match (has_client, credentials.person().is_some()) {
            (true, _) => (
                "username and password are missing, and there is no token",
                "give .username(..) and .password(..), or a .token(..)",
            ),
            (false, true) => (
                "there is no token, and no api_key with api_secret to obtain one",
                "create an OAuth client with clients().create(..), or give .api_key(..) and .api_secret(..)",
            ),
            (false, false) => (
                "there are no credentials",
                "give a .token(..), or .api_key(..), .api_secret(..), .username(..) and .password(..); or use Agave::restore()",
            ),
        };
        let message = format!("{} cannot sign in: {missing}", credentials.source);
        Err(Error::new(ErrorKind::NoCredentials, message).with_help(help))
    }

    /// Makes the next exchange a password grant.
    pub(crate) fn want_password(&self) -> Result<()> {
        self.check()?;
        if self.0.credentials.person().is_none() {
            return Err(Error::new(
                ErrorKind::NoCredentials,
                "a password grant needs a username and a password",
            )
            .with_help("give .username(..) and .password(..), or use token().refresh()"));
        }
        self.0.wants_password.store(true, Ordering::SeqCst);
        Ok(())
    }

    /// Whether that has not happened yet. Asking again takes the wish back.
    pub(crate) fn still_wants_password(&self) -> bool {
        self.0.wants_password.swap(false, Ordering::SeqCst)
    }
}

impl Inner {
    /// Whether username and password are enough, without a client.
    fn takes_a_bare_password(&self) -> bool {
        self.credentials.tapis_v3 && self.credentials.person().is_some()
    }

    async fn obtain(&self, held: Option<&Token>) -> Result<Token> {
        let wants_password = self.wants_password.swap(false, Ordering::SeqCst);
        let refresh_token = held.and_then(|token| token.refresh_token.as_ref());
        match (self.api_client.get(), refresh_token.filter(|_| !wants_password)) {
            (Some(client), Some(refresh_token)) => self.renew(client, refresh_token).await,
            (Some(client), None) if self.credentials.person().is_some() => self.sign_in(Some(client)).await,
            (None, _) if self.takes_a_bare_password() => self.sign_in(None).await,
            (client, refresh_token) => Err(self.at_its_end(held, client.is_some(), refresh_token.is_some())),
        }
    }

    async fn renew(&self, client: &ApiClient, refresh_token: &SecretString) -> Result<Token> {
        let renewed = if self.credentials.tapis_v3 {
            tapis::renew(&self.session, client, refresh_token).await
        } else {
            let form =
                [("grant_type", "refresh_token"), ("scope", SCOPE), ("refresh_token", expose(refresh_token))];
            self.grant(client, &form).await
        };
        match renewed {
            Ok(mut token) => {
                // Not every reply has one: then the old one stays good.
                token.refresh_token = token.refresh_token.or_else(|| Some(refresh_token.clone()));
                Ok(token)
            }
            Err(error) if error.kind() == ErrorKind::TokenRefused && self.credentials.person().is_some() => {
                tracing::debug!(%error, "the refresh token was refused; asking with the password");
                self.sign_in(Some(client)).await
            }
            Err(error) => Err(match error.kind() {
                ErrorKind::TokenRefused => error
                    .context("the refresh token was refused")
                    .with_help(format!("sign in again; the session came from {}", self.credentials.source)),
                _ => error,
            }),
        }
    }

    async fn sign_in(&self, client: Option<&ApiClient>) -> Result<Token> {
        let Credentials { username, password, token_username, tapis_v3, .. } = &self.credentials;
        let granted = match (client, self.credentials.person()) {
            (client, Some(person)) if *tapis_v3 => tapis::sign_in(&self.session, client, person).await,
            (None, _) => return Err(self.at_its_end(None, false, false)),
            (Some(client), _) => {
                let other = token_username.as_deref();
                let grant_type = if other.is_some() { "admin_password" } else { "password" };
                let mut form = vec![("grant_type", grant_type)];
                form.extend(username.as_deref().map(|username| ("username", username)));
                form.extend(password.as_ref().map(|password| ("password", expose(password))));
                form.push(("scope", SCOPE));
                form.extend(other.map(|other| ("token_username", other)));
                self.grant(client, &form).await
            }
        };
        granted.map_err(|error| match error.kind() {
            ErrorKind::TokenRefused => error.with_help(
                "check username and password, and that api_key and api_secret belong to this tenant",
            ),
            _ => error,
        })
    }

    async fn grant(&self, client: &ApiClient, form: &[(&str, &str)]) -> Result<Token> {
        let basic = basic_header(&client.key, &client.secret)?;
        // A password spends nothing. A refresh token whose reply was lost may be spent: then asking again shows it,
        // and there is nothing that asking again could harm.
        let request = self.session.post(path!["token"]).idempotent(true).form(form.iter().copied());
        let request = request.sensitive_header(AUTHORIZATION, basic).header(ACCEPT, "application/json");
        request.json_reply::<TokenReply>().await?.into_token()
    }

    fn at_its_end(&self, held: Option<&Token>, has_client: bool, has_refresh_token: bool) -> Error {
        let why = match (has_client, has_refresh_token) {
            (false, true) => "there is no api_key with api_secret for its refresh token",
            (_, false) => "there is no refresh token, and no username with password",
            (true, true) => "there is no username with password",
        };
        let what = match held.and_then(|token| token.expires_at) {
            Some(expires) => format!("the token, whose expiry is {expires},"),
            None => "the token, whose expiry is not known,".to_owned(),
        };
        Error::new(ErrorKind::InvalidCredentials, format!("{what} cannot be renewed: {why}"))
            .with_help(format!("sign in again; the session came from {}", self.credentials.source))
    }
}

impl TokenSource for Login {
    /// Whose token it is: of an OAuth client and a user, because one client can serve several.
    fn key(&self) -> TokenKey {
        let Inner { session, credentials, api_client, .. } = &*self.0;
        let client = api_client.get();
        let key = client.map(|client| client.key.as_str()).unwrap_or_default();
        let user = credentials.token_username.as_deref().or(credentials.username.as_deref());
        let whose = user.map_or_else(|| key.to_owned(), |user| format!("{key}/{user}"));
        // The tokens of the two generations are not to be mistaken for each other in a store.
        let vendor = if credentials.tapis_v3 { "tapis-v3" } else { "agave" };
        let token_key = TokenKey::new(vendor, session.base().as_str(), whose).with_scopes([SCOPE]);
        match client {
            Some(client) => token_key.with_secret(&client.secret),
            None => token_key,
        }
    }

    fn exchange<'a>(&'a self, held: Option<&'a Token>) -> BoxFuture<'a, Result<Token>> {
        Box::pin(self.0.obtain(held))
    }

    fn is_renewable(&self) -> bool {
        let Inner { credentials, is_stored, api_client, .. } = &*self.0;
        let can_grant = credentials.person().is_some() || credentials.refresh_token.is_some();
        *is_stored || (api_client.get().is_some() && can_grant) || self.0.takes_a_bare_password()
    }

    /// The gateway gives a new refresh token with every renewal, and the old one is spent.
    fn rotates(&self, held: Option<&Token>) -> bool {
        self.0.credentials.person().is_none() && held.is_some_and(|token| token.refresh_token.is_some())
    }
}
