use auth_core::sim::Reply;
use descartes::Body;
use descartes::api::{
    Aggregation, FeatureQuery, Filter, Geometry, Join, JoinType, NewVectorProduct, SpatialJoin,
    SpatialRelation, Statistic, VectorProductChanges,
};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::book::{done, open, reply};

fn model() -> Value {
    json!({"properties": {
        "uuid": {"type": "string", "primary_key": true}, "geometry": {"type": "string", "geometry": "POINT"},
    }})
}

fn product() -> Value {
    json!({
        "id": "someorg:roads", "name": "Roads", "description": null, "is_spatial": true, "tags": ["a"],
        "owners": ["org:someorg"], "readers": [], "writers": [], "created": "2024-05-01T10:00:00Z", "model": model(),
    })
}

fn parquet() -> [Reply; 1] {
    [Reply::bytes(200, &b"PAR1..PAR1"[..]).header("is_spatial", "true")]
}

fn query() -> FeatureQuery {
    FeatureQuery {
        filter: Some(Filter::eq("kind", "track").and(Filter::gte("length", 2))),
        aoi: Some(Geometry::bounding_box(-106.0, 35.0, -105.0, 36.0).unwrap()),
        columns: Some(vec!["length".into()]),
        ..Default::default()
    }
}

#[tokio::test]
async fn vector_products_and_features() {
    let (mut book, client) = open();
    let vector = client.vector();
    let (products, features) = (vector.products(), vector.features());

    let all = book.call("vector_products.list", reply(json!([product()])), products.list(&["a", "b"])).await;
    assert_eq!((all[0].is_spatial, all[0].columns()), (Some(true), vec!["uuid", "geometry"]));
    assert!(all[0].extra.is_empty());
    book.call("vector_products.get", reply(product()), products.get("someorg:roads")).await;
    let new = NewVectorProduct {
        tags: Some(vec!["a".into()]),
        ..NewVectorProduct::new("someorg:roads", "Roads", model())
    };
    book.call("vector_products.create", reply(product()), products.create(&new)).await;
    let changes = VectorProductChanges { readers: Some(vec!["org:other".into()]), ..Default::default() };
    book.call("vector_products.update", reply(product()), products.update("someorg:roads", &changes)).await;
    book.call("vector_products.delete", done(), products.delete("someorg:roads")).await;

    let added = features.add("someorg:roads", Body::bytes("PAR1..PAR1"));
    let added = book.call("vector_features.add", parquet(), added).await;
    assert_eq!((added.is_spatial, &added.bytes[..4]), (true, &b"PAR1"[..]));
    let (all, some) = (FeatureQuery::default(), query());
    let found = features.query("someorg:roads", &some);
    let found = book.call("vector_features.query", parquet(), found).await;
    assert!(found.is_spatial);
    let sum = features.aggregate("someorg:roads", Statistic::Sum, &some);
    let sum = book.call("vector_features.aggregate", reply(json!({"length.SUM": 7.5})), sum).await;
    assert_eq!(sum, Aggregation::Columns([("length.SUM".to_owned(), json!(7.5))].into()));
    let plain = [Reply::bytes(200, &b"PAR1"[..]).header("is_spatial", "false")];
    let one = book.call("vector_features.get", plain, features.get("someorg:roads", "r/1")).await;
    assert!(!one.is_spatial);
    let update = features.update("someorg:roads", "r1", Body::bytes("PAR1..PAR1"));
    book.call("vector_features.update", done(), update).await;
    book.call("vector_features.delete", done(), features.delete("someorg:roads", "r1")).await;
    let join = Join {
        join_type: JoinType::Left,
        include_columns: Some((vec!["length".into()], vec!["name".into()])),
        input: some.clone(),
        ..Join::new("someorg:roads", "someorg:names", [("uuid", "road")])
    };
    book.call("vector_features.join", parquet(), features.join(&join)).await;
    let sjoin = SpatialJoin {
        join: FeatureQuery { filter: Some(Filter::eq("kind", "lake")), ..all.clone() },
        keep_all_input_rows: true,
        ..SpatialJoin::new("someorg:roads", "someorg:lakes", SpatialRelation::Within)
    };
    book.call("vector_features.sjoin", parquet(), features.sjoin(&sjoin)).await;

    let url = async { vector.tiles().create_layer("someorg:roads", &some) };
    let url = book.call("vector_tiles.create_layer", [], url).await;
    assert_eq!(
        url.replace(&book.base(), "$BASE"),
        "$BASE/vector/v1/products/someorg%3Aroads/tiles/{z}/{x}/{y}?property_filter=%7B%22and%22%3A%5B%7B%22eq%22%3A\
         %7B%22kind%22%3A%22track%22%7D%7D%2C%7B%22range%22%3A%7B%22length%22%3A%7B%22gte%22%3A2%7D%7D%7D%5D%7D\
         &columns=%5B%22length%22%5D"
    );
    assert_snapshot!(book.text());
}

