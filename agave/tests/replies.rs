//! Replies that are odd, late or lost: no news of a write is lost, and no write is repeated.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::io::{Read as _, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use agave::api::{Import, NewActor, NewClient, NewJob, NewTransform, Notification};
use agave::{Agave, Wait};
use auth_core::ErrorKind;
use auth_core::sim::{Fault, Reply};
use common::{World, shown};
use serde_json::{Value, json};

fn agave(world: &World) -> Agave {
    world.signing_in().build().unwrap()
}

fn wait() -> Wait {
    Wait::new(Duration::from_secs(1), Duration::from_secs(60))
}

fn result(value: Value) -> Fault {
    Fault::Reply(Reply::json(200, json!({ "status": "success", "message": null, "result": value })))
}

#[tokio::test]
async fn odd_members_do_not_lose_the_news_of_a_write() {
    let world = World::new();
    let ag = agave(&world);
    let faults = || world.sim.server().faults();
    let job = json!({"id": "j-1", "notifications": [null, "x", {"url": "https://n", "persistent": "maybe"}]});
    faults().next("POST /jobs/v2/", result(job));
    let job = ag.jobs().submit(&NewJob::new("n", "wc-1.0")).await.unwrap();
    assert_eq!((job.id.as_str(), job.notifications.len()), ("j-1", 1));
    let client =
        json!({"name": "c", "consumerKey": "ck", "consumerSecret": "cs", "tier": 20, "description": []});
    faults().next("POST /clients/v2/", result(client));
    let created = ag.clients().create(&NewClient::new("c")).await.unwrap();
    assert_eq!((shown(&created.consumer_secret), created.tier.as_deref()), ("cs", Some("20")));
}

#[tokio::test]
async fn odd_members_of_answers_do_no_harm() {
    let world = World::new();
    let ag = agave(&world);
    let faults = || world.sim.server().faults();
    let app = json!({"id": "a", "parameters": [{"id": "p", "details": {"showArgument": 1}}]});
    faults().next("GET /apps/v2/a", result(app));
    let app = ag.apps().get("a").await.unwrap();
    assert_eq!(app.parameters[0].details.as_ref().unwrap().show_argument, Some(true));
    faults()
        .next("GET /systems/v2/s", result(json!({"id": "s", "queues": [{"name": "q", "maxNodes": 16.0}]})));
    assert_eq!(ag.systems().get("s").await.unwrap().queues[0].max_nodes, Some(16));
    faults().next("GET /profiles/v2/me", result(json!({"username": null, "uid": 1})));
    assert_eq!(ag.profiles().get().await.unwrap().username, "");
}

#[tokio::test]
async fn a_change_is_not_repeated_once_it_may_have_been_seen() {
    let world = World::new();
    let ag = agave(&world);
    ag.profiles().get().await.unwrap();
    let faults = || world.sim.server().faults();
    let lost = Fault::ResetMidReply { after: 0 };
    let actor = ag.actors().add(&NewActor::new("abacosamples/wc")).await.unwrap();
    let path = format!("/actors/v2/{}", actor.id);
    for method in ["PUT", "DELETE"] {
        world.sim.server().journal().clear();
        faults().next(&format!("{method} {path}"), lost.clone()).times(3);
        let error = match method {
            "PUT" => ag.actors().update(&actor.id, &NewActor::new("abacosamples/wc")).await.unwrap_err(),
            _ => ag.actors().delete(&actor.id).await.unwrap_err(),
        };
        assert_eq!((error.kind(), world.asked().len()), (ErrorKind::OutcomeUnknown, 1), "{error}");
    }
    // What is only looked at is asked for again.
    faults().next("GET /profiles/v2/me", lost);
    ag.profiles().get().await.unwrap();
}

