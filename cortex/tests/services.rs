//! What the services do beside sending a request (contract sections 6 and 7).
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::time::Duration;

use auth_core::sim::{Fault, Reply};
use common::*;
use cortex::api::{Connection, Experiment, ListQuery, Model, RunFields, RunQuery, Skill, SkillCall};
use cortex::{Environment, ErrorKind, Message, Progress, SecretString, Wait};
use futures_util::TryStreamExt as _;
use serde_json::json;

#[tokio::test]
async fn t8_no_name_leads_anywhere_else() {
    let (sim, _, client) = signed_in();
    let (experiments, call) = (client.experiments(), SkillCall::new(json!({})));
    for error in [
        client.skills().get("..").await.unwrap_err(),
        client.skills().invoke("s", "..", &call).await.unwrap_err(),
        client.skills().send_message("", "c", "o", &json!({})).await.unwrap_err(),
        client.sessions().get_data(".", None).await.unwrap_err(),
        experiments.get_run("e", "..").await.unwrap_err(),
        experiments.update_param("e", "r", "%2e%2e", &1).await.unwrap_err(),
        experiments.get_artifact("e", "r", "").bytes().await.unwrap_err(),
        client.connections().get("..").await.unwrap_err(),
        client.secrets().get("").await.unwrap_err(),
        client.types().get("..").await.unwrap_err(),
        client.with_project("..").models().get("m").await.unwrap_err(),
        // A metric that JSON cannot hold would become `null`.
        experiments.update_metric("e", "r", "k", &f64::NAN).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    }
    assert!(sim.server().journal().is_empty());
    let error = experiments.get_run("../../p2/experiments/e", "r/../x").await.unwrap_err();
    assert!(error.is_not_found());
    let sent = sim.server().journal().last().unwrap();
    assert_eq!(
        sent.path(),
        "/fabric/v4/projects/p1/experiments/..%2F..%2Fp2%2Fexperiments%2Fe/runs/r%2F..%2Fx"
    );
}

#[tokio::test]
async fn a_get_that_changes_the_cluster_is_not_repeated() {
    for fault in [Fault::ResetBeforeReply, Fault::status(503), Fault::status(504)] {
        for call in ["deploy", "undeploy"] {
            let (sim, _, client) = signed_in();
            client.skills().save(&Skill::new("s")).await.unwrap();
            let pattern = format!("GET /fabric/v4/projects/p1/skills/s/{call}");
            sim.server().faults().next(&pattern, fault.clone().after_handling());
            let answer = match call {
                "deploy" => client.skills().deploy("s").await,
                _ => client.skills().undeploy("s").await,
            };
            answer.unwrap_err();
            assert_eq!(sim.server().journal().count(&pattern), 1, "{fault:?}");
        }
    }
    let (sim, _, client) = signed_in();
    client.skills().list().await.unwrap();
    sim.put_document("p1", "skills", json!({"name": "s"}));
    // A token that is not accepted any more is no fate unknown: nothing was done.
    sim.revoke_all();
    client.skills().deploy("s").await.unwrap();
    assert!(sim.is_deployed("p1", "s"));
}

#[tokio::test]
async fn every_service_shares_one_token_and_honours_version_and_project() {
    let (sim, clock, _) = signed_in();
    let client = client_of(&sim, &clock).api_version(5).build().unwrap();
    let other = client.with_project("p2");
    let everything = ListQuery::default();
    other.content().list().send().await.unwrap();
    other.skills().list().await.unwrap();
    other.models().list(&everything).await.unwrap();
    other.experiments().list().await.unwrap();
    other.sessions().list(None).await.unwrap();
    other.types().list().await.unwrap();
    other.connections().list(&everything).await.unwrap();
    other.connections().list_types(&everything).await.unwrap();
    other.secrets().list().await.unwrap();
    other.agents().list().await.unwrap();
    other.activations().list(&Default::default()).await.unwrap();
    other.projects().list(&everything).await.unwrap();
    other.platform().get_info().await.unwrap();
    assert_eq!(sim.tokens_seen(), 1);
    let mut requests = sim.server().journal().requests();
    let clock_call = requests.remove(0);
    assert_eq!(clock_call.path(), "/fabric/v4/info");
    for request in requests {
        let path = request.path();
        assert!(path.starts_with("/fabric/v5/"), "{path}");
        let is_global = ["info", "graphql", "connectiontypes"].iter().any(|name| path.ends_with(name));
        assert!(is_global || path.starts_with("/fabric/v5/projects/p2/"), "{path}");
    }
    assert_eq!(client.api_url(), format!("{}/fabric/v5", sim.base()));
    assert_eq!(client.project().unwrap(), "p1");
}

