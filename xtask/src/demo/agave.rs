//! Agave: the session file that the CLI wrote, renewal by its refresh token without a password, the caller's profile.

use std::time::Duration;

use agave::sim::Sim;
use auth_core::{Environment, ManualClock, Timestamp};

use super::{Outcome, Told, ensure, told};

pub(crate) fn run(runtime: &tokio::runtime::Runtime) -> Outcome {
    let home = tempfile::tempdir()?;
    let clock = ManualClock::at(Timestamp::from_unix_seconds(1_800_000_000));
    let sim = Sim::with_clock(clock.clone())?;
    let current = sim.write_current(&home.path().join(".agave"))?;
    let environment = Environment::empty().with_home(home.path());
    let ag = agave::Agave::builder().environment(environment).clock(clock.clone()).restore()?;
    runtime.block_on(async {
        let me = ag.profiles().get().await?;
        clock.advance(Duration::from_secs(14_401));
        ag.profiles().get().await?;
        sim.issuer().revoke_all();
        ag.profiles().get().await?;
        told(sim.server());
        // One of the tokens is the CLI's own.
        ensure(sim.issuer().issued() == 3, "an expiry and a revocation should cause one renewal each")?;
        let saved = std::fs::read_to_string(&current)?;
        ensure(saved.contains("refresh-3"), "the CLI should find the renewed session in its file")?;
        Ok(Told {
            source: "~/.agave/current",
            life: Duration::from_secs(14_400),
            call: format!("profiles().get(): the profile of {}", me.username),
            renewals: sim.issuer().issued() - 1,
        })
    })
}
