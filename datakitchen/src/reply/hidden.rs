//! What a call carries that nobody else may see, kept out of what is shown should the platform quote it (trap T10).

use auth_core::SecretString;
use auth_core::secret::expose;
use serde_json::{Map, Value};

use crate::client::Request;
use crate::error::{Error, Issue};

/// What stands in the place of a secret.
const REDACTED: &str = "[REDACTED]";
/// What is shorter may be anything, and would be found everywhere.
const SHORTEST: usize = 4;
/// With these words errors are written: hidden, they would hide the errors.
const WORDS: [&str; 11] = [
    "message",
    "error",
    "issues",
    "detail",
    "description",
    "severity",
    "file",
    "code",
    "true",
    "false",
    "null",
];

/// The secrets of a call.
#[derive(Default)]
pub(crate) struct Hidden {
    secrets: Vec<SecretString>,
}

impl Hidden {
    /// One that surely is a secret.
    pub(crate) fn secret(secret: &SecretString) -> Self {
        Self { secrets: vec![secret.clone()] }
    }

    /// Values that may be secrets, as those of parameters: their texts, however deep.
    pub(crate) fn values_of(values: &Map<String, Value>) -> Self {
        let mut hidden = Self::default();
        values.values().for_each(|value| hidden.add(value));
        hidden
    }

    /// One more such value.
    pub(crate) fn add(&mut self, value: &Value) {
        match value {
            Value::String(text) if text.chars().count() >= SHORTEST && !WORDS.contains(&text.as_str()) => {
                // The longest first: one may begin with another.
                let at = self.secrets.partition_point(|known| expose(known).len() >= text.len());
                self.secrets.insert(at, text.as_str().into());
            }
            Value::Array(list) => list.iter().for_each(|value| self.add(value)),
            Value::Object(members) => members.values().for_each(|value| self.add(value)),
            _ => {}
        }
    }

    /// The request, of which an error reply is shown without them.
    pub(crate) fn of<'a>(&self, request: Request<'a>) -> Request<'a> {
        self.secrets.iter().fold(request, Request::hiding)
    }

    /// The same for an error in a reply whose status is 200.
    pub(crate) fn in_error(&self, mut error: Error) -> Error {
        if let Error::Platform(answer) = &mut error {
            let service = &mut answer.service;
            for text in [&mut service.message, &mut service.code].into_iter().flatten() {
                *text = self.without(text);
            }
            answer.issues.iter_mut().for_each(|issue| self.in_issue(issue));
        }
        error
    }

    fn in_issue(&self, issue: &mut Issue) {
        for text in [&mut issue.severity, &mut issue.file, &mut issue.description].into_iter().flatten() {
            *text = self.without(text);
        }
    }

    fn without(&self, text: &str) -> String {
        let secrets = self.secrets.iter().map(expose).filter(|secret| !secret.is_empty());
        secrets.fold(text.to_owned(), |text, secret| text.replace(secret, REDACTED))
    }
}
