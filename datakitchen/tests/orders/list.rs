use auth_core::sim::{Fault, Reply};
use datakitchen::api::{Monitoring, OrderFilter, OrderSpec, OrderState};
use datakitchen::{ErrorKind, Wait};
use futures_util::StreamExt as _;
use futures_util::TryStreamExt as _;
use serde_json::json;
use std::time::Duration;

use crate::common::World;

const STATUS: &str = "GET /v2/order/status/*";
const RUNS: &str = "GET /v2/order/servings/*/*";

#[tokio::test]
async fn all_pages_are_read_as_they_are_needed() {
    let world = World::new();
    let kitchen = world.client().kitchen("K1");
    for number in 0..120 {
        let variation = if number % 2 == 0 { "v1" } else { "v2" };
        kitchen.recipe("R1").variation(variation).order().await.unwrap();
    }
    let all: Vec<_> = kitchen.orders().list(&OrderFilter::default()).try_collect().await.unwrap();
    assert_eq!((all.len(), world.journal().count(STATUS)), (120, 3));
    assert_eq!(all[0].order.id.as_deref(), Some("o-120"));
    let some = OrderFilter { variation: Some("v2".into()), ..OrderFilter::default() };
    let some: Vec<_> = kitchen.orders().list(&some).try_collect().await.unwrap();
    assert_eq!(some.len(), 60);
    world.journal().clear();
    let mut list = kitchen.orders().list(&OrderFilter::default());
    list.next().await.unwrap().unwrap();
    let cursor = list.cursor().copied();
    assert_eq!((cursor, world.journal().count(STATUS)), (Some(50), 1));
    let rest: Vec<_> =
        kitchen.orders().list_from(&OrderFilter::default(), cursor).try_collect().await.unwrap();
    assert_eq!(rest.len(), 70);
}

#[tokio::test]
async fn a_platform_that_does_not_page_or_count_gives_each_order_once() {
    let world = World::new();
    let orders = world.client().kitchen("K1").orders();
    let many: Vec<_> = (0..60).map(|number| json!({"hid": format!("o-{number}")})).collect();
    world.next_reply(STATUS, Reply::json(200, json!({"total-orders": 60, "orders": many})));
    let all: Vec<_> = orders.list(&OrderFilter::default()).try_collect().await.unwrap();
    assert_eq!((all.len(), world.journal().count(STATUS)), (60, 1));
    for page in [&many[..50], &many[50..]] {
        world.next_reply(STATUS, Reply::json(200, json!({ "orders": page })));
    }
    let all: Vec<_> = orders.list(&OrderFilter::default()).try_collect().await.unwrap();
    assert_eq!((all.len(), world.journal().count(STATUS)), (60, 3));
    // A total that is never reached is no reason to ask for ever.
    world.next_reply(STATUS, Reply::json(200, json!({"total-orders": 99, "orders": &many[..1]})));
    world.next_reply(STATUS, Reply::json(200, json!({"total-orders": 99, "orders": []})));
    let all: Vec<_> = orders.list(&OrderFilter::default()).try_collect().await.unwrap();
    assert_eq!(all.len(), 1);
}

#[tokio::test]
async fn a_page_that_fails_is_the_end_and_can_be_asked_for_again() {
    let world = World::new();
    let kitchen = world.client().kitchen("K1");
    kitchen.recipe("R1").variation("v1").order().await.unwrap();
    world.next(STATUS, Fault::status(404));
    let mut list = kitchen.orders().list(&OrderFilter::default());
    assert!(list.next().await.unwrap().unwrap_err().is_not_found());
    assert!(list.next().await.is_none());
    let mut list = kitchen.orders().list_from(&OrderFilter::default(), list.cursor().copied());
    assert_eq!(list.next().await.unwrap().unwrap().order.id.as_deref(), Some("o-1"));
    assert!(list.next().await.is_none());
}

