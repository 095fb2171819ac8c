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

/// What an SDK tells of its machine, which is another one tomorrow.
const LEFT_OUT: [&str; 4] = ["x-platform", "x-python", "x-conda", "x-notebook"];

/// A value that is drawn anew for each request or process, as it is shown: 32 lower-case hex digits, as in a UUID
/// without dashes.
const DRAWN: &str = "$RANDOM";

/// A request as it is compared: method, path, query, some headers, and the body decoded by its content type.
pub(crate) fn request(stage: &Stage, request: &Request) -> Value {
    let mut headers = Map::new();
    for (name, value) in request.headers() {
        let name = name.as_str();
        if COMPARED.contains(&name) || name.starts_with("x-") && !LEFT_OUT.contains(&name) {
            let value = String::from_utf8_lossy(value.as_bytes());
            let value = if name.starts_with("x-") && is_drawn(&value) { DRAWN.into() } else { value };
            // The boundary is drawn anew each time.
            let value = value.split_once("; boundary=").map_or(&*value, |(kind, _)| kind);
            headers.insert(name.to_owned(), made_token(value).unwrap_or_else(|| value.into()));
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

/// A token that the client made itself: what it says, without what is random and without times by the maker's own clock.
fn made_token(value: &str) -> Option<Value> {
    let mut parts = value.strip_prefix("Bearer ")?.split('.').map(|part| {
        serde_json::from_slice::<Map<String, Value>>(&auth_core::claims::decode_base64url(part)?).ok()
    });
    let (head, mut claims) = (parts.next()??, parts.next()??);
    claims.remove("jti")?;
    claims.retain(|name, _| !matches!(name.as_str(), "iat" | "nbf"));
    Some(json!({ "head": head, "claims": claims }))
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

fn is_drawn(value: &str) -> bool {
    value.len() == 32 && value.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
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
    fn a_token_with_a_random_name_is_what_it_says() {
        let token = |claims: Value| format!("Bearer {}", auth_core::sim::unsigned_jwt(&claims));
        let made = made_token(&token(json!({"sub": "u", "exp": 9, "iat": 1, "nbf": 1, "jti": "x"})));
        assert_eq!(made.unwrap()["claims"], json!({"sub": "u", "exp": 9}));
        assert_eq!(made_token(&token(json!({"sub": "u"}))), None);
        assert_eq!(made_token("Bearer t-1"), None);
    }

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
