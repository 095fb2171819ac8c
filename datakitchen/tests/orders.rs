//! Orders from their beginning to their end, on a platform whose runs go through their states by the clock.
#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "common/mod.rs"]
mod common;
#[path = "orders/create.rs"]
mod create;
#[path = "orders/list.rs"]
mod list;
#[path = "orders/many.rs"]
mod many;
#[path = "orders/watch.rs"]
mod watch;
