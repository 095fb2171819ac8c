//! The life of a token and of a request (contract section 5), by clocks that are moved by hand.
#![allow(clippy::unwrap_used, reason = "tests")]

mod clock_call;
#[path = "../common/mod.rs"]
mod common;
mod rejections;
mod requests;
mod tokens;

use std::time::Duration;

use cortex::Client;
use cortex::sim::Sim;

pub(crate) const INFO: &str = "GET /fabric/v4/info";
pub(crate) const LIST: &str = "GET /fabric/v4/projects/p1/content";

pub(crate) fn count(sim: &Sim, pattern: &str) -> usize {
    sim.server().journal().count(pattern)
}

pub(crate) fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub(crate) async fn list(client: &Client) -> cortex::Result<()> {
    client.content().list().send().await.map(drop)
}
