//! When a token is signed, and how often.

use std::time::Duration;

use auth_core::sim::{Fault, Gate};
use auth_core::{Claims, Timestamp};
use cortex::ErrorKind;
use cortex::sim::Sim;
use futures_util::future::join_all;

use crate::common::*;
use crate::{INFO, LIST, count, list, seconds};

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
