//! A day's work against the simulator: files, jobs, apps and documents.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;
#[path = "../examples/count_words.rs"]
#[allow(dead_code, reason = "an example has a `main`")]
mod count_words;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use agave::api::{FileKind, Import, JobStatus, NewJob, NewMetadata, NewPermission, Operator};
use agave::{Agave, Progress, Wait};
use auth_core::sim::{Fault, Reply};
use common::{World, told};
use futures_util::{StreamExt as _, TryStreamExt as _};
use serde_json::json;

fn wait() -> Wait {
    Wait::new(Duration::from_secs(1), Duration::from_secs(60))
}

fn agave(world: &World) -> Agave {
    world.signing_in().build().unwrap()
}

#[tokio::test]
async fn the_example_counts_words() {
    let world = World::new();
    let file = world.write("words.txt", "one two\nthree\n");
    let output = world.home.path().join("wc.out");
    let builder = world.at_sim().username("u").password("p");
    let job = count_words::count_words(builder, &file, &output, wait()).await.unwrap();
    assert_eq!((&job.status, job.system()), (&JobStatus::Finished, Some("cluster")));
    assert_eq!(std::fs::read_to_string(output).unwrap(), "2 3 14 words.txt\n");
}

/// The official SDK sends the empty rest of a file that it has read already, and reports success (contract section 7,
/// trap 1).
#[tokio::test]
async fn an_upload_is_whole_although_the_token_is_renewed_in_the_middle() {
    let world = World::new();
    let file = world.write("big.bin", &"0123456789".repeat(50_000));
    let reports = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&reports);
    let progress = Progress::new(move |done, total| seen.lock().unwrap().push((done, total)));
    let ag = agave(&world);
    ag.profiles().get().await.unwrap();
    world.sim.issuer().revoke_all();
    let import = Import::file(&file).await.unwrap().with_progress(&progress);
    let taken = ag.files().import_data("data", "u", &import).await.unwrap();
    let sent = world.sim.server().journal().matching("POST /files/v2/media/system/data/u");
    let lengths: Vec<_> = sent.iter().map(|request| request.multipart().unwrap()[0].bytes.len()).collect();
    assert_eq!(lengths, [500_000, 500_000]);
    assert_eq!(reports.lock().unwrap().last(), Some(&(500_000, Some(500_000))));
    assert_eq!(
        ag.files().wait("data", "u/big.bin", taken.last_modified, wait()).await.unwrap().outcome(),
        Some(true)
    );
    assert_eq!(ag.files().download("data", "u/big.bin").bytes().await.unwrap().len(), 500_000);
}

#[tokio::test]
async fn a_stream_that_cannot_be_read_again_is_not_sent_again() {
    let world = World::new();
    let ag = agave(&world);
    ag.profiles().get().await.unwrap();
    world.sim.issuer().revoke_all();
    let stream = || futures_util::stream::iter([Ok("hello ".into()), Ok("world".into())]);
    let once = Import::stream("once.txt", Some(11), stream());
    assert!(ag.files().import_data("data", "u", &once).await.unwrap_err().is_auth());
    let again = Import::reopening("again.txt", None, move || {
        Box::pin(async move { Ok(Box::pin(stream()) as auth_core::ByteStream) })
    });
    world.sim.issuer().revoke_all();
    ag.files().import_data("data", "u", &again).await.unwrap();
    world.clock.advance(Duration::from_secs(2));
    assert_eq!(ag.files().download("data", "u/again.txt").bytes().await.unwrap(), "hello world");
}

#[tokio::test]
async fn a_download_resumes_and_appears_whole_or_not_at_all() {
    let world = World::new();
    let ag = agave(&world);
    let import = Import::bytes("big.bin", "0123456789".repeat(30_000));
    ag.files().import_data("data", "u", &import).await.unwrap();
    world.clock.advance(Duration::from_secs(2));
    let target = world.write("target.bin", "what was there");
    let media = "GET /files/v2/media/system/data/u/big.bin";

    let download = || ag.files().download("data", "u/big.bin");
    world.sim.server().faults().next(media, Fault::Reply(Reply::text(404, "gone"))).times(1);
    assert!(download().to_file(&target).await.unwrap_err().is_not_found());
    assert_eq!(world.read("target.bin"), "what was there");

    world.sim.server().journal().clear();
    world.sim.server().faults().next(media, Fault::Truncate { after: 100_000 });
    assert_eq!(download().to_file(&target).await.unwrap(), 300_000);
    assert_eq!(world.read("target.bin"), "0123456789".repeat(30_000));
    let ranges: Vec<_> = world
        .sim
        .server()
        .journal()
        .matching(media)
        .iter()
        .map(|request| request.header("range").map(str::to_owned))
        .collect();
    assert!(ranges.len() == 2 && ranges[0].is_none() && ranges[1].is_some(), "{ranges:?}");

    // As the SDK names files and outputs. Its own call does not renew a token that has expired (trap 12).
    world.sim.issuer().revoke_all();
    let small = world.home.path().join("small.txt");
    let done =
        ag.files().download_uri("agave://data/shared/hello.txt", &small, Progress::silent()).await.unwrap();
    assert_eq!((done, world.read("small.txt").as_str()), (24, "hello world\nhello again\n"));
}

