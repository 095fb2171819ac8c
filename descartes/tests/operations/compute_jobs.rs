use std::time::Duration;

use auth_core::sim::Reply;
use descartes::Wait;
use descartes::api::{Filter, JobChanges, JobResult, JobStatus, NewJob};
use futures_util::TryStreamExt as _;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::book::{done, open, page, reply};

/// A job as the contract shows it.
pub(crate) fn job(id: &str, status: &str) -> Value {
    json!({
        "id": id, "function_id": "f-1", "args": [1], "kwargs": {"x": 2}, "environment": {"A": "b"},
        "creation_date": "2024-05-01T10:00:00.123456", "status": status, "error_reason": null,
        "execution_count": 1, "exit_code": 0, "last_completion_date": "2024-05-01T10:01:00",
        "last_execution_date": "2024-05-01T10:00:30", "runtime": 30, "tags": ["t"], "provisioning_time": 3,
        "pull_time": null,
        "statistics": {
            "cpu": {"total": 12.5, "time": 3, "timeseries": [[1, 2]]},
            "memory": {"total_bytes": 5, "total_percentage": 1.5, "peak_bytes": 9, "peak_percentage": 2, "timeseries": []},
            "network": {"rx_bytes": 1, "tx_bytes": 2, "rx_dropped": 0, "tx_dropped": 0, "rx_errors": 0, "tx_errors": 0},
        },
    })
}

fn function() -> Reply {
    Reply::json(200, json!({"id": "f-1", "status": "ready", "namespace": "someorg:ns"}))
}

#[tokio::test]
async fn compute_jobs() {
    let (mut book, client) = open();
    let compute = client.compute();
    let jobs = compute.jobs();

    let new = NewJob { tags: vec!["t".into()], ..NewJob::new("f-1").args([1]).kwarg("x", 2) };
    let made = Reply::json(201, job("j-1", "pending"));
    let made = book.call("compute_jobs.create", [made], jobs.create(&new)).await;
    assert_eq!((made.status.clone(), made.is_done()), (JobStatus::Pending, false));
    assert_eq!(made.creation_date.unwrap().to_string(), "2024-05-01T10:00:00.123456Z");
    assert_eq!((made.runtime, made.exit_code, made.execution_count), (Some(30.0), Some(0), Some(1)));
    let statistics = made.statistics.clone().unwrap();
    assert_eq!(statistics.cpu.unwrap().total, Some(12.5));
    assert_eq!(statistics.memory.unwrap().peak_bytes, Some(9.0));
    assert_eq!(statistics.network.unwrap().tx_bytes, Some(2));
    assert!(made.extra.is_empty());

    let got = book.call("compute_jobs.get", reply(job("j-1", "running")), jobs.get_with_timings("j-1")).await;
    assert_eq!(got.provisioning_time, Some(3.0));

    let pages =
        [page(json!([job("j-1", "success")]), Some("c/2")), page(json!([job("j-2", "failure")]), None)];
    let all = book.call("compute_jobs.list", pages, jobs.list().collect()).await;
    assert_eq!(all.iter().map(|job| job.id.as_str()).collect::<Vec<_>>(), ["j-1", "j-2"]);

    let filter = Filter::eq("function_id", "f-1").and(Filter::any_of("status", ["success", "failure"]));
    let search = || jobs.search().filter(filter.clone());
    let pages =
        [page(json!([job("j-1", "success")]), Some("c2")), page(json!([job("j-2", "success")]), None)];
    let found = search().limit(2).sort("-creation_date").sort("id").stream();
    let found: Vec<_> = book.call("compute_jobs.search", pages, found.try_collect()).await;
    assert_eq!(found.len(), 2);

    let counted = reply(json!({"data": [], "meta": {"total": 7, "page_cursor": null}}));
    assert_eq!(book.call("compute_jobs.count", counted, search().count()).await, 7);

    let fresh = book.call("compute_jobs.refresh", reply(job("j-1", "running")), jobs.refresh(&made)).await;
    assert_eq!(fresh.status, JobStatus::Running);

    let states = ["pending", "running", "success"].map(|status| Reply::json(200, job("j-1", status)));
    let wait = Wait::new(Duration::from_secs(10), Duration::from_secs(60));
    let ended = jobs.wait_for_completion("j-1", wait);
    let ended = book.call("compute_jobs.wait_for_completion", states, ended).await.succeeded().unwrap();

    let lines = "{\"date\":\"2024-05-01T10:00:01.123456Z\",\"log\":\"hello\"}\nno JSON\n";
    let log = || [Reply::text(200, lines)];
    let text = book.call("compute_jobs.log", log(), jobs.log("j-1", true)).await;
    assert_eq!(text, "2024-05-01T10:00:01.123456Z hello\nno JSON");
    let read = async { jobs.iter_log("j-1").await?.try_collect::<Vec<_>>().await };
    let read = book.call("compute_jobs.iter_log", log(), read).await;
    assert_eq!((read[0].log.as_str(), read[1].date), ("hello", None));

    let url = format!("{}/signed/r?signature=s", book.base());
    let download = json!({"type": "storage_download", "id": "x", "attributes": {"resumable_url": url}});
    let download = Reply::json(200, json!({ "data": download }));
    let replies = [
        Reply::json(200, job("j-1", "success")),
        function(),
        download,
        Reply::bytes(200, &b"{\"sum\":3}"[..]),
    ];
    let result = jobs.result(&made);
    let result = book.call("compute_jobs.result", replies, result).await.unwrap();
    assert_eq!(result, JobResult::Json(json!({"sum": 3})));

    let attributes = json!({"size_bytes": 9, "hash": "0cc175b9c0f1b6a831c399e269772661", "name": "f-1/j-1"});
    let blob =
        json!({"data": {"type": "storage", "id": "compute/someorg:ns/f-1/j-1", "attributes": attributes}});
    let replies = [function(), Reply::json(200, blob)];
    let blob = book.call("compute_jobs.result_blob", replies, jobs.result_blob(&ended)).await.unwrap();
    assert_eq!((blob.size_bytes, blob.id.as_str()), (Some(9), "compute/someorg:ns/f-1/j-1"));

    let canceled = book.call("compute_jobs.cancel", reply(job("j-1", "canceling")), jobs.cancel("j-1")).await;
    assert_eq!(canceled.status, JobStatus::Canceling);
    book.call("compute_jobs.delete", done(), jobs.delete("j-1", true)).await;
    let changes = JobChanges { tags: Some(vec!["u".into()]), ..Default::default() };
    book.call("compute_jobs.save", reply(job("j-1", "pending")), jobs.save("j-1", &changes)).await;

    let two = || reply(json!([job("j-1", "canceled"), job("j-2", "canceled")]));
    let many = search();
    assert_eq!(book.call("compute_jobs.cancel_many", two(), jobs.cancel_many(&many)).await.len(), 2);
    let many = search().limit(5).sort("id");
    assert_eq!(book.call("compute_jobs.rerun_many", two(), jobs.rerun_many(&many)).await.len(), 2);
    let deleted = jobs.delete_many(&many, true);
    let deleted = book.call("compute_jobs.delete_many", reply(json!(["j-1"])), deleted).await;
    assert_eq!(deleted, ["j-1"]);
    assert_snapshot!(book.text());
}
