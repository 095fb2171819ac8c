use auth_core::sim::Reply;
use futures_util::TryStreamExt as _;
use insta::assert_snapshot;
use kognic::api::{Cuboids, SearchAnnotations};
use serde_json::{Value, json};

use crate::book::{data, open, page};

fn content() -> Value {
    json!({ "openlabel": { "metadata": { "schema_version": "1.0.0" }, "objects": { "1": { "name": "n", "type": "car" } } } })
}

#[tokio::test]
async fn annotations() {
    let (mut book, client) = open();
    let annotations = client.annotations();
    let signed = format!("{}/bucket/a?X-Signature=1", book.base());
    let found = json!({
        "inputUuid": "i-1", "sceneUuid": "s-1", "requestUid": "r-1", "created": "2026-01-02T03:04:05Z", "uri": signed,
    });
    let bucket = || Reply::json(200, content());
    let replies = [Reply::json(200, json!({ "data": [found] })), bucket()];
    let list = annotations.list_for_scene("s-1", Cuboids::Iso8855);
    let listed = book.call("annotations.list_for_scene", replies, list).await;
    assert_eq!(listed[0].content.openlabel.objects["1"].kind, "car");
    assert_eq!(listed[0].input_uuid.as_deref(), Some("i-1"));

    let found = json!({ "inputUuid": "s-1", "annotationType": "signs", "created": "2026-01-02T03:04:05Z", "uri": signed });
    let pages = [page(json!([found]), json!("a&b")), bucket(), page(json!([found]), json!(null)), bucket()];
    let asked = SearchAnnotations { batch: Some("b-1".into()), ..SearchAnnotations::new("highway", "signs") };
    let download = annotations.download_project(asked, 1);
    let downloaded: Vec<_> = book.call("annotations.search_project", pages, download.try_collect()).await;
    assert_eq!((downloaded.len(), downloaded[0].scene_uuid.as_str()), (2, "s-1"));
    assert!(downloaded.iter().all(|annotation| annotation.content.is_some()));
    let asked = SearchAnnotations { cuboids: Cuboids::Iso8855, ..SearchAnnotations::new("highway", "signs") };
    let search = crate::book::whole(annotations.search_project(asked));
    book.call("annotations.search_project", data(json!([found])), search).await;

    let annotation = json!({
        "inputUuid": "i-1", "sceneUuid": "s-1", "requestUid": "r-1", "created": "2026-01-02T03:04:05Z",
        "isPreliminary": true, "content": content(),
    });
    let get = annotations.get_for_input("i-1", Cuboids::Iso8855);
    let found = book.call("annotations.get_for_input", data(annotation), get).await;
    assert_eq!(found.is_preliminary, Some(true));
    let found = json!({
        "id": "a-1", "sceneId": "s-1", "requestId": "r", "requestInputId": "i-1", "requestUid": "r-1",
        "isPreliminary": false, "signedUrl": signed, "expiresAt": "2026-01-02T03:04:05Z",
        "created": "2026-01-02T03:04:05Z",
    });
    let replies = [Reply::json(200, found), bucket()];
    let get = annotations.get_by_id("a-1", Cuboids::Iso8855);
    let found = book.call("annotations.get_by_id", replies, get).await;
    assert_eq!((found.input_uuid.as_deref(), found.scene_uuid.as_deref()), (Some("i-1"), Some("s-1")));
    // Reviews are addressed by it.
    assert_eq!(found.id.as_deref(), Some("a-1"));
    let found = json!({
        "inputUuid": "s-1", "annotationType": "signs", "created": "2026-01-02T03:04:05Z", "content": content(),
    });
    let get = annotations.get("s-1", "signs", Cuboids::Kognic);
    let found = book.call("annotations.get", data(found), get).await;
    assert_eq!(found.content.unwrap().openlabel.objects.len(), 1);
    assert_snapshot!(book.text());
}
