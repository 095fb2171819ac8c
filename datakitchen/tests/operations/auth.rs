//! Signing in is a part of these operations.

use auth_core::sim::unsigned_jwt;
use auth_core::sim::{Operations, Reply};
use datakitchen::{Client, Credentials, Environment, ManualClock, Timestamp};
use insta::assert_snapshot;
use serde_json::json;

use crate::book::{client, local};

#[tokio::test]
async fn auth() {
    let mut book = Operations::start(|_| None).unwrap();
    let now = 1_800_000_000_i64;
    let password = Credentials::password("me@example.com", "p&w=1% +é/");
    let jwt = |seconds: i64| unsigned_jwt(&json!({"exp": now + seconds, "iat": now + seconds - 14400}));

    let signed_in = client(&book, password.clone());
    book.call("auth.login", [Reply::text(200, jwt(14400))], signed_in.access_token()).await;
    // Less than 180 s are left: the platform is asked for a newer one.
    let near = client(&book, Credentials::token(jwt(60)).with_password("me@example.com", "p"));
    let renewed = [Reply::json(200, json!({"token": jwt(14400)}))];
    book.call("auth.validate_token", renewed, near.access_token()).await;

    // A first call is a login and the call.
    let replies = || [Reply::text(200, jwt(14400)), Reply::json(200, json!({"kitchens": []}))];
    book.call("client.new", replies(), client(&book, password).kitchens().list()).await;
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join(".dk/default");
    std::fs::create_dir_all(&folder).unwrap();
    let port = book.base().rsplit_once(':').unwrap().1.to_owned();
    let config = json!({
        "dk-cloud-ip": "http://127.0.0.1", "dk-cloud-port": port,
        "dk-cloud-username": "me@example.com", "dk-cloud-password": "not-a-real-password",
    });
    std::fs::write(folder.join("config.json"), config.to_string()).unwrap();
    let of_context = Client::builder()
        .environment(Environment::empty().with_home(home.path()))
        .clock(ManualClock::at(Timestamp::from_unix_seconds(now)))
        .context("default")
        .build()
        .unwrap();
    book.call("client.new_using_context", replies(), of_context.kitchens().list()).await;

    let pair = client(&book, Credentials::api_token("key-1", "secret-1"));
    book.call("client.new_with_api_token", [], local(pair.clone())).await;
    let opaque = client(&book, Credentials::token("job-token"));
    book.call("client.new_with_token", [], local(opaque.clone())).await;
    assert!(pair.access_token().await.is_err());
    assert!(opaque.access_token().await.is_ok());
    assert_snapshot!(book.text());
}
