use datakitchen::api::OverrideComparison;
use insta::assert_snapshot;
use serde_json::json;

use crate::book::{kitchen, listed, replies, reply};

#[tokio::test]
async fn overrides() {
    let (mut book, kitchen) = kitchen();
    let overrides = kitchen.overrides();
    let before = book.call("overrides.get", reply(listed()), overrides.get()).await;
    assert_eq!(before.get("b"), Some(&json!(2)));
    let after = before.clone().with("b", json!([3])).with("new", "x").without("a");
    book.call("overrides.update", replies([listed(), json!({})]), overrides.update(&before, &after)).await;
    let with_parent = book.call("overrides.compare", reply(listed()), overrides.compare(None)).await;
    let with_itself = OverrideComparison::between(&before, &before);
    assert_eq!((with_parent.only_left, with_parent.only_right), (vec!["b".to_owned()], vec!["c".to_owned()]));
    assert_eq!((with_parent.differing, with_itself.same.len()), (vec!["a".to_owned()], 2));
    let there = overrides.names_that_exist(&["a", "z"]);
    assert_eq!(book.call("overrides.names_that_exist", reply(listed()), there).await, ["a"]);
    let missing = overrides.names_that_do_not_exist(&["a", "z"]);
    assert_eq!(book.call("overrides.names_that_do_not_exist", reply(listed()), missing).await, ["z"]);
    assert_snapshot!(book.text());
}
