//! Nothing waits for ever, and nothing that moves is cut.
#![allow(
    clippy::disallowed_methods,
    reason = "timeouts of sockets are real time, and services that are slow sleep"
)]

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread::sleep;
use std::time::{Duration, Instant};

use auth_core::body::ByteStream;
use auth_core::sim::{Fault, Reply, Request, Simulator};
use auth_core::{Body, ErrorKind, Result, RetryPolicy, Transport, path};
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};

use crate::kit::{SHORT, Setup, anybody, raw};

/// Far from any default. How much longer than [`SHORT`] it takes depends on what else the machine does.
const SOON: Duration = Duration::from_secs(4);

fn took_short(start: Instant) {
    let took = start.elapsed();
    assert!(took >= SHORT - Duration::from_millis(5) && took < SOON, "{took:?}");
}

/// A service whose replies come byte by byte, one every `pause`.
fn dripping(bytes: usize, pause: Duration) -> String {
    raw(move |mut stream| {
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {bytes}\r\n\r\n")?;
        (0..bytes).try_for_each(|_| {
            sleep(pause);
            stream.write_all(b"x")
        })
    })
}

/// A body whose chunks come one every `pause`, and after them nothing, or the end.
fn slow(chunks: usize, pause: Duration, ends: bool) -> Body {
    Body::reopening(None, move || {
        let chunks = stream::unfold(0, move |at| async move {
            if at == chunks {
                return if ends { None } else { std::future::pending().await };
            }
            tokio::time::sleep(pause).await;
            Some((Ok(Bytes::from_static(b"0123456789")), at + 1))
        });
        Box::pin(std::future::ready(Ok(Box::pin(chunks) as ByteStream)))
    })
}

#[tokio::test]
async fn a_reply_that_does_not_begin() {
    let service = anybody();
    service.faults().next("GET /x", Fault::Stall).always();
    let session = Setup::new().impatient().fixed(&service.base());
    let start = Instant::now();
    let error = session.get(path!["x"]).done().await.unwrap_err();
    took_short(start);
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.is_timeout() && error.is_retryable());
    assert!(error.to_string().ends_with("/x: no answer within 0.3 s"), "{error}");
    // Also for a download, and with the caller's own patience.
    let start = Instant::now();
    let patient = Setup::new().retry(RetryPolicy::never()).fixed(&service.base());
    assert!(patient.get(path!["x"]).timeout(SHORT).send().await.unwrap_err().is_timeout());
    took_short(start);
}

#[tokio::test]
async fn one_limit_is_for_head_and_body_and_redirects() {
    let service = anybody();
    let pause = SHORT * 3 / 4;
    let less_than_two = |start: Instant| assert!(start.elapsed() < SHORT * 2, "{:?}", start.elapsed());
    service.faults().next("GET /stalls", Fault::StallMidReply { after: 3 });
    let moving = Simulator::start(|request: &Request| match request.path() {
        "/moved" => Reply::redirect(302, "/there"),
        _ => Reply::empty(200),
    })
    .unwrap();
    moving.faults().next("GET /moved", Fault::Delay(pause)).always();
    moving.faults().next("GET /there", Fault::Delay(pause)).always();
    let start = Instant::now();
    let error =
        Setup::new().impatient().fixed(&service.base()).get(path!["stalls"]).bytes().await.unwrap_err();
    less_than_two(start);
    assert!(error.is_timeout(), "{error}");
    let start = Instant::now();
    let error = Setup::new().impatient().fixed(&moving.base()).get(path!["moved"]).bytes().await.unwrap_err();
    less_than_two(start);
    assert!(error.is_timeout(), "{error}");
}

#[tokio::test]
async fn a_reply_that_drips_is_cut_when_it_is_read_whole_and_not_when_it_is_streamed() {
    let session = Setup::new().impatient().fixed(&dripping(16, SHORT / 6));
    let start = Instant::now();
    let error = session.get(path!["x"]).bytes().await.unwrap_err();
    took_short(start);
    assert!(error.to_string().ends_with("no whole reply within 0.3 s"), "{error}");
    let start = Instant::now();
    let stream = session.get(path!["x"]).send().await.unwrap().stream();
    let chunks: Vec<_> = stream.collect().await;
    assert!(chunks.iter().all(Result::is_ok) && start.elapsed() > SHORT * 2);
}

