//! Vector and raster against the simulator, and what is wrong with input and replies.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use auth_core::sim::{Fault, Reply};
use common::World;
use descartes::api::{
    Aggregation, FeatureFormat, FeatureQuery, Filter, Geometry, NewVectorProduct, RasterRequest,
    SpatialRelation, Statistic,
};
use descartes::{Body, Error, ErrorKind, Progress};
use futures_util::TryStreamExt as _;
use serde_json::json;

#[path = "../examples/read_features.rs"]
mod read_features;

#[tokio::test]
async fn the_example_reads_features() {
    for world in [World::new(), World::earthone()] {
        let file = world.home().join("roads.parquet");
        let (count, bytes) = read_features::run(&world.client(), "someorg:roads", &file).await.unwrap();
        let written = std::fs::read(&file).unwrap();
        assert_eq!((count, bytes), (2, written.len() as u64));
        assert!(written.starts_with(b"PAR1") && written.ends_with(b"PAR1"));
    }
}

#[tokio::test]
async fn a_product_is_created_filled_read_and_deleted() {
    let world = World::new();
    let client = world.client();
    let vector = client.vector();
    let model = json!({"properties": {"uuid": {"type": "string", "primary_key": true}}});
    let made = vector.tables().create(&NewVectorProduct::new("someorg:names", "Names", model)).await.unwrap();
    assert_eq!(made.product.is_spatial, Some(false));
    let parquet = Body::bytes([&b"PAR1"[..], &vec![7; 3 << 20], b"PAR1"].concat());
    let told = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&told);
    let progress = Progress::new(move |done, _| {
        counter.fetch_max(done, Ordering::Relaxed);
    });
    made.add(progress.of_upload(parquet)).await.unwrap();
    assert_eq!(told.load(Ordering::Relaxed), (3 << 20) + 8);
    let stream = vector.features().stream("someorg:names", &FeatureQuery::default()).await.unwrap();
    assert_eq!((stream.is_spatial(), stream.format()), (false, &FeatureFormat::Parquet));
    let bytes: Vec<_> = stream.stream().try_collect().await.unwrap();
    assert_eq!(bytes.concat().len(), (3 << 20) + 8);
    let error = made.sjoin(&made, SpatialRelation::Within).await.unwrap_err();
    assert_eq!(error.to_string(), "the features of someorg:names have no shapes");
    made.delete().await.unwrap();
    assert!(vector.products().get("someorg:names").await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn values_are_computed_of_columns() {
    let world = World::new();
    let client = world.client();
    let features = client.vector().features();
    let query = FeatureQuery { columns: Some(vec!["length".into()]), ..Default::default() };
    let value = |statistic| features.aggregate("someorg:roads", statistic, &query);
    assert_eq!(value(Statistic::Count).await.unwrap(), Aggregation::Count(3));
    for (statistic, expected) in [
        (Statistic::Sum, 23.75),
        (Statistic::Min, 4.0),
        (Statistic::Max, 12.5),
        (Statistic::Mean, 23.75 / 3.0),
    ] {
        let name = format!("length.{statistic}");
        let Aggregation::Columns(columns) = value(statistic).await.unwrap() else { panic!("{name}") };
        assert_eq!(columns[&name], json!(expected));
    }
}

/// A query changes nothing, so it is asked again; what adds features is sent once.
#[tokio::test]
async fn reads_are_repeated_and_writes_are_not() {
    let world = World::new();
    let client = world.client();
    let features = client.vector().features();
    let faults = world.sim.server().faults();
    faults.next("POST /vector/v1/products/*/features/query", Fault::ResetBeforeReply);
    features.query("someorg:roads", &FeatureQuery::default()).await.unwrap();
    faults.next("POST /vector/v1/products/*/featuresv2", Fault::ResetBeforeReply.after_handling());
    let error = features.add("someorg:roads", Body::bytes("PAR1PAR1")).await.unwrap_err();
    assert!(error.is_outcome_unknown(), "{error}");
    assert_eq!(world.journal().count("POST /vector/v1/products/*/featuresv2"), 1);
    faults.next("POST /vector/v1/products/*/featuresv2", Fault::Truncate { after: 4 });
    let error = features.add("someorg:roads", Body::bytes("PAR1PAR1")).await.unwrap_err();
    assert!(error.is_outcome_unknown() && !error.is_retryable(), "{error}");
    assert_eq!(world.journal().count("POST /vector/v1/products/*/featuresv2"), 2);
    faults.next("DELETE /vector/v1/products/*/features/*", Fault::ResetBeforeReply.after_handling());
    let error = features.delete("someorg:roads", "r1").await.unwrap_err();
    assert!(error.is_outcome_unknown(), "{error}");
}

/// All that is refused before anything is sent, as people read it.
#[tokio::test]
async fn what_is_refused_before_anything_is_sent() {
    let world = World::new();
    let client = world.client();
    let vector = client.vector();
    let mut text = String::new();
    let mut note = |error: Error| {
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        writeln!(text, "{error}").unwrap();
    };
    for geojson in [
        "{",
        "[]",
        r#"{"type": "Circle"}"#,
        r#"{"type": "Point", "coordinates": [35.7, -105.9]}"#,
        r#"{"type": "Point", "coordinates": [200, 0]}"#,
        r#"{"type": "Point", "coordinates": ["0", 0]}"#,
        r#"{"type": "LineString", "coordinates": [[0, 0]]}"#,
        r#"{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]}"#,
        r#"{"type": "MultiPolygon", "coordinates": [[[[0, 0], [1, 0], [0, 0]]]]}"#,
        r#"{"type": "GeometryCollection", "geometries": [{"type": "Point"}]}"#,
        r#"{"type": "Feature", "geometry": null}"#,
        r#"{"type": "Feature", "geometry": {"type": "Point", "coordinates": [0, 91]}}"#,
        r#"{"type": "FeatureCollection", "features": []}"#,
    ] {
        note(geojson.parse::<Geometry>().unwrap_err());
    }
    note(Geometry::bounding_box(10.0, 0.0, -10.0, 1.0).unwrap_err());
    for id in ["roads", "someorg:", ":r1", ""] {
        note(vector.feature(id).unwrap_err());
    }
    note(vector.products().list(&["a", "b,c"]).await.unwrap_err());
    note(vector.products().get("").await.unwrap_err());
    for filter in [Filter::ilike("a", "b%"), Filter::any_of("a", Vec::<String>::new())] {
        let query = FeatureQuery { filter: Some(filter), ..Default::default() };
        note(vector.features().query("someorg:roads", &query).await.unwrap_err());
    }
    let nothing: [&str; 0] = [];
    note(client.raster().ndarray(&RasterRequest::new(nothing, ["red"])).await.unwrap_err());
    let both = RasterRequest {
        resolution: Some(1.0),
        dimensions: Some([1, 1]),
        ..RasterRequest::new(["p:i"], ["red"])
    };
    note(client.raster().ndarray(&both).await.unwrap_err());
    let scales = RasterRequest { scales: Some(Vec::new()), ..RasterRequest::new(["p:i"], ["red"]) };
    note(client.raster().ndarray(&scales).await.unwrap_err());
    assert!(world.journal().is_empty(), "something was sent");
    insta::assert_snapshot!(text);
}

/// What may be wrong with the reply of raster.
#[tokio::test]
async fn an_array_that_is_not_whole_is_an_error() {
    let world = World::new();
    let client = world.client();
    let head = "{}\n{\"shape\":[1,1,2],\"dtype\":\"uint8\",\"chunks\":1}\n";
    let chunk = "{\"shape\":[1,1,2],\"offset\":[0,0,0]}\n";
    let buffer = |unpacked: u8, packed: u8| [1, 2, 3, 4, unpacked, 0, 0, 0, 2, 0, 0, 0, packed, 0, 0, 0];
    let mut text = String::new();
    for body in [
        b"<html>\n".to_vec(),
        b"{}\n".to_vec(),
        format!("{head}{{\"error\":\"no such image\"}}\n").into_bytes(),
        [head.as_bytes(), chunk.as_bytes()].concat(),
        [head.as_bytes(), chunk.as_bytes(), &buffer(2, 18), b"a"].concat(),
        [head.as_bytes(), chunk.as_bytes(), &buffer(9, 16)].concat(),
        [head.as_bytes(), chunk.as_bytes(), &buffer(2, 3)].concat(),
    ] {
        let faults = world.sim.server().faults();
        faults.next("POST /raster/v2/npz", Fault::Reply(Reply::bytes(200, body)));
        let read = async {
            let mut array = client.raster().ndarray(&RasterRequest::new(["p:i"], ["red"])).await?;
            array.next_chunk().await
        };
        let error = read.await.unwrap_err();
        writeln!(text, "{:?}: {}", error.kind(), world.hide(error.to_string())).unwrap();
    }
    insta::assert_snapshot!(text);
}
