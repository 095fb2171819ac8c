//! Secrets that are planted everywhere, and every output searched for them.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::io::Cursor;
use std::time::Duration;

use auth_core::sim::{Fault, Reply, Request, Simulator};
use common::log::Log;
use common::*;
use cortex::api::Connection;
use cortex::sim::Sim;
use cortex::{Client, Environment, Login, Message, PersonalAccessConfig, Profiles, RetryPolicy};
use serde_json::{Value, json};
use tempfile::tempdir;

/// The private half of the tests' key.
const D: &str = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA";

/// Everything that was shown.
#[derive(Default)]
struct Shown(String);

impl Shown {
    fn error<T>(&mut self, result: cortex::Result<T>) {
        let Err(error) = result else { return };
        let mut cause: Option<&dyn std::error::Error> = Some(&error);
        while let Some(current) = cause {
            self.0.push_str(&format!("{current}\n{current:?}\n{current:#?}\n"));
            cause = current.source();
        }
    }

    fn debug(&mut self, value: &impl std::fmt::Debug) {
        self.0.push_str(&format!("{value:?}\n{value:#?}\n"));
    }

    fn must_not_have(&self, secrets: &[&str]) {
        for secret in secrets {
            assert!(!self.0.contains(secret), "{secret} is shown:\n{}", self.0);
        }
    }
}

#[test]
fn secrets_in_the_wrong_places_are_not_shown() {
    let log = Log::default();
    let _listening = log.listen();
    let (home, mut shown) = (tempdir().unwrap(), Shown::default());
    let path = write_profiles(home.path(), "{}");
    let env = || Environment::empty().with_home(home.path()).with_working_folder(home.path());
    let canaries = [
        "canary",
        "canary with blanks",
        "ca.na.canary",
        "eyJjYW5hcnk.eyJjYW5hcnk.canary",
        "eyJjYW5hcnk.eyJjYW5hcnk.canary\nx",
        "{\"jwk\": \"canary\"}",
        "{\"jwk\": {\"kty\": \"OKP\", \"crv\": \"Ed25519\", \"x\": \"canary\", \"d\": \"canary\"}}",
        "{\"jwk\": {\"kty\": \"canary\", \"crv\": \"canary\"}, \"issuer\": [\"canary\"]}",
        "{\"canary",
        "[\"canary\"]",
        "\"canary\"",
    ];
    for canary in canaries {
        for name in ["CORTEX_TOKEN", "CORTEX_PERSONAL_ACCESS_CONFIG"] {
            shown.error(builder(&env().with_var(name, canary)).build());
        }
        shown.error(builder(&env()).token(canary).build());
        shown.error(PersonalAccessConfig::from_json(canary));
        shown.error(canary.parse::<Message>());
        for text in [canary.to_owned(), format!("{{\"profiles\": {{\"default\": {canary}}}}}")] {
            std::fs::write(&path, text).unwrap();
            shown.error(builder(&env()).build());
            shown.error(
                builder(&env()).token(jwt("me")).build().and_then(|client| client.project().map(drop)),
            );
        }
        for answers in [format!("{canary}\n"), format!("\n{canary}\n\n"), format!("\n{canary}")] {
            shown.error(Login::ask(&mut Cursor::new(answers), &mut Vec::new(), &env()));
        }
        let message = json!({"apiEndpoint": "https://h", "token": canary, "projectId": "p"});
        shown.error(builder(&env()).message(message.clone()).unwrap().build());
        shown.debug(&Message::try_from(message).unwrap());
    }
    // A password in a URL is a credential too.
    let url = "https://user:canary@api.dci.example";
    shown.error(builder(&env()).token(jwt("me")).api_endpoint(url).build());
    shown.error(builder(&env().with_var("CORTEX_URI", url)).token(jwt("me")).build());
    shown.debug(&parsed(&config_of("me", url)));
    shown.error(builder(&env()).config(parsed(&config_of("me", url))).build());
    std::fs::write(&path, profiles(&[("default", config_of("me", url))])).unwrap();
    shown.debug(&Profiles::load(&env()).unwrap());
    shown.debug(&env().with_var("CORTEX_TOKEN", "canary"));
    shown.0.push_str(&log.text());
    shown.must_not_have(&["canary", "Y2FuYXJ5", "jYW5hcnk", D]);
}

#[tokio::test]
async fn keys_and_tokens_in_use_are_not_shown() {
    let log = Log::default();
    let _listening = log.listen();
    let mut shown = Shown::default();
    let (sim, clock, client) = signed_in();
    client.content().upload("k", "data").await.unwrap();
    clock.advance(Duration::from_secs(121));
    client.content().list().send().await.unwrap();
    let token = client.access_token().await.unwrap();
    shown.debug(&client);
    shown.debug(&sim.config());
    shown.debug(&token);
    sim.revoke_all();
    sim.revoke_key();
    shown.error(client.content().list().send().await);
    let given = Client::builder()
        .environment(Environment::empty())
        .clock(clock.clone())
        .message(sim.message("p1").unwrap())
        .unwrap()
        .build()
        .unwrap();
    shown.debug(&given);
    shown.error(given.content().list().send().await);
    clock.advance(Duration::from_secs(86_400));
    shown.error(given.content().list().send().await);
    shown.0.push_str(&log.text());
    assert!(log.text().contains("the token was rejected"), "the log is listened to");
    // Every token that was sent, whole and by its signature.
    let sent = sim.server().journal().requests();
    let tokens: Vec<&str> = sent.iter().filter_map(|request| request.bearer()).collect();
    assert!(tokens.len() > 4);
    let signatures: Vec<&str> = tokens.iter().filter_map(|token| token.rsplit('.').next()).collect();
    shown.must_not_have(&tokens);
    shown.must_not_have(&signatures);
    shown.must_not_have(&[D, "eyJ"]);
}

