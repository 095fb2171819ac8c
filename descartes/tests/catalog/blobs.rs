use std::fs;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use auth_core::sim::{Fault, Log, Reply};
use descartes::api::{Blob, ByteRange, Document, State, StorageType, TaskStatus};
use descartes::{Body, Client, ErrorKind, Progress, Wait};
use futures_util::TryStreamExt as _;

use super::{impatient, wait};
use crate::common::World;

const TAKE: &str = "PUT /signed/*";
const GIVE: &str = "GET /signed/*";

async fn uploaded(client: &Client, content: &str) -> Document<Blob> {
    let mut blob = Document::<Blob>::named("dir/a b.txt");
    client.catalog().blobs().upload_data(&mut blob, content.to_owned()).await.unwrap();
    blob
}

#[tokio::test]
async fn a_blob_comes_back_as_it_went() {
    let world = World::new();
    let client = world.client();
    let blobs = client.catalog().blobs();
    let content: String = (0..100_000).map(|number| format!("{number}\n")).collect();
    let from = world.home().join("from.txt");
    fs::write(&from, &content).unwrap();

    let mut blob = Document::<Blob>::named("numbers.txt");
    let told = Arc::new(Mutex::new(0));
    let seen = Arc::clone(&told);
    let progress = Progress::new(move |done, _| *seen.lock().unwrap() = done);
    blobs.upload_body(&mut blob, Body::file(&from).await.unwrap(), &progress).await.unwrap();
    assert_eq!(*told.lock().unwrap(), content.len() as u64);
    assert_eq!((blob.state(), blob.size_bytes), (State::Saved, Some(content.len() as u64)));
    assert_eq!(blob.id(), format!("data/someorg:{}/numbers.txt", client.auth().namespace().await.unwrap()));

    let to = world.home().join("to.txt");
    fs::write(&to, "old").unwrap();
    assert_eq!(blobs.download(&blob, &to).await.unwrap(), content.len() as u64);
    assert_eq!(fs::read_to_string(&to).unwrap(), content);
    assert_eq!(blobs.data(&blob).await.unwrap(), content);
    assert_eq!(blobs.get_data(blob.id()).await.unwrap(), content);
    let lines: Vec<String> = blobs.iter_lines(&blob).await.unwrap().try_collect().await.unwrap();
    assert_eq!((lines.len(), lines[99_999].as_str()), (100_000, "99999"));
    let part = blobs.read(&blob).range(ByteRange::Last(6)).bytes().await.unwrap();
    assert_eq!(part, "99999\n");
    let part = blobs.read(&blob).range(ByteRange::From(content.len() as u64 - 6)).bytes().await.unwrap();
    assert_eq!(part, "99999\n");
    assert_eq!(blobs.read(&blob).range(2..4).bytes().await.unwrap(), "1\n");
}

#[tokio::test]
async fn a_blob_of_nothing_is_a_blob() {
    let world = World::new();
    let client = world.client();
    let blob = uploaded(&client, "").await;
    assert_eq!((blob.size_bytes, blob.hash.as_deref()), (Some(0), Some("d41d8cd98f00b204e9800998ecf8427e")));
    assert!(client.catalog().blobs().data(&blob).await.unwrap().is_empty());
}

/// Trap 15: the vendor's SDK empties the target first, and compares nothing.
#[tokio::test]
async fn a_file_stays_as_it_was_when_its_blob_is_damaged_or_gone() {
    let world = World::new();
    let client = impatient(&world);
    let blobs = client.catalog().blobs();
    let blob = uploaded(&client, "content").await;
    let file = world.home().join("target");
    fs::write(&file, "precious").unwrap();
    for (fault, text) in [
        (Fault::Reply(Reply::bytes(200, "c0ntent")), "content with the MD5"),
        (Fault::Reply(Reply::bytes(200, "conten")), "6 bytes of 7"),
        (Fault::status(404), "answered 404"),
    ] {
        world.sim.server().faults().next(GIVE, fault.clone()).times(3);
        let error = blobs.download(&blob, &file).await.unwrap_err();
        assert!(error.to_string().contains(text), "{error}");
        let error = blobs.data(&blob).await.unwrap_err();
        assert!(error.to_string().contains(text), "{error}");
        let read = async { blobs.iter_data(&blob).await?.try_collect::<Vec<_>>().await.map_err(Into::into) };
        assert!(read.await.map_err(|error: descartes::Error| error.to_string()).unwrap_err().contains(text));
        assert_eq!(fs::read_to_string(&file).unwrap(), "precious");
    }
    // What changed meanwhile is not the blob that is known here.
    let mut newer = Document::<Blob>::named("dir/a b.txt");
    blobs.upload_data(&mut newer, "newer").await.unwrap();
    assert_eq!(blobs.download(&blob, &file).await.unwrap_err().status().unwrap(), 412);
    assert_eq!(fs::read_dir(world.home()).unwrap().filter(is_part).count(), 0);
}

fn is_part(entry: &std::io::Result<fs::DirEntry>) -> bool {
    entry.as_ref().unwrap().file_name().to_string_lossy().ends_with(".part")
}

#[tokio::test]
async fn a_download_that_breaks_off_goes_on_by_a_new_url() {
    let world = World::new();
    let client = world.client();
    let blob = uploaded(&client, &"0123456789".repeat(1000)).await;
    world.sim.server().faults().next(GIVE, Fault::Truncate { after: 4000 });
    let file = world.home().join("target");
    assert_eq!(client.catalog().blobs().download(&blob, &file).await.unwrap(), 10_000);
    assert_eq!(fs::read_to_string(&file).unwrap(), "0123456789".repeat(1000));
    let given = world.journal().matching(GIVE);
    assert!(given[1].header("range").is_some_and(|range| range.ends_with('-')));
    assert_ne!(given[0].path(), given[1].path());
}

