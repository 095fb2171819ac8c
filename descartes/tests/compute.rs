//! Compute against the simulator: jobs and functions that advance on the clock, and what must never happen.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use auth_core::sim::{Fault, Reply};
use common::World;
use descartes::api::{Calls, Filter, FunctionStatus, JobResult, JobStatus, NewFunction, NewJob};
use descartes::{Body, Client, Environment, Error, ErrorKind, Flavor, TokenInfoPath, Wait};
use futures_util::{StreamExt as _, TryStreamExt as _};
use serde_json::json;

const JOBS: &str = "POST /compute/v1/jobs";

fn wait() -> Wait {
    Wait::new(Duration::from_secs(10), Duration::from_secs(600))
}

#[path = "../examples/submit_job.rs"]
mod submit_job;

#[tokio::test]
async fn the_example_submits_a_job_and_fetches_its_result() {
    let world = World::new();
    let (job, result) = submit_job::run(&world.client(), "f-echo").await.unwrap();
    assert_eq!(job.status, JobStatus::Success);
    assert_eq!(result, Some(JobResult::Json(json!({"args": [1, 2], "kwargs": null}))));
    let error = submit_job::run(&world.client(), "f-fails").await.unwrap_err();
    assert!(matches!(&error, Error::Job(failure) if failure.status == JobStatus::Failure), "{error:?}");
}

#[tokio::test]
async fn both_flavours_go_the_whole_way() {
    for world in [World::new(), World::earthone()] {
        let client = world.client();
        let functions = client.compute().functions();
        client.compute().credentials().check().await.unwrap_err();
        functions.update_credentials().await.unwrap();
        client.compute().credentials().check().await.unwrap();

        let made = functions.create(&NewFunction::new("sum", "python3.10:latest"), Body::bytes("PK..")).await;
        let made = made.unwrap();
        assert_eq!(made.status, FunctionStatus::Building);
        let upload = world.journal().matching("PUT /signed/bundles/*");
        assert!(upload[0].bearer().is_none() && upload[0].header("x-client-session").is_none());

        let calls = Calls { args: (0..3).map(|number| vec![json!(number)]).collect(), ..Default::default() };
        let mapped = functions.map(&made.id, calls).await.unwrap();
        assert_eq!(mapped.jobs.len(), 3);
        let ended: Vec<_> =
            functions.as_completed(&made.id, &mapped.jobs, wait()).unwrap().try_collect().await.unwrap();
        assert_eq!(ended.len(), 3);
        let idle = functions.wait_for_completion(&made.id, wait()).await.unwrap();
        assert_eq!((idle.status, idle.job_statistics.unwrap()["success"]), (FunctionStatus::Ready, 3));
        let results = functions.results(&made.id).await.unwrap();
        assert_eq!(results[2].1.as_ref().unwrap().as_json().unwrap()["args"], json!([2]));
        let log = functions.stream_build_log(&made.id).await.unwrap();
        assert!(log.try_collect::<Vec<_>>().await.unwrap().concat().starts_with(b"\x1f\x8b"));
        functions.delete(&made.id, true).await.unwrap();
        assert!(functions.get(&made.id).await.unwrap_err().is_not_found());
    }
}

