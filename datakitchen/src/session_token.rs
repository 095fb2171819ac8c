//! The session token as text: the forms in which it comes, and which of two is the newer one (contract sections 2.1 to
//! 2.3).

use auth_core::secret::expose;
use auth_core::{Claims, SecretString, Token};

/// The token in a text: without the white space around it, and without the quotes of a JSON text.
///
/// What cannot be a token is refused with a word that fits after "the token ...": it is never shown.
pub(crate) fn token_in(text: &str) -> Result<SecretString, &'static str> {
    let text = text.trim_start_matches('\u{feff}').trim();
    let unquoted = match text.strip_prefix('"') {
        Some(rest) => match serde_json::from_str::<SecretString>(text) {
            Ok(inside) => inside,
            Err(_) => rest.replace('"', "").into(),
        },
        None => text.into(),
    };
    let token = expose(&unquoted).trim();
    match token.chars().next() {
        None => Err("is empty"),
        Some('<') => Err("is a page of HTML"),
        Some('{' | '[') => Err("is a JSON document"),
        _ if token.contains(char::is_whitespace) => Err("holds blanks or line breaks"),
        _ if !token.bytes().all(|byte| byte.is_ascii_graphic()) => {
            Err("holds a character that no HTTP header can carry")
        }
        _ => Ok(token.into()),
    }
}

/// Whether the token says itself when it ends. One that does not is opaque: it never expires locally.
pub(crate) fn is_dated(token: &SecretString) -> bool {
    Claims::decode(token).is_ok_and(|claims| claims.expires_at().is_some())
}

/// The token that was offered in place of the one that is held, if both are dated and it ends later.
///
/// Both ends are the service's time. Only their distance is used, so that a wrong local clock does no harm, and so that
/// the same token, offered again, is not taken for a longer life.
pub(crate) fn newer(held: &Token, offered: SecretString) -> Option<Token> {
    let ends = |token: &SecretString| Claims::decode(token).ok()?.expires_at();
    let (old, new) = (ends(&held.access_token)?, ends(&offered)?);
    (new > old).then(|| match held.expires_at {
        Some(expires) => Token::new(offered).with_expires_at(expires.saturating_add(new.duration_since(old))),
        None => Token::from_fresh_jwt(offered),
    })
}

/// The held token once more, for a service that says it is still good. Its life is what is left of it.
pub(crate) fn unchanged(held: &Token) -> Token {
    let token = Token::new(held.access_token.clone());
    match held.expires_at {
        Some(expires) => token.with_expires_at(expires),
        None => token,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use auth_core::Timestamp;
    use auth_core::claims::encode_base64url;
    use proptest::prelude::*;

    fn jwt(claims: &str) -> SecretString {
        format!("eyJhbGciOiJIUzI1NiJ9.{}.c2ln", encode_base64url(claims.as_bytes())).into()
    }

    fn read(text: &str) -> Result<String, &'static str> {
        token_in(text).map(|token| expose(&token).to_owned())
    }

    #[test]
    fn every_form_of_the_login_reply_is_read() {
        for text in
            ["a.b.c", " a.b.c\r\n", "\"a.b.c\"", "\n\"a.b.c\" ", "\" a.b.c \"", "\"a.b.c", "\u{feff}a.b.c"]
        {
            assert_eq!(read(text).as_deref(), Ok("a.b.c"), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_token_is_refused() {
        for (text, why) in [
            ("", "is empty"),
            (" \r\n", "is empty"),
            ("\"\"", "is empty"),
            ("\"", "is empty"),
            ("<!doctype html><p>Sign in", "is a page of HTML"),
            ("{\"token\":\"a.b.c\"}", "is a JSON document"),
            ("[]", "is a JSON document"),
            ("a.b c", "holds blanks or line breaks"),
            ("a.b\nc", "holds blanks or line breaks"),
            ("\"a\\nb\"", "holds blanks or line breaks"),
            ("a.b.ü", "holds a character that no HTTP header can carry"),
            ("a\u{0}b", "holds a character that no HTTP header can carry"),
        ] {
            assert_eq!(read(text), Err(why), "{text:?}");
        }
    }

    #[test]
    fn only_a_later_end_makes_a_token_newer() {
        let held = Token::new(jwt(r#"{"exp":2000}"#)).with_expires_at(Timestamp::from_unix_seconds(5_000));
        assert!(newer(&held, jwt(r#"{"exp":2000}"#)).is_none());
        assert!(newer(&held, jwt(r#"{"exp":1999}"#)).is_none());
        assert!(newer(&held, jwt("{}")).is_none());
        assert!(newer(&held, "opaque".into()).is_none());
        // The local clock is 3,000 s ahead of the service's, and so is the end by it.
        let renewed = newer(&held, jwt(r#"{"exp":2600}"#)).unwrap();
        assert_eq!(renewed.expires_at, Some(Timestamp::from_unix_seconds(5_600)));
        assert!(newer(&Token::new("opaque"), jwt(r#"{"exp":2600}"#)).is_none());
    }

    proptest! {
        #[test]
        fn what_is_read_can_be_sent(text in "\\PC{0,40}|[ -~\\r\\n\"]{0,40}") {
            if let Ok(token) = token_in(&text) {
                prop_assert!(auth_core::secret::sensitive_header("Bearer ", &token).is_ok());
                prop_assert!(text.contains(expose(&token)) || text.contains('"'));
            }
        }

        #[test]
        fn a_token_survives_its_forms(token in "[A-Za-z0-9._~+/=-]{1,60}", blanks in "[ \\t\\r\\n]{0,3}") {
            for text in [format!("{blanks}{token}{blanks}"), format!("{blanks}\"{token}\"{blanks}")] {
                let read = read(&text);
                prop_assert_eq!(read.as_deref(), Ok(token.as_str()));
            }
        }

        #[test]
        fn no_claims_make_it_panic(old in any::<i64>(), new in any::<f64>(), at in any::<i64>()) {
            let held = Token::new(jwt(&format!("{{\"exp\":{old}}}"))).with_expires_at(Timestamp::from_unix_seconds(at));
            let _ = newer(&held, jwt(&serde_json::json!({"exp": new}).to_string()));
        }
    }
}
