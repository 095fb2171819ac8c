use proptest::prelude::*;
use serde_json::json;

use super::*;

const X: &str = "ebVWLo_mVPlAeLES6KmLp5AfhTrmlb7X4OORC60ElmQ";
const D: &str = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA";

fn jwk() -> Map<String, Value> {
    let jwk = json!({"crv": "Ed25519", "kty": "OKP", "x": X, "d": D, "kid": "ignored"});
    jwk.as_object().cloned().unwrap()
}

fn wrong(member: &str, value: Option<Value>) -> String {
    let mut jwk = jwk();
    match value {
        Some(value) => jwk.insert(member.to_owned(), value),
        None => jwk.shift_remove(member),
    };
    SigningKey::from_jwk(jwk).unwrap_err()
}

/// Contract section 2.4, byte for byte.
#[test]
fn the_worked_example() {
    let key = SigningKey::from_jwk(jwk()).unwrap();
    assert_eq!(key.thumbprint(), "WWpn_pfHui9YKR4CZtQsDGMu7_Gch2zYChfSvnxgtPk");
    let payload = Payload {
        aud: "cortex",
        exp: 1_700_000_120,
        iat: 1_700_000_000,
        iss: "cognitivescale.com",
        jti: encode_base64url(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]),
        nbf: 1_700_000_000,
        sub: "0aa0aa00-0000-4000-8000-00000000c0de",
    };
    let token = key.sign(&payload).unwrap();
    let parts: Vec<&str> = expose(&token).split('.').collect();
    assert_eq!(
        parts,
        [
            "eyJhbGciOiJFZERTQSIsImtpZCI6IldXcG5fcGZIdWk5WUtSNENadFFzREdNdTdfR2NoMnpZQ2hmU3ZueGd0UGsiLCJ0eXAiOiJKV1QifQ",
            "eyJhdWQiOiJjb3J0ZXgiLCJleHAiOjE3MDAwMDAxMjAsImlhdCI6MTcwMDAwMDAwMCwiaXNzIjoiY29nbml0aXZlc2NhbGUuY29tIiwianRpIjoiQUFFQ0F3UUZCZ2NJQ1FvTERBME9EdyIsIm5iZiI6MTcwMDAwMDAwMCwic3ViIjoiMGFhMGFhMDAtMDAwMC00MDAwLTgwMDAtMDAwMDAwMDBjMGRlIn0",
            "JxT8EZwZWIfnSKJ5IBlN7qpQsmjF4o8hCEsxvSwDK2fnPK34RvDBPnQux1wknOBNoikJCmwk1YTuZz2jXNZNBA",
        ]
    );
    assert_eq!(inspect(&token).unwrap().unix_seconds(), 1_700_000_120);
}

#[test]
fn padding_does_no_harm_and_does_not_change_the_thumbprint() {
    let mut padded = jwk();
    padded.insert("x".to_owned(), format!("{X}=").into());
    padded.insert("d".to_owned(), format!(" {D}=\n").into());
    let key = SigningKey::from_jwk(padded).unwrap();
    assert_eq!((key.x.as_str(), key.thumbprint()), (X, "WWpn_pfHui9YKR4CZtQsDGMu7_Gch2zYChfSvnxgtPk"));
}

#[test]
fn unusable_keys_say_why_and_show_nothing() {
    for (member, value, expected) in [
        ("d", None, "`jwk.d` is missing: this is only the public half of a key"),
        ("d", Some(json!("canary!")), "`jwk.d` is not base64url"),
        ("d", Some(json!("AQID")), "`jwk.d` does not hold the 32 bytes of an Ed25519 key"),
        ("d", Some(json!(format!("{D}{D}"))), "`jwk.d` does not hold the 32 bytes of an Ed25519 key"),
        ("d", Some(json!(["canary"])), "`jwk.d` is not text"),
        ("x", None, "`jwk.x` is missing"),
        ("x", Some(json!(D)), "`jwk.x` is not the public key of `jwk.d`"),
        ("kty", None, "`jwk.kty` is missing"),
        (
            "crv",
            Some(json!("Ed448")),
            "the key is not of the type OKP with the curve Ed25519, the only one supported",
        ),
        (
            "kty",
            Some(json!("EC")),
            "the key is not of the type OKP with the curve Ed25519, the only one supported",
        ),
    ] {
        assert_eq!(wrong(member, value), expected);
    }
}

#[test]
fn debug_shows_the_public_half_only() {
    let key = SigningKey::from_jwk(jwk()).unwrap();
    assert_eq!(format!("{key:?}"), "SigningKey(WWpn_pfHui9YKR4CZtQsDGMu7_Gch2zYChfSvnxgtPk)");
}

#[test]
fn given_tokens_are_looked_at_and_not_shown() {
    let token = |header: &str, payload: &str| {
        format!("{}.{}.c2ln", encode_base64url(header.as_bytes()), encode_base64url(payload.as_bytes()))
    };
    let good = r#"{"aud":"a","sub":"canary","exp":1700000000}"#;
    for (text, expected) in [
        ("canary".to_owned(), "it does not have three parts"),
        ("a.b.c".to_owned(), "its first part is not base64url"),
        (format!("Bearer {}", token("{}", good)), "begins with `Bearer`"),
        (token("{}", good).replace(".c2ln", ""), "it does not have three parts"),
        (token("{}", good).replace("c2ln", ""), "its third part is not base64url"),
        (token("{}", good).replacen('e', "e\n", 1), "its first part is not base64url"),
        (token("no", good), "its first part is not a JSON object"),
        (token("{}", "no"), "its payload is not JSON"),
        (token("{}", r#"{"sub":"s","exp":1}"#), "lacks the claim `aud`"),
        (token("{}", r#"{"aud":"a","sub":"","exp":1}"#), "lacks the claim `sub`"),
        (token("{}", r#"{"aud":["a"],"sub":"s","exp":null}"#), "lacks the claim `exp`"),
        (token("{}", r#"{"aud":"a","sub":"s","exp":"soon"}"#), "`exp` is not a number"),
    ] {
        let why = inspect(&SecretString::from(text)).unwrap_err();
        assert!(why.contains(expected) && !why.contains("canary"), "{why}");
    }
    assert!(inspect(&token("{}", good).into()).is_ok());
}

proptest! {
    #[test]
    fn no_text_makes_inspection_panic(text in "\\PC{0,60}|[A-Za-z0-9_.=-]{0,60}") {
        let _ = inspect(&SecretString::from(text));
    }

    #[test]
    fn no_member_makes_a_key_panic(x in "\\PC{0,60}", d in "[A-Za-z0-9_=-]{40,48}") {
        let jwk = json!({"crv": "Ed25519", "kty": "OKP", "x": x, "d": d});
        if let Err(why) = SigningKey::from_jwk(jwk.as_object().cloned().unwrap()) {
            prop_assert!(!why.contains(&d));
        }
    }
}
