//! What is tried again, how often, and after which wait.

use std::io::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use auth_core::retry::Backoff;
use auth_core::sim::{Fault, Reply};
use auth_core::{Body, BoxFuture, Clock, ErrorKind, ManualClock, Now, RetryPolicy, Session, path};
use futures_util::stream;
use http::Method;
use tokio::net::TcpSocket;

use crate::kit::{Setup, Vendor, anybody, nobody, serve};

const PASSING: [u16; 6] = [408, 429, 500, 502, 503, 504];

/// What breaks a reply, or keeps it from coming.
fn breaks() -> [Fault; 6] {
    [
        Fault::ResetBeforeReply,
        Fault::ResetBeforeReply.after_handling(),
        Fault::CloseBeforeReply,
        Fault::Truncate { after: 3 },
        Fault::ResetMidReply { after: 0 },
        Fault::ResetMidReply { after: 3 },
    ]
}

#[tokio::test]
async fn what_can_be_repeated_is_repeated() {
    let faults = PASSING.into_iter().map(Fault::status).chain(breaks());
    for fault in faults {
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            let (service, setup) = (anybody(), Setup::new());
            let session = setup.fixed(&service.base());
            service.faults().next("/x", fault.clone()).times(2);
            let reply = session.request(method.clone(), path!["x"]).text().await;
            assert_eq!(reply.unwrap(), r#"{"ok":true}"#, "{method} after {fault:?}");
            assert_eq!((service.journal().len(), service.faults().pending()), (3, 0), "{method} {fault:?}");
            assert_eq!(setup.clock.sleeps().len(), 2);
        }
    }
}

