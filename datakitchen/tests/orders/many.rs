use std::sync::{Arc, Mutex};
use std::time::Duration;

use auth_core::sim::{Fault, Reply};
use datakitchen::api::{Monitoring, OrderRunStatus, OrderSpec, ResumeSpec};
use datakitchen::sim::RunPlan;
use datakitchen::{ErrorKind, Wait};
use serde_json::json;

use crate::common::World;

const CREATE: &str = "PUT /v2/order/create/*/*/*";

fn wait() -> Wait {
    Wait::new(Duration::from_secs(10), Duration::from_secs(3600))
}

fn orders(count: usize) -> Vec<OrderSpec> {
    vec![OrderSpec::new("K1", "R1", "v1"); count]
}

#[tokio::test]
async fn no_more_are_active_than_wanted() {
    let world = World::new();
    let client = world.client();
    let seen: Arc<Mutex<Vec<(String, bool)>>> = Arc::default();
    let note = Arc::clone(&seen);
    let monitoring = Monitoring::new(wait()).parallel(2).on_change(move |progress| {
        let is_over = progress.status.as_ref().is_some_and(OrderRunStatus::is_terminal);
        note.lock().unwrap().push((progress.order_id.clone().unwrap(), is_over));
    });
    let done = client.orders().create_and_monitor(orders(5), &monitoring).await;
    assert!(done.is_success(), "{done:?}");
    assert_eq!((done.completed.len(), world.journal().count(CREATE)), (5, 5));
    let mut active = std::collections::BTreeSet::new();
    for (order, is_over) in seen.lock().unwrap().iter() {
        if *is_over {
            active.remove(order)
        } else {
            active.insert(order.clone())
        };
        assert!(active.len() <= 2, "{active:?}");
    }
}

#[tokio::test]
async fn one_that_does_not_end_well_stops_the_others_for_good() {
    let world = World::new();
    world.sim.set_run_plan(RunPlan { fails_at: Some("extract".into()), ..RunPlan::default() });
    let client = world.client();
    let monitoring = Monitoring::new(wait()).parallel(2).stop_on_error();
    let done = client.orders().create_and_monitor(orders(5), &monitoring).await;
    // Both that were active go on to their ends; a later good one starts no new one (trap T21).
    assert_eq!((done.completed.len(), done.queued.len(), done.active.len()), (2, 3, 0));
    assert!(!done.is_success());
    let without = client.orders().create_and_monitor(orders(3), &Monitoring::new(wait())).await;
    assert_eq!((without.completed.len(), without.queued.len()), (3, 0));
}

#[tokio::test]
async fn one_that_cannot_be_sent_is_told_and_none_is_sent_twice() {
    let world = World::new();
    world.next(CREATE, Fault::ResetBeforeReply.after_handling());
    let client = world.client();
    let mut specs = orders(1);
    specs.extend([
        OrderSpec::new("K1", "R1", "v9"),
        OrderSpec::new("closed", "R1", "v1"),
        OrderSpec::new("K1", "R1", "v2"),
    ]);
    let done = client.orders().create_and_monitor(specs, &Monitoring::new(wait())).await;
    assert_eq!((done.completed.len(), done.failed.len()), (1, 3));
    let errors: Vec<_> = done.failed.iter().map(|order| order.error.as_ref().unwrap()).collect();
    assert!(errors[0].is_outcome_unknown() && errors[1].is_order_refused() && errors[2].is_no_access());
    assert_eq!(world.journal().count(CREATE), 4);
}

#[tokio::test]
async fn at_the_deadline_what_is_active_is_told() {
    let world = World::new();
    let client = world.client();
    let short = Wait::new(Duration::from_secs(10), Duration::from_secs(30));
    let done = client.orders().create_and_monitor(orders(3), &Monitoring::new(short).parallel(1)).await;
    assert_eq!((done.completed.len(), done.active.len(), done.queued.len()), (0, 1, 2));
    assert_eq!(done.active[0].progress.status, Some(OrderRunStatus::Active));
}

#[tokio::test]
async fn a_resumed_run_is_found_whatever_the_clocks_say() {
    let world = World::new();
    world.sim.set_run_plan(RunPlan { fails_at: Some("transform".into()), ..RunPlan::default() });
    let client = world.client();
    let failed = client.orders().create_and_monitor(orders(1), &Monitoring::new(wait())).await;
    let run = failed.completed[0].progress.order_run_id.clone().unwrap();
    world.sim.set_run_plan(RunPlan::default());
    // The platform's times are far behind: the vendor's SDK would wait until its deadline (trap T23).
    let done =
        client.orders().resume_and_monitor([ResumeSpec::new("K1", run)], &Monitoring::new(wait())).await;
    assert!(done.is_success(), "{done:?}");
    assert_eq!(done.completed[0].progress.order_run_id.as_deref(), Some("r-2"));
    let gone =
        client.orders().resume_and_monitor([ResumeSpec::new("K1", "r-9")], &Monitoring::new(wait())).await;
    assert!(gone.failed[0].error.as_ref().unwrap().is_not_found());
}

#[tokio::test]
async fn many_runs_are_waited_for_each_with_its_own_outcome() {
    let world = World::new();
    let client = world.client();
    for _ in 0..20 {
        client.kitchen("K1").recipe("R1").variation("v1").order().await.unwrap();
    }
    let mut runs: Vec<_> =
        (1..=20).map(|number| client.kitchen("K1").order_run(format!("r-{number}"))).collect();
    runs.extend([client.kitchen("closed").order_run("r-c"), client.kitchen("K1").order_run("r-404")]);
    world.next("POST /v2/order/details/*", Fault::status(503));
    let ended = client.order_runs().wait_many(runs.clone(), wait()).await;
    assert_eq!(ended.values().filter(|outcome| matches!(outcome, Ok(OrderRunStatus::Completed))).count(), 20);
    assert!(ended["r-c"].as_ref().unwrap_err().is_no_access());
    assert!(ended["r-404"].as_ref().unwrap_err().is_not_found());

    client.kitchen("K1").recipe("R1").variation("v1").order().await.unwrap();
    let short = Wait::new(Duration::from_secs(10), Duration::from_secs(30));
    let late = client.order_runs().wait_many([client.kitchen("K1").order_run("r-21")], short).await;
    assert_eq!(late["r-21"].as_ref().unwrap_err().kind(), ErrorKind::Timeout);
}

#[tokio::test]
async fn an_order_whose_id_is_not_told_is_followed_by_its_run() {
    let world = World::new();
    let client = world.client();
    client.kitchen("K1").recipe("R1").variation("v1").order().await.unwrap();
    world.next_reply(CREATE, Reply::json(200, json!({"status": "success", "serving_hid": "r-1"})));
    world.next_reply(CREATE, Reply::json(200, json!({"status": "success"})));
    let done = client.orders().create_and_monitor(orders(2), &Monitoring::new(wait())).await;
    assert_eq!(done.completed[0].progress.order_run_id.as_deref(), Some("r-1"));
    assert!(done.failed[0].error.as_ref().unwrap().to_string().contains("tells no id of the order of v1"));
}
