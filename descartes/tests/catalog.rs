//! The catalog against the simulator: objects from their creation to their end, blobs and images on their way, and the
//! vendor's traps (contract section 7).
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

#[path = "catalog/blobs.rs"]
mod blobs;
#[path = "catalog/errors.rs"]
mod errors;
#[path = "catalog/images.rs"]
mod images;
#[path = "catalog/objects.rs"]
mod objects;

use std::time::Duration;

use descartes::{RetryPolicy, Wait};

/// Once a minute for an hour, by a clock that is moved by hand.
fn wait() -> Wait {
    Wait::new(Duration::from_secs(60), Duration::from_secs(3600))
}

/// A client that tries once.
fn impatient(world: &common::World) -> descartes::Client {
    let auth = world.good().build().unwrap();
    descartes::Client::builder().auth(auth).retry(RetryPolicy::never()).build().unwrap()
}
