//! Recipes of the fake platform: files by path.

use std::collections::BTreeMap;

use auth_core::sim::Reply;
use serde_json::{Map, Value, json};

use super::platform::said;
use super::samples::recipe_files;

/// Path to text.
type Files = BTreeMap<String, String>;

#[derive(Debug)]
pub(super) struct Recipes {
    /// Kitchen and recipe to files.
    all: BTreeMap<(String, String), Files>,
    changes: u64,
}

impl Recipes {
    pub(super) fn new() -> Self {
        let all = ["master", "K1"].map(|kitchen| ((kitchen.to_owned(), "R1".to_owned()), recipe_files()));
        Self { all: all.into(), changes: 0 }
    }

    /// Their names.
    pub(super) fn names(&self, kitchen: &str) -> Option<Reply> {
        let names: Vec<&String> =
            self.all.keys().filter(|(known, _)| known == kitchen).map(|(_, recipe)| recipe).collect();
        Some(Reply::json(200, json!({ "recipes": names })))
    }

    /// What speaks against an order of `kitchen/recipe/variation`.
    pub(super) fn refusal(&self, path: &[&str]) -> Option<Reply> {
        let (["graph", path @ ..] | path) = path;
        let [kitchen, recipe, variation] = path else { return None };
        let files = self.all.get(&((*kitchen).to_owned(), (*recipe).to_owned()));
        let variations = files.and_then(|files| files.get("variations.json"));
        let variations: Value =
            variations.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        let is_known = variations["variation-list"].get(variation).is_some();
        let issue = json!({
            "severity": "error", "file": "variations.json", "description": format!("there is no variation {variation}"),
        });
        let error = json!({"message": "Order rejected", "detail": [issue]});
        (!is_known).then(|| Reply::json(417, json!({"message": {"error": error}})))
    }

    pub(super) fn answer(&mut self, method: &str, path: &[&str], body: &Value) -> Option<Reply> {
        let head = self.changes;
        if let ("POST", ["create", kitchen, recipe]) = (method, path) {
            self.all.insert(((*kitchen).to_owned(), (*recipe).to_owned()), recipe_files());
            return Some(done());
        }
        let (what, kitchen, recipe, rest) = match path {
            ["file", kitchen, recipe, rest @ ..] => ("file", kitchen, recipe, rest.join("/")),
            [what @ ("get" | "tree" | "create" | "update" | "delete"), kitchen, recipe] => {
                (*what, kitchen, recipe, String::new())
            }
            [kitchen, recipe] => ("recipe", kitchen, recipe, String::new()),
            _ => return None,
        };
        let place = ((*kitchen).to_owned(), (*recipe).to_owned());
        let Some(files) = self.all.get_mut(&place) else {
            return Some(said(404, &format!("Recipe {recipe} not found")));
        };
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        match (method, what) {
            ("GET", "file") => {
                return Some(match files.get(&rest) {
                    Some(text) => Reply::json(200, json!({ "contents": text })),
                    None => said(404, &format!("File {rest} not found")),
                });
            }
            ("GET" | "POST", "get") => return Some(shown(recipe, files, body, head)),
            ("GET", "tree") => {
                let tree = folders(recipe, files, |_| false);
                return Some(Reply::json(
                    200,
                    json!({"ORIG_HEAD": sha(head, ""), "recipes": {*recipe: tree}}),
                ));
            }
            ("PUT", "create") | ("POST", "update") if body.get("filepath").is_some() => {
                files.insert(text("filepath"), text("file"));
            }
            ("POST", "update") => {
                let changed = body["files"].as_object().cloned().unwrap_or_default();
                if let Some(broken) = broken(&changed) {
                    return Some(broken);
                }
                for (path, file) in changed {
                    match file.get("contents").and_then(Value::as_str) {
                        Some(text) => files.insert(path, text.to_owned()),
                        None => files.remove(&path),
                    };
                }
            }
            ("DELETE", "delete") => {
                files.remove(&text("filepath"));
            }
            ("DELETE", "recipe") => {
                self.all.remove(&place);
            }
            _ => return None,
        }
        self.changes += 1;
        Some(done())
    }
}

/// A JSON file that is none.
fn broken(files: &Map<String, Value>) -> Option<Reply> {
    let issues: Vec<Value> = files
        .iter()
        .filter(|(path, _)| path.ends_with(".json"))
        .filter_map(|(path, file)| {
            let error = serde_json::from_str::<Value>(file.get("contents")?.as_str()?).err()?;
            Some(json!({"severity": "error", "file": path, "description": error.to_string()}))
        })
        .collect();
    let said = json!({"message": {"error": "The recipe is not valid", "issues": issues}});
    (!issues.is_empty()).then(|| Reply::json(400, said))
}

fn shown(recipe: &str, files: &Files, body: &Value, head: u64) -> Reply {
    let wanted = body.get("recipe-files").and_then(Value::as_array);
    let wanted = |path: &str| wanted.is_none_or(|wanted| wanted.iter().any(|known| known == path));
    let some: Files = files
        .iter()
        .filter(|(path, _)| wanted(path))
        .map(|(path, text)| (path.clone(), text.clone()))
        .collect();
    let mut reply =
        json!({"ORIG_HEAD": sha(head, ""), "recipes": {recipe: folders(recipe, &some, |_| true)}});
    if body["include-recipe-tree"] == true {
        reply["recipe-tree"] = json!({recipe: folders(recipe, files, wanted)});
    }
    Reply::json(200, reply)
}

/// Folder to files, some of them with contents.
fn folders(recipe: &str, files: &Files, with_content: impl Fn(&str) -> bool) -> Value {
    let mut folders: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for (path, text) in files {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let folder = if folder.is_empty() { recipe.to_owned() } else { format!("{recipe}/{folder}") };
        let mut file = json!({"filename": name, "sha": sha(0, text), "type": "blob"});
        if with_content(path) {
            file[if name.ends_with(".json") { "json" } else { "text" }] = text.as_str().into();
        }
        folders.entry(folder).or_default().push(file);
    }
    json!(folders)
}

fn sha(number: u64, text: &str) -> String {
    auth_core::secret::hex(&auth_core::secret::sha1(format!("{number} {text}").as_bytes()))
}

fn done() -> Reply {
    Reply::json(200, json!({"status": "success"}))
}
