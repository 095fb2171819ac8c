//! The operations of the vendor's command lines and of signing in, as a program has them.

use auth_core::sim::{Operations, Reply, Request};
use insta::assert_snapshot;
use kognic::{Client, Credentials, Environment, ManualClock, Method, NamedEnvironments, Timestamp};
use serde_json::{Value, json};
use std::time::Duration;

use crate::book::{all, data, open};

#[tokio::test]
async fn sign_in() {
    let mut book = Operations::start(|_: &Request| None).unwrap();
    let clock = ManualClock::at(Timestamp::from_unix_seconds(1_800_000_000));
    let client = Client::builder()
        .environment(Environment::empty())
        .clock(clock.clone())
        .base_url(book.base())
        .credentials(Credentials::new("c-1", "s-1"))
        .scopes(["api:read", "api:write"])
        .build()
        .unwrap();
    let token = |access: &str| {
        [Reply::json(200, json!({ "access_token": access, "expires_in": 3600, "refresh_token": "r-1" }))]
    };
    book.call("auth.fetch_token", token("a-1"), client.access_token()).await;
    clock.advance(Duration::from_secs(3600));
    book.call("auth.refresh_token", token("a-2"), client.access_token()).await;
    let another = crate::book::client(&book, |builder| builder);
    book.call("kognic_auth_cli.get_access_token", token("a-1"), another.access_token()).await;
    assert_snapshot!(book.text());
}

#[tokio::test]
async fn calls_of_the_command_line() {
    let (mut book, client) = open();
    let call = client.request(Method::GET, "/v1/anything").query("a", "b").header("x-y", "z");
    let answer: Value = book.call("kog.call", data(json!([1])), call.data()).await;
    assert_eq!(answer, json!([1]));
    // The environment of the URL's host decides who gets the token, and no other host does.
    let environments = NamedEnvironments::load(&Environment::empty()).unwrap();
    assert_eq!(environments.for_host("input.app.kognic.com").host, "app.kognic.com");
    assert_snapshot!(book.text());
}

#[tokio::test]
async fn kognicutil() {
    let (mut book, client) = open();
    let project = json!({ "project": "highway", "title": "Highway" });
    let batches = async {
        let first = client.projects().list().await?.remove(0);
        client.projects().list_batches(&first.project).await
    };
    book.call("kognicutil.projects", all([json!([project]), json!([])]), batches).await;
    let scene = json!({ "uuid": "s-1", "externalId": "e", "status": "created", "viewLink": "https://app.example/s-1" });
    let scenes = client.scenes();
    let found = book.call("kognicutil.scenes", data(json!([scene])), scenes.get_by_uuids(&["s-1"])).await;
    assert_eq!(found[0].view_link.as_deref(), Some("https://app.example/s-1"));
    let inputs = crate::book::whole(client.inputs().list(kognic::api::ListInputs::new("highway")));
    book.call("kognicutil.inputs", data(json!([])), inputs).await;
    let calibrations = client.calibrations();
    book.call("kognicutil.calibration", data(json!([])), calibrations.list(Some("x"))).await;
    let view = async { Ok::<_, kognic::Error>(client.view_link("i-1")) };
    let link = book.call("kognicutil.view", [], view).await;
    assert_eq!(link, "https://app.kognic.com/view/input/i-1");
    assert_snapshot!(book.text());
}

/// Nothing is sent, and what is kept is found again, its scopes included: the vendor's own command loses them (trap 12).
#[cfg(feature = "keyring")]
#[tokio::test]
async fn credentials_in_the_keyring() {
    keyring_core::set_default_store(keyring_core::mock::Store::new().unwrap());
    let (mut book, _) = open();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("credentials.json");
    let content = json!({ "clientId": "k-1", "clientSecret": "ks-1", "scopes": ["api:read"] });
    std::fs::write(&file, content.to_string()).unwrap();
    let (environment, profile) = (Environment::empty(), "of-operations");
    let place = format!("keyring://{profile}");
    let find = || Credentials::find_at(&environment, &place);

    let put = async { Credentials::put_in_keyring(&environment, profile, &file) };
    book.call("kognic_auth_cli.credentials_put", [], put).await;
    let found = book.call("kognic_auth_cli.credentials_get", [], async { find() }).await;
    assert_eq!(found.client_id(), "k-1");
    assert!(format!("{found:?}").contains(r#"scopes: Some(["api:read"])"#), "{found:?}");
    let delete = || async { Credentials::delete_from_keyring(&environment, profile) };
    book.call("kognic_auth_cli.credentials_delete", [], delete()).await;
    // What is not there need not be taken away.
    book.call("kognic_auth_cli.credentials_delete", [], delete()).await;
    assert!(find().unwrap_err().to_string().contains("there is no such entry"));
    // A file that is no credentials is not put there.
    std::fs::write(&file, "{}").unwrap();
    Credentials::put_in_keyring(&environment, profile, &file).unwrap_err();
    assert_snapshot!(book.text());
}
