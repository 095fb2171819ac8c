use datakitchen::api::AlertKind;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::book::{k1, kitchen, nothing, replies, reply};

fn one() -> Value {
    json!({ "kitchen": k1() })
}

#[tokio::test]
async fn kitchen_itself() {
    let (mut book, kitchen) = kitchen();
    let found = book.call("kitchen.name", reply(one()), kitchen.get()).await;
    assert_eq!((found.name.as_str(), kitchen.name()), ("K1", "K1"));
    let parent = book.call("kitchen.parent_name", reply(one()), kitchen.parent_name()).await;
    assert_eq!(parent.as_deref(), Some("master"));
    assert!(!book.call("kitchen.is_ingredient", reply(one()), kitchen.is_ingredient()).await);
    book.call("kitchen.create", nothing(), kitchen.create("K2", "text")).await;
    book.call("kitchen.delete", nothing(), kitchen.delete()).await;
    let alerts = book.call("kitchen.get_alerts", reply(one()), kitchen.get_alerts()).await;
    assert_eq!(alerts.failure.unwrap(), ["a@example.com"]);
    let more = [
        (AlertKind::Failure, "b@example.com"),
        (AlertKind::Start, "c@example.com"),
        (AlertKind::Failure, "a@example.com"),
    ];
    book.call("kitchen.add_alerts", replies([one(), json!({})]), kitchen.add_alerts(more)).await;
    let fewer = [(AlertKind::Failure, "a@example.com")];
    book.call("kitchen.delete_alerts", replies([one(), json!({})]), kitchen.delete_alerts(fewer)).await;
    let staff = book.call("kitchen.get_staff", reply(one()), kitchen.get_staff()).await;
    assert_eq!(staff["Admin"], ["me@example.com"]);
    let added = kitchen.add_staff([("you@example.com", "Developer")]);
    book.call("kitchen.add_staff", replies([one(), json!({})]), added).await;
    let changed = kitchen.update_staff([("me@example.com", "Developer")]);
    book.call("kitchen.update_staff", replies([one(), json!({})]), changed).await;
    book.call("kitchen.delete_staff", replies([one(), json!({})]), kitchen.delete_staff(&["me@example.com"]))
        .await;
    let sure = kitchen.ensure_users_are_staff(&["me@example.com"]);
    book.call("kitchen.ensure_users_are_staff", reply(one()), sure).await;
    assert_snapshot!(book.text());
}
