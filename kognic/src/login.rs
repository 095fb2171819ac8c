//! How a token is obtained (contract sections 2.1 to 2.4): by the client's own credentials, or by the refresh token of
//! the last reply.

use auth_core::oauth2::{ClientAuthentication as Oauth2Authentication, Grant, TokenEndpoint, TokenRequest};
use auth_core::{BoxFuture, ErrorKind, Result, Session, Token, TokenKey, TokenSource, path};

use crate::credentials::Credentials;

/// How the client names itself to the token endpoint. The platform takes both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClientAuthentication {
    /// Id and secret in the form, as the vendor's synchronous client does.
    #[default]
    Form,
    /// `Authorization: Basic`, as the vendor's asynchronous client does.
    Basic,
}

/// Obtains tokens from the platform's token endpoint.
pub(crate) struct Login {
    session: Session<TokenEndpoint>,
    credentials: Credentials,
    scopes: Vec<String>,
    authentication: ClientAuthentication,
}

impl Login {
    pub(crate) fn new(
        session: Session<TokenEndpoint>,
        credentials: Credentials,
        scopes: Vec<String>,
        authentication: ClientAuthentication,
    ) -> Self {
        Self { session, credentials, scopes, authentication }
    }

    async fn grant(&self, grant: Grant<'_>) -> Result<Token> {
        let request = TokenRequest {
            grant,
            scope: &self.scopes.join(" "),
            client_id: &self.credentials.client_id,
            client_secret: &self.credentials.client_secret,
            authentication: match self.authentication {
                ClientAuthentication::Form => Oauth2Authentication::Form,
                ClientAuthentication::Basic => Oauth2Authentication::Basic,
            },
        };
        // A grant of client credentials spends nothing, and a lost refresh token is replaced by such a grant.
        request.send(self.session.post(path!["v1/auth/oauth/token"]).idempotent(true)).await
    }

    async fn obtain(&self, held: Option<&Token>) -> Result<Token> {
        if let Some(refresh_token) = held.and_then(|token| token.refresh_token.as_ref()) {
            match self.grant(Grant::RefreshToken(refresh_token)).await {
                Ok(mut token) => {
                    token.refresh_token = token.refresh_token.or_else(|| Some(refresh_token.clone()));
                    return Ok(token);
                }
                Err(error) if error.kind() == ErrorKind::TokenRefused => {
                    tracing::debug!(%error, "the refresh token was refused; asking with the credentials");
                }
                Err(error) => return Err(error),
            }
        }
        self.grant(Grant::ClientCredentials).await.map_err(|error| match error.kind() {
            ErrorKind::TokenRefused => error.with_help(self.credentials.to_check()),
            _ => error,
        })
    }
}

impl TokenSource for Login {
    fn key(&self) -> TokenKey {
        TokenKey::new("kognic", self.session.base().as_str(), &self.credentials.client_id)
            .with_scopes(&self.scopes)
            .with_secret(&self.credentials.client_secret)
    }

    fn exchange<'a>(&'a self, held: Option<&'a Token>) -> BoxFuture<'a, Result<Token>> {
        Box::pin(self.obtain(held))
    }
}
