use std::time::Duration;

use auth_core::sim::Fault;
use descartes::api::{DataType, Document, Image, ImageUploadStatus, NdArray, UploadFile, UploadOptions};
use descartes::{Body, Error, Wait};

use super::wait;
use crate::common::World;

fn image(name: &str) -> Document<Image> {
    let mut image = Document::<Image>::named("someorg:prod1", name);
    image.acquired = Some("2026-05-01T10:00:00Z".parse().unwrap());
    image
}

#[tokio::test]
async fn an_image_is_in_the_catalog_when_its_upload_is_done() {
    let world = World::new();
    let client = world.client();
    let (images, uploads) = (client.catalog().images(), client.catalog().image_uploads());
    let image = image("2026-05");
    let files =
        vec![UploadFile::new("red.tif", Body::bytes("red")), UploadFile::new("nir.tif", Body::bytes(""))];
    let mut upload = images.upload(&image, files, &UploadOptions::default()).await.unwrap();
    assert_eq!(upload.status, Some(ImageUploadStatus::Pending));
    assert!(!images.exists(image.id()).await.unwrap());
    uploads.wait_for_completion(&mut upload, wait()).await.unwrap();
    assert_eq!(upload.status, Some(ImageUploadStatus::Success));
    assert_eq!(upload.events().unwrap()[0].message.as_deref(), Some("queued"));
    assert_eq!(images.get(image.id()).await.unwrap().unwrap().acquired, image.acquired);

    // Once it is there, it is replaced only by who says so.
    let pixels = NdArray::new(DataType::Byte, [1, 1, 2], vec![1, 2]).unwrap();
    let error = images.upload_ndarray(&image, &pixels, &UploadOptions::default()).await.unwrap_err();
    assert!(error.to_string().contains("set `overwrite`"), "{error}");
    let options = UploadOptions { overwrite: true, ..UploadOptions::default() };
    let mut upload = images.upload_ndarray(&image, &pixels, &options).await.unwrap();
    uploads.cancel(&mut upload).await.unwrap();
    uploads.wait_for_completion(&mut upload, wait()).await.unwrap();
    assert_eq!(upload.status, Some(ImageUploadStatus::Canceled));
}

#[tokio::test]
async fn a_wait_for_an_upload_grows_and_ends() {
    let world = World::new();
    let client = world.client();
    let uploads = client.catalog().image_uploads();
    let files = vec![UploadFile::new("red.tif", Body::bytes("red"))];
    let images = client.catalog().images();
    let mut upload = images.upload(&image("x"), files, &UploadOptions::default()).await.unwrap();
    let look = format!("GET /metadata/v1/catalog/v2/uploads_v2/{}", upload.id());
    world.sim.server().faults().next(&look, Fault::status(503)).always();
    let before = world.clock.sleeps().len();
    let wait =
        Wait::new(Duration::from_secs(60), Duration::from_secs(20)).with_patience(Duration::from_secs(600));
    let error = uploads.wait_for_completion(&mut upload, wait).await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    let waited: Vec<Duration> = world.clock.sleeps()[before..].to_vec();
    assert!(waited.contains(&Duration::from_secs(5)), "{waited:?}");
}

#[tokio::test]
async fn an_image_of_no_product_is_not_sent() {
    let world = World::new();
    let client = world.client();
    let image = Document::<Image>::named("someorg:none", "x");
    let files = vec![UploadFile::new("red.tif", Body::bytes("red"))];
    let (images, options) = (client.catalog().images(), UploadOptions::default());
    let upload = images.upload(&image, files, &options);
    assert!(upload.await.unwrap_err().to_string().starts_with("there is no product someorg:none"));
    assert_eq!(world.journal().count("POST /metadata/v1/catalog/v2/uploads_v2"), 0);
}

/// An upload that fails midway is canceled; one that may have been handed over is left alone. Both have their id told.
#[tokio::test]
async fn an_upload_that_fails_midway_is_not_lost() {
    const HAND_OVER: &str = "PATCH /metadata/v1/catalog/v2/uploads_v2/*";
    let world = World::new();
    let client = world.client();
    let (images, uploads) = (client.catalog().images(), client.catalog().image_uploads());
    let files = || vec![UploadFile::new("red.tif", Body::bytes("red"))];
    let (image, options) = (image("y"), UploadOptions::default());
    let faults = world.sim.server().faults();

    faults.next("PUT /signed/*", Fault::status(403));
    let error = images.upload(&image, files(), &options).await.unwrap_err();
    let Error::Upload { upload_id, canceled, .. } = &error else { panic!("{error:?}") };
    assert!(*canceled && error.is_forbidden() && error.to_string().contains(upload_id.as_str()), "{error}");
    let upload = uploads.get(upload_id).await.unwrap().unwrap();
    assert_eq!(upload.status, Some(ImageUploadStatus::Canceled));

    faults.next(HAND_OVER, Fault::status(502).after_handling());
    let error = images.upload(&image, files(), &options).await.unwrap_err();
    let Error::Upload { upload_id, canceled, .. } = &error else { panic!("{error:?}") };
    assert!(!canceled && error.is_outcome_unknown(), "{error}");
    let mut upload = uploads.get(upload_id).await.unwrap().unwrap();
    uploads.wait_for_completion(&mut upload, wait()).await.unwrap();
    assert_eq!(upload.status, Some(ImageUploadStatus::Success));
}
