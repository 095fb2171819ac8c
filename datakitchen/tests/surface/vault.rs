use auth_core::sim::{Log, Reply};
use datakitchen::SecretString;
use datakitchen::api::VaultInputs;
use serde_json::json;

use crate::common::World;

#[tokio::test]
async fn secrets_go_in_and_only_their_paths_come_out() {
    let world = World::new();
    let vault = world.client().kitchen("K1").vault();
    let log = Log::capture();
    let value = SecretString::from("canary-value");
    vault.upsert_secret("db/password", &value).await.unwrap();
    vault.clone().global().upsert_secret("shared", &value).await.unwrap();
    assert_eq!(vault.get_secrets().await.unwrap(), ["db/password"]);
    assert_eq!(vault.clone().global().get_secrets().await.unwrap(), ["shared"]);
    let inputs = VaultInputs::new("Acme/dev", "canary-token");
    vault.update_config(&inputs).await.unwrap();
    assert_eq!(vault.get_config().await.unwrap().prefix.as_deref(), Some("Acme/dev"));
    vault.delete_secret("db/password").await.unwrap();
    let error = vault.delete_secret("db/password").await.unwrap_err();
    vault.delete_config().await.unwrap();
    world.next_reply("POST /v2/secret/*", Reply::json(400, json!({"message": {"error": "bad value"}})));
    let refused = vault.upsert_secret("x", &value).await.unwrap_err();
    let shown = format!("{} {error} {error:?} {refused:?} {inputs:?} {vault:?}", log.text());
    assert!(!shown.contains("canary"), "{shown}");
}

#[tokio::test]
async fn a_vault_that_cannot_be_read_is_an_error_of_the_platform() {
    let world = World::new();
    let denied = json!({"K1": {"error": true, "error-message": "denied"}});
    world.next_reply("GET /v2/secret", Reply::json(200, denied));
    let error = world.client().kitchen("K1").vault().get_secrets().await.unwrap_err();
    assert!(error.to_string().ends_with("the secrets of the kitchen K1 cannot be listed: denied"), "{error}");
    assert_eq!((error.kind(), error.status().unwrap().as_u16()), (datakitchen::ErrorKind::Service, 200));
}
