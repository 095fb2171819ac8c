//! What the platform says in its error replies, in every form that was seen (contract sections 2.4 and 5.3).

mod clean;
mod hidden;
mod limit;

use auth_core::{ReplyHead, ServiceError};
use serde_json::{Map, Value};

use clean::clean;
pub(crate) use hidden::Hidden;
pub(crate) use limit::asked_wait;

use crate::error::{Answer, Issue};

/// What the platform says when the limit of logins is reached, beside or instead of a header.
const COME_BACK: &str = "please try again in a bit";
/// What it says to a wrong password.
const REFUSAL: &str = "invalid credentials";

/// The words of an error reply.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Words {
    pub(crate) message: Option<String>,
    pub(crate) code: Option<String>,
    pub(crate) issues: Vec<Issue>,
}

impl Words {
    pub(crate) fn of(body: &[u8]) -> Self {
        match serde_json::from_slice(body) {
            Ok(value) => Self::of_json(&value),
            Err(_) => {
                let text = String::from_utf8_lossy(body);
                let is_page = text.trim_start().starts_with('<');
                Self::message(if is_page { "a page of HTML" } else { &text })
            }
        }
    }

    pub(crate) fn of_json(body: &Value) -> Self {
        let Value::Object(body) = body else { return Self::message(body.as_str().unwrap_or_default()) };
        let (message, issues) = (body.get("message"), body.get("issues"));
        let mut words = match message {
            Some(Value::Object(message)) => match message.get("error") {
                Some(error) => Self::of_error(error, message.get("issues")),
                None => Self::of_error(&message.clone().into(), message.get("issues")),
            },
            Some(Value::String(text)) => Self { issues: issues_in(issues), ..Self::message(text) },
            _ => body.get("error").map(|error| Self::of_error(error, issues)).unwrap_or_default(),
        };
        let text = |name: &str| body.get(name).and_then(Value::as_str);
        words.code = text("code").map(clean);
        words.message = words.message.or_else(|| text("description").map(clean)).or_else(|| members_of(body));
        words
    }

    /// `"text"` or `{"message": .., "detail": ..}`, with issues inside or beside.
    fn of_error(error: &Value, beside: Option<&Value>) -> Self {
        let mut words = match error {
            Value::Object(error) => {
                let text = |name: &str| error.get(name).and_then(Value::as_str).map(clean);
                let message = match (text("message"), text("detail")) {
                    (Some(message), Some(detail)) => Some(format!("{message}: {detail}")),
                    (message, detail) => message.or(detail),
                };
                Self { message, issues: issues_in(error.get("detail")), ..Self::default() }
            }
            Value::Array(_) => Self { issues: issues_in(Some(error)), ..Self::default() },
            _ => Self::message(error.as_str().unwrap_or_default()),
        };
        words.issues.extend(issues_in(beside));
        words
    }

    fn message(text: &str) -> Self {
        let text = text.trim();
        Self { message: (!text.is_empty()).then(|| clean(text)), ..Self::default() }
    }

    /// The whole answer: the reply's facts, and these words.
    pub(crate) fn answer(self, head: &ReplyHead) -> Box<Answer> {
        Box::new(Answer { service: self.describe(facts(head)), issues: self.issues })
    }

    /// Puts message and code where they belong.
    pub(crate) fn describe(&self, mut service: ServiceError) -> ServiceError {
        if let Some(message) = &self.message {
            service = service.with_message(message);
        }
        match &self.code {
            Some(code) => service.with_code(auth_core::error::shorten(code, 80)),
            None => service,
        }
    }

    /// Without a text that repeats a secret.
    pub(crate) fn without(mut self, secret: &str) -> Self {
        self.message = self.message.filter(|message| !message.contains(secret));
        self.code = self.code.filter(|code| !code.contains(secret));
        self
    }

    /// Whether they ask to come back later.
    pub(crate) fn ask_to_come_back(&self) -> bool {
        self.say(COME_BACK)
    }

    /// Whether they say that user name or password are wrong.
    pub(crate) fn refuse_credentials(&self) -> bool {
        self.say(REFUSAL)
    }

    fn say(&self, phrase: &str) -> bool {
        self.message.as_deref().is_some_and(|message| message.to_ascii_lowercase().contains(phrase))
    }
}

