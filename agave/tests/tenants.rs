//! The directory of tenants, which leads from nothing to a client.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::World;

#[tokio::test]
async fn a_tenant_is_found_without_credentials() {
    let world = World::new().with_var("TAPIS_TENANTS_URL", "$BASE/tenants");
    let tenants = world.signing_in().list_tenants().await.unwrap();
    assert_eq!((tenants.len(), tenants[0].code.as_deref()), (1, Some("sim")));
    assert_eq!(tenants[0].contact.as_ref().unwrap()[0]["email"], "ab@example.org");
    assert_eq!(world.asked(), ["GET /tenants nothing"]);
    let ag = world.builder().api_server(tenants[0].api_server()).api_key("K").api_secret("S");
    let ag = ag.username("u").password("p").build().unwrap();
    assert_eq!(ag.profiles().get().await.unwrap().username, "u");
    assert_eq!(ag.api_server().trim_end_matches('/'), world.sim.base());
}

#[tokio::test]
async fn a_directory_is_asked_by_https() {
    let world = World::new().with_var("TAPIS_TENANTS_URL", "http://directory.example.org/tenants");
    let error = world.builder().list_tenants().await.unwrap_err().to_string();
    assert!(error.contains("plain http to directory.example.org"), "{error}");
}
