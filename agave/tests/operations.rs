//! What every operation of the vendor's table sends: a file for each service, a snapshot for each file. Each entry of a
//! snapshot starts with `== service.operation`, by which `cargo xtask coverage` finds it.
#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "operations/actors.rs"]
mod actors;
#[path = "operations/admin.rs"]
mod admin;
#[path = "operations/apps.rs"]
mod apps;
#[path = "operations/book.rs"]
mod book;
#[path = "operations/clients.rs"]
mod clients;
#[path = "operations/files.rs"]
mod files;
#[path = "operations/jobs.rs"]
mod jobs;
#[path = "operations/meta.rs"]
mod meta;
#[path = "operations/monitors.rs"]
mod monitors;
#[path = "operations/notifications.rs"]
mod notifications;
#[path = "operations/postits.rs"]
mod postits;
#[path = "operations/profiles.rs"]
mod profiles;
#[path = "operations/systems.rs"]
mod systems;
#[path = "operations/transforms.rs"]
mod transforms;
