use auth_core::sim::Reply;
use descartes::api::{Document, Product, TaskStatus, prop};
use insta::assert_snapshot;
use serde_json::json;

use crate::catalog_book::{delete, one, open, page, reads, reload, resource, search, text, wait, writes};

#[tokio::test]
async fn products() {
    let (mut book, client) = open();
    let products = client.catalog().products();
    let sample = resource(
        "product",
        "someorg:a b",
        json!({
            "name": "A", "owners": ["org:someorg"], "tags": ["a"], "resolution_min": {"value": 10.0, "unit": "meters"},
            "created": "2019-06-10T18:48:13.066192Z", "start_datetime": "2019-01-01T00:00:00Z", "end_datetime": null,
        }),
    );
    let class = "catalog_products";
    reads(&mut book, class, products, &sample).await;
    search(&mut book, class, products.search().filter(prop("is_core").eq(true)), &sample).await;
    reload(&mut book, class, products, &sample).await;
    let mut new = Document::<Product>::new("a b");
    new.name = Some("A".into());
    new.tags = Some(vec!["a".into()]);
    writes(&mut book, class, products, &sample, new, json!({"name": "B", "tags": ["a", "b"]})).await;
    delete(&mut book, class, products, &sample).await;

    let band = resource("band", "p:red", json!({"type": "spectral", "name": "red", "product_id": "p"}));
    let found = products.get_band("p", "red");
    let found = book.call("catalog_products.get_band", [one(200, band.clone())], found).await.unwrap();
    assert_eq!(found.product_id.as_deref(), Some("p"));
    let image = resource("image", "p:i", json!({"name": "i", "product_id": "p"}));
    let found = products.get_image("p", "i");
    book.call("catalog_products.get_image", [one(200, image.clone())], found).await.unwrap();
    let found = products.bands("p").collect();
    assert_eq!(book.call("catalog_products.bands", [page(&[band], None)], found).await.len(), 1);
    let found = products.images("p").limit(5).collect();
    assert_eq!(book.call("catalog_products.images", [page(&[image], None)], found).await.len(), 1);
    let found = products.image_uploads("p").collect();
    book.call("catalog_products.image_uploads", [page(&[], None)], found).await;

    let task = |status: &str| resource("product_delete_task", "p", json!({ "status": status }));
    let call = products.delete_related_objects("p");
    let call = book.call("catalog_products.delete_related_objects", [one(201, task("RUNNING"))], call).await;
    assert_eq!(call.unwrap().status, TaskStatus::Running);
    let nothing = products.delete_related_objects("p");
    let nothing = book.call("catalog_products.delete_related_objects", [Reply::empty(204)], nothing).await;
    assert_eq!(nothing, None);
    let call = products.get_delete_status("p");
    let call = book.call("catalog_products.get_delete_status", [one(200, task("NONE"))], call).await;
    assert_eq!(call.status, TaskStatus::NeverRan);
    let call = products.get_delete_status("p");
    let call = book.call("catalog_deletion_tasks.reload", [one(200, task("FAILURE"))], call).await;
    assert_eq!(call.status, TaskStatus::Failed);
    let replies = [one(200, task("RUNNING")), Reply::empty(503), one(200, task("SUCCESS"))];
    let call = products.wait_for_deletion("p", wait());
    let call = book.call("catalog_deletion_tasks.wait_for_completion", replies, call).await;
    assert_eq!(call.status, TaskStatus::Succeeded);

    let id = book.call("catalog_products.namespace_id", [], products.namespace_id("prod1")).await;
    assert_eq!(id, "someorg:prod1");
    assert_snapshot!(text(&book));
}
