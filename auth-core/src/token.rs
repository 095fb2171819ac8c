//! A token, and the key under which it is kept.

use std::fmt;
use std::time::Duration;

use secrecy::SecretString;

use crate::claims::Claims;
use crate::clock::Now;
use crate::secret::expose;
use crate::timestamp::Timestamp;

/// An access token with all that is known about it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Token {
    /// The token itself.
    pub access_token: SecretString,
    /// The type that the service gave, usually `bearer`.
    pub token_type: Option<String>,
    /// The scopes that the service granted, joined by blanks.
    pub scope: Option<String>,
    /// What renews the token without the credentials.
    pub refresh_token: Option<SecretString>,
    /// How long it lives in all, from the moment it was handed out. Known for a token that was received by this process,
    /// that says so itself (a JWT), or whose store keeps it.
    pub lifetime: Option<Duration>,
    /// When it was received, by this machine's wall clock.
    pub received_at: Option<Timestamp>,
    /// When it expires, by this machine's wall clock. Neither this nor a lifetime: used until it is rejected.
    pub expires_at: Option<Timestamp>,
}

impl Token {
    /// A token of which nothing else is known. It is used until it is rejected.
    pub fn new(access_token: impl Into<SecretString>) -> Self {
        Self {
            access_token: access_token.into(),
            token_type: None,
            scope: None,
            refresh_token: None,
            lifetime: None,
            received_at: None,
            expires_at: None,
        }
    }

    /// A token that is a JWT, just received: it lives `exp - iat` from now, or until `exp` when it has no `iat`.
    /// Without `exp`, or when it is no JWT at all, its life is unknown.
    pub fn from_fresh_jwt(access_token: impl Into<SecretString>) -> Self {
        let token = Self::new(access_token);
        let Ok(claims) = Claims::decode(&token.access_token) else { return token };
        match (claims.issued_at(), claims.expires_at()) {
            (Some(issued), Some(expires)) if expires > issued => {
                token.with_lifetime(expires.duration_since(issued))
            }
            (_, Some(expires)) => token.with_expires_at(expires),
            _ => token,
        }
    }

    /// A token that is a JWT and came from a file or the user: it lives until `exp` by the local clock, and not longer
    /// than `exp - iat` from now.
    pub fn from_stored_jwt(access_token: impl Into<SecretString>) -> Self {
        let token = Self::new(access_token);
        let Ok(claims) = Claims::decode(&token.access_token) else { return token };
        match (claims.issued_at(), claims.expires_at()) {
            (Some(issued), Some(expires)) if expires > issued => {
                token.with_expires_at(expires).with_lifetime(expires.duration_since(issued))
            }
            (_, Some(expires)) => token.with_expires_at(expires),
            _ => token,
        }
    }

    /// With a lifetime, counted from the moment it is received.
    pub fn with_lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = Some(lifetime);
        self
    }

    /// With a moment of expiry.
    pub fn with_expires_at(mut self, expires_at: Timestamp) -> Self {
        self.expires_at = Some(expires_at);
        self
    }

    /// With a refresh token.
    pub fn with_refresh_token(mut self, refresh_token: Option<SecretString>) -> Self {
        self.refresh_token = refresh_token;
        self
    }

    /// With the granted scopes.
    pub fn with_scope(mut self, scope: Option<String>) -> Self {
        self.scope = scope;
        self
    }

    /// With the type that the service gave.
    pub fn with_token_type(mut self, token_type: Option<String>) -> Self {
        self.token_type = token_type;
        self
    }

    /// The same token, stamped as received at `now`.
    ///
    /// A service does not hand out expired tokens: an expiry that seems to be past tells of a wrong local clock, and
    /// is then forgotten.
    pub fn received(mut self, now: Now) -> Self {
        self.received_at = Some(now.wall);
        if self.lifetime.is_none() {
            let remaining = self.expires_at.map(|expires| expires.duration_since(now.wall));
            self.lifetime = remaining.filter(|remaining| !remaining.is_zero());
        }
        self.expires_at = self.lifetime.map(|lifetime| now.wall.saturating_add(lifetime));
        self
    }

    /// Whether both hold the same access token.
    pub fn is_same_as(&self, other: &Self) -> bool {
        expose(&self.access_token) == expose(&other.access_token)
    }
}

/// Names the token that a set of credentials obtains, so that a store can keep many. Holds no secret.
#[derive(Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct TokenKey {
    /// The vendor's crate.
    pub vendor: &'static str,
    /// Where the token is obtained.
    pub token_url: String,
    /// Whose token it is: a client id, a key, a user name.
    pub client_id: String,
    /// The scopes that are asked for, in order.
    pub scopes: Vec<String>,
    /// A fingerprint of the secret that obtains it, so that a rotated secret does not meet the old token.
    pub secret_fingerprint: String,
}

impl TokenKey {
    /// A key without scopes and fingerprint.
    pub fn new(vendor: &'static str, token_url: impl Into<String>, client_id: impl Into<String>) -> Self {
        Self {
            vendor,
            token_url: token_url.into(),
            client_id: client_id.into(),
            scopes: Vec::new(),
            secret_fingerprint: String::new(),
        }
    }

    /// With the scopes that are asked for.
    pub fn with_scopes(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// With a fingerprint of the secret.
    pub fn with_secret(mut self, secret: &SecretString) -> Self {
        self.secret_fingerprint = crate::secret::fingerprint(secret);
        self
    }
}

/// Without the fingerprint: of a password that a person has chosen, it would invite guessing.
impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenKey")
            .field("vendor", &self.vendor)
            .field("token_url", &self.token_url)
            .field("client_id", &self.client_id)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} token of {} at {}", self.vendor, self.client_id, self.token_url)
    }
}