#[tokio::test]
async fn an_order_is_paused_stopped_and_deleted() {
    let world = World::new();
    let kitchen = world.client().kitchen("K1");
    let order = kitchen.recipe("R1").variation("v1").order().await.unwrap();
    let order = kitchen.order(order.id().unwrap());
    let state = async || {
        let page = kitchen.orders().status(&OrderFilter::default()).await.unwrap();
        page.listed().first().and_then(|listed| listed.order.status.clone())
    };
    assert_eq!(state().await, Some(OrderState::Active));
    order.pause().await.unwrap();
    assert_eq!(state().await, Some(OrderState::Paused));
    order.unpause().await.unwrap();
    assert!(order.newest_run().await.unwrap().is_none());
    world.clock.advance(Duration::from_secs(7));
    order.stop().await.unwrap();
    assert_eq!(state().await, Some(OrderState::Stopped));
    assert!(state().await.unwrap().is_over());
    order.delete().await.unwrap();
    assert_eq!(state().await, None);
    kitchen.recipe("R1").variation("v1").order().await.unwrap();
    kitchen.orders().delete_all().await.unwrap();
    assert_eq!(state().await, None);
}

#[tokio::test]
async fn a_list_that_cannot_be_read_is_not_an_empty_one() {
    let world = World::new();
    let kitchen = world.client().kitchen("K1");
    let (orders, all) = (kitchen.orders(), OrderFilter::default());
    for (body, text) in [
        (
            json!({"orders": [{"hid": "o-1"}, 7]}),
            "the form of `orders` in the orders of the kitchen is unknown",
        ),
        (
            json!({"kitchenname": "K1", "orders": 7}),
            "the form of `orders` in the orders of the kitchen K1 is unknown",
        ),
        (
            json!({"orders": [], "servings": ["r-1"]}),
            "the form of `servings` in the orders of the kitchen is unknown",
        ),
        (
            json!({"orders": [], "servings": {"o-1": {"servings": [{"hid": "r-1"}, "r-2"]}}}),
            "the form of `servings` in the runs of the order o-1 is unknown",
        ),
    ] {
        world.sim.server().faults().next(STATUS, Fault::Reply(Reply::json(200, body))).always();
        let listed = orders.list(&all).try_collect::<Vec<_>>().await.unwrap_err();
        assert_eq!((listed.kind(), listed.to_string().as_str()), (ErrorKind::Reply, text));
        assert_eq!(orders.status(&all).await.unwrap_err().to_string(), text);
        assert_eq!(orders.get_status(&all).await.unwrap_err().to_string(), text);
        world.sim.server().faults().clear();
    }
    let body = json!({"total": 2, "servings": [{"hid": "r-1"}, null]});
    world.sim.server().faults().next(RUNS, Fault::Reply(Reply::json(200, body))).always();
    let order = kitchen.order("o-1");
    let wait = Wait::new(Duration::from_secs(10), Duration::from_secs(3600));
    for error in [
        order.list_runs().await.unwrap_err(),
        order.newest_run().await.unwrap_err(),
        order.wait_for_run(wait).await.unwrap_err(),
    ] {
        assert_eq!(error.to_string(), "the form of `servings` in the runs of the order o-1 is unknown");
    }
    assert!(world.clock.sleeps().is_empty());
}

#[tokio::test]
async fn who_looks_for_a_run_does_not_ask_for_all() {
    let world = World::new();
    let (client, kitchen) = (world.client(), world.client().kitchen("K1"));
    let wait = Wait::new(Duration::from_secs(10), Duration::from_secs(3600));
    let order = OrderSpec::new("K1", "R1", "v1");
    client.orders().create_and_monitor([order], &Monitoring::new(wait)).await;
    kitchen.order("o-1").newest_run().await.unwrap();
    kitchen.order("o-1").wait_for_run(wait).await.unwrap();
    let counts =
        || world.journal().matching(RUNS).iter().map(|sent| sent.json().unwrap()).collect::<Vec<_>>();
    assert!(
        counts().len() > 3 && counts().iter().all(|body| *body == json!({"count": 10})),
        "{:?}",
        counts()
    );
    kitchen.order("o-1").list_runs().await.unwrap();
    assert_eq!(counts().last(), Some(&json!({"count": 100_000})));
}
