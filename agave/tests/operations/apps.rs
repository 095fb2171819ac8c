use agave::api::{AppInput, AppOperation, InputValue, NewApp, NewPermission, Parallelism, Permission};
use insta::assert_snapshot;
use serde_json::json;

use crate::book::{nothing, open, result};

#[tokio::test]
async fn apps() {
    let (mut book, ag) = open();
    let apps = ag.apps();
    let summary = json!({
        "id": "wc-1.0", "name": "wc", "version": "1.0", "revision": 2, "executionSystem": "s2", "shortDescription": "",
        "isPublic": false, "label": null, "lastModified": "2018-07-10T12:28:01.000-05:00", "_links": {},
    });
    let list = || result(json!([summary]));
    let listed = apps.list().public_only().limit(5).offset(10);
    let listed = book.call("apps.list", list(), listed.into_future()).await;
    assert_eq!((listed[0].id.as_str(), listed[0].revision), ("wc-1.0", Some(2)));
    assert_eq!(listed[0].last_modified.unwrap().to_string(), "2018-07-10T17:28:01Z");

    // As a service answers it, numbers as texts included.
    let app = || {
        result(json!({
            "id": "wc-1.0", "uuid": "u-1", "name": "wc", "version": "1.0", "revision": 3, "isPublic": true,
            "helpURI": "https://h", "icon": null, "tags": ["words"], "ontology": null, "parallelism": "SERIAL",
            "executionType": "HPC", "executionSystem": "s2", "defaultNodeCount": "2", "defaultMemoryPerNode": "4GB",
            "defaultMaxRunTime": null, "available": true, "modules": [], "outputs": [],
            "inputs": [{"id": "query", "value": {"default": "", "required": true, "order": 0},
                        "details": {"showArgument": false}, "semantics": {"fileTypes": ["raw-0"]}}],
            "parameters": [{"id": "lines", "value": {"type": "enumeration", "enum_values": [{"a": "A"}]}}],
            "lastModified": "", "_links": {"self": {"href": "https://h/apps/v2/wc-1.0"}},
        }))
    };
    let new: NewApp = serde_json::from_value(json!({
        "name": "wc", "version": "1.0", "helpURI": "https://h", "parallelism": "SERIAL", "defaultNodeCount": "2",
        "parameters": [{"id": "lines", "value": {"type": "flag"}}], "shortDescription": null, "ofTheTenant": 1,
    }))
    .unwrap();
    let added = book.call("apps.add", app(), apps.add(&new)).await;
    assert_eq!(
        (added.default_node_count, added.links.href("self")),
        (Some(2), Some("https://h/apps/v2/wc-1.0"))
    );
    let got = book.call("apps.get", app(), apps.get("wc-1.0")).await;
    assert_eq!((got.parallelism, got.last_modified), (Some(Parallelism::Serial), None));
    assert_eq!(got.inputs[0].semantics.as_ref().unwrap().file_types.as_ref().unwrap()[0], "raw-0");
    assert_eq!(got.parameters[0].value.as_ref().unwrap().kind.as_deref(), Some("enumeration"));
    let input = AppInput {
        id: "query".into(),
        value: Some(InputValue { required: Some(true), ..Default::default() }),
        ..Default::default()
    };
    let changed = NewApp { inputs: Some(vec![input]), ..NewApp::new("wc", "1.0") };
    book.call("apps.update", app(), apps.update("wc-1.0", &changed)).await;
    let copy = AppOperation { name: Some("wc2".into()), ..AppOperation::new("clone") };
    book.call("apps.manage", app(), apps.manage("wc-1.0", &copy)).await;
    book.call("apps.delete", nothing(), apps.delete("wc-1.0")).await;

    let pems = || {
        result(json!([{"username": "bob", "permission": {"read": true, "write": false, "execute": true}}]))
    };
    let list_permissions = apps.list_permissions("wc-1.0");
    let listed = book.call("apps.listPermissions", pems(), list_permissions.into_future()).await;
    assert_eq!((listed[0].permission.read, listed[0].permission.execute), (true, Some(true)));
    let new = NewPermission::new("bob", Permission::ReadExecute);
    let update = apps.update_application_permissions("wc-1.0", &new);
    book.call("apps.updateApplicationPermissions", nothing(), update).await;
    book.call("apps.deletePermissions", nothing(), apps.delete_permissions("wc-1.0")).await;
    let of_user = apps.list_permissions_for_user("wc-1.0", "bob");
    book.call("apps.listPermissionsForUser", pems(), of_user.into_future()).await;
    let update = apps.update_permissions_for_user("wc-1.0", "bob", &new);
    book.call("apps.updatePermissionsForUser", nothing(), update).await;
    let delete = apps.delete_permissions_for_user("wc-1.0", "bob");
    book.call("apps.deletePermissionsForUser", nothing(), delete).await;

    book.call("apps.listByName", list(), apps.list_by_name("wc").private_only().into_future()).await;
    book.call("apps.listByTag", list(), apps.list_by_tag("a b").into_future()).await;
    book.call("apps.listByOntologyTerm", list(), apps.list_by_ontology_term("http://x#y").into_future())
        .await;
    let form = result(json!("<form>"));
    book.call("apps.getJobSubmissionForm", form, apps.get_job_submission_form("wc-1.0")).await;
    book.call("apps.listBySystemId", list(), apps.list_by_system_id("s2").into_future()).await;
    assert_snapshot!(book.text());
}
