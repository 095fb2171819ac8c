//! The example `actor`, against the simulator.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;
#[allow(dead_code, reason = "its `main` is for people")]
#[path = "../examples/actor.rs"]
mod example;

use agave::api::NewActor;
use common::World;

#[tokio::test]
async fn a_message_is_echoed() {
    let world = World::new();
    let ag = world.signing_in().build().unwrap();
    let actor = ag.actors().add(&NewActor::new("abacosamples/wc")).await.unwrap();
    for (message, echo) in [("hello", "hello"), (r#"{"n": null}"#, "{'n': None}")] {
        let mut out = Vec::new();
        example::run(&ag, &actor.id, message, &mut out).await.unwrap();
        let text = String::from_utf8(out).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].starts_with("sent; it became execution-"), "{text}");
        let length = format!("a result of {} bytes", echo.len());
        assert_eq!(lines[1..], ["COMPLETE, exit code 0", echo, length.as_str()]);
    }
    assert!(example::run(&ag, "nobody", "hello", &mut Vec::new()).await.is_err());
}
