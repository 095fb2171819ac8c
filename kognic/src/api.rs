//! Typed calls, a file for each service of the platform.

mod projects;

pub use projects::{BatchStatus, Project, ProjectBatch, Projects};
