//! What was seen when a case was played, in a form that can be compared: by us, or by the official SDK.

use std::fmt::Write as _;

use auth_core::sim::Request;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::stage::Stage;

/// What was seen when a case was played.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Record {
    /// What was sent, in order.
    pub(crate) requests: Vec<Value>,
    /// What came of each call, in order.
    pub(crate) outcomes: Vec<Outcome>,
    /// What the files hold that the case names.
    pub(crate) files: Map<String, Value>,
}

/// What came of a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    Value(Value),
    Error(Failed),
}

/// An error, as far as it can be compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Failed {
    /// Our error class, or the name of the official SDK's exception.
    pub(crate) class: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<u16>,
    pub(crate) text: String,
}

/// The headers that are compared; and every `x-*` beside them.
const COMPARED: [&str; 3] = ["authorization", "content-type", "accept"];

/// A request as it is compared: method, path, query, some headers, and the body decoded by its content type.
pub(crate) fn request(stage: &Stage, request: &Request) -> Value {
    let mut headers = Map::new();
    for (name, value) in request.headers() {
        let name = name.as_str();
        if COMPARED.contains(&name) || name.starts_with("x-") {
            let value = String::from_utf8_lossy(value.as_bytes());
            // The boundary is drawn anew each time.
            let value = value.split_once("; boundary=").map_or(&*value, |(kind, _)| kind);
            headers.insert(name.to_owned(), value.into());
        }
    }
    let mut recorded = json!({ "method": request.method().as_str(), "path": request.path() });
    let Value::Object(members) = &mut recorded else { return recorded };
    if !request.query_pairs().is_empty() {
        members.insert("query".to_owned(), pairs(request.query_pairs()));
    }
    if !headers.is_empty() {
        members.insert("headers".to_owned(), Value::Object(headers));
    }
    let body = match (request.json(), request.form()) {
        (Some(json), _) => Some(json!({ "json": json })),
        (None, Some(form)) => Some(json!({ "form": pairs(&form) })),
        (None, None) if request.body_len() == 0 => None,
        (None, None) if request.multipart().is_some() => Some(json!({ "multipart": parts(request) })),
        (None, None) => Some(json!({ "text": String::from_utf8_lossy(request.body()) })),
    };
    if let Some(body) = body {
        members.insert("body".to_owned(), body);
    }
    stage.unfill(&recorded)
}

/// The parts of a form.
fn parts(request: &Request) -> Value {
    let parts = request.multipart().unwrap_or_default();
    let part = |part: &auth_core::sim::Part| {
        json!({
            "name": part.name, "file_name": part.file_name, "content_type": part.content_type,
            "text": String::from_utf8_lossy(&part.bytes),
        })
    };
    parts.iter().map(part).collect()
}

fn pairs(pairs: &[(String, String)]) -> Value {
    pairs.iter().map(|(name, value)| json!([name, value])).collect()
}

/// Whether `actual` has all that `expected` asks for; if not, where it fails. `"*"` stands for anything; members that
/// `expected` does not name are not looked at.
pub(crate) fn difference(expected: &Value, actual: &Value, place: &str) -> Option<String> {
    match (expected, actual) {
        (Value::String(any), _) if any == "*" => None,
        (Value::Object(expected), Value::Object(actual)) => expected.iter().find_map(|(name, expected)| {
            let place = format!("{place}/{name}");
            match actual.get(name) {
                Some(actual) => difference(expected, actual, &place),
                None if expected.is_null() => None,
                None => Some(format!("{place}: missing, expected {expected}")),
            }
        }),
        (Value::Array(expected), Value::Array(actual)) => {
            if expected.len() != actual.len() {
                return Some(format!("{place}: {} items, expected {}", actual.len(), expected.len()));
            }
            let pairs = expected.iter().zip(actual).enumerate();
            pairs
                .into_iter()
                .find_map(|(at, (expected, actual))| difference(expected, actual, &format!("{place}/{at}")))
        }
        (expected, actual) if expected == actual => None,
        (Value::Number(expected), Value::Number(actual)) if expected.as_f64() == actual.as_f64() => None,
        (expected, actual) => Some(format!("{place}: {actual}, expected {expected}")),
    }
}

/// The requests of a record, for a message.
pub(crate) fn sent(record: &Record) -> String {
    record.requests.iter().fold(String::new(), |mut text, request| {
        let _ = write!(text, "\n      {request}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_names_the_place() {
        let actual = json!({"a": [1, {"b": "x"}], "c": 1.0});
        assert_eq!(difference(&json!({"a": [1, {"b": "*"}], "c": 1, "d": null}), &actual, ""), None);
        let found = difference(&json!({"a": [1, {"b": "y"}]}), &actual, "");
        assert_eq!(found.as_deref(), Some(r#"/a/1/b: "x", expected "y""#));
        assert_eq!(difference(&json!({"a": []}), &actual, "").as_deref(), Some("/a: 2 items, expected 0"));
        assert_eq!(difference(&json!({"e": 1}), &actual, "").as_deref(), Some("/e: missing, expected 1"));
    }
}
