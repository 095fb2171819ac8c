//! Reads features of a vector product: how many there are, some of them as GeoJSON, and all of them into a Parquet file.
//!
//! ```sh
//! cargo run --example read_features -- someorg:roads roads.parquet
//! ```
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example shows what it does")]

use std::path::Path;

use descartes::api::{FeatureFormat, FeatureQuery, Filter, Geometry};
use descartes::{Client, Progress};

#[allow(dead_code, reason = "a test runs the rest")]
#[tokio::main(flavor = "current_thread")]
async fn main() -> descartes::Result<()> {
    let mut args = std::env::args().skip(1);
    let (Some(product), Some(file)) = (args.next(), args.next()) else {
        println!("give the id of a product, and a file to write");
        return Ok(());
    };
    run(&Client::from_env()?, &product, file.as_ref()).await?;
    Ok(())
}

/// How many there are around Santa Fe, and how many bytes all of them take.
pub(crate) async fn run(client: &Client, product: &str, file: &Path) -> descartes::Result<(u64, u64)> {
    let vector = client.vector();
    let mut table = vector.tables().get(product).await?;
    println!("{}: {:?}", table.product.id, table.product.columns());

    table.options = FeatureQuery {
        filter: Some(Filter::gte("length", 5)),
        aoi: Some(Geometry::bounding_box(-106.1, 35.6, -105.9, 35.8)?),
        format: FeatureFormat::GeoJson,
        ..Default::default()
    };
    let count = table.count().await?;
    println!("{count} of length 5 or more around Santa Fe:");
    let found = table.collect().await?.geojson()?;
    for feature in found["features"].as_array().into_iter().flatten() {
        println!("  {}", feature["properties"]);
    }

    let progress = Progress::new(|done, _| eprintln!("{done} bytes"));
    let bytes = vector.features().download(product, &FeatureQuery::default(), file, &progress).await?;
    println!("{bytes} bytes in {}", file.display());
    Ok((count, bytes))
}
