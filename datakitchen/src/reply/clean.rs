//! The platform's words without what looks like a credential, in case it repeats what it was sent (trap T10).

/// What stands in the place of something that looks like a credential.
const REDACTED: &str = "[REDACTED]";

/// The text with a mark in place of JWTs, and of what follows `Bearer` or `Basic`.
pub(super) fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut after_scheme = false;
    for piece in text.split_inclusive(|character| !may_be_in_token(character)) {
        let word = piece.trim_end_matches(|character| !may_be_in_token(character));
        // "Basic authentication" is no secret.
        let is_word = word.bytes().all(|byte| byte.is_ascii_lowercase());
        let is_jwt = word.starts_with("eyJ") && word.len() >= 10;
        let is_secret = is_jwt || (after_scheme && !is_word);
        out.push_str(if is_secret { REDACTED } else { word });
        out.push_str(&piece[word.len()..]);
        if !word.is_empty() {
            after_scheme = word.eq_ignore_ascii_case("bearer") || word.eq_ignore_ascii_case("basic");
        }
    }
    out
}

fn may_be_in_token(character: char) -> bool {
    character.is_ascii_alphanumeric() || "._~+/=-".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_looks_like_a_credential_is_not_repeated() {
        for (text, expected) in [
            ("bad header: Bearer canary-token", "bad header: Bearer [REDACTED]"),
            ("bad header 'Basic Y2FuYXJ5OmNhbmFyeQ=='", "bad header 'Basic [REDACTED]'"),
            ("token eyJjYW5hcnkiOjF9.e30.c2ln is expired", "token [REDACTED] is expired"),
            ("Basic authentication is off", "Basic authentication is off"),
            ("Malformed authentication header", "Malformed authentication header"),
        ] {
            assert_eq!(clean(text), expected);
        }
    }

    proptest! {
        #[test]
        fn cleaning_keeps_what_is_no_credential(text in "[a-z,;: é]{0,60}") {
            prop_assume!(!text.contains("bearer") && !text.contains("basic"));
            prop_assert_eq!(clean(&text), text);
        }
    }
}
