//! What every operation of the vendor's table sends: a file for each service, a snapshot for each file. Each entry of a
//! snapshot starts with `== service.operation`, by which `cargo xtask coverage` finds it.
#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "operations/auth.rs"]
mod auth;
#[path = "operations/book.rs"]
mod book;
#[path = "operations/client.rs"]
mod client;
#[path = "operations/events.rs"]
mod events;
#[path = "operations/files.rs"]
mod files;
#[path = "operations/kitchen.rs"]
mod kitchen;
#[path = "operations/kitchens.rs"]
mod kitchens;
#[path = "operations/order_runs.rs"]
mod order_runs;
#[path = "operations/orders.rs"]
mod orders;
#[path = "operations/overrides.rs"]
mod overrides;
#[path = "operations/recipes.rs"]
mod recipes;
#[path = "operations/vault.rs"]
mod vault;
