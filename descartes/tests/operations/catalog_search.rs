use descartes::api::{Product, Search, prop};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::catalog_book::{open, page, resource, text};

#[tokio::test]
async fn searches() {
    let (mut book, client) = open();
    let search = || client.catalog().products().search();
    let is_core = prop("is_core").eq(true);

    let built = async { Ok::<_, descartes::Error>(is_core.clone() & prop("tags").any_of(["a", "b"])) };
    let filter = book.call("filters.build", [], built).await;
    let expected: Value = json!([
        {"op": "eq", "name": "is_core", "val": true},
        {"or": [{"op": "eq", "name": "tags", "val": "a"}, {"op": "eq", "name": "tags", "val": "b"}]},
    ]);
    assert_eq!(format!("{filter:?}"), expected.to_string());

    let nothing = || [page(&[], None)];
    let parts: [(&str, Search<'_, Product>); 4] = [
        ("catalog_search.filter", search().filter(is_core).filter(prop("resolution_min").lt(60))),
        ("catalog_search.find_text", search().find_text("land sat")),
        ("catalog_search.sort", search().sort("name").sort("-created")),
        ("catalog_search.limit", search().limit(2)),
    ];
    for (name, part) in parts {
        book.call(name, nothing(), part.collect()).await;
    }
    let count = search().filter(filter).limit(5).count();
    let replies = [page(&[resource("product", "p", json!({}))], None)];
    assert_eq!(book.call("catalog_search.count", replies, count).await, 1);

    // A page may be empty and yet lead to another one.
    let link = format!("{}/metadata/v1/catalog/v2/products?continuation=a%26b", book.base());
    let link = |number: u8| Some(format!("{link}{number}"));
    let product = |id: &str| resource("product", id, json!({"name": id}));
    let replies = [page(&[product("a")], link(1)), page(&[], link(2)), page(&[product("b")], None)];
    let all = book.call("catalog_search.collect", replies, search().sort("name").collect()).await;
    assert_eq!(all.iter().map(|product| product.id()).collect::<Vec<_>>(), ["a", "b"]);
    assert_snapshot!(text(&book));
}
