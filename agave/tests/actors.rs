//! Actors from the registration to the logs, against the simulator: time passes by its clock.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::time::Duration;

use agave::api::{
    ActorMessage, ActorPermission, ActorStatus, ExecutionStatus, NewActor, NewActorAlias, NewNonce,
    NewWorkers, PermissionLevel,
};
use agave::{Agave, Wait};
use auth_core::ErrorKind;
use auth_core::sim::{Fault, Reply};
use common::{World, told};
use futures_util::TryStreamExt as _;
use insta::assert_snapshot;
use serde_json::{Value, json};

fn wait() -> Wait {
    Wait::new(Duration::from_secs(1), Duration::from_secs(60))
}

async fn ready(world: &World, ag: &Agave) -> String {
    let actor = ag.actors().add(&NewActor::new("abacosamples/wc")).await.unwrap();
    assert_eq!(actor.status, ActorStatus::Submitted);
    let actor = ag.actors().wait_until_ready(&actor.id, wait()).await.unwrap();
    assert_eq!(actor.status, ActorStatus::Ready);
    world.sim.server().journal().clear();
    actor.id
}

#[tokio::test]
async fn a_message_becomes_an_execution_with_logs_and_a_result() {
    let world = World::new();
    let ag = world.signing_in().build().unwrap();
    let id = ready(&world, &ag).await;
    let actors = ag.actors();
    let message = ActorMessage::json(json!({"it's": [1, null, true]})).with_variable("LEVEL", "debug");
    let receipt = actors.send_message(&id, message).await.unwrap();
    assert_eq!(receipt.msg, Some(json!({"it's": [1, null, true]})));
    assert_eq!(actors.get_messages(&id).await.unwrap().messages, 1);
    let execution = receipt.execution_id.as_str();
    let fresh = actors.get_execution(&id, execution).await.unwrap();
    assert_eq!((fresh.status, fresh.exit_code), (ExecutionStatus::Submitted, None));
    assert_eq!(actors.get_execution_logs(&id, execution).await.unwrap().logs, "");
    assert_eq!(actors.get_one_execution_result(&id, execution).await.unwrap(), None);
    let ended = actors.wait(&id, execution, wait()).await.unwrap();
    assert!(ended.status.is_success() && ended.exit_code == Some(0));
    assert_eq!(ended.final_state.unwrap()["ExitCode"], 0);
    // As an actor is told: in Python's notation.
    let logs = actors.get_execution_logs(&id, execution).await.unwrap().logs;
    assert_eq!(logs, "LEVEL=debug\n{'it\\'s': [1, None, True]}\n");
    let printed = logs.lines().last().unwrap();
    let context = agave::actors::context(&world.environment.clone().with_var("MSG", printed));
    assert_eq!(Value::Object(context.message.unwrap()), json!({"it's": [1, null, true]}));
    let result = actors.get_one_execution_result(&id, execution).await.unwrap();
    assert_eq!(result.as_deref(), Some(&b"{'it\\'s': [1, None, True]}"[..]));
    assert_eq!(actors.get_one_execution_result(&id, execution).await.unwrap(), None);
}

#[tokio::test]
async fn bytes_arrive_as_they_are() {
    let world = World::new();
    let ag = world.signing_in().build().unwrap();
    let id = ready(&world, &ag).await;
    let receipt = ag.actors().send_binary_message(&id, &b"\x00\xff\n"[..]).await.unwrap();
    ag.actors().wait(&id, &receipt.execution_id, wait()).await.unwrap();
    let result = ag.actors().get_one_execution_result(&id, &receipt.execution_id).await.unwrap();
    assert_eq!(result.as_deref(), Some(&b"\x00\xff\n"[..]));
}

