//! What is repeated, and what is not.

use auth_core::sim::{Fault, Reply, Request, Simulator};
use cortex::api::Experiment;
use cortex::{Environment, Error, ErrorKind};
use serde_json::json;

use crate::common::*;
use crate::{LIST, count, list, seconds};

#[tokio::test]
async fn reads_are_retried_and_writes_are_not() {
    let (sim, clock, client) = signed_in();
    sim.put_content("p1", "k", "data");
    let busy = || Fault::Reply(Reply::empty(503).header("retry-after", "9"));
    sim.server().faults().next(LIST, busy());
    list(&client).await.unwrap();
    assert!(clock.sleeps().contains(&seconds(9)));
    sim.server().faults().next(LIST, Fault::Reply(Reply::empty(429).header("retry-after", "11")));
    list(&client).await.unwrap();
    assert!(clock.sleeps().contains(&seconds(11)));
    let post = "POST /fabric/v4/projects/p1/content";
    sim.server().faults().next(post, busy());
    let error = client.content().upload("k", "data").await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), count(&sim, post)), (503, 1));
    assert!(error.is_retryable() && !error.is_outcome_unknown());
}

#[tokio::test]
async fn exhausted_retries_keep_status_and_words() {
    let (sim, _, client) = signed_in();
    sim.server()
        .faults()
        .next(LIST, Fault::Reply(Reply::json(502, json!({"message": "no upstream"}))))
        .always();
    let error = list(&client).await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), count(&sim, LIST)), (502, 4));
    assert!(error.to_string().contains("no upstream"), "{error}");
}

#[tokio::test]
async fn a_lost_reply_of_a_write_is_not_repeated() {
    for fault in
        [Fault::ResetBeforeReply, Fault::CloseBeforeReply, Fault::status(504), Fault::Truncate { after: 3 }]
    {
        let (sim, _, client) = signed_in();
        let post = "POST /fabric/v4/projects/p1/content/k";
        sim.server().faults().next(post, fault.clone().after_handling());
        let error = client.content().upload_streaming("k", "data").await.unwrap_err();
        assert!(error.is_outcome_unknown() && !error.is_retryable(), "{fault:?}: {error:?}");
        assert_eq!(count(&sim, post), 1, "{fault:?}");
        assert_eq!(sim.content("p1", "k").unwrap(), "data");
    }
}

/// A second `DELETE` would find nothing and say so, or remove what is new; a second `PUT` would undo what came between.
#[tokio::test]
async fn a_lost_reply_of_a_put_or_a_delete_is_not_repeated() {
    for fault in [Fault::ResetBeforeReply, Fault::status(504), Fault::Truncate { after: 3 }] {
        let (sim, _, client) = signed_in();
        sim.put_content("p1", "k", "data");
        client.experiments().save(&Experiment::new("e")).await.unwrap();
        let run = client.experiments().experiment("e").start_run().await.unwrap();
        let put = format!("PUT /fabric/v4/projects/p1/experiments/e/runs/{}/params/depth", run.id());
        let delete = "DELETE /fabric/v4/projects/p1/content/k";
        for pattern in [put.as_str(), delete] {
            sim.server().faults().next(pattern, fault.clone().after_handling());
        }
        for error in
            [run.log_param("depth", &3).await.unwrap_err(), client.content().delete("k").await.unwrap_err()]
        {
            assert!(error.is_outcome_unknown() && !error.is_retryable(), "{fault:?}: {error:?}");
        }
        assert_eq!((count(&sim, &put), count(&sim, delete)), (1, 1), "{fault:?}");
        assert!(sim.content("p1", "k").is_none());
    }
}

#[tokio::test]
async fn calls_follow_no_redirect() {
    let stranger = Simulator::start(|_: &Request| Reply::text(200, "login page")).unwrap();
    for status in [301, 303, 307, 308] {
        for to in [format!("{}/x", stranger.base()), "/elsewhere".to_owned()] {
            let (sim, _, client) = signed_in();
            sim.server().faults().next("GET /fabric/v4/projects/p1/content/k", Fault::redirect(status, &to));
            let error = client.content().download("k").bytes().await.unwrap_err();
            assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Redirect, status));
            assert_eq!(count(&sim, "GET /elsewhere"), 0);
        }
    }
    assert!(stranger.journal().is_empty());
}

#[tokio::test]
async fn no_netrc_and_no_slashes_too_many() {
    let (sim, clock, _) = signed_in();
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join(".netrc"), "machine 127.0.0.1 login a password b\n").unwrap();
    let env = Environment::empty().with_home(home.path()).with_var("CORTEX_URI", format!("{}/", sim.base()));
    let client = client_of(&sim, &clock).environment(env).build().unwrap();
    list(&client).await.unwrap();
    let sent = sim.server().journal().last().unwrap();
    assert!(sent.bearer().is_some() && sent.path() == "/fabric/v4/projects/p1/content", "{sent:?}");
}

#[tokio::test]
async fn replies_that_are_not_what_they_should_be() {
    let (sim, _, client) = signed_in();
    sim.server().faults().next(LIST, Fault::not_json());
    assert_eq!(list(&client).await.unwrap_err().kind(), ErrorKind::Reply);
    sim.server()
        .faults()
        .next(LIST, Fault::Reply(Reply::json(200, json!({"success": false, "error": "nope"}))));
    let error = list(&client).await.unwrap_err();
    assert!(matches!(error, Error::Api(_)) && error.to_string().contains("nope"), "{error:?}");
    let error = client.with_project("p9").content().list().send().await.unwrap_err();
    assert!(error.is_not_found() && error.to_string().contains("Project p9 not found"), "{error}");
}
