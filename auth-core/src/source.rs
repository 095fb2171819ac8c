//! How a token is obtained.

use crate::BoxFuture;
use crate::error::{Error, ErrorKind, Result};
use crate::token::{Token, TokenKey};

/// How a token is obtained or renewed. Each vendor implements it in its `login.rs`.
pub trait TokenSource: Send + Sync + 'static {
    /// Names the token, for the store.
    fn key(&self) -> TokenKey;

    /// Obtains a token over the network. `held` is the one we have, perhaps expired or rejected, so that its refresh
    /// token can be spent.
    ///
    /// An error of kind [`ErrorKind::TokenRefused`], [`ErrorKind::InvalidCredentials`] or
    /// [`ErrorKind::NoCredentials`] counts as a refusal, any other as a failure that may pass.
    fn exchange<'a>(&'a self, held: Option<&'a Token>) -> BoxFuture<'a, Result<Token>>;

    /// Whether a new token can be had at all. If not, a rejection is the answer, and the token is kept: the service
    /// may accept it for something else.
    fn is_renewable(&self) -> bool {
        true
    }

    /// Whether an exchange spends something that only its reply replaces, a rotating refresh token, and nothing else
    /// could obtain a token. Then the store must be proven writable before the exchange.
    fn rotates(&self, held: Option<&Token>) -> bool {
        let _ = held;
        false
    }
}

/// A token that was given ready and cannot be renewed.
#[derive(Debug)]
pub struct StaticTokenSource {
    key: TokenKey,
    help: &'static str,
}

impl StaticTokenSource {
    /// `help` tells the user where a new token comes from.
    pub fn new(key: TokenKey, help: &'static str) -> Self {
        Self { key, help }
    }
}

impl TokenSource for StaticTokenSource {
    fn key(&self) -> TokenKey {
        self.key.clone()
    }

    fn is_renewable(&self) -> bool {
        false
    }

    fn exchange<'a>(&'a self, held: Option<&'a Token>) -> BoxFuture<'a, Result<Token>> {
        let what = match held.and_then(|token| token.expires_at) {
            Some(expires) => format!("the given token has expired or was rejected (its expiry is {expires})"),
            None => "the given token was rejected by the service".to_owned(),
        };
        let error = Error::new(ErrorKind::InvalidCredentials, format!("{what} and cannot be renewed"));
        Box::pin(std::future::ready(Err(error.with_help(self.help))))
    }
}
