//! The account itself (contract section 6.6).

use auth_core::path;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::lenient::lenient;
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
#[non_exhaustive]
pub struct UserInfo {
    /// As in `ADMIN`.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The customer's name.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub customer_name: Option<String>,
    /// The customer's short name, which is a part of web links.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub customer_git_name: Option<String>,
    /// The customer's organization at the Git host.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub customer_git_org: Option<String>,
    /// The user's name, mostly an e-mail address.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub login: Option<String>,
    /// The user's e-mail address.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whether the address was verified.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub email_verified: Option<bool>,
    /// As in `auth0|1`.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
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
        assert_eq!(serde_json::from_value::<UserInfo>(json!({"role": 7})).unwrap().role, None);
    }
}
