//! What is on the wire: lengths, encodings, names.

use auth_core::sim::{Reply, Request, Simulator};
use auth_core::{Body, ErrorKind, Path, path};
use bytes::Bytes;
use http::Method;
use http::header::{ACCEPT, HeaderValue};
use serde_json::json;

use crate::kit::{Setup, Vendor, anybody};

/// `{"text":"compressed"}`, as `gzip -9n` gives it.
const GZIPPED: [u8; 41] = [
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0xff, 0xab, 0x56, 0x2a, 0x49, 0xad, 0x28, 0x51,
    0xb2, 0x52, 0x4a, 0xce, 0xcf, 0x2d, 0x28, 0x4a, 0x2d, 0x2e, 0x4e, 0x4d, 0x51, 0xaa, 0x05, 0x00, 0x72,
    0x29, 0xb6, 0xf0, 0x15, 0x00, 0x00, 0x00,
];

#[tokio::test]
async fn compressed_replies_are_read() {
    let service = Simulator::start(|_: &Request| {
        Reply::bytes(200, &GZIPPED[..])
            .header("content-encoding", "gzip")
            .header("content-type", "application/json")
    })
    .unwrap();
    let session = Setup::new().fixed(&service.base());
    let reply: serde_json::Value = session.get(path!["x"]).json_reply().await.unwrap();
    assert_eq!(reply, json!({ "text": "compressed" }));
    assert_eq!(service.journal().last().unwrap().header("accept-encoding"), Some("gzip"));
    // Who asks for a part gets that part as it is.
    session.get(path!["x"]).header("range", "bytes=1-").done().await.unwrap();
    assert_eq!(service.journal().last().unwrap().header("accept-encoding"), Some("identity"));
    // Of something compressed the length is not known, and its end is looked at.
    assert_eq!(session.get(path!["x"]).send().await.unwrap().content_length(), None);
    let cut =
        Simulator::start(|_: &Request| Reply::bytes(200, &GZIPPED[..30]).header("content-encoding", "gzip"))
            .unwrap();
    let error = Setup::new().impatient().fixed(&cut.base()).get(path!["x"]).bytes().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
}

#[tokio::test]
async fn a_write_without_a_body_says_so() {
    let service = anybody();
    let session = Setup::new().fixed(&service.base());
    for (method, length) in [
        (Method::POST, Some("0")),
        (Method::PUT, Some("0")),
        (Method::PATCH, Some("0")),
        (Method::GET, None),
        (Method::DELETE, None),
        (Method::HEAD, None),
    ] {
        session.request(method.clone(), path!["x"]).done().await.unwrap();
        let seen = service.journal().last().unwrap();
        let framing = (seen.header("content-length"), seen.header("transfer-encoding"));
        assert_eq!(framing, (length, None), "{method}");
        assert_eq!(seen.header("content-type"), None);
    }
}

#[tokio::test]
async fn paths_and_queries_are_encoded_once() {
    let service = anybody();
    let session = Setup::new().fixed(&format!("{}/pre%20fix/", service.base()));
    let key = "a/b c?d#e%2F;å=&+:@";
    let request = session.get(path!["v1", key, "x"]);
    let request = request.query("q", "a b&c=d+e/å%").query_opt("none", None::<u8>).query_each("n", [1, 2]);
    request.done().await.unwrap();
    let seen = service.journal().last().unwrap();
    let path = "/pre%20fix/v1/a%2Fb%20c%3Fd%23e%252F%3B%C3%A5%3D%26%2B%3A%40/x";
    assert_eq!(seen.target(), format!("{path}?q=a+b%26c%3Dd%2Be%2F%C3%A5%25&n=1&n=2"));
    assert_eq!((seen.segments()[2], seen.query("q")), (key, Some("a b&c=d+e/å%")));
    session.get(Path::raw("/v1/caf%C3%A9/å b")).done().await.unwrap();
    assert_eq!(service.journal().last().unwrap().path(), "/pre%20fix/v1/caf%C3%A9/%C3%A5%20b");
    // What a signed URL holds already stays as it is.
    let signed = format!("{}/a%2Fb+c?X-Sig=a%2Bb%3D&y=c+d", service.base());
    session.signed(Method::GET, &signed).query("part", "1 2").done().await.unwrap();
    assert_eq!(service.journal().last().unwrap().target(), "/a%2Fb+c?X-Sig=a%2Bb%3D&y=c+d&part=1+2");
}

