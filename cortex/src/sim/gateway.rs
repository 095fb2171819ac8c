//! The cluster's gateway: who may come in, and how others are sent away (contract sections 2.3 and 2.6).

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use auth_core::claims::{decode_base64url, encode_base64url};
use auth_core::sim::{Reply, Request};
use auth_core::{Clock, Result, SecretString, Timestamp};
use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use serde_json::Value;

use super::{KID, USER, X};
use crate::jwt::Payload;
use crate::pat::PersonalAccessConfig;

/// How a token is refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// 302 to the login page, with the reason in `X-Auth-Error`.
    #[default]
    Redirect,
    /// 302 to the login page, without a reason.
    BareRedirect,
    /// This status, with the reason in `X-Auth-Error`.
    Header(u16),
    /// 401, with the reason in the body.
    Unauthorized,
}

/// Verifies tokens by the cluster's own clock.
pub(super) struct Gateway {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The tokens that were accepted, by their `jti`, and whether each is still good.
    seen: BTreeMap<String, bool>,
    issued: u8,
    key_revoked: bool,
    refusal: Refusal,
    skew: i64,
}

impl Gateway {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, state: Mutex::default() }
    }

    pub(super) fn now(&self) -> Timestamp {
        let (now, skew) = (self.clock.now().wall, self.lock().skew);
        let distance = Duration::from_secs(skew.unsigned_abs());
        if skew < 0 { now.saturating_sub(distance) } else { now.saturating_add(distance) }
    }

    /// A ready token.
    pub(super) fn issue(&self, config: &PersonalAccessConfig, life: Duration) -> Result<SecretString> {
        let now = self.now().unix_seconds();
        let number = {
            let mut state = self.lock();
            state.issued += 1;
            state.issued
        };
        config.key.sign(&Payload {
            aud: &config.audience,
            exp: now.saturating_add_unsigned(life.as_secs()),
            iat: now,
            iss: &config.issuer,
            jti: encode_base64url(&[number; 16]),
            nbf: now,
            sub: &config.username,
        })
    }

    pub(super) fn authorize(&self, request: &Request) -> Result<(), Box<Reply>> {
        let verdict = match request.bearer() {
            Some(token) => self.verify(token),
            None => Err("no token"),
        };
        verdict.map_err(|reason| {
            let to_login = || Reply::redirect(302, &format!("{}/login", request.base()));
            Box::new(match self.lock().refusal {
                Refusal::Redirect => to_login().header("x-auth-error", reason),
                Refusal::BareRedirect => to_login(),
                Refusal::Header(status) => Reply::empty(status).header("x-auth-error", reason),
                Refusal::Unauthorized => {
                    Reply::json(401, serde_json::json!({"success": false, "message": reason}))
                }
            })
        })
    }

    fn verify(&self, token: &str) -> Result<(), &'static str> {
        let now = self.now().unix_seconds();
        let (signed, signature) = token.rsplit_once('.').ok_or("jwt malformed")?;
        let (header, claims) = signed.split_once('.').ok_or("jwt malformed")?;
        let json = |part: &str| -> Option<Value> { serde_json::from_slice(&decode_base64url(part)?).ok() };
        let header = json(header).ok_or("jwt malformed")?;
        let claims = json(claims).ok_or("jwt malformed")?;
        let mut state = self.lock();
        if header["kid"] != KID || state.key_revoked {
            return Err("unknown key");
        }
        if header["alg"] != "EdDSA" || header["typ"] != "JWT" {
            return Err("invalid algorithm");
        }
        let (key, signature) = (decode_base64url(X), decode_base64url(signature));
        let (Some(key), Some(signature)) = (key, signature) else { return Err("jwt malformed") };
        UnparsedPublicKey::new(&ED25519, key)
            .verify(signed.as_bytes(), &signature)
            .map_err(|_| "invalid signature")?;
        if claims["iss"] != "cognitivescale.com" || claims["aud"] != "cortex" || claims["sub"] != USER {
            return Err("jwt claims invalid");
        }
        let time = |name: &str| claims[name].as_i64().ok_or("jwt claims invalid");
        if time("exp")? <= now {
            return Err("jwt expired");
        }
        if time("nbf")? > now || time("iat")? > now {
            return Err("jwt not active");
        }
        match claims["jti"].as_str() {
            Some(jti) if *state.seen.entry(jti.to_owned()).or_insert(true) => Ok(()),
            Some(_) => Err("jwt revoked"),
            None => Err("jwt claims invalid"),
        }
    }

    pub(super) fn seen(&self) -> usize {
        self.lock().seen.len()
    }

    pub(super) fn revoke_all(&self) {
        self.lock().seen.values_mut().for_each(|good| *good = false);
    }

    pub(super) fn revoke_key(&self) {
        self.lock().key_revoked = true;
    }

    pub(super) fn refuse_by(&self, refusal: Refusal) {
        self.lock().refusal = refusal;
    }

    pub(super) fn skew(&self, seconds: i64) {
        self.lock().skew = seconds;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway").field("seen", &self.seen()).finish_non_exhaustive()
    }
}
