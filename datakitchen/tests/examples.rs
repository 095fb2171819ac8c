//! The examples do what they say, on the simulator.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;
#[path = "../examples/quickstart.rs"]
mod quickstart;
#[path = "../examples/run_order.rs"]
mod run_order;

use std::time::Duration;

use datakitchen::api::OrderRunStatus;
use indicatif::ProgressBar;

use common::World;

#[tokio::test]
async fn an_order_is_followed_to_its_end() {
    let world = World::new();
    let run = run_order::start(&world.client(), "K1", "R1", "v1").await.unwrap();
    let bar = ProgressBar::hidden();
    let status = run_order::follow(&run, Duration::from_secs(5), &bar).await.unwrap();
    assert_eq!(
        (status, bar.position(), bar.length(), bar.is_finished()),
        (OrderRunStatus::Completed, 3, Some(3), true)
    );
}

#[tokio::test]
async fn the_kitchens_are_listed() {
    let lines = quickstart::lines(&World::new().client()).await.unwrap();
    assert_eq!(lines, ["signed in as me@example.com", "master  Kitchen master", "K1  Kitchen K1"]);
}