#[tokio::test]
async fn an_execution_may_end_badly() {
    let world = World::new();
    let ag = world.signing_in().build().unwrap();
    let id = ready(&world, &ag).await;
    let receipt = ag.actors().send_message(&id, "fail").await.unwrap();
    let execution = ag.actors().wait(&id, &receipt.execution_id, wait()).await.unwrap();
    assert_eq!((execution.status.is_success(), execution.exit_code), (true, Some(1)));
    let broken = ag.actors().add(&NewActor::new("u/no-such-image")).await.unwrap();
    let broken = ag.actors().wait_until_ready(&broken.id, wait()).await.unwrap();
    assert_eq!(broken.status, ActorStatus::Error);
    assert_eq!(broken.status_message.as_deref(), Some("Not able to pull the image"));
    // A status that ends a wait although it is no success.
    let failed = json!({"status": "success", "result": {"id": "e", "status": "ERROR"}});
    let pattern = format!("GET /actors/v2/{id}/executions/*");
    world.sim.server().faults().next(&pattern, Fault::Reply(Reply::json(200, failed)));
    let execution = ag.actors().wait(&id, &receipt.execution_id, wait()).await.unwrap();
    assert!(execution.status.is_terminal() && !execution.status.is_success());
}

#[tokio::test]
async fn a_wait_has_an_end_and_survives_an_outage() {
    let world = World::new();
    let ag = world.signing_in().build().unwrap();
    let id = ready(&world, &ag).await;
    let receipt = ag.actors().send_message(&id, "hello").await.unwrap();
    let pattern = format!("GET /actors/v2/{id}/executions/*");
    world.sim.server().faults().next(&pattern, Fault::status(503)).times(7);
    let patient = wait().with_deadline(Duration::from_secs(300));
    ag.actors().wait(&id, &receipt.execution_id, patient).await.unwrap();
    let receipt = ag.actors().send_message(&id, "hello").await.unwrap();
    let error =
        ag.actors().wait(&id, &receipt.execution_id, wait().with_deadline(Duration::from_secs(2))).await;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.to_string().contains("was not done after 2.0s"), "{error}");
    let error = ag.actors().wait(&id, "nothing", wait()).await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
}

