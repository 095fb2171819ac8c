use auth_core::sim::Reply;
use descartes::api::Geometry;
use descartes::api::{Blob, ByteRange, Document, Interval, StorageType, SummaryInterval, TaskStatus, prop};
use futures_util::TryStreamExt as _;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::catalog_book::{
    has_no_token, one, open, page, reads, reload, resource, search, text, wait, writes,
};

const ID: &str = "data/someorg:h/dir/a b";
/// Its MD5 is the hash below.
const CONTENT: &str = "abc\nd\r\n";

fn blob() -> Value {
    resource(
        "storage",
        ID,
        json!({
            "name": "dir/a b", "namespace": "someorg:h", "storage_type": "data", "storage_state": "available",
            "size_bytes": 7, "hash": "426991e14d4392479afa741133cfc707", "tags": ["x"],
        }),
    )
}

#[tokio::test]
async fn blobs() {
    let (mut book, client) = open();
    let blobs = client.catalog().blobs();
    let class = "catalog_blobs";
    reads(&mut book, class, blobs, &blob()).await;
    search(&mut book, class, blobs.search().filter(prop("storage_type").eq("data")), &blob()).await;
    reload(&mut book, class, blobs, &blob()).await;
    let new = Document::<Blob>::named("dir/a b");
    writes(&mut book, class, blobs, &blob(), new, json!({"description": "d"})).await;

    let place = Geometry::bounding_box(0.0, 0.0, 1.0, 1.0).unwrap();
    let found = blobs.search().intersects(&place).collect();
    book.call("catalog_blobs.intersects", [page(&[blob()], None)], found).await;
    let mut counted = json!({"count": 1, "bytes": 7, "namespaces": ["someorg:h"]});
    let replies = [one(200, resource("storage_summary", "s", counted.clone()))];
    let summary = book.call("catalog_blobs.summary", replies, blobs.search().limit(1).summary()).await;
    assert_eq!(summary.namespaces.as_deref(), Some(["someorg:h".to_owned()].as_slice()));
    counted["interval_start"] = "2020-01-01T00:00:00Z".into();
    let replies = [page(&[resource("storage_summary", "s", counted)], None)];
    let days = blobs.search().summary_interval(SummaryInterval::every(Interval::Day));
    assert_eq!(book.call("catalog_blobs.summary_interval", replies, days).await[0].count, 1);

    let own = book.call("catalog_blobs.namespace_id", [], blobs.namespace_id(None)).await;
    assert_eq!(own, "someorg:3da541559918a808c2402bba5012f6c60b27661c");
    for (given, full) in [("x", "someorg:x"), ("someorg", "someorg"), ("someorg:x", "someorg:x")] {
        assert_eq!(blobs.namespace_id(Some(given)).await.unwrap(), full);
    }
    assert_snapshot!(text(&book));
}

#[tokio::test]
async fn blobs_deleted() {
    let (mut book, client) = open();
    let blobs = client.catalog().blobs();
    let task = |status: &str| resource("storage_delete", "t-1", json!({"status": status, "ids": [ID]}));
    let started = book.call("catalog_blobs.delete", [one(201, task("RUNNING"))], blobs.delete(ID)).await;
    let started = started.unwrap();
    assert_eq!((started.id.as_str(), &started.ids), ("t-1", &Some(vec![ID.to_owned()])));
    let nothing = blobs.delete_many(&["a", "b"]);
    let nothing = book.call("catalog_blobs.delete_many", [Reply::empty(204)], nothing).await;
    assert_eq!(nothing, None);
    let status = blobs.get_delete_status("t-1");
    book.call("catalog_blob_deletion_tasks.reload", [one(200, task("RUNNING"))], status).await;
    let replies = [one(200, task("RUNNING")), one(200, task("SUCCESS"))];
    let done = blobs.wait_for_deletion("t-1", wait());
    let done = book.call("catalog_blob_deletion_tasks.wait_for_completion", replies, done).await;
    assert_eq!(done.status, TaskStatus::Succeeded);
    assert_snapshot!(text(&book));
}

