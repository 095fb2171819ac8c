use descartes::api::{Band, BandKind, DataType, Document, ProcessingLevel, prop};
use insta::assert_snapshot;
use serde_json::json;

use crate::catalog_book::{delete, open, reads, reload, resource, search, text, writes};

#[tokio::test]
async fn bands() {
    let (mut book, client) = open();
    let bands = client.catalog().bands();
    let sample = resource(
        "band",
        "p:red",
        json!({
            "type": "spectral", "name": "red", "product_id": "p", "data_type": "UInt16", "nodata": 0,
            "data_range": [0, 10000], "resolution": {"value": 60.0, "unit": "meters"}, "wavelength_nm_min": 630,
            "processing_levels": {"toa": [{"function": "fn", "index": 1}], "default": "toa"},
            "derived_params": null,
        }),
    );
    let class = "catalog_bands";
    reads(&mut book, class, bands, &sample).await;
    search(&mut book, class, bands.search().filter(prop("product_id").eq("p")), &sample).await;
    reload(&mut book, class, bands, &sample).await;
    let mut new = Document::<Band>::named("p", "red", BandKind::Spectral);
    new.data_type = Some(DataType::UInt16);
    new.processing_levels = Some([("default".to_owned(), ProcessingLevel::Alias("toa".into()))].into());
    writes(&mut book, class, bands, &sample, new, json!({"nodata": 1.0})).await;
    delete(&mut book, class, bands, &sample).await;
    assert_snapshot!(text(&book));
}