#[tokio::test]
async fn an_upload_is_sent_again_and_a_damaged_one_is_told() {
    let world = World::new();
    let client = world.client();
    world.sim.server().faults().next(TAKE, Fault::status(503));
    let blob = uploaded(&client, "content").await;
    assert_eq!((world.journal().count(TAKE), blob.size_bytes), (2, Some(7)));

    let blobs = client.catalog().blobs();
    let mut stored = serde_json::to_value(&blob).unwrap();
    stored["hash"] = "9e107d9d372bb6826bd81d3542a419d6".into();
    let stored = serde_json::json!({"data": {"type": "storage", "id": blob.id(), "attributes": stored}});
    let register = "POST /metadata/v1/catalog/v2/storage";
    world.sim.server().faults().next(register, Fault::Reply(Reply::json(201, stored)));
    let mut new = Document::<Blob>::named("dir/a b.txt");
    let error = blobs.upload_data(&mut new, "content").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Reply);
    assert!(error.to_string().contains("the platform has content with the MD5 9e107d9d"), "{error}");

    // Before it is registered, there is no blob, and the object can be uploaded again.
    world.sim.server().faults().next(TAKE, Fault::status(403));
    let mut new = Document::<Blob>::named("other");
    blobs.upload_data(&mut new, "content").await.unwrap_err();
    assert_eq!(new.state(), State::Unsaved);
    blobs.upload_data(&mut new, "content").await.unwrap();
}

#[tokio::test]
async fn blobs_are_deleted_by_a_task_and_the_wait_ends() {
    let world = World::new();
    let client = world.client();
    let blobs = client.catalog().blobs();
    let blob = uploaded(&client, "content").await;
    let task = blobs.delete_many(&[blob.id(), "data/x/nope"]).await.unwrap().unwrap();
    assert_eq!(task.ids.as_deref(), Some([blob.id().to_owned()].as_slice()));
    assert_eq!(blobs.wait_for_deletion(&task.id, wait()).await.unwrap().status, TaskStatus::Succeeded);
    assert!(!blobs.exists(blob.id()).await.unwrap());
    assert!(blobs.delete(blob.id()).await.unwrap_err().is_not_found());
    assert_eq!(blobs.delete_many(&[blob.id()]).await.unwrap(), None);

    let running = serde_json::json!({"data": {"type": "storage_delete", "id": "t", "attributes": {"status": "RUNNING"}}});
    let status = "GET /metadata/v1/catalog/v2/storage/delete/t";
    world.sim.server().faults().next(status, Fault::Reply(Reply::json(200, running))).always();
    let short = Wait::new(Duration::from_secs(60), Duration::from_secs(150));
    let error = blobs.wait_for_deletion("t", short).await.unwrap_err();
    assert!(error.is_timeout() && error.to_string().contains("the deletion t was not done"), "{error}");
    assert_eq!(world.journal().count(status), 4);
}

/// A signed URL is as good as a password: for whoever sees it.
#[tokio::test]
async fn nothing_of_a_signed_url_is_shown() {
    let log = Log::capture();
    let world = World::new();
    let client = impatient(&world);
    let blobs = client.catalog().blobs();
    let quoting = "<Error><Code>SignatureDoesNotMatch</Code><Url>/signed/1?signature=sim</Url></Error>";
    let mut shown = String::new();
    for pattern in [TAKE, GIVE] {
        world.sim.server().faults().next(pattern, Fault::Reply(Reply::text(403, quoting)));
    }
    let mut blob = Document::<Blob>::named("x");
    let error = blobs.upload_data(&mut blob, "content").await.unwrap_err();
    shown.push_str(&format!("{error} {error:?}"));
    assert!(shown.contains("code SignatureDoesNotMatch"), "{shown}");
    blobs.upload_data(&mut blob, "content").await.unwrap();
    let error = blobs.data(&blob).await.unwrap_err();
    shown.push_str(&format!("{error} {error:?} {blob:?}"));
    shown.push_str(&log.text());
    for hidden in ["signature=", "/signed/", "sim-signature"] {
        assert!(!shown.contains(hidden), "{hidden} in {shown}");
    }
    let signed = [world.journal().matching(TAKE), world.journal().matching(GIVE)].concat();
    assert!(signed.iter().all(|request| request.header("authorization").is_none()));
}

#[tokio::test]
async fn transfers_run_in_tasks_of_their_own() {
    let world = World::new();
    let client = world.client();
    let file = world.home().join("target");
    let target = file.clone();
    let task = tokio::spawn(async move {
        let blobs = client.catalog().blobs();
        let mut blob = Document::<Blob>::named("x");
        blobs.upload_data(&mut blob, "one\ntwo").await?;
        blobs.download(&blob, target).await?;
        blobs.iter_lines(&blob).await?.try_collect::<Vec<_>>().await
    });
    assert_eq!(task.await.unwrap().unwrap(), ["one", "two"]);
    assert_eq!(fs::read_to_string(file).unwrap(), "one\ntwo");
}

#[tokio::test]
async fn other_storage_types_go_where_they_belong() {
    let world = World::new();
    let client = world.client();
    let mut blob = Document::<Blob>::named("graph");
    (blob.storage_type, blob.namespace) = (Some(StorageType::Dyncomp), Some("team".into()));
    client.catalog().blobs().upload_data(&mut blob, "{}").await.unwrap();
    assert_eq!(blob.id(), "dyncomp/someorg:team/graph");
}
