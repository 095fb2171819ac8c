//! The only call before a token: the cluster's clock.

use std::time::Duration;

use auth_core::sim::{Fault, Reply, Request, Simulator};
use cortex::sim::Sim;
use cortex::{ErrorKind, RetryPolicy, Transport};
use serde_json::json;

use crate::common::*;
use crate::{INFO, LIST, count, list, seconds};

#[tokio::test]
async fn the_clock_call_stays_on_its_host() {
    let stranger =
        Simulator::start(|_: &Request| Reply::json(200, json!({"serverTs": 1_u64 << 41}))).unwrap();
    for status in [301, 302, 303, 307, 308] {
        let (sim, _, client) = signed_in();
        sim.server()
            .faults()
            .next(INFO, Fault::redirect(status, &format!("{}/fabric/v4/info", stranger.base())));
        let error = list(&client).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Redirect, "{error}");
        assert!(stranger.journal().is_empty() && sim.tokens_seen() == 0);
    }
    let (sim, _, client) = signed_in();
    sim.server().faults().next(INFO, Fault::redirect(307, "/fabric/v4/info"));
    list(&client).await.unwrap();
    assert_eq!(count(&sim, INFO), 2, "within the host a redirect is followed");
}

#[tokio::test]
async fn the_clock_is_that_of_the_configs_cluster_and_gets_no_token() {
    let (home, elsewhere) = (Sim::with_clock(clock()).unwrap(), Sim::with_clock(clock()).unwrap());
    let client = client_of(&home, &clock()).api_endpoint(elsewhere.base()).build().unwrap();
    list(&client).await.unwrap();
    assert_eq!((count(&home, INFO), count(&elsewhere, INFO)), (1, 0));
    assert_eq!((home.server().journal().len(), count(&elsewhere, LIST)), (1, 1));
    assert!(home.server().journal().last().unwrap().header("authorization").is_none());
}

#[tokio::test]
async fn clocks_that_do_not_tell_the_time() {
    for (fault, kind, retryable) in [
        (Fault::not_json(), ErrorKind::Reply, false),
        (Fault::Reply(Reply::json(200, json!({"version": "6"}))), ErrorKind::Reply, false),
        (Fault::Reply(Reply::json(200, json!({"serverTs": "1700000000999"}))), ErrorKind::Reply, false),
        (Fault::Reply(Reply::json(200, json!([1]))), ErrorKind::Reply, false),
        (Fault::status(404), ErrorKind::Service, false),
        (Fault::status(401), ErrorKind::Service, false),
        (Fault::status(503), ErrorKind::TokenUnavailable, true),
        (Fault::ResetBeforeReply, ErrorKind::Transport, true),
        (Fault::Truncate { after: 5 }, ErrorKind::Transport, true),
    ] {
        let (sim, _, client) = signed_in();
        sim.server().faults().next(INFO, fault.clone()).always();
        let error = list(&client).await.unwrap_err();
        assert_eq!((error.kind(), error.is_retryable()), (kind, retryable), "{fault:?}: {error}");
        assert!(error.to_string().contains("no Cortex token could be signed"), "{error}");
        assert_eq!(count(&sim, LIST), 0);
    }
}

#[tokio::test]
async fn a_clock_that_hiccups_is_asked_again() {
    let (sim, clock, client) = signed_in();
    sim.server().faults().next(INFO, Fault::ResetBeforeReply);
    sim.server().faults().next(INFO, Fault::Reply(Reply::empty(503).header("retry-after", "7")));
    list(&client).await.unwrap();
    assert_eq!((count(&sim, INFO), sim.tokens_seen()), (3, 1));
    assert!(clock.sleeps().contains(&seconds(7)));
}

#[tokio::test]
async fn a_sick_cluster_still_tells_the_time() {
    let (sim, _, client) = signed_in();
    let sick = Reply::json(
        503,
        json!({"serverTs": NOW * 1000, "healths": [{"name": "accounts", "healthy": false}]}),
    );
    sim.server().faults().next(INFO, Fault::Reply(sick));
    list(&client).await.unwrap();
    assert_eq!(count(&sim, INFO), 1);
}

#[tokio::test]
async fn nothing_waits_for_ever() {
    let (sim, clock, _) = signed_in();
    let short = Transport::new()
        .with_call_timeout(Duration::from_millis(60))
        .with_idle_timeout(Duration::from_millis(60));
    let client = client_of(&sim, &clock).transport(short).retry(RetryPolicy::never()).build().unwrap();
    sim.server().faults().next(INFO, Fault::Stall);
    assert_eq!(list(&client).await.unwrap_err().kind(), ErrorKind::Timeout);
    clock.advance(seconds(60));
    sim.server().faults().next(LIST, Fault::Stall);
    assert_eq!(list(&client).await.unwrap_err().kind(), ErrorKind::Timeout);
    sim.put_content("p1", "k", vec![7; 100_000]);
    sim.server().faults().next("GET /fabric/v4/projects/p1/content/k", Fault::StallMidReply { after: 10 });
    let stream = client.content().download("k").stream().await.unwrap();
    let read: cortex::Result<Vec<_>, _> = futures_util::TryStreamExt::try_collect(stream).await;
    assert_eq!(read.unwrap_err().kind(), ErrorKind::Timeout);
}
