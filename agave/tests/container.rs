//! Inside an actor's container: the pipe for binary messages, the socket for results, the state.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::Command;

use agave::actors::{self, Channels};
use agave::api::NewActor;
use agave::{Agave, ManualClock, Timestamp};
use auth_core::ErrorKind;
use common::World;
use serde_json::json;
use tempfile::TempDir;

fn channels(folder: &TempDir) -> Channels {
    let made = Command::new("mkfifo").arg(folder.path().join("data")).status().unwrap();
    assert!(made.success());
    Channels::at(folder.path().join("data"), folder.path().join("results.sock"))
}

/// Opens the pipe as the platform does: for both, so that it stays open.
fn platform(path: &Path) -> File {
    OpenOptions::new().read(true).write(true).open(path).unwrap()
}

#[tokio::test]
async fn a_message_whose_pipe_stays_open() {
    let folder = tempfile::tempdir().unwrap();
    let clock = ManualClock::at(Timestamp::from_unix_seconds(0));
    let channels = channels(&folder).clock(clock.clone());
    let mut pipe = platform(&channels.binary_data);
    pipe.write_all(b"\x00\xff bytes").unwrap();
    assert_eq!(channels.binary_message().await.unwrap().as_ref(), b"\x00\xff bytes");
    let waited: u128 = clock.sleeps().iter().map(std::time::Duration::as_millis).sum();
    assert_eq!(waited, 250, "the pipe was empty for that long");
    // It can be read once.
    assert_eq!(channels.binary_message().await.unwrap().as_ref(), b"");
}

#[tokio::test]
async fn a_message_that_is_longer_than_a_pipe() {
    let folder = tempfile::tempdir().unwrap();
    let channels = channels(&folder);
    let message: Vec<u8> = (0..1_000_000_u32).map(|i| i as u8).collect();
    let mut pipe = platform(&channels.binary_data);
    let sent = message.clone();
    let writer = std::thread::spawn(move || pipe.write_all(&sent).map(|()| pipe));
    let read = channels.binary_message().await.unwrap();
    assert!(read == message, "{} bytes of {}", read.len(), message.len());
    writer.join().unwrap().unwrap();
}

#[tokio::test]
async fn no_message() {
    let folder = tempfile::tempdir().unwrap();
    let channels = channels(&folder);
    assert_eq!(channels.binary_message().await.unwrap().as_ref(), b"");
    for wrong in [folder.path().join("nothing"), folder.path().to_owned()] {
        let error = Channels::at(&wrong, "").binary_message().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::File);
        assert!(error.to_string().contains("only inside the container"), "{error}");
    }
}

#[tokio::test]
async fn results() {
    let folder = tempfile::tempdir().unwrap();
    let channels = channels(&folder);
    let error = channels.send_result(b"early").await.unwrap_err();
    assert!(error.to_string().contains("does not take results"), "{error}");
    let platform = UnixDatagram::bind(&channels.results).unwrap();
    channels.send_result(b"one").await.unwrap();
    channels.send_result(b"\x00\xff").await.unwrap();
    let mut buffer = [0; 16];
    assert_eq!(platform.recv(&mut buffer).unwrap(), 3);
    assert_eq!(&buffer[..3], b"one");
    assert_eq!(platform.recv(&mut buffer).unwrap(), 2);
    for (wrong, why) in [(Vec::new(), "an empty result"), (vec![0; 64 << 20], "too long for the socket")] {
        let error = channels.send_result(&wrong).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains(why), "{error}");
    }
}

#[tokio::test]
async fn the_state_is_kept_by_the_actors_own_client() {
    let world = World::new();
    let owner = world.signing_in().build().unwrap();
    let actor = owner.actors().add(&NewActor::new("abacosamples/wc")).await.unwrap();
    let token = world.sim.issuer().issue("K u").access_token;
    let environment = world
        .environment
        .clone()
        .with_var("_abaco_api_server", world.sim.base())
        .with_var("_abaco_access_token", token)
        .with_var("_abaco_actor_id", &actor.id);
    let context = actors::context(&environment);
    let ag = actors::client(Agave::builder().environment(environment).clock(world.clock.clone())).unwrap();
    actors::update_state(&ag, &context, &json!({"runs": 2})).await.unwrap();
    assert_eq!(owner.actors().get_state(&actor.id).await.unwrap().state, json!({"runs": 2}));
    let outside = actors::context(&world.environment);
    let error = actors::update_state(&ag, &outside, &json!({})).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}
