//! What the platform expects of a request and means by a reply (contract sections 2.5, 5.1, 5.2 and 5.3).

use std::fmt;
use std::sync::Arc;

use auth_core::{Authorization, ReplyHead, Result, ServiceError, Timestamp, Token, Verdict};
use serde_json::Value;

use crate::error::Error;

/// The header that announces the end of an endpoint.
const SUNSET: &str = "sunset-date";
/// An end that is nearer than this is an error in the log, not a warning.
const SOON: std::time::Duration = std::time::Duration::from_secs(14 * 24 * 3600);

/// An endpoint that will be removed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sunset {
    /// When it will be removed.
    pub at: Timestamp,
    /// Method, host and path template of the request that told so.
    pub request: String,
}

pub(crate) type OnSunset = Arc<dyn Fn(&Sunset) + Send + Sync>;

/// The platform's way with requests and replies.
#[derive(Clone, Default)]
pub struct Protocol {
    on_sunset: Option<OnSunset>,
}

impl Protocol {
    pub(crate) fn new(on_sunset: Option<OnSunset>) -> Self {
        Self { on_sunset }
    }
}

impl auth_core::Protocol for Protocol {
    type Error = Error;

    fn authorize(&self, token: &Token) -> Result<Authorization> {
        Authorization::bearer(&token.access_token)
    }

    fn judge(&self, head: &ReplyHead, error_body: Option<&[u8]>) -> Verdict<Error> {
        Verdict::by_status(head, || {
            Error::Platform(describe(head.service_error(), error_body.unwrap_or_default()))
        })
    }

    /// A list stays as it is, a page (with `metadata`) too; from any other object `data` is taken, where it is there.
    fn open(&self, _head: &ReplyHead, body: Value) -> Result<Value, Error> {
        Ok(match body {
            Value::Object(mut object) if object.get("metadata").is_none_or(Value::is_null) => {
                match object.remove("data") {
                    Some(data) => data,
                    None => Value::Object(object),
                }
            }
            other => other,
        })
    }

    fn notice(&self, head: &ReplyHead) {
        let Some(at) = head.header(SUNSET).and_then(|date| date.parse().ok()) else { return };
        let sunset = Sunset { at, request: head.request.clone() };
        match &self.on_sunset {
            Some(callback) => callback(&sunset),
            None if at.duration_since(head.received_at) > SOON => {
                tracing::warn!(%at, request = sunset.request, "this endpoint is deprecated and will be removed");
            }
            None => {
                tracing::error!(%at, request = sunset.request, "this endpoint is deprecated and about to be removed")
            }
        }
    }
}

/// The platform's words: the member `message` of a JSON object, else the JSON, else the text.
fn describe(service: ServiceError, body: &[u8]) -> ServiceError {
    match serde_json::from_slice::<Value>(body) {
        Ok(Value::Object(object)) => match object.get("message").and_then(Value::as_str) {
            Some(message) => service.with_message(message),
            None => service.with_message(Value::Object(object).to_string()),
        },
        Ok(other) => service.with_message(other.to_string()),
        Err(_) => service.with_message(String::from_utf8_lossy(body)),
    }
}

impl fmt::Debug for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("kognic::Protocol")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use auth_core::Protocol as _;
    use http::{HeaderMap, StatusCode};
    use serde_json::json;

    fn head(status: StatusCode) -> ReplyHead {
        ReplyHead::new(status, HeaderMap::new(), "GET h/v1/x", Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn the_envelope_is_opened() {
        let open = |body: Value| Protocol::default().open(&head(StatusCode::OK), body).unwrap();
        assert_eq!(open(json!([1])), json!([1]));
        assert_eq!(open(json!({"data": [1], "metadata": null})), json!([1]));
        assert_eq!(open(json!({"data": null})), json!(null));
        assert_eq!(open(json!({"id": 1})), json!({"id": 1}));
        let page = json!({"data": [1], "metadata": {"nextCursorId": 7}});
        assert_eq!(open(page.clone()), page);
    }

    #[test]
    fn the_platforms_words_are_kept() {
        let text = |body: &str| match Protocol::default()
            .judge(&head(StatusCode::BAD_REQUEST), Some(body.as_bytes()))
        {
            Verdict::Fail(error) => error.to_string(),
            other => panic!("{other:?}"),
        };
        assert_eq!(
            text(r#"{"message":"no such batch"}"#),
            "GET h/v1/x answered 400 Bad Request: no such batch"
        );
        assert_eq!(text(r#"{"why":1}"#), r#"GET h/v1/x answered 400 Bad Request: {"why":1}"#);
        assert_eq!(text("<html>"), "GET h/v1/x answered 400 Bad Request: <html>");
    }
}
