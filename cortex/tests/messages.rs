//! Messages: how skills are called (contract sections 3.3 and 6.2).
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::fmt::Write as _;

use common::*;
use cortex::sim::Sim;
use cortex::{Client, Environment, Error, ExposeSecret as _, Message, MessageError};
use serde_json::{Value, json};

/// Every field that the vendor documents, and one that it does not.
fn full() -> Value {
    json!({
        "activationId": "a1", "agentName": "", "apiEndpoint": "http://cortex-internal.cortex.svc.cluster.local",
        "channelId": "c1", "outputName": "out", "payload": {"q": 1}, "projectId": "my-project", "properties": {"k": "v"},
        "sessionId": "s1", "skillName": "my-skill", "timestamp": 1_700_000_000_123_i64, "token": jwt("caller"),
        "later": {"deep": [1]},
    })
}

/// The same with names in snake case.
fn snake(message: &Value) -> Value {
    let named = |name: &str| {
        name.chars().fold(String::new(), |mut text, character| {
            if character.is_ascii_uppercase() {
                text.push('_');
            }
            text.push(character.to_ascii_lowercase());
            text
        })
    };
    message.as_object().unwrap().iter().map(|(name, value)| (named(name), value.clone())).collect()
}

fn check(message: &Message) {
    assert_eq!(message.activation_id(), Some("a1"));
    assert_eq!(message.agent_name(), Some(""));
    assert_eq!(message.api_endpoint(), Some("http://cortex-internal.cortex.svc.cluster.local"));
    assert_eq!((message.channel_id(), message.output_name()), (Some("c1"), Some("out")));
    assert_eq!((message.project_id(), message.skill_name()), (Some("my-project"), Some("my-skill")));
    assert_eq!(message.payload().unwrap()["q"], 1);
    assert_eq!(message.properties().unwrap()["k"], "v");
    assert_eq!(message.session_id(), Some("s1"));
    assert_eq!(message.timestamp().unwrap().unix_millis(), 1_700_000_000_123);
    assert_eq!(message.token().unwrap().expose_secret(), jwt("caller"));
    assert_eq!(message.get("later"), Some(&json!({"deep": [1]})));
    assert_eq!(
        (message.get("projectId"), message.get("project_id")),
        (message.get("project_id"), message.get("projectId"))
    );
    assert!(message.get("project_id").is_some() && message.get("gone").is_none());
}

#[test]
fn every_field_from_arguments_text_and_body_in_both_cases() {
    for params in [full(), snake(&full())] {
        let text = params.to_string();
        for message in [
            Message::try_from(params.clone()).unwrap(),
            text.parse().unwrap(),
            Message::from_slice(text.as_bytes()).unwrap(),
            Message::from_args(["job", "--flag", &text]).unwrap(),
            Message::from_args(vec![std::ffi::OsString::from("job"), text.clone().into()]).unwrap(),
            serde_json::from_str(&text).unwrap(),
            Message::from(params.as_object().unwrap()),
        ] {
            check(&message);
            // What came in goes out, under the names that it came with.
            assert_eq!(Value::from(message.to_params()), params);
            let client = builder(&Environment::empty()).message(&message).unwrap().build().unwrap();
            assert_eq!(client.project().unwrap(), "my-project");
        }
    }
}

#[test]
fn values_are_set_once_and_a_null_does_not_hide_the_other_case() {
    let message =
        Message::new().with("project_id", "a").with("projectId", "b").with("x", 1).with("token", "t");
    assert_eq!(message.project_id(), Some("b"));
    assert_eq!(Value::from(message.to_params()), json!({"projectId": "b", "x": 1, "token": "t"}));
    let message: Message =
        json!({"projectId": null, "project_id": "p", "activationId": "a"}).try_into().unwrap();
    assert_eq!((message.project_id(), message.session_id()), (Some("p"), Some("a")));
    assert!(Message::new().with("token", "t").with("token", Value::Null).token().is_none());
}

#[tokio::test]
async fn a_client_makes_messages_that_make_clients() {
    let (sim, _, client) = signed_in();
    let message = client.message(json!({"q": 1})).await.unwrap().with("properties", json!({"k": "v"}));
    assert_eq!(message.api_endpoint(), Some(sim.base().as_str()));
    assert_eq!(message.properties().unwrap()["k"], "v");
    let skill = Client::builder().environment(Environment::empty()).clock(clock()).message(&message).unwrap();
    skill.build().unwrap().skills().list().await.unwrap();
    assert_eq!(sim.tokens_seen(), 1, "the token of the message is the client's own");
    // Without a project a message can be made, and it says what it lacks.
    let env = Environment::empty();
    let nameless =
        Client::builder().environment(env.clone()).clock(clock()).config(sim.config()).build().unwrap();
    let message = nameless.message(json!(null)).await.unwrap();
    let error = builder(&env).message(&message).unwrap().build().unwrap_err();
    let Error::Message(MessageError::Incomplete { keys }) = error else { panic!("{error:?}") };
    assert_eq!(keys, ["projectId is missing"]);
}

#[test]
fn what_is_wrong_with_a_message_is_said() {
    let mut sheet = String::new();
    let mut error = |name: &str, result: cortex::Result<Message>| {
        let client = result.and_then(|message| builder(&Environment::empty()).message(message)?.build());
        let error = client.unwrap_err();
        writeln!(sheet, "[{name}] {:?}\n{error}\n", error.kind()).unwrap();
    };
    error("no argument", Message::from_args(["job"]));
    error("nothing at all", Message::from_args(Vec::<String>::new()));
    error("not JSON", Message::from_args(["job", "{\"payload\": canary}"]));
    error("cut short", Message::from_slice(b"{\"payload\": {"));
    error("not text", Message::from_slice(b"\xff\xfe"));
    error("a list", "[1]".parse());
    error("a text", "\"canary\"".parse());
    error("nothing in it", "{}".parse());
    error("of the wrong types", r#"{"apiEndpoint": 1, "token": ["canary"], "projectId": ""}"#.parse());
    error("snake case", r#"{"api_endpoint": "https://h", "token": "a.b", "project_id": null}"#.parse());
    error("no JWT", r#"{"api_endpoint": "https://h", "token": "canary", "project_id": "p"}"#.parse());
    error("plain http", {
        let message = Message::new().with("apiEndpoint", "http://h.example").with("projectId", "p");
        Ok(message.with_token(jwt("me")))
    });
    error("expired", {
        let message = Message::new().with("apiEndpoint", "https://h.example").with("projectId", "p");
        Ok(message.with_token(jwt_until("me", NOW - 1)))
    });
    assert!(!sheet.contains("canary"), "{sheet}");
    insta::assert_snapshot!(sheet);
}

#[tokio::test]
async fn in_cluster_services_are_beside_the_endpoint_of_a_message() {
    let sim = Sim::with_clock(clock()).unwrap();
    let mut params = full();
    params["apiEndpoint"] = "http://cortex-internal.cortex.svc.cluster.local:8080".into();
    let endpoints = builder(&Environment::empty()).message(params).unwrap();
    // Hosts that exist only inside a cluster; a forwarded port stands in for them.
    let client = endpoints.connections_endpoint(sim.base()).build().unwrap();
    let error = client.connections().get("c").await.unwrap_err();
    assert!(error.is_auth(), "{error}");
    assert_eq!(sim.server().journal().last().unwrap().path(), "/internal/projects/my-project/connections/c");
}
