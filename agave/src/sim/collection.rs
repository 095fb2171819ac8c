//! Things with an id that are listed, added, changed and deleted, all in the same way.

use std::collections::BTreeMap;

use auth_core::sim::{Reply, Request};
use serde_json::{Value, json};

use super::call::{Call, error, no_such_resource, success};

/// Things of a kind, in the order in which they were added.
#[derive(Debug)]
pub(super) struct Collection {
    /// The member that holds the id.
    id: &'static str,
    kind: &'static str,
    things: Vec<Value>,
    /// Who may do what: by thing and user.
    permissions: BTreeMap<(String, String), String>,
    added: u32,
}

impl Collection {
    pub(super) fn new(id: &'static str, kind: &'static str) -> Self {
        Self { id, kind, things: Vec::new(), permissions: BTreeMap::new(), added: 0 }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Value> {
        self.things.iter()
    }

    pub(super) fn get(&self, id: &str) -> Option<&Value> {
        self.things.iter().find(|thing| thing[self.id] == id)
    }

    pub(super) fn insert(&mut self, thing: Value) {
        self.things.retain(|known| known[self.id] != thing[self.id]);
        self.things.push(thing);
    }

    /// Lists, adds, gives, changes, deletes. `complete` adds what the service adds.
    pub(super) fn answer(&mut self, path: &[&str], call: &Call<'_>, complete: impl Fn(&mut Value)) -> Reply {
        match (call.method, path) {
            ("GET", [] | [""]) => {
                let found = self.things.iter().filter(|thing| fits(thing, call.request)).cloned();
                success(200, page(found, call.request))
            }
            ("POST", [] | [""]) => {
                self.added += 1;
                let id = format!("{}-{}", self.kind, self.added);
                let thing = self.completed(call, &id, json!({ "created": call.time() }), complete);
                self.insert(thing.clone());
                success(201, thing)
            }
            ("GET", [id]) => {
                self.get(id).map_or_else(|| self.unknown(id), |thing| success(200, thing.clone()))
            }
            ("POST", [id]) => {
                let Some(known) = self.get(id).cloned() else { return self.unknown(id) };
                let thing = self.completed(call, id, known, complete);
                self.things.retain(|known| known[self.id] != *id);
                self.insert(thing.clone());
                success(200, thing)
            }
            ("PUT", [id]) if self.get(id).is_some() => {
                success(200, self.get(id).cloned().unwrap_or_default())
            }
            ("DELETE", [id]) if self.get(id).is_some() => {
                self.things.retain(|known| known[self.id] != *id);
                success(200, Value::Null)
            }
            (_, [id, "pems", rest @ ..]) if self.get(id).is_some() => self.permissions(id, rest, call),
            (_, [id]) => self.unknown(id),
            _ => no_such_resource(),
        }
    }

    fn permissions(&mut self, id: &str, user: &[&str], call: &Call<'_>) -> Reply {
        match (call.method, user) {
            ("GET", user) => {
                let of = |name: &str| user.first().is_none_or(|wanted| *wanted == name);
                let all = self.permissions.iter().filter(|((thing, name), _)| thing == id && of(name));
                success(200, all.map(|((_, name), word)| permission(name, word)).collect())
            }
            ("POST", user) => {
                let body = call.body();
                let name = user.first().copied().or(body["username"].as_str()).unwrap_or_default().to_owned();
                let word = body["permission"].as_str().unwrap_or_default().to_owned();
                let answer = permission(&name, &word);
                self.permissions.insert((id.to_owned(), name), word);
                success(201, answer)
            }
            ("DELETE", user) => {
                let of = |name: &str| user.first().is_none_or(|wanted| *wanted == name);
                self.permissions.retain(|(thing, name), _| thing != id || !of(name));
                success(200, Value::Null)
            }
            _ => no_such_resource(),
        }
    }

    /// What the caller told, over what was known, with what the service adds.
    fn completed(&self, call: &Call<'_>, id: &str, known: Value, complete: impl Fn(&mut Value)) -> Value {
        let mut thing = known;
        if let (Value::Object(thing), Value::Object(told)) = (&mut thing, call.body()) {
            thing.extend(told);
            thing.entry(self.id).or_insert_with(|| id.into());
            thing.insert("owner".to_owned(), call.user.into());
            thing.insert("lastUpdated".to_owned(), call.time());
            thing.entry("_links").or_insert_with(|| json!({}));
        }
        complete(&mut thing);
        thing
    }

    fn unknown(&self, id: &str) -> Reply {
        // Who has a nonce can use it, so it is not quoted.
        let id = if self.id == "nonce" { "the nonce" } else { id };
        error(404, &format!("No {} found matching {id}", self.kind))
    }
}

/// A permission as it is listed.
pub(super) fn permission(user: &str, word: &str) -> Value {
    let all = word == "ALL";
    json!({
        "username": user, "recursive": true,
        "permission": {"read": all || word.contains("READ"), "write": all || word.contains("WRITE"),
                       "execute": all || word.contains("EXECUTE")},
    })
}

/// The page that a request asks for.
pub(super) fn page(things: impl Iterator<Item = Value>, request: &Request) -> Value {
    let number = |name: &str| request.query(name).and_then(|text| text.parse::<usize>().ok());
    things.skip(number("offset").unwrap_or(0)).take(number("limit").unwrap_or(250)).collect()
}

/// Whether a thing is what a request searches: `attribute.operator=value`, `attribute=value`, or `q` with equalities.
pub(super) fn fits(thing: &Value, request: &Request) -> bool {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let at = |path: &str| path.split('.').try_fold(thing, |value, name| value.get(name)).map(&text);
    request.query_pairs().iter().all(|(name, wanted)| match name.as_str() {
        "limit" | "offset" | "filter" | "pretty" | "naked" | "sort" | "sortBy" | "x-nonce" | "privileged"
        | "publicOnly" | "privateOnly" => true,
        "q" => match serde_json::from_str::<Value>(wanted) {
            Ok(Value::Object(terms)) => terms.iter().all(|(path, value)| at(path) == Some(text(value))),
            _ => false,
        },
        name => {
            let found = at(name.rsplit_once('.').map_or(name, |(path, _)| path)).unwrap_or_default();
            match name.rsplit_once('.').map_or("eq", |(_, operator)| operator) {
                "neq" => found != *wanted,
                "in" => wanted.split(',').any(|one| one == found),
                "nin" => !wanted.split(',').any(|one| one == found),
                "like" => like(&found, wanted),
                "lt" => found < *wanted,
                "gt" => found > *wanted,
                _ => found == *wanted,
            }
        }
    })
}

/// Whether a text is like a pattern with `*` at its ends.
fn like(text: &str, pattern: &str) -> bool {
    let bare = pattern.trim_matches('*');
    match (pattern.starts_with('*'), pattern.ends_with('*')) {
        (true, true) => text.contains(bare),
        (true, false) => text.ends_with(bare),
        (false, true) => text.starts_with(bare),
        (false, false) => text == pattern,
    }
}
