use datakitchen::api::{Monitoring, OrderFilter, OrderRunStatus, OrderSpec, OrderState, ResumeSpec};
use futures_util::TryStreamExt as _;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::book::{kitchen, nothing, patiently, replies, reply};

fn order(id: &str) -> Value {
    json!({"hid": id, "recipe": "R1", "variation": "v1", "order-status": "ORDER_ERROR", "input_settings": {}})
}

fn run(id: &str, start: Option<i64>) -> Value {
    json!({"hid": id, "order_id": "o-1", "status": "ACTIVE_SERVING", "timings": {"start-time": start}})
}

fn page(orders: &[&str], total: u64) -> Value {
    let runs = json!({"servings": [run("r-1", Some(5)), run("r-2", None), run("r-3", Some(9))]});
    json!({
        "total-orders": total, "orders": orders.iter().map(|id| order(id)).collect::<Vec<_>>(), "servings": {"o-1": runs},
    })
}

fn details(status: &str) -> Value {
    json!({"orders": [], "servings": [{"hid": "r-1", "order_id": "o-1", "status": status}]})
}

#[tokio::test]
async fn orders() {
    let (mut book, kitchen) = kitchen();
    let variation = kitchen.recipe("R1").variation("v/1");
    let created = reply(
        json!({"status": "success", "order_id": "o-1", "serving_hid": "s-1", "variable_overrides": {"p": 1}}),
    );
    let created = book.call("orders.create", created, variation.order().parameter("p", 1).send()).await;
    assert_eq!((created.id().unwrap(), created.order_run_id.as_deref()), ("o-1", Some("s-1")));
    let graph = variation.order().graph([["n1", "n2"]]).owned_by("r-0").scheduled();
    book.call("orders.create_graph", reply(json!({"order_id": "o-2"})), graph.send()).await;

    let filter = OrderFilter {
        recipe: Some("R1".into()),
        variation: Some("v1".into()),
        time_period_hours: Some(1),
        order_id_regex: Some("o.*".into()),
        order_status: Some(OrderState::Completed),
        order_run_status: Some(OrderRunStatus::Completed),
        order_run_count: Some(3),
    };
    let pages = replies([page(&["o-1", "o-2"], 3), page(&["o-3"], 3)]);
    let orders = kitchen.orders();
    let all: Vec<_> = book.call("orders.list", pages, orders.list(&filter).try_collect()).await;
    assert_eq!((all.len(), all[0].runs.len(), all[2].runs.len()), (3, 3, 0));
    assert_eq!(all[2].order.status, Some(OrderState::Error));
    let runs = book.call("orders.get_status", reply(page(&["o-1"], 1)), orders.get_status(&filter)).await;
    let ids: Vec<_> = runs.iter().filter_map(|run| run.id.as_deref()).collect();
    assert_eq!(ids, ["r-2", "r-3", "r-1"]);

    let order = kitchen.order("o/1");
    book.call("orders.delete", nothing(), order.delete()).await;
    book.call("orders.delete_all", nothing(), orders.delete_all()).await;
    book.call("orders.pause", nothing(), order.pause()).await;
    book.call("orders.unpause", nothing(), order.unpause()).await;
    book.call("orders.stop", nothing(), order.stop()).await;
    assert_snapshot!(book.text());
}

#[tokio::test]
async fn monitored() {
    let (mut book, client) = crate::book::open();
    let monitoring = Monitoring::new(patiently()).parallel(1).stop_on_error();
    let answers = replies([
        json!({"order_id": "o-1"}),
        json!({"servings": []}),
        json!({"servings": [run("r-1", None)]}),
        details("ACTIVE_SERVING"),
        details("COMPLETED_SERVING"),
    ]);
    let orders = client.orders();
    let mut spec = OrderSpec::new("K1", "R1", "v1");
    spec.parameters.insert("p".into(), json!(1));
    let monitored =
        async { Ok::<_, datakitchen::Error>(orders.create_and_monitor([spec], &monitoring).await) };
    let monitored = book.call("orders.create_and_monitor", answers, monitored).await;
    assert!(monitored.is_success(), "{monitored:?}");
    assert_eq!(monitored.completed[0].progress.order_run_id.as_deref(), Some("r-1"));

    let answers = replies([
        details("SERVING_ERROR"),
        json!({"servings": [run("r-1", Some(1)), run("r-0", Some(0))]}),
        json!({"order_id": "o-1"}),
        json!({"servings": [run("r-1", Some(1)), run("r-0", Some(0))]}),
        json!({"servings": [run("r-2", Some(2)), run("r-1", Some(1)), run("r-0", Some(0))]}),
        details("STOPPED_SERVING"),
    ]);
    let runs = [ResumeSpec::new("K1", "r-1")];
    let monitored = async { Ok::<_, datakitchen::Error>(orders.resume_and_monitor(runs, &monitoring).await) };
    let monitored = book.call("orders.resume_and_monitor", answers, monitored).await;
    assert_eq!(monitored.completed[0].progress.order_run_id.as_deref(), Some("r-2"));
    assert_eq!(monitored.completed[0].progress.status, Some(OrderRunStatus::Stopped));
    assert_snapshot!(book.text());
}
