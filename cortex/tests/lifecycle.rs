//! The life of a token and of a request (contract section 5), by clocks that are moved by hand.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::time::Duration;

use auth_core::sim::{Fault, Gate, Reply, Request, Simulator};
use auth_core::{Claims, Timestamp};
use common::*;
use cortex::sim::{Refusal, Sim};
use cortex::{Client, CredentialKind, Environment, Error, ErrorKind, RetryPolicy, Transport};
use futures_util::future::join_all;
use serde_json::json;

const INFO: &str = "GET /fabric/v4/info";
const LIST: &str = "GET /fabric/v4/projects/p1/content";

fn count(sim: &Sim, pattern: &str) -> usize {
    sim.server().journal().count(pattern)
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

async fn list(client: &Client) -> cortex::Result<()> {
    client.content().list().send().await.map(drop)
}

// Tokens

#[tokio::test]
async fn nothing_is_sent_before_the_first_call_and_all_calls_share_a_token() {
    let (sim, _, client) = signed_in();
    assert!(sim.server().journal().is_empty());
    list(&client).await.unwrap();
    client.with_project("p2").content().list().send().await.unwrap();
    client.clone().content().exists("k").await.unwrap();
    assert_eq!((count(&sim, INFO), sim.tokens_seen()), (1, 1));
}

#[tokio::test]
async fn a_token_is_renewed_thirty_seconds_before_its_end() {
    let (sim, clock, client) = signed_in();
    list(&client).await.unwrap();
    clock.advance(seconds(77));
    list(&client).await.unwrap();
    assert_eq!(sim.tokens_seen(), 1, "still fresh");
    clock.advance(seconds(14));
    list(&client).await.unwrap();
    assert_eq!((sim.tokens_seen(), count(&sim, INFO)), (2, 2), "inside the leeway");
    clock.advance(seconds(121));
    list(&client).await.unwrap();
    assert_eq!((sim.tokens_seen(), count(&sim, INFO)), (3, 3), "expired");
    assert_eq!(count(&sim, LIST), 4, "no call was rejected");
}

#[tokio::test]
async fn leeway_and_life_are_the_callers_to_set() {
    let (sim, clock, _) = signed_in();
    let client = client_of(&sim, &clock).token_life(seconds(1000)).leeway(seconds(100)).build().unwrap();
    list(&client).await.unwrap();
    clock.advance(seconds(799));
    list(&client).await.unwrap();
    assert_eq!(sim.tokens_seen(), 1);
    clock.advance(seconds(102));
    list(&client).await.unwrap();
    assert_eq!(sim.tokens_seen(), 2);
    let error = client_of(&sim, &clock).token_life(Duration::from_millis(999)).build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

#[tokio::test]
async fn all_claims_are_by_the_clusters_clock_and_the_life_counts_from_receipt() {
    for skew in [-3600, -1, 0, 1, 3600, 400_000_000] {
        let (sim, clock, client) = signed_in();
        sim.skew(skew);
        list(&client).await.unwrap();
        let token = client.access_token().await.unwrap();
        let claims = Claims::decode(&token).unwrap();
        let time = |name: &str| claims.get(name).unwrap().as_i64().unwrap();
        assert_eq!([time("iat"), time("nbf"), time("exp")], [NOW + skew, NOW + skew, NOW + skew + 120]);
        clock.advance(seconds(77));
        list(&client).await.unwrap();
        assert_eq!(sim.tokens_seen(), 1, "skew {skew}: not renewed early");
        clock.advance(seconds(14));
        list(&client).await.unwrap();
        assert_eq!(
            (sim.tokens_seen(), count(&sim, LIST)),
            (2, 3),
            "skew {skew}: renewed in time, never rejected"
        );
    }
}

#[tokio::test]
async fn the_part_of_a_second_that_the_claims_cut_off_is_no_life() {
    let clock = auth_core::ManualClock::at(Timestamp::from_unix_millis(NOW * 1000 + 999));
    let sim = Sim::with_clock(clock.clone()).unwrap();
    let client = client_of(&sim, &clock).leeway(Duration::ZERO).build().unwrap();
    list(&client).await.unwrap();
    // The token ends here by the cluster's clock, 119.001 s after its receipt.
    clock.advance(Duration::from_millis(119_001));
    list(&client).await.unwrap();
    assert_eq!((sim.tokens_seen(), count(&sim, LIST)), (2, 2));
}

#[tokio::test]
async fn concurrent_callers_cause_one_exchange() {
    let (sim, _, client) = signed_in();
    let gate = Gate::new();
    sim.server().faults().next(INFO, Fault::Hold(gate.clone()));
    let calls = join_all((0..50).map(|_| list(&client)));
    let open = async {
        sim.server().journal().wait_for(INFO, 1, seconds(10)).await;
        gate.open();
    };
    let (results, ()) = futures_util::future::join(calls, open).await;
    assert!(results.iter().all(Result::is_ok));
    assert_eq!((count(&sim, INFO), sim.tokens_seen(), count(&sim, LIST)), (1, 1, 50));
}

#[tokio::test]
async fn concurrent_rejections_cause_one_renewal() {
    let (sim, _, client) = signed_in();
    list(&client).await.unwrap();
    sim.revoke_all();
    let results = join_all((0..20).map(|_| list(&client))).await;
    assert!(results.iter().all(Result::is_ok));
    assert_eq!((sim.tokens_seen(), count(&sim, INFO)), (2, 2));
}

#[tokio::test]
async fn a_failed_renewal_does_no_harm_while_the_token_is_good() {
    let (sim, clock, client) = signed_in();
    list(&client).await.unwrap();
    sim.server().faults().next(INFO, Fault::status(404)).always();
    clock.advance(seconds(95));
    list(&client).await.unwrap();
    clock.advance(seconds(30));
    let error = list(&client).await.unwrap_err();
    assert!(error.to_string().contains("clock could not be read"), "{error}");
    // And no failure is final.
    sim.server().faults().clear();
    clock.advance(seconds(31));
    list(&client).await.unwrap();
}

// Rejections

const REFUSALS: [Refusal; 5] = [
    Refusal::Redirect,
    Refusal::BareRedirect,
    Refusal::Header(200),
    Refusal::Header(500),
    Refusal::Unauthorized,
];

#[tokio::test]
async fn a_rejected_token_is_signed_anew_once_and_the_call_replayed() {
    for refusal in REFUSALS {
        let (sim, _, client) = signed_in();
        sim.refuse_by(refusal);
        list(&client).await.unwrap();
        sim.revoke_all();
        client.content().upload("k", "data").await.unwrap();
        assert_eq!((sim.tokens_seen(), count(&sim, INFO)), (2, 2), "{refusal:?}");
        assert_eq!(count(&sim, "POST /fabric/v4/projects/p1/content"), 2, "{refusal:?}");

        sim.revoke_key();
        sim.server().journal().clear();
        let error = list(&client).await.unwrap_err();
        let Error::Refused { credential, .. } = &error else { panic!("{refusal:?}: {error:?}") };
        assert_eq!(*credential, CredentialKind::PersonalAccessConfig);
        assert!(error.is_auth() && !error.is_retryable() && !error.is_expired());
        assert_eq!((count(&sim, LIST), count(&sim, INFO)), (2, 1), "{refusal:?}: not a third time");
        let has_reason = refusal != Refusal::BareRedirect;
        assert_eq!(error.to_string().contains("unknown key"), has_reason, "{error}");
    }
}

#[tokio::test]
async fn a_rejected_static_token_is_a_distinguishable_error_at_once() {
    for refusal in REFUSALS {
        let (sim, clock, _) = signed_in();
        sim.refuse_by(refusal);
        let token = sim.token(seconds(600)).unwrap();
        let client = Client::builder()
            .environment(Environment::empty())
            .clock(clock)
            .token(token)
            .api_endpoint(sim.base())
            .project("p1")
            .build()
            .unwrap();
        list(&client).await.unwrap();
        sim.revoke_all();
        let error = list(&client).await.unwrap_err();
        let Error::Refused { credential, .. } = &error else { panic!("{refusal:?}: {error:?}") };
        assert_eq!(*credential, CredentialKind::Token);
        assert!(error.is_auth() && error.to_string().contains("the given token is not accepted"), "{error}");
        assert_eq!((count(&sim, LIST), count(&sim, INFO)), (2, 0), "{refusal:?}");
    }
}

#[tokio::test]
async fn a_static_token_that_expires_on_the_way_is_not_sent_any_more() {
    let (sim, clock, _) = signed_in();
    let client = Client::builder()
        .environment(Environment::empty())
        .clock(clock.clone())
        .message(sim.message("p1").unwrap())
        .unwrap()
        .build()
        .unwrap();
    // Used to its very end.
    clock.advance(seconds(24 * 3600 - 1));
    list(&client).await.unwrap();
    clock.advance(seconds(1));
    let error = list(&client).await.unwrap_err();
    assert!(error.is_expired() && error.is_auth() && error.status().is_none(), "{error:?}");
    assert_eq!(count(&sim, LIST), 1);
}

#[tokio::test]
async fn an_upload_that_can_be_read_only_once_is_not_replayed() {
    let (sim, _, client) = signed_in();
    list(&client).await.unwrap();
    sim.revoke_all();
    let stream = futures_util::stream::iter([Ok(bytes::Bytes::from("data"))]);
    let error = client.content().upload("k", cortex::Upload::stream(Some(4), stream)).await.unwrap_err();
    assert!(matches!(error, Error::Refused { .. }));
    assert_eq!(count(&sim, "POST /fabric/v4/projects/p1/content"), 1);
    // The rejected token is gone all the same.
    list(&client).await.unwrap();
    assert_eq!((sim.tokens_seen(), count(&sim, LIST)), (2, 2));
}

// The clock call

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

// Requests

#[tokio::test]
async fn reads_are_retried_and_writes_are_not() {
    let (sim, clock, client) = signed_in();
    sim.put_content("p1", "k", "data");
    let busy = || Fault::Reply(Reply::empty(503).header("retry-after", "9"));
    sim.server().faults().next(LIST, busy());
    list(&client).await.unwrap();
    assert!(clock.sleeps().contains(&seconds(9)));
    sim.server().faults().next(LIST, Fault::Reply(Reply::empty(429).header("retry-after", "11")));
    list(&client).await.unwrap();
    assert!(clock.sleeps().contains(&seconds(11)));
    sim.server().faults().next("DELETE /fabric/v4/projects/p1/content/k", Fault::ResetBeforeReply);
    client.content().delete("k").await.unwrap();

    let post = "POST /fabric/v4/projects/p1/content";
    sim.server().faults().next(post, busy());
    let error = client.content().upload("k", "data").await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), count(&sim, post)), (503, 1));
    assert!(error.is_retryable() && !error.is_outcome_unknown());
}

