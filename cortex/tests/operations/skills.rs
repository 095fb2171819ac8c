use std::time::Duration;

use cortex::api::{Skill, SkillAction, SkillCall};
use insta::assert_snapshot;
use serde_json::json;

use crate::book::{done, open, reply};

#[tokio::test]
async fn skills() {
    let (mut book, client) = open();
    let skills = client.skills();
    let skill = json!({
        "name": "s", "title": "S", "inputs": [{"name": "input"}], "outputs": [], "properties": [],
        "actions": [{"name": "a", "type": "job", "image": "i"}], "camel": "2.0.0",
    });
    let found = book.call("skills.list", reply(json!({"skills": [skill]})), skills.list()).await;
    assert_eq!(found[0].actions.as_ref().unwrap()[0].action_type.as_deref(), Some("job"));
    assert_eq!(serde_json::to_value(&found[0]).unwrap(), skill);
    let mut new = Skill::new("s");
    new.actions = Some(vec![SkillAction::new("a", "daemon", "registry.example/i:1")]);
    book.call("skills.save", done(), skills.save(&new)).await;
    assert_eq!(book.call("skills.get", reply(skill), skills.get("a/b")).await.extra["camel"], "2.0.0");
    book.call("skills.delete", done(), skills.delete("a/b")).await;
    let logs = reply(json!({"success": true, "logs": ["one"]}));
    assert_eq!(book.call("skills.get_logs", logs, skills.get_logs("a/b", "c d")).await.logs, ["one"]);
    book.call("skills.deploy", done(), skills.deploy("a/b")).await;
    book.call("skills.undeploy", done(), skills.undeploy("a/b")).await;
    let call = SkillCall::new(json!({"q": 1})).with_property("k", "v");
    let replies = reply(json!({"success": true, "activationId": "2b7a"}));
    let invoked = book.call("skills.invoke", replies, skills.invoke("a/b", "in put", &call)).await;
    assert_eq!(invoked.activation_id.as_deref(), Some("2b7a"));
    let waiting = skills.invoke_sync("a/b", "in put", &call, Duration::from_secs(300));
    let result = book.call("skills.invoke", reply(json!({"success": false, "n": 1})), waiting).await;
    assert_eq!(result["n"], 1);
    let message = json!({"lines": 3});
    let call = skills.send_message("act/1", "c 1", "out", &message);
    book.call("skills.send_message", done(), call).await;
    assert_snapshot!(book.text());
}
