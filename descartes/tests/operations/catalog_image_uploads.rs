use auth_core::sim::Reply;
use descartes::api::{ImageUploadStatus, prop};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::catalog_book::{one, open, reads, reload, resource, search, text, wait};

fn upload(status: &str) -> Value {
    resource("image_upload", "u-1", json!({"status": status, "product_id": "p", "image_id": "p:i"}))
}

/// An upload together with what happened to it.
fn with_event(status: &str) -> Reply {
    let mut upload = upload(status);
    upload["relationships"] = json!({"events": {"data": [{"type": "image_upload_event", "id": "e-1"}]}});
    let event = json!({"event_type": "error", "severity": "ERROR", "message": "no bands"});
    let event = resource("image_upload_event", "e-1", event);
    let other = resource("image_upload_event", "e-2", json!({"message": "of another upload"}));
    Reply::json(200, json!({"data": upload, "included": [event, other]}))
}

#[tokio::test]
async fn image_uploads() {
    let (mut book, client) = open();
    let uploads = client.catalog().image_uploads();
    let class = "catalog_image_uploads";
    reads(&mut book, class, uploads, &upload("running")).await;
    search(&mut book, class, uploads.search().filter(prop("product_id").eq("p")), &upload("running")).await;
    reload(&mut book, class, uploads, &upload("running")).await;

    let replies = [one(200, upload("pending")), one(200, upload("running")), with_event("failure")];
    let waited = async {
        let mut upload = uploads.get("u-1").await?.unwrap();
        uploads.wait_for_completion(&mut upload, wait()).await?;
        Ok::<_, descartes::Error>(upload)
    };
    let mut failed = book.call("catalog_image_uploads.wait_for_completion", replies, waited).await;
    assert_eq!(failed.status, Some(ImageUploadStatus::Failure));
    let events = failed.events().unwrap();
    assert_eq!((events.len(), events[0].message.as_deref()), (1, Some("no bands")));

    let canceled = uploads.cancel(&mut failed);
    book.call("catalog_image_uploads.cancel", [one(200, upload("canceled"))], canceled).await;
    assert_eq!(failed.status, Some(ImageUploadStatus::Canceled));
    assert_snapshot!(text(&book));
}
