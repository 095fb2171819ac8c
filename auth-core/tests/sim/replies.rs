//! What a handler can answer.

use auth_core::sim::{Content, Reply, Request, Simulator};
use serde_json::json;

use crate::raw::{Outcome, get, request, send};

/// What comes over the wire of a reply.
fn sent(text: &str, reply: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Outcome {
    send(&Simulator::start(reply).unwrap(), text)
}

#[test]
fn replies_carry_type_and_length() {
    for (reply, content_type, body) in [
        (Reply::json(201, json!({ "b": 1, "a": [] })), "application/json", r#"{"b":1,"a":[]}"#),
        (Reply::text(201, "å"), "text/plain; charset=utf-8", "å"),
        (Reply::bytes(201, "raw"), "application/octet-stream", "raw"),
        (Reply::html(201, "<p>"), "text/html; charset=utf-8", "<p>"),
        (
            Reply::text(201, "x").header("content-type", "text/csv").header("content-length", "9"),
            "text/csv",
            "x",
        ),
    ] {
        let outcome = sent(&get("/"), move |_| reply.clone());
        assert_eq!((outcome.status(), outcome.text().as_str()), (201, body));
        assert_eq!(outcome.header("content-type").as_deref(), Some(content_type));
        assert_eq!(outcome.header("content-length"), Some(body.len().to_string()));
        assert!(outcome.header("date").is_some());
    }
    let cookies =
        sent(&get("/"), |_| Reply::empty(200).header("set-cookie", "a=1").also_header("set-cookie", "b=2"));
    assert!(cookies.head().contains("set-cookie: a=1\r\nset-cookie: b=2"), "{}", cookies.head());
}

#[test]
fn replies_without_a_body() {
    let head = request("HEAD", "/", "", "");
    let outcome = sent(&head, |_| Reply::text(200, "12345"));
    assert_eq!((outcome.header("content-length").as_deref(), outcome.text().as_str()), (Some("5"), ""));
    let outcome = sent(&head, |_| Reply::empty(200).header("content-length", "4294967296"));
    assert_eq!(outcome.header("content-length").as_deref(), Some("4294967296"));
    let outcome = sent(&get("/"), |_| Reply::text(204, "ignored"));
    assert_eq!((outcome.header("content-length"), outcome.text().as_str()), (None, ""));
    assert_eq!(sent(&get("/"), |_| Reply::empty(404)).header("content-length").as_deref(), Some("0"));
}

#[test]
fn mistakes_in_a_handler_are_shown_to_the_client() {
    for (reply, told) in [
        (Reply::text(42, ""), "42 cannot be the status"),
        (Reply::text(100, ""), "100 cannot be the status"),
        (Reply::empty(200).header("x y", "z"), "`x y` cannot be sent"),
        (Reply::empty(200).header("x", "a\nb"), "`x` cannot be sent"),
    ] {
        let outcome = sent(&get("/"), move |_| reply.clone());
        assert!(outcome.status() == 500 && outcome.text().contains(told), "{}", outcome.text());
    }
    let simulator = Simulator::start(|request: &Request| panic!("no {} here", request.path())).unwrap();
    for _ in 0..2 {
        assert_eq!(send(&simulator, get("/x")).text(), "the simulator's handler panicked: no /x here");
    }
}

#[test]
fn large_bodies_are_made_while_they_are_sent() {
    const TOTAL: usize = 64 << 20;
    let outcome = sent(&get("/"), |_| Reply::repeat("abc", TOTAL as u64));
    let body = outcome.body();
    assert_eq!((outcome.header("content-length"), body.len()), (Some(TOTAL.to_string()), TOTAL));
    assert!(body.iter().zip(b"abc".iter().cycle()).all(|(got, expected)| got == expected));
}

#[test]
fn parts_of_a_content() {
    let ask = |headers: &str, content: Content| {
        let text = request("GET", "/", headers, "");
        let outcome = sent(&text, move |request| Reply::ranged(request, content.clone()));
        let range = outcome.header("content-range").unwrap_or_default();
        (outcome.status(), range, outcome.text(), outcome.header("etag").unwrap_or_default())
    };
    let digits = || Content::from("0123456789");
    let (status, range, body, etag) = ask("", digits());
    assert_eq!((status, range.as_str(), body.as_str()), (200, "", "0123456789"));
    let plain = |headers: &str| {
        let (status, range, body, _) = ask(headers, digits());
        (status, range, body)
    };
    let part = (206, "bytes 2-4/10".to_owned(), "234".to_owned());
    assert_eq!(plain("Range: bytes=2-4\r\n"), part);
    assert_eq!(plain(&format!("Range: bytes=2-4\r\nIf-Range: {etag}\r\n")), part);
    assert_eq!(plain("Range: bytes=2-4\r\nIf-Range: \"other\"\r\n").0, 200);
    assert_eq!(plain("Range: bytes=10-\r\n"), (416, "bytes */10".to_owned(), String::new()));
    assert_ne!(ask("", Content::from("0123456780")).3, etag);

    let repeated = Content::repeat("abc", 1 << 40);
    let (status, range, body, _) = ask("Range: bytes=1000000000-1000000004\r\n", repeated);
    assert_eq!((status, range.as_str()), (206, "bytes 1000000000-1000000004/1099511627776"));
    assert_eq!(body, "bcabc");
    let named = sent(&get("/"), |request| Reply::ranged_as(request, "x", "\"v1\""));
    assert_eq!(
        (named.header("etag").as_deref(), named.header("accept-ranges").as_deref()),
        (Some("\"v1\""), Some("bytes"))
    );
}
