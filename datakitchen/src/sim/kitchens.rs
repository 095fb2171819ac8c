//! Kitchens of the fake platform.

use auth_core::sim::Reply;
use serde_json::{Value, json};

use super::platform::said;
use super::samples::kitchen;

#[derive(Debug)]
pub(super) struct Kitchens {
    all: Vec<Value>,
}

impl Kitchens {
    pub(super) fn new() -> Self {
        Self { all: vec![kitchen("master", ""), kitchen("K1", "master")] }
    }

    pub(super) fn answer(&mut self, method: &str, path: &[&str], body: &Value) -> Option<Reply> {
        Some(match (method, path) {
            ("GET", ["list"]) => Reply::json(200, json!({ "kitchens": self.all })),
            ("GET", [name]) => match self.find(name) {
                Some(found) => Reply::json(200, json!({ "kitchen": found })),
                None => said(404, &format!("Kitchen {name} not found")),
            },
            ("PUT", ["create", parent, name]) => {
                match (self.find(parent).is_some(), self.find(name).is_some()) {
                    (false, _) => said(404, &format!("Kitchen {parent} not found")),
                    (_, true) => said(409, &format!("Kitchen {name} exists already")),
                    (true, false) => {
                        let mut made = kitchen(name, parent);
                        made["description"] = body["description"].clone();
                        self.all.push(made);
                        Reply::json(200, json!({"status": "success"}))
                    }
                }
            }
            ("POST", ["update", name]) => match self.find(name) {
                Some(found) => {
                    *found = body["kitchen.json"].clone();
                    Reply::json(200, json!({"status": "success"}))
                }
                None => said(404, &format!("Kitchen {name} not found")),
            },
            ("DELETE", ["delete", name]) => {
                self.all.retain(|known| known["name"] != *name);
                Reply::json(200, json!({"status": "success"}))
            }
            ("GET", ["settings", name]) => match self.find(name) {
                Some(found) => Reply::json(200, found["settings"].clone()),
                None => said(404, &format!("Kitchen {name} not found")),
            },
            ("PUT", ["settings", name]) => match self.find(name) {
                Some(found) => {
                    found["settings"] = body["kitchen.json"].clone();
                    Reply::json(200, json!({"status": "success"}))
                }
                None => said(404, &format!("Kitchen {name} not found")),
            },
            _ => return None,
        })
    }

    pub(super) fn find(&mut self, name: &str) -> Option<&mut Value> {
        self.all.iter_mut().find(|known| known["name"] == name)
    }
}
