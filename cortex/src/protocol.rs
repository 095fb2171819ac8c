//! What a cluster expects of a request and means by a reply (contract sections 2.2, 2.5, 2.6 and 5).

use auth_core::protocol::Redirects;
use auth_core::{
    Authorization, Error as CoreError, ErrorKind, ReplyHead, ServiceError, Timestamp, Token, Verdict,
};
use http::StatusCode;
use serde_json::{Map, Value};

use crate::error::{CredentialKind, Error, Result};

/// The gateway's reason for not accepting a token, on whatever status.
const AUTH_ERROR: &str = "x-auth-error";
/// The collections that hold secrets: connections have them among their parameters.
const SECRET_COLLECTIONS: [&str; 2] = ["secrets", "connections"];
/// What every JWT begins with: `{"` in base64url.
const JWT_START: &str = "eyJ";

/// A cluster's way with requests and replies.
#[derive(Clone, Copy, Debug)]
pub struct Protocol {
    credential: CredentialKind,
}

impl Protocol {
    pub(crate) fn new(credential: CredentialKind) -> Self {
        Self { credential }
    }

    pub(crate) fn credential(&self) -> CredentialKind {
        self.credential
    }

    /// The token was not accepted: the gateway says so in a header, sends the caller to its login page, or answers 401.
    fn refused(&self, head: &ReplyHead, body: &[u8]) -> Option<Error> {
        let reason = head.headers.get(AUTH_ERROR).map(|reason| String::from_utf8_lossy(reason.as_bytes()));
        let is_refused =
            reason.is_some() || matches!(head.status, StatusCode::FOUND | StatusCode::UNAUTHORIZED);
        is_refused.then(|| {
            let service = match reason {
                Some(reason) => head.service_error().with_message(without_tokens(&reason)),
                None if head.status == StatusCode::FOUND => {
                    head.service_error().with_message("a redirect to a login page")
                }
                None => describe(head.service_error(), body),
            };
            Error::Refused { service: Box::new(service), credential: self.credential }
        })
    }
}

impl auth_core::Protocol for Protocol {
    type Error = Error;

    fn authorize(&self, token: &Token) -> auth_core::Result<Authorization> {
        Authorization::bearer(&token.access_token)
    }

    fn judge(&self, head: &ReplyHead, error_body: Option<&[u8]>) -> Verdict<Error> {
        let body = error_body.unwrap_or_default();
        if let Some(refused) = self.refused(head, body) {
            return Verdict::Rejected(refused);
        }
        if head.status.is_redirection() {
            return Verdict::Fail(redirected(head).into());
        }
        Verdict::by_status(head, || Error::Api(describe(head.service_error(), body)))
    }

    /// A 2xx with `"success": false` is an error too.
    fn open(&self, head: &ReplyHead, body: Value) -> Result<Value> {
        match &body {
            Value::Object(object) if object.get("success") == Some(&Value::Bool(false)) => {
                Err(Error::Api(words(head.service_error(), object)))
            }
            _ => Ok(body),
        }
    }

    /// What comes from behind a redirect is a login page more often than an answer.
    fn redirects(&self) -> Redirects {
        Redirects::Nowhere
    }
}

/// What the cluster's clock means by its replies. It gets no token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClockEndpoint;

impl auth_core::Protocol for ClockEndpoint {
    type Error = CoreError;

    fn authorize(&self, _token: &Token) -> auth_core::Result<Authorization> {
        Ok(Authorization::None)
    }

    /// A cluster that is not well answers with an error status and still tells the time.
    fn judge(&self, head: &ReplyHead, error_body: Option<&[u8]>) -> Verdict<CoreError> {
        let body = error_body.unwrap_or_default();
        if serde_json::from_slice(body).is_ok_and(|info| server_time(&info).is_some()) {
            return Verdict::Accept;
        }
        let failed = |kind| {
            CoreError::service(kind, describe(head.service_error(), body))
                .with_help("check the `url` of the personal access config")
        };
        match Verdict::by_status(head, || failed(ErrorKind::TokenUnavailable)) {
            // No token was sent: there is none to renew.
            Verdict::Rejected(_) | Verdict::Fail(_) => Verdict::Fail(failed(ErrorKind::Service)),
            other => other,
        }
    }

    /// Another host could tell any time it likes.
    fn redirects(&self) -> Redirects {
        Redirects::SameOrigin
    }
}

/// The cluster's time: `serverTs`, a number of milliseconds since 1970.
pub(crate) fn server_time(info: &Map<String, Value>) -> Option<Timestamp> {
    let millis = info.get("serverTs")?.as_f64()?;
    // Up to the year 9999.
    (1.0..2.5e14).contains(&millis).then(|| Timestamp::from_unix_millis(millis as i64))
}

fn redirected(head: &ReplyHead) -> CoreError {
    let what = format!("{} answered {}, and redirects are not followed here", head.request, head.status);
    CoreError::new(ErrorKind::Redirect, what)
        .with_service(head.service_error())
        .with_help("check the endpoint: the cluster may have moved, or a login page may be in the way")
}

/// The cluster's words: a text member of a JSON object, else the text. An object that may hold secrets is not shown whole.
fn describe(service: ServiceError, body: &[u8]) -> ServiceError {
    match serde_json::from_slice::<Value>(body) {
        Ok(Value::Object(object)) => words(service, &object),
        _ => with_words(service, &String::from_utf8_lossy(body)),
    }
}

fn words(service: ServiceError, object: &Map<String, Value>) -> ServiceError {
    let member = |object: &Map<String, Value>| {
        ["message", "error", "details"].iter().find_map(|name| object.get(*name)?.as_str().map(str::to_owned))
    };
    let inside = object.get("error").and_then(Value::as_object).and_then(member);
    match member(object).or(inside) {
        Some(text) => with_words(service, &text),
        None if is_about_secrets(&service) => service.with_message(NOT_SHOWN),
        None => with_words(service, &Value::Object(object.clone()).to_string()),
    }
}

/// The cluster's words, unless they may quote a secret that was sent with the request.
fn with_words(service: ServiceError, words: &str) -> ServiceError {
    let sends_nothing = ["GET ", "HEAD ", "DELETE "].iter().any(|method| service.request.starts_with(method));
    if is_about_secrets(&service) && !sends_nothing && !words.trim().is_empty() {
        return service.with_message(NOT_SHOWN);
    }
    service.with_message(without_tokens(words))
}

const NOT_SHOWN: &str = "(its words are not shown: they may quote a secret)";

/// Whether secrets may be in what was sent or in what came. The request is named by the template of its path.
fn is_about_secrets(service: &ServiceError) -> bool {
    service.request.split('/').any(|part| SECRET_COLLECTIONS.contains(&part))
}

/// The same text with `[token]` for what looks like a JWT: some services show what they did not like.
pub(crate) fn without_tokens(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(JWT_START) {
        let (before, from) = rest.split_at(start);
        let is_part = |character: char| character.is_ascii_alphanumeric() || "-_.=".contains(character);
        let end = from.find(|character| !is_part(character)).unwrap_or(from.len());
        shown.push_str(before);
        shown.push_str("[token]");
        rest = &from[end..];
    }
    shown.push_str(rest);
    shown
}

#[cfg(test)]
#[path = "protocol/tests.rs"]
mod tests;
