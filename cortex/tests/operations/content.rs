use auth_core::sim::Reply;
use cortex::Upload;
use insta::assert_snapshot;
use serde_json::json;

use crate::book::{bytes, done, open, reply};

#[tokio::test]
async fn content() {
    let (mut book, client) = open();
    let content = client.content();
    let entry = json!({"Key": "pre/a.csv", "Size": 123, "ContentType": "text/csv", "LastModified": "2023-01-24T10:21:01.347Z"});
    let call = content.list().prefix("pre/").limit(10).skip(20).send();
    let entries = book.call("content.list", reply(json!([entry])), call).await;
    assert_eq!((entries[0].key.as_str(), entries[0].size), ("pre/a.csv", Some(123)));
    let uploaded = || reply(json!({"Key": "a/b c.csv"}));
    let file = || Upload::bytes("a,b\n").with_content_type("text/csv");
    let answer = book.call("content.upload", uploaded(), content.upload("a/b c.csv", file())).await;
    assert_eq!(answer.key.as_deref(), Some("a/b c.csv"));
    book.call("content.upload_streaming", uploaded(), content.upload_streaming("/a?/b c.csv", file())).await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("sub")).unwrap();
    for (name, text) in [("b.txt", "b"), ("a.txt", "a"), (".hidden", "h"), ("sub/c d.txt", "c")] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let replies = ["x/a.txt", "x/b.txt", "x/sub/c d.txt"].map(|key| Reply::json(200, json!({ "Key": key })));
    let call = content.upload_directory(folder.path(), "/x/");
    assert_eq!(book.call("content.upload_directory", replies, call).await.len(), 3);
    let answer = book.call("content.download", bytes("data"), content.download("a/b c.csv").bytes()).await;
    assert_eq!(answer, "data");
    assert!(book.call("content.exists", [Reply::empty(200)], content.exists("a/b c.csv")).await);
    book.call("content.delete", done(), content.delete("a/b c.csv")).await;
    assert_snapshot!(book.text());
}
