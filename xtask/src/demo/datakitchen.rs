//! DataKitchen: a context of the vendor's CLI, a login with user name and password, kitchens.

use std::time::Duration;

use auth_core::{Environment, ManualClock, Timestamp};
use datakitchen::sim::Sim;

use super::{Outcome, Told, ensure, told};

pub(crate) fn run(runtime: &tokio::runtime::Runtime) -> Outcome {
    let home = tempfile::tempdir()?;
    let clock = ManualClock::at(Timestamp::from_unix_seconds(1_800_000_000));
    let sim = Sim::with_clock(clock.clone())?;
    sim.write_context(home.path(), "default")?;
    let environment = Environment::empty().with_home(home.path());
    let client = datakitchen::Client::builder().environment(environment).clock(clock.clone()).build()?;
    runtime.block_on(async {
        let kitchens = client.kitchens().list().await?;
        clock.advance(Duration::from_secs(4 * 3600 + 1));
        client.kitchens().list().await?;
        sim.issuer().revoke_all();
        client.kitchens().list().await?;
        told(sim.server());
        ensure(sim.issuer().issued() == 3, "an expiry and a revocation should cause one login each")?;
        Ok(Told {
            source: "~/.dk/default/config.json",
            life: Duration::from_secs(4 * 3600),
            call: format!("kitchens().list(): {} kitchens", kitchens.len()),
            renewals: sim.issuer().issued() - 1,
        })
    })
}
