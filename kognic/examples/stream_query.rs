//! Prints the judgements that meet a condition, a JSON line each, in any number: no more than one is in memory.
//!
//! `cargo run -p kognic-api --example stream_query -- "requestId = 4"`
//!
//! Without an account: run `cargo xtask sim --vendor kognic`, export what it prints, and run it in the same shell.
#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use futures_util::TryStreamExt as _;
use kognic::api::Search;
use kognic::{Client, Environment};
use serde_json::Value;

/// Prints judgements as they come. Gives how many there were.
pub(crate) async fn stream_query(client: &Client, condition: &str) -> kognic::Result<usize> {
    let mut judgements = client.query().stream_judgements::<Value>(&Search::new(condition)).await?;
    let mut count = 0;
    while let Some(judgement) = judgements.try_next().await? {
        println!("{judgement}");
        count += 1;
    }
    Ok(count)
}

#[tokio::main]
async fn main() -> kognic::Result<()> {
    let mut builder = Client::builder();
    if let Some(base) = Environment::system().var("KOGNIC_SIM_BASE_URL") {
        builder = builder.base_url(base);
    }
    let condition = std::env::args().nth(1).unwrap_or_default();
    stream_query(&builder.build()?, &condition).await?;
    Ok(())
}
