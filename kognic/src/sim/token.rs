//! Who may come in: tokens for known clients (contract sections 2.1 to 2.4).

use auth_core::sim::{Refusal, Reply, Request};
use serde_json::{Value, json};

use super::{Platform, lock};

impl Platform {
    /// `POST /v1/auth/oauth/token` (contract sections 2.1 to 2.4).
    pub(super) fn token(&self, request: &Request) -> Reply {
        let field = |name: &str| request.form_value(name);
        let client = request.basic().or_else(|| Some((field("client_id")?, field("client_secret")?)));
        let known = client.filter(|(id, secret)| lock(&self.clients).get(id) == Some(secret));
        let Some((id, _)) = known else {
            return Reply::json(
                401,
                json!({"error": "invalid_client", "error_description": "unknown client or wrong secret"}),
            );
        };
        let granted = match field("grant_type").as_deref() {
            Some("client_credentials") => true,
            Some("refresh_token") => {
                field("refresh_token").and_then(|token| self.issuer.spend(&token)).as_ref() == Some(&id)
            }
            _ => return Reply::json(400, json!({"error": "unsupported_grant_type"})),
        };
        if !granted {
            return Reply::json(
                401,
                json!({"error": "invalid_token", "error_description": "the refresh token is not valid"}),
            );
        }
        let issued = self.issuer.issue(&id);
        let mut reply = json!({
            "access_token": issued.access_token, "token_type": "bearer", "expires_in": issued.life.as_secs(),
            "refresh_token": issued.refresh_token,
        });
        if let (Some(scope), Value::Object(reply)) = (field("scope"), &mut reply) {
            reply.insert("scope".to_owned(), scope.into());
        }
        Reply::json(200, reply)
    }

    pub(super) fn authorize(&self, request: &Request) -> Result<String, Box<Reply>> {
        let refused = |message: &str| Box::new(Reply::json(401, json!({"message": message})));
        let token = request.bearer().ok_or_else(|| refused("no bearer token"))?;
        self.issuer.check(token).map_err(|refusal| match refusal {
            Refusal::Unknown => refused("unknown token"),
            Refusal::Expired => refused("token has expired"),
            Refusal::Revoked => refused("token was revoked"),
        })
    }
}
