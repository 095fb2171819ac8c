//! The examples that a user would copy, against the simulator.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;
#[path = "../examples/pipeline.rs"]
#[allow(dead_code, reason = "its `main` needs a cluster")]
mod pipeline;
#[path = "../examples/skill_daemon.rs"]
#[allow(dead_code, reason = "its `main` serves for ever")]
mod skill_daemon;
#[path = "../examples/skill_job.rs"]
#[allow(dead_code, reason = "its `main` takes the arguments of the process")]
mod skill_job;

use common::*;
use cortex::api::{ActivationStatus, Skill, SkillCall};
use cortex::{Client, Environment, Method, Progress};
use serde_json::{Value, json};

/// Calls a skill as a user would, and gives the message with which the cluster then calls the skill.
async fn invoked(sim: &cortex::sim::Sim, client: &Client, payload: Value) -> (String, Value) {
    client.skills().save(&Skill::new("count")).await.unwrap();
    let call = SkillCall::new(payload);
    let activation = client.skills().invoke("count", "input", &call).await.unwrap().activation_id.unwrap();
    let message = sim.message_of(&activation).unwrap();
    (activation, message)
}

/// The simulator with the machine's clock, because the examples make their clients without one.
fn cluster() -> (cortex::sim::Sim, Client) {
    let sim = cortex::sim::Sim::start().unwrap();
    let environment = Environment::empty();
    let client =
        Client::builder().environment(environment).config(sim.config()).project("p1").build().unwrap();
    (sim, client)
}

#[tokio::test]
async fn a_job_takes_its_message_from_the_last_argument_and_answers() {
    let (sim, client) = cluster();
    client.content().upload("input.csv", "a,b\n1,2\n3,4\n").await.unwrap();
    let (activation, message) = invoked(&sim, &client, json!({"key": "input.csv"})).await;
    let args = ["job".to_owned(), "--verbose".to_owned(), message.to_string()];
    let folder = tempfile::tempdir().unwrap();
    let job = |args: Vec<String>| {
        let args = args.into_iter().map(Into::into);
        skill_job::run(args, folder.path(), Progress::silent())
    };
    job(args.to_vec()).await.unwrap();

    assert_eq!(sim.said(&activation), [json!({"payload": {"lines": 3, "report": "input.csv.report.txt"}})]);
    assert_eq!(client.content().download("input.csv.report.txt").bytes().await.unwrap(), "3 lines\n");
    let became = client.activations().get(&activation).await.unwrap();
    assert_eq!((became.is_over(), became.status), (true, Some(ActivationStatus::Complete)));

    let error = job(vec!["job".to_owned()]).await.unwrap_err();
    assert!(error.to_string().contains("last command-line argument"), "{error}");
}

#[tokio::test]
async fn a_daemon_answers_invoke_and_remembers_in_the_session() {
    let (sim, client) = cluster();
    client.content().upload("input.csv", "a,b\n").await.unwrap();
    let (_, mut message) = invoked(&sim, &client, json!({"key": "input.csv"})).await;
    let session = client.sessions().start(&cortex::api::NewSession::default()).await.unwrap().unwrap();
    message["sessionId"] = session.as_str().into();

    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let daemon = format!("http://{}", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move { axum::serve(listener, skill_daemon::app()).await });
    let caller = builder(&Environment::empty()).token(jwt("cluster")).api_endpoint(daemon).build().unwrap();
    let invoke =
        |message: Value| caller.request(Method::POST, "/invoke").json(&message).json_reply::<Value>();
    for calls in 1..=2 {
        let answer = invoke(message.clone()).await.unwrap();
        assert_eq!(answer, json!({"payload": {"bytes": 4, "calls": calls}}));
    }
    assert_eq!(client.sessions().session(session).get("calls").await.unwrap(), Some(json!(2)));

    let error = invoke(json!({"payload": {}, "token": null})).await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 400);
    assert!(error.to_string().contains("apiEndpoint is missing"), "{error}");
    message["payload"]["key"] = "gone".into();
    assert_eq!(invoke(message).await.unwrap_err().status().unwrap().as_u16(), 502);
    serving.abort();
}

#[tokio::test]
async fn a_pipeline_stores_runs_keeps_and_calls() {
    let (sim, clock, client) = signed_in();
    let (run, activation) = pipeline::run(&client, &Progress::silent()).await.unwrap();
    assert!(sim.is_deployed("p1", "score"));
    assert_eq!(sim.artifact("p1", "pipeline", &run, "model").unwrap().len(), 2_000_000);
    let experiment = client.experiments().experiment("pipeline");
    let last = experiment.last_run().await.unwrap().unwrap();
    assert_eq!((last.run_id.as_str(), &last.params["trees"]), (run.as_str(), &json!(100)));
    assert_eq!((last.start_time, &last.metrics["accuracy"]), (Some(NOW as f64), &json!(0.68)));
    assert!(last.artifacts.contains_key("model"));
    let message = sim.message_of(&activation.unwrap()).unwrap();
    assert_eq!((&message["payload"]["run"], &message["skillName"]), (&json!(run), &json!("score")));

    // The skill reads it hours later: tokens renew themselves.
    clock.advance(std::time::Duration::from_secs(7200));
    let model = client.experiments().get_artifact("pipeline", &run, "model").bytes().await.unwrap();
    assert_eq!(model, vec![7; 2_000_000]);
}
