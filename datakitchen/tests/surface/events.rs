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

const DETAILS: &str = "POST /v2/order/details/*";

fn wait() -> Wait {
    Wait::new(Duration::from_secs(10), Duration::from_secs(3600))
}

/// A monitor of a new run.
async fn monitor(world: &World, fails_at: Option<&str>) -> OrderRunMonitor {
    world.sim.set_run_plan(RunPlan { fails_at: fails_at.map(str::to_owned), ..RunPlan::default() });
    let kitchen = world.client().kitchen("K1");
    kitchen.recipe("R1").variation("v1").order().await.unwrap();
    OrderRunMonitor::new(kitchen.order_run("r-1"), events(world, "made-up-events-key"), "nightly")
}

/// What was told of the run and its nodes.
fn told(world: &World) -> Vec<String> {
    let told = world.sim.events().into_iter().filter(|(kind, _)| kind == "run-status");
    let text = |event: serde_json::Value| {
        format!("{} {}", event["task_key"].as_str().unwrap_or("-"), event["status"].as_str().unwrap())
    };
    told.map(|(_, event)| text(event)).collect()
}

#[tokio::test]
async fn events_that_are_not_taken_are_sent_again() {
    let world = World::new();
    let monitor = monitor(&world, None).await;
    world.next_reply(STATUS, Reply::empty(429).header("retry-after", "7"));
    world.next(STATUS, Fault::status(503));
    world.next("POST /events/v1/test-outcomes", Fault::status(429));
    let result = monitor.monitor(wait()).await.unwrap();
    assert!(result.not_told.is_empty(), "{:?}", result.not_told);
    let all = ["extract RUNNING", "extract COMPLETED", "transform RUNNING", "transform COMPLETED"];
    let rest = ["load RUNNING", "load COMPLETED", "- COMPLETED"];
    // The clock went on meanwhile: two nodes change between two questions, and are told by name.
    let (mut told, mut expected) = (told(&world), [&all[..], &rest[..]].concat());
    assert_eq!(told.last().unwrap(), "- COMPLETED");
    told.sort_unstable();
    expected.sort_unstable();
    assert_eq!(told, expected);
    let waits: Vec<u64> =
        world.clock.sleeps().iter().map(Duration::as_secs).filter(|wait| *wait != 10).collect();
    assert_eq!(waits, [7, 2, 1]);
}

#[tokio::test]
async fn whatever_is_lost_the_end_is_told() {
    let world = World::new();
    let monitor = monitor(&world, Some("transform")).await;
    // Of the first nobody knows whether it was taken: it is not sent again.
    world.next(STATUS, Fault::ResetBeforeReply.after_handling());
    world.next("POST /events/v1/message-log", Fault::status(400));
    world.next("POST /events/v1/test-outcomes", Fault::status(502));
    let result = monitor.monitor(wait()).await.unwrap();
    let all = ["extract RUNNING", "extract COMPLETED", "transform RUNNING", "transform FAILED", "- FAILED"];
    assert_eq!(told(&world), all);
    assert_eq!(result.not_told.len(), 3, "{:?}", result.not_told);
    assert!(result.not_told[0].is_outcome_unknown() && result.not_told[2].is_outcome_unknown());
    assert_eq!(world.journal().count(STATUS), all.len());
}

#[tokio::test]
async fn the_end_is_told_without_the_log_too() {
    let clean = World::new();
    monitor(&clean, None).await.monitor(wait()).await.unwrap();
    let asked = clean.journal().count(DETAILS);
    let world = World::new();
    let monitor = monitor(&world, None).await;
    world
        .sim
        .server()
        .faults()
        .next(DETAILS, Fault::status(403))
        .skip(u32::try_from(asked - 1).unwrap())
        .always();
    let result = monitor.monitor(wait()).await.unwrap();
    assert!(result.not_told.len() == 1 && result.not_told[0].is_no_access(), "{:?}", result.not_told);
    assert_eq!(told(&world), told(&clean));
    let tests = |world: &World| world.sim.events().iter().filter(|(kind, _)| kind == "test-outcomes").count();
    assert_eq!(tests(&world), tests(&clean));
}