#[tokio::test]
async fn folders_are_walked_and_changed() {
    let world = World::new();
    let ag = agave(&world);
    let files = ag.files();
    files.mkdir("data", "u", "deep/er").await.unwrap();
    for number in 0..120 {
        let import = Import::bytes(format!("f{number:03}"), "x");
        files.import_data("data", "u", &import).await.unwrap();
    }
    files.import_data("data", "u/deep/er", &Import::url("agave://data/shared/hello.txt")).await.unwrap();
    world.clock.advance(Duration::from_secs(2));
    let walk = files.walk("data", "u");
    let paths: Vec<String> = walk.map_ok(|item| item.path).try_collect().await.unwrap();
    assert_eq!(paths.len(), 123);
    assert_eq!((paths[0].as_str(), paths[122].as_str()), ("/u/deep", "/u/deep/er/hello.txt"));
    // A walk goes on where it was.
    let mut walk = files.walk("data", "/u/");
    walk.next().await.unwrap().unwrap();
    assert_eq!(walk.cursor().unwrap().offset(), 100);

    files.copy("data", "u/deep", "/u/copy").await.unwrap();
    files.rename("data", "u/copy/er", "est").await.unwrap();
    files.move_to("data", "u/copy/est/hello.txt", "u/moved.txt").await.unwrap();
    files.delete("data", "u/copy").await.unwrap();
    let listed = files.list("data", "u").limit(3).await.unwrap();
    let names: Vec<_> = listed.iter().map(|item| (item.name.as_str(), item.kind.clone().unwrap())).collect();
    assert_eq!(names[..2], [(".", FileKind::Dir), ("deep", FileKind::Dir)]);
    assert_eq!(files.list("data", "u/moved.txt").await.unwrap()[0].length, Some(24));
    assert!(files.list("data", "u/copy").await.unwrap_err().is_not_found());

    let then =
        files.update_permissions("data", "u/moved.txt", &NewPermission::new("bob", "READ")).await.unwrap();
    assert_eq!((then.len(), then[1].permission.write), (2, false));
    // What happens to a file afterwards does not hide how its transfer ended.
    let event = |second: u8, status: &str| json!({"status": status, "created": format!("2026-01-01T00:00:0{second}Z")});
    let events =
        json!([event(3, "PERMISSION_GRANT"), event(2, "STAGING_COMPLETED"), event(2, "STAGING_QUEUED")]);
    let history = Fault::Reply(Reply::json(200, json!({"status": "success", "result": events})));
    world.sim.server().faults().next("GET /files/v2/history/system/data/u/moved.txt", history);
    assert_eq!(files.wait("data", "u/moved.txt", None, wait()).await.unwrap().status, "STAGING_COMPLETED");
    // The service cannot fetch it.
    files.import_data("data", "u", &Import::url("https://h.example/a.txt")).await.unwrap();
    assert_eq!(files.wait("data", "u/a.txt", None, wait()).await.unwrap().outcome(), Some(false));
}

