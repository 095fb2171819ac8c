//! The standard grants of OAuth 2.0 (RFC 6749) and the standard replies to them.

use std::time::Duration;

use http::header::AUTHORIZATION;
use secrecy::SecretString;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::authorization::Authorization;
use crate::error::{Error, ErrorKind, Result, shorten};
use crate::protocol::{Protocol, ReplyHead, Verdict};
use crate::request::Request;
use crate::secret::{basic_header, expose};
use crate::timestamp::Timestamp;
use crate::token::Token;

/// What is exchanged for a token.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Grant<'a> {
    /// The client's own credentials.
    ClientCredentials,
    /// A person's user name and password.
    Password {
        /// The user name.
        username: &'a str,
        /// The password.
        password: &'a SecretString,
    },
    /// A refresh token.
    RefreshToken(&'a SecretString),
}

/// How the client names itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuthentication {
    /// `client_id` and `client_secret` in the form (`client_secret_post`).
    Form,
    /// `Authorization: Basic` (`client_secret_basic`).
    Basic,
}

/// A client that asks for a token.
#[derive(Clone, Debug)]
pub struct TokenRequest<'a> {
    /// What is exchanged.
    pub grant: Grant<'a>,
    /// The scopes asked for, joined by blanks; empty for none.
    pub scope: &'a str,
    /// The client's public name.
    pub client_id: &'a str,
    /// The client's secret.
    pub client_secret: &'a SecretString,
    /// How the client names itself.
    pub authentication: ClientAuthentication,
}

impl TokenRequest<'_> {
    /// Puts the grant into a request and sends it. The reply becomes a token, or an error of kind
    /// [`ErrorKind::TokenRefused`] or [`ErrorKind::TokenUnavailable`].
    pub async fn send(&self, request: Request<'_, TokenEndpoint>) -> Result<Token> {
        let mut form: Vec<(&str, &str)> = Vec::with_capacity(6);
        match &self.grant {
            Grant::ClientCredentials => form.push(("grant_type", "client_credentials")),
            Grant::Password { username, password } => {
                form.extend([
                    ("grant_type", "password"),
                    ("username", username),
                    ("password", expose(password)),
                ]);
            }
            Grant::RefreshToken(refresh_token) => {
                form.extend([("grant_type", "refresh_token"), ("refresh_token", expose(refresh_token))]);
            }
        }
        if !self.scope.is_empty() {
            form.push(("scope", self.scope));
        }
        let request = match self.authentication {
            ClientAuthentication::Form => {
                form.extend([("client_id", self.client_id), ("client_secret", expose(self.client_secret))]);
                request
            }
            ClientAuthentication::Basic => {
                request.sensitive_header(AUTHORIZATION, basic_header(self.client_id, self.client_secret)?)
            }
        };
        let reply: TokenReply = request.form(form).header("accept", "application/json").json_reply().await?;
        reply.into_token()
    }
}

/// The standard reply to a grant (RFC 6749, section 5.1), read leniently.
#[derive(Deserialize)]
pub struct TokenReply {
    access_token: Option<SecretString>,
    token_type: Option<String>,
    #[serde(default, deserialize_with = "seconds")]
    expires_in: Option<Duration>,
    #[serde(default, deserialize_with = "seconds")]
    expires_at: Option<Duration>,
    refresh_token: Option<SecretString>,
    scope: Option<String>,
}

impl TokenReply {
    /// The token, if there is one and it is a bearer token.
    pub fn into_token(self) -> Result<Token> {
        let unusable =
            |why: String| Error::new(ErrorKind::TokenUnavailable, format!("the token reply {why}"));
        let access_token = self
            .access_token
            .filter(|token| !expose(token).trim().is_empty())
            .ok_or_else(|| unusable("holds no access_token".to_owned()))?;
        if let Some(other) = self.token_type.as_deref().filter(|kind| !kind.eq_ignore_ascii_case("bearer")) {
            return Err(unusable(format!("holds a token of the unsupported type `{}`", shorten(other, 40))));
        }
        let mut token = Token::new(access_token)
            .with_refresh_token(self.refresh_token)
            .with_scope(self.scope)
            .with_token_type(self.token_type);
        token.lifetime = self.expires_in;
        // Only where nothing better is known: it is right as far as the local clock is.
        token.expires_at = self.expires_at.map(|at| Timestamp::UNIX_EPOCH.saturating_add(at));
        Ok(token)
    }
}

