//! What a handler is given.

use std::io::Write as _;
use std::time::Duration;

use auth_core::secret::{hex, sha256};
use auth_core::sim::{Reply, Request, Simulator};
use serde_json::json;

use crate::raw::{connect, read_to_end, request, send};

/// What the handler saw of one request, by way of the journal.
fn received(text: impl AsRef<[u8]>) -> std::sync::Arc<Request> {
    let simulator = Simulator::start(|_: &Request| Reply::empty(204)).unwrap();
    assert_eq!(send(&simulator, text).status(), 204);
    simulator.journal().last().unwrap()
}

#[test]
fn the_path_is_as_on_the_wire() {
    let request = received(request("GET", "/v1/a%2Fb/%C3%A5%20x/../c/?q=a+b&q=%26&e=&f", "", ""));
    assert_eq!(request.path(), "/v1/a%2Fb/%C3%A5%20x/../c/");
    assert_eq!(request.segments(), ["v1", "a/b", "å x", "..", "c", ""]);
    assert_eq!(request.raw_query(), Some("q=a+b&q=%26&e=&f"));
    let pairs: Vec<(&str, &str)> =
        request.query_pairs().iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(pairs, [("q", "a b"), ("q", "&"), ("e", ""), ("f", "")]);
    assert_eq!((request.query("q"), request.query("f"), request.query("x")), (Some("a b"), Some(""), None));
    assert!(request.matches("GET /v1/*/*/*/c/") && !request.matches("GET /v1/**/c/"));
}

#[test]
fn the_root_has_no_segments_and_a_proxy_gets_the_whole_url() {
    assert!(received(request("GET", "/", "", "")).segments().is_empty());
    let proxied = received(request("GET", "http://h.example:81/a?b", "", ""));
    assert_eq!((proxied.target().as_str(), proxied.path()), ("http://h.example:81/a?b", "/a"));
}

#[test]
fn credentials_are_read_in_both_schemes() {
    let with = |value: &str| received(request("GET", "/", &format!("Authorization: {value}\r\n"), ""));
    assert_eq!(with("Bearer a.b.c").bearer(), Some("a.b.c"));
    assert_eq!(with("bearer a.b.c").bearer(), Some("a.b.c"));
    assert_eq!((with("Basic dTpwOnE=").bearer(), with("Bearer x").basic()), (None, None));
    assert_eq!(with("Basic dTpwOnE=").basic(), Some(("u".into(), "p:q".into())));
    assert_eq!((with("Basic %%").basic(), with("Bearer").bearer()), (None, None));
}

#[test]
fn bodies_are_read_as_what_they_are() {
    let form = "Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n";
    let body = "a=1+2&a=%C3%A5&b";
    let request_with_form = received(request("POST", "/", form, body));
    assert_eq!(request_with_form.form_value("a").as_deref(), Some("1 2"));
    assert_eq!(request_with_form.form().unwrap().len(), 3);
    assert_eq!(received(request("POST", "/", "", body)).form(), None);
    assert_eq!(received(request("POST", "/", "", r#"{"a":1}"#)).json(), Some(json!({ "a": 1 })));
    assert_eq!(received(request("POST", "/", "", "{")).json(), None);

    let multipart = "Content-Type: multipart/form-data; boundary=b\r\n";
    let body = "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x.txt\"\r\n\
                Content-Type: text/plain\r\n\r\nhello\r\n--b--\r\n";
    let parts = received(request("POST", "/", multipart, body)).multipart().unwrap();
    let [part] = parts.as_slice() else { panic!("one part") };
    assert_eq!((part.name.as_str(), part.file_name.as_deref()), ("f", Some("x.txt")));
    assert_eq!((part.content_type.as_deref(), part.bytes.as_ref()), (Some("text/plain"), &b"hello"[..]));
}

#[test]
fn a_chunked_body_comes_whole() {
    let head = "POST / HTTP/1.1\r\nHost: sim\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
    let request = received(format!("{head}3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n"));
    assert_eq!((request.body().as_ref(), request.body_len()), (&b"abcdefg"[..], 7));
    assert_eq!(request.body_sha256(), hex(&sha256(b"abcdefg")));
    assert_eq!(received("GET / HTTP/1.1\r\nConnection: close\r\n\r\n").body_sha256(), hex(&sha256(b"")));
}

#[test]
fn a_big_body_is_counted_and_not_kept() {
    const MIB: usize = 1 << 20;
    let simulator = Simulator::builder()
        .keep_body(3 * MIB / 2)
        .start(|request: &Request| {
            Reply::text(200, format!("{} {}", request.body_len(), request.body_sha256()))
        })
        .unwrap();
    let all: Vec<u8> = (0..64 * MIB).map(|at| (at / 251) as u8).collect();
    let mut stream = connect(&simulator, Duration::from_secs(30));
    let head =
        format!("PUT / HTTP/1.1\r\nHost: sim\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", all.len());
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&all).unwrap();
    assert_eq!(read_to_end(stream).text(), format!("{} {}", all.len(), hex(&sha256(&all))));
    let request = simulator.journal().last().unwrap();
    assert_eq!(request.body(), &all[..3 * MIB / 2]);
    assert!(request.is_complete() && request.json().is_none() && request.form().is_none());
}

#[test]
fn a_handler_knows_where_it_lives() {
    let simulator = Simulator::start(|request: &Request| Reply::text(200, request.base())).unwrap();
    assert_eq!(send(&simulator, request("GET", "/", "", "")).text(), simulator.base());
    assert_eq!(format!("{}/", simulator.base()), simulator.url().as_str());
}
