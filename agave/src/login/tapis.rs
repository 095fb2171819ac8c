//! The token endpoint of Tapis v3 (contract section 2.6): JSON both ways, and tokens that are JWTs.

use std::time::Duration;

use auth_core::oauth2::TokenEndpoint;
use auth_core::secret::{basic_header, expose};
use auth_core::{Error, ErrorKind, Result, SecretString, Session, Token, path};
use http::header::{ACCEPT, AUTHORIZATION};
use serde::Deserialize;
use serde_json::{Value, json};

use super::ApiClient;

/// A token by username and password. The endpoint takes them without a client, too; the refresh token is then of no
/// use.
pub(super) async fn sign_in(
    session: &Session<TokenEndpoint>,
    client: Option<&ApiClient>,
    (username, password): (&str, &SecretString),
) -> Result<Token> {
    let body = json!({ "username": username, "password": expose(password), "grant_type": "password" });
    grant(session, client, &body).await
}

/// A token by refresh token.
pub(super) async fn renew(
    session: &Session<TokenEndpoint>,
    client: &ApiClient,
    refresh_token: &SecretString,
) -> Result<Token> {
    let body = json!({ "grant_type": "refresh_token", "refresh_token": expose(refresh_token) });
    grant(session, Some(client), &body).await
}

async fn grant(session: &Session<TokenEndpoint>, client: Option<&ApiClient>, body: &Value) -> Result<Token> {
    // Asking again is harmless, as with the other token endpoint.
    let request = session.post(path!["v3/oauth2/tokens"]).idempotent(true).json(body);
    let request = request.header(ACCEPT, "application/json");
    let request = match client {
        Some(client) => request.sensitive_header(AUTHORIZATION, basic_header(&client.key, &client.secret)?),
        None => request,
    };
    request.json_reply::<Reply>().await?.into_token()
}

#[derive(Deserialize)]
struct Reply {
    result: Option<Tokens>,
}

#[derive(Deserialize)]
struct Tokens {
    access_token: Option<Access>,
    refresh_token: Option<Refresh>,
}

#[derive(Deserialize)]
struct Access {
    access_token: SecretString,
    #[serde(default)]
    expires_in: Value,
}

#[derive(Deserialize)]
struct Refresh {
    refresh_token: SecretString,
}

impl Reply {
    fn into_token(self) -> Result<Token> {
        let tokens = self.result.and_then(|tokens| Some((tokens.access_token?, tokens.refresh_token)));
        let (access, refresh) =
            tokens.filter(|(access, _)| !expose(&access.access_token).trim().is_empty()).ok_or_else(
                || Error::new(ErrorKind::TokenUnavailable, "the token reply holds no access_token"),
            )?;
        let life = match &access.expires_in {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        let token = Token::from_fresh_jwt(access.access_token)
            .with_refresh_token(refresh.map(|refresh| refresh.refresh_token));
        Ok(match life.and_then(|life| Duration::try_from_secs_f64(life).ok()) {
            Some(life) => token.with_lifetime(life),
            None => token,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use auth_core::claims::encode_base64url;

    fn token(reply: &Value) -> Result<Token> {
        serde_json::from_value::<Reply>(reply.clone()).unwrap().into_token()
    }

    #[test]
    fn a_reply_is_a_token() {
        let reply = json!({"status": "success", "message": "Token created successfully.", "version": "v1", "metadata": {},
        "result": {
            "access_token": {"access_token": "A", "expires_at": "2027-01-15 12:00:00+00:00", "expires_in": 14400, "jti": "j"},
            "refresh_token": {"refresh_token": "R", "expires_in": 31536000},
        }});
        let token = token(&reply).unwrap();
        assert_eq!((expose(&token.access_token), token.lifetime), ("A", Some(Duration::from_secs(14_400))));
        assert_eq!(expose(token.refresh_token.as_ref().unwrap()), "R");
    }

    #[test]
    fn the_life_is_the_jwts_where_the_reply_does_not_tell_it() {
        let jwt = format!("e30.{}.c2ln", encode_base64url(br#"{"iat":100,"exp":160}"#));
        for life in [Value::Null, json!("soon"), json!(-1)] {
            let reply = json!({"result": {"access_token": {"access_token": jwt, "expires_in": life}}});
            let token = token(&reply).unwrap();
            assert_eq!(
                (token.lifetime, token.refresh_token.is_none()),
                (Some(Duration::from_secs(60)), true)
            );
        }
        let text = json!({"result": {"access_token": {"access_token": jwt, "expires_in": "30"}}});
        assert_eq!(token(&text).unwrap().lifetime, Some(Duration::from_secs(30)));
    }

    #[test]
    fn a_reply_without_a_token_is_an_error() {
        for reply in
            [json!({}), json!({"result": {}}), json!({"result": {"access_token": {"access_token": " "}}})]
        {
            let error = token(&reply).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::TokenUnavailable);
            assert_eq!(error.to_string(), "the token reply holds no access_token");
        }
    }
}
