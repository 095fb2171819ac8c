//! Orders a variation and follows its run to the end, with a bar for its nodes.
//!
//! `cargo run --example run_order -- KITCHEN RECIPE VARIATION`, with credentials as for every client.

use std::time::Duration;

use datakitchen::api::{OrderRunHandle, OrderRunStatus};
use datakitchen::{Client, Result, Wait};
use futures_util::TryStreamExt as _;
use indicatif::{ProgressBar, ProgressStyle};

/// Sends the order, and gives its run as soon as there is one.
pub(crate) async fn start(
    client: &Client,
    kitchen: &str,
    recipe: &str,
    variation: &str,
) -> Result<OrderRunHandle> {
    let kitchen = client.kitchen(kitchen);
    let order = kitchen.recipe(recipe).variation(variation).order().await?;
    let run = kitchen
        .order(order.id()?)
        .wait_for_run(Wait::new(Duration::from_secs(2), Duration::from_secs(300)))
        .await?;
    Ok(kitchen.order_run(run))
}

/// Follows a run, and shows what it does.
pub(crate) async fn follow(
    run: &OrderRunHandle,
    every: Duration,
    bar: &ProgressBar,
) -> Result<OrderRunStatus> {
    let mut changes = run.watch(Wait::new(every, Duration::from_secs(6 * 3600)));
    let mut status = OrderRunStatus::Planned;
    while let Some(change) = changes.try_next().await? {
        bar.set_length(change.nodes() as u64);
        bar.set_position(change.nodes_over() as u64);
        bar.set_message(format!("{} {}", change.status, change.running().join(", ")));
        for (node, now) in &change.changed {
            bar.println(format!("{node}: {now}"));
        }
        status = change.status;
    }
    bar.finish_with_message(status.to_string());
    Ok(status)
}

#[tokio::main(flavor = "current_thread")]
#[allow(clippy::print_stderr, clippy::disallowed_methods, reason = "an example is a program of its own")]
#[allow(dead_code, reason = "a test uses the rest of this file")]
async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let names: Vec<String> = std::env::args().skip(1).collect();
    let [kitchen, recipe, variation] = names.as_slice() else {
        return Err("give KITCHEN, RECIPE and VARIATION".into());
    };
    let client = Client::from_env()?;
    let run = start(&client, kitchen, recipe, variation).await?;
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} nodes, {elapsed}: {msg}")?;
    let status = follow(&run, Duration::from_secs(5), &ProgressBar::new(0).with_style(style)).await?;
    if !status.is_success() {
        eprintln!("{}", run.export_logs().await?);
        return Err(format!("the run {} ended as {status}", run.id()).into());
    }
    Ok(())
}
