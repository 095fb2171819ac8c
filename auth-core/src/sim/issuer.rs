//! What the token endpoints of simulators share: tokens that are issued, expire, are renewed and revoked.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;

use crate::claims::encode_base64url;
use crate::clock::Clock;
use crate::timestamp::Timestamp;

/// Issues tokens and knows which are still good, by a clock that tests can move.
#[derive(Clone)]
pub struct Issuer {
    clock: Arc<dyn Clock>,
    state: Arc<Mutex<State>>,
}

struct State {
    life: Duration,
    issued: u64,
    access: BTreeMap<String, Grant>,
    refresh: BTreeMap<String, String>,
}

struct Grant {
    subject: String,
    expires_at: Timestamp,
    revoked: bool,
}

/// A token that was just issued.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Issued {
    /// The access token.
    pub access_token: String,
    /// The refresh token.
    pub refresh_token: String,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it expires.
    pub expires_at: Timestamp,
    /// How long it lives.
    pub life: Duration,
}

/// Why a token is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It was never issued here.
    Unknown,
    /// Its time is over.
    Expired,
    /// It was revoked.
    Revoked,
}

impl Issuer {
    /// Issues tokens that live as long as `life` says.
    pub fn new(clock: Arc<dyn Clock>, life: Duration) -> Self {
        let state = State { life, issued: 0, access: BTreeMap::new(), refresh: BTreeMap::new() };
        Self { clock, state: Arc::new(Mutex::new(state)) }
    }

    /// How long the next tokens live.
    pub fn set_life(&self, life: Duration) {
        self.lock().life = life;
    }

    /// A token for `subject` with an opaque text: `access-1`, `access-2` and so on.
    pub fn issue(&self, subject: &str) -> Issued {
        self.issue_as(subject, |number, _| format!("access-{number}"))
    }

    /// A token for `subject` whose text `make` gives, from the number of the token and the moments of its life.
    pub fn issue_as(&self, subject: &str, make: impl FnOnce(u64, &Issued) -> String) -> Issued {
        let issued_at = self.clock.now().wall;
        let mut state = self.lock();
        state.issued += 1;
        let number = state.issued;
        let mut issued = Issued {
            access_token: String::new(),
            refresh_token: format!("refresh-{number}"),
            issued_at,
            expires_at: issued_at.saturating_add(state.life),
            life: state.life,
        };
        issued.access_token = make(number, &issued);
        let grant = Grant { subject: subject.to_owned(), expires_at: issued.expires_at, revoked: false };
        state.access.insert(issued.access_token.clone(), grant);
        state.refresh.insert(issued.refresh_token.clone(), subject.to_owned());
        issued
    }

    /// Whose refresh token it is. It stays good: see [`Issuer::spend`].
    pub fn refreshes(&self, refresh_token: &str) -> Option<String> {
        self.lock().refresh.get(refresh_token).cloned()
    }

    /// Whose refresh token it is; it can be used only once.
    pub fn spend(&self, refresh_token: &str) -> Option<String> {
        self.lock().refresh.remove(refresh_token)
    }

    /// Whose access token it is, if it is good.
    pub fn check(&self, access_token: &str) -> Result<String, Refusal> {
        let now = self.clock.now().wall;
        match self.lock().access.get(access_token) {
            None => Err(Refusal::Unknown),
            Some(grant) if grant.revoked => Err(Refusal::Revoked),
            Some(grant) if grant.expires_at <= now => Err(Refusal::Expired),
            Some(grant) => Ok(grant.subject.clone()),
        }
    }

    /// Revokes every access token that was issued so far.
    pub fn revoke_all(&self) {
        self.lock().access.values_mut().for_each(|grant| grant.revoked = true);
    }

    /// Revokes every refresh token that was issued so far.
    pub fn revoke_refresh_tokens(&self) {
        self.lock().refresh.clear();
    }

    /// How many tokens were issued.
    pub fn issued(&self) -> u64 {
        self.lock().issued
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issuer").field("issued", &self.issued()).finish_non_exhaustive()
    }
}

/// A JWT with these claims and a signature that nobody checks.
pub fn unsigned_jwt(claims: &Value) -> String {
    let part = |text: &str| encode_base64url(text.as_bytes());
    format!("{}.{}.{}", part(r#"{"alg":"HS256","typ":"JWT"}"#), part(&claims.to_string()), part("sig"))
}
