use auth_core::sim::Reply;
use descartes::api::{Geometry, RasterRequest, Resampling};
use futures_util::TryStreamExt as _;
use insta::assert_snapshot;
use serde_json::json;

use crate::book::open;

/// A Blosc buffer of so many bytes, packed into four.
fn blosc(unpacked: u32) -> Vec<u8> {
    let head = [0x0102_0304_u32, unpacked, unpacked, 20];
    head.iter().flat_map(|number| number.to_le_bytes()).chain(*b"pack").collect()
}

/// An array of two chunks.
pub(crate) fn rendering() -> Reply {
    let mut body =
        b"{\"files\":[],\"id\":\"p:i\"}\n{\"shape\":[1,2,4],\"dtype\":\"uint16\",\"chunks\":2}\n".to_vec();
    for row in 0..2 {
        body.extend(format!("{{\"shape\":[1,1,4],\"offset\":[0,{row},0]}}\n").into_bytes());
        body.extend(blosc(8));
        body.extend(blosc(4));
    }
    // In pieces that end anywhere.
    Reply::stream(200, move || body.chunks(7).map(<[u8]>::to_vec).map(Into::into).collect::<Vec<_>>())
}

#[tokio::test]
async fn raster() {
    let (mut book, client) = open();
    let raster = client.raster();
    let request = RasterRequest {
        data_type: Some("UInt16".into()),
        resolution: Some(10.0),
        cutline: Some(Geometry::bounding_box(-106.0, 35.0, -105.0, 36.0).unwrap()),
        bounds: Some([0.0, 0.0, 20.0, 20.0]),
        resampler: Some(Resampling::Cubic),
        more: [("mask_nodata".to_owned(), json!(true))].into_iter().collect(),
        ..RasterRequest::new(["p:i"], ["red"])
    };
    let mut array = book.call("raster.ndarray", [rendering()], raster.ndarray(&request)).await;
    assert_eq!((array.metadata()["id"].as_str(), &array.header().shape[..]), (Some("p:i"), &[1, 2, 4][..]));
    let first = array.next_chunk().await.unwrap().unwrap();
    assert_eq!((first.offset, first.data.len(), first.mask.len()), (vec![0, 0, 0], 20, 20));
    assert_eq!(array.next_chunk().await.unwrap().unwrap().offset, [0, 1, 0]);
    assert!(array.next_chunk().await.unwrap().is_none());

    let bytes = async { raster.raster(&request).await?.try_collect::<Vec<_>>().await };
    let bytes = book.call("raster.raster", [rendering()], bytes).await.concat();
    assert!(bytes.starts_with(b"{\"files\""));
    let two = vec![RasterRequest::new(["p:a"], ["red"]), RasterRequest::new(["p:b"], ["red"])];
    let stack = raster.stack(two, 1).try_collect::<Vec<_>>();
    assert_eq!(book.call("raster.stack", [rendering(), rendering()], stack).await.len(), 2);
    assert_snapshot!(book.text());
}