/// A server whose replies break off.
#[tokio::test]
async fn a_transform_whose_reply_breaks_off_may_have_been_carried_out() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let server = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let mut connection = connection.unwrap();
            let mut head = Vec::new();
            while !head.ends_with(b"}") {
                let mut bytes = [0; 1024];
                let read = connection.read(&mut bytes).unwrap();
                head.extend_from_slice(&bytes[..read]);
            }
            count.fetch_add(1, Ordering::SeqCst);
            connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhello").unwrap();
        }
    });
    let world = World::new();
    let ag = world.builder().api_server(server).use_nonce().build().unwrap();
    let request = NewTransform::new("https://h");
    let error = ag.transforms().transform_and_download("t", "u", "a.txt", &request).await.unwrap_err();
    assert_eq!((error.kind(), asked.load(Ordering::SeqCst)), (ErrorKind::OutcomeUnknown, 1), "{error}");
}

#[tokio::test]
async fn the_end_of_an_older_transfer_is_not_the_end_of_this_one() {
    let world = World::new();
    let ag = agave(&world);
    let files = ag.files();
    let import = || Import::bytes("a.txt", "new");
    let first = files.import_data("data", "u", &import()).await.unwrap();
    let end = files.wait("data", "u/a.txt", first.last_modified, wait()).await.unwrap();
    assert!(end.succeeded());
    world.clock.advance(Duration::from_secs(60));
    let sent = files.import_data("data", "u", &import()).await.unwrap();
    // The history does not tell of it yet.
    let old = json!([{"status": "STAGING_COMPLETED", "created": end.created}]);
    world.sim.server().faults().next("GET /files/v2/history/system/data/u/a.txt", result(old));
    let end = files.wait("data", "u/a.txt", sent.last_modified, wait()).await.unwrap();
    assert!(end.succeeded() && end.created > sent.last_modified, "{end:?}");
}

#[tokio::test]
async fn the_end_of_a_transfer_is_looked_for_on_all_pages() {
    let world = World::new();
    let ag = agave(&world);
    let history = "GET /files/v2/history/system/data/u/a.txt";
    let events: Value = (0..100)
        .map(|n| json!({"status": "STAGING_QUEUED", "created": format!("2018-07-10T12:00:{:02}Z", n % 60)}))
        .collect();
    world.sim.server().faults().next(history, result(events));
    let last = json!([{"status": "STAGING_FAILED", "created": "2018-07-10T12:01:00Z"}]);
    world.sim.server().faults().next(history, result(last));
    let end = ag.files().wait("data", "u/a.txt", None, wait()).await.unwrap();
    assert!(!end.succeeded() && end.outcome() == Some(false));
}

#[tokio::test]
async fn who_waits_asks_once_each_time() {
    let world = World::new();
    let ag = agave(&world);
    ag.profiles().get().await.unwrap();
    let wait = || wait().with_deadline(Duration::from_secs(3));
    let asked = |path: &str| world.sim.server().journal().matching(path).len();
    for path in [
        "/jobs/v2/j/status",
        "/actors/v2/a/executions/e",
        "/actors/v2/a",
        "/files/v2/history/system/data/u/a.txt",
    ] {
        let path = format!("GET {path}");
        world.sim.server().faults().next(&path, Fault::status(503)).times(20);
        match path.as_str() {
            "GET /jobs/v2/j/status" => ag.jobs().wait("j", wait()).await.map(drop).unwrap_err(),
            "GET /actors/v2/a/executions/e" => {
                ag.actors().wait("a", "e", wait()).await.map(drop).unwrap_err()
            }
            "GET /actors/v2/a" => ag.actors().wait_until_ready("a", wait()).await.map(drop).unwrap_err(),
            _ => ag.files().wait("data", "u/a.txt", None, wait()).await.map(drop).unwrap_err(),
        };
        assert_eq!(asked(&path), 4, "{path}");
    }
}

#[test]
fn urls_that_are_called_back_are_not_shown() {
    let url = "https://h/?key=canary";
    let import = Import::url("x").with_callback_url(url).with_notifications(json!([{ "url": url }]));
    let notification: Notification = serde_json::from_value(json!({"uuid": "n-1", "url": url})).unwrap();
    let job: agave::api::Job = serde_json::from_value(json!({"notifications": [{"url": url}]})).unwrap();
    let shown = format!("{import:?} {notification:?} {job:?}");
    assert!(!shown.contains("canary") && shown.contains("REDACTED") && shown.contains("n-1"), "{shown}");
    assert_eq!(job.notifications[0].url, url);
    assert_eq!(serde_json::to_value(notification).unwrap()["url"], url);
}
