//! Sessions: whole days of a client on the vendor's simulator, lived by the Rust crate or by the official SDK. The
//! simulator must satisfy the real client.

use std::path::Path;

use super::case::{self, Case, Step};
use super::peer::Peer;
use super::play::{counted, judge, play_on};
use super::stage::Stage;

/// The sessions, by vendor.
pub(super) fn load() -> Result<Vec<Case>, String> {
    case::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance/sessions"))
}

/// Lives a session with the Rust crate: what is wrong.
pub(super) fn with_crate(session: &Case, runtime: &tokio::runtime::Runtime) -> Vec<String> {
    match Stage::set_live(session).and_then(|stage| play_on(session, &stage, runtime)) {
        Ok(played) => played.faults,
        Err(fault) => vec![fault],
    }
}

/// Lives a session with the official SDK: what is wrong.
pub(super) fn with_peer(session: &Case, peer: &Peer) -> Vec<String> {
    let lived = Stage::set_live(session).and_then(|stage| Ok((peer.play_on(session, &stage)?, stage)));
    let (record, stage) = match lived {
        Ok(lived) => lived,
        Err(fault) => return vec![fault],
    };
    let calls = session.steps.iter().enumerate().filter_map(|(number, step)| match step {
        Step::Call(call) => Some((number, call)),
        Step::Advance(_) => None,
    });
    let mut faults: Vec<String> = calls
        .zip(&record.outcomes)
        .filter_map(|((number, call), outcome)| {
            judge(call, outcome).map(|fault| format!("/steps/{number}: {fault}"))
        })
        .collect();
    faults.extend(counted(session, &stage));
    faults
}
