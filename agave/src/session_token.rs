//! The token of a session: shown, renewed, obtained anew.

use auth_core::SecretString;

use crate::client::Client;
use crate::error::Result;
use crate::token_info::TokenInfo;

auth_core::service! {
    /// The token of this session.
    pub struct SessionToken, from Client::token
}

impl SessionToken<'_> {
    /// The current token, obtained or renewed first where necessary.
    pub async fn token_info(&self) -> Result<TokenInfo> {
        let held = self.client.oauth()?.cache.get().await?;
        Ok(TokenInfo::of(held.token(), self.client.zone()))
    }

    /// The token as it is held now, expired or not, without any request. `None` when there has not been one yet.
    pub fn held(&self) -> Option<TokenInfo> {
        self.client.held()
    }

    /// Renews the token now, whatever its age: by the refresh token, or by username and password where there is none.
    /// Answers the new access token.
    ///
    /// When another process has renewed it meanwhile, in the file that the session was restored from, that one is
    /// taken over instead.
    pub async fn refresh(&self) -> Result<SecretString> {
        let held = self.client.oauth()?.cache.renew().await?;
        Ok(held.token().access_token.clone())
    }

    /// Obtains a token by username and password now, although there may be a refresh token. Answers the new access
    /// token.
    pub async fn create(&self) -> Result<SecretString> {
        let oauth = self.client.oauth()?;
        oauth.login.want_password()?;
        let mut held = oauth.cache.renew().await;
        // It joined a renewal that was under way, or took one over from the file.
        if oauth.login.still_wants_password() && held.is_ok() {
            oauth.login.want_password()?;
            held = oauth.cache.renew().await;
        }
        Ok(held?.token().access_token.clone())
    }
}
