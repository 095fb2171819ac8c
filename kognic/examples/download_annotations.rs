//! Downloads the annotations of a project into a folder, one OpenLABEL file for each scene.
//!
//! `cargo run -p kognic-api --example download_annotations -- highway objects annotations/`
//!
//! Without an account: run `cargo xtask sim --vendor kognic`, export what it prints, and run it in the same shell.
#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use std::path::Path;
use std::pin::pin;

use futures_util::TryStreamExt as _;
use kognic::api::SearchAnnotations;
use kognic::{Client, Environment};

/// Downloads annotations, ten at a time. Gives how many there were.
pub(crate) async fn download_annotations(
    client: &Client,
    project: &str,
    annotation_type: &str,
    folder: &Path,
) -> Result<usize, Box<dyn std::error::Error>> {
    let asked = SearchAnnotations::new(project, annotation_type);
    let mut annotations = pin!(client.annotations().download_project(asked, 10));
    let mut count = 0;
    while let Some(annotation) = annotations.try_next().await? {
        let Some(content) = annotation.content else { continue };
        let file = folder.join(format!("{}.json", annotation.scene_uuid));
        std::fs::write(&file, serde_json::to_vec_pretty(&content)?)?;
        count += 1;
        println!("{count:6}  {}  {} objects", file.display(), content.openlabel.objects.len());
    }
    Ok(count)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut builder = Client::builder();
    if let Some(base) = Environment::system().var("KOGNIC_SIM_BASE_URL") {
        builder = builder.base_url(base);
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [project, annotation_type, folder] = arguments.as_slice() else {
        println!("usage: download_annotations PROJECT ANNOTATION_TYPE FOLDER");
        return Ok(());
    };
    download_annotations(&builder.build()?, project, annotation_type, Path::new(folder)).await?;
    Ok(())
}