/// `expires_in` or `expires_at` as a number or as text. What is neither is as good as unknown.
fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    let seconds = match Value::deserialize(deserializer)? {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    Ok(seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()))
}

/// What a token endpoint means by its replies. It gets no token, and no redirect is followed with the credentials.
#[derive(Clone, Copy, Debug, Default)]
pub struct TokenEndpoint;

impl Protocol for TokenEndpoint {
    type Error = Error;

    fn authorize(&self, _token: &Token) -> Result<Authorization> {
        Ok(Authorization::None)
    }

    fn judge(&self, head: &ReplyHead, error_body: Option<&[u8]>) -> Verdict<Error> {
        let refused = Verdict::by_status(head, || {
            let service = head.service_error();
            let service = describe(service, error_body.unwrap_or_default());
            let kind =
                if service.is_retryable() { ErrorKind::TokenUnavailable } else { ErrorKind::TokenRefused };
            Error::service(kind, service)
        });
        match refused {
            Verdict::Rejected(error) => Verdict::Fail(error),
            other => other,
        }
    }
}

/// The standard error (RFC 6749, section 5.2), or the usual other forms.
fn describe(service: crate::error::ServiceError, body: &[u8]) -> crate::error::ServiceError {
    let Ok(Value::Object(error)) = serde_json::from_slice(body) else { return service };
    let text = |name: &str| error.get(name).and_then(Value::as_str);
    let service = match text("error_description").or_else(|| text("message")).or_else(|| text("description"))
    {
        Some(message) => service.with_message(message),
        None => service,
    };
    match text("error") {
        Some(code) => service.with_code(shorten(code, 80)),
        None => service,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderMap, StatusCode};
    use proptest::prelude::*;

    fn token(reply: &str) -> Result<Token> {
        serde_json::from_str::<TokenReply>(reply).unwrap().into_token()
    }

    #[test]
    fn expires_in_is_a_number_or_text() {
        for (text, expected) in
            [("3600", Some(3600)), ("\"3600\"", Some(3600)), ("null", None), ("\"x\"", None), ("-1", None)]
        {
            let reply = format!(r#"{{"access_token":"a","expires_in":{text}}}"#);
            assert_eq!(token(&reply).unwrap().lifetime.map(|life| life.as_secs()), expected, "{text}");
        }
    }

    #[test]
    fn a_moment_of_expiry_counts_where_no_life_is_given() {
        let at = |reply: &str| token(reply).unwrap().expires_at.map(Timestamp::unix_seconds);
        assert_eq!(at(r#"{"access_token":"a","expires_at":1800000000}"#), Some(1_800_000_000));
        assert_eq!(at(r#"{"access_token":"a","expires_at":"2027-01-15T08:00:00Z"}"#), None);
    }

    #[test]
    fn unusable_replies_say_why() {
        let no_token = token(r#"{"token_type":"bearer"}"#).unwrap_err().to_string();
        assert_eq!(no_token, "the token reply holds no access_token");
        let mac = token(r#"{"access_token":"canary","token_type":"mac"}"#).unwrap_err().to_string();
        assert_eq!(mac, "the token reply holds a token of the unsupported type `mac`");
        assert!(token(r#"{"access_token":"a","token_type":"Bearer"}"#).is_ok());
    }

    #[test]
    fn refusals_and_outages_are_told_apart() {
        let judge = |status: u16, body: &str| {
            let status = StatusCode::from_u16(status).unwrap();
            let head = ReplyHead::new(status, HeaderMap::new(), "POST h/token", Timestamp::UNIX_EPOCH);
            match TokenEndpoint.judge(&head, Some(body.as_bytes())) {
                Verdict::Fail(error) | Verdict::Retry(error) => (error.kind(), error.to_string()),
                other => panic!("{other:?}"),
            }
        };
        let (kind, text) = judge(401, r#"{"error":"invalid_client","error_description":"no such client"}"#);
        assert_eq!(kind, ErrorKind::TokenRefused);
        assert_eq!(text, "POST h/token answered 401 Unauthorized: no such client [code invalid_client]");
        assert_eq!(judge(503, "<html>").0, ErrorKind::TokenUnavailable);
    }

    proptest! {
        #[test]
        fn any_json_is_a_token_or_an_error(text in "\\{(\"(access_token|expires_in|token_type)\":(\"[a-z0-9]{0,5}\"|-?[0-9]{1,20}|null|\\[\\]),?){0,3}\\}") {
            if let Ok(reply) = serde_json::from_str::<TokenReply>(&text) {
                let _ = reply.into_token();
            }
        }
    }
}
