use agave::api::{NewClient, NewSubscription};
use insta::assert_snapshot;
use serde_json::json;

use crate::book::{nothing, open, result};

#[tokio::test]
async fn clients() {
    let (mut book, ag) = open();
    let clients = ag.clients();
    let client = json!({ "name": "c", "consumerKey": "ck", "tier": "Unlimited", "description": "", "callbackUrl": "" });
    let listed = book.call("clients.list", result(json!([client])), clients.list().into_future()).await;
    assert_eq!((listed[0].name.as_str(), listed[0].consumer_key.as_deref()), ("c", Some("ck")));
    let created = json!({ "name": "c", "consumerKey": "ck", "consumerSecret": "cs", "tier": "Unlimited" });
    let new = NewClient::new("c").with_tier("Unlimited");
    let created = book.call("clients.create", result(created), clients.create(&new)).await;
    assert_eq!(created.consumer_key, "ck");
    // The service answers an object, where the SDK expects a list.
    let one = book.call("clients.getClientByName", result(client), clients.get_client_by_name("c")).await;
    assert_eq!(one.tier.as_deref(), Some("Unlimited"));
    book.call("clients.delete", nothing(), clients.delete("c")).await;

    let apps = json!({ "apiName": "Apps", "apiVersion": "v2", "apiProvider": "admin", "apiContext": "/apps", "status": "PUBLISHED", "tier": "UNLIMITED" });
    let subscriptions = clients.list_subscriptions_for_client("c");
    let name = "clients.listSubscriptionsForClient";
    let listed = book.call(name, result(json!([apps])), subscriptions.into_future()).await;
    assert_eq!(listed[0].api_context.as_deref(), Some("/apps"));
    let new = NewSubscription::new("Apps", "v2", "admin");
    let adding = clients.add_subscription_for_client("c", &new);
    book.call("clients.addSubscriptionForClient", result(apps), adding).await;
    let deleted = clients.delete_subscriptions_for_client("c");
    book.call("clients.deleteSubscriptionsForClient", nothing(), deleted).await;
    assert_snapshot!(book.text());
}
