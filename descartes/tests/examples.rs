//! The examples, run against the simulator.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

#[allow(dead_code, reason = "its main is for people")]
#[path = "../examples/catalog.rs"]
mod catalog;

use common::World;

#[tokio::test]
async fn images_are_found_and_a_file_goes_there_and_back() {
    let world = World::new();
    let client = world.client();
    assert_eq!(catalog::search(&client, "someorg:prod1").await.unwrap(), 2);
    let file = world.home().join("fields.geojson");
    std::fs::write(&file, "content").unwrap();
    catalog::there_and_back(&client, &file).await.unwrap();
    assert_eq!(std::fs::read_to_string(file.with_extension("copy")).unwrap(), "content");
    assert_eq!(client.catalog().blobs().search().count().await.unwrap(), 0);
}
