//! Searches images, and uploads and downloads a file.
//!
//! ```sh
//! cargo run --example catalog -- someorg:prod1 fields.geojson
//! ```
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use std::path::Path;

use descartes::api::Geometry;
use descartes::api::{Blob, Document, prop};
use descartes::{Body, Client, Progress};

#[tokio::main(flavor = "current_thread")]
async fn main() -> descartes::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let product = arguments.next().unwrap_or_else(|| "landsat:LC08:01:T1:TOAR".to_owned());
    let client = Client::from_env()?;
    search(&client, &product).await?;
    match arguments.next() {
        Some(file) => there_and_back(&client, Path::new(&file)).await,
        None => Ok(()),
    }
}

/// Shows the clearest images of a place. How many there are.
pub(crate) async fn search(client: &Client, product: &str) -> descartes::Result<usize> {
    let place = Geometry::bounding_box(1.0, 0.2, 3.5, 0.8)?;
    let clear = prop("acquired").ge("2026-01-01") & prop("cloud_fraction").lt(0.2);
    let images = client.catalog().products().images(product).filter(clear).intersects(&place);

    let summary = images.clone().summary().await?;
    println!("{} images, {} bytes", summary.count, summary.bytes.unwrap_or_default());
    let found = images.sort("cloud_fraction").limit(10).collect().await?;
    for image in &found {
        println!("{}  {:.0} % clouds", image.id(), 100.0 * image.cloud_fraction.unwrap_or_default());
    }
    Ok(found.len())
}

/// Uploads a file as a blob, reads it back into another file beside it, and deletes the blob.
pub(crate) async fn there_and_back(client: &Client, file: &Path) -> descartes::Result<()> {
    let blobs = client.catalog().blobs();
    let progress = Progress::new(|done, total| println!("  {done} of {} bytes", total.unwrap_or_default()));

    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let mut blob = Document::<Blob>::named(format!("example/{name}"));
    blob.description = Some("made by an example".into());
    blobs.upload_body(&mut blob, Body::file(file).await?, &progress).await?;
    println!("uploaded {}", blob.id());

    blobs.read(&blob).progress(progress).to_file(file.with_extension("copy")).await?;
    blobs.delete(blob.id()).await?;
    println!("read back, compared and deleted");
    Ok(())
}
