use auth_core::sim::Reply;
use futures_util::TryStreamExt as _;
use insta::assert_snapshot;
use kognic::api::{ListPreAnnotations, PreAnnotationStatus};
use kognic::openlabel::{Cuboid, Frame, Object, OpenLabel};
use serde_json::json;

use crate::book::{data, nothing, open};

#[tokio::test]
async fn pre_annotations() {
    let (mut book, client) = open();
    let service = client.pre_annotations();
    let mut car = OpenLabel::new();
    car.openlabel.objects.insert("6a".into(), Object::new("car-1", "Car"));
    let mut frame = Frame::default();
    frame.data_of("6a").cuboid.push(Cuboid::new("c", vec![0.5; 10]));
    car.openlabel.frames.insert("0".into(), frame);
    let create = service.create("s-1", &car, Some("pa"));
    let created = book.call("pre_annotations.create", data(json!({ "id": "pa-1" })), create).await;
    assert_eq!(created.id, "pa-1");
    book.call("pre_annotations.create", nothing(), service.dry_run("s-1", &car, None)).await;

    let found = json!({
        "uuid": "pa-1", "sceneUuid": "s-1", "externalId": "pa", "status": "available",
        "created": "2026-01-02T03:04:05Z", "later": 1,
    });
    let asked = ListPreAnnotations {
        uuids: vec!["pa-1".into(), "pa-2".into()],
        external_ids: vec!["pa".into()],
        scene_uuids: vec!["s-1".into()],
        scene_external_ids: vec!["e".into()],
        statuses: vec![PreAnnotationStatus::Available, PreAnnotationStatus::Processing],
        offset: None,
    };
    let page = |more: bool| Reply::json(200, json!({ "data": [found], "hasNext": more }));
    let list = service.list(asked);
    let listed: Vec<_> =
        book.call("pre_annotations.list", [page(true), page(false)], list.try_collect()).await;
    assert_eq!((listed.len(), &listed[0].status), (2, &Some(PreAnnotationStatus::Available)));
    assert_eq!(listed[0].extra["later"], 1);

    let resolved = || {
        let content = json!({ "openlabel": { "metadata": { "schema_version": "1.0.0" } } });
        json!({ "uuid": "pa-1", "sceneUuid": "s-1", "externalId": "pa", "created": "2026-01-02T03:04:05Z", "content": content })
    };
    let get = service.get_with_content("pa-1");
    let got = book.call("pre_annotations.get_with_content", data(resolved()), get).await;
    assert_eq!(got.content.openlabel.metadata.schema_version.as_deref(), Some("1.0.0"));
    let replies = [page(false), Reply::json(200, json!({ "data": resolved() }))];
    let get = service.get_with_content_of("s-1", "pa");
    book.call("pre_annotations.get_with_content", replies, get).await;

    for reply in [json!("pa-1"), json!({ "id": "pa-1" })] {
        let create = service.create_from_cloud_resource("s-1", "pa", "gs://b/a.json", true);
        let id = book.call("pre_annotations.create_from_cloud_resource", data(reply), create).await;
        assert_eq!(id, "pa-1");
    }
    let make = service.make_indexed_available("pa-1");
    book.call("pre_annotations.make_indexed_available", nothing(), make).await;
    book.call("pre_annotations.delete", nothing(), service.delete("pa-1")).await;
    assert_snapshot!(book.text());
}
