use agave::api::NewTransform;
use auth_core::sim::Reply;
use insta::assert_snapshot;
use serde_json::json;

use crate::book::{open, result};

#[tokio::test]
async fn transforms() {
    let (mut book, ag) = open();
    let transforms = ag.transforms();
    let transform = json!({
        "name": "GFF3 to BED", "description": "", "descriptionurl": "https://d", "enabled": true, "tags": ["gff"],
        "decoders": [{"name": "d", "description": null}], "encoder": {"name": "e"},
    });
    let many = || result(json!([transform]));
    book.call("transforms.list", many(), transforms.list().into_future()).await;
    let got = book.call("transforms.get", many(), transforms.get("gff3-bed")).await;
    assert_eq!((got[0].description_url.as_deref(), got[0].decoders.len()), (Some("https://d"), 1));
    let new = NewTransform { native_format: Some("GFF3".into()), ..NewTransform::new("agave://s1/a.bed") };
    let stage = transforms.transform_and_stage("gff3-bed", "u", "a/b.gff", &new);
    book.call("transforms.transformAndStage", result(transform.clone()), stage).await;
    let download = async {
        transforms
            .transform_and_download("gff3-bed", "u", "a/b.gff", &new)
            .await?
            .bytes()
            .await
            .map_err(agave::Error::from)
    };
    let content = [Reply::bytes(200, vec![0, 159])];
    let bytes = book.call("transforms.transformAndDownload", content, download).await;
    assert_eq!(&bytes[..], [0, 159]);
    book.call("transforms.listByTag", many(), transforms.list_by_tag("gff").into_future()).await;
    assert_snapshot!(book.text());
}