#[tokio::test]
async fn connections_and_secrets_are_read_inside_the_cluster() {
    let (sim, clock, client) = signed_in();
    let value = SecretString::from("mongodb://canary");
    client.secrets().save("uri", &value).await.unwrap();
    assert_eq!(sim.document("p1", "secrets", "uri").unwrap(), json!({"value": "mongodb://canary"}));
    let connection = Connection::new("db", "mongo").with_param("uri", "#SECURE.uri");
    client.connections().save(&connection).await.unwrap();
    assert_eq!(client.connections().get("db").await.unwrap().param("uri"), Some("mongodb://canary"));
    assert_eq!(client.connections().get_external("db").await.unwrap().param("uri"), Some("#SECURE.uri"));

    // The services have hosts and ports of their own, and get the token of the same client.
    let (inside, elsewhere) = (&sim, cortex::sim::Sim::with_clock(clock.clone()).unwrap());
    let port = inside.base().rsplit(':').next().unwrap().to_owned();
    let env = Environment::empty()
        .with_var("CORTEX_CONNECTIONS_SERVICE_PORT_HTTP_CORTEX_CONNECTIONS", &port)
        .with_var("CORTEX_ACCOUNTS_SERVICE_PORT_HTTP_CORTEX_ACCOUNTS", &port);
    let told = client_of(&elsewhere, &clock).environment(env).build().unwrap();
    told.connections().get("db").await.unwrap();
    told.secrets().get("uri").await.unwrap();
    let given = client_of(&elsewhere, &clock)
        .connections_endpoint(inside.base())
        .accounts_endpoint(format!("{}/", inside.base()))
        .build()
        .unwrap();
    given.connections().get("db").await.unwrap();
    given.secrets().get("uri").await.unwrap();
    assert_eq!(elsewhere.server().journal().count("GET /internal/**"), 0);
    let error = given.secrets().get("gone").await.unwrap_err();
    assert!(error.is_not_found() && error.to_string().contains("gone not found in secrets"), "{error}");

    let refused = client_of(&sim, &clock).connections_endpoint("http://connections.example").build();
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Configuration);
}

