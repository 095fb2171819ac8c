//! Typed calls, a file for each service of the cluster.

mod content;

pub use content::{ContentEntry, ContentList, Download, ManagedContentClient, Upload, UploadedContent};
