//! Ours against the official SDK's: the same, or different, and where.

use serde_json::{Map, Value};

use super::case::{Case, Expect, Step};
use super::record::{Outcome, Record, difference};

/// Where what the official SDK did is not what we did. `None`: the same.
///
/// Requests must be equal, but for what only the library below chooses. A value must have what the case expects of
/// ours, because the SDK's classes name their members in their own way. An error must be an error: its class and text
/// are Python's. Files must hold what the case expects.
pub(crate) fn with_peer(case: &Case, ours: &Record, peer: &Record) -> Option<String> {
    requests(&ours.requests, &peer.requests).or_else(|| outcomes(case, peer)).or_else(|| {
        let (expected, actual) = (&case.files_after, &peer.files);
        difference(&Value::Object(expected.clone()), &Value::Object(actual.clone()), "files")
    })
}

fn requests(ours: &[Value], peer: &[Value]) -> Option<String> {
    for number in 0..ours.len().max(peer.len()) {
        match (ours.get(number), peer.get(number)) {
            (Some(ours), Some(peer)) => {
                let (ours, peer) = (comparable(ours), comparable(peer));
                let found = difference(&peer, &ours, "").or_else(|| difference(&ours, &peer, ""));
                if let Some(found) = found {
                    return Some(format!("request {number}{found}\n      ours: {ours}\n      peer: {peer}"));
                }
            }
            (Some(ours), None) => return Some(format!("request {number} is ours alone: {ours}")),
            (None, Some(peer)) => {
                return Some(format!("request {number} is the official SDK's alone: {peer}"));
            }
            (None, None) => {}
        }
    }
    None
}

/// Without what the libraries below choose: parameters of the content type, an `Accept` of anything, and blanks in JSON
/// that travels in the query.
fn comparable(request: &Value) -> Value {
    let mut request = request.clone();
    for pair in request.get_mut("query").and_then(Value::as_array_mut).into_iter().flatten() {
        let json: Option<Map<String, Value>> =
            pair[1].as_str().and_then(|text| serde_json::from_str(text).ok());
        if let Some(json) = json {
            pair[1] = Value::Object(json).to_string().into();
        }
    }
    if let Some(Value::Object(headers)) = request.get_mut("headers") {
        headers.retain(|name, _| name != "accept");
        if let Some(Value::String(content_type)) = headers.get_mut("content-type") {
            let kind = content_type.split(';').next().unwrap_or_default().trim().to_owned();
            *content_type = kind;
        }
        // A content type of nothing means nothing.
        if request.get("body").is_none() {
            request
                .get_mut("headers")
                .and_then(Value::as_object_mut)
                .map(|headers| headers.shift_remove("content-type"));
        }
    }
    if request.get("headers").and_then(Value::as_object).is_some_and(Map::is_empty) {
        request.as_object_mut().map(|request| request.shift_remove("headers"));
    }
    request
}

fn outcomes(case: &Case, peer: &Record) -> Option<String> {
    let calls = case.steps.iter().enumerate().filter_map(|(number, step)| match step {
        Step::Call(call) => Some((number, call)),
        Step::Advance(_) => None,
    });
    calls.zip(&peer.outcomes).find_map(|((number, call), outcome)| match (&call.expect, outcome) {
        (Some(Expect::Error(_)), Outcome::Error(_)) | (None, Outcome::Value(_)) => None,
        (Some(Expect::Value(expected)), Outcome::Value(actual)) => {
            difference(expected, actual, &format!("step {number}"))
        }
        (Some(Expect::Error(_)), Outcome::Value(value)) => {
            Some(format!("step {number}: the official SDK gives {value}"))
        }
        (_, Outcome::Error(failed)) => {
            Some(format!("step {number}: the official SDK raises {}: {}", failed.class, failed.text))
        }
    })
}