#[tokio::test]
async fn jobs_end_in_every_way() {
    let world = World::new();
    let ag = agave(&world);
    let jobs = ag.jobs();
    let submit = async |app: &str, input: &str| {
        let job = NewJob::new("j", app).input("query", format!("agave://data/{input}"));
        jobs.submit(&NewJob { archive: Some(true), ..job }).await.unwrap().id
    };
    let good = submit("wc-1.0", "shared/hello.txt").await;
    let job = jobs.wait(&good, wait()).await.unwrap();
    assert!(job.status.is_success() && job.started_at() < job.ended_at());
    let history = jobs.get_history(&good).await.unwrap();
    assert_eq!((history.len(), &history[6].status), (9, &JobStatus::Running));
    let outputs: Vec<_> = jobs.walk_outputs(&good, "/").map_ok(|item| item.name).try_collect().await.unwrap();
    assert_eq!(outputs, ["wc.out", "wc.err"]);
    let archived = format!("{}/wc.out", job.archive_path.unwrap());
    assert_eq!(ag.files().download("data", &archived).bytes().await.unwrap(), "2 4 24 hello.txt\n");

    let without_input = submit("wc-1.0", "nothing").await;
    let failed = jobs.wait(&without_input, wait()).await.unwrap();
    assert_eq!(failed.message.as_deref(), Some("The input agave://data/nothing does not exist"));
    let bad_app = submit("fail-1.0", "shared/hello.txt").await;
    assert_eq!(jobs.wait(&bad_app, wait()).await.unwrap().status, JobStatus::Failed);

    let long = submit("sleep-1.0", "shared/hello.txt").await;
    let error = jobs.wait(&long, wait()).await.unwrap_err();
    assert_eq!(told(&world, error), "job job-4 was not done after 60.0s");
    jobs.stop(&long).await.unwrap();
    assert_eq!(jobs.wait(&long, wait()).await.unwrap().status, JobStatus::Stopped);
    let again = jobs.resubmit(&good).await.unwrap();
    assert_eq!((again.id.as_str(), again.status), ("job-5", JobStatus::Pending));

    let finished = jobs.list().search("status", Operator::Eq, "FINISHED").await.unwrap();
    assert_eq!(finished.iter().map(|job| job.id.as_str()).collect::<Vec<_>>(), ["job-1"]);
    jobs.delete(&good).await.unwrap();
    assert!(jobs.get(&good).await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn a_wait_bears_with_a_service_that_fails_for_a_while() {
    let world = World::new();
    let ag = agave(&world);
    let job = ag.jobs().submit(&NewJob::new("j", "wc-1.0")).await.unwrap();
    let status = "GET /jobs/v2/*/status";
    world.sim.server().faults().next(status, Fault::status(404)).times(3);
    world.sim.server().faults().next(status, Fault::status(503)).times(9);
    assert!(ag.jobs().wait(&job.id, wait()).await.unwrap().status.is_success());
    assert!(ag.jobs().wait("unknown", wait()).await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn lists_are_streamed_to_their_end() {
    let world = World::new();
    let ag = agave(&world);
    for number in 0..205 {
        let document = NewMetadata::new(format!("n{}", number % 2), json!({"number": number}));
        ag.meta().add_metadata(&document).await.unwrap();
    }
    let documents = ag.meta().list_metadata().q(&json!({"name": "n1"}));
    let all: Vec<_> = documents.limit(51).stream().try_collect().await.unwrap();
    assert_eq!((all.len(), all[101].value["number"].as_i64()), (102, Some(203)));
    // 102 is twice 51: only an empty page tells that there are no more.
    assert_eq!(world.sim.server().journal().count("GET /meta/v2/data"), 3);
    world.sim.server().journal().clear();
    let rest: Vec<_> =
        ag.meta().list_metadata().offset(200).limit(1000).stream().try_collect().await.unwrap();
    assert_eq!(rest.len(), 5);
    let asked = world.sim.server().journal().last().unwrap();
    assert_eq!(asked.raw_query(), Some("limit=100&offset=200"));
    // A page that fails ends the stream, and its cursor tells where that page begins.
    world.sim.server().faults().next("GET /meta/v2/data", Fault::status(500)).skip(1);
    let mut pages = ag.meta().list_metadata().stream();
    let read: Vec<_> = pages.by_ref().collect().await;
    assert_eq!((read.len(), read.iter().filter(|item| item.is_err()).count()), (101, 1));
    let begin = pages.cursor().copied().unwrap();
    let rest: Vec<_> = ag.meta().list_metadata().offset(begin).stream().try_collect().await.unwrap();
    assert_eq!((begin, rest.len()), (100, 105));
}

#[tokio::test]
async fn what_cannot_be_asked_for_is_told_before_anything_is_sent() {
    let world = World::new();
    let ag = agave(&world);
    let files = ag.files();
    let silent = Progress::silent;
    let errors = [
        ag.apps().get("").await.unwrap_err(),
        ag.jobs().get("..").await.unwrap_err(),
        files.delete("data", "").await.unwrap_err(),
        files.list("data", "a/../b").await.unwrap_err(),
        files.download("", "a").bytes().await.unwrap_err(),
        files.mkdir("data", "/", " ").await.unwrap_err(),
        files.rename("data", "a", "b/c").await.unwrap_err(),
        files.import_data("data", "/", &Import::url("")).await.unwrap_err(),
        files.import_data("data", "/", &Import::bytes("", "x")).await.unwrap_err(),
        Import::file("no-such-file").await.unwrap_err(),
        files.download_uri("https://elsewhere.example/a?token=canary", "x", silent()).await.unwrap_err(),
        files.download_uri("agave://data", "x", silent()).await.unwrap_err(),
    ];
    assert!(world.sim.server().journal().is_empty());
    let texts: Vec<String> = errors.iter().map(|error| told(&world, error)).collect();
    insta::assert_snapshot!(texts.join("\n"));
}
