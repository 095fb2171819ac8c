//! What is wrong with what a caller gives, before anything is sent.

use std::fmt::Write as _;

use descartes::api::Geometry;
use descartes::api::{
    Blob, ByteRange, DataType, Document, Image, NdArray, Product, StorageType, Subject, UploadFile,
    UploadOptions, prop,
};
use descartes::{Body, Error, ErrorKind};
use insta::assert_snapshot;
use serde_json::json;

use crate::common::World;

#[tokio::test]
async fn input_that_cannot_be_meant() {
    let world = World::new();
    let client = world.client();
    let catalog = client.catalog();
    let (products, images, blobs) = (catalog.products(), catalog.images(), catalog.blobs());
    let mut told = String::new();
    let mut tell = |case: &str, error: Error| {
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{case}: {error}");
        writeln!(told, "{case}\n    {error}").unwrap();
    };

    let of_p = || images.search().filter(prop("product_id").eq("p"));
    tell("images of any product", images.search().collect().await.unwrap_err());
    tell("bands of any product", catalog.bands().search().count().await.unwrap_err());
    let either = prop("product_id").eq("p") | prop("cloud_fraction").lt(0.2);
    tell("images of a product or not", images.search().filter(either).summary().await.unwrap_err());
    tell("not a number", of_p().filter(prop("cloud_fraction").lt(f64::NAN)).collect().await.unwrap_err());
    tell("no name", of_p().filter(prop("").eq(1)).count().await.unwrap_err());

    tell("empty id", products.get("").await.unwrap_err());
    tell("id that climbs", products.delete("a/../b").await.unwrap_err());
    tell("id of a blob that ends in nothing", blobs.get_data("data/ns/").await.unwrap_err());

    tell(
        "open ring",
        Geometry::from_geojson(json!({"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]})).unwrap_err(),
    );
    tell(
        "latitude first",
        Geometry::from_geojson(json!({"type": "Point", "coordinates": [52.5, 130]})).unwrap_err(),
    );
    tell("subject", "someorg".parse::<Subject>().unwrap_err());

    let mut product = Document::<Product>::new("p");
    tell("not saved", products.reload(&mut product).await.unwrap_err());
    tell("attribute", product.update(json!({"nmae": "x"})).unwrap_err());
    tell("value", product.update(json!({"is_core": "yes"})).unwrap_err());

    let mut blob = Document::<Blob>::new("");
    tell("blob without a name", blobs.upload_data(&mut blob, "x").await.unwrap_err());
    let mut blob = Document::<Blob>::named("x");
    blob.storage_type = Some(StorageType::Logs);
    tell("blob of the platform", blobs.upload_data(&mut blob, "x").await.unwrap_err());
    let mut blob = Document::<Blob>::named("x");
    let stream = Body::once(None, futures_util::stream::empty());
    let silent = descartes::Progress::silent();
    tell("unknown length", blobs.upload_body(&mut blob, stream, &silent).await.unwrap_err());
    tell("range", blobs.read("data/a/b").range(ByteRange::Between(3, 2)).bytes().await.unwrap_err());
    tell("empty range", blobs.read("data/a/b").range(0..0).bytes().await.unwrap_err());
    tell("part as a file", blobs.read("data/a/b").range(1..2).to_file("x").await.unwrap_err());
    tell("empty id to delete", blobs.delete_many(&["a", ""]).await.unwrap_err());

    let options = UploadOptions::default();
    let image = Document::<Image>::named("p", "i");
    tell("no file", images.upload(&image, Vec::new(), &options).await.unwrap_err());
    let file = || vec![UploadFile::new("a.tif", Body::bytes("x"))];
    tell("no product", images.upload(&Document::new("i"), file(), &options).await.unwrap_err());
    let mut other = Document::<Image>::new("x:y");
    other.update(json!({"product_id": "p", "name": "i"})).unwrap();
    tell("another id", images.upload(&other, file(), &options).await.unwrap_err());
    tell("pixels", NdArray::new(DataType::UInt16, [2, 2, 1], vec![0; 7]).unwrap_err());

    let sent = world.journal().matching("* /metadata/*");
    assert!(sent.is_empty(), "{sent:?}");
    assert_snapshot!(told);
}

#[tokio::test]
async fn attributes_that_cannot_be_changed_are_not_sent() {
    let world = World::new();
    let client = world.client();
    let images = client.catalog().images();
    let mut image = images.get("someorg:prod1:2026-01").await.unwrap().unwrap();
    let sent = world.journal().len();
    image.name = Some("other".into());
    let error = images.save(&mut image).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the attribute `name` of the image someorg:prod1:2026-01 cannot be changed"
    );
    assert_eq!(world.journal().len(), sent);
    let mut again = image.clone();
    assert_eq!(images.create(&mut again).await.unwrap_err().kind(), ErrorKind::InvalidInput);
}
