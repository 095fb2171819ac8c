//! What every operation of the vendor's table sends: a file for each service, a snapshot for each file. Each entry of a
//! snapshot starts with `== service.operation`, by which `cargo xtask coverage` finds it.
#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "operations/auth.rs"]
mod auth;
#[path = "operations/book.rs"]
mod book;
#[path = "operations/compute_functions.rs"]
mod compute_functions;
#[path = "operations/compute_jobs.rs"]
mod compute_jobs;
#[path = "operations/raster.rs"]
mod raster;
#[path = "operations/vector.rs"]
mod vector;
