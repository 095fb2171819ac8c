//! The account itself (contract section 6.6).

use auth_core::path;

use super::members::lenient;
use crate::client::Client;
use crate::error::Result;

auth_core::service! {
    /// The account itself.
    pub struct Users, from Client::users
}

impl Users<'_> {
    /// `GET /v2/userinfo`: who the platform takes the caller for.
    pub async fn get_info(&self) -> Result<UserInfo> {
        self.client.get(path!["v2/userinfo"]).data().await
    }
}

lenient! {
    /// Who the platform takes the caller for.
    pub struct UserInfo {
        /// As in `ADMIN`.
        pub role: String = "role",
        /// The customer's name.
        pub customer_name: String = "customer_name",
        /// The customer's short name, which is a part of web links.
        pub customer_git_name: String = "customer_git_name",
        /// The customer's organization at the Git host.
        pub customer_git_org: String = "customer_git_org",
        /// The user's name, mostly an e-mail address.
        pub login: String = "login",
        /// The user's e-mail address.
        pub email: String = "email",
        /// Whether the address was verified.
        pub email_verified: bool = "email_verified",
        /// As in `auth0|1`.
        pub user_id: String = "user_id",
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
        assert_eq!((odd.role, odd.extra.get("role").and_then(serde_json::Value::as_i64)), (None, Some(7)));
    }
}