fn uploaded(base: &str) -> [Reply; 3] {
    let mut storage = blob();
    for name in ["size_bytes", "hash"] {
        storage["attributes"].as_object_mut().unwrap().shift_remove(name);
    }
    let attributes = json!({
        "storage": {"data": storage}, "resumable_url": format!("{base}/signed/1?signature=s"), "signature": "SIGN",
    });
    [one(200, resource("storage_upload", "up-1", attributes)), Reply::empty(200), one(201, blob())]
}

#[tokio::test]
async fn blobs_sent() {
    let (mut book, client) = open();
    let blobs = client.catalog().blobs();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("content");
    std::fs::write(&file, CONTENT).unwrap();
    let sent = uploaded(&book.base());
    let mut new = Document::<Blob>::named("dir/a b");
    new.tags = Some(vec!["x".into()]);
    book.call("catalog_blobs.upload", sent.clone(), blobs.upload(&mut new, &file)).await;
    assert_eq!((new.id(), new.size_bytes), (ID, Some(7)));
    let mut new = Document::<Blob>::named("dir/a b");
    (new.namespace, new.storage_type) = (Some("h".into()), Some(StorageType::Dyncomp));
    book.call("catalog_blobs.upload_data", sent, blobs.upload_data(&mut new, CONTENT)).await;
    assert_eq!(new.hash.as_deref(), Some("426991e14d4392479afa741133cfc707"));
    has_no_token(&book, &client).await;
    assert_snapshot!(text(&book));
}

#[tokio::test]
async fn blobs_read() {
    let (mut book, client) = open();
    let blobs = client.catalog().blobs();
    let place = json!({ "resumable_url": format!("{}/signed/2?signature=s", book.base()) });
    let place = one(200, resource("storage_download", "d", place));
    let replies = || [place.clone(), Reply::bytes(200, CONTENT)];
    let found: Document<Blob> = {
        let found = [one(200, blob())];
        book.call("catalog_blobs.get", found, blobs.get(ID)).await.unwrap()
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("content");
    let written = book.call("catalog_blobs.download", replies(), blobs.download(&found, &file)).await;
    assert_eq!((written, std::fs::read_to_string(&file).unwrap().as_str()), (7, CONTENT));
    assert_eq!(book.call("catalog_blobs.data", replies(), blobs.data(&found)).await, CONTENT);
    for (range, part) in [
        (ByteRange::From(4), "d\r\n"),
        (ByteRange::Between(1, 2), "bc"),
        (ByteRange::from(1..3), "bc"),
        (ByteRange::Last(3), "d\r\n"),
    ] {
        let replies = [place.clone(), Reply::bytes(206, part)];
        let read = blobs.read(&found).range(range).bytes();
        assert_eq!(book.call("catalog_blobs.data", replies, read).await, part);
    }
    assert_eq!(book.call("catalog_blobs.get_data", replies(), blobs.get_data(ID)).await, CONTENT);
    let pieces = async { blobs.iter_data(&found).await?.try_concat_bytes().await };
    assert_eq!(book.call("catalog_blobs.iter_data", replies(), pieces).await, CONTENT.as_bytes());
    let lines = async { blobs.iter_lines(&found).await?.try_collect::<Vec<_>>().await };
    assert_eq!(book.call("catalog_blobs.iter_lines", replies(), lines).await, ["abc", "d"]);
    has_no_token(&book, &client).await;
    assert_snapshot!(text(&book));
}

/// All that a stream holds.
trait Whole {
    async fn try_concat_bytes(self) -> descartes::Result<Vec<u8>>;
}

impl Whole for descartes::ByteStream {
    async fn try_concat_bytes(mut self) -> descartes::Result<Vec<u8>> {
        let mut whole = Vec::new();
        while let Some(chunk) = self.try_next().await? {
            whole.extend_from_slice(&chunk);
        }
        Ok(whole)
    }
}
