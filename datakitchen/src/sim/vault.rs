//! Vaults of the fake platform: where they are, and the paths of their secrets.

use std::collections::{BTreeMap, BTreeSet};

use auth_core::sim::Reply;
use serde_json::{Map, Value, json};

use super::platform::said;

/// How the platform calls the vault that all kitchens share.
const GLOBAL: &str = "**__GLOBAL__**";

#[derive(Debug, Default)]
pub(super) struct Vaults {
    configs: BTreeMap<String, Value>,
    secrets: BTreeMap<String, BTreeSet<String>>,
}

impl Vaults {
    pub(super) fn answer(&mut self, method: &str, path: &[&str], body: &Value) -> Option<Reply> {
        let asked = body["kitchens"].as_str().unwrap_or_default();
        let owner = body["kitchen"].as_str().unwrap_or(GLOBAL).to_owned();
        Some(match (method, path) {
            ("GET", ["vault", "config"]) => {
                let config = [asked, GLOBAL].map(|place| (place.to_owned(), self.config(place)));
                Reply::json(200, json!({ "config": Map::from_iter(config) }))
            }
            ("POST", ["vault", "config"]) => {
                for (place, config) in body["config"].as_object()? {
                    let mut config = config.clone();
                    config.as_object_mut()?.shift_remove("token");
                    self.configs.insert(place.clone(), config);
                }
                Reply::json(200, json!({"status": "success"}))
            }
            ("DELETE", ["vault", "config", kitchen]) => {
                self.configs.remove(*kitchen);
                Reply::json(200, json!({"status": "success"}))
            }
            ("GET", ["secret"]) => {
                let lists = [asked, GLOBAL].map(|place| {
                    let list = self.secrets.get(place).cloned().unwrap_or_default();
                    (place.to_owned(), json!({"error": false, "list": list}))
                });
                Reply::json(200, Map::from_iter(lists).into())
            }
            ("POST", ["secret", path @ ..]) => {
                self.secrets.entry(owner).or_default().insert(path.join("/"));
                Reply::json(200, json!({"status": "success"}))
            }
            ("DELETE", ["secret", path @ ..]) => {
                let path = path.join("/");
                match self.secrets.entry(owner).or_default().remove(&path) {
                    true => Reply::json(200, json!({"status": "success"})),
                    false => said(404, &format!("Secret {path} not found")),
                }
            }
            _ => return None,
        })
    }

    fn config(&self, place: &str) -> Value {
        self.configs.get(place).cloned().unwrap_or_else(|| json!({}))
    }
}
