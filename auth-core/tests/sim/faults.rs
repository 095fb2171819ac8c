//! Every fault as a client sees it, and whether the handler has run.

use std::io::{ErrorKind, Read as _, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use auth_core::sim::{Fault, Gate, Reply, Request, Simulator};

use crate::raw::{connect, get, kept, read_head, read_one, read_to_end, request, send};

const BODY: &str = "0123456789";

/// A simulator that answers `0123456789` and counts how often its handler has run.
fn counting() -> (Simulator, Arc<AtomicUsize>) {
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    let handler = move |_: &Request| {
        counted.fetch_add(1, Ordering::SeqCst);
        Reply::text(200, BODY)
    };
    (Simulator::start(handler).unwrap(), runs)
}

/// What a client sees of a fault: the body (`None` without even a head), and how the connection ended.
fn seen(fault: Fault) -> (Option<String>, Option<ErrorKind>, usize) {
    let (simulator, runs) = counting();
    simulator.faults().next("POST /x", fault);
    let outcome = send(&simulator, request("POST", "/x", "", "a=b"));
    assert_eq!(simulator.faults().pending(), 0);
    assert_eq!(simulator.journal().last().unwrap().body().as_ref(), b"a=b");
    let body = (!outcome.bytes.is_empty()).then(|| outcome.text());
    (body, outcome.error, runs.load(Ordering::SeqCst))
}

#[test]
fn replies_that_are_cut() {
    let reset = Some(ErrorKind::ConnectionReset);
    let part = |text: &str| Some(text.to_owned());
    for (fault, body, error, runs) in [
        (Fault::ResetBeforeReply, None, reset, 0),
        (Fault::ResetBeforeReply.after_handling(), None, reset, 1),
        (Fault::CloseBeforeReply, None, None, 0),
        (Fault::CloseBeforeReply.after_handling(), None, None, 1),
        (Fault::ResetMidReply { after: 0 }, part(""), reset, 1),
        (Fault::ResetMidReply { after: 4 }, part("0123"), reset, 1),
        (Fault::ResetMidReply { after: 4 }.after_handling(), part("0123"), reset, 1),
        (Fault::ResetMidReply { after: 99 }, part(BODY), reset, 1),
        (Fault::Truncate { after: 0 }, part(""), None, 1),
        (Fault::Truncate { after: 4 }, part("0123"), None, 1),
        (Fault::CloseAfterReply, part(BODY), None, 1),
        (Fault::Delay(Duration::from_millis(1)), part(BODY), None, 1),
        (Fault::Delay(Duration::from_millis(1)).after_handling(), part(BODY), None, 1),
        (Fault::ResetMidRequest { after: 1 }, None, reset, 0),
    ] {
        assert_eq!(seen(fault.clone()), (body, error, runs), "{fault:?}");
    }
}

#[test]
fn a_truncated_reply_announces_more_than_it_has() {
    let (simulator, _) = counting();
    simulator.faults().next("GET /", Fault::Truncate { after: 3 });
    let outcome = send(&simulator, get("/"));
    assert_eq!((outcome.header("content-length").as_deref(), outcome.text().as_str()), (Some("10"), "012"));
}

#[test]
fn a_chunked_reply_is_truncated_without_its_last_chunk() {
    let simulator =
        Simulator::start(|_: &Request| Reply::stream(200, || ["abc".into(), "def".into()])).unwrap();
    simulator.faults().next("GET /", Fault::Truncate { after: 4 });
    assert_eq!(send(&simulator, get("/")).text(), "3\r\nabc\r\n1\r\nd\r\n");
    assert_eq!(send(&simulator, get("/")).text(), "3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n");
}

#[test]
fn an_empty_reply_can_be_cut_too() {
    let simulator = Simulator::start(|_: &Request| Reply::empty(204)).unwrap();
    simulator.faults().next("DELETE /", Fault::ResetMidReply { after: 0 });
    let outcome = send(&simulator, kept("DELETE", "/"));
    assert_eq!((outcome.status(), outcome.error), (204, Some(ErrorKind::ConnectionReset)));
}

#[test]
fn a_reset_loses_nothing_that_was_sent_before_it() {
    let total = 8 << 20;
    let simulator = Simulator::start(move |_: &Request| Reply::repeat("ab", total)).unwrap();
    simulator.faults().next("GET /", Fault::ResetMidReply { after: 50_001 });
    let outcome = send(&simulator, get("/"));
    assert_eq!((outcome.body().len(), outcome.error), (50_001, Some(ErrorKind::ConnectionReset)));
}

#[test]
fn stalls_last_until_the_simulator_stops() {
    for (fault, body, runs) in [
        (Fault::Stall, None, 0),
        (Fault::Stall.after_handling(), None, 1),
        (Fault::StallMidReply { after: 0 }, Some(""), 1),
        (Fault::StallMidReply { after: 4 }, Some("0123"), 1),
    ] {
        let (simulator, ran) = counting();
        simulator.faults().next("GET /", fault.clone());
        let mut stream = connect(&simulator, Duration::from_secs(10));
        stream.write_all(get("/").as_bytes()).unwrap();
        if let Some(body) = body {
            assert_eq!(read_head(&mut stream).header("content-length").as_deref(), Some("10"));
            let mut part = vec![0; body.len()];
            stream.read_exact(&mut part).unwrap();
            assert_eq!(part, body.as_bytes(), "{fault:?}");
        }
        stream.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
        assert_eq!(stream.read(&mut [0; 1]).unwrap_err().kind(), ErrorKind::WouldBlock, "{fault:?}");
        while ran.load(Ordering::SeqCst) < runs || simulator.journal().is_empty() {
            std::thread::yield_now();
        }
        assert_eq!(ran.load(Ordering::SeqCst), runs, "{fault:?}");
        let start = Instant::now();
        drop(simulator);
        assert!(start.elapsed() < Duration::from_millis(1900), "it waited for the stalled request");
        let outcome = read_to_end(stream);
        assert_eq!((outcome.bytes.len(), outcome.error), (0, None), "{fault:?}");
    }
}

#[test]
fn a_request_can_be_cut_while_it_is_sent() {
    let (simulator, runs) = counting();
    simulator.faults().next("PUT /big", Fault::ResetMidRequest { after: 1_000_000 });
    let mut stream = connect(&simulator, Duration::from_secs(10));
    write!(stream, "PUT /big HTTP/1.1\r\nHost: sim\r\nContent-Length: 1000000000\r\n\r\n").unwrap();
    let error = std::iter::repeat_with(|| stream.write_all(&[7; 65_536])).find_map(Result::err).unwrap();
    assert!(matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe), "{error}");
    let cut = simulator.journal().last().unwrap();
    assert!((1_000_000..10_000_000).contains(&cut.body_len()) && !cut.is_complete());
    assert_eq!(runs.load(Ordering::SeqCst), 0);
}

