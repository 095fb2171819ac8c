//! Where the secrets of a kitchen are (contract section 6.4).

mod config;

use auth_core::secret::expose;
use auth_core::{Path, SecretString, ServiceError, path};
use http::StatusCode;
use serde_json::{Value, json};

use super::kitchen::KitchenHandle;
use crate::error::{Answer, Error, Result, unreadable};
use crate::reply::Hidden;

pub use config::{VaultConfig, VaultInputs};

/// How the platform calls the vault that all kitchens share.
const GLOBAL: &str = "**__GLOBAL__**";

/// The vault of a kitchen, or with [`Vault::global`] the one that all share; see [`KitchenHandle::vault`].
///
/// The platform takes secrets and gives their paths, never their values.
#[derive(Clone, Debug)]
pub struct Vault {
    kitchen: KitchenHandle,
    is_global: bool,
}

impl Vault {
    pub(crate) fn new(kitchen: KitchenHandle) -> Self {
        Self { kitchen, is_global: false }
    }

    /// The vault that all kitchens share, as this kitchen sees it.
    pub fn global(mut self) -> Self {
        self.is_global = true;
        self
    }

    /// `GET /v2/vault/config`: where it is. The kitchen travels in the body of a `GET`, which some proxies drop.
    pub async fn get_config(&self) -> Result<VaultConfig> {
        let reply: Value = self.asked(path!["v2/vault/config"]).await?;
        let config = reply.get("config").and_then(|config| config.get(self.place())).cloned();
        let config = config.ok_or_else(|| self.missing("vault configuration"))?;
        serde_json::from_value(config).map_err(|_| self.missing("vault configuration").into())
    }

    /// `POST /v2/vault/config`: where the kitchen's own is from now on. The vendor's SDK changes no other.
    pub async fn update_config(&self, inputs: &VaultInputs) -> Result<()> {
        let mut config = serde_json::Map::new();
        config.insert(self.place().to_owned(), inputs.body());
        let hidden = Hidden::secret(&inputs.token);
        let request = hidden.of(self.kitchen.client.post(path!["v2/vault/config"]));
        let done = request.json(&json!({ "config": config })).done().await;
        done.map_err(|error| hidden.in_error(error))
    }

    /// `DELETE /v2/vault/config/{kitchen}`: the kitchen has none of its own any more. Unverified.
    pub async fn delete_config(&self) -> Result<()> {
        let kitchen = &self.kitchen.name;
        self.kitchen.client.delete(path!["v2/vault/config", kitchen]).done().await
    }

    /// `GET /v2/secret`: the paths of the secrets, as in `db/password`. A vault that cannot be read is an error, though
    /// the platform answers 200.
    pub async fn get_secrets(&self) -> Result<Vec<String>> {
        let reply: Value = self.asked(path!["v2/secret"]).await?;
        let entry = reply.get(self.place()).ok_or_else(|| self.missing("list of secrets"))?;
        if entry.get("error").is_some_and(|error| !matches!(error, Value::Null | Value::Bool(false))) {
            let why =
                entry.get("error-message").and_then(Value::as_str).unwrap_or("the platform does not say why");
            return Err(self.refused(why));
        }
        let list =
            entry.get("list").and_then(Value::as_array).ok_or_else(|| self.missing("list of secrets"))?;
        Ok(list.iter().filter_map(Value::as_str).map(str::to_owned).collect())
    }

    /// `GET /v2/secret/{prefix}`: the paths below another. Unverified: the shape of the reply is unknown.
    pub async fn get_secrets_by_prefix(&self, prefix: &str) -> Result<Value> {
        self.kitchen.client.get(secret(prefix)).data().await
    }

    /// `POST /v2/secret/{path}`: a new secret, or another value of one.
    pub async fn upsert_secret(&self, path: &str, value: &SecretString) -> Result<()> {
        let body = json!({ "kitchen": self.owner(), "value": expose(value) });
        let hidden = Hidden::secret(value);
        let done = hidden.of(self.kitchen.client.post(secret(path))).json(&body).done().await;
        done.map_err(|error| hidden.in_error(error))
    }

    /// `DELETE /v2/secret/{path}`: deletes a secret.
    pub async fn delete_secret(&self, path: &str) -> Result<()> {
        self.kitchen.client.delete(secret(path)).json(&json!({ "kitchen": self.owner() })).done().await
    }

    async fn asked(&self, path: auth_core::Result<Path>) -> Result<Value> {
        self.kitchen.client.get(path).json(&json!({ "kitchens": self.kitchen.name })).data().await
    }

    /// How replies call this vault.
    fn place(&self) -> &str {
        if self.is_global { GLOBAL } else { &self.kitchen.name }
    }

    /// Whose a secret is; `null` for one that all kitchens share.
    fn owner(&self) -> Option<&str> {
        (!self.is_global).then_some(self.kitchen.name.as_str())
    }

    fn people(&self) -> String {
        if self.is_global { "all kitchens".to_owned() } else { format!("the kitchen {}", self.kitchen.name) }
    }

    /// An error in a reply whose status is 200.
    fn refused(&self, why: &str) -> Error {
        let request = format!("GET {}/v2/secret", self.kitchen.client.base_url().authority());
        let service = ServiceError::new(StatusCode::OK, request);
        let message = format!("the secrets of {} cannot be listed: {why}", self.people());
        Error::Platform(Box::new(Answer { service: service.with_message(message), issues: Vec::new() }))
    }

    fn missing(&self, what: &str) -> auth_core::Error {
        unreadable(format!("the reply holds no {what} of {}", self.people()))
    }
}

/// `/v2/secret/{path}`, where the path keeps its slashes.
fn secret(path: &str) -> auth_core::Result<Path> {
    if path.trim_matches('/').is_empty() {
        return Err(crate::error::invalid("the path of a secret is empty")
            .with_help("give something like db/password"));
    }
    path!["v2/secret"]?.segments("path", path)
}
