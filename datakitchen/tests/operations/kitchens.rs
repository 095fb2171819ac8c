use datakitchen::api::{MergeInputs, VaultInputs};
use insta::assert_snapshot;
use serde_json::json;

use crate::book::{listed, nothing, open, replies, reply};

#[tokio::test]
async fn kitchens() {
    let (mut book, client) = open();
    let kitchens = client.kitchens();
    let all = book.call("kitchens.list", reply(listed()), kitchens.list()).await;
    assert_eq!(all[0].parent_kitchen.as_deref(), Some("master"));
    let made = book.call("kitchens.create", nothing(), kitchens.create("master", "a/b", "text")).await;
    assert_eq!(made.name(), "a/b");
    let staff = book.call("kitchens.get_staff", reply(listed()), kitchens.get_staff("K1")).await;
    assert_eq!(staff, ["me@example.com", "open@example.com"]);
    let (me, all) = ("me@example.com", ["me@example.com", "you@example.com"]);
    book.call("kitchens.update_staff", replies([listed(), json!({})]), kitchens.update_staff("K1", &all, me))
        .await;
    book.call("kitchens.add_staff", replies([listed(), json!({})]), kitchens.add_staff("K1", &all)).await;

    let kitchen = client.kitchen("K1");
    let vault = VaultInputs::new("Acme/dev", "a-vault-token");
    book.call("kitchens.update_vault", nothing(), kitchen.vault().update_config(&vault)).await;
    book.call("kitchens.get_settings", reply(json!({"settings": 1})), kitchen.get_settings()).await;
    let settings = json!({"alerts": {}});
    book.call("kitchens.update_settings", nothing(), kitchen.update_settings(&settings, "why")).await;
    book.call("kitchens.get_settings_json", reply(json!({"files": []})), kitchen.get_settings_json()).await;
    let file = json!({"a": 1});
    let changed = kitchen.update_settings_json("a/b.json", &file);
    book.call("kitchens.update_settings_json", nothing(), changed).await;
    let history = reply(json!({"commits": [{"sha": "s"}]}));
    let history = book.call("kitchens.get_history", history, kitchen.get_history(10)).await;
    assert_eq!(history.commits.unwrap().len(), 1);
    let revert = || {
        reply(json!({"before_sha": "s-1", "after_sha": "s-2", "preview_url": "https://git.example.org/x"}))
    };
    let shown = book.call("kitchens.preview_revert", revert(), kitchen.preview_revert(None)).await;
    assert_eq!(shown.after_sha.as_deref(), Some("s-2"));
    book.call("kitchens.revert", revert(), kitchen.revert(Some("s/1"))).await;
    book.call("kitchens.preview_merge", nothing(), kitchen.preview_merge("master")).await;
    let inputs = MergeInputs {
        source_kitchen_sha: "s-1".into(),
        target_kitchen_sha: "s-2".into(),
        ..Default::default()
    };
    let merged = reply(json!({"sha_expired": true, "merge-kitchen-result": {"status": "x", "url": "y"}}));
    let merged = book.call("kitchens.merge", merged, kitchen.merge("master", &inputs)).await;
    assert_eq!((merged.sha_expired, merged.result.unwrap().names().count()), (Some(true), 2));
    assert_snapshot!(book.text());
}