/// Some gateways show the whole request in their error pages.
#[tokio::test]
async fn services_that_echo_the_token() {
    let echo = |request: &Request| {
        let header = request.header("authorization").unwrap_or_default().to_owned();
        match request.path() {
            "/fabric/v4/info" => Reply::json(200, json!({"serverTs": NOW * 1000})),
            "/header" => Reply::redirect(302, "/login").header("x-auth-error", &header),
            "/text" => Reply::text(500, format!("what is {header}?")),
            "/json" => Reply::json(400, json!({"message": format!("bad {header}")})),
            "/nested" => Reply::json(403, json!({"why": {"header": header}})),
            "/false" => Reply::json(200, json!({"success": false, "error": header})),
            _ => Reply::text(200, header),
        }
    };
    let log = Log::default();
    let _listening = log.listen();
    let (server, mut shown) = (Simulator::start(echo).unwrap(), Shown::default());
    let client = builder(&Environment::empty())
        .config(parsed(&config_of("me", &server.base())))
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    for path in ["/header", "/text", "/json", "/nested", "/false", "/other"] {
        let result: cortex::Result<Value> = client.request(cortex::Method::GET, path).data().await;
        assert!(result.is_err(), "{path}");
        shown.error(result);
    }
    shown.0.push_str(&log.text());
    assert!(shown.0.contains("[token]"));
    shown.must_not_have(&["eyJ"]);
}

/// Secrets of a project are in what is sent and in what comes back.
#[tokio::test]
async fn secrets_of_a_project_are_not_shown() {
    let echo = |request: &Request| {
        let body = String::from_utf8_lossy(request.body()).into_owned();
        match request.segments().as_slice() {
            ["fabric", "v4", "info"] => Reply::json(200, json!({"serverTs": NOW * 1000})),
            [.., "fine"] => Reply::json(
                200,
                json!({"name": "db", "value": "canary", "params": [{"name": "uri", "value": "canary"}]}),
            ),
            [.., "odd"] => Reply::json(200, json!({"name": 1, "params": "canary", "value": {"a": "canary"}})),
            [.., "false"] => Reply::json(200, json!({"success": false, "error": body})),
            [.., "why"] => Reply::json(400, json!({"sent": body, "value": {"uri": "canary"}})),
            [.., "connections"] if body.contains("message") => Reply::json(400, json!({"message": body})),
            [.., "connections"] if body.contains("why") => Reply::json(400, json!({"sent": request.json()})),
            [.., "connections"] if body.contains("false") => {
                Reply::json(200, json!({"success": false, "error": {"message": body}}))
            }
            _ => Reply::text(500, format!("what is {body}?")),
        }
    };
    let log = Log::default();
    let _listening = log.listen();
    let (server, mut shown) = (Simulator::start(echo).unwrap(), Shown::default());
    let client = builder(&Environment::empty())
        .config(parsed(&config_of("me", &server.base())))
        .project("p1")
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let secret = cortex::SecretString::from("canary");
    for name in ["fine", "odd", "false", "why", "message", "other"] {
        let connection = Connection::new(name, "mongo").with_param("uri", "mongodb://me:canary@h");
        let saved = client.connections().save(&connection).await;
        assert!(saved.is_err(), "{name}");
        shown.error(saved);
        shown.debug(&connection);
        shown.error(client.connections().get_external(name).await);
        shown.error(client.secrets().save(name, &secret).await);
        shown.debug(&client.secrets().get(name).await.map_err(drop));
        shown.debug(&client.secrets().get_external(name).await.map_err(drop));
        shown.error(client.secrets().get(name).await);
        shown.debug(&client.connections().get(name).await.map_err(drop));
        shown.error(client.connections().get(name).await);
    }
    let message = client.message(json!({"secret": "canary"})).await.unwrap();
    shown.debug(&message);
    shown.debug(
        &Client::builder()
            .environment(Environment::empty())
            .token(jwt("canary"))
            .api_endpoint("https://h")
            .resolve()
            .unwrap(),
    );
    shown.0.push_str(&log.text());
    assert!(shown.0.contains("they may quote a secret") && shown.0.contains("ConnectionParam"));
    shown.must_not_have(&["canary", "Y2FuYXJ5", "eyJ", D]);
}

#[tokio::test]
async fn a_broken_connection_shows_no_request() {
    let (sim, _, client) = signed_in();
    let mut shown = Shown::default();
    client.content().list().send().await.unwrap();
    for fault in
        [Fault::ResetBeforeReply, Fault::CloseBeforeReply, Fault::Truncate { after: 1 }, Fault::not_json()]
    {
        sim.server().faults().next("GET /fabric/v4/projects/p1/content", fault).times(4);
        shown.error(client.content().list().prefix("canary").send().await);
    }
    let gone = Sim::start().unwrap();
    let refused = client_of(&gone, &clock()).build().unwrap();
    drop(gone);
    shown.error(refused.content().list().send().await);
    shown.must_not_have(&["eyJ", "canary", D]);
}
