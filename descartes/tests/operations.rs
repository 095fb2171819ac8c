//! What every operation of the vendor's table sends: a file for each service, a snapshot for each file. Each entry of a
//! snapshot starts with `== service.operation`, by which `cargo xtask coverage` finds it.
#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "operations/auth.rs"]
mod auth;
#[path = "operations/book.rs"]
mod book;
#[path = "operations/catalog_acl.rs"]
mod catalog_acl;
#[path = "operations/catalog_bands.rs"]
mod catalog_bands;
#[path = "operations/catalog_blobs.rs"]
mod catalog_blobs;
#[path = "operations/catalog_book.rs"]
mod catalog_book;
#[path = "operations/catalog_events.rs"]
mod catalog_events;
#[path = "operations/catalog_image_uploads.rs"]
mod catalog_image_uploads;
#[path = "operations/catalog_images.rs"]
mod catalog_images;
#[path = "operations/catalog_products.rs"]
mod catalog_products;
#[path = "operations/catalog_search.rs"]
mod catalog_search;
#[path = "operations/compute_functions.rs"]
mod compute_functions;
#[path = "operations/compute_jobs.rs"]
mod compute_jobs;
#[path = "operations/raster.rs"]
mod raster;
#[path = "operations/vector.rs"]
mod vector;
