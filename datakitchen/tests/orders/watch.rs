use std::time::Duration;

use auth_core::sim::{Fault, Reply};
use datakitchen::api::{NodeStatus, OrderRunHandle, OrderRunStatus, RunChange};
use datakitchen::sim::RunPlan;
use datakitchen::{Error, ErrorKind, Wait};
use futures_util::{StreamExt as _, TryStreamExt as _};
use serde_json::json;

use crate::common::World;

const DETAILS: &str = "POST /v2/order/details/*";

fn every(seconds: u64) -> Wait {
    Wait::new(Duration::from_secs(seconds), Duration::from_secs(3600))
}

/// A run that has just begun.
async fn run(world: &World) -> OrderRunHandle {
    let kitchen = world.client().kitchen("K1");
    let order = kitchen.recipe("R1").variation("v1").order().await.unwrap();
    world.clock.advance(Duration::from_secs(1));
    let run = kitchen.order(order.id().unwrap()).newest_run().await.unwrap().unwrap();
    world.journal().clear();
    kitchen.order_run(run.id.unwrap())
}

fn waits(world: &World) -> Vec<u64> {
    world.clock.sleeps().iter().map(Duration::as_secs).collect()
}

#[tokio::test]
async fn each_change_is_told_once_and_the_end_is_the_end() {
    let world = World::new();
    let run = run(&world).await;
    let changes: Vec<RunChange> = run.watch(every(2)).try_collect().await.unwrap();
    let told: Vec<(String, usize, String)> = changes
        .iter()
        .map(|change| (change.status.to_string(), change.nodes_over(), change.running().join(",")))
        .collect();
    let told: Vec<(&str, usize, &str)> =
        told.iter().map(|(status, over, running)| (status.as_str(), *over, running.as_str())).collect();
    assert_eq!(
        told,
        [
            ("PLANNED_SERVING", 0, ""),
            ("ACTIVE_SERVING", 0, "extract"),
            ("ACTIVE_SERVING", 1, "transform"),
            ("ACTIVE_SERVING", 2, "load"),
            ("COMPLETED_SERVING", 3, ""),
        ]
    );
    assert_eq!(changes[2].changed.get("extract"), Some(&NodeStatus::Completed));
    assert_eq!((changes[2].changed.len(), changes[2].nodes()), (2, 3));
    // 64 seconds, and the first question at once.
    assert_eq!(world.journal().count(DETAILS), 33);
    assert!(waits(&world).iter().all(|wait| *wait == 2));
}

#[tokio::test]
async fn a_failure_is_an_end_and_no_error() {
    let world = World::new();
    world.sim.set_run_plan(RunPlan { fails_at: Some("transform".into()), ..RunPlan::default() });
    let run = run(&world).await;
    assert_eq!(run.wait(every(10)).await.unwrap(), OrderRunStatus::Error);
    let resumed = run.resume().await.unwrap();
    assert_eq!(resumed.order_id.as_deref(), Some("o-1"));
    assert_eq!(run.get_status().await.unwrap(), OrderRunStatus::Reran);
}

#[tokio::test]
async fn what_will_not_pass_ends_the_wait_at_once() {
    for status in [401, 403, 404] {
        let world = World::new();
        let run = run(&world).await;
        world
            .sim
            .server()
            .faults()
            .next(DETAILS, Fault::Reply(Reply::json(status, json!({"message": {"error": "no"}}))))
            .skip(2)
            .always();
        let error = run.wait(every(10)).await.unwrap_err();
        assert_eq!(error.status().unwrap().as_u16(), status);
        // A 401 is a reason to sign in once more before it is believed.
        assert_eq!(world.journal().count(DETAILS), 3 + usize::from(status == 401));
        let mut watch = run.watch(every(10));
        assert_eq!(watch.next().await.unwrap().unwrap_err().status().unwrap().as_u16(), status);
        assert!(watch.next().await.is_none());
    }
}

