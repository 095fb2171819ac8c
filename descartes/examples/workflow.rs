//! Searches images, uploads the list of them as a blob, runs a job on it, and fetches what it returned.
//!
//! ```sh
//! cargo run --example workflow -- <product id> <function id>
//! ```
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example shows what it does")]

use std::time::Duration;

use descartes::api::{Blob, Document, Geometry, JobResult, NewJob, prop};
use descartes::{Client, Wait};

#[tokio::main(flavor = "current_thread")]
async fn main() -> descartes::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(product), Some(function)) = (arguments.next(), arguments.next()) else {
        println!("give the id of a product and the id of a function");
        return Ok(());
    };
    run(&Client::from_env()?, &product, &function).await?;
    Ok(())
}

/// What the job returned.
pub(crate) async fn run(
    client: &Client,
    product: &str,
    function: &str,
) -> descartes::Result<Option<JobResult>> {
    let place = Geometry::bounding_box(1.0, 0.2, 3.5, 0.8)?;
    let clear = prop("acquired").ge("2026-01-01") & prop("cloud_fraction").lt(0.2);
    let search = client.catalog().products().images(product).filter(clear).intersects(&place);
    let images = search.sort("cloud_fraction").limit(100).collect().await?;
    let ids: Vec<&str> = images.iter().map(|image| image.id()).collect();
    println!("found {}", ids.join(", "));

    let mut list = Document::<Blob>::named("example/images.txt");
    client.catalog().blobs().upload_data(&mut list, ids.join("\n")).await?;
    println!("uploaded {}", list.id());

    // The function gets the id of the blob, and reads the list from there.
    let compute = client.compute();
    let jobs = compute.jobs();
    let job = jobs.create(&NewJob::new(function).args([list.id()])).await?;
    let wait = Wait::new(Duration::from_secs(10), Duration::from_secs(3600));
    let job = jobs.wait_watching(&job.id, wait, |job| eprintln!("{}", job.status)).await?.succeeded()?;

    let result = jobs.result(&job).await?;
    println!("result: {result:?}");
    Ok(result)
}
