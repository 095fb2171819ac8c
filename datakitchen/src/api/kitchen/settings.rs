//! Settings of a kitchen by routes of their own. Only the vendor's CLI uses them; nobody has seen their replies.

use auth_core::path;
use serde::Serialize;
use serde_json::{Value, json};

use super::KitchenHandle;
use crate::api::kitchens::json_of;
use crate::error::Result;

impl KitchenHandle {
    /// `GET /v2/kitchen/settings/{kitchen}`: its settings. Unverified: the shape of the reply is unknown.
    pub async fn get_settings(&self) -> Result<Value> {
        let kitchen = &self.name;
        self.client.get(path!["v2/kitchen/settings", kitchen]).data().await
    }

    /// `PUT /v2/kitchen/settings/{kitchen}`: all of its settings, as [`KitchenHandle::get_settings`] gave them, and a
    /// message for the history. Unverified.
    pub async fn update_settings(&self, settings: &impl Serialize, message: &str) -> Result<()> {
        let kitchen = &self.name;
        let request = self.client.put(path!["v2/kitchen/settings", kitchen]);
        request.json(&json!({ "kitchen.json": json_of(settings)?, "message": message })).done().await
    }

    /// `GET /v2/kitchen/settings/json/{kitchen}`: the files of its settings. Unverified: the shape of the reply is
    /// unknown.
    pub async fn get_settings_json(&self) -> Result<Value> {
        let kitchen = &self.name;
        self.client.get(path!["v2/kitchen/settings/json", kitchen]).data().await
    }

    /// `POST /v2/kitchen/settings/json/{kitchen}`: one file of its settings. Unverified.
    pub async fn update_settings_json(&self, filepath: &str, file: &impl Serialize) -> Result<()> {
        let kitchen = &self.name;
        let request = self.client.post(path!["v2/kitchen/settings/json", kitchen]);
        request.json(&json!({ "filepath": filepath, "file": json_of(file)? })).done().await
    }
}