#[tokio::test]
async fn a_stream_that_stands_still_is_cut() {
    let service = anybody();
    service.faults().next("GET /x", Fault::StallMidReply { after: 3 });
    let session = Setup::new().impatient().fixed(&service.base());
    let mut stream = session.get(path!["x"]).send().await.unwrap().stream();
    assert_eq!(stream.next().await.unwrap().unwrap(), r#"{"o"#);
    let start = Instant::now();
    let error = stream.next().await.unwrap().unwrap_err();
    took_short(start);
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.to_string().ends_with("/x: the reply stood still for 0.3 s"), "{error}");
    // A reader that takes its time is not the reply's fault.
    let session = Setup::new().impatient().fixed(&service.base());
    let mut stream = session.get(path!["y"]).send().await.unwrap().stream();
    tokio::time::sleep(SHORT * 2).await;
    assert_eq!(stream.next().await.unwrap().unwrap(), r#"{"ok":true}"#);
}

#[tokio::test]
async fn what_is_known_of_an_error_is_kept() {
    let long = Reply::text(500, "x".repeat(1000));
    let service = Simulator::start(move |_: &Request| long.clone()).unwrap();
    service.faults().next("GET /x", Fault::StallMidReply { after: 5 });
    let session = Setup::new().impatient().fixed(&service.base());
    let error = session.get(path!["x"]).done().await.unwrap_err();
    assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Service, 500));
    assert!(error.to_string().ends_with(": xxxxx"), "{error}");
}

#[tokio::test]
async fn a_slow_upload_that_moves_is_not_cut() {
    let service = anybody();
    let session = Setup::new().impatient().fixed(&service.base());
    let start = Instant::now();
    session.put(path!["x"]).body(slow(16, SHORT / 6, true)).done().await.unwrap();
    assert!(start.elapsed() > SHORT * 2);
    assert_eq!(service.journal().last().unwrap().body_len(), 160);
}

#[tokio::test]
async fn large_bytes_that_move_are_not_cut_either() {
    let slow_reader = raw(|mut stream| {
        stream.set_read_timeout(Some(SHORT))?;
        let mut piece = vec![0; 1 << 20];
        while stream.read(&mut piece).is_ok_and(|read| read > 0) {
            sleep(SHORT / 10);
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    });
    let transport = Transport::new().with_call_timeout(SHORT).with_idle_timeout(SHORT * 4);
    let session = Setup::new().transport(transport).retry(RetryPolicy::never()).fixed(&slow_reader);
    let start = Instant::now();
    session.put(path!["x"]).body(Body::bytes(vec![0; 32 << 20])).done().await.unwrap();
    assert!(start.elapsed() > SHORT * 2);
}

#[tokio::test]
async fn an_upload_that_stands_still_is_cut() {
    let service = anybody();
    let session = Setup::new().impatient().fixed(&service.base());
    let start = Instant::now();
    let error = session.put(path!["x"]).body(slow(1, Duration::ZERO, false)).done().await.unwrap_err();
    took_short(start);
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.to_string().ends_with("/x: the upload stood still for 0.3 s"), "{error}");
    let error = session.post(path!["x"]).body(slow(1, Duration::ZERO, false)).done().await.unwrap_err();
    assert!(error.is_outcome_unknown() && error.is_timeout(), "{error}");
    // A service that reads everything and does not answer.
    service.faults().next("PUT /x", Fault::Stall);
    let start = Instant::now();
    assert!(
        session.put(path!["x"]).body(slow(1, Duration::ZERO, true)).done().await.unwrap_err().is_timeout()
    );
    took_short(start);
    // A service that does not read: large bytes are a stream too.
    let deaf = TcpListener::bind("127.0.0.1:0").unwrap();
    let session = Setup::new().impatient().fixed(&format!("http://{}", deaf.local_addr().unwrap()));
    let start = Instant::now();
    let error = session.put(path!["x"]).body(Body::bytes(vec![0; 64 << 20])).done().await.unwrap_err();
    assert!(error.is_timeout() && start.elapsed() < Duration::from_secs(5), "{error}");
}

#[tokio::test]
async fn a_body_that_cannot_be_opened_in_time() {
    let service = anybody();
    let session = Setup::new().impatient().fixed(&service.base());
    let never = Body::reopening(None, || Box::pin(std::future::pending()));
    let start = Instant::now();
    let error = session.post(path!["x"]).body(never).done().await.unwrap_err();
    took_short(start);
    assert_eq!((error.kind(), service.journal().connections()), (ErrorKind::Timeout, 0));
}

#[tokio::test]
async fn a_connection_that_is_not_made_in_time_was_never_used() {
    // Who speaks no TLS never greets us back.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let transport = Transport::new().with_connect_timeout(SHORT);
    let setup = Setup::new().transport(transport).retry(RetryPolicy::default().with_max_attempts(2));
    let session = setup.fixed(&format!("https://{}", silent.local_addr().unwrap()));
    let error = session.post(path!["x"]).done().await.unwrap_err();
    assert_eq!((error.kind(), setup.clock.sleeps().len()), (ErrorKind::Timeout, 1), "{error}");
    assert!(error.to_string().contains(": no connection in time"), "{error}");
}

#[tokio::test]
async fn patience_without_end_is_possible() {
    let service = anybody();
    let transport = Transport::new().with_call_timeout(Duration::MAX).with_idle_timeout(Duration::MAX);
    let session = Setup::new().transport(transport).fixed(&service.base());
    session.get(path!["x"]).done().await.unwrap();
    session.put(path!["x"]).body(slow(1, Duration::ZERO, true)).done().await.unwrap();
    session.get(path!["x"]).timeout(Duration::MAX).done().await.unwrap();
}
