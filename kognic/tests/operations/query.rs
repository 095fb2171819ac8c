use auth_core::sim::Reply;
use futures_util::TryStreamExt as _;
use insta::assert_snapshot;
use kognic::api::Search;
use serde_json::{Map, Value, json};

use crate::book::open;

#[tokio::test]
async fn query() {
    let (mut book, client) = open();
    let query = client.query();
    let answer = || {
        let answer =
            json!({ "items": [{ "a": 1 }], "totalHits": 9, "returnedHits": 1, "took": 3, "aggregates": {} });
        [Reply::json(200, answer)]
    };
    let search = Search {
        limit: Some(5),
        includes: vec!["a".into()],
        excludes: vec!["b".into()],
        aggregates: Map::from_iter([("sum".to_owned(), json!({ "field": "a" }))]),
        ..Search::new("requestId = 4")
    };
    let found = book.call("query.query_judgements", answer(), query.query_judgements(&search)).await;
    assert_eq!((found.items.len(), found.total_hits), (1, Some(9)));
    let all = Search::default();
    book.call("query.query_kpi_data_entries", answer(), query.query_kpi_data_entries(&all)).await;
    let lines = || [Reply::text(200, "[{\"a\": 1},\n  {\"a\": 2}]")];
    let judgements = async { query.stream_judgements::<Value>(&all).await?.try_collect::<Vec<_>>().await };
    let found = book.call("query.query_judgements", lines(), judgements).await;
    assert_eq!(found, [json!({ "a": 1 }), json!({ "a": 2 })]);
    let figures = async { query.stream_kpi_data_entries::<Value>(&all).await?.try_collect::<Vec<_>>().await };
    book.call("query.query_kpi_data_entries", lines(), figures).await;
    assert_snapshot!(book.text());
}
