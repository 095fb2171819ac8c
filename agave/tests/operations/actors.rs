use agave::api::{
    ActorMessage, ActorPermission, ActorStatus, ExecutionStatus, NewActor, NewActorAlias, NewNonce,
    NewWorkers, PermissionLevel,
};
use auth_core::sim::Reply;
use futures_util::TryStreamExt as _;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::book::{nothing, open, result};

fn actor() -> Value {
    json!({
        "id": "yP0", "image": "abacosamples/wc", "name": "wc", "owner": "u", "status": "SUBMITTED", "statusMessage": "",
        "stateless": true, "privileged": false, "description": "counts", "defaultEnvironment": {}, "state": {},
        "createTime": "2017-09-21 22:22:52.482495", "lastUpdateTime": "2017-09-21 22:22:52.482495",
        "_links": { "self": "https://h/actors/v2/yP0", "owner": "https://h/profiles/v2/u", "executions": "https://h/e" },
    })
}

#[tokio::test]
async fn actors() {
    let (mut book, ag) = open();
    let actors = ag.actors();
    let page = actors.list().limit(5).offset(10).into_future();
    let listed = book.call("actors.list", result(json!([actor()])), page).await;
    assert_eq!(listed[0].status, ActorStatus::Submitted);
    let mut new = NewActor::new("abacosamples/wc");
    new.name = Some("wc".to_owned());
    new.stateless = Some(true);
    new.default_environment = json!({ "LEVEL": "info" }).as_object().cloned();
    let added = book.call("actors.add", result(actor()), actors.add(&new)).await;
    assert_eq!(added.links.href("owner"), Some("https://h/profiles/v2/u"));
    let one = book.call("actors.get", result(actor()), actors.get("yP0")).await;
    assert_eq!(one.create_time.unwrap().to_string(), "2017-09-21T22:22:52.482495Z");
    let change = NewActor::new("abacosamples/wc:2");
    book.call("actors.update", result(actor()), actors.update("yP0", &change)).await;
    book.call("actors.delete", nothing(), actors.delete("yP0")).await;

    let state = json!({ "state": { "count": 1 }, "_links": {} });
    let told = book.call("actors.getState", result(state.clone()), actors.get_state("yP0")).await;
    assert_eq!(told.state["count"], 1);
    let count = json!({ "count": 1 });
    book.call("actors.updateState", result(state), actors.update_state("yP0", &count)).await;
    let found = json!({ "_metadata": { "count_returned": 0 }, "search": [] });
    let query = [("q", "wc"), ("limit", "10"), ("skip", "20")];
    book.call("actors.getSearch", result(found), actors.get_search("actors", &query)).await;
    assert_snapshot!(book.text());
}

#[tokio::test]
async fn messages() {
    let (mut book, ag) = open();
    let actors = ag.actors();
    let taken = json!({ "executionId": "e-1", "msg": "hello", "_links": { "self": "s", "owner": "o", "messages": "m" } });
    let message = ActorMessage::text("hello").with_variable("LEVEL", "debug").with_variable("a b", "c&d");
    let sending = actors.send_message("my/alias", message);
    let receipt = book.call("actors.sendMessage", result(taken.clone()), sending).await;
    assert_eq!((receipt.execution_id.as_str(), receipt.msg), ("e-1", Some(json!("hello"))));
    let message = json!({ "file": "a.csv", "n": [1, null, true] });
    book.call("actors.sendMessage", result(taken.clone()), actors.send_message("yP0", message)).await;
    let sending = actors.send_binary_message("yP0", &b"\x00\xffbytes"[..]);
    book.call("actors.sendBinaryMessage", result(taken), sending).await;
    let waiting =
        book.call("actors.getMessages", result(json!({ "messages": 3 })), actors.get_messages("yP0"));
    assert_eq!(waiting.await.messages, 3);
    book.call("actors.deleteMessages", result("".into()), actors.delete_messages("yP0")).await;
    assert_snapshot!(book.text());
}