#[tokio::test]
async fn lists_come_page_by_page() {
    let (sim, _, client) = signed_in();
    for number in 0..5 {
        client.models().save(&Model::new(format!("m{number}"))).await.unwrap();
    }
    let query = ListQuery { limit: Some(2), skip: Some(1), ..ListQuery::default() };
    let names: Vec<String> =
        client.models().pages(query).map_ok(|model| model.name).try_collect().await.unwrap();
    assert_eq!(names, ["m1", "m2", "m3", "m4"]);
    let queries: Vec<_> = sim.server().journal().matching("GET /fabric/v4/projects/p1/models");
    let queries: Vec<_> = queries.iter().map(|request| request.raw_query().unwrap().to_owned()).collect();
    assert_eq!(queries, ["limit=2&skip=1", "limit=2&skip=3", "limit=2&skip=5"]);
    let all: Vec<_> = client.connections().pages(ListQuery::default()).try_collect().await.unwrap();
    assert!(all.is_empty());

    // A cluster that knows no pages gives all at once, or the same page again: neither goes on for ever.
    let models = |names: &[&str]| {
        let models: Vec<_> = names.iter().map(|name| json!({ "name": name })).collect();
        Fault::Reply(Reply::json(200, json!({ "models": models })))
    };
    let list = "GET /fabric/v4/projects/p1/models";
    let two = || ListQuery { limit: Some(2), ..ListQuery::default() };
    sim.server().faults().next(list, models(&["a", "b", "c"]));
    assert_eq!(client.models().pages(two()).try_collect::<Vec<_>>().await.unwrap().len(), 3);
    // One that gives fewer than it is asked for is asked on.
    for names in [&["a", "b"][..], &["c"], &[]] {
        sim.server().faults().next(list, models(names));
    }
    sim.server().journal().clear();
    let many = ListQuery { limit: Some(5000), ..ListQuery::default() };
    assert_eq!(client.models().pages(many).try_collect::<Vec<_>>().await.unwrap().len(), 3);
    let queries: Vec<_> = sim.server().journal().matching(list);
    let queries: Vec<_> = queries.iter().map(|request| request.raw_query().unwrap().to_owned()).collect();
    assert_eq!(queries, ["limit=5000", "limit=5000&skip=2", "limit=5000&skip=3"]);
    sim.server().faults().next(list, models(&["a", "b"])).always();
    let error = client.models().pages(two()).try_collect::<Vec<_>>().await.unwrap_err();
    assert!(error.kind() == ErrorKind::Reply && error.to_string().contains("same page again"), "{error}");
}

#[tokio::test]
async fn runs_are_found_sorted_changed_and_removed() {
    let (sim, clock, client) = signed_in();
    client.experiments().save(&Experiment::new("e")).await.unwrap();
    let one = client.experiments().experiment("e");
    for _ in 0..3 {
        let mut run = one.start_run().await.unwrap();
        run.start().await.unwrap();
        clock.advance(Duration::from_millis(1500));
        run.finish().await.unwrap();
    }
    let mut never_started = one.start_run().await.unwrap();
    assert_eq!(never_started.finish().await.unwrap_err().kind(), ErrorKind::InvalidInput);
    assert_eq!(one.last_run().await.unwrap().unwrap().run_id, "run_03");
    assert_eq!(one.get_run("run_01").await.unwrap().took, Some(1.5));
    let query = RunQuery { sort: Some(json!({"endTime": 1})), limit: 2, ..RunQuery::default() };
    assert_eq!(one.find_runs(&query).await.unwrap().len(), 2);
    one.set_meta("stays", 1).await.unwrap();
    one.set_meta("comes", 2).await.unwrap();
    assert_eq!(sim.document("p1", "experiments", "e").unwrap()["meta"], json!({"stays": 1, "comes": 2}));
    sim.put_document("p1", "experiments", json!({"name": "e", "later": 1, "meta": null, "_projectId": "p1"}));
    one.set_meta("algo", "tree").await.unwrap();
    let journal = sim.server().journal();
    let sent = journal.matching("POST /fabric/v4/projects/p1/experiments").pop().unwrap().json().unwrap();
    assert_eq!(sent, json!({"camel": "1.0.0", "name": "e", "later": 1, "meta": {"algo": "tree"}}));
    sim.put_document("p1", "experiments", json!({"name": "e", "meta": [1]}));
    assert_eq!(one.set_meta("algo", "tree").await.unwrap_err().kind(), ErrorKind::Reply);
    client.experiments().delete_run("e", "run_01").await.unwrap();
    let error = client.experiments().update_run("e", "run_01", &RunFields::default()).await.unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(one.reset(None).await.unwrap(), "Runs deleted");
    assert!(one.runs().await.unwrap().is_empty() && one.last_run().await.unwrap().is_none());

    let put = "PUT /fabric/v4/projects/p1/experiments/e/runs/r";
    let no = json!({"success": false, "error": "nope"});
    sim.server().faults().next(put, Fault::Reply(Reply::json(200, no)));
    let error = client.experiments().update_run("e", "r", &RunFields::default()).await.unwrap_err();
    assert!(error.to_string().contains("nope"), "{error}");
    // Runs may have been added since: not repeated.
    let delete = "DELETE /fabric/v4/projects/p1/experiments/e/runs";
    sim.server().journal().clear();
    sim.server().faults().next(delete, Fault::ResetBeforeReply);
    assert!(one.reset(None).await.unwrap_err().is_outcome_unknown());
    assert_eq!(sim.server().journal().count(delete), 1);
}