#[tokio::test]
async fn what_will_not_pass_is_not_repeated() {
    for status in [400, 403, 404, 405, 409, 410, 422, 501, 505] {
        let service = anybody();
        service.faults().next("GET /x", Fault::status(status));
        let error = Setup::new().fixed(&service.base()).get(path!["x"]).bytes().await.unwrap_err();
        assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Service, status));
        assert_eq!(service.journal().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn the_caller_can_say_otherwise() {
    let service = anybody();
    let session = Setup::new().fixed(&service.base());
    for fault in [Fault::status(503), Fault::ResetBeforeReply] {
        service.journal().clear();
        service.faults().next("POST /x", fault.clone());
        session.post(path!["x"]).idempotent(true).done().await.unwrap();
        assert_eq!(service.journal().count("POST /x"), 2, "{fault:?}");
    }
    service.faults().next("GET /x", Fault::status(503));
    let error = session.get(path!["x"]).idempotent(false).done().await.unwrap_err();
    assert_eq!((error.kind(), service.journal().count("GET /x")), (ErrorKind::Service, 1));
    service.faults().next("GET /x", Fault::ResetBeforeReply);
    let error = session.get(path!["x"]).idempotent(false).done().await.unwrap_err();
    assert_eq!((error.kind(), service.journal().count("GET /x")), (ErrorKind::OutcomeUnknown, 2));
}

#[tokio::test]
async fn who_has_a_rhythm_of_its_own_is_told_at_once() {
    for fault in [Fault::status(503), Fault::ResetBeforeReply, Fault::Truncate { after: 3 }] {
        let (service, setup) = (anybody(), Setup::new());
        let session = setup.fixed(&service.base());
        service.faults().next("POST /x", fault.clone());
        let error = session.post(path!["x"]).idempotent(true).once().bytes().await.unwrap_err();
        assert!(error.is_retryable() && !error.is_outcome_unknown(), "{fault:?}: {error}");
        assert_eq!((service.journal().len(), setup.clock.sleeps().len()), (1, 0), "{fault:?}");
    }
}

#[tokio::test]
async fn without_a_connection_everything_is_repeated() {
    let setup = Setup::new();
    let session = setup.fixed(&nobody());
    let error = session.post(path!["x"]).json(&1).done().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
    assert!(error.is_retryable() && error.to_string().contains(": no connection: "), "{error}");
    assert_eq!(setup.clock.sleeps().len(), 3);
    // Also when the body can be sent only once: not a byte of it was taken.
    let once = Body::once(None, stream::iter([Ok("abc".into())]));
    let error = session.post(path!["x"]).body(once).done().await.unwrap_err();
    assert_eq!((error.kind(), setup.clock.sleeps().len()), (ErrorKind::Transport, 6));
}

/// A clock at whose second sleep somebody begins to listen.
#[derive(Clone, Debug)]
struct Late {
    clock: ManualClock,
    socket: Arc<Mutex<Option<TcpSocket>>>,
    served: Arc<AtomicUsize>,
}

impl Clock for Late {
    fn now(&self) -> Now {
        self.clock.now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        if self.clock.sleeps().len() == 1 {
            let listener = self.socket.lock().unwrap().take().unwrap().listen(8).unwrap().into_std().unwrap();
            listener.set_nonblocking(false).unwrap();
            let served = Arc::clone(&self.served);
            serve(listener, move |mut stream| {
                served.fetch_add(1, Ordering::SeqCst);
                stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            });
        }
        self.clock.sleep(duration)
    }
}

#[tokio::test]
async fn who_listens_late_gets_a_write_once() {
    // Bound and not listening: the port is ours, and connections to it are refused.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let (setup, base) = (Setup::new(), format!("http://{}", socket.local_addr().unwrap()));
    let socket = Arc::new(Mutex::new(Some(socket)));
    let late = Late { clock: setup.clock.clone(), socket, served: Arc::default() };
    let builder = setup.builder(Vendor, &base).credential(setup.fixed_cache());
    let session = builder.build(&setup.transport, &setup.environment, Arc::new(late.clone())).unwrap();
    session.post(path!["x"]).json(&1).done().await.unwrap();
    assert_eq!((setup.clock.sleeps().len(), late.served.load(Ordering::SeqCst)), (2, 1));
}

#[tokio::test]
async fn no_answer_in_time_is_tried_again() {
    let service = anybody();
    let setup = Setup { retry: RetryPolicy::default(), ..Setup::new().impatient() };
    service.faults().next("GET /x", Fault::Stall);
    service.faults().next("GET /x", Fault::StallMidReply { after: 3 });
    setup.fixed(&service.base()).get(path!["x"]).done().await.unwrap();
    assert_eq!((service.journal().len(), setup.clock.sleeps().len()), (3, 2));
}

#[tokio::test]
async fn a_body_that_was_taken_is_not_sent_again() {
    let (service, setup) = (anybody(), Setup::new());
    let session = setup.fixed(&service.base());
    for fault in [Fault::status(503), Fault::ResetBeforeReply] {
        service.journal().clear();
        service.faults().next("PUT /x", fault);
        let once = Body::once(Some(3), stream::iter([Ok("abc".into())]));
        let error = session.put(path!["x"]).body(once).done().await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Service | ErrorKind::Transport), "{error}");
        assert_eq!((service.journal().len(), setup.clock.sleeps().len()), (1, 0));
    }
}

#[tokio::test]
async fn attempts_are_counted_and_the_last_error_is_the_answer() {
    for attempts in 1..=5 {
        let (service, setup) = (anybody(), Setup::new());
        let setup = setup.retry(RetryPolicy::default().with_max_attempts(attempts));
        service.faults().next("GET /x", Fault::status(500)).always();
        let error = setup.fixed(&service.base()).get(path!["x"]).bytes().await.unwrap_err();
        assert_eq!(error.status().unwrap(), 500);
        assert_eq!(service.journal().len(), attempts as usize);
    }
}

