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

/// The cluster's words: a text member of a JSON object, else the text.
fn describe(service: ServiceError, body: &[u8]) -> ServiceError {
    match serde_json::from_slice::<Value>(body) {
        Ok(Value::Object(object)) => words(service, &object),
        _ => service.with_message(without_tokens(&String::from_utf8_lossy(body))),
    }
}

fn words(service: ServiceError, object: &Map<String, Value>) -> ServiceError {
    let member = |object: &Map<String, Value>| {
        ["message", "error", "details"].iter().find_map(|name| object.get(*name)?.as_str().map(str::to_owned))
    };
    let inside = object.get("error").and_then(Value::as_object).and_then(member);
    let text = member(object).or(inside).unwrap_or_else(|| Value::Object(object.clone()).to_string());
    service.with_message(without_tokens(&text))
}

/// The same text with `[token]` for what looks like a JWT: some services show what they did not like.
fn without_tokens(text: &str) -> String {
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
mod tests {
    use auth_core::Protocol as _;
    use http::{HeaderMap, HeaderValue};
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn head(status: u16, reason: Option<&'static str>) -> ReplyHead {
        let mut headers = HeaderMap::new();
        if let Some(reason) = reason {
            headers.insert(AUTH_ERROR, HeaderValue::from_static(reason));
        }
        let status = StatusCode::from_u16(status).unwrap();
        ReplyHead::new(status, headers, "GET h/fabric/v4/x", Timestamp::UNIX_EPOCH)
    }

    fn judge(status: u16, reason: Option<&'static str>, body: &str) -> Verdict<Error> {
        Protocol::new(CredentialKind::Token).judge(&head(status, reason), Some(body.as_bytes()))
    }

    #[test]
    fn a_header_a_login_page_and_401_are_refusals() {
        for (status, reason, expected) in [
            (302, Some("jwt expired"), "GET h/fabric/v4/x answered 302 Found: jwt expired"),
            (302, None, "GET h/fabric/v4/x answered 302 Found: a redirect to a login page"),
            (200, Some("jwt expired"), "GET h/fabric/v4/x answered 200 OK: jwt expired"),
            (500, Some(""), "GET h/fabric/v4/x answered 500 Internal Server Error"),
            (401, None, "GET h/fabric/v4/x answered 401 Unauthorized: no"),
        ] {
            let Verdict::Rejected(error) = judge(status, reason, r#"{"error":"no"}"#) else {
                panic!("{status}")
            };
            assert!(error.is_auth() && error.to_string().starts_with(expected), "{error}");
        }
    }

    #[test]
    fn other_redirects_are_errors() {
        for status in [301, 303, 307, 308, 304] {
            let Verdict::Fail(error) = judge(status, None, "") else { panic!("{status}") };
            assert_eq!(
                (error.kind(), error.status().map(|status| status.as_u16())),
                (ErrorKind::Redirect, Some(status))
            );
        }
    }

    #[test]
    fn the_clusters_words_are_kept() {
        let text = |body: &str| match judge(400, None, body) {
            Verdict::Fail(error) => {
                error.to_string().replace("GET h/fabric/v4/x answered 400 Bad Request", "")
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(text(r#"{"success":false,"error":"no such project"}"#), ": no such project");
        assert_eq!(text(r#"{"error":{"message":"inside"}}"#), ": inside");
        assert_eq!(text(r#"{"why":1}"#), r#": {"why":1}"#);
        assert_eq!(text("<html>"), ": <html>");
        assert_eq!(text(""), "");
    }

    #[test]
    fn success_false_is_an_error() {
        let open = |body| Protocol::new(CredentialKind::Token).open(&head(200, None), body);
        assert!(open(json!({"success": true})).is_ok() && open(json!([false])).is_ok());
        let error = open(json!({"success": false, "error": "nope"})).unwrap_err();
        assert_eq!(error.to_string(), "GET h/fabric/v4/x answered 200 OK: nope");
    }

    #[test]
    fn times_are_numbers_of_milliseconds() {
        let time = |value: Value| server_time(json!({"serverTs": value}).as_object().unwrap());
        assert_eq!(time(json!(1_700_000_000_999_u64)).unwrap().unix_millis(), 1_700_000_000_999);
        assert_eq!(time(json!(1_700_000_000_999.75)).unwrap().unix_millis(), 1_700_000_000_999);
        for no_time in [json!("1700000000999"), json!(null), json!(-1), json!(0), json!(1e300)] {
            assert_eq!(time(no_time), None);
        }
    }

    #[test]
    fn tokens_in_the_clusters_words_are_not_shown() {
        assert_eq!(
            without_tokens("bad eyJhbGci.eyJzdWI.c2ln-_, and Bearer eyJx"),
            "bad [token], and Bearer [token]"
        );
    }

    proptest! {
        #[test]
        fn any_words_are_shown_without_tokens(before in "[^e]{0,9}", after in "[^A-Za-z0-9._=-]{0,9}") {
            let shown = without_tokens(&format!("{before}eyJhbGci.canary.c2ln{after}"));
            prop_assert_eq!(shown, format!("{before}[token]{after}"));
        }

        #[test]
        fn any_body_is_described(body: Vec<u8>) {
            let _ = describe(head(400, None).service_error(), &body);
        }
    }
}
