//! Submits a job, shows how far it is, and fetches what it returned.
//!
//! ```sh
//! cargo run --example submit_job -- <function id>
//! ```
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example shows what it does")]

use std::time::Duration;

use descartes::api::{Job, JobResult, NewJob};
use descartes::{Client, Wait};

#[allow(dead_code, reason = "a test runs the rest")]
#[tokio::main(flavor = "current_thread")]
async fn main() -> descartes::Result<()> {
    let Some(function) = std::env::args().nth(1) else {
        println!("give the id of a function");
        return Ok(());
    };
    run(&Client::from_env()?, &function).await?;
    Ok(())
}

/// The job and its result.
pub(crate) async fn run(client: &Client, function: &str) -> descartes::Result<(Job, Option<JobResult>)> {
    let compute = client.compute();
    let jobs = compute.jobs();

    // It is sent once. When nobody knows whether it arrived, the error says so.
    let job = jobs.create(&NewJob::new(function).args([1, 2])).await?;
    println!("submitted {}", job.id);

    let wait = Wait::new(Duration::from_secs(10), Duration::from_secs(3600));
    let job = jobs.wait_watching(&job.id, wait, |job| eprintln!("{}", job.status)).await?.succeeded()?;

    println!("{}", jobs.log(&job.id, true).await?);
    let result = jobs.result(&job).await?;
    println!("result: {result:?}");
    Ok((job, result))
}