#[tokio::test]
async fn retry_after_is_obeyed_in_both_forms_up_to_a_cap() {
    let (service, setup) = (anybody(), Setup::new());
    let session = setup.fixed(&service.base());
    // The clock stands at 03:04:05, and moves with each sleep.
    for (header, seconds) in [
        ("7", 7),
        ("0", 0),
        ("Fri, 02 Jan 2026 03:04:32 GMT", 20),
        ("Fri, 02 Jan 2026 03:04:00 GMT", 0),
        ("3600", 60),
        ("Sat, 03 Jan 2026 00:00:00 GMT", 60),
        ("99999999999999999", 60),
    ] {
        let before = setup.clock.sleeps().len();
        service.faults().next("GET /x", Fault::Reply(Reply::empty(429).header("retry-after", header)));
        session.get(path!["x"]).done().await.unwrap();
        assert_eq!(setup.clock.sleeps()[before..], [Duration::from_secs(seconds)], "{header}");
    }
}

#[tokio::test]
async fn no_attempt_starts_after_the_deadline() {
    let (service, setup) = (anybody(), Setup::new());
    let policy = RetryPolicy::default().with_max_attempts(100).with_deadline(Duration::from_secs(10));
    let reply = Reply::empty(503).header("retry-after", "4");
    service.faults().next("GET /x", Fault::Reply(reply)).always();
    let session = setup.clone().retry(policy).fixed(&service.base());
    assert_eq!(session.get(path!["x"]).done().await.unwrap_err().status().unwrap(), 503);
    // After 0, 4 and 8 seconds; the next one would be after 12.
    assert_eq!((service.journal().len(), setup.clock.sleeps().len()), (3, 2));
}

/// How often a service is asked when so many calls fail one after another.
async fn asked(session: &Session<Vendor>, calls: usize) {
    for _ in 0..calls {
        assert!(session.get(path!["x"]).done().await.is_err());
    }
}

#[tokio::test]
async fn a_flood_of_failures_makes_at_most_a_fifth_more_requests() {
    let service = anybody();
    service.faults().next("GET /x", Fault::status(503)).always();
    let session = Setup::new().fixed(&service.base());
    asked(&session, 500).await;
    // Twenty retries are there at the beginning, and each call earns a fifth of one.
    let requests = service.journal().len();
    assert!((615..=620).contains(&requests), "{requests}");
    // Clones draw on the same budget, also side by side.
    let clones = (0..4).map(|_| {
        let session = session.clone();
        tokio::spawn(async move { asked(&session, 25).await })
    });
    futures_util::future::join_all(clones).await.into_iter().for_each(Result::unwrap);
    let more = service.journal().len() - requests;
    assert!((119..=121).contains(&more), "{more}");
    // When the service is well again, the next hiccup is retried.
    service.faults().clear();
    for _ in 0..5 {
        session.get(path!["x"]).done().await.unwrap();
    }
    service.faults().next("GET /x", Fault::status(503));
    session.get(path!["x"]).done().await.unwrap();
}

#[tokio::test]
async fn waits_have_full_jitter_from_the_seed() {
    async fn sleeps(seed: u64) -> Vec<Duration> {
        let (service, setup) = (anybody(), Setup::new());
        let environment = setup.environment.clone().with_seed(seed);
        let (first, longest) = (Duration::from_secs(1), Duration::from_secs(4));
        let policy =
            RetryPolicy::default().with_max_attempts(9).with_backoff(Backoff::Exponential { first, longest });
        let setup = setup.environment(environment).retry(policy);
        service.faults().next("GET /x", Fault::status(500)).always();
        setup.fixed(&service.base()).get(path!["x"]).done().await.unwrap_err();
        setup.clock.sleeps()
    }
    let (one, same, other) = (sleeps(1).await, sleeps(1).await, sleeps(2).await);
    assert_eq!(one, same);
    assert_ne!(one, other);
    let ceilings = [1, 2, 4, 4, 4, 4, 4, 4].map(Duration::from_secs);
    assert!(one.len() == 8 && one.iter().zip(ceilings).all(|(wait, ceiling)| *wait < ceiling), "{one:?}");
    assert!(one.iter().any(|wait| *wait < Duration::from_secs(2)), "anything from zero: {one:?}");
}
