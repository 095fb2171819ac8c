//! Managed content (contract section 6.3).
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use auth_core::sim::{Fault, Reply};
use common::*;
use cortex::api::{ContentEntry, ListQuery};
use cortex::{Client, Environment, ErrorKind, Progress, Upload};
use futures_util::{StreamExt as _, TryStreamExt as _};
use tempfile::tempdir;

const FILE: &str = "GET /fabric/v4/projects/p1/content/k";

#[tokio::test]
async fn forms_and_plain_bodies_arrive_whole() {
    let (sim, _, client) = signed_in();
    let folder = tempdir().unwrap();
    let path = folder.path().join("local.csv");
    std::fs::write(&path, "a,b\n").unwrap();
    let content = client.content();

    let uploaded = content.upload("/dir/b c.csv", Upload::file(&path).await.unwrap()).await.unwrap();
    assert_eq!(uploaded.key.as_deref(), Some("dir/b c.csv"));
    assert_eq!(sim.content("p1", "dir/b c.csv").unwrap(), "a,b\n");
    let form = sim.server().journal().last().unwrap();
    let parts = form.multipart().unwrap();
    let names: Vec<_> = parts.iter().map(|part| (part.name.as_str(), part.file_name.as_deref())).collect();
    assert_eq!(names, [("key", None), ("content", Some("local.csv"))]);
    assert!(form.header("content-length").is_some());

    let stream = futures_util::stream::iter(["da", "ta"].map(|part| Ok(bytes::Bytes::from(part))));
    content
        .upload_streaming("ä/%20", Upload::stream(None, stream).with_content_type("text/csv"))
        .await
        .unwrap();
    let plain = sim.server().journal().last().unwrap();
    assert_eq!(plain.path(), "/fabric/v4/projects/p1/content/%C3%A4/%2520");
    assert_eq!(
        (plain.header("content-type"), plain.header("transfer-encoding")),
        (Some("text/csv"), Some("chunked"))
    );
    assert_eq!(sim.content("p1", "ä/%20").unwrap(), "data");
    assert_eq!(content.download("ä/%20").bytes().await.unwrap(), "data");
}

#[tokio::test]
async fn progress_is_told_both_ways() {
    let (sim, _, client) = signed_in();
    let (sent, fetched) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let watch = |seen: &Arc<AtomicU64>| {
        let seen = Arc::clone(seen);
        Progress::new(move |done, _| seen.store(done, Ordering::Relaxed))
    };
    let upload = Upload::bytes(vec![7; 300_000]).with_progress(&watch(&sent));
    client.content().upload_streaming("k", upload).await.unwrap();
    assert_eq!(sim.content("p1", "k").unwrap().len(), 300_000);
    let folder = tempdir().unwrap();
    let path = folder.path().join("k");
    let download = client.content().download("k").with_progress(watch(&fetched));
    assert_eq!(download.to_file(&path).await.unwrap(), 300_000);
    assert_eq!((sent.load(Ordering::Relaxed), fetched.load(Ordering::Relaxed)), (300_000, 300_000));
    assert_eq!(std::fs::read(path).unwrap(), vec![7; 300_000]);
}

#[tokio::test]
async fn a_download_that_breaks_off_is_resumed() {
    let (sim, _, client) = signed_in();
    let data: Vec<u8> = (0..200_000_u32).map(|number| number as u8).collect();
    sim.put_content("p1", "k", data.clone());
    sim.server().faults().next(FILE, Fault::Truncate { after: 70_000 });
    let folder = tempdir().unwrap();
    let path = folder.path().join("k");
    assert_eq!(client.content().download("k").to_file(&path).await.unwrap(), 200_000);
    assert_eq!(std::fs::read(&path).unwrap(), data);
    let requests = sim.server().journal().matching(FILE);
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[1].header("range"), Some("bytes=70000-"));
    assert!(requests[1].header("if-range").is_some());
}