#[tokio::test]
async fn a_job_is_watched_canceled_run_again_and_deleted() {
    let world = World::new();
    let client = world.client();
    let jobs = client.compute().jobs();
    let job = jobs.create(&NewJob::new("f-echo").args([1])).await.unwrap();
    assert_eq!(jobs.cancel(&job.id).await.unwrap().status, JobStatus::Canceled);
    let failure = jobs.result(&job).await.unwrap_err();
    assert_eq!(
        failure.to_string(),
        format!("job {} did not succeed, its status is canceled (its log tells more)", job.id)
    );
    let all = jobs.search().filter(Filter::eq("function_id", "f-echo"));
    assert_eq!(jobs.rerun_many(&all).await.unwrap().len(), 1);
    let seen = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&seen);
    let watch = move |_: &descartes::api::Job| {
        count.fetch_add(1, Ordering::Relaxed);
    };
    let ended = jobs.wait_watching(&job.id, wait(), watch).await.unwrap();
    assert_eq!((ended.status, seen.load(Ordering::Relaxed)), (JobStatus::Success, 4));
    let log = jobs.log(&job.id, false).await.unwrap();
    assert_eq!(log, "started\nended");
    jobs.delete(&job.id, true).await.unwrap();
    assert!(jobs.get(&job.id).await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn a_wait_ends_at_its_deadline_and_bears_an_outage() {
    let world = World::new();
    let client = world.client();
    let jobs = client.compute().jobs();
    let job = jobs.create(&NewJob::new("f-echo")).await.unwrap();
    let short = wait().with_deadline(Duration::from_secs(15));
    let error = jobs.wait_for_completion(&job.id, short).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(error.to_string(), format!("job {} was not done after 15.0s", job.id));

    let faults = world.sim.server().faults();
    faults.next("GET /compute/v1/jobs/*", Fault::Reply(Reply::empty(503))).times(3);
    let ended = jobs.wait_for_completion(&job.id, wait()).await.unwrap();
    assert!(ended.is_done() && faults.pending() == 0);
}

/// Trap 9: the vendor's SDK sends it again.
#[tokio::test]
async fn a_submission_is_never_repeated() {
    let world = World::new();
    let client = world.client();
    let (jobs, functions) = (client.compute().jobs(), client.compute().functions());
    client.auth().token().await.unwrap();
    let faults = world.sim.server().faults();
    for fault in [Fault::ResetBeforeReply, Fault::Reply(Reply::empty(502)), Fault::Reply(Reply::empty(504))] {
        world.journal().clear();
        faults.next(JOBS, fault);
        let error = jobs.create(&NewJob::new("f-echo")).await.unwrap_err();
        assert!(error.is_outcome_unknown() && !error.is_retryable(), "{error}");
        assert_eq!(world.journal().count(JOBS), 1);
    }
    world.journal().clear();
    faults.next(JOBS, Fault::Reply(Reply::empty(503)));
    jobs.create(&NewJob::new("f-echo")).await.unwrap_err();
    assert_eq!(world.journal().count(JOBS), 1);

    // Later batches are told beside the jobs, and can be sent again as they were.
    let calls = Calls { args: vec![vec![]; 2500], ..Default::default() };
    faults.next("POST /compute/v1/jobs/bulk", Fault::ResetBeforeReply.after_handling()).skip(1);
    let mapped = functions.map("f-echo", calls).await.unwrap();
    assert_eq!((mapped.jobs.len(), mapped.failed.len()), (1500, 1));
    assert!(mapped.failed[0].error.is_outcome_unknown());
    let before = jobs.search().count().await.unwrap();
    assert_eq!(functions.submit(&mapped.failed[0].batch).await.unwrap().len(), 1000);
    assert_eq!(jobs.search().count().await.unwrap(), before);
}

#[tokio::test]
async fn a_search_is_read_page_by_page_limited_and_resumed() {
    let world = World::new();
    let client = world.client();
    let jobs = client.compute().jobs();
    for _ in 0..5 {
        jobs.create(&NewJob::new("f-echo")).await.unwrap();
    }
    let search = || jobs.search().filter(Filter::eq("status", "pending")).page_size(2);
    assert_eq!(search().count().await.unwrap(), 5);
    let mut pages = search().stream();
    pages.next().await.unwrap().unwrap();
    let cursor = serde_json::to_value(pages.cursor().unwrap()).unwrap();
    let rest = search().stream_from(Some(serde_json::from_value(cursor).unwrap()));
    assert_eq!(rest.try_collect::<Vec<_>>().await.unwrap().len(), 3);
    assert_eq!(search().limit(3).collect().await.unwrap().len(), 3);

    world.journal().clear();
    let never = Filter::any_of("id", Vec::<String>::new());
    assert!(search().filter(never.clone()).collect().await.unwrap().is_empty());
    assert!(jobs.delete_many(&search().filter(never), true).await.unwrap().is_empty());
    // What is no number would be sent as nothing, and mean something else.
    let no_number = search().filter(Filter::lt("runtime", f64::NAN));
    for error in [
        jobs.delete_many(&no_number, true).await.unwrap_err(),
        no_number.clone().count().await.unwrap_err(),
        no_number.collect().await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
    assert!(world.journal().is_empty(), "a condition that holds for nothing was sent");
}

/// A limit that the service forgets after the first page, and a page that names itself as the next one.
#[tokio::test]
async fn the_limit_holds_and_no_reading_is_endless() {
    let world = World::new();
    let client = world.client();
    let jobs = client.compute().jobs();
    let page = |cursor: &str| {
        let job = json!({"id": "j-1", "function_id": "f-1", "status": "success"});
        Fault::Reply(Reply::json(200, json!({"data": [job, job], "meta": {"page_cursor": cursor}})))
    };
    let faults = world.sim.server().faults();
    faults.next("GET /compute/v1/jobs", page("c1"));
    faults.next("GET /compute/v1/jobs", page("c2"));
    assert_eq!(jobs.search().limit(3).collect().await.unwrap().len(), 3);
    faults.next("GET /compute/v1/jobs", page("c1")).times(2);
    let error = jobs.search().collect().await.unwrap_err();
    let circle = "a search goes in circles: a page names one as the next that was read before";
    assert_eq!(error.to_string(), circle);

    // Round about, and past ever new pages that hold nothing.
    for cursor in ["c1", "c2", "c1"] {
        faults.next("GET /compute/v1/jobs", page(cursor));
    }
    assert_eq!(jobs.search().stream().try_collect::<Vec<_>>().await.unwrap_err().to_string(), circle);
    world.journal().clear();
    for number in 0..20 {
        let empty = json!({"data": [], "meta": {"page_cursor": format!("c{number}")}});
        faults.next("GET /compute/v1/jobs", Fault::Reply(Reply::json(200, empty)));
    }
    let error = jobs.search().collect().await.unwrap_err();
    assert!(error.to_string().starts_with("more than 10 pages of a search in a row hold nothing"), "{error}");
    assert_eq!(world.journal().count("GET /compute/v1/jobs"), 11);
}

/// What it takes to send a batch again is there, whichever batch fails.
#[tokio::test]
async fn no_batch_is_lost_with_its_error() {
    const BULK: &str = "POST /compute/v1/jobs/bulk";
    let world = World::new();
    let client = world.client();
    let (jobs, functions) = (client.compute().jobs(), client.compute().functions());
    let calls = || Calls { args: vec![vec![]; 2500], ..Default::default() };
    client.auth().token().await.unwrap();
    let faults = world.sim.server().faults();

    faults.next(BULK, Fault::Truncate { after: 10 });
    let mapped = functions.map("f-echo", calls()).await.unwrap();
    assert_eq!((mapped.jobs.len(), mapped.failed.len(), mapped.unsent.len()), (0, 1, 2));
    assert!(mapped.failed[0].error.is_outcome_unknown(), "{}", mapped.failed[0].error);
    assert_eq!((world.journal().count(BULK), jobs.search().count().await.unwrap()), (1, 1000));
    assert_eq!(functions.submit(&mapped.failed[0].batch).await.unwrap().len(), 1000);
    assert_eq!(jobs.search().count().await.unwrap(), 1000, "the platform knows the batch by its reference");

    faults.next(BULK, Fault::Reply(Reply::json(404, json!({"detail": "no such function"})))).skip(1);
    let mapped = functions.map("f-echo", calls()).await.unwrap();
    assert_eq!((mapped.jobs.len(), mapped.failed.len(), mapped.unsent.len()), (1000, 1, 1));
    assert!(mapped.failed[0].error.is_not_found());
}

/// A wait asks in its own rhythm, and begins when it is read.
#[tokio::test]
async fn each_question_of_a_wait_is_asked_once() {
    let world = World::new();
    let client = world.client();
    let (jobs, functions) = (client.compute().jobs(), client.compute().functions());
    let job = jobs.create(&NewJob::new("f-echo")).await.unwrap();
    let faults = world.sim.server().faults();
    faults.next("GET /compute/v1/jobs/*", Fault::Reply(Reply::empty(503))).times(2);
    let before = world.clock.sleeps().len();
    jobs.wait_for_completion(&job.id, wait()).await.unwrap();
    let ten = Duration::from_secs(10);
    assert!(world.clock.sleeps()[before..].iter().all(|sleep| *sleep == ten), "{:?}", world.clock.sleeps());

    let short = wait().with_deadline(Duration::from_secs(60));
    let mut ended = functions.as_completed("f-echo", [&job], short).unwrap();
    world.clock.advance(Duration::from_secs(3600));
    faults.next("GET /compute/v1/jobs", Fault::Reply(Reply::empty(503)));
    let before = world.clock.sleeps().len();
    assert_eq!(ended.next().await.unwrap().unwrap().id, job.id);
    assert_eq!(world.clock.sleeps()[before..], [ten]);
}

#[tokio::test]
async fn a_function_that_cannot_be_built_ends_the_wait() {
    let world = World::new();
    let client = world.client();
    let failed = json!({"id": "f-9", "status": "build_failed", "name": "sum"});
    let faults = world.sim.server().faults();
    faults.next("GET /compute/v1/functions/*", Fault::Reply(Reply::json(200, failed)));
    let error = client.compute().functions().wait_for_completion("f-9", wait()).await.unwrap_err();
    assert!(matches!(&error, Error::Build(failure) if failure.function_id == "f-9"), "{error:?}");
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Service, false));
    assert_eq!(error.to_string(), "function f-9 (sum) could not be built (its build log tells more)");
}

