use cortex::api::{ActivationQuery, ActivationStatus, Agent};
use insta::assert_snapshot;
use serde_json::json;

use crate::book::{done, open, reply};

#[tokio::test]
async fn agents() {
    let (mut book, client) = open();
    let agents = client.agents();
    let agent = json!({"name": "a", "title": "A", "skills": []});
    let found = book.call("agents.list", reply(json!({"agents": [agent]})), agents.list()).await;
    assert_eq!(found[0].title.as_deref(), Some("A"));
    book.call("agents.save", done(), agents.save(&Agent::new("a"))).await;
    assert_eq!(book.call("agents.get", reply(agent), agents.get("a/b")).await.extra["skills"], json!([]));
    book.call("agents.delete", done(), agents.delete("a/b")).await;
    book.call("agents.deploy", done(), agents.deploy("a/b")).await;
    book.call("agents.undeploy", done(), agents.undeploy("a/b")).await;
    let body = json!({"payload": {"q": 1}});
    book.call("agents.invoke", done(), agents.invoke("a/b", "ser vice", &body)).await;
    assert_snapshot!(book.text());
}

#[tokio::test]
async fn activations() {
    let (mut book, client) = open();
    let query = ActivationQuery {
        skill_name: Some("s".into()),
        status: Some(ActivationStatus::Complete),
        limit: Some(10),
        ..ActivationQuery::default()
    };
    let replies = reply(json!({"activations": [{"activationId": "2b7a", "status": "COMPLETE", "start": 1}]}));
    let found = book.call("activations.list", replies, client.activations().list(&query)).await;
    assert!(found[0].is_over());
    assert_snapshot!(book.text());
}
