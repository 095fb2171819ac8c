//! Features as record batches, from a real GeoParquet file.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use arrow_array::cast::AsArray as _;
use arrow_array::types::Float64Type;
use auth_core::sim::{Fault, Reply};
use common::World;
use descartes::ErrorKind;
use descartes::api::{FeatureFormat, FeatureQuery};

const QUERY: &str = "POST /vector/v1/products/*/features/query";

#[tokio::test]
async fn a_table_is_read_as_record_batches() {
    let world = World::new();
    let client = world.client();
    let roads = client.vector().tables().get("someorg:roads").await.unwrap().collect().await.unwrap();
    let batches = roads.record_batches().unwrap();
    let [batch] = batches.as_slice() else { panic!("{} batches", batches.len()) };
    assert_eq!((batch.num_rows(), batch.num_columns()), (3, 4));
    let lengths = batch.column_by_name("length").unwrap().as_primitive::<Float64Type>();
    assert_eq!(lengths.values(), &[12.5, 4.0, 7.25]);
    // A point in WKB: byte order, kind, two numbers.
    assert_eq!(batch.column_by_name("geometry").unwrap().as_binary::<i32>().value(0).len(), 21);
}

#[tokio::test]
async fn what_is_not_parquet_is_an_error() {
    let world = World::new();
    let client = world.client();
    let features = client.vector().features();
    let query = FeatureQuery { format: FeatureFormat::GeoJson, ..Default::default() };
    let geojson = features.query("someorg:roads", &query).await.unwrap();
    let error = geojson.record_batches().unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::InvalidInput, None));

    let whole = features.query("someorg:roads", &FeatureQuery::default()).await.unwrap().bytes;
    for bytes in
        [&b""[..], b"PAR1", b"<html>", &whole[..whole.len() - 1], &whole[1..], &whole[whole.len() / 2..]]
    {
        world.sim.server().faults().next(QUERY, Fault::Reply(Reply::bytes(200, bytes.to_vec())));
        let broken = features.query("someorg:roads", &FeatureQuery::default()).await.unwrap();
        let error = broken.record_batches().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Reply, "{error}");
        assert!(error.to_string().starts_with("these features are not the Parquet that can be read: "));
    }
}
