use agave::api::{JobNotification, JobOperation, JobStatus, NewJob, NewPermission, Operator, Order};
use auth_core::sim::Reply;
use insta::assert_snapshot;
use serde_json::json;

use crate::book::{nothing, open, result};

#[tokio::test]
async fn jobs() {
    let (mut book, ag) = open();
    let jobs = ag.jobs();
    let summary = json!({
        "id": "j-1", "name": "n", "owner": "u", "appId": "wc-1.0", "executionSystem": "s2", "status": "RUNNING",
        "created": "2018-07-10T12:28:01.000-05:00", "startTime": null, "endTime": null, "_links": {},
    });
    let job = json!({
        "id": "j-1", "name": "n", "owner": "u", "appId": "wc-1.0", "executionSystem": "s2", "batchQueue": "normal",
        "nodeCount": 1, "processorsPerNode": "16", "memoryPerNode": 32.0, "maxRunTime": "01:00:00", "archive": true,
        "archiveSystem": "s1", "archivePath": "u/archive/jobs/j-1", "retries": 0, "localId": "12", "status": "FINISHED",
        "created": "2018-07-10T12:28:01.000-05:00", "outputPath": "", "submitTime": "2018-07-10T12:28:02.000-05:00",
        "startTime": "2018-07-10T12:28:03.000-05:00", "endTime": "2018-07-10T12:28:04.000-05:00",
        "inputs": {"query": ["agave://s1/a"]}, "parameters": {"lines": true}, "notifications": null, "_links": {},
    });
    let listed = jobs.list().limit(2).offset(0).search("status", Operator::Eq, "RUNNING");
    let listed = listed
        .search_any("appId", ["wc-1.0", "wc-2.0"])
        .filter(["id", "status"])
        .sort_by("created", Order::Descending);
    let listed = book.call("jobs.list", result(json!([summary])), listed.into_future()).await;
    assert_eq!((listed[0].id.as_str(), &listed[0].status), ("j-1", &JobStatus::Running));
    let told = JobNotification {
        url: "https://n".into(),
        event: "*".into(),
        persistent: Some(true),
        ..Default::default()
    };
    let new = NewJob::new("n", "wc-1.0").input("query", "agave://s1/a").parameter("lines", true);
    let new = NewJob {
        archive: Some(true),
        node_count: Some(1),
        memory_per_node: Some("4GB".into()),
        max_run_time: Some("01:00:00".into()),
        notifications: Some(vec![told]),
        ..new
    };
    let submitted = book
        .call(
            "jobs.submit",
            [Reply::json(201, json!({"status": "success", "result": job}))],
            jobs.submit(&new),
        )
        .await;
    assert_eq!((submitted.processors_per_node, submitted.notifications.len()), (Some(16), 0));
    let got = book.call("jobs.get", result(job.clone()), jobs.get("j-1")).await;
    assert_eq!((got.system(), got.queue()), (Some("s2"), Some("normal")));
    // The service of 2019 has other names.
    let newer = json!({
        "id": "j-2", "status": "BLOCKED", "systemId": "s2", "remoteQueue": "normal", "maxHours": 1, "started": null,
        "remoteJobId": "12", "ended": "2019-07-10T12:28:04Z", "memoryPerNode": "4", "lastStatusMessage": "waits",
        "submitRetries": 1, "tenantId": "sim", "visible": true, "remoteOutcome": null, "roles": "x",
    });
    let got = book.call("jobs.get", result(newer), jobs.get("j-2")).await;
    assert_eq!((got.system(), got.queue(), &got.status), (Some("s2"), Some("normal"), &JobStatus::Blocked));
    assert_eq!(
        (got.max_hours, got.last_status_message.as_deref(), &got.extra["roles"]),
        (Some(1.0), Some("waits"), &json!("x"))
    );
    let stop = JobOperation::new("stop");
    book.call("jobs.manage", result(job.clone()), jobs.manage("j-1", &stop)).await;
    book.call("jobs.manage", nothing(), jobs.stop("j-1")).await;
    book.call("jobs.manage", result(job), jobs.resubmit("j-1")).await;
    book.call("jobs.delete", nothing(), jobs.delete("j-1")).await;
    let happened = json!([
        {"created": "2018-07-10T12:28:01.000-05:00", "status": "PENDING", "description": "Job accepted"},
        {"created": "2018-07-10T12:28:02.000-05:00", "status": "STAGING_INPUTS", "description": "",
         "progress": {"source": "agave://s1/a", "totalFiles": 1, "totalBytes": 5_000_000_000_u64, "averageRate": 0.5}},
    ]);
    let history = jobs.get_history("j-1");
    let happened = book.call("jobs.getHistory", result(happened), history.into_future()).await;
    assert_eq!(happened[1].progress.as_ref().unwrap().total_bytes, Some(5_000_000_000));

    let pems = || result(json!([{"username": "bob", "permission": {"read": true, "write": false}}]));
    let listed = book.call("jobs.listPermissions", pems(), jobs.list_permissions("j-1").into_future()).await;
    assert_eq!((listed[0].username.as_str(), listed[0].permission.execute), ("bob", None));
    let new = NewPermission::new("bob", "READ");
    book.call("jobs.updatePermissions", nothing(), jobs.update_permissions("j-1", &new)).await;
    book.call("jobs.deletePermissions", nothing(), jobs.delete_permissions("j-1")).await;
    let of_user = jobs.list_permissions_for_user("j-1", "bob");
    book.call("jobs.listPermissionsForUser", pems(), of_user.into_future()).await;
    let update = jobs.update_permissions_for_user("j-1", "bob", &new);
    book.call("jobs.updatePermissionsForUser", nothing(), update).await;
    let delete = jobs.delete_permissions_for_user("j-1", "bob");
    book.call("jobs.deletePermissionsForUser", nothing(), delete).await;

    let status = result(json!({"id": "j-1", "status": "ARCHIVING", "_links": {"self": {"href": "h"}}}));
    let status = book.call("jobs.getStatus", status, jobs.get_status("j-1")).await;
    assert!(!status.status.is_terminal());
    let outputs =
        result(json!([{"name": "out.txt", "path": "/out.txt", "length": 3, "type": "file", "owner": "u"}]));
    let listed = jobs.list_outputs("j-1", "/").limit(3);
    let listed = book.call("jobs.listOutputs", outputs, listed.into_future()).await;
    assert_eq!(listed[0].owner.as_deref(), Some("u"));
    let content = [Reply::bytes(200, vec![0, 159, 146, 150])];
    let bytes =
        book.call("jobs.downloadOutput", content, jobs.download_output("j-1", "a/out.txt").bytes()).await;
    assert_eq!(&bytes[..], [0, 159, 146, 150]);
    let search = jobs.search("status", "RUNNING").limit(1);
    book.call("jobs.search", result(json!(null)), search.into_future()).await;
    assert_snapshot!(book.text());
}
