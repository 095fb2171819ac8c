//! Cortex: a profile of the vendor's CLI, tokens signed with its Ed25519 key, managed content.

use std::time::Duration;

use auth_core::{Environment, ManualClock, Timestamp};
use cortex::sim::Sim;

use super::{Outcome, Told, ensure, told};

pub(crate) fn run(runtime: &tokio::runtime::Runtime) -> Outcome {
    let home = tempfile::tempdir()?;
    let clock = ManualClock::at(Timestamp::from_unix_seconds(1_800_000_000));
    let sim = Sim::with_clock(clock.clone())?;
    sim.write_profile(home.path())?;
    let environment = Environment::empty().with_home(home.path());
    let client = cortex::Client::builder().environment(environment).clock(clock.clone()).build()?;
    runtime.block_on(async {
        client.content().upload("reports/may.csv", "a,b\n1,2\n").await?;
        clock.advance(Duration::from_secs(121));
        let bytes = client.content().download("reports/may.csv").bytes().await?;
        ensure(bytes == "a,b\n1,2\n", "what was uploaded should come back")?;
        sim.revoke_all();
        client.content().list().send().await?;
        told(sim.server());
        ensure(sim.tokens_seen() == 3, "an expiry and a revocation should cause one new token each")?;
        Ok(Told {
            source: "~/.cortex/config",
            life: Duration::from_secs(120),
            call: format!("content().download(..): {} bytes", bytes.len()),
            renewals: sim.tokens_seen() as u64 - 1,
        })
    })
}
