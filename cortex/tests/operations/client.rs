use auth_core::sim::Reply;
use cortex::{Claims, ExposeSecret as _, Method, PersonalAccessConfig};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::book::{NOW, open, reply, start};

fn config(url: &str) -> PersonalAccessConfig {
    let config = json!({
        "jwk": {
            "crv": "Ed25519", "kty": "OKP",
            "x": "ebVWLo_mVPlAeLES6KmLp5AfhTrmlb7X4OORC60ElmQ", "d": "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA",
        },
        "issuer": "cognitivescale.com", "audience": "cortex", "username": "u", "url": url,
    });
    PersonalAccessConfig::from_json(config.to_string()).unwrap()
}

fn info() -> [Reply; 1] {
    reply(json!({
        "version": "6.4.0-1462", "serverTs": NOW * 1000 + 999, "deployType": "ENTERPRISE",
        "healths": [{"name": "accounts", "version": "6.15.26", "healthy": true, "health": {"redis": {"ok": true}}}],
        "endpoints": "{\"registry\": {\"url\": \"https://r.example\", \"description\": \"d\"}}",
        "enabledFeatures": {"x": {}},
    }))
}

#[tokio::test]
async fn tokens_and_raw_requests() {
    let (mut book, builder) = start(|_| None);
    let client = builder.config(config(&book.base())).build().unwrap();
    let time = book.call("auth.get_server_time", info(), client.server_time()).await;
    assert_eq!(time.unix_millis(), NOW * 1000 + 999);
    let token = book.call("auth.fetch_auth_token", info(), client.access_token()).await;
    assert_eq!(Claims::decode(&token).unwrap().get("exp"), Some(&json!(NOW + 120)));
    let message = book.call("client.message", [], client.message(json!({"q": 1}))).await;
    assert_eq!((message.project_id(), message.payload().unwrap()["q"].as_i64()), (Some("p/1"), Some(1)));
    assert_eq!(message.token().unwrap().expose_secret(), token.expose_secret());
    let raw = || client.request(Method::GET, "/fabric/v4/projects/p/x").query("a", "b c").data::<Value>();
    book.call("connector.request", reply(json!({})), raw()).await;
    let retried = [Reply::empty(503), Reply::json(200, json!({}))];
    book.call("connector.request_with_retry", retried, raw()).await;
    assert_snapshot!(book.text());
}

#[tokio::test]
async fn platform() {
    let (mut book, client) = open();
    let found = book.call("platform.get_info", info(), client.platform().get_info()).await;
    assert_eq!(found.server_time().unwrap().unix_millis(), NOW * 1000 + 999);
    assert_eq!(found.endpoints().unwrap()["registry"]["url"], "https://r.example");
    assert_eq!((found.healths.len(), found.deploy_type.as_deref()), (1, Some("ENTERPRISE")));
    assert_snapshot!(book.text());
}