#[tokio::test]
async fn a_result_is_asked_for_once() {
    let world = World::new();
    let ag = world.signing_in().build().unwrap();
    let id = ready(&world, &ag).await;
    world
        .sim
        .server()
        .faults()
        .next(&format!("GET /actors/v2/{id}/executions/*/results"), Fault::status(502));
    let error = ag.actors().get_one_execution_result(&id, "execution-1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    assert_eq!(world.sim.server().journal().len(), 1);
}

#[tokio::test]
async fn executions_are_counted_and_paged() {
    let world = World::new();
    let ag = world.signing_in().build().unwrap();
    let id = ready(&world, &ag).await;
    for _ in 0..7 {
        ag.actors().send_message(&id, "hello").await.unwrap();
    }
    world.clock.advance(Duration::from_secs(10));
    let summary = ag.actors().list_executions(&id).limit(2).offset(5).await.unwrap();
    assert_eq!((summary.total_executions, summary.total_runtime), (Some(7), Some(21_000)));
    assert_eq!(summary.executions.len(), 2);
    world.sim.server().journal().clear();
    let mut all = ag.actors().list_executions(&id).limit(3).stream();
    let mut ids = Vec::new();
    while let Some(execution) = all.try_next().await.unwrap() {
        ids.push(execution.id);
    }
    ids.dedup();
    assert_eq!((ids.len(), world.asked().len()), (7, 3));
}

#[tokio::test]
async fn a_service_that_does_not_page_ends_a_stream() {
    let world = World::new();
    let ag = world.signing_in().build().unwrap();
    let id = ready(&world, &ag).await;
    let ids: Vec<String> = (0..4).map(|i| format!("e-{i}")).collect();
    let reply = json!({"status": "success", "result": {"ids": ids, "totalExecutions": 4}});
    world
        .sim
        .server()
        .faults()
        .next("GET /actors/v2/*/executions", Fault::Reply(Reply::json(200, reply)))
        .times(9);
    for limit in [3, 4, 5] {
        let all: Vec<_> = ag.actors().list_executions(&id).limit(limit).stream().try_collect().await.unwrap();
        assert_eq!(all.len(), 4, "limit {limit}");
    }
}

#[tokio::test]
async fn a_nonce_stands_for_its_actor_as_often_as_it_may() {
    let world = World::new();
    let ag = world.signing_in().build().unwrap();
    let id = ready(&world, &ag).await;
    let new = NewNonce { max_uses: Some(2), ..NewNonce::default() };
    let nonce = ag.actors().add_nonce(&id, &new).await.unwrap();
    assert_eq!((nonce.level, nonce.remaining_uses), (Some(PermissionLevel::Execute), Some(2)));
    let guest = world.at_sim().use_nonce().build().unwrap().nonce(nonce.id.clone());
    guest.actors().send_message(&id, "from outside").await.unwrap();
    // Too much for its level costs nothing.
    let error = guest.actors().delete(&id).await.unwrap_err();
    assert_eq!(error.status(), Some(http::StatusCode::FORBIDDEN));
    guest.actors().get(&id).await.unwrap();
    assert!(guest.actors().get(&id).await.is_err());
    let used = ag.actors().get_nonce(&id, &nonce.id).await.unwrap();
    assert_eq!((used.current_uses, used.remaining_uses), (Some(2), Some(0)));
    assert_eq!(ag.actors().list_nonces(&id).await.unwrap().len(), 1);
    ag.actors().delete_nonce(&id, &nonce.id).await.unwrap();
    assert!(ag.actors().list_nonces(&id).await.unwrap().is_empty());
}

#[tokio::test]
async fn aliases_permissions_workers_and_state() {
    let world = World::new();
    let ag = world.signing_in().build().unwrap();
    let id = ready(&world, &ag).await;
    let actors = ag.actors();
    actors.add_alias(&NewActorAlias::new("wc", &id)).await.unwrap();
    assert_eq!(actors.get("wc").await.unwrap().id, id);
    assert_eq!(actors.list_aliases().await.unwrap()[0].alias, "wc");
    let other = world.signing_in().username("admin").build().unwrap();
    assert!(other.actors().get("wc").await.is_err());
    let permission = ActorPermission::new("admin", PermissionLevel::Execute);
    let permissions = actors.update_permissions("wc", &permission).await.unwrap();
    assert_eq!(permissions.of("admin"), Some(PermissionLevel::Execute));
    other.actors().send_message("wc", "hello").await.unwrap();
    assert_eq!(other.actors().list().await.unwrap().len(), 1);
    actors.add_worker(&id, &NewWorkers::of(3)).await.unwrap();
    let workers = actors.list_workers(&id).await.unwrap();
    actors.delete_worker(&id, &workers[0].id).await.unwrap();
    assert!(actors.get_worker(&id, &workers[0].id).await.unwrap_err().is_not_found());
    actors.update_state(&id, &json!("any JSON")).await.unwrap();
    assert_eq!(actors.get_state(&id).await.unwrap().state, "any JSON");
    actors.delete_messages(&id).await.unwrap();
    assert_eq!(actors.get_messages(&id).await.unwrap().messages, 0);
    actors.delete_alias("wc").await.unwrap();
    actors.delete(&id).await.unwrap();
    assert!(actors.get(&id).await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn errors_before_anything_is_sent() {
    let world = World::new();
    let ag = world.signing_in().build().unwrap();
    let actors = ag.actors();
    let mut errors = vec![
        actors.get("").await.unwrap_err(),
        actors.get_execution("a", "..").await.unwrap_err(),
        actors.get_nonce("a", &"".into()).await.unwrap_err(),
        actors.list_executions("").await.unwrap_err(),
        actors.list_executions("").stream().try_next().await.unwrap_err(),
    ];
    for name in ["", "a=b", "x-nonce"] {
        let message = ActorMessage::text("m").with_variable(name, "v");
        errors.push(actors.send_message("a", message).await.unwrap_err());
    }
    assert!(errors.iter().all(|error| error.kind() == ErrorKind::InvalidInput), "{errors:?}");
    assert!(world.sim.server().journal().is_empty());
    let texts: Vec<String> = errors.iter().map(|error| told(&world, error)).collect();
    assert_snapshot!(texts.join("\n"));
}

#[tokio::test]
async fn nonces_are_not_shown() {
    let world = World::new();
    let ag = world.signing_in().build().unwrap();
    let error = ag.actors().get_nonce("a", &"canary".into()).await.unwrap_err();
    let text = format!("{error} {error:?}");
    assert!(!text.contains("canary") && text.contains("{nonce_id}"), "{text}");
}