#[tokio::test]
async fn a_platform_that_fails_is_asked_more_slowly_and_never_faster_than_wanted() {
    let world = World::new();
    let run = run(&world).await;
    for fault in [Fault::status(503), Fault::status(500), Fault::ResetBeforeReply, Fault::status(502)] {
        world.next(DETAILS, fault);
    }
    let status = run.wait(every(10)).await.unwrap();
    assert_eq!(status, OrderRunStatus::Completed);
    // A failed question is followed by 20, 40, 80 and 160 s, in two sleeps each; by then the run is over.
    assert_eq!(waits(&world), [10, 10, 30, 10, 70, 10, 150, 10]);
    assert_eq!(world.journal().count(DETAILS), 5);
}

#[tokio::test]
async fn a_platform_that_fails_for_too_long_is_the_answer() {
    let world = World::new();
    let run = run(&world).await;
    world.sim.server().faults().next(DETAILS, Fault::status(503)).always();
    let wait = every(10).with_patience(Duration::from_secs(60));
    let error = run.wait(wait).await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 503);
    let waited: u64 = waits(&world).iter().sum();
    assert!((60..=140).contains(&waited), "{waited}");
}

#[tokio::test]
async fn the_platform_may_ask_for_a_longer_wait() {
    let world = World::new();
    let run = run(&world).await;
    world.next_reply(DETAILS, Reply::empty(429).header("retry-after", "90"));
    run.wait(every(10)).await.unwrap();
    assert_eq!(waits(&world)[..2], [80, 10]);
}

#[tokio::test]
async fn the_deadline_is_an_error_that_says_so_and_the_last_question_is_asked_then() {
    let world = World::new();
    let run = run(&world).await;
    let wait = Wait::new(Duration::from_secs(10), Duration::from_secs(25));
    let error = run.wait(wait).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (ErrorKind::Timeout, "the order run r-1 was not done after 25.0s")
    );
    assert_eq!(waits(&world), [10, 10, 5]);
    assert_eq!(world.journal().count(DETAILS), 4);
    world.sim.server().faults().next(DETAILS, Fault::status(503)).always();
    let error = run.wait(wait).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
}

#[tokio::test]
async fn a_run_that_is_stopped_ends_and_one_that_is_deleted_is_not_found() {
    let world = World::new();
    let run = run(&world).await;
    run.stop().await.unwrap();
    assert_eq!(run.wait(every(10)).await.unwrap(), OrderRunStatus::Stopped);
    run.delete().await.unwrap();
    let error = run.get_status().await.unwrap_err();
    assert!(error.is_not_found() && matches!(error, Error::Platform(_)), "{error}");
}

#[tokio::test]
async fn a_reply_without_the_run_or_its_status_is_an_error() {
    let world = World::new();
    let run = run(&world).await;
    for (body, text) in [
        (json!({"servings": []}), "the reply does not hold the order run r-1"),
        (json!({"servings": [{"hid": "r-1", "status": null}]}), "the reply does not tell the status of r-1"),
    ] {
        world.next_reply(DETAILS, Reply::json(200, body));
        let error = run.wait(every(10)).await.unwrap_err();
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Reply, text));
    }
}

#[tokio::test]
async fn logs_can_be_read_in_all_three_ways() {
    let world = World::new();
    let run = run(&world).await;
    run.wait(every(10)).await.unwrap();
    assert!(run.export_logs().await.unwrap().contains("load has begun"));
    assert_eq!(run.get_logs().await.unwrap()["lines"].as_array().unwrap().len(), 3);
    world.next_reply("GET /v2/order/export/logs/*/*", Reply::json(200, json!({"log": "no base64!"})));
    let error = run.export_logs().await.unwrap_err();
    assert!(error.to_string().starts_with("the log of r-1 is not base64"), "{error}");
}

#[test]
fn the_page_for_people_has_encoded_names() {
    let world = World::new();
    let run = world.client().kitchen("K 1/x").order_run("r-1");
    assert_eq!(run.web_url("ac"), format!("{}/#/orders/ac/K%201%2Fx/runs/r-1", world.sim.base()));
}
