//! Handles: nothing is sent for any of these.

use insta::assert_snapshot;
use serde_json::json;

use crate::book::{local, open, reply};

#[tokio::test]
async fn client() {
    let (mut book, client) = open();
    let kitchen = client.kitchen("K1");
    let recipe = kitchen.recipe("R1");
    let variation = recipe.variation("v1");
    book.call("client.kitchen", [], local(kitchen.name())).await;
    book.call("client.recipe", [], local(recipe.name())).await;
    book.call("client.variation", [], local(variation.name())).await;
    let other = book.call("client.set_kitchen", [], local(client.kitchen("K2"))).await;
    let other = book.call("client.set_recipe", [], local(other.recipe("R2"))).await;
    let other = book.call("client.set_variation", [], local(other.variation("v2"))).await;
    let names = (other.recipe().kitchen().name(), other.recipe().name(), other.name());
    assert_eq!((names, kitchen.name(), variation.name()), (("K2", "R2", "v2"), "K1", "v1"));
    book.call("kitchens.get", [], local(client.kitchen("K1"))).await;
    book.call("kitchen.get_vault", [], local(client.kitchen("K1").vault())).await;
    let now = book.call("datetime_utils.get_utc_timestamp", [], local(client.utc_timestamp())).await;
    assert_eq!(now, 1_800_000_000_000);
    let me = json!({"role": "ADMIN", "customer_git_name": "ac", "login": "me@example.com", "email_verified": true});
    let me = book.call("users.get_info", reply(me), client.users().get_info()).await;
    assert_eq!((me.customer_git_name.as_deref(), me.email_verified), (Some("ac"), Some(true)));
    assert_snapshot!(book.text());
}
