use agave::api::{CheckResult, NewMonitor};
use insta::assert_snapshot;
use serde_json::json;

use crate::book::{nothing, open, result};

#[tokio::test]
async fn monitors() {
    let (mut book, ag) = open();
    let monitors = ag.monitors();
    let check =
        json!({"id": "c-1", "result": "PASSED", "message": null, "created": "2018-07-10T12:28:01.000-05:00"});
    let monitor = json!({
        "id": "m-1", "target": "s1", "owner": "u", "frequency": 720, "active": true, "updateSystemStatus": false,
        "internalUsername": null, "lastCheck": check, "lastSuccess": null, "nextUpdate": "2018-07-11T12:28:01.000-05:00",
    });
    let list = monitors.list().target("s1").active(true).limit(1);
    book.call("monitors.list", result(json!([monitor])), list.into_future()).await;
    let new = NewMonitor { frequency: Some(720), active: Some(true), ..NewMonitor::new("s1") };
    let added = book.call("monitors.add", result(monitor.clone()), monitors.add(&new)).await;
    assert_eq!(added.last_check.unwrap().result, Some(CheckResult::Passed));
    let got = book.call("monitors.get", result(monitor.clone()), monitors.get("m-1")).await;
    assert_eq!((got.target.as_deref(), got.frequency), (Some("s1"), Some(720)));
    book.call("monitors.update", result(monitor), monitors.update("m-1", &new)).await;
    book.call("monitors.delete", nothing(), monitors.delete("m-1")).await;
    let list = monitors
        .list_checks("m-1")
        .start_date("2018-07-01")
        .end_date("2018-07-31")
        .result(&CheckResult::Failed);
    book.call("monitors.listChecks", result(json!([check])), list.into_future()).await;
    book.call("monitors.runCheck", result(check.clone()), monitors.run_check("m-1")).await;
    book.call("monitors.getCheck", result(check), monitors.get_check("m-1", "c-1")).await;
    assert_snapshot!(book.text());
}
