//! Requests as text for snapshots: the same for the same requests, whatever port, version and time it is.

use std::fmt::Write as _;
use std::sync::Arc;

use super::{Part, Request};
use serde_json::Value;

/// Headers that tell of the transport and not of the request, or that differ from run to run.
const LEFT_OUT: [&str; 8] = [
    "accept-encoding",
    "connection",
    "content-length",
    "date",
    "expect",
    "host",
    "transfer-encoding",
    "user-agent",
];

/// What stands between two requests.
const BETWEEN: &str = "\n---\n";

pub(super) fn render(requests: &[Arc<Request>], base: &str, hidden: &[&str]) -> String {
    let texts: Vec<String> = requests.iter().map(|request| one(request, hidden)).collect();
    without_port(texts.join(BETWEEN), base)
}

fn one(request: &Request, hidden: &[&str]) -> String {
    let mut text = format!("{} {}\n", request.method(), target(request, hidden));
    let mut names: Vec<&str> = request.headers().keys().map(http::HeaderName::as_str).collect();
    names.sort_unstable();
    for name in names.into_iter().filter(|name| !LEFT_OUT.contains(name)) {
        for value in request.headers().get_all(name) {
            let value = String::from_utf8_lossy(value.as_bytes());
            let value =
                if is_hidden(name, hidden) { "[hidden]".to_owned() } else { without_boundary(&value) };
            let _ = writeln!(text, "{name}: {value}");
        }
    }
    let body = body(request);
    if !body.is_empty() {
        let _ = writeln!(text, "\n{}", body.trim_end_matches('\n'));
    }
    if !request.is_complete() {
        text.push_str("(broke off)\n");
    }
    text
}

fn target(request: &Request, hidden: &[&str]) -> String {
    let Some(query) = request.raw_query() else { return request.target() };
    let target = request.target();
    let path = target.split('?').next().unwrap_or_default();
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, _)) if is_hidden(name, hidden) => format!("{name}=[hidden]"),
        _ => pair.to_owned(),
    });
    format!("{path}?{}", pairs.collect::<Vec<_>>().join("&"))
}

fn is_hidden(name: &str, hidden: &[&str]) -> bool {
    hidden.iter().any(|known| known.eq_ignore_ascii_case(name))
}

fn body(request: &Request) -> String {
    if request.body_len() == 0 {
        return String::new();
    }
    if let Some(pairs) = request.form() {
        return pairs.iter().map(|(name, value)| format!("{name} = {value}\n")).collect();
    }
    if let Some(parts) = request.multipart() {
        return parts.iter().map(part).collect();
    }
    let media_type = request.media_type().unwrap_or_default().to_ascii_lowercase();
    match content(&media_type, request.json(), request.body()) {
        Some(text) if request.body_len() == request.body().len() as u64 => text,
        _ => format!("({} bytes)", request.body_len()),
    }
}

fn part(part: &Part) -> String {
    let mut head = format!("[{}", part.name);
    for (name, value) in [("filename", &part.file_name), ("type", &part.content_type)] {
        if let Some(value) = value {
            let _ = write!(head, "; {name}={value}");
        }
    }
    let media_type = part.content_type.as_deref().unwrap_or("text/plain").to_ascii_lowercase();
    let json = serde_json::from_slice(&part.bytes).ok();
    let text =
        content(&media_type, json, &part.bytes).unwrap_or_else(|| format!("({} bytes)", part.bytes.len()));
    format!("{head}]\n{text}\n")
}

/// JSON where the type says so or where it cannot be anything else, and text; `None` for all else.
fn content(media_type: &str, json: Option<Value>, bytes: &[u8]) -> Option<String> {
    match json {
        Some(value) if media_type.contains("json") || value.is_object() || value.is_array() => {
            Some(format!("{value:#}"))
        }
        _ if media_type.starts_with("text/") => std::str::from_utf8(bytes).ok().map(str::to_owned),
        _ => None,
    }
}

fn without_boundary(value: &str) -> String {
    match value.split_once("boundary=") {
        Some((before, after)) => {
            let rest = after.find(';').map_or("", |end| &after[end..]);
            format!("{before}boundary=$BOUNDARY{rest}")
        }
        None => value.to_owned(),
    }
}

/// The simulator's address, in all the forms in which it may stand in a request.
fn without_port(text: String, base: &str) -> String {
    let authority = base.split("://").last().unwrap_or(base);
    let encoded = |text: &str| text.replace(':', "%3A").replace('/', "%2F");
    text.replace(base, "$BASE")
        .replace(&encoded(base), "$BASE")
        .replace(authority, "$HOST")
        .replace(&encoded(authority), "$HOST")
}
