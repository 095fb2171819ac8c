use datakitchen::SecretString;
use datakitchen::api::VaultInputs;
use insta::assert_snapshot;
use serde_json::json;

use crate::book::{kitchen, nothing, reply};

#[tokio::test]
async fn vault() {
    let (mut book, kitchen) = kitchen();
    let vault = kitchen.vault();
    let config = json!({"config": {"K1": {"inheritable": true, "prefix": "Acme/dev", "private": false}, "**__GLOBAL__**": {}}});
    let found = book.call("vault.get_config", reply(config.clone()), vault.get_config()).await;
    assert_eq!((found.prefix.as_deref(), found.private), (Some("Acme/dev"), Some(false)));
    let inputs = VaultInputs { private: true, ..VaultInputs::new("Acme/dev", "a-vault-token") };
    book.call("vault.update_config", nothing(), vault.update_config(&inputs)).await;
    book.call("vault.delete_config", nothing(), vault.delete_config()).await;
    let list = json!({"K1": {"error": false, "list": ["db/password"]}, "**__GLOBAL__**": {"error": true, "error-message": "denied"}});
    assert_eq!(book.call("vault.get_secrets", reply(list), vault.get_secrets()).await, ["db/password"]);
    let prefix = vault.get_secrets_by_prefix("db");
    book.call("vault.get_secrets_by_prefix", reply(json!({"list": []})), prefix).await;
    let value = SecretString::from("a secret");
    book.call("vault.upsert_secret", nothing(), vault.upsert_secret("db/pass word?", &value)).await;
    let global = vault.clone().global();
    book.call("vault.delete_secret", nothing(), global.delete_secret("db/password")).await;
    assert_snapshot!(book.text());
}
