//! Orders from their beginning to their end, on a platform whose runs go through their states by the clock.
#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "common/mod.rs"]
mod common;
#[path = "orders/create.rs"]
mod create;
#[path = "orders/list.rs"]
mod list;
#[path = "orders/many.rs"]
mod many;
#[path = "orders/watch.rs"]
mod watch;

/// Futures and streams that can move between threads: a program spawns them.
#[test]
fn everything_can_be_spawned() {
    use std::time::Duration;

    use datakitchen::Wait;
    use datakitchen::api::{EventsClient, Monitoring, OrderFilter, OrderRunMonitor, OrderSpec, ResumeSpec};

    fn can_be_spawned<T: Send + 'static>(_: T) {}
    fn can_be_moved<T: Send>(_: T) {}
    let client = common::World::new().client();
    let kitchen = client.kitchen("K1");
    let wait = Wait::new(Duration::from_secs(10), Duration::from_secs(60));
    let monitoring = Monitoring::new(wait);
    can_be_moved(client.orders().create_and_monitor([OrderSpec::new("K1", "R1", "v1")], &monitoring));
    can_be_moved(client.orders().resume_and_monitor([ResumeSpec::new("K1", "r-1")], &monitoring));
    can_be_moved(client.order_runs().wait_many([kitchen.order_run("r-1")], wait));
    let events = EventsClient::builder("made-up").environment(datakitchen::Environment::empty());
    let monitor = OrderRunMonitor::new(kitchen.order_run("r-1"), events.build().unwrap(), "nightly");
    can_be_moved(monitor.monitor(wait));
    let overrides = kitchen.overrides();
    can_be_moved(overrides.compare(Some("master")));
    can_be_moved(kitchen.add_staff([("you", "Developer")]));
    can_be_spawned(kitchen.orders().list(&OrderFilter::default()));
    can_be_spawned(kitchen.order_run("r-1").watch(wait));
    can_be_spawned(kitchen.recipe("R1").variation("v1").order().into_future());
    let spawned = (client.clone(), monitoring.clone(), monitor.clone());
    can_be_spawned(async move {
        let (client, monitoring, monitor) = spawned;
        client.orders().create_and_monitor([OrderSpec::new("K1", "R1", "v1")], &monitoring).await;
        client.orders().resume_and_monitor([ResumeSpec::new("K1", "r-1")], &monitoring).await;
        client.order_runs().wait_many([client.kitchen("K1").order_run("r-1")], wait).await;
        monitor.monitor(wait).await.map(drop)
    });
}
