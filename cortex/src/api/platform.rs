//! The cluster itself (contract section 2.2).

use auth_core::Timestamp;
use auth_core::lenient::null_as_default;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

use crate::client::Client;
use crate::error::Result;

service_client! {
    /// The cluster itself: its version and its health.
    pub struct PlatformClient, from Client::platform
}

impl PlatformClient<'_> {
    /// `GET info`: version, time and health of the cluster. Everybody may ask; no token is sent.
    pub async fn get_info(&self) -> Result<Info> {
        self.client.get(Ok(self.client.root().literal("info")))?.unauthorized().data().await
    }
}

/// What the cluster tells of itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Info {
    /// As in `6.4.0-1462`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Its time, in milliseconds since 1970; see [`Info::server_time`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_ts: Option<Number>,
    /// As in `ENTERPRISE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deploy_type: Option<String>,
    /// How its services are, each with `name`, `version`, `healthy` and `health`.
    #[serde(default, deserialize_with = "null_as_default")]
    pub healths: Vec<Value>,
    /// Where its services are: JSON in a text; see [`Info::endpoints`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoints: Option<Value>,
    /// What is switched on.
    #[serde(default, deserialize_with = "null_as_default")]
    pub enabled_features: Map<String, Value>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Info {
    /// Its time.
    pub fn server_time(&self) -> Option<Timestamp> {
        Some(Timestamp::from_unix_millis(self.server_ts.as_ref()?.as_f64()? as i64))
    }

    /// Where its services are, by their names: each with `url` and `description`.
    pub fn endpoints(&self) -> Option<Map<String, Value>> {
        match self.endpoints.as_ref()? {
            Value::String(text) => serde_json::from_str(text).ok(),
            Value::Object(endpoints) => Some(endpoints.clone()),
            _ => None,
        }
    }
}
