use std::time::Duration;

use auth_core::sim::Reply;
use descartes::api::{Calls, Filter, FunctionChanges, FunctionStatus, NewFunction, NewJob};
use descartes::{Body, Wait};
use futures_util::TryStreamExt as _;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::book::{done, open, page, reply};
use crate::compute_jobs::job;

fn function(status: &str) -> Value {
    json!({
        "id": "f-1", "name": "echo", "image": "python3.10:latest", "cpus": 1.0, "memory": 2048,
        "maximum_concurrency": 5, "namespace": "someorg:ns", "owner": "user:ns", "status": status, "timeout": 900,
        "retry_count": 3, "enabled": true, "auto_start": true, "environment": {}, "job_statistics": null,
        "creation_date": "2024-05-01T10:00:00", "modified_date": "2024-05-01T10:00:00",
    })
}

fn with_jobs(pending: u64) -> Reply {
    let mut function = function("ready");
    function["job_statistics"] = json!({"pending": pending, "running": 0, "success": 2});
    Reply::json(200, function)
}

fn wait() -> Wait {
    Wait::new(Duration::from_secs(10), Duration::from_secs(60))
}

#[tokio::test]
async fn compute_functions() {
    let (mut book, client) = open();
    let compute = client.compute();
    let functions = compute.functions();
    let one = || reply(function("ready"));

    let got = book.call("compute_functions.get", one(), functions.get("f-1")).await;
    assert_eq!((got.memory, got.cpus, got.status), (Some(2048), Some(1.0), FunctionStatus::Ready));
    assert_eq!(got.creation_date.unwrap().to_string(), "2024-05-01T10:00:00Z");
    assert!(got.extra.is_empty());
    let pages = [page(json!([function("ready")]), Some("c2")), page(json!([function("stopped")]), None)];
    let all = book.call("compute_functions.list", pages, functions.list().collect()).await;
    assert_eq!(all[1].status, FunctionStatus::Stopped);
    let search = || functions.search().filter(Filter::eq("name", "echo"));
    let pages = [page(json!([function("building")]), None)];
    let found: Vec<_> = book.call("compute_functions.search", pages, search().stream().try_collect()).await;
    assert_eq!(found[0].status, FunctionStatus::Building);
    let counted = reply(json!({"data": [], "meta": {"total": 3}}));
    assert_eq!(book.call("compute_functions.count", counted, search().count()).await, 3);

    let new = NewFunction {
        cpus: Some(1.0),
        memory: Some(2048),
        maximum_concurrency: Some(5),
        timeout: Some(900),
        retry_count: Some(3),
        ..NewFunction::new("echo", "python3.10:latest")
    };
    let url = format!("{}/signed/bundle?signature=s", book.base());
    let created = json!({"function": function("awaiting_bundle"), "bundle_upload_url": url});
    let replies = [
        Reply::json(200, json!({})),
        Reply::json(201, created),
        Reply::empty(200),
        Reply::json(200, function("building")),
    ];
    let create = async {
        // The secret goes to the service by an explicit call alone.
        compute.credentials().set().await?;
        functions.create(&new, Body::bytes("PK..")).await
    };
    let created = book.call("compute_functions.create", replies, create).await;
    assert_eq!(created.status, FunctionStatus::Building);

    let changes = FunctionChanges { memory: Some(4096), ..Default::default() };
    book.call("compute_functions.save", one(), functions.save("f-1", &changes)).await;
    book.call("compute_functions.enable", one(), functions.enable("f-1")).await;
    book.call("compute_functions.disable", one(), functions.disable("f-1")).await;
    book.call("compute_functions.start", one(), functions.start("f-1")).await;
    book.call("compute_functions.stop", one(), functions.stop("f-1")).await;

    let new = NewJob::new("f-1").args(["a"]);
    book.call("compute_functions.call", reply(job("j-1", "pending")), functions.call(&new)).await;
    let calls = Calls { args: vec![vec![json!(1)], vec![json!(2)]], ..Default::default() };
    let two = || json!([job("j-1", "pending"), job("j-2", "pending")]);
    let mapped = book.call("compute_functions.map", reply(two()), functions.map("f-1", calls)).await;
    assert_eq!((mapped.jobs.len(), mapped.failed.len()), (2, 0));

    let jobs = functions.jobs("f-1").limit(1).collect();
    book.call("compute_functions.jobs", [page(json!([job("j-1", "success")]), None)], jobs).await;
    book.call("compute_functions.cancel_jobs", reply(two()), functions.cancel_jobs("f-1")).await;
    book.call("compute_functions.rerun", reply(two()), functions.rerun("f-1")).await;
    let deleted = functions.delete_jobs("f-1", false);
    book.call("compute_functions.delete_jobs", reply(json!(["j-1"])), deleted).await;
    let fresh = book.call("compute_functions.refresh", [with_jobs(1)], functions.refresh("f-1")).await;
    assert_eq!(fresh.job_statistics.unwrap()["success"], 2);
    let log = [Reply::bytes(200, &b"\x1f\x8bbytes"[..])];
    let log = book.call("compute_functions.build_log", log, functions.build_log("f-1")).await;
    assert!(log.starts_with(b"\x1f\x8b"));
    let replies = [Reply::json(200, json!([])), Reply::empty(204)];
    book.call("compute_functions.delete", replies, functions.delete("f-1", true)).await;

    let replies = [with_jobs(1), with_jobs(0)];
    let waited = functions.wait_for_completion("f-1", wait());
    book.call("compute_functions.wait_for_completion", replies, waited).await;

    let submitted = mapped.jobs.clone();
    let replies = [
        Reply::json(200, function("ready")),
        page(json!([job("j-2", "success")]), None),
        Reply::json(200, function("ready")),
        page(json!([job("j-1", "failure")]), None),
    ];
    let completed = functions.as_completed("f-1", &submitted, wait()).unwrap().try_collect::<Vec<_>>();
    let completed = book.call("compute_functions.as_completed", replies, completed).await;
    assert_eq!(completed.iter().map(|job| job.id.as_str()).collect::<Vec<_>>(), ["j-2", "j-1"]);

    let download = |book: &auth_core::sim::Operations| {
        let url = format!("{}/signed/r?signature=s", book.base());
        let download = json!({"type": "storage_download", "id": "x", "attributes": {"resumable_url": url}});
        Reply::json(200, json!({ "data": download }))
    };
    let found = || page(json!([job("j-1", "success")]), None);
    let replies = [found(), Reply::json(200, function("ready")), download(&book), Reply::text(200, "3")];
    let results = book.call("compute_functions.results", replies, functions.results("f-1")).await;
    assert_eq!(results[0].1.as_ref().unwrap().as_json(), Some(&json!(3)));
    let replies = [found(), Reply::json(200, function("ready")), Reply::empty(404)];
    let results = functions.iter_results("f-1").try_collect::<Vec<_>>();
    let results = book.call("compute_functions.iter_results", replies, results).await;
    assert_eq!(results[0].1, None);

    book.call("compute_functions.update_credentials", done(), functions.update_credentials()).await;
    book.call("compute_credentials.check", done(), compute.credentials().check()).await;
    book.call("compute_credentials.set", done(), compute.credentials().set()).await;
    assert_snapshot!(book.text());
}