#[tokio::test]
async fn the_requests_own_headers_replace_the_sessions() {
    let (service, setup) = (anybody(), Setup::new());
    let builder = setup.builder(Vendor, &service.base());
    let session = setup.build(builder.header(ACCEPT, HeaderValue::from_static("application/json"))).unwrap();
    let request = session.post(path!["x"]).header("accept", "text/csv").header("content-type", "text/x");
    request.json(&1).done().await.unwrap();
    let seen = service.journal().last().unwrap();
    let values = |name| seen.headers().get_all(name).iter().map(HeaderValue::as_bytes).collect::<Vec<_>>();
    assert_eq!((values("accept"), values("content-type")), (vec![&b"text/csv"[..]], vec![&b"text/x"[..]]));
    session.get(path!["x"]).done().await.unwrap();
    assert_eq!(service.journal().last().unwrap().header("accept"), Some("application/json"));
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_before_it_is() {
    let (service, setup) = (anybody(), Setup::new());
    let session = setup.fixed(&service.base());
    let (long, empty, up) = ("x".repeat(70_000), "", "..");
    for (what, request) in [
        ("an empty segment", session.get(path!["v1", empty])),
        ("two dots", session.get(path!["v1", up])),
        ("a raw path that climbs", session.get(Path::raw("/v1/../x"))),
        ("a long query", session.post(path!["x"]).query("long", &long)),
        ("the name of a header", session.get(path!["x"]).header("bad name", "canary")),
        ("the value of a header", session.get(path!["x"]).header("x-name", "canary\r\nevil: 1")),
    ] {
        let error = request.done().await.expect_err(what);
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{what}: {error}");
        assert!(!format!("{error:?}").contains("canary") && error.to_string().len() < 200);
    }
    assert_eq!((service.journal().connections(), setup.clock.sleeps().len()), (0, 0));
}

#[tokio::test]
async fn replies_that_are_not_what_they_should_be_show_nothing_of_themselves() {
    for (reply, why) in [
        (
            Reply::text(200, "canary"),
            "(text/plain; charset=utf-8) with a body that cannot be understood: expected value",
        ),
        (Reply::json(200, json!("canary")), "invalid type: string, expected a sequence at line 1 column 8"),
        (Reply::json(200, json!(["canary"])), "invalid type: string, expected u64 at line 1 column 9"),
        (Reply::json(200, json!([-7_777])), "invalid value: integer, expected u64 at line 1 column 6"),
        (Reply::empty(200), "(no content type) with a body that cannot be understood: EOF"),
    ] {
        let service = Simulator::start(move |_: &Request| reply.clone()).unwrap();
        let session = Setup::new().fixed(&service.base());
        let error = session.get(path!["x"]).json_reply::<Vec<u64>>().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Reply);
        let text = format!("{error} {error:?}");
        assert!(text.contains(why) && !text.contains("canary") && !text.contains("7777"), "{text}");
        let error = session.get(path!["x"]).data::<Vec<u64>>().await.unwrap_err();
        let text = format!("{error} {error:?}");
        assert!(!text.contains("canary") && !text.contains("7777"), "{text}");
        assert_eq!(service.journal().len(), 2);
    }
}

#[tokio::test]
async fn large_bytes_arrive_whole_and_with_their_length() {
    let service = anybody();
    let bytes = Bytes::from_iter((0..3_000_001_u32).map(|n| n as u8));
    Setup::new()
        .fixed(&service.base())
        .post(path!["x"])
        .body(Body::bytes(bytes.clone()))
        .done()
        .await
        .unwrap();
    let seen = service.journal().last().unwrap();
    assert_eq!((seen.body(), seen.header("content-length")), (&bytes, Some("3000001")));
}

#[test]
fn a_session_survives_the_runtime_that_it_was_used_on() {
    let service = anybody();
    let session = Setup::new().fixed(&service.base());
    for round in 1..=3 {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            // Not idempotent: there is no second try that could hide a dead connection.
            session.post(path!["x"]).json(&1).done().await.unwrap();
            session.post(path!["x"]).json(&1).done().await.unwrap();
        });
        assert_eq!((service.journal().len(), service.journal().connections()), (round * 2, round));
    }
}