/// The reply's facts, with how long the platform asks to wait by any of its headers.
pub(crate) fn facts(head: &ReplyHead) -> ServiceError {
    let mut service = head.service_error();
    service.retry_after = asked_wait(head);
    service
}

fn issues_in(list: Option<&Value>) -> Vec<Issue> {
    let Some(Value::Array(list)) = list else { return Vec::new() };
    list.iter().filter_map(issue).collect()
}

fn issue(value: &Value) -> Option<Issue> {
    match value {
        Value::String(text) => Some(Issue { description: Some(clean(text)), ..Issue::default() }),
        Value::Object(members) => {
            let mut extra = members.clone();
            let mut text = |name: &str| match members.get(name) {
                Some(Value::String(text)) => {
                    extra.shift_remove(name);
                    Some(clean(text))
                }
                _ => None,
            };
            let (severity, file, description) = (text("severity"), text("file"), text("description"));
            Some(Issue { severity, file, description, extra: extra.into() })
        }
        _ => None,
    }
}

/// For a form that nobody has seen: what it has, not what it says.
fn members_of(body: &Map<String, Value>) -> Option<String> {
    let names: Vec<&str> = body.keys().map(String::as_str).take(8).collect();
    (!names.is_empty()).then(|| format!("an object with the members {}", names.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::StatusCode;
    use proptest::prelude::*;

    fn words(body: &str) -> (Option<String>, Option<String>, Vec<String>) {
        let words = Words::of(body.as_bytes());
        (words.message, words.code, words.issues.iter().map(ToString::to_string).collect())
    }

    fn told(message: &str, issues: &[&str]) -> (Option<String>, Option<String>, Vec<String>) {
        (Some(message.to_owned()), None, issues.iter().map(|issue| (*issue).to_owned()).collect())
    }

    #[test]
    fn every_form_of_the_contract_is_read() {
        let access = "You do not have the necessary access to this Kitchen to perform this action";
        for (body, expected) in [
            (format!(r#"{{"message": {{"error": "{access}"}}}}"#), told(access, &[])),
            (
                r#"{"message": {"error": "bad recipe", "issues": [{"severity": "error", "file": "a.json", "description": "broken"}]}}"#.to_owned(),
                told("bad recipe", &["error in a.json: broken"]),
            ),
            (
                r#"{"message": {"error": {"message": "Order rejected", "detail": "text"}}}"#.to_owned(),
                told("Order rejected: text", &[]),
            ),
            (
                r#"{"message": {"error": {"message": "Order rejected", "detail": [{"severity": "error", "file": "variations.json", "description": "bad"}]}}}"#.to_owned(),
                told("Order rejected", &["error in variations.json: bad"]),
            ),
            (
                r#"{"code": "token_expired", "description": "token is expired"}"#.to_owned(),
                (Some("token is expired".to_owned()), Some("token_expired".to_owned()), vec![]),
            ),
            (r#"{"message": "plain"}"#.to_owned(), told("plain", &[])),
            (r#"{"error": "in a 200"}"#.to_owned(), told("in a 200", &[])),
            ("<html><h1>502</h1></html>".to_owned(), told("a page of HTML", &[])),
            (" upstream timed out\n".to_owned(), told("upstream timed out", &[])),
            (r#""a text""#.to_owned(), told("a text", &[])),
            (r#"{"later": 1, "form": 2}"#.to_owned(), told("an object with the members later, form", &[])),
        ] {
            assert_eq!(words(&body), expected, "{body}");
        }
        assert_eq!(words(""), (None, None, vec![]));
    }

    proptest! {
        #[test]
        fn any_body_is_read(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Words::of(&body);
        }

        #[test]
        fn any_object_is_read(message in "\"[a-z ]{0,9}\"|null|7|\\{\"error\":(\"x\"|null|\\[7\\]|\\{\"detail\":[0-9]\\})\\}", error in "null|\\[\\]|\"e\"|\\{\\}") {
            let body = format!(r#"{{"message":{message},"error":{error},"issues":["a",7,{{"file":1}}]}}"#);
            let _ = Words::of(body.as_bytes()).describe(ServiceError::new(StatusCode::BAD_REQUEST, "GET h/x"));
        }
    }
}
