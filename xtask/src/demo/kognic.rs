//! Kognic: a credentials file that a variable names, OAuth2 client credentials, projects.

use std::time::Duration;

use auth_core::{Environment, ManualClock, Timestamp};
use kognic::sim::Sim;

use super::{Outcome, Told, ensure, told};

pub(crate) fn run(runtime: &tokio::runtime::Runtime) -> Outcome {
    let home = tempfile::tempdir()?;
    let clock = ManualClock::at(Timestamp::from_unix_seconds(1_800_000_000));
    let sim = Sim::with_clock(clock.clone())?;
    let credentials = sim.write_credentials(home.path())?;
    let environment =
        Environment::empty().with_home(home.path()).with_var("KOGNIC_CREDENTIALS", &credentials);
    let client = kognic::Client::builder()
        .environment(environment)
        .clock(clock.clone())
        .base_url(sim.base())
        .build()?;
    runtime.block_on(async {
        let projects = client.projects().list().await?;
        clock.advance(Duration::from_secs(3601));
        client.projects().list().await?;
        sim.issuer().revoke_all();
        client.projects().list().await?;
        told(sim.server());
        ensure(sim.issuer().issued() == 3, "an expiry and a revocation should cause one renewal each")?;
        Ok(Told {
            source: "KOGNIC_CREDENTIALS",
            life: Duration::from_secs(3600),
            call: format!("projects().list(): {} projects", projects.len()),
            renewals: sim.issuer().issued() - 1,
        })
    })
}
