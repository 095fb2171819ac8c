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
        let Verdict::Rejected(error) = judge(status, reason, r#"{"error":"no"}"#) else { panic!("{status}") };
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
        Verdict::Fail(error) => error.to_string().replace("GET h/fabric/v4/x answered 400 Bad Request", ""),
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
