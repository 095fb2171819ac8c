//! A cluster with a certificate that only its own authority vouches for (contract sections 3.1 R11 and 7 T5): the bundle
//! counts for every kind of call, the clock's among them.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::path::Path;

use auth_core::sim::TestCa;
use common::*;
use cortex::api::{Connection, Experiment, RunFields, Skill, SkillCall};
use cortex::sim::Sim;
use cortex::{Builder, Environment, Error, SecretString, Upload};
use futures_util::TryStreamExt as _;
use serde_json::json;
use tempfile::tempdir;

/// Tells a builder of the bundle.
type Set = fn(Builder, &str) -> Builder;

/// Calls of every kind: tokens, JSON both ways, forms, streams up and down, files, services inside the cluster.
async fn every_kind_of_call(client: &cortex::Client, folder: &Path) -> Result<(), Error> {
    client.server_time().await?;
    client.platform().get_info().await?;
    let content = client.content();
    let stream = futures_util::stream::iter([Ok(bytes::Bytes::from("data"))]);
    content.upload_streaming("k", Upload::stream(Some(4), stream)).await?;
    content.upload("form", "data").await?;
    std::fs::write(folder.join("up"), "data").unwrap();
    content.upload("file", Upload::file(folder.join("up")).await?).await?;
    assert!(content.exists("k").await?);
    assert_eq!(content.list().pages().try_collect::<Vec<_>>().await?.len(), 3);
    let chunks: Vec<_> = content.download("k").stream().await?.try_collect().await?;
    assert_eq!(chunks.concat(), b"data");
    assert_eq!(content.download("k").to_file(folder.join("down")).await?, 4);
    content.delete("k").await?;
    client.secrets().save("s", &SecretString::from("v")).await?;
    client.secrets().get("s").await?;
    client.connections().save(&Connection::new("c", "mongo").with_param("uri", "#SECURE.s")).await?;
    assert_eq!(client.connections().get("c").await?.param("uri"), Some("v"));
    client.experiments().save(&Experiment::new("e")).await?;
    let run = client.experiments().create_run("e", &RunFields::default()).await?.run_id;
    client.experiments().update_artifact("e", &run, "a", "bytes").await?;
    assert_eq!(client.experiments().get_artifact("e", &run, "a").bytes().await?, "bytes");
    client.skills().save(&Skill::new("s")).await?;
    client.skills().deploy("s").await?;
    client.skills().invoke("s", "i", &SkillCall::new(json!({}))).await?;
    client.skills().send_message("a", "c", "o", &json!({})).await?;
    client.projects().get_by_name("p1").await?;
    Ok(())
}

#[tokio::test]
async fn one_bundle_is_for_every_kind_of_call() {
    let (folder, ca) = (tempdir().unwrap(), TestCa::shared().unwrap());
    let bundle = folder.path().join("ca.pem");
    ca.write_to(&bundle).unwrap();
    let none = Environment::empty;
    let named = |variable: &str| none().with_var(variable, &bundle);
    let path = bundle.to_str().unwrap();
    let ways: [(&str, Environment, Set); 5] = [
        ("argument", none(), |builder, path| builder.verify_ssl_cert(path)),
        ("REQUESTS_CA_BUNDLE", named("REQUESTS_CA_BUNDLE"), |builder, _| builder),
        ("CURL_CA_BUNDLE", named("CURL_CA_BUNDLE"), |builder, _| builder.verify_ssl_cert(true)),
        ("not checked", none(), |builder, _| builder.verify_ssl_cert(false)),
        (
            "argument over variable",
            none().with_var("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem"),
            |builder, path| builder.verify_ssl_cert(path),
        ),
    ];
    for (way, environment, set) in ways {
        let sim = Sim::with_tls(clock(), ca).unwrap();
        assert!(sim.base().starts_with("https://"));
        for with_token in [false, true] {
            let builder = client_of(&sim, &clock()).environment(environment.clone());
            let builder = match with_token {
                true => builder
                    .token(sim.token(std::time::Duration::from_secs(600)).unwrap())
                    .api_endpoint(sim.base()),
                false => builder,
            };
            let client = set(builder, path).build().unwrap();
            every_kind_of_call(&client, folder.path()).await.unwrap_or_else(|error| panic!("{way}: {error}"));
        }
    }
}

#[tokio::test]
async fn without_the_bundle_no_call_is_made() {
    let ca = TestCa::shared().unwrap();
    let sim = Sim::with_tls(clock(), ca).unwrap();
    let client = client_of(&sim, &clock()).build().unwrap();
    for error in [
        client.server_time().await.unwrap_err(),
        client.platform().get_info().await.unwrap_err(),
        client.content().upload("k", "data").await.unwrap_err(),
        client.connections().get("c").await.unwrap_err(),
    ] {
        assert!(error.to_string().contains("certificate"), "{error}");
    }
    assert!(sim.server().journal().is_empty());
}
