use datakitchen::api::{DetailParts, NodeStatus, OrderRunStatus, ResumeInputs, TestStatus};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::book::{kitchen, nothing, open, patiently, replies, reply};

fn details(status: &str) -> Value {
    json!({"servings": [{
        "hid": "r-1", "order_id": "o-1", "status": status, "run_time_variables": {"password": "made-up"},
        "conditions": {"c1": {"node": "Cond"}}, "testresults": "text",
        "summary": {"name": "R1", "start-time": 1, "nodes": {
            "n1": {"status": "DKNodeStatus_in_production", "start_time": 1_700_000_000_000_i64, "timing": null,
                "tests": {"t1": {"status": "Passed", "results": "text"}},
                "data_sources": {"s": {"tests": {"t2": {"status": "Failed"}}}}},
            "n2": {"status": "DKNodeStatus_of_later", "start_time": 0},
            "n3": {"status": "DKNodeStatus_Skipped", "start_time": "soon"}}},
        "log": {"lines": [{"record_type": "ERROR", "message": "m", "node": "n1"}]},
    }]})
}

#[tokio::test]
async fn order_runs() {
    let (mut book, kitchen) = kitchen();
    let runs = reply(
        json!({"servings": [{"hid": "r-1", "status": "SERVING_ERROR", "timings": {"start-time": 5}}], "total": 1}),
    );
    let runs = book.call("order_runs.list", runs, kitchen.order("o-1").list_runs()).await;
    assert_eq!((runs[0].start_time(), runs[0].status.clone()), (Some(5), Some(OrderRunStatus::Error)));
    let run = kitchen.order_run("r-1");
    let all = book
        .call("order_runs.get_details", reply(details("ACTIVE_SERVING")), run.get_details(DetailParts::all()))
        .await;
    let nodes: Vec<_> =
        all.nodes().map(|(name, node)| (name, node.status.clone().unwrap(), node.started())).collect();
    assert_eq!(nodes[0], ("n1", NodeStatus::Running, Some(1_700_000_000_000)));
    assert_eq!(nodes[1], ("n2", NodeStatus::Other("DKNodeStatus_of_later".into()), None));
    assert_eq!(nodes[2], ("n3", NodeStatus::Skipped, None));
    let tests: Vec<_> =
        all.nodes().next().unwrap().1.all_tests().map(|(name, test)| (name, test.outcome())).collect();
    assert_eq!(tests, [("t1", Some(TestStatus::Passed)), ("t2", Some(TestStatus::Failed))]);
    assert_eq!(all.conditional_nodes().collect::<Vec<_>>(), ["Cond"]);
    assert!(!format!("{all:?}").contains("made-up"));
    let status = book.call("order_runs.get_status", reply(details("LATER_SERVING")), run.get_status()).await;
    assert_eq!(status, OrderRunStatus::Other("LATER_SERVING".into()));
    let states = || replies(["PLANNED_SERVING", "ACTIVE_SERVING", "COMPLETED_SERVING"].map(details));
    let ended = book.call("order_runs.wait", states(), run.wait(patiently())).await;
    assert_eq!(ended, OrderRunStatus::Completed);
    book.call("order_runs.resume", reply(json!({"order_id": "o-1"})), run.resume()).await;
    book.call("order_runs.delete", nothing(), run.delete()).await;
    book.call("order_runs.stop", nothing(), run.stop()).await;
    book.call("order_runs.get_logs", reply(json!({"lines": []})), run.get_logs()).await;
    let log =
        book.call("order_runs.export_logs", reply(json!({"log": "bGluZSAx\n"})), run.export_logs()).await;
    assert_eq!(log, "line 1");
    assert_snapshot!(book.text());
}

#[tokio::test]
async fn many_order_runs() {
    let (mut book, client) = open();
    let run = client.kitchen("K1").order_run("r-1");
    let runs = client.order_runs();
    let waited = async { Ok::<_, datakitchen::Error>(runs.wait_many([run.clone()], patiently()).await) };
    let answers = ["ACTIVE_SERVING", "STOPPED_SERVING"].map(details);
    let ended = book.call("order_runs.wait_many", replies(answers), waited).await;
    assert_eq!(ended["r-1"].as_ref().unwrap(), &OrderRunStatus::Stopped);
    // As the vendor's CLI does it.
    let inputs = ResumeInputs { skip_failed_nodes: true, ..Default::default() };
    book.call("order_runs.resume", reply(json!({"order_id": "o-1"})), run.resume_with(&inputs)).await;
    assert_snapshot!(book.text());
}
