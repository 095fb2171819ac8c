//! Bad input is refused before anything is sent, with a text that says what to do.

use std::fmt::Write as _;

use datakitchen::api::{
    About, Component, DatasetOperation, EventsClient, FileChanges, LogLevel, MessageLog, MetricLog,
    OperationKind, OutcomeStatus, RunStatus, TestOutcome,
};
use datakitchen::{Environment, ErrorKind, Result, SecretString};
use insta::assert_snapshot;
use serde_json::json;

use crate::common::World;

#[tokio::test]
async fn is_refused_before_anything_is_sent() {
    let world = World::new();
    let client = world.client();
    let kitchen = client.kitchen("K1");
    let recipe = kitchen.recipe("R1");
    let events =
        EventsClient::builder("made-up-key").environment(Environment::empty()).host(world.sim.base());
    let events = events.build().unwrap();
    let mut told = String::new();
    let mut tell = |what: &str, outcome: Result<()>| {
        let error = outcome.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{what}: {error}");
        writeln!(told, "{what}\n    {error}").unwrap();
    };

    tell("a kitchen without a name", client.kitchen("").get().await.map(drop));
    tell("a recipe that climbs", kitchen.recipe("..").get_files().await.map(drop));
    tell("a variation without a name", recipe.variation("").order().await.map(drop));
    tell("an order without an id", kitchen.order("").stop().await);
    tell("parameters", recipe.variation("v1").order().parameters(&"text").map(drop));
    tell("the staff without the caller", client.kitchens().update_staff("K1", &["you"], "me").await);
    tell("two roles", kitchen.add_staff([("you", "Admin"), ("you", "Developer")]).await);
    tell("no override", kitchen.overrides().names_that_exist(&[]).await.map(drop));
    tell("a recipe without a name", kitchen.recipes().create(" ", None).await.map(drop));
    tell("the tree and no file", recipe.get(&[], true).await.map(drop));
    tell("a file without a path", recipe.get_file("/").await.map(drop));
    tell("no files", recipe.update_files(&FileChanges::new()).await);
    tell("no paths", recipe.delete_files(&[]).await);
    tell("a secret without a path", kitchen.vault().upsert_secret("", &SecretString::from("s")).await);
    let dataset = About::new(Component::Dataset("d".into()));
    let run = About::run("p", "r");
    tell("a run status of a dataset", events.post_run_status(&dataset, RunStatus::Running).await);
    let read = DatasetOperation { operation: OperationKind::Read, path: Some("x".repeat(4097)) };
    tell("a dataset operation of a run", events.post_dataset_operation(&run, &read).await);
    tell("a long path", events.post_dataset_operation(&dataset, &read).await);
    let metric = MetricLog { metric_key: "rows".into(), metric_value: f64::NAN };
    tell("not a number", events.post_metric_log(&dataset, &metric).await);
    let metric = MetricLog { metric_key: String::new(), metric_value: 1.0 };
    tell("a metric without a key", events.post_metric_log(&dataset, &metric).await);
    let message = MessageLog { log_level: LogLevel::Info, message: String::new() };
    tell("a message that says nothing", events.post_message_log(&run, &message).await);
    let outcome = TestOutcome::new("x".repeat(256), OutcomeStatus::Passed);
    tell("a test with a long name", events.post_test_outcomes(&run, &[outcome]).await);
    let outcome = || TestOutcome::new("rows", OutcomeStatus::Passed);
    let (mut value, mut least, mut most, mut name) = (outcome(), outcome(), outcome(), outcome());
    (value.metric_value, value.metric_name) = (Some(f64::NAN), Some("count".into()));
    (least.min_threshold, most.max_threshold) = (Some(f64::NEG_INFINITY), Some(f64::INFINITY));
    name.metric_name = Some(String::new());
    tell("a value that is no number", events.post_test_outcomes(&run, &[outcome(), value]).await);
    tell("a threshold that is no number", events.post_test_outcomes(&run, &[least]).await);
    tell("another", events.post_test_outcomes(&run, &[most]).await);
    tell("a metric without a name", events.post_test_outcomes(&run, &[name]).await);
    tell("no outcomes", events.post_test_outcomes(&run, &[]).await);
    tell("an empty key", events.post_run_status(&About::run("", "r"), RunStatus::Running).await);
    assert!(world.journal().is_empty());

    // These have to look first; nothing is changed.
    tell("staff that is there", kitchen.add_staff([("me@example.com", "Admin")]).await);
    tell("staff that is not", kitchen.update_staff([("you", "Admin")]).await);
    tell("staff that is not there", kitchen.delete_staff(&["you", "they"]).await);
    tell("users", kitchen.ensure_users_are_staff(&["you"]).await);
    tell("a node", recipe.get_node_files(&["nowhere"]).await.map(drop));
    tell("a recipe that exists", kitchen.recipes().create("R1", None).await.map(drop));
    tell("overrides", kitchen.overrides().get_named(&["x", "password"]).await.map(drop));
    world.sim.change_kitchen("K1", |kitchen| kitchen["kitchen-staff"] = json!([]));
    tell("an open kitchen", client.kitchens().add_staff("K1", &["you"]).await);
    assert!(
        world
            .journal()
            .requests()
            .iter()
            .all(|request| request.method() == "GET" || request.path() == "/v2/login")
    );
    assert_snapshot!(told);
}
