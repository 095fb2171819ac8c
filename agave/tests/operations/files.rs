use agave::api::{FileOperation, Import, NewPermission, Permission};
use auth_core::sim::Reply;
use insta::assert_snapshot;
use serde_json::json;

use crate::book::{nothing, open, result};

#[tokio::test]
async fn files() {
    let (mut book, ag) = open();
    let files = ag.files();
    let content = || [Reply::bytes(200, "hello")];
    let items = || {
        result(json!([
            {"name": ".", "path": "/a", "lastModified": "2018-07-10T12:28:01.000-05:00", "length": 4096,
             "permissions": "ALL", "format": "folder", "mimeType": "text/directory", "type": "dir", "system": "s1",
             "_links": {"self": {"href": "https://h"}, "metadata": {"href": "https://h"}}},
            {"name": "b.bin", "path": "/a/b.bin", "length": 5_000_000_000_u64, "permissions": "READ_WRITE",
             "format": "raw", "mimeType": null, "type": "file", "system": "s1"},
        ]))
    };
    let events = || {
        result(
            json!([{"created": "2018-07-10T12:28:01.000-05:00", "createdBy": "u", "status": "STAGING_COMPLETED",
                       "description": "done"}]),
        )
    };
    let imported = || {
        result(json!({
            "name": "b.txt", "uuid": "u-1", "owner": "u", "internalUsername": null, "source": "upload", "path": "/a/b.txt",
            "lastModified": "2018-07-10T12:28:01.000-05:00", "status": "STAGING_QUEUED", "systemId": "s1",
            "nativeFormat": "raw", "_links": {},
        }))
    };

    let download = files.download_from_default_system("/a/b c.txt");
    let bytes = book.call("files.downloadFromDefaultSystem", content(), download.bytes()).await;
    assert_eq!(bytes, "hello");
    let url = Import::url("https://h/x.txt").with_file_name("b.txt").with_file_type("raw");
    let import = files.import_to_default_system("a", &url);
    book.call("files.importToDefaultSystem", imported(), import).await;
    let rename = FileOperation { path: Some("c".into()), ..FileOperation::new("rename") };
    let manage = files.manage_on_default_system("a/b", &rename);
    book.call("files.manageOnDefaultSystem", nothing(), manage).await;
    let delete = files.delete_from_default_system("a/b");
    book.call("files.deleteFromDefaultSystem", nothing(), delete).await;

    book.call("files.download", content(), files.download("s1", "a/100%?#b").bytes()).await;
    let upload = Import::bytes("b.txt", "hello")
        .with_file_type("raw")
        .with_callback_url("https://c")
        .with_notifications(json!([{"url": "https://n", "event": "*"}]));
    let taken = book.call("files.importData", imported(), files.import_data("s1", "/a", &upload)).await;
    assert_eq!((taken.status.as_deref(), taken.system_id.as_deref()), (Some("STAGING_QUEUED"), Some("s1")));
    book.call("files.importData", imported(), files.import_data("s1", "/a", &url)).await;
    book.call("files.manage", nothing(), files.mkdir("s1", "/", "new")).await;
    book.call("files.manage", nothing(), files.copy("s1", "/a/b", "/c/d")).await;
    book.call("files.manage", nothing(), files.move_to("s1", "/a/b", "/c/d")).await;
    book.call("files.manage", nothing(), files.rename("s1", "/a/b", "c")).await;
    book.call("files.delete", nothing(), files.delete("s1", "/a/b")).await;

    let list = files.list_on_default_system("/");
    book.call("files.listOnDefaultSystem", items(), list.into_future()).await;
    let list = files.list("s1", "/a").limit(2).offset(0);
    let listed = book.call("files.list", items(), list.into_future()).await;
    assert!(listed[0].is_dir() && !listed[1].is_dir());
    assert_eq!(
        (listed[1].length, &listed[1].permissions),
        (Some(5_000_000_000), &Some(Permission::ReadWrite))
    );
    let history = files.get_history_on_default_system("a/b");
    book.call("files.getHistoryOnDefaultSystem", events(), history.into_future()).await;
    let history = files.get_history("s1", "a/b").limit(1);
    let happened = book.call("files.getHistory", events(), history.into_future()).await;
    assert_eq!((happened[0].outcome(), happened[0].created_by.as_deref()), (Some(true), Some("u")));

    let pem = json!({"username": "bob", "permission": {"read": true, "write": true, "execute": false}, "recursive": true});
    let new = NewPermission { recursive: Some(true), ..NewPermission::new("bob", "READ_WRITE") };
    let list = files.list_permissions_on_default_system("a");
    book.call("files.listPermissionsOnDefaultSystem", result(json!([pem])), list.into_future()).await;
    let update = files.update_permissions_on_default_system("a", &new);
    book.call("files.updatePermissionsOnDefaultSystem", nothing(), update).await;
    let list = files.list_permissions("s1", "a").limit(10);
    let listed = book.call("files.listPermissions", result(json!([pem])), list.into_future()).await;
    assert_eq!((listed[0].permission.write, listed[0].recursive), (true, Some(true)));
    // A service may answer one, many, or nothing.
    for answer in [json!([pem]), pem, json!(null)] {
        let update = files.update_permissions("s1", "a", &new);
        let then = book.call("files.updatePermissions", result(answer.clone()), update).await;
        assert_eq!(then.is_empty(), answer.is_null());
    }
    book.call("files.deletePermissions", nothing(), files.delete_permissions("s1", "a")).await;
    assert_snapshot!(book.text());
}
