use std::time::Duration;

use auth_core::sim::{Fault, Log, Reply, Request, Simulator};
use datakitchen::api::{About, EventsClient, LogLevel, MessageLog, OrderRunMonitor, RunStatus};
use datakitchen::sim::RunPlan;
use datakitchen::{Environment, ErrorKind, Wait};
use serde_json::json;

use crate::common::World;

const STATUS: &str = "POST /events/v1/run-status";

fn events(world: &World, key: &str) -> EventsClient {
    let builder = EventsClient::builder(key.to_owned()).environment(Environment::empty());
    builder.clock(world.clock.clone()).host(world.sim.base()).build().unwrap()
}

#[tokio::test]
async fn the_key_stays_at_its_origin_and_is_not_shown() {
    // Trap T22.
    let elsewhere = Simulator::start(|_: &Request| Reply::empty(204)).unwrap();
    let world = World::new();
    let log = Log::capture();
    let events = events(&world, "canary-key");
    let about = About::run("p", "r");
    for status in [302, 307, 308] {
        world.next(STATUS, Fault::redirect(status, &format!("{}/events/v1/run-status", elsewhere.base())));
        let error = events.post_run_status(&about, RunStatus::Running).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Redirect, "{error}");
        assert!(!format!("{error} {error:?}").contains("canary"));
    }
    assert!(elsewhere.journal().is_empty());
    // The key is wrong here, and the error says so by the API's own words.
    let error = events.post_run_status(&about, RunStatus::Running).await.unwrap_err();
    assert!(error.is_auth() && error.request_id() == Some("e-1"), "{error}");
    assert!(error.to_string().contains("Invalid key"), "{error}");
    assert!(!format!("{events:?} {}", log.text()).contains("canary"));
    // It never goes to the platform itself, nor the session to the events API.
    assert!(world.journal().matching(STATUS).iter().all(|request| request.bearer().is_none()));
}

#[tokio::test]
async fn an_event_is_not_repeated_when_its_fate_is_unknown() {
    let world = World::new();
    let events = events(&world, "made-up-events-key");
    world.next(STATUS, Fault::ResetBeforeReply.after_handling());
    let error = events.post_run_status(&About::run("p", "r"), RunStatus::Failed).await.unwrap_err();
    assert!(error.is_outcome_unknown());
    assert_eq!(world.sim.events().len(), 1);
    let message = MessageLog { log_level: LogLevel::Info, message: "hello".into() };
    events.post_message_log(&About::run("p", "r"), &message).await.unwrap();
    assert_eq!(
        world.sim.events()[1],
        (
            "message-log".to_owned(),
            json!({"pipeline_key": "p", "run_key": "r", "log_level": "INFO", "message": "hello"})
        )
    );
}

#[tokio::test]
async fn a_run_is_told_node_by_node_and_its_end_is_its_own() {
    for fails_at in [None, Some("transform".to_owned())] {
        let world = World::new();
        world.sim.set_run_plan(RunPlan { fails_at: fails_at.clone(), ..RunPlan::default() });
        let kitchen = world.client().kitchen("K1");
        kitchen.recipe("R1").variation("v1").order().await.unwrap();
        // Nothing runs yet: the vendor's monitor would say COMPLETED now.
        let monitor =
            OrderRunMonitor::new(kitchen.order_run("r-1"), events(&world, "made-up-events-key"), "nightly");
        let wait = Wait::new(Duration::from_secs(10), Duration::from_secs(600));
        let result = monitor.ignore(["load"]).monitor(wait).await.unwrap();
        let told: Vec<_> = world
            .sim
            .events()
            .into_iter()
            .filter(|(kind, _)| kind == "run-status")
            .map(|(_, event)| {
                format!("{} {}", event["task_key"].as_str().unwrap_or("-"), event["status"].as_str().unwrap())
            })
            .collect();
        let end = if fails_at.is_some() { "FAILED" } else { "COMPLETED" };
        let expected = [
            "extract RUNNING".to_owned(),
            "extract COMPLETED".into(),
            "transform RUNNING".into(),
            format!("transform {end}"),
            format!("- {end}"),
        ];
        assert_eq!(told, expected);
        assert_eq!(
            (result.failed.len(), result.succeeded.len()),
            (usize::from(fails_at.is_some()), 2 - usize::from(fails_at.is_some()))
        );
        let kinds = world.sim.events();
        assert_eq!(
            kinds.iter().filter(|(kind, _)| kind == "message-log").count(),
            usize::from(fails_at.is_some())
        );
        assert_eq!(kinds.iter().filter(|(kind, _)| kind == "test-outcomes").count(), 2);
    }
}

#[tokio::test]
async fn a_run_that_cannot_be_followed_is_not_told_to_be_completed() {
    // Trap T19.
    let world = World::new();
    let kitchen = world.client().kitchen("K1");
    let monitor =
        OrderRunMonitor::new(kitchen.order_run("r-404"), events(&world, "made-up-events-key"), "nightly");
    let wait = Wait::new(Duration::from_secs(10), Duration::from_secs(600));
    assert!(monitor.monitor(wait).await.unwrap_err().is_not_found());
    assert!(world.sim.events().is_empty());
}
