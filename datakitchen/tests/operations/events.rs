use auth_core::sim::Reply;
use datakitchen::api::{
    About, Component, DatasetOperation, EventsClient, LogLevel, MessageLog, MetricLog, OperationKind,
    OrderRunMonitor, OutcomeStatus, RunStatus, TestOutcome,
};
use datakitchen::{Environment, Timestamp};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::book::{open, patiently};

fn events(base: &str) -> EventsClient {
    EventsClient::builder("made-up-key").host(base).environment(Environment::empty()).build().unwrap()
}

#[tokio::test]
async fn events_of_all_kinds() {
    let (mut book, _) = open();
    let events = events(&book.base());
    let taken = || [Reply::empty(204)];
    let mut run = About::run("nightly", "r-1").task("n1");
    run.event_timestamp = Some(Timestamp::from_unix_seconds(1_800_000_000));
    run.run_name = Some("Monday".into());
    run.external_url = Some("https://example.org/#/orders".into());
    book.call("events.post_run_status", taken(), events.post_run_status(&run, RunStatus::Running)).await;
    let mut dataset = About::new(Component::Dataset("d-1".into()));
    dataset.component_name = Some("Sales".into());
    let read = DatasetOperation { operation: OperationKind::Read, path: Some("a/b".into()) };
    book.call("events.post_dataset_operation", taken(), events.post_dataset_operation(&dataset, &read)).await;
    let metric = MetricLog { metric_key: "rows".into(), metric_value: 12.5 };
    book.call("events.post_metric_log", taken(), events.post_metric_log(&dataset, &metric)).await;
    let message = MessageLog { log_level: LogLevel::Warning, message: "late".into() };
    let server = About::new(Component::Server("s-1".into()));
    book.call("events.post_message_log", taken(), events.post_message_log(&server, &message)).await;
    let mut outcome = TestOutcome::new("t1", OutcomeStatus::Passed);
    (outcome.description, outcome.metric_value) = (Some("text".into()), Some(1.0));
    book.call("events.post_test_outcomes", taken(), events.post_test_outcomes(&run, &[outcome])).await;
    assert!(book.text().matches("serviceaccountauthenticationkey: made-up-key").count() == 5);
    assert_snapshot!(book.text());
}

fn details(run: &str, node: &str, timing: Option<i64>) -> Value {
    json!({"servings": [{
        "hid": "r-1", "order_id": "o-1", "status": run, "conditions": {"c": {"node": "Cond"}},
        "summary": {"nodes": {
            "Cond": {"status": node}, "Order_Run_Monitor": {"status": "DKNodeStatus_in_production"},
            "n1": {"status": node, "start_time": 1_700_000_000_000_i64, "timing": timing,
                "tests": {"t1": {"status": "Passed", "results": "res text"}}},
            "n2": {"status": "DKNodeStatus_ready_for_production", "start_time": null}}},
        "log": {"lines": [
            {"datetime": "2022-08-16T14:38:58.611000", "record_type": "CRITICAL", "message": "m", "node": "n1"},
            {"datetime": "2022-08-16T14:38:58.611000", "record_type": "INFO", "message": "i", "node": "n1"}]},
    }]})
}

#[tokio::test]
async fn order_run_monitor() {
    let (mut book, client) = open();
    let run = client.kitchen("K1").order_run("r-1");
    let monitor = OrderRunMonitor::new(run, events(&book.base()), "nightly").run_name("Monday");
    let ok = |body: Value| Reply::json(200, body);
    let taken = || Reply::empty(204);
    let (running, done) = ("DKNodeStatus_in_production", "DKNodeStatus_completed_production");
    let replies = [
        ok(json!({"servings": [{"hid": "r-1", "order_id": "o-1"}]})),
        ok(
            json!({"orders": [{"hid": "o-1", "input_settings": {}}], "servings": {"o-1": {"servings": [{"hid": "r-1"}]}}}),
        ),
        ok(json!({"customer_git_name": "ac"})),
        // Nothing is running yet: that is no end.
        ok(details("PLANNED_SERVING", "DKNodeStatus_ready_for_production", None)),
        ok(details("ACTIVE_SERVING", running, None)),
        taken(),
        ok(details("ACTIVE_SERVING", running, None)),
        ok(details("COMPLETED_SERVING", done, Some(1500))),
        taken(),
        ok(details("COMPLETED_SERVING", done, Some(1500))),
        taken(),
        taken(),
        taken(),
    ];
    let result = book.call("order_run_monitor.monitor", replies, monitor.monitor(patiently())).await;
    assert_eq!((result.succeeded, result.failed.len()), (vec!["n1".to_owned()], 0));
    assert_snapshot!(book.text());
}