#[tokio::test]
async fn vector_tables() {
    let (mut book, client) = open();
    let vector = client.vector();
    let tables = vector.tables();

    let mut table = book.call("vector_tables.get", reply(product()), tables.get("someorg:roads")).await;
    let new = NewVectorProduct::new("someorg:roads", "Roads", json!({"properties": {}}));
    let other = book.call("vector_tables.create", reply(product()), tables.create(&new)).await;
    let all = book.call("vector_tables.list", reply(json!([product()])), tables.list(&[])).await;
    assert_eq!(all.len(), 1);
    let changes = VectorProductChanges { name: Some("Ways".into()), ..Default::default() };
    let mut changed = product();
    changed["name"] = "Ways".into();
    book.call("vector_tables.save", reply(changed), table.save(&changes)).await;
    assert_eq!(table.product.name.as_deref(), Some("Ways"));
    book.call("vector_tables.add", parquet(), table.add(Body::bytes("PAR1..PAR1"))).await;
    book.call("vector_tables.collect", parquet(), table.collect()).await;
    table.options = query();
    assert_eq!(book.call("vector_tables.count", reply(json!(3)), table.count()).await, 3);
    let value = || reply(json!({"length.X": null}));
    book.call("vector_tables.sum", value(), table.sum()).await;
    book.call("vector_tables.min", value(), table.min()).await;
    book.call("vector_tables.max", value(), table.max()).await;
    book.call("vector_tables.mean", value(), table.mean()).await;
    let join = table.join(&other, JoinType::Inner, &[("uuid", "uuid")]);
    book.call("vector_tables.join", parquet(), join).await;
    let sjoin = table.sjoin(&other, SpatialRelation::Intersects);
    book.call("vector_tables.sjoin", parquet(), sjoin).await;
    book.call("vector_tables.get_feature", parquet(), table.get_feature("r1")).await;
    let none = [Reply::json(404, json!({"detail": "no such feature"}))];
    let none = book.call("vector_tables.try_get_feature", none, table.try_get_feature("r9")).await;
    assert!(none.is_none());
    let url = book.call("vector_tables.visualize", [], async { table.visualize() }).await;
    assert!(url.contains("/tiles/{z}/{x}/{y}?property_filter=") && url.contains("length"));
    let reset = async {
        table.reset_options();
        Ok::<_, descartes::Error>(())
    };
    book.call("vector_tables.reset_options", [], reset).await;
    assert_eq!(table.options, FeatureQuery::default());
    book.call("vector_tables.delete", done(), table.delete()).await;

    let feature = vector.feature("someorg:roads:r1").unwrap();
    assert_eq!((feature.product_id(), feature.name()), ("someorg:roads", "r1"));
    book.call("vector_feature.get", parquet(), feature.get()).await;
    book.call("vector_feature.save", done(), feature.save(Body::bytes("PAR1..PAR1"))).await;
    book.call("vector_feature.delete", done(), feature.delete()).await;
    assert_snapshot!(book.text());
}
