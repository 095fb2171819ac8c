use agave::api::{NewMetadata, NewPermission};
use insta::assert_snapshot;
use serde_json::json;

use crate::book::{nothing, open, result};

#[tokio::test]
async fn metadata() {
    let (mut book, ag) = open();
    let meta = ag.meta();
    let document = json!({
        "uuid": "m-1", "schemaId": null, "internalUsername": null, "owner": "u", "associationIds": ["f-1"], "name": "n",
        "value": {"depth": [1, {"a": null}]}, "created": "2018-07-10T12:28:01.000-05:00",
        "lastUpdated": "2018-07-10T12:28:01.000-05:00", "_links": {},
    });
    let one = || result(document.clone());
    let list =
        meta.list_metadata().q(&json!({"name": "a", "value.depth": {"$gt": 3}})).privileged(false).limit(2);
    let listed = book.call("meta.listMetadata", result(json!([document])), list.into_future()).await;
    assert_eq!(
        (listed[0].value["depth"][0].as_i64(), listed[0].association_ids[0].as_str()),
        (Some(1), "f-1")
    );
    let new = NewMetadata {
        association_ids: Some(vec!["f-1".into()]),
        ..NewMetadata::new("n", json!({"depth": 4}))
    };
    book.call("meta.addMetadata", one(), meta.add_metadata(&new)).await;
    let got = book.call("meta.getMetadata", one(), meta.get_metadata("m-1")).await;
    assert_eq!((got.uuid.as_str(), got.schema_id), ("m-1", None));
    let update = NewMetadata::new("n", "only a text");
    book.call("meta.updateMetadata", one(), meta.update_metadata("m-1", &update)).await;
    book.call("meta.deleteMetadata", nothing(), meta.delete_metadata("m-1")).await;
    let answer =
        book.call("meta.bulkCreate", result(json!("2 created")), meta.bulk_create(&[new, update])).await;
    assert_eq!(answer, "2 created");
    let changes = [json!({"uuid": "m-1", "name": "o"})];
    book.call("meta.bulkUpdate", result(json!("1 updated")), meta.bulk_update(&changes)).await;
    book.call("meta.bulkDelete", nothing(), meta.bulk_delete(&[json!("m-1")])).await;

    let pem = json!({"username": "bob", "permission": {"read": true, "write": false}});
    let new = NewPermission::new("bob", "READ");
    let list = meta.list_metadata_permissions("m-1");
    book.call("meta.listMetadataPermissions", result(json!([pem])), list.into_future()).await;
    let update = meta.update_metadata_permissions("m-1", &new);
    let then = book.call("meta.updateMetadataPermissions", result(pem.clone()), update).await;
    assert!(then[0].permission.read);
    let delete = meta.delete_metadata_permission("m-1");
    book.call("meta.deleteMetadataPermission", nothing(), delete).await;
    let list = meta.list_metadata_permissions_for_user("m-1", "bob");
    book.call("meta.listMetadataPermissionsForUser", result(pem.clone()), list).await;
    let update = meta.update_metadata_permissions_for_user("m-1", "bob", &new);
    book.call("meta.updateMetadataPermissionsForUser", result(pem), update).await;
    let delete = meta.delete_metadata_permissions_for_user("m-1", "bob");
    book.call("meta.deleteMetadataPermissionsForUser", nothing(), delete).await;
    assert_snapshot!(book.text());
}

#[tokio::test]
async fn schemata() {
    let (mut book, ag) = open();
    let meta = ag.meta();
    let schema = json!({"title": "A sample", "type": "object", "properties": {"depth": {"type": "number"}}});
    let kept = json!({
        "uuid": "s-1", "schema": schema, "owner": "u", "internalUsername": null,
        "created": "2018-07-10T12:28:01.000-05:00", "lastUpdated": "", "_links": {},
    });
    let one = || result(kept.clone());
    let list = meta.search_schema().q(&json!({"owner": "u"})).limit(1).offset(2);
    let listed = book.call("meta.searchSchema", result(json!([kept])), list.into_future()).await;
    assert_eq!(listed[0].schema["title"], "A sample");
    book.call("meta.addSchema", one(), meta.add_schema(&schema)).await;
    book.call("meta.getSchema", one(), meta.get_schema("s-1")).await;
    book.call("meta.updateSchema", one(), meta.update_schema("s-1", &schema)).await;
    book.call("meta.deleteSchema", nothing(), meta.delete_schema("s-1")).await;

    let pem = json!({"username": "bob", "permission": {"read": true, "write": true}});
    let new = NewPermission::new("bob", "READ_WRITE");
    let list = meta.list_schema_permissions("s-1");
    book.call("meta.listSchemaPermissions", result(json!([pem])), list.into_future()).await;
    let update = meta.update_schema_permissions("s-1", &new);
    book.call("meta.updateSchemaPermissions", result(pem.clone()), update).await;
    book.call("meta.deleteSchemaPermissions", nothing(), meta.delete_schema_permissions("s-1")).await;
    let list = meta.list_schema_permissions_for_user("s-1", "bob");
    book.call("meta.listSchemaPermissionsForUser", result(pem.clone()), list).await;
    let update = meta.update_schema_permissions_for_user("s-1", "bob", &new);
    book.call("meta.updateSchemaPermissionsForUser", result(pem), update).await;
    let delete = meta.delete_schema_permissions_for_user("s-1", "bob");
    book.call("meta.deleteSchemaPermissionsForUser", nothing(), delete).await;
    assert_snapshot!(book.text());
}
