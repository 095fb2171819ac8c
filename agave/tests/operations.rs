//! What every operation of the vendor's table sends: a file for each service, a snapshot for each file. Each entry of a
//! snapshot starts with `== service.operation`, by which `cargo xtask coverage` finds it.
#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "operations/actors.rs"]
mod actors;
#[path = "operations/admin.rs"]
mod admin;
#[path = "operations/book.rs"]
mod book;
#[path = "operations/clients.rs"]
mod clients;
#[path = "operations/profiles.rs"]
mod profiles;
