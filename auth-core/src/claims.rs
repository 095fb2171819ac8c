//! Reading a JWT's payload. The signature is not looked at: what a token claims is used for timing and display, and
//! the service that receives the token judges it.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use secrecy::SecretString;
use serde_json::{Map, Value};

use crate::error::{Error, ErrorKind, Result};
use crate::secret::expose;
use crate::timestamp::Timestamp;

/// URL-safe base64 in which padding may or may not be there.
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The payload of a JWT.
#[derive(Clone, Debug, PartialEq)]
pub struct Claims(Map<String, Value>);

impl Claims {
    /// Reads the payload of a token of two or three parts. The error says what is wrong and does not show the token.
    pub fn decode(token: &SecretString) -> Result<Self> {
        let malformed =
            |why: &str| Error::new(ErrorKind::InvalidCredentials, format!("the token is not a JWT: {why}"));
        let payload = expose(token)
            .trim()
            .split('.')
            .nth(1)
            .ok_or_else(|| malformed("it has no parts divided by dots"))?;
        let bytes = decode_base64url(payload).ok_or_else(|| malformed("its second part is not base64url"))?;
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(claims)) => Ok(Self(claims)),
            Ok(_) => Err(malformed("its payload is not a JSON object")),
            Err(_) => Err(malformed("its payload is not JSON")),
        }
    }

    /// Every claim.
    pub fn as_map(&self) -> &Map<String, Value> {
        &self.0
    }

    /// A claim.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// A claim that is text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    /// When the token expires (`exp`).
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.moment("exp")
    }

    /// When the token was issued (`iat`).
    pub fn issued_at(&self) -> Option<Timestamp> {
        self.moment("iat")
    }

    fn moment(&self, name: &str) -> Option<Timestamp> {
        Timestamp::from_unix_seconds_f64(self.0.get(name)?.as_f64()?)
    }
}

/// Decodes base64url with or without padding; the standard alphabet is accepted too.
pub fn decode_base64url(text: &str) -> Option<Vec<u8>> {
    URL_SAFE.decode(text.trim().replace('+', "-").replace('/', "_")).ok()
}

/// Encodes base64url without padding.
pub fn encode_base64url(bytes: &[u8]) -> String {
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn token(payload: &str) -> SecretString {
        SecretString::from(format!("e30.{}.c2ln", encode_base64url(payload.as_bytes())))
    }

    #[test]
    fn reads_times_as_integers_and_floats() {
        let claims = Claims::decode(&token(r#"{"exp":1610770917,"iat":1610734917.5,"sub":"x"}"#)).unwrap();
        assert_eq!(claims.expires_at().unwrap().unix_seconds(), 1_610_770_917);
        assert_eq!(claims.issued_at().unwrap().unix_millis(), 1_610_734_917_500);
        assert_eq!((claims.text("sub"), claims.text("exp")), (Some("x"), None));
    }

    #[test]
    fn an_exp_that_is_no_number_is_unknown() {
        let claims = Claims::decode(&token(r#"{"exp":"soon"}"#)).unwrap();
        assert_eq!(claims.expires_at(), None);
    }

    #[test]
    fn accepts_padding_two_parts_and_the_standard_alphabet() {
        assert_eq!(decode_base64url("_-8="), decode_base64url("/+8"));
        let padded = SecretString::from("e30.eyJhIjoxfQ==");
        assert_eq!(Claims::decode(&padded).unwrap().get("a"), Some(&Value::from(1)));
    }

    #[test]
    fn malformed_tokens_are_told_apart_and_not_shown() {
        for (text, why) in [
            ("canary", "no parts"),
            ("canary.!!!.x", "not base64url"),
            ("canary.bm8.x", "not JSON"),
            ("canary.W10.x", "not a JSON object"),
        ] {
            let error = Claims::decode(&SecretString::from(text)).unwrap_err().to_string();
            assert!(error.contains(why) && !error.contains("canary"), "{error}");
        }
    }

    proptest! {
        #[test]
        fn never_panics_on_any_text(text in "\\PC{0,80}") {
            let _ = Claims::decode(&SecretString::from(text));
        }

        #[test]
        fn base64url_round_trips(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            prop_assert_eq!(decode_base64url(&encode_base64url(&bytes)), Some(bytes));
        }
    }
}
