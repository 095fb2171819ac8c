//! How a token is obtained (contract sections 2.1, 2.2 and 5.1).

mod iam;

use std::time::Duration;

use auth_core::retry::Backoff;
use auth_core::secret::expose;
use auth_core::{
    BoxFuture, Error, ErrorKind, Result, RetryPolicy, SecretString, Session, Token, TokenKey, TokenSource,
    path,
};
use serde::Serialize;
use serde_json::Value;

pub(crate) use iam::Iam;

use crate::flavor::Flavor;
use crate::request_group::RequestGroups;

/// How long before its expiry a token is renewed at the latest.
pub(crate) const LEEWAY: Duration = Duration::from_secs(500);
/// What the older grant asks for unless scopes are given.
const LEGACY_SCOPE: &str = "openid name groups org email";

/// How a token request is repeated unless the caller says otherwise: five times, after 1 to 10 s each, and no attempt
/// starts later than two minutes after the first.
pub(crate) fn usual_retry() -> RetryPolicy {
    RetryPolicy::default()
        .with_max_attempts(6)
        .with_backoff(Backoff::Uniform { shortest: Duration::from_secs(1), longest: Duration::from_secs(10) })
        .with_longest_retry_after(Duration::from_secs(60))
        .with_deadline(Duration::from_secs(120))
}

/// Obtains tokens with a client id and its secret.
pub(crate) struct Login {
    pub(crate) session: Session<Iam>,
    pub(crate) flavor: Flavor,
    pub(crate) client_id: String,
    pub(crate) secret: SecretString,
    pub(crate) scope: Option<Vec<String>>,
    /// Where the credentials come from, for errors.
    pub(crate) source: String,
    pub(crate) groups: RequestGroups,
}

/// The current grant. The client secret travels as the refresh token.
#[derive(Serialize)]
struct RefreshGrant<'a> {
    client_id: &'a str,
    grant_type: &'a str,
    refresh_token: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
}

/// The grant for the one client id that still uses it.
#[derive(Serialize)]
struct LegacyGrant<'a> {
    scope: String,
    client_id: &'a str,
    grant_type: &'a str,
    target: &'a str,
    api_type: &'a str,
    refresh_token: &'a str,
}

impl Login {
    async fn obtain(&self) -> Result<Token> {
        // The grant spends nothing: sent twice, it gives two tokens.
        let request = self.session.post(path!["token"]).idempotent(true);
        let request = request.header("x-request-group", self.groups.next());
        let scope = self.scope.as_ref().map(|scope| scope.join(" "));
        let (client_id, refresh_token) = (self.client_id.as_str(), expose(&self.secret));
        let request = if self.flavor.legacy_client_id == Some(client_id) {
            request.json(&LegacyGrant {
                scope: scope.unwrap_or_else(|| LEGACY_SCOPE.to_owned()),
                client_id,
                grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
                target: client_id,
                api_type: "app",
                refresh_token,
            })
        } else {
            request.json(&RefreshGrant { client_id, grant_type: "refresh_token", refresh_token, scope })
        };
        let reply: Value = request.json_reply().await.map_err(|error| self.explain(error))?;
        token(&reply).ok_or_else(|| {
            let host = self.session.base().authority();
            Error::new(
                ErrorKind::TokenUnavailable,
                format!("could not retrieve token: the reply of {host} holds no access_token"),
            )
        })
    }

    /// Every failure to obtain a token is one of the token: a refusal, or an outage that may pass.
    fn explain(&self, error: Error) -> Error {
        match error.kind() {
            ErrorKind::TokenRefused => error.with_help(format!("check {}", self.source)),
            ErrorKind::TokenUnavailable => error,
            // Nobody will mend it by waiting.
            ErrorKind::Redirect | ErrorKind::Configuration | ErrorKind::InvalidInput => {
                Error::new(ErrorKind::TokenRefused, "could not retrieve token").with_source(error)
            }
            _ => Error::new(ErrorKind::TokenUnavailable, "could not retrieve token").with_source(error),
        }
    }
}

impl TokenSource for Login {
    fn key(&self) -> TokenKey {
        TokenKey::new("descartes", self.session.base().as_str(), &self.client_id)
            .with_scopes(self.scope.iter().flatten())
            .with_secret(&self.secret)
    }

    fn exchange<'a>(&'a self, _held: Option<&'a Token>) -> BoxFuture<'a, Result<Token>> {
        Box::pin(self.obtain())
    }
}

/// The token of a reply: `access_token`, else `id_token`. Its life is in the token itself; a new refresh token is not
/// looked at, because the credentials stay good.
fn token(reply: &Value) -> Option<Token> {
    let text = |name: &str| reply.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    text("access_token").or_else(|| text("id_token")).map(Token::from_fresh_jwt)
}

/// The source of a client without usable credentials: the error of the search for them.
pub(crate) struct Missing {
    pub(crate) key: TokenKey,
    pub(crate) error: Error,
}

impl TokenSource for Missing {
    fn key(&self) -> TokenKey {
        self.key.clone()
    }

    fn is_renewable(&self) -> bool {
        false
    }

    fn exchange<'a>(&'a self, _held: Option<&'a Token>) -> BoxFuture<'a, Result<Token>> {
        Box::pin(std::future::ready(Err(self.error.clone())))
    }
}
