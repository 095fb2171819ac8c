use auth_core::sim::Reply;
use bytes::Bytes;
use cortex::api::{Run, RunQuery};
use insta::assert_snapshot;
use serde_json::json;

use crate::book::{bytes, done, open, reply};
use crate::experiments::{experiment, filter, run, runs};

#[tokio::test]
async fn experiment_object() {
    let (mut book, client) = open();
    let one = client.experiments().experiment("a/b");
    let created = || reply(json!({"runId": "r/2"}));
    assert_eq!(book.call("experiment.start_run", created(), one.start_run()).await.id(), "r/2");
    let known: Run = serde_json::from_value(run()).unwrap();
    book.call("experiment.save_run", done(), one.save_run(&known)).await;
    let deleted = || reply(json!({"message": "Runs deleted"}));
    let only = filter();
    assert_eq!(book.call("experiment.reset", deleted(), one.reset(Some(&only))).await, "Runs deleted");
    let mut before = experiment();
    before["meta"] = json!({"stays": 1});
    let replies = [before, experiment()].map(|reply| Reply::json(200, reply));
    book.call("experiment.set_meta", replies, one.set_meta("algo", "tree")).await;
    assert_eq!(book.call("experiment.runs", reply(runs()), one.runs()).await.len(), 1);
    assert_eq!(book.call("experiment.get_run", reply(run()), one.get_run("r/1")).await.run_id, "run_01");
    let query = RunQuery { filter: filter(), ..RunQuery::default() };
    assert_eq!(book.call("experiment.find_runs", reply(runs()), one.find_runs(&query)).await.len(), 1);
    let last = book.call("experiment.last_run", reply(runs()), one.last_run()).await;
    assert_eq!(last.unwrap().run_id, "run_01");
    let none = book.call("experiment.last_run", reply(json!({"runs": []})), one.last_run()).await;
    assert_eq!(none, None);
    let artifact = one.load_artifact("r/1", "k/1").bytes();
    assert_eq!(book.call("experiment.load_artifact", bytes("PK"), artifact).await, "PK");
    let shown = book.call("experiment.display", reply(runs()), one.display()).await;
    assert_eq!(shown, "Experiment: a/b\nrun_01  39.20 s  {\"depth\":3}  {\"accuracy\":0.68}\n");
    assert_snapshot!(book.text());
}

#[tokio::test]
async fn remote_run() {
    let (mut book, client) = open();
    let one = client.experiments().experiment("e");
    let replies = [json!({"runId": "r/2"}), json!({"success": true})].map(|reply| Reply::json(200, reply));
    let start = async {
        let mut run = one.start_run().await?;
        run.start().await.map(|()| run)
    };
    let mut run = book.call("remote_run.start", replies, start).await;
    book.call("remote_run.log_param", done(), run.log_param("k/1", &"v")).await;
    let both = [done(), done()].concat();
    book.call("remote_run.log_params", both, run.log_params([("a", 1), ("b", 2)])).await;
    book.call("remote_run.log_metric", done(), run.log_metric("accuracy", &0.68)).await;
    book.call("remote_run.set_meta", done(), run.set_meta("algo", &"tree")).await;
    book.call("remote_run.log_artifact", done(), run.log_artifact("model", "PK")).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.bin");
    std::fs::write(&path, "file").unwrap();
    book.call("remote_run.log_artifact_file", done(), run.log_artifact_file("model", path)).await;
    let stream = futures_util::stream::iter(["st", "ream"].map(|part| Ok(Bytes::from(part))));
    let call = run.log_artifact_stream("model", Some(6), stream);
    book.call("remote_run.log_artifact_stream", done(), call).await;
    let artifact = run.get_artifact("model").bytes();
    assert_eq!(book.call("remote_run.get_artifact", bytes("PK"), artifact).await, "PK");
    book.call("remote_run.finish", done(), run.finish()).await;
    assert_eq!(run.timer().interval().unwrap().as_secs(), 0);
    assert_snapshot!(book.text());
}
