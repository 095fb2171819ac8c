use auth_core::sim::Reply;
use descartes::api::Geometry;
use descartes::api::{
    Bound, DataType, DateField, Document, Image, ImageUploadStatus, Interval, NdArray, OverviewResampler,
    RasterRequest, SummaryInterval, UploadFile, UploadOptions, prop,
};
use descartes::{Body, Client, Timestamp};
use futures_util::TryStreamExt as _;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::catalog_book::{
    delete, has_no_token, missing, one, open, page, reads, reload, resource, search, text, writes,
};
use crate::raster::rendering;

fn place() -> Geometry {
    Geometry::bounding_box(0.0, 0.0, 1.0, 1.0).unwrap()
}

fn of_product(client: &Client) -> descartes::api::Search<'_, Image> {
    client.catalog().images().search().filter(prop("product_id").eq("p"))
}

#[tokio::test]
async fn images() {
    let (mut book, client) = open();
    let images = client.catalog().images();
    let sample = resource(
        "image",
        "p:i",
        json!({
            "name": "i", "product_id": "p", "acquired": "2020-01-01T00:00:00Z", "cloud_fraction": 0.1,
            "geotrans": [0, 1, 0, 0, 0, -1], "files": [{"href": "gs://b/x", "size_bytes": 1, "hash": "h"}],
            // A point must not make an image unreadable.
            "geometry": {"type": "Point", "coordinates": [1, 2]},
        }),
    );
    let class = "catalog_images";
    reads(&mut book, class, images, &sample).await;
    search(&mut book, class, of_product(&client), &sample).await;
    reload(&mut book, class, images, &sample).await;
    let mut new = Document::<Image>::named("p", "i");
    new.acquired = Some("2020-01-01T00:00:00Z".parse().unwrap());
    new.geometry = Some(place());
    writes(&mut book, class, images, &sample, new, json!({"cloud_fraction": 0.5})).await;
    delete(&mut book, class, images, &sample).await;

    let found = of_product(&client)
        .filter(prop("acquired").ge("2020-01-01") & prop("cloud_fraction").lt(0.2))
        .intersects(&place())
        .or_without_place()
        .limit(1);
    let found = book.call("catalog_images.intersects", [page(&[sample], None)], found.collect()).await;
    assert_eq!(found[0].geometry.as_ref().unwrap().kind(), Some("Point"));

    let counted = json!({"count": 2, "bytes": 5, "products": ["p"]});
    let summary = of_product(&client).sort("acquired").limit(3).intersects(&place()).summary();
    let replies = [one(200, resource("image_summary", "s", counted.clone()))];
    let summary = book.call("catalog_images.summary", replies, summary).await;
    assert_eq!((summary.count, summary.bytes), (2, Some(5)));

    let mut month = counted;
    month["interval_start"] = "2020-01-01T00:00:00Z".into();
    let reply = || [page(&[resource("image_summary", "s", month.clone())], None)];
    let name = "catalog_images.summary_interval";
    let usual = of_product(&client).summary_interval(SummaryInterval::every(Interval::Month));
    let summary = book.call(name, reply(), usual).await;
    assert_eq!(summary[0].interval_start, Some("2020-01-01T00:00:00Z".parse().unwrap()));
    let start: Timestamp = "2020-01-01T00:00:00Z".parse().unwrap();
    let by = SummaryInterval {
        field: Some(DateField::Created),
        start: Bound::At(start),
        end: Bound::Unbounded,
        ..SummaryInterval::every(Interval::Year)
    };
    book.call(name, reply(), of_product(&client).limit(9).summary_interval(by)).await;
    assert_snapshot!(text(&book));
}

/// The replies to an upload of so many files, whose signed URLs lead to the same server.
fn replies(base: &str, files: usize) -> Vec<Reply> {
    let urls: Vec<String> = (0..files).map(|number| format!("{base}/signed/{number}?signature=s")).collect();
    let upload = |status: &str| {
        let attributes =
            json!({"status": status, "product_id": "p", "image_id": "p:i", "resumable_urls": urls});
        resource("image_upload", "u-1", attributes)
    };
    let product: Value = resource("product", "p", json!({"name": "P"}));
    let mut replies = vec![missing(), one(200, product), one(201, upload("transferring"))];
    replies.extend((0..files).map(|_| Reply::empty(200)));
    replies.push(one(200, upload("pending")));
    replies
}

#[tokio::test]
async fn uploads_of_images() {
    let (mut book, client) = open();
    let images = client.catalog().images();
    let mut image = Document::<Image>::named("p", "i");
    image.acquired = Some("2020-01-01T00:00:00Z".parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("red.tif");
    std::fs::write(&file, "tiff").unwrap();
    let files =
        vec![UploadFile::open(&file).await.unwrap(), UploadFile::new("nir.tif", Body::bytes("more tiff"))];
    let options = UploadOptions {
        overviews: Some(vec![2, 4]),
        overview_resampler: Some(OverviewResampler::Nearest),
        ..UploadOptions::default()
    };
    let sent = replies(&book.base(), 2);
    let upload = images.upload(&image, files, &options);
    let upload = book.call("catalog_images.upload", sent, upload).await;
    assert_eq!(upload.status, Some(ImageUploadStatus::Pending));
    // Whoever has a signed URL may write: it is not kept, and not shown.
    assert!(!format!("{upload:?}").contains("signature="));

    let pixels = NdArray::new(DataType::Byte, [1, 2, 2], vec![1, 2, 3, 4]).unwrap();
    let sent = replies(&book.base(), 1);
    let options = UploadOptions::default();
    let upload = images.upload_ndarray(&image, &pixels, &options);
    book.call("catalog_images.upload_ndarray", sent, upload).await;
    let sent = book.simulator().journal().requests();
    let put = sent.iter().find(|request| request.method() == "PUT").unwrap();
    assert!(put.body().starts_with(b"\x93NUMPY") && put.header("authorization").is_none());
    has_no_token(&book, &client).await;
    assert_snapshot!(text(&book));
}

#[tokio::test]
async fn pixels_of_images() {
    let (mut book, client) = open();
    let images = client.catalog().images();
    let mut image = Document::<Image>::named("p", "i");
    image.geotrans = Some(vec![500_000.0, 10.0, 0.0, 4_000_000.0, 0.0, -10.0]);
    (image.x_pixels, image.y_pixels) = (Some(100), Some(50));
    assert!(image.geocontext().unwrap_err().to_string().contains("neither `cs_code` nor `projection`"));
    image.cs_code = Some("EPSG:32613".into());
    let native = async { image.geocontext() };
    let native = book.call("catalog_images.geocontext", [], native).await;
    assert_eq!(native.bounds, Some([500_000.0, 3_999_500.0, 501_000.0, 4_000_000.0]));

    let request = RasterRequest { bands: vec!["red".into()], ..native };
    let pixels = images.ndarray(&image, &request);
    let pixels = book.call("catalog_images.ndarray", [rendering()], pixels).await;
    assert_eq!(pixels.header().shape, [1, 2, 4]);
    let two = [image, Document::<Image>::named("p", "j")];
    let mosaic = images.mosaic(&two, &request);
    book.call("catalog_image_collections.mosaic", [rendering()], mosaic).await;
    let stack = images.stack(&two, &request, 1).try_collect::<Vec<_>>();
    let replies = [rendering(), rendering()];
    assert_eq!(book.call("catalog_image_collections.stack", replies, stack).await.len(), 2);
    assert_snapshot!(text(&book));
}
