//! What the journal keeps, and how it reads.

use std::io::Write as _;
use std::time::Duration;

use auth_core::sim::{Fault, Reply, Request, Simulator};

use crate::raw::{connect, get, kept, read_one, request, send};

fn simulator() -> Simulator {
    Simulator::start(|_: &Request| Reply::empty(204)).unwrap()
}

#[test]
fn requests_are_counted_by_method_and_path() {
    let simulator = simulator();
    let journal = simulator.journal();
    assert!(journal.is_empty() && journal.last().is_none());
    simulator.faults().next("POST /v1/b", Fault::CloseBeforeReply);
    for (method, target) in
        [("GET", "/v1/a"), ("GET", "/v1/a%2Fb?x=1"), ("POST", "/v1/b"), ("GET", "/v1/a/b")]
    {
        send(&simulator, request(method, target, "", ""));
    }
    assert_eq!((journal.count("GET /v1/*"), journal.count("/v1/**"), journal.count("POST /v1/b")), (2, 4, 1));
    assert_eq!((journal.matching("GET /v1/*")[1].path(), journal.len()), ("/v1/a%2Fb", 4));
    assert_eq!((journal.last().unwrap().path(), journal.connections()), ("/v1/a/b", 4));
    journal.clear();
    assert_eq!((journal.len(), journal.connections()), (0, 0));
}

#[test]
fn kept_connections_are_counted_once() {
    let simulator = simulator();
    let mut stream = connect(&simulator, Duration::from_secs(10));
    for _ in 0..3 {
        stream.write_all(kept("GET", "/").as_bytes()).unwrap();
        assert_eq!(read_one(&mut stream).status(), 204);
    }
    assert_eq!((simulator.journal().len(), simulator.journal().connections()), (3, 1));
}

#[test]
fn a_request_knows_the_status_of_its_reply() {
    let simulator = simulator();
    simulator.faults().next("GET /busy", Fault::Reply(Reply::empty(503)));
    simulator.faults().next("GET /cut", Fault::ResetBeforeReply);
    for target in ["/whole", "/busy", "/cut"] {
        send(&simulator, request("GET", target, "", ""));
    }
    let statuses = simulator.journal().requests().into_iter().map(|request| request.reply_status());
    let statuses: Vec<_> = statuses.map(|status| status.map(|status| status.as_u16())).collect();
    assert_eq!(statuses, [Some(204), Some(503), None]);
}

#[test]
fn a_client_that_goes_away_leaves_a_trace() {
    let simulator = Simulator::start(|_: &Request| panic!("only whole requests are handled")).unwrap();
    let mut stream = connect(&simulator, Duration::from_secs(10));
    stream.write_all(b"PUT /x HTTP/1.1\r\nHost: sim\r\nContent-Length: 10\r\n\r\nabc").unwrap();
    drop(stream);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let journal = simulator.journal();
    assert!(runtime.block_on(journal.wait_for("PUT /x", 1, Duration::from_secs(10))));
    assert!(!runtime.block_on(journal.wait_for("PUT /x", 2, Duration::from_millis(20))));
    let cut = journal.last().unwrap();
    assert_eq!((cut.is_complete(), cut.body().as_ref(), cut.json()), (false, &b"abc"[..], None));
    insta::assert_snapshot!(journal.render(), @r"
    PUT /x

    (3 bytes)
    (broke off)
    ");
}

#[test]
fn the_text_is_the_same_on_every_run() {
    let simulator = simulator();
    let base = simulator.base();
    let host = base.trim_start_matches("http://");
    let form = "application/x-www-form-urlencoded";
    for text in [
        format!(
            "GET /v1/a%2Fb?q=%C3%A5+x&nonce=17 HTTP/1.1\r\nHost: {host}\r\nUser-Agent: x/1\r\nAccept: */*\r\n\r\n"
        ),
        request(
            "POST",
            "/v1/token",
            &format!(
                "X-Request-Group: 9f2c\r\nAuthorization: Basic Y2lkOnNlYw==\r\nContent-Type: {form}\r\n"
            ),
            "grant_type=client_credentials&scope=api%3Aread+api%3Awrite",
        ),
        request(
            "POST",
            "/v1/things",
            "Content-Type: application/json\r\n",
            &format!(r#"{{"z":1,"a":["{base}/x","{host}"]}}"#),
        ),
        request(
            "PUT",
            "/v1/files",
            "Content-Type: multipart/form-data; boundary=81e3-77\r\n",
            "--81e3-77\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nk/1\r\n--81e3-77\r\n\
             Content-Disposition: form-data; name=\"content\"; filename=\"f.bin\"\r\nContent-Type: image/png\r\n\r\n\
             \x01\x02\x03\r\n--81e3-77--\r\n",
        ),
        request("PUT", &format!("/raw?to=http%3A%2F%2F{}", host.replace(':', "%3A")), "", "abc"),
        request("POST", "/note", "Content-Type: text/plain\r\n", "two\nlines"),
    ] {
        let mut stream = connect(&simulator, Duration::from_secs(10));
        stream.write_all(text.as_bytes()).unwrap();
        read_one(&mut stream);
    }
    insta::assert_snapshot!(simulator.journal().render_hiding(&["x-request-group", "nonce"]), @r#"
    GET /v1/a%2Fb?q=%C3%A5+x&nonce=[hidden]
    accept: */*

    ---
    POST /v1/token
    authorization: Basic Y2lkOnNlYw==
    content-type: application/x-www-form-urlencoded
    x-request-group: [hidden]

    grant_type = client_credentials
    scope = api:read api:write

    ---
    POST /v1/things
    content-type: application/json

    {
      "z": 1,
      "a": [
        "$BASE/x",
        "$HOST"
      ]
    }

    ---
    PUT /v1/files
    content-type: multipart/form-data; boundary=$BOUNDARY

    [key]
    k/1
    [content; filename=f.bin; type=image/png]
    (3 bytes)

    ---
    PUT /raw?to=$BASE

    (3 bytes)

    ---
    POST /note
    content-type: text/plain

    two
    lines
    "#);
    assert!(simulator.journal().render().contains("nonce=17"));
}

#[test]
fn debug_is_one_line_a_request() {
    let simulator = simulator();
    send(&simulator, get("/a?b=c"));
    assert_eq!(format!("{:?}", simulator.journal()), "[Request(GET /a?b=c, 0 bytes)]");
}
