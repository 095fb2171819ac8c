//! Secrets: values that never appear in output and are wiped from memory on drop.
//!
//! Goals: a secret cannot be printed by accident (`Debug` shows `[REDACTED]`, there is no `Display`), it is
//! zeroised when dropped, and there is one place to look for every use of its text: [`expose`].
//! Not a goal: hiding a secret from somebody who can read this process's memory.

use http::HeaderValue;
use secrecy::ExposeSecret as _;
pub use secrecy::SecretString;

use crate::error::{Error, ErrorKind, Result};

/// The text of a secret. Search for the callers of this function to see where secrets are used.
pub fn expose(secret: &SecretString) -> &str {
    secret.expose_secret()
}

/// A short name for a secret, for keys and comparisons: the first 16 hex digits of its SHA-256.
pub fn fingerprint(secret: &SecretString) -> String {
    hex(&sha256(expose(secret).as_bytes())[..8])
}

/// `prefix` followed by the secret, as a header value that prints as `Sensitive`.
///
/// Fails when the secret holds a character that a header cannot carry; the error does not show it.
pub fn sensitive_header(prefix: &str, secret: &SecretString) -> Result<HeaderValue> {
    let text = zeroize_on_drop(format!("{prefix}{}", expose(secret)));
    let mut value = HeaderValue::from_str(expose(&text)).map_err(|_| {
        Error::new(
            ErrorKind::InvalidCredentials,
            "a credential holds a character that no HTTP header can carry",
        )
        .with_help("remove line breaks, control characters and blanks around it")
    })?;
    value.set_sensitive(true);
    Ok(value)
}

/// `Basic base64(user:password)` as a sensitive header value.
pub fn basic_header(user: &str, password: &SecretString) -> Result<HeaderValue> {
    use base64::Engine as _;
    let pair = zeroize_on_drop(format!("{user}:{}", expose(password)));
    let encoded = zeroize_on_drop(base64::engine::general_purpose::STANDARD.encode(expose(&pair)));
    sensitive_header("Basic ", &encoded)
}

/// SHA-256 of some bytes.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
    let mut out = [0; 32];
    out.copy_from_slice(digest.as_ref());
    out
}

/// SHA-1 of some bytes, for vendors whose file names and namespaces are made of it. Not for security.
pub fn sha1(bytes: &[u8]) -> [u8; 20] {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY, bytes);
    let mut out = [0; 20];
    out.copy_from_slice(digest.as_ref());
    out
}

/// Lower-case hex digits.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

fn zeroize_on_drop(text: String) -> SecretString {
    SecretString::from(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing() {
        let secret = SecretString::from("canary-secret");
        assert!(!format!("{secret:?}").contains("canary"));
        let header = sensitive_header("Bearer ", &secret).unwrap();
        assert_eq!(format!("{header:?}"), "Sensitive");
    }

    #[test]
    fn a_header_that_cannot_be_sent_does_not_show_the_secret() {
        let error = sensitive_header("Bearer ", &SecretString::from("canary\nsecret")).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("canary"));
    }

    #[test]
    fn basic_is_standard_base64() {
        let header = basic_header("my cid", &SecretString::from("s/e+c=r&t")).unwrap();
        assert_eq!(header.to_str().unwrap(), "Basic bXkgY2lkOnMvZStjPXImdA==");
    }

    #[test]
    fn digests_are_the_published_ones() {
        assert_eq!(hex(&sha1(b"asdf")), "3da541559918a808c2402bba5012f6c60b27661c");
        assert_eq!(&hex(&sha256(b"api:read api:write"))[..12], "47376d7f4916");
    }
}
