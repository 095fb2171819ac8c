//! A pipeline on a profile of `cortex configure`: stores data, runs an experiment with progress, keeps the model as an
//! artifact, and calls a skill with it.
//!
//! `cargo run -p cortex-api --example pipeline`

use std::io::Write as _;

use cortex::api::{Experiment, Skill, SkillCall};
use cortex::{Client, Progress, Upload};
use serde_json::json;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let progress = Progress::new(|done, total| {
        let _ = writeln!(std::io::stderr(), "{done} of {} bytes", total.unwrap_or(done));
    });
    run(&Client::from_env()?, &progress).await?;
    Ok(())
}

/// Gives the id of the run and the activation of the skill.
pub(crate) async fn run(client: &Client, progress: &Progress) -> cortex::Result<(String, Option<String>)> {
    let data = Upload::bytes("a,b\n1,2\n").with_content_type("text/csv").with_progress(progress);
    client.content().upload("pipeline/data.csv", data).await?;

    client.experiments().save(&Experiment::new("pipeline")).await?;
    let experiment = client.experiments().experiment("pipeline");
    let mut run = experiment.start_run().await?;
    run.start().await?;
    run.log_params([("depth", 3), ("trees", 100)]).await?;
    run.log_metric("accuracy", &0.68).await?;
    let model = Upload::bytes(vec![7; 2_000_000]).with_progress(progress);
    run.log_artifact("model", model).await?;
    run.finish().await?;

    client.skills().save(&Skill::new("score")).await?;
    client.skills().deploy("score").await?;
    let call = SkillCall::new(json!({"run": run.id(), "key": "pipeline/data.csv"}));
    let invocation = client.skills().invoke("score", "input", &call).await?;
    Ok((run.id().to_owned(), invocation.activation_id))
}
