use auth_core::sim::Operations;
use insta::assert_snapshot;
use serde_json::json;

use crate::book::{jwt, reply, somebody};

#[tokio::test]
async fn auth() {
    let mut book = Operations::start(|_: &_| None).unwrap();
    let auth = somebody(&book).build().unwrap();
    let token = json!({ "access_token": jwt(), "token_type": "bearer", "expires_in": 36_000 });
    book.call("auth.fetch_token", reply(token), auth.token()).await;

    let payload = book.call("auth.payload", [], auth.payload()).await;
    assert_eq!((payload.org(), payload.email()), (Some("someorg"), Some("Some.Body@SomeOrg.com")));
    let namespace = book.call("auth.namespace", [], auth.namespace()).await;
    assert_eq!(namespace, "3da541559918a808c2402bba5012f6c60b27661c");
    let user = format!("user:{namespace}");

    let subjects = book.call("auth.all_acl_subjects", [], auth.all_acl_subjects()).await;
    let expected = [
        user.as_str(),
        "email:some.body@someorg.com",
        "org:someorg",
        "group:public",
        "group:someorg:baz",
        "group:someorg:org-admin",
    ];
    assert_eq!(subjects, expected);
    let set = book.call("auth.all_acl_subjects_as_set", [], auth.all_acl_subjects_as_set()).await;
    assert_eq!(set, expected.map(str::to_owned).into());

    let owned = book.call("auth.all_owner_acl_subjects", [], auth.all_owner_acl_subjects()).await;
    let expected = [user.as_str(), "org:someorg", "access-id:acme"];
    assert_eq!(owned, expected);
    let set = auth.all_owner_acl_subjects_as_set();
    let set = book.call("auth.all_owner_acl_subjects_as_set", [], set).await;
    assert_eq!(set, expected.map(str::to_owned).into());

    let admins = book.call("auth.get_org_admins", [], auth.get_org_admins()).await;
    assert_eq!(admins, ["someorg"]);
    let admins = book.call("auth.get_resource_admins", [], auth.get_resource_admins()).await;
    assert_eq!(admins, ["acme"]);
    assert_snapshot!(book.text());
}