#[tokio::test]
async fn exhausted_retries_keep_status_and_words() {
    let (sim, _, client) = signed_in();
    sim.server()
        .faults()
        .next(LIST, Fault::Reply(Reply::json(502, json!({"message": "no upstream"}))))
        .always();
    let error = list(&client).await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), count(&sim, LIST)), (502, 4));
    assert!(error.to_string().contains("no upstream"), "{error}");
}

#[tokio::test]
async fn a_lost_reply_of_a_write_is_not_repeated() {
    for fault in
        [Fault::ResetBeforeReply, Fault::CloseBeforeReply, Fault::status(504), Fault::Truncate { after: 3 }]
    {
        let (sim, _, client) = signed_in();
        let post = "POST /fabric/v4/projects/p1/content/k";
        sim.server().faults().next(post, fault.clone().after_handling());
        let error = client.content().upload_streaming("k", "data").await.unwrap_err();
        assert!(error.is_outcome_unknown() && !error.is_retryable(), "{fault:?}: {error:?}");
        assert_eq!(count(&sim, post), 1, "{fault:?}");
        assert_eq!(sim.content("p1", "k").unwrap(), "data");
    }
}

#[tokio::test]
async fn calls_follow_no_redirect() {
    let stranger = Simulator::start(|_: &Request| Reply::text(200, "login page")).unwrap();
    for status in [301, 303, 307, 308] {
        for to in [format!("{}/x", stranger.base()), "/elsewhere".to_owned()] {
            let (sim, _, client) = signed_in();
            sim.server().faults().next("GET /fabric/v4/projects/p1/content/k", Fault::redirect(status, &to));
            let error = client.content().download("k").bytes().await.unwrap_err();
            assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Redirect, status));
            assert_eq!(count(&sim, "GET /elsewhere"), 0);
        }
    }
    assert!(stranger.journal().is_empty());
}

