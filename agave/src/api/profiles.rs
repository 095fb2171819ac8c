//! Users (contract section 6.2).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::model::answered;
use super::operations::operations;
use crate::client::Client;

auth_core::service! {
    /// Users.
    pub struct Profiles, from Client::profiles
}

operations! { impl Profiles {
    /// the caller's own profile.
    fn get() -> Profile = GET "/profiles/v2/me";
    /// the profile of a user, which is one. `me` is the caller.
    fn list_by_username(username) -> Profile = GET "/profiles/v2/{username}";
    /// users whom the caller may see. [`List::query`](super::List::query) selects them by `username`, `email`,
    /// `first_name`, `last_name`, `full_name` or `status`.
    fn list() -> List<Profile> = GET "/profiles/v2";
    /// creates a user, for administrators. Tenants differ in what they want to know: `username` and `email` at least.
    /// No reply of a live server was seen.
    fn create(profile: &Value) -> Profile = POST "/profiles/v2";
    /// changes a user, for administrators. No reply of a live server was seen.
    fn update(username, profile: &Value) -> Profile = PUT "/profiles/v2/{username}";
    /// deletes a user, for administrators. No reply of a live server was seen.
    fn delete(username) = DELETE "/profiles/v2/{username}";
} }

/// A user. Everything may be missing, by tenant and by what the caller may see.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The name by which the user signs in.
    #[serde(default, deserialize_with = "answered")]
    pub username: String,
    /// The address.
    #[serde(default, deserialize_with = "answered")]
    pub email: Option<String>,
    /// The first name.
    #[serde(default, deserialize_with = "answered")]
    pub first_name: Option<String>,
    /// The last name.
    #[serde(default, deserialize_with = "answered")]
    pub last_name: Option<String>,
    /// First and last name.
    #[serde(default, deserialize_with = "answered")]
    pub full_name: Option<String>,
    /// The telephone number.
    #[serde(default, deserialize_with = "answered")]
    pub phone: Option<String>,
    /// The number of the mobile telephone.
    #[serde(default, deserialize_with = "answered")]
    pub mobile_phone: Option<String>,
    /// As in `Active`.
    #[serde(default, deserialize_with = "answered")]
    pub status: Option<String>,
    /// When the user was created, as in `20140515180317Z`.
    #[serde(default, deserialize_with = "answered")]
    pub create_time: Option<String>,
    /// The number of the user: a number, a text, or nothing, by tenant.
    #[serde(default, deserialize_with = "answered")]
    pub uid: Value,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_missing_null_or_unknown_does_no_harm() {
        let profile: Profile =
            serde_json::from_value(json!({"username": "u", "phone": null, "uid": null, "later": 1})).unwrap();
        assert_eq!((profile.phone, profile.uid, profile.email), (None, Value::Null, None));
        assert_eq!(profile.extra["later"], 1);
        let odd: Profile =
            serde_json::from_value(json!({"username": null, "phone": 512, "create_time": 2014, "email": {}}))
                .unwrap();
        assert_eq!((odd.username.as_str(), odd.phone.as_deref(), odd.email), ("", Some("512"), None));
    }
}
