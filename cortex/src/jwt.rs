//! JSON Web Tokens: signed with the key of a personal access config (contract sections 2.3 and 2.4), and looked at when
//! one is given ready (contract section 3.3).

use std::fmt;
use std::sync::Arc;

use auth_core::claims::{Claims, decode_base64url, encode_base64url};
use auth_core::secret::{expose, sha256};
use auth_core::{Error, ErrorKind, Result, SecretString, Timestamp};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use secrecy::zeroize::Zeroizing;
use serde::Serialize;
use serde_json::{Map, Value};

/// Base64url, with or without padding.
const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A private Ed25519 key (RFC 8037). Clones share it.
#[derive(Clone)]
pub(crate) struct SigningKey {
    pair: Arc<Ed25519KeyPair>,
    /// The key's members, for the file of profiles.
    pub(crate) x: String,
    pub(crate) d: SecretString,
    thumbprint: String,
}

impl SigningKey {
    /// Reads a JWK. The error says what is wrong and shows nothing of the key.
    pub(crate) fn from_jwk(mut jwk: Map<String, Value>) -> Result<Self, String> {
        let mut text = |member: &str| match jwk.shift_remove(member) {
            Some(Value::String(text)) => Ok(text),
            Some(_) => Err(format!("`jwk.{member}` is not text")),
            None => Err(format!("`jwk.{member}` is missing")),
        };
        let (kty, crv) = (text("kty")?, text("crv")?);
        if (kty.as_str(), crv.as_str()) != ("OKP", "Ed25519") {
            return Err(
                "the key is not of the type OKP with the curve Ed25519, the only one supported".to_owned()
            );
        }
        let x = text("x")?;
        let d = SecretString::from(text("d").map_err(|why| match why.ends_with("missing") {
            true => format!("{why}: this is only the public half of a key"),
            false => why,
        })?);
        let seed = key_bytes("d", expose(&d))?;
        let public = key_bytes("x", &x)?;
        let pair = Ed25519KeyPair::from_seed_and_public_key(&*seed, &*public)
            .map_err(|_| "`jwk.x` is not the public key of `jwk.d`".to_owned())?;
        // In the canonical form, whatever form the file has.
        let x = encode_base64url(pair.public_key().as_ref());
        let thumbprint = thumbprint(&x);
        Ok(Self { pair: Arc::new(pair), x, d, thumbprint })
    }

    /// The thumbprint of the public key (RFC 7638), by which a server finds it.
    pub(crate) fn thumbprint(&self) -> &str {
        &self.thumbprint
    }

    /// A token with these claims.
    pub(crate) fn sign(&self, payload: &Payload<'_>) -> Result<SecretString> {
        let header = Header { alg: "EdDSA", kid: &self.thumbprint, typ: "JWT" };
        let mut token = format!("{}.{}", part(&header)?, part(payload)?);
        let signature = self.pair.sign(token.as_bytes());
        token.push('.');
        token.push_str(&encode_base64url(signature.as_ref()));
        Ok(token.into())
    }
}

/// The public half only.
impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.thumbprint)
    }
}

/// What a token says. The members are in the order of their names, as the vendor's SDK writes them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Payload<'a> {
    pub(crate) aud: &'a str,
    /// Whole seconds since 1970, like the other times.
    pub(crate) exp: i64,
    pub(crate) iat: i64,
    pub(crate) iss: &'a str,
    pub(crate) jti: String,
    pub(crate) nbf: i64,
    pub(crate) sub: &'a str,
}

#[derive(Serialize)]
struct Header<'a> {
    alg: &'a str,
    kid: &'a str,
    typ: &'a str,
}

/// The SHA-256 of the public key's required members, in the order of their names and without blanks (RFC 7638).
pub(crate) fn thumbprint(x: &str) -> String {
    encode_base64url(&sha256(format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#).as_bytes()))
}

fn part(value: &impl Serialize) -> Result<String> {
    let json = serde_json::to_vec(value).map_err(|error| {
        Error::new(ErrorKind::InvalidCredentials, "a token cannot be written").with_source(error)
    })?;
    Ok(encode_base64url(&json))
}

fn key_bytes(member: &str, text: &str) -> Result<Zeroizing<[u8; 32]>, String> {
    let mut bytes = Zeroizing::new([0; 32]);
    match BASE64URL.decode_slice(text.trim(), &mut *bytes) {
        Ok(32) => Ok(bytes),
        Ok(_) | Err(base64::DecodeSliceError::OutputSliceTooSmall) => {
            Err(format!("`jwk.{member}` does not hold the 32 bytes of an Ed25519 key"))
        }
        Err(base64::DecodeSliceError::DecodeError(_)) => Err(format!("`jwk.{member}` is not base64url")),
    }
}

/// Looks at a token that was given ready, as the vendor's SDK does: three parts, and the claims `aud`, `sub` and `exp`.
/// When it expires; the signature is the server's business. The error shows nothing of the token.
pub(crate) fn inspect(token: &SecretString) -> Result<Timestamp, String> {
    let text = expose(token);
    if text.to_ascii_lowercase().starts_with("bearer ") {
        return Err("the token begins with `Bearer`: give the token alone".to_owned());
    }
    let parts: Vec<&str> = text.split('.').collect();
    let [header, payload, signature] = parts.as_slice() else {
        return Err("the token is not a JWT: it does not have three parts divided by dots".to_owned());
    };
    for (name, part) in [("first", header), ("second", payload), ("third", signature)] {
        // Blanks and line breaks inside a token would end up in a header.
        if part.is_empty() || part.contains(char::is_whitespace) || decode_base64url(part).is_none() {
            return Err(format!("the token is not a JWT: its {name} part is not base64url"));
        }
    }
    let header = decode_base64url(header).unwrap_or_default();
    if !matches!(serde_json::from_slice(&header), Ok(Value::Object(_))) {
        return Err("the token is not a JWT: its first part is not a JSON object".to_owned());
    }
    let claims = Claims::decode(token).map_err(|error| error.to_string())?;
    let is_there = |claim: &str| match claims.get(claim) {
        None | Some(Value::Null) => false,
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Array(list)) => !list.is_empty(),
        Some(_) => true,
    };
    match ["aud", "sub", "exp"].into_iter().find(|claim| !is_there(claim)) {
        Some(claim) => Err(format!("the token lacks the claim `{claim}`")),
        None => claims.expires_at().ok_or_else(|| "the token's claim `exp` is not a number".to_owned()),
    }
}

#[cfg(test)]
#[path = "jwt/tests.rs"]
mod tests;