/// All that is refused before anything is sent, as people read it.
#[tokio::test]
async fn what_is_refused_before_anything_is_sent() {
    let world = World::new();
    let client = world.client();
    let (jobs, functions) = (client.compute().jobs(), client.compute().functions());
    let mut text = String::new();
    let mut note = |error: Error| {
        writeln!(text, "{:?}: {error}", error.kind()).unwrap();
    };
    note(jobs.get("").await.unwrap_err());
    note(jobs.cancel("..").await.unwrap_err());
    let two = Calls { args: vec![vec![]], kwargs: Some(Vec::new()), ..Default::default() };
    note(functions.map("f-1", two).await.unwrap_err());
    let other =
        serde_json::from_value(json!({"id": "j-1", "function_id": "f-2", "status": "pending"})).unwrap();
    note(functions.as_completed("f-1", [&other], wait()).err().unwrap());
    note(descartes::api::megabytes("2 TB").unwrap_err());
    let token = world.builder().jwt_token(world.jwt(json!({}))).token_info_path(TokenInfoPath::None);
    let token = Client::new(token.build().unwrap()).unwrap();
    note(token.compute().credentials().set().await.unwrap_err());
    let freemium = world.builder_in(Environment::empty()).env("aws-freemium").domain(world.sim.base());
    let freemium = Client::new(freemium.client_id("cid").client_secret("sec").build().unwrap()).unwrap();
    note(freemium.compute().jobs().get("j-1").await.unwrap_err());
    assert_eq!(freemium.auth().flavor(), Flavor::DESCARTES_LABS);
    assert!(world.journal().is_empty(), "something was sent");
    insta::assert_snapshot!(text);
}

/// A long line, a last line without an end, and a log that breaks off.
#[tokio::test]
async fn logs_are_read_in_any_pieces() {
    let world = World::new();
    let client = world.client();
    let jobs = client.compute().jobs();
    let faults = world.sim.server().faults();
    let long = "x".repeat(100_000);
    let line = json!({"date": "2024-05-01T10:00:01Z", "log": long}).to_string();
    let body = format!("{line}\r\n\n{line}");
    let bytes = body.clone().into_bytes();
    let pieces = move || bytes.chunks(999).map(|piece| piece.to_vec().into()).collect::<Vec<_>>();
    faults.next("GET /compute/v1/jobs/*/log", Fault::Reply(Reply::stream(200, pieces)));
    let lines: Vec<_> = jobs.iter_log("j-1").await.unwrap().try_collect().await.unwrap();
    assert!(lines.len() == 2 && lines.iter().all(|line| line.log == long));

    faults.next("GET /compute/v1/jobs/*/log", Fault::Reply(Reply::empty(200)));
    assert_eq!(jobs.log("j-1", true).await.unwrap(), "");
}
