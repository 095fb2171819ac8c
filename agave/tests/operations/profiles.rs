use insta::assert_snapshot;
use serde_json::json;

use crate::book::{nothing, open, result};

#[tokio::test]
async fn profiles() {
    let (mut book, ag) = open();
    let profiles = ag.profiles();
    let profile = json!({
        "username": "u", "email": "u@x", "first_name": "A", "last_name": "B", "full_name": "A B", "phone": "",
        "mobile_phone": "", "status": "Active", "create_time": "20140515180317Z", "uid": null,
    });
    let me = book.call("profiles.get", result(profile.clone()), profiles.get()).await;
    assert_eq!((me.full_name.as_deref(), me.create_time.as_deref()), (Some("A B"), Some("20140515180317Z")));
    let one = profiles.list_by_username("a b/c");
    book.call("profiles.listByUsername", result(profile.clone()), one).await;
    let some = profiles.list().query("email", "u@x").query("status", "Active").limit(10).offset(20);
    let listed = book.call("profiles.list", result(json!([profile])), some.into_future()).await;
    assert_eq!(listed[0].email.as_deref(), Some("u@x"));

    let new = json!({"username": "v", "email": "v@x"});
    let created = book.call("profiles.create", result(profile.clone()), profiles.create(&new)).await;
    assert_eq!(created.username, "u");
    let change = json!({"email": "w@x"});
    book.call("profiles.update", result(profile), profiles.update("v", &change)).await;
    book.call("profiles.delete", nothing(), profiles.delete("v")).await;
    assert_snapshot!(book.text());
}
