use agave::api::NewNotification;
use insta::assert_snapshot;
use serde_json::json;

use crate::book::{nothing, open, result};

#[tokio::test]
async fn notifications() {
    let (mut book, ag) = open();
    let notifications = ag.notifications();
    // Much of the vendor's model is missing, on which the official SDK fails.
    let told = json!({"uuid": "n-1", "url": "https://n", "event": "*", "associatedUuid": "j-1", "persistent": true, "lastSent": ""});
    let new = NewNotification { persistent: Some(true), ..NewNotification::new("https://n", "*", "j-1") };
    let added = book.call("notifications.add", result(told.clone()), notifications.add(&new)).await;
    assert_eq!((added.uuid.as_str(), added.last_sent), ("n-1", None));
    let list = notifications.list().associated_uuid("j-1").limit(5);
    book.call("notifications.list", result(json!([told])), list.into_future()).await;
    let got = book.call("notifications.get", result(told.clone()), notifications.get("n-1")).await;
    assert_eq!((got.event.as_deref(), got.persistent), (Some("*"), Some(true)));
    let policy = json!({"retryStrategy": "IMMEDIATE", "retryLimit": 5});
    let new = NewNotification { policy: Some(policy), ..new };
    book.call("notifications.update", result(told), notifications.update("n-1", &new)).await;
    book.call("notifications.delete", nothing(), notifications.delete("n-1")).await;
    assert_snapshot!(book.text());
}
