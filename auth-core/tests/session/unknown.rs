//! Requests that change something: sent once, and honest about what is not known.

use std::time::Duration;

use auth_core::sim::{Fault, Reply, Request, Simulator};
use auth_core::{Clock as _, ErrorKind, SystemClock, path};
use http::Method;

use crate::kit::{Setup, anybody};

#[tokio::test]
async fn a_clear_answer_is_the_services_error() {
    for status in [429, 500, 501, 503] {
        let (service, setup) = (anybody(), Setup::new());
        service.faults().next("POST /x", Fault::status(status)).always();
        let error = setup.fixed(&service.base()).post(path!["x"]).json(&1).done().await.unwrap_err();
        assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Service, status));
        assert!(!error.is_outcome_unknown());
        assert_eq!((service.journal().len(), setup.clock.sleeps().len()), (1, 0), "{status}");
    }
}

#[tokio::test]
async fn an_unclear_answer_is_not_repeated_and_keeps_its_status() {
    for method in [Method::POST, Method::PATCH] {
        for status in [408, 502, 504] {
            let (service, setup) = (anybody(), Setup::new());
            let reply = Reply::text(status, "gave up").header("x-request-id", "r-1");
            service.faults().next("/x", Fault::Reply(reply).after_handling()).always();
            let session = setup.fixed(&service.base());
            let error = session.request(method.clone(), path!["x"]).json(&1).done().await.unwrap_err();
            assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::OutcomeUnknown, status));
            assert_eq!(error.request_id(), Some("r-1"));
            assert!(error.is_outcome_unknown() && !error.is_retryable());
            assert!(error.to_string().contains("gave up"), "{error}");
            assert_eq!((service.journal().len(), setup.clock.sleeps().len()), (1, 0), "{status}");
        }
    }
}

#[tokio::test]
async fn a_lost_reply_is_not_repeated() {
    let broken = "the connection broke";
    for (fault, status, words) in [
        (Fault::ResetBeforeReply, None, broken),
        (Fault::ResetBeforeReply.after_handling(), None, broken),
        (Fault::CloseBeforeReply, None, broken),
        (Fault::ResetMidRequest { after: 1 }, None, broken),
        (Fault::ResetMidReply { after: 3 }, Some(201), "the reply broke off"),
        (Fault::Truncate { after: 3 }, Some(201), "the reply broke off"),
        (Fault::Stall, None, "no answer within 0.3 s"),
        (Fault::Stall.after_handling(), None, "no answer within 0.3 s"),
        (Fault::StallMidReply { after: 3 }, Some(201), "0.3 s"),
    ] {
        let service = Simulator::start(|_: &Request| Reply::text(201, "created")).unwrap();
        let setup = Setup::new();
        let session = Setup { retry: setup.retry, ..setup.clone().impatient() }.fixed(&service.base());
        service.faults().next("POST /x", fault.clone()).always();
        let error = session.post(path!["x"]).json(&"a body").bytes().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{fault:?}");
        assert!(error.to_string().contains(words), "{fault:?}: {error}");
        assert_eq!(error.status().map(|status| status.as_u16()), status, "{fault:?}");
        assert_eq!(error.is_timeout(), words.contains("0.3 s"), "{fault:?}");
        assert_eq!((service.journal().len(), setup.clock.sleeps().len()), (1, 0), "{fault:?}");
    }
}

#[tokio::test]
async fn a_connection_that_was_closed_meanwhile_is_no_unknown_outcome() {
    let service = anybody();
    let session = Setup::new().fixed(&service.base());
    for round in 1..=5 {
        service.faults().next("GET /x", Fault::CloseAfterReply);
        session.get(path!["x"]).done().await.unwrap();
        // The close needs a moment to arrive.
        SystemClock::new().sleep(Duration::from_millis(50)).await;
        session.post(path!["x"]).json(&round).done().await.unwrap();
    }
    assert_eq!((service.journal().len(), service.journal().connections()), (10, 6));
}
