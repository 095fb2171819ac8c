use cortex::Upload;
use cortex::api::{Experiment, RunFields, RunQuery};
use insta::assert_snapshot;
use serde_json::{Map, Value, json};

use crate::book::{bytes, done, open, reply};

pub(crate) fn experiment() -> Value {
    json!({
        "_version": 2, "name": "exp1", "title": "T", "description": "D", "meta": null, "tags": [], "modelId": "m1",
        "createdAt": "2023-01-24T10:11:16.445Z", "updatedAt": "2023-01-24T10:21:01.347Z",
    })
}

pub(crate) fn run() -> Value {
    json!({
        "_id": "63cf", "_projectId": "P", "runId": "run_01", "experimentName": "exp1", "startTime": 1_674_555_661,
        "endTime": 1_674_555_700, "took": 39.2, "params": {"depth": 3}, "metrics": {"accuracy": 0.68},
        "meta": {"algo": "tree"}, "artifacts": {"model": "experiments/exp1/run_01/artifacts/model"},
        "_createdAt": "2023-01-24T10:21:03.120Z", "_updatedAt": "2023-01-24T10:21:04.497Z",
    })
}

pub(crate) fn runs() -> Value {
    json!({ "runs": [run()] })
}

pub(crate) fn filter() -> Map<String, Value> {
    Map::from_iter([("runId".to_owned(), json!("run_01"))])
}

#[tokio::test]
async fn experiments() {
    let (mut book, client) = open();
    let experiments = client.experiments();
    let listed = reply(json!({ "experiments": [experiment()] }));
    let found = book.call("experiments.list", listed, experiments.list()).await;
    assert_eq!((found[0].model_id.as_deref(), found[0].version), (Some("m1"), Some(2)));
    let mut new = Experiment::new("exp1");
    new.model_id = Some("m1".into());
    new.extra.insert("x".into(), json!(1));
    book.call("experiments.save", reply(experiment()), experiments.save(&new)).await;
    let found = book.call("experiments.get", reply(experiment()), experiments.get("a/b")).await;
    assert_eq!(found.created_at.unwrap().unix_seconds(), 1_674_555_076);
    book.call("experiments.delete", done(), experiments.delete("a/b")).await;

    let found = book.call("experiments.list_runs", reply(runs()), experiments.list_runs("a/b")).await;
    assert_eq!((found[0].took, found[0].start_time), (Some(39.2), Some(1_674_555_661.0)));
    assert_eq!((&found[0].params["depth"], &found[0].extra["_id"]), (&json!(3), &json!("63cf")));
    let query = RunQuery { filter: filter(), sort: Some(json!({"endTime": -1})), limit: 10 };
    book.call("experiments.find_runs", reply(runs()), experiments.find_runs("a/b", &query)).await;
    let only = filter();
    let call = experiments.delete_runs("a/b", Some(&only));
    let said = book.call("experiments.delete_runs", reply(json!({"message": "Runs deleted"})), call).await;
    assert_eq!(said, "Runs deleted");

    let mut fields =
        RunFields { took: Some(1.5), start_time: Some(1), end_time: Some(2), ..RunFields::default() };
    let created = reply(json!({"runId": "run_02"}));
    let none = RunFields::default();
    let call = experiments.create_run("a/b", &none);
    assert_eq!(book.call("experiments.create_run", created, call).await.run_id, "run_02");
    book.call("experiments.get_run", reply(run()), experiments.get_run("a/b", "r/1")).await;
    fields.extra.insert("x".into(), json!(1));
    book.call("experiments.update_run", done(), experiments.update_run("a/b", "r/1", &fields)).await;
    book.call("experiments.delete_run", done(), experiments.delete_run("a/b", "r/1")).await;
    assert_snapshot!(book.text());
}

#[tokio::test]
async fn values_and_artifacts() {
    let (mut book, client) = open();
    let experiments = client.experiments();
    let value = json!({"deep": [1]});
    book.call("experiments.update_meta", done(), experiments.update_meta("e", "r/1", "k/1", &value)).await;
    book.call("experiments.update_param", done(), experiments.update_param("e", "r/1", "k/1", &3)).await;
    book.call("experiments.update_metric", done(), experiments.update_metric("e", "r/1", "k/1", &0.68)).await;
    let artifact = Upload::bytes("PK").with_content_type("application/zip");
    let call = experiments.update_artifact("e", "r/1", "k/1", artifact);
    book.call("experiments.update_artifact", done(), call).await;
    let call = experiments.get_artifact("e", "r/1", "k/1").bytes();
    assert_eq!(book.call("experiments.get_artifact", bytes("PK"), call).await, "PK");
    assert_snapshot!(book.text());
}
