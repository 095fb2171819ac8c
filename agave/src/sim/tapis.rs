//! The tenant after it has moved to Tapis v3 (contract section 2.6): its token endpoint, and one call that shows who
//! is signed in.

use auth_core::sim::{Refusal, Reply, Request, unsigned_jwt};
use serde_json::{Value, json};

use super::call::{error, success};
use super::tenant::Tenant;

impl Tenant {
    /// Everything below `/v3/`.
    pub(super) fn tapis_v3(&self, method: &str, path: &[&str], request: &Request) -> Reply {
        match (method, path) {
            ("POST", ["oauth2", "tokens"]) => self.tapis_tokens(request),
            (method, path) => match self.tapis_user(request) {
                Err(why) => error(401, why),
                Ok(user) => match (method, path) {
                    ("GET", ["oauth2", "clients"]) => success(200, self.tapis_clients(&user)),
                    ("POST", ["oauth2", "v2", "token"]) => success(200, self.agave_token(&user)),
                    _ => error(404, "The requested URL was not found on the server."),
                },
            },
        }
    }

    fn tapis_tokens(&self, request: &Request) -> Reply {
        let client = request.basic();
        if let Some((key, secret)) = &client
            && !self.is_client(key, secret)
        {
            return error(401, "Invalid client credentials");
        }
        let key = client.map(|(key, _)| key);
        let body = request.json().unwrap_or_default();
        let text = |name: &str| body[name].as_str().unwrap_or_default();
        let user = match text("grant_type") {
            "password" => {
                if !self.is_user(text("username"), text("password")) {
                    return error(401, "Invalid username/password combination.");
                }
                text("username").to_owned()
            }
            "refresh_token" => {
                let Some(key) = &key else { return error(401, "Client credentials are required") };
                let subject = self.issuer.spend(text("refresh_token")).unwrap_or_default();
                match subject.strip_prefix(&format!("{key} ")) {
                    Some(user) => user.to_owned(),
                    None => return error(400, "Invalid refresh token."),
                }
            }
            _ => return error(400, "Invalid grant_type"),
        };
        let subject = format!("{} {user}", key.unwrap_or_default());
        let issued = self.issuer.issue_as(&subject, |number, issued| {
            let (iat, exp) = (issued.issued_at.unix_seconds(), issued.expires_at.unix_seconds());
            unsigned_jwt(&json!({
                "jti": number.to_string(), "sub": format!("{user}@sim"), "tapis/username": user, "iat": iat, "exp": exp,
            }))
        });
        let life = issued.life.as_secs();
        success(
            201,
            json!({
                "access_token": {
                    "access_token": issued.access_token, "expires_in": life, "jti": "j",
                    "expires_at": issued.expires_at.format_utc("%Y-%m-%d %H:%M:%S+00:00"),
                },
                "refresh_token": { "refresh_token": issued.refresh_token, "expires_in": 31_536_000, "jti": "r" },
            }),
        )
    }

    /// Whose `X-Tapis-Token` it is. `Authorization` is not looked at.
    fn tapis_user(&self, request: &Request) -> Result<String, &'static str> {
        let token = request.header("x-tapis-token").ok_or("No access token found in the request.")?;
        match self.issuer.check(token) {
            Ok(subject) => Ok(subject.split_once(' ').map(|(_, user)| user.to_owned()).unwrap_or_default()),
            Err(Refusal::Expired) => Err("Access token has expired."),
            Err(_) => Err("Access token is not valid."),
        }
    }

    /// The exchange for a token of the generation before.
    fn agave_token(&self, user: &str) -> Value {
        let issued = self.issuer.issue(&format!("K {user}"));
        json!({
            "access_token": issued.access_token, "refresh_token": issued.refresh_token,
            "expires_in": issued.life.as_secs(),
        })
    }
}
