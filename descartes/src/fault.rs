//! The platform's words in an error body (contract section 5.3): JSON:API errors, `detail` as FastAPI gives it, and the
//! errors of OAuth.

use serde_json::{Map, Value};

/// What an error body says, in one line.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) message: Option<String>,
    pub(crate) code: Option<String>,
}

impl Fault {
    /// Reads a body. Of JSON only the members that hold messages are taken: the others may repeat what was sent.
    pub(crate) fn read(body: &[u8]) -> Self {
        match serde_json::from_slice(body) {
            Ok(Value::Object(object)) => Self::from_object(&object),
            Ok(Value::String(text)) => Self::text(&text),
            Ok(_) => Self::default(),
            Err(_) => Self::text(&String::from_utf8_lossy(body)),
        }
    }

    /// Reads the XML body of an object store: its code, and nothing that may hold the request.
    pub(crate) fn of_store(body: &[u8]) -> Self {
        let text = String::from_utf8_lossy(body);
        let code = text.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
        let code = code.map(|(code, _)| code.trim().to_owned());
        let is_word =
            |code: &String| !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
        Self { message: None, code: code.filter(is_word) }
    }

    fn text(text: &str) -> Self {
        Self { message: Some(text.trim().to_owned()).filter(|text| !text.is_empty()), code: None }
    }

    fn from_object(object: &Map<String, Value>) -> Self {
        if let Some(Value::Array(errors)) = object.get("errors") {
            let messages: Vec<String> = errors.iter().filter_map(Value::as_object).map(json_api).collect();
            let code = errors.iter().find_map(|error| error.get("code")?.as_str());
            return Self { message: some(messages.join("; ")), code: code.map(str::to_owned) };
        }
        let text = |name: &str| object.get(name).and_then(Value::as_str).map(str::to_owned);
        let mut message = match object.get("detail") {
            Some(Value::Array(details)) => some(joined(details.iter().filter_map(validation), "; ")),
            _ => ["error_description", "message", "detail", "title"].into_iter().find_map(text),
        };
        if let (Some(message), Some(Value::Object(errors))) = (&mut message, object.get("errors")) {
            let fields = errors.iter().map(|(field, why)| format!("{field}: {}", texts(why)));
            message.push_str(&format!(": {}", joined(fields, "; ")));
        }
        let code = text("error").or_else(|| text("code"));
        Self { message, code }
    }
}

/// `title: detail: where (id)`, and a link that tells more.
fn json_api(error: &Map<String, Value>) -> String {
    let text = |name: &str| error.get(name).and_then(Value::as_str);
    let source = error.get("source");
    let place = source.and_then(|source| {
        let pointer = source.get("pointer").and_then(Value::as_str);
        pointer.and_then(|pointer| pointer.rsplit('/').next()).or_else(|| source.get("parameter")?.as_str())
    });
    let detail = text("detail").map(|detail| detail.trim_end_matches('.'));
    let mut line =
        joined([text("title").or_else(|| text("status")), detail, place].into_iter().flatten(), ": ");
    if let Some(id) = text("id") {
        line.push_str(&format!(" ({id})"));
    }
    let about = error.get("links").and_then(|links| links.get("about"));
    if let Some(link) = about.and_then(|about| about.as_str().or_else(|| about.get("href")?.as_str())) {
        line.push_str(&format!(", see {}", link.split('?').next().unwrap_or_default()));
    }
    line
}

/// `field: why` of one entry of a FastAPI list. Its `input` is left out: it repeats what was sent.
fn validation(detail: &Value) -> Option<String> {
    let why = detail.get("msg")?.as_str()?;
    let place = detail.get("loc").and_then(Value::as_array).and_then(|place| place.last()?.as_str());
    Some(place.map_or_else(|| why.to_owned(), |field| format!("{field}: {why}")))
}

fn texts(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => joined(list.iter().filter_map(Value::as_str), ", "),
        _ => String::new(),
    }
}

fn joined(parts: impl Iterator<Item = impl AsRef<str>>, between: &str) -> String {
    let parts: Vec<String> = parts.map(|part| part.as_ref().to_owned()).collect();
    parts.join(between)
}

fn some(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(body: &str) -> (Option<String>, Option<String>) {
        let Fault { message, code } = Fault::read(body.as_bytes());
        (message, code)
    }

    #[test]
    fn every_form_of_the_contract_is_read() {
        for (body, message, code) in [
            (
                r#"{"errors":[{"status":"404","title":"Object not found","detail":"Object not found: nope.","source":{"pointer":"/data/attributes/name"},"id":"e-1"}],"jsonapi":{"version":"1.0"}}"#,
                Some("Object not found: Object not found: nope: name (e-1)"),
                None,
            ),
            (
                r#"{"errors":[{"status":"400","source":{"parameter":"limit"},"links":{"about":{"href":"https://d/x?canary"}}},{"title":"B"}]}"#,
                Some("400: limit, see https://d/x; B"),
                None,
            ),
            (
                r#"{"detail":"Invalid request","errors":{"args":["bad a","bad b"]}}"#,
                Some("Invalid request: args: bad a, bad b"),
                None,
            ),
            (
                r#"{"detail":[{"loc":["body","refresh_token"],"msg":"too short","input":"canary"}]}"#,
                Some("refresh_token: too short"),
                None,
            ),
            (
                r#"{"error":"invalid_grant","error_description":"revoked"}"#,
                Some("revoked"),
                Some("invalid_grant"),
            ),
            (r#"{"message":"no","access_token":"canary"}"#, Some("no"), None),
            (r#"{"access_token":"canary"}"#, None, None),
            (r#""busy""#, Some("busy"), None),
            ("<html>", Some("<html>"), None),
            ("[1]", None, None),
            ("", None, None),
        ] {
            let expected = (message.map(str::to_owned), code.map(str::to_owned));
            assert_eq!(read(body), expected, "{body}");
        }
    }

    #[test]
    fn of_a_store_only_the_code_is_told() {
        for (body, code) in [
            ("<Error><Code>NoSuchKey</Code><StringToSign>canary</StringToSign></Error>", Some("NoSuchKey")),
            ("<Error><Code>x?canary</Code></Error>", None),
            ("canary", None),
        ] {
            let fault = Fault::of_store(body.as_bytes());
            assert_eq!((fault.code.as_deref(), fault.message), (code, None), "{body}");
        }
    }

    proptest! {
        #[test]
        fn no_body_makes_it_panic(body: Vec<u8>) {
            let _ = Fault::read(&body);
        }

        #[test]
        fn no_json_makes_it_panic(text in "\\{(\"(errors|detail|title|links|source|error)\":(\"[a-z/]{0,5}\"|1|null|\\[\\{\"source\":\\{\"pointer\":\"\"\\}\\}\\]|\\{\"a\":[1]\\}),?){0,4}\\}") {
            let _ = Fault::read(text.as_bytes());
        }
    }
}
