//! The account itself (contract section 6.6).

use auth_core::path;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::members::take;
use crate::client::Client;
use crate::error::Result;

/// The account itself; see [`Client::users`].
#[derive(Clone, Copy, Debug)]
pub struct Users<'a> {
    client: &'a Client,
}

impl<'a> Users<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// `GET /v2/userinfo`: who the platform takes the caller for.
    pub async fn get_info(&self) -> Result<UserInfo> {
        self.client.session.get(path!["v2/userinfo"]).data().await
    }
}

/// Who the platform takes the caller for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Map<String, Value>")]
#[non_exhaustive]
pub struct UserInfo {
    /// As in `ADMIN`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The customer's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_name: Option<String>,
    /// The customer's short name, which is a part of web links.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_git_name: Option<String>,
    /// The customer's organization at the Git host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_git_org: Option<String>,
    /// The user's name, mostly an e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login: Option<String>,
    /// The user's e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whether the address was verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_verified: Option<bool>,
    /// As in `auth0|1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// Members that this version does not know, and those that are null or have an unknown form.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl From<Map<String, Value>> for UserInfo {
    fn from(mut all: Map<String, Value>) -> Self {
        Self {
            role: take(&mut all, "role"),
            customer_name: take(&mut all, "customer_name"),
            customer_git_name: take(&mut all, "customer_git_name"),
            customer_git_org: take(&mut all, "customer_git_org"),
            login: take(&mut all, "login"),
            email: take(&mut all, "email"),
            email_verified: take(&mut all, "email_verified"),
            user_id: take(&mut all, "user_id"),
            extra: all,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_unknown_is_kept_and_nothing_is_required() {
        let reply = json!({"role": "ADMIN", "email_verified": true, "user_id": "auth0|1", "later": 1});
        let info: UserInfo = serde_json::from_value(reply.clone()).unwrap();
        assert_eq!(serde_json::to_value(info).unwrap(), reply);
        let odd: UserInfo = serde_json::from_value(json!({"role": 7})).unwrap();
        assert_eq!((odd.role, odd.extra["role"].as_i64()), (None, Some(7)));
    }
}
