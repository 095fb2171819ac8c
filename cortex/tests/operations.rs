//! What every operation of the vendor's table sends: a file for each service, a snapshot for each file. Each entry of a
//! snapshot starts with `== service.operation`, by which `cargo xtask coverage` finds it.
#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "operations/agents.rs"]
mod agents;
#[path = "operations/book.rs"]
mod book;
#[path = "operations/client.rs"]
mod client;
#[path = "operations/connections.rs"]
mod connections;
#[path = "operations/content.rs"]
mod content;
#[path = "operations/experiments.rs"]
mod experiments;
#[path = "operations/local.rs"]
mod local;
#[path = "operations/models.rs"]
mod models;
#[path = "operations/objects.rs"]
mod objects;
#[path = "operations/projects.rs"]
mod projects;
#[path = "operations/sessions.rs"]
mod sessions;
#[path = "operations/skills.rs"]
mod skills;