#[tokio::test]
async fn an_events_api_that_never_comes_back_is_no_wait_without_an_end() {
    let world = World::new();
    let monitor = monitor(&world, Some("transform")).await;
    world.sim.server().faults().next("POST /events/v1/*", Fault::status(503)).always();
    let before = world.client().utc_timestamp();
    let result = monitor.monitor(wait()).await.unwrap();
    assert_eq!((result.failed.as_slice(), result.succeeded.len()), (&["transform".to_owned()][..], 1));
    assert!(result.not_told.iter().all(|error| error.status().unwrap().as_u16() == 503));
    // Five minutes of patience at the first event and as many at the end, beside the run itself.
    let took = (world.client().utc_timestamp() - before) / 1_000;
    assert!((600..700).contains(&took), "{took}");
    let wrong =
        OrderRunMonitor::new(world.client().kitchen("K1").order_run("r-1"), events(&world, "wrong"), "n");
    world.sim.server().faults().clear();
    let result = wrong.monitor(wait()).await.unwrap();
    assert!(!result.not_told.is_empty() && result.not_told.iter().all(datakitchen::Error::is_auth));
}

#[tokio::test]
async fn a_log_is_not_sent_line_by_line_to_nobody() {
    let world = World::new();
    let monitor = monitor(&world, None).await;
    let lines: Vec<_> =
        (0..500).map(|_| json!({"record_type": "ERROR", "message": "m", "node": "n"})).collect();
    let details = json!({"servings": [{
        "hid": "r-1", "order_id": "o-1", "status": "COMPLETED_SERVING", "log": {"lines": lines},
        "summary": {"nodes": {"n": {"status": "DKNodeStatus_completed_production"}}}}]});
    world.sim.server().faults().next(DETAILS, Fault::Reply(Reply::json(200, details))).always();
    world.sim.server().faults().next("POST /events/v1/message-log", Fault::status(500)).always();
    let result = monitor.monitor(wait()).await.unwrap();
    assert_eq!(result.not_told.len(), 20);
    assert_eq!(told(&world).last().unwrap(), "- COMPLETED");
}

#[tokio::test]
async fn details_that_cannot_be_read_are_told_as_such() {
    let world = World::new();
    let monitor = monitor(&world, None).await;
    let details = json!({"servings": [{
        "hid": "r-1", "order_id": "o-1", "status": "COMPLETED_SERVING", "summary": {"nodes": {"n": 7}}}]});
    world.sim.server().faults().next(DETAILS, Fault::Reply(Reply::json(200, details))).always();
    let result = monitor.monitor(wait()).await.unwrap();
    assert!(result.not_told[0].to_string().contains("`nodes`"), "{:?}", result.not_told);
    assert_eq!(told(&world), ["- COMPLETED"]);
}

#[tokio::test]
async fn an_ingredient_is_known_among_any_number_of_orders_and_runs() {
    let world = World::new();
    world.sim.set_run_plan(RunPlan { fails_at: Some("extract".into()), ..RunPlan::default() });
    let kitchen = world.client().kitchen("K1");
    let variation = kitchen.recipe("R1").variation("v1");
    variation.order().graph([["extract"]]).owned_by("r-0").await.unwrap();
    for number in 1..6 {
        // The first run is not among the newest ones that a list shows.
        let run = kitchen.order_run(format!("r-{number}"));
        run.wait(wait()).await.unwrap();
        run.resume().await.unwrap();
    }
    world.journal().clear();
    let monitor =
        OrderRunMonitor::new(kitchen.order_run("r-1"), events(&world, "made-up-events-key"), "nightly");
    assert!(monitor.monitor(wait()).await.unwrap().is_ingredient);
    assert!(world.sim.events().is_empty());
    let asked = world.journal().matching("GET /v2/order/status/*");
    assert_eq!(asked[0].json().unwrap(), json!({"search": "o-1", "servingsCount": 1}));
}
