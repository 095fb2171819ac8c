//! What the services expect of a request and mean by a reply (contract sections 2, 5 and 6.1).

use std::fmt;

use auth_core::{Authorization, ReplyHead, Result, ServiceError, Token, Verdict};
use http::{HeaderName, StatusCode};
use serde_json::Value;

use crate::error::Error;
use crate::fault::Fault;

/// The services' way with requests and replies.
#[derive(Clone)]
pub struct Protocol(Scheme);

/// How the credential travels.
#[derive(Clone)]
enum Scheme {
    Bearer,
    /// The user name; the password takes the token's place.
    Basic(String),
    /// The name of the header in which the JWT travels, without a prefix.
    Jwt(HeaderName),
    /// Tapis v3 has a header of its own.
    Tapis,
}

const TAPIS_TOKEN: HeaderName = HeaderName::from_static("x-tapis-token");

impl Protocol {
    pub(crate) fn bearer() -> Self {
        Self(Scheme::Bearer)
    }

    pub(crate) fn basic(username: &str) -> Self {
        Self(Scheme::Basic(username.to_owned()))
    }

    pub(crate) fn jwt(header: HeaderName) -> Self {
        Self(Scheme::Jwt(header))
    }

    pub(crate) fn tapis_v3() -> Self {
        Self(Scheme::Tapis)
    }

    fn advice(&self) -> &'static str {
        match self.0 {
            Scheme::Bearer | Scheme::Tapis => {
                "neither this token nor, where it can be renewed, a new one was accepted: sign in again"
            }
            Scheme::Basic(_) => "check username and password",
            Scheme::Jwt(_) => "check the JWT and the name of its header",
        }
    }
}

impl auth_core::Protocol for Protocol {
    type Error = Error;

    fn authorize(&self, token: &Token) -> Result<Authorization> {
        match &self.0 {
            Scheme::Bearer => Authorization::bearer(&token.access_token),
            Scheme::Basic(username) => Authorization::basic(username, &token.access_token),
            Scheme::Jwt(header) => Authorization::header(header.clone(), &token.access_token),
            Scheme::Tapis => Authorization::header(TAPIS_TOKEN, &token.access_token),
        }
    }

    fn judge(&self, head: &ReplyHead, error_body: Option<&[u8]>) -> Verdict<Error> {
        let body = error_body.unwrap_or_default();
        let fault = Fault::read(body);
        let is_about_token = fault.as_ref().is_some_and(|fault| fault.is_about_token);
        let is_error = head.status.is_client_error() || head.status.is_server_error();
        let service = || describe(head.service_error(), fault.as_ref(), body);
        let rejected = || Error::Rejected { service: Box::new(service()), advice: self.advice() };
        // The gateway tells of an expired token with any status.
        if is_error && is_about_token {
            return Verdict::Rejected(rejected());
        }
        match Verdict::by_status(head, || Error::Service(service())) {
            Verdict::Rejected(_) => Verdict::Rejected(rejected()),
            // A 500 is not among what is repeated (contract section 8).
            Verdict::Retry(error) if head.status == StatusCode::INTERNAL_SERVER_ERROR => Verdict::Fail(error),
            other => other,
        }
    }

    /// `{"status", "message", "version", "result"}`: the result, or the error that the status tells of. Anything else
    /// (as with `naked=true`) stays as it is.
    fn open(&self, head: &ReplyHead, body: Value) -> Result<Value, Error> {
        let Value::Object(mut object) = body else { return Ok(body) };
        let status = object.get("status").and_then(Value::as_str).unwrap_or_default();
        let is_enveloped = ["result", "message", "version"].iter().any(|name| object.contains_key(*name));
        match status {
            "error" if is_enveloped => {
                let message = object.get("message").and_then(Value::as_str);
                let message = message.filter(|message| !message.trim().is_empty());
                let message = message.unwrap_or("the envelope's status says error, without a message");
                Err(Error::Service(head.service_error().with_message(without_tokens(message))))
            }
            "success" if is_enveloped => Ok(object.remove("result").unwrap_or(Value::Null)),
            _ => Ok(Value::Object(object)),
        }
    }
}

/// The service's words: of the gateway's fault, of the envelope, of an OAuth error, else the text.
fn describe(service: ServiceError, fault: Option<&Fault>, body: &[u8]) -> ServiceError {
    if let Some(Fault { code, message, description, .. }) = fault {
        let words: Vec<&str> = [message, description].into_iter().flatten().map(String::as_str).collect();
        let service = service.with_message(without_tokens(&words.join(": ")));
        return match code {
            Some(code) => service.with_code(auth_core::error::shorten(code, 80)),
            None => service,
        };
    }
    let words = match serde_json::from_slice::<Value>(body) {
        Ok(Value::Object(object)) => {
            let text = |name: &str| object.get(name).and_then(Value::as_str).map(str::to_owned);
            let known = ["message", "error_description", "error"].into_iter().find_map(text);
            known.unwrap_or_else(|| Value::Object(object).to_string())
        }
        Ok(other) => other.to_string(),
        Err(_) => String::from_utf8_lossy(body).into_owned(),
    };
    service.with_message(without_tokens(&words))
}