#[test]
fn replies_of_others_leave_the_connection_open() {
    let (simulator, runs) = counting();
    let faults = simulator.faults();
    faults.next("GET /", Fault::Reply(Reply::empty(429).header("retry-after", "7")));
    faults.next("GET /", Fault::redirect(302, "/login"));
    faults.next("GET /", Fault::not_json());
    faults.next("GET /", Fault::status(503).after_handling());
    let mut stream = connect(&simulator, Duration::from_secs(10));
    let mut ask = || {
        stream.write_all(kept("GET", "/").as_bytes()).unwrap();
        let outcome = read_one(&mut stream);
        (outcome.status(), outcome)
    };
    assert_eq!(ask().1.header("retry-after").as_deref(), Some("7"));
    let (status, outcome) = ask();
    assert_eq!((status, outcome.header("location").as_deref()), (302, Some("/login")));
    let (status, outcome) = ask();
    assert_eq!((status, outcome.header("content-type").as_deref()), (200, Some("text/html; charset=utf-8")));
    assert_eq!(runs.load(Ordering::SeqCst), 0);
    assert_eq!((ask().0, runs.load(Ordering::SeqCst)), (503, 1));
    assert_eq!((ask().1.text().as_str(), simulator.journal().connections()), (BODY, 1));
}

#[test]
fn a_kept_connection_is_closed_without_a_word() {
    let (simulator, _) = counting();
    simulator.faults().next("GET /", Fault::CloseAfterReply);
    let mut stream = connect(&simulator, Duration::from_secs(10));
    stream.write_all(kept("GET", "/").as_bytes()).unwrap();
    let outcome = read_to_end(stream);
    assert_eq!((outcome.text().as_str(), outcome.error), (BODY, None));
    assert_eq!(outcome.header("connection"), None);
}

#[test]
fn a_delay_and_a_gate_hold_the_handler_back() {
    let (simulator, runs) = counting();
    simulator.faults().next("GET /slow", Fault::Delay(Duration::from_millis(80)));
    let start = Instant::now();
    assert_eq!(send(&simulator, get("/slow")).status(), 200);
    assert!(start.elapsed() >= Duration::from_millis(80));

    let gate = Gate::new();
    simulator.faults().next("GET /held", Fault::Hold(gate.clone())).always();
    let mut waiting: Vec<_> = (0..3).map(|_| connect(&simulator, Duration::from_secs(10))).collect();
    for stream in &mut waiting {
        stream.write_all(get("/held").as_bytes()).unwrap();
    }
    // Others are served meanwhile.
    assert_eq!(send(&simulator, get("/other")).status(), 200);
    assert_eq!(runs.load(Ordering::SeqCst), 2);
    gate.open();
    for stream in waiting {
        assert_eq!(read_to_end(stream).status(), 200);
    }
    assert_eq!((send(&simulator, get("/held")).status(), runs.load(Ordering::SeqCst)), (200, 6));
}

#[test]
fn faults_happen_to_whom_and_when_they_are_planned() {
    let (simulator, _) = counting();
    let faults = simulator.faults();
    faults.next("GET /a/*", Fault::status(501)).skip(1).times(2);
    faults.next("GET /a/*", Fault::status(502));
    faults.next("POST /a/*", Fault::status(503)).always();
    assert_eq!(faults.pending(), 3);
    let status = |method, target| send(&simulator, request(method, target, "", "")).status();
    let got: Vec<u16> = (0..5).map(|_| status("GET", "/a/1")).collect();
    assert_eq!(got, [502, 501, 501, 200, 200]);
    assert_eq!((status("GET", "/a"), status("POST", "/a/1"), status("POST", "/a/2")), (200, 503, 503));
    assert_eq!(faults.pending(), 0);
    faults.clear();
    assert_eq!(status("POST", "/a/1"), 200);
}