#[tokio::test]
async fn executions() {
    let (mut book, ag) = open();
    let actors = ag.actors();
    let ids = json!({
        "actorId": "yP0", "apiServer": "https://h", "owner": "u", "ids": ["e-1", "e-2"], "totalCpu": 71, "totalIo": "0",
        "totalRuntime": 2, "totalExecutions": 2, "_links": {},
    });
    let summary =
        book.call("actors.listExecutions", result(ids), actors.list_executions("yP0").into_future());
    let summary = summary.await;
    assert_eq!((summary.total_cpu, summary.total_io), (Some(71), Some(0)));
    assert_eq!(summary.all()[1].id, "e-2");
    let pages = [json!([{ "id": "e-1", "status": "COMPLETE" }, { "id": "e-2" }]), json!([{ "id": "e-3" }])];
    let pages =
        pages.map(|page| Reply::json(200, json!({ "status": "success", "result": { "executions": page } })));
    let all = actors.list_executions("yP0").limit(2).stream().try_collect::<Vec<_>>();
    let all = book.call("actors.listExecutions", pages, all).await;
    assert_eq!((all.len(), all[0].status.is_success()), (3, true));

    let execution = json!({
        "id": "e-1", "actorId": "yP0", "apiServer": "https://h", "executor": "u", "status": "COMPLETE", "workerId": "w-1",
        "exitCode": 0, "cpu": 71, "io": 8, "runtime": 2, "startTime": "2017-09-21 22:22:52.482495",
        "messageReceivedTime": "2017-09-21 22:22:50.1",
        "finalState": { "Status": "exited", "ExitCode": 0, "Error": "", "OOMKilled": false }, "_links": {},
    });
    let one = actors.get_execution("yP0", "e-1");
    let one = book.call("actors.getExecution", result(execution), one).await;
    assert_eq!((&one.status, one.exit_code), (&ExecutionStatus::Complete, Some(0)));
    assert_eq!(one.final_state.as_ref().unwrap()["OOMKilled"], false);
    assert!(one.start_time > one.message_received_time && one.status.is_terminal());
    let logs = actors.get_execution_logs("yP0", "e-1");
    let logs =
        book.call("actors.getExecutionLogs", result(json!({ "logs": "5 words\n", "_links": {} })), logs);
    assert_eq!(logs.await.logs, "5 words\n");

    let next = || actors.get_one_execution_result("yP0", "e-1");
    let bytes =
        book.call("actors.getOneExecutionResult", [Reply::bytes(200, &b"\x00\xff"[..])], next()).await;
    assert_eq!(bytes.as_deref(), Some(&b"\x00\xff"[..]));
    let none = book.call("actors.getOneExecutionResult", [Reply::bytes(200, "")], next()).await;
    assert_eq!(none, None);
    assert_snapshot!(book.text());
}

#[tokio::test]
async fn workers() {
    let (mut book, ag) = open();
    let actors = ag.actors();
    let worker = json!({
        "id": "w-1", "image": "abacosamples/wc", "last_execution": 0, "location": "unix://docker.sock", "cid": "c",
        "host_id": "0", "host_ip": "10.0.0.1", "status": "READY", "tenant": "TACC",
    });
    let listing = actors.list_workers("yP0").into_future();
    let listed = book.call("actors.listWorkers", result(json!([worker])), listing).await;
    assert_eq!(
        (listed[0].host_ip.as_deref(), listed[0].last_execution.as_deref()),
        (Some("10.0.0.1"), Some("0"))
    );
    let three = NewWorkers::of(3);
    book.call("actors.addWorker", nothing(), actors.add_worker("yP0", &three)).await;
    let one = book.call("actors.getWorker", result(worker), actors.get_worker("yP0", "w-1")).await;
    assert_eq!(one.status.as_deref(), Some("READY"));
    book.call("actors.deleteWorker", nothing(), actors.delete_worker("yP0", "w-1")).await;
    assert_snapshot!(book.text());
}

#[tokio::test]
async fn access() {
    let (mut book, ag) = open();
    let actors = ag.actors();
    let permissions = json!({ "u": "UPDATE", "world": "EXECUTE" });
    let asking = actors.get_permissions("yP0");
    let told = book.call("actors.getPermissions", result(permissions.clone()), asking).await;
    assert_eq!(told.of("world"), Some(PermissionLevel::Execute));
    let permission = ActorPermission::new("v", PermissionLevel::Read);
    let giving = actors.update_permissions("yP0", &permission);
    book.call("actors.updatePermissions", result(permissions), giving).await;

    let nonce = json!({
        "id": "TACC_n", "level": "EXECUTE", "actor_id": "yP0", "max_uses": 5, "current_uses": 1, "remaining_uses": 4,
        "create_time": "2017-09-21 22:22:52.482495", "last_use_time": "None", "owner": "u", "_links": {},
    });
    let listing = actors.list_nonces("yP0").into_future();
    let listed = book.call("actors.listNonces", result(json!([nonce])), listing).await;
    assert_eq!((listed[0].remaining_uses, listed[0].last_use_time.as_deref()), (Some(4), Some("None")));
    let new = NewNonce { max_uses: Some(5), level: Some(PermissionLevel::Execute), ..NewNonce::default() };
    let added = book.call("actors.addNonce", result(nonce.clone()), actors.add_nonce("yP0", &new)).await;
    let one = actors.get_nonce("yP0", &added.id);
    book.call("actors.getNonce", result(nonce), one).await;
    book.call("actors.deleteNonce", nothing(), actors.delete_nonce("yP0", &added.id)).await;

    let alias = json!({ "alias": "wc", "actorId": "yP0", "owner": "u" });
    let listing = actors.list_aliases().into_future();
    let listed = book.call("actors.listAliases", result(json!([alias])), listing).await;
    assert_eq!(listed[0].actor_id.as_deref(), Some("yP0"));
    let new = NewActorAlias::new("wc", "yP0");
    book.call("actors.addAlias", result(alias.clone()), actors.add_alias(&new)).await;
    book.call("actors.getAlias", result(alias), actors.get_alias("wc")).await;
    book.call("actors.deleteAlias", nothing(), actors.delete_alias("wc")).await;
    assert_snapshot!(book.text());
}