/// The gateway's descriptions quote the token that it did not accept (`... with key: 5f2c...`). Such words are left out,
/// and long rows of hex digits, which is what the gateway's tokens are, and JWTs.
fn without_tokens(message: &str) -> String {
    let mut previous = "";
    let mut kept = Vec::new();
    for word in message.split(' ') {
        let is_token = ["key:", "token:", "nonce:"].iter().any(|name| previous.eq_ignore_ascii_case(name))
            || word.split(|c: char| !c.is_ascii_hexdigit()).any(|digits| digits.len() >= 30)
            || (word.contains("eyJ") && word.matches('.').count() >= 2);
        kept.push(if is_token && !word.is_empty() { "[REDACTED]" } else { word });
        if !word.is_empty() {
            previous = word;
        }
    }
    kept.join(" ")
}

impl fmt::Debug for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Scheme::Bearer => f.write_str("agave::Protocol(bearer)"),
            Scheme::Basic(_) => f.write_str("agave::Protocol(basic)"),
            Scheme::Jwt(header) => write!(f, "agave::Protocol(jwt in {header})"),
            Scheme::Tapis => f.write_str("agave::Protocol(tapis v3)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use auth_core::{Protocol as _, Timestamp};
    use http::HeaderMap;
    use proptest::prelude::*;
    use serde_json::json;

    fn head(status: u16) -> ReplyHead {
        let status = StatusCode::from_u16(status).unwrap();
        ReplyHead::new(status, HeaderMap::new(), "GET h/apps/v2", Timestamp::UNIX_EPOCH)
    }

    fn judge(status: u16, body: &str) -> Verdict<Error> {
        Protocol::bearer().judge(&head(status), Some(body.as_bytes()))
    }

    #[test]
    fn the_envelope_is_opened() {
        let open = |body: Value| Protocol::bearer().open(&head(200), body);
        let enveloped = json!({"status": "success", "message": null, "version": "2", "result": [1]});
        assert_eq!(open(enveloped).unwrap(), json!([1]));
        assert_eq!(open(json!({"status": "success", "message": "done"})).unwrap(), Value::Null);
        for naked in
            [json!({"status": "RUNNING", "id": "j"}), json!([1]), json!("text"), json!({"status": "error"})]
        {
            assert_eq!(open(naked.clone()).unwrap(), naked);
        }
    }

    #[test]
    fn a_success_that_says_error_is_an_error() {
        let open = |body: Value| Protocol::bearer().open(&head(200), body).unwrap_err().to_string();
        assert_eq!(
            open(json!({"status": "error", "message": "no such app", "result": null})),
            "GET h/apps/v2 answered 200 OK: no such app"
        );
        assert_eq!(
            open(json!({"status": "error", "message": "", "version": "2"})),
            "GET h/apps/v2 answered 200 OK: the envelope's status says error, without a message"
        );
    }

    #[test]
    fn a_fault_about_the_token_counts_with_any_error_status() {
        let xml = "<f><code>900904</code><message>Access Token Inactive</message></f>";
        for status in [400, 401, 403, 500, 503] {
            assert!(matches!(judge(status, xml), Verdict::Rejected(_)), "{status}");
        }
        assert!(matches!(judge(401, ""), Verdict::Rejected(_)));
        let other = xml.replace("900904", "900902");
        assert!(matches!(judge(400, &other), Verdict::Fail(_)));
        assert!(matches!(judge(503, &other), Verdict::Retry(_)));
        assert!(matches!(judge(500, &other), Verdict::Fail(_)));
        // Where a redirect leads is none of the gateway's concern.
        assert!(matches!(judge(302, xml), Verdict::Fail(_)));
    }

    #[test]
    fn the_services_words_are_kept() {
        let text = |status, body: &str| match judge(status, body) {
            Verdict::Fail(error) | Verdict::Retry(error) | Verdict::Rejected(error) => error.to_string(),
            Verdict::Accept => panic!("accepted"),
        };
        assert_eq!(
            text(404, r#"{"status":"error","message":"No app","result":null}"#),
            "GET h/apps/v2 answered 404 Not Found: No app"
        );
        assert_eq!(
            text(
                400,
                r#"{"error":"invalid_request","error_description":"Missing parameters: username password"}"#
            ),
            "GET h/apps/v2 answered 400 Bad Request: Missing parameters: username password"
        );
        assert_eq!(
            text(500, r#"{"fault":{"code":900902,"message":"Missing Credentials","description":"x"}}"#),
            "GET h/apps/v2 answered 500 Internal Server Error: Missing Credentials: x [code 900902]"
        );
        assert_eq!(text(400, "<html>"), "GET h/apps/v2 answered 400 Bad Request: <html>");
        assert_eq!(text(400, r#"{"why":1}"#), r#"GET h/apps/v2 answered 400 Bad Request: {"why":1}"#);
    }

    #[test]
    fn quoted_tokens_are_left_out() {
        assert_eq!(
            without_tokens("API: /apps, version: v2 with key: canary, sorry"),
            "API: /apps, version: v2 with key: [REDACTED] sorry"
        );
        assert_eq!(without_tokens("(0123456789abcdef0123456789abcdef)"), "[REDACTED]");
        assert_eq!(without_tokens("Unknown nonce: TACC_aBc"), "Unknown nonce: [REDACTED]");
        assert_eq!(without_tokens("bad token 'eyJhbGciOiJ9.eyJzdWIi.c2ln'."), "bad token [REDACTED]");
        assert_eq!(
            without_tokens("job 2372612906078145050-242ac119-0001-007"),
            "job 2372612906078145050-242ac119-0001-007"
        );
    }

    proptest! {
        #[test]
        fn any_body_is_judged(status in 200_u16..600, body: Vec<u8>) {
            let _ = Protocol::bearer().judge(&head(status), Some(&body));
        }
    }
}
