//! A token in the SDK's words (contract section 5), and who is told about each new one.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use auth_core::cache::OnRenewed;
use auth_core::{SecretString, Timestamp, Token};

use crate::zone::Zone;

/// A token and what is known about it, as the SDK's `token_info`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TokenInfo {
    /// The access token.
    pub access_token: SecretString,
    /// What renews it without a password.
    pub refresh_token: Option<SecretString>,
    /// As in `bearer`.
    pub token_type: Option<String>,
    /// As in `default`.
    pub scope: Option<String>,
    /// How long it lives, from [`TokenInfo::created_at`] on.
    pub expires_in: Option<Duration>,
    /// When it was obtained, in whole seconds.
    pub created_at: Option<Timestamp>,
    /// When it expires, in whole seconds.
    pub expiration: Option<Timestamp>,
    /// When it expires, as C's `ctime` writes it: `Thu Feb  8 22:15:04 2018`. It has no zone: it is in the zone that
    /// the variable `TZ` gives where that is UTC or a fixed offset (as in `CST6`), and in UTC otherwise.
    pub expires_at: Option<String>,
}

impl TokenInfo {
    pub(crate) fn of(token: &Token, zone: Zone) -> Self {
        let whole = |at: Timestamp| Timestamp::from_unix_seconds(at.unix_seconds());
        let expiration = token.expires_at.map(whole);
        Self {
            access_token: token.access_token.clone(),
            refresh_token: token.refresh_token.clone(),
            token_type: token.token_type.clone(),
            scope: token.scope.clone(),
            expires_in: token.lifetime,
            created_at: token.received_at.map(whole),
            expiration,
            expires_at: expiration.map(|at| zone.ctime(at)),
        }
    }
}

pub(crate) type TokenCallback = Arc<dyn Fn(&TokenInfo) + Send + Sync>;

/// The callback in a form in which nothing that it does can keep the new token from being used.
pub(crate) fn guarded(callback: TokenCallback, zone: Zone) -> OnRenewed {
    Arc::new(move |token| {
        let info = TokenInfo::of(token, zone);
        if catch_unwind(AssertUnwindSafe(|| callback(&info))).is_err() {
            tracing::warn!("the token callback panicked; the new token is used all the same");
        }
    })
}