#[tokio::test]
async fn no_netrc_and_no_slashes_too_many() {
    let (sim, clock, _) = signed_in();
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join(".netrc"), "machine 127.0.0.1 login a password b\n").unwrap();
    let env = Environment::empty().with_home(home.path()).with_var("CORTEX_URI", format!("{}/", sim.base()));
    let client = client_of(&sim, &clock).environment(env).build().unwrap();
    list(&client).await.unwrap();
    let sent = sim.server().journal().last().unwrap();
    assert!(sent.bearer().is_some() && sent.path() == "/fabric/v4/projects/p1/content", "{sent:?}");
}

#[tokio::test]
async fn replies_that_are_not_what_they_should_be() {
    let (sim, _, client) = signed_in();
    sim.server().faults().next(LIST, Fault::not_json());
    assert_eq!(list(&client).await.unwrap_err().kind(), ErrorKind::Reply);
    sim.server()
        .faults()
        .next(LIST, Fault::Reply(Reply::json(200, json!({"success": false, "error": "nope"}))));
    let error = list(&client).await.unwrap_err();
    assert!(matches!(error, Error::Api(_)) && error.to_string().contains("nope"), "{error:?}");
    let error = client.with_project("p9").content().list().send().await.unwrap_err();
    assert!(error.is_not_found() && error.to_string().contains("Project p9 not found"), "{error}");
}