#[tokio::test]
async fn a_download_that_fails_leaves_the_file_that_was_there() {
    let (sim, _, client) = signed_in();
    let folder = tempdir().unwrap();
    let path = folder.path().join("k");
    std::fs::write(&path, "old").unwrap();
    assert!(client.content().download("k").to_file(&path).await.unwrap_err().is_not_found());
    sim.put_content("p1", "k", "new");
    sim.server().faults().next(FILE, Fault::redirect(302, "/login")).times(2);
    assert!(client.content().download("k").to_file(&path).await.unwrap_err().is_auth());
    assert_eq!(std::fs::read(&path).unwrap(), b"old");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn exists_answers_only_what_it_knows() {
    let (sim, _, client) = signed_in();
    sim.put_content("p1", "k", "data");
    assert!(client.content().exists("k").await.unwrap());
    assert!(!client.content().exists("gone").await.unwrap());
    let head = "HEAD /fabric/v4/projects/p1/content/k";
    sim.server().faults().next(head, Fault::status(500)).times(4);
    assert_eq!(client.content().exists("k").await.unwrap_err().status().unwrap().as_u16(), 500);
    sim.server().faults().next(head, Fault::redirect(302, "/login")).times(2);
    assert!(client.content().exists("k").await.unwrap_err().is_auth());
}

#[tokio::test]
async fn a_delete_without_a_body_is_done() {
    let (sim, _, client) = signed_in();
    sim.put_content("p1", "k", "data");
    client.content().delete("k").await.unwrap();
    assert!(client.content().delete("k").await.unwrap_err().is_not_found());
    let delete = "DELETE /fabric/v4/projects/p1/content/k";
    sim.server().faults().next(delete, Fault::Reply(Reply::empty(204)));
    client.content().delete("k").await.unwrap();
}

#[tokio::test]
async fn lists_in_one_piece_and_page_by_page() {
    let (sim, _, client) = signed_in();
    for number in 0..5 {
        sim.put_content("p1", &format!("a/{number}"), "x");
    }
    sim.put_content("p1", "b", "x");
    let content = client.content();
    let keys =
        |entries: Vec<ContentEntry>| -> Vec<String> { entries.into_iter().map(|entry| entry.key).collect() };
    assert_eq!(content.list().send().await.unwrap().len(), 6);
    let some = content.list().prefix("a/").limit(2).skip(1).send().await.unwrap();
    assert_eq!(keys(some), ["a/1", "a/2"]);
    let all = content.list().prefix("a/").limit(2).pages().try_collect().await.unwrap();
    assert_eq!(keys(all), ["a/0", "a/1", "a/2", "a/3", "a/4"]);
    let queries: Vec<_> = sim
        .server()
        .journal()
        .matching("GET /fabric/v4/projects/p1/content")
        .iter()
        .map(|request| request.raw_query().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(
        queries,
        [
            "",
            "filter=a%2F&limit=2&skip=1",
            "filter=a%2F&limit=2",
            "filter=a%2F&limit=2&skip=2",
            "filter=a%2F&limit=2&skip=4",
            // A page that is not full may be all that a cluster gives at a time.
            "filter=a%2F&limit=2&skip=5",
        ]
    );
}

#[tokio::test]
async fn a_list_that_cannot_begin_ends() {
    let (sim, clock, _) = signed_in();
    let client = Client::builder()
        .environment(Environment::empty())
        .clock(clock)
        .config(sim.config())
        .build()
        .unwrap();
    // `take`: a stream that does not end fails the test, and does not hang it.
    let entries: Vec<_> = client.content().list().pages().take(3).collect().await;
    assert!(matches!(entries[..], [Err(cortex::Error::Project { .. })]), "{entries:?}");
    let models: Vec<_> = client.models().pages(ListQuery::default()).take(3).collect().await;
    assert!(matches!(models[..], [Err(cortex::Error::Project { .. })]), "{models:?}");
    assert!(sim.server().journal().is_empty());
}

#[tokio::test]
async fn an_upload_is_done_whatever_the_cluster_says_of_it() {
    let (sim, _, client) = signed_in();
    let said = serde_json::json!({"success": true, "Key": "k", "key": "p1/k"});
    sim.server().faults().next("POST /fabric/v4/projects/p1/content", Fault::Reply(Reply::json(200, said)));
    let uploaded = client.content().upload("k", "data").await.unwrap();
    assert_eq!((uploaded.key.as_deref(), &uploaded.extra["key"]), (Some("k"), &"p1/k".into()));
}

#[tokio::test]
async fn keys_cannot_leave_their_project() {
    let (sim, _, client) = signed_in();
    let content = client.content();
    for key in ["../../p2/content/x", "", "/", "a//b", "a/%2e%2e/b"] {
        for error in [
            content.upload(key, "x").await.unwrap_err(),
            content.upload_streaming(key, "x").await.unwrap_err(),
            content.download(key).bytes().await.unwrap_err(),
            content.delete(key).await.unwrap_err(),
            content.exists(key).await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{key}");
        }
    }
    assert!(sim.server().journal().is_empty());
    // A project's name is one segment too.
    let error = client.with_project("..").content().list().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    let error = client.with_project("a/../p2").content().list().send().await.unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(sim.server().journal().last().unwrap().path(), "/fabric/v4/projects/a%2F..%2Fp2/content");
    // What ends a path for others is a part of the key here.
    content.upload_streaming("a?b#c", "x").await.unwrap();
    assert_eq!(sim.content("p1", "a?b#c").unwrap(), "x");
}
