//! Lists the projects that your credentials have access to.
//!
//! With a real account: `KOGNIC_CREDENTIALS=~/credentials.json cargo run -p kognic-api --example quickstart`.
//! Without one: run `cargo xtask sim --vendor kognic`, export what it prints, and run the example in the same shell.
#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use kognic::{Client, Environment};

#[tokio::main]
async fn main() -> kognic::Result<()> {
    let mut builder = Client::builder();
    if let Some(base) = Environment::system().var("KOGNIC_SIM_BASE_URL") {
        builder = builder.base_url(base);
    }
    let client = builder.build()?;
    for project in client.projects().list().await? {
        let batches = client.projects().list_batches(&project.project).await?;
        println!("{:20} {} ({} batches)", project.project, project.title, batches.len());
    }
    Ok(())
}
