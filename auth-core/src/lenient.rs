//! Reading what services really send: null where a list should be, and dates in no known form. For
//! `#[serde(default, deserialize_with = "..")]` on the members of models.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// Null counts as missing: the member's default. Anything else must fit.
///
/// ```
/// #[derive(serde::Deserialize)]
/// struct Reply {
///     #[serde(default, deserialize_with = "auth_core::lenient::null_as_default")]
///     files: Vec<String>,
/// }
///
/// let reply: Reply = serde_json::from_str(r#"{ "files": null }"#)?;
/// assert!(reply.files.is_empty());
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// What cannot be read is `None`: for members that nobody's work depends on, as the time of the last change.
///
/// ```
/// #[derive(serde::Deserialize)]
/// struct Reply {
///     #[serde(default, deserialize_with = "auth_core::lenient::readable_or_none")]
///     changed: Option<auth_core::Timestamp>,
/// }
///
/// let reply: Reply = serde_json::from_str(r#"{ "changed": "the other day" }"#)?;
/// assert_eq!(reply.changed, None);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn readable_or_none<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let value = Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).ok())
}
