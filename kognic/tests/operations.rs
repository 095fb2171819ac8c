//! What every operation of the vendor's table sends: a file for each service, a snapshot for each file. Each entry of a
//! snapshot starts with `== service.operation`, by which `cargo xtask coverage` finds it.
#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "operations/annotations.rs"]
mod annotations;
#[path = "operations/auth.rs"]
mod auth;
#[path = "operations/book.rs"]
mod book;
#[path = "operations/calibrations.rs"]
mod calibrations;
#[path = "operations/inputs.rs"]
mod inputs;
#[path = "operations/pre_annotations.rs"]
mod pre_annotations;
#[path = "operations/projects.rs"]
mod projects;
#[path = "operations/query.rs"]
mod query;
#[path = "operations/reviews.rs"]
mod reviews;
#[path = "operations/scenes.rs"]
mod scenes;
#[path = "operations/sensors.rs"]
mod sensors;