#[tokio::test]
async fn sessions_keep_what_is_put_and_end() {
    let (_sim, _, client) = signed_in();
    let id = client.sessions().start(&Default::default()).await.unwrap().unwrap();
    let session = client.sessions().session(id);
    let put = |name: &str, value| serde_json::Map::from_iter([(name.to_owned(), value)]);
    session.put(&put("a b", json!(1))).await.unwrap();
    session.put(&put("c", json!([2]))).await.unwrap();
    assert_eq!(session.get("a b").await.unwrap(), Some(json!(1)));
    assert_eq!(session.get_all().await.unwrap().len(), 2);
    let gone = session.clone();
    session.delete().await.unwrap();
    assert!(gone.get_all().await.unwrap().is_empty());
    assert!(gone.delete().await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn an_activation_is_waited_for() {
    let (sim, clock, client) = signed_in();
    client.skills().save(&Skill::new("s")).await.unwrap();
    let call = SkillCall::new(json!({"q": 1}));
    let activation = client.skills().invoke("s", "i", &call).await.unwrap().activation_id.unwrap();
    let wait = Wait::new(Duration::from_secs(5), Duration::from_secs(60));
    let error = client.activations().wait(&activation, wait).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    let message: Message = sim.message_of(&activation).unwrap().try_into().unwrap();
    client.skills().reply(&message, &json!({"n": 1})).await.unwrap();
    let over = client.activations().wait(&activation, wait).await.unwrap();
    assert_eq!(over.extra["response"], json!([{"n": 1}]));
    assert!(clock.sleeps().contains(&Duration::from_secs(5)));
    let result = client.skills().invoke_sync("s", "i", &call, Duration::from_secs(9)).await.unwrap();
    assert_eq!(result, json!({"payload": {"q": 1}}));
    let error = client.skills().reply(&Message::new(), &json!({})).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

#[tokio::test]
async fn a_wait_keeps_its_deadline_whatever_the_cluster_asks() {
    let (sim, clock, client) = signed_in();
    let asked = "GET /fabric/v4/projects/p1/activations/a";
    let busy = Fault::Reply(Reply::empty(503).header("retry-after", "50"));
    sim.server().faults().next(asked, busy).always();
    let wait = Wait::new(Duration::from_secs(5), Duration::from_secs(20));
    let error = client.activations().wait("a", wait).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(clock.sleeps(), [Duration::from_secs(5); 4]);
    assert_eq!(sim.server().journal().count(asked), 5);
}

#[tokio::test]
async fn a_date_that_cannot_be_read_does_not_cost_the_list() {
    let (sim, _, client) = signed_in();
    let odd = "Tue, 24 Jan 2023 10:21:01 GMT";
    for collection in ["models", "experiments"] {
        sim.put_document("p1", collection, json!({"name": "a", "createdAt": odd, "updatedAt": 1}));
    }
    let models = client.models().list(&ListQuery::default()).await.unwrap();
    assert!(models[0].created_at.is_none() && models[0].updated_at.is_none());
    let experiments = client.experiments().list().await.unwrap();
    assert!(experiments[0].created_at.is_none() && experiments[0].updated_at.is_none());
}

/// Futures and streams that can move between threads: a program spawns them.
#[test]
fn everything_can_be_spawned() {
    fn can_be_spawned<T: Send>(_: T) {}
    let (_sim, _, client) = signed_in();
    let (content, experiments, query) = (client.content(), client.experiments(), ListQuery::default());
    let one = experiments.experiment("e");
    let wait = Wait::new(Duration::from_secs(5), Duration::from_secs(60));
    can_be_spawned(content.upload_directory("folder", "x"));
    can_be_spawned(content.upload_directory_with("folder", "x", &Progress::silent()));
    can_be_spawned(content.upload("k", "data"));
    can_be_spawned(content.upload_streaming("k", "data"));
    can_be_spawned(content.list().pages());
    can_be_spawned(content.download("k").bytes());
    can_be_spawned(content.download("k").to_file("k"));
    can_be_spawned(async { content.download("k").stream().await.unwrap().try_collect::<Vec<_>>().await });
    can_be_spawned(client.models().pages(query.clone()));
    can_be_spawned(client.connections().pages(query.clone()));
    can_be_spawned(client.connections().get("c"));
    can_be_spawned(client.secrets().save("s", &SecretString::default()));
    can_be_spawned(client.projects().pages(query));
    can_be_spawned(client.activations().wait("a", wait));
    can_be_spawned(client.skills().reply(&Message::new(), &1));
    can_be_spawned(client.sessions().get_data("s", None));
    can_be_spawned(one.set_meta("k", 1));
    can_be_spawned(async {
        let mut run = one.start_run().await?;
        run.start().await?;
        run.log_params([("depth", 3)]).await?;
        run.log_artifact_file("model", "model.bin").await?;
        run.finish().await
    });
    can_be_spawned(client.message(json!(1)));
    can_be_spawned(client.server_time());
}

#[tokio::test]
async fn a_folder_is_sent_with_progress_and_refused_whole() {
    let (sim, _, client) = signed_in();
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("sub")).unwrap();
    std::fs::write(folder.path().join("a"), vec![1; 10]).unwrap();
    std::fs::write(folder.path().join("sub/b"), vec![2; 20]).unwrap();
    std::fs::write(folder.path().join("empty"), "").unwrap();
    let told = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = std::sync::Arc::clone(&told);
    let progress = Progress::new(move |done, total| seen.lock().unwrap().push((done, total)));
    let sent = client.content().upload_directory_with(folder.path(), "x", &progress).await.unwrap();
    assert_eq!(sent.len(), 3);
    assert_eq!(sim.content("p1", "x/sub/b").unwrap(), vec![2; 20]);
    assert_eq!(sim.content("p1", "x/empty").unwrap(), "");
    assert_eq!(told.lock().unwrap().last(), Some(&(30, Some(30))));
    sim.server().journal().clear();
    let error = client.content().upload_directory(folder.path(), "../../p2/content").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    let error = client.content().upload_directory(folder.path().join("gone"), "x").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::File);
    assert!(sim.server().journal().is_empty());
}

#[tokio::test]
async fn graphql_tells_of_errors_with_the_status_200() {
    let (sim, _, client) = signed_in();
    let graphql = "POST /fabric/v4/graphql";
    let errors = json!({"errors": [{"message": "not allowed for eyJhbGciOi.eyJzdWIi.canary"}], "data": null});
    sim.server().faults().next(graphql, Fault::Reply(Reply::json(200, errors)));
    let error = client.projects().list(&ListQuery::default()).await.unwrap_err();
    assert!(error.to_string().contains("not allowed for [token]"), "{error}");
    sim.server().faults().next(graphql, Fault::status(503));
    assert_eq!(client.projects().list(&ListQuery::default()).await.unwrap().len(), 2);
    sim.server().faults().next(graphql, Fault::Truncate { after: 3 });
    assert_eq!(client.projects().list(&ListQuery::default()).await.unwrap().len(), 2);
    let fine = json!({"data": {"projects": [{"name": "p"}]}, "errors": null});
    sim.server().faults().next(graphql, Fault::Reply(Reply::json(200, fine)));
    assert_eq!(client.projects().list(&ListQuery::default()).await.unwrap().len(), 1);
    for (fault, unknown) in [(Fault::status(503), false), (Fault::Truncate { after: 3 }, true)] {
        let before = sim.server().journal().count(graphql);
        sim.server().faults().next(graphql, fault);
        let error = client.projects().create(&Default::default()).await.unwrap_err();
        assert_eq!((error.is_outcome_unknown(), error.is_retryable()), (unknown, !unknown), "{error}");
        assert_eq!(sim.server().journal().count(graphql), before + 1);
    }
}
