//! Descartes: the token information file of a login, shared with the vendor's SDK, the catalog.

use std::time::Duration;

use auth_core::{Environment, ManualClock, Timestamp};
use descartes::sim::Sim;
use descartes::{Auth, Client, Flavor};

use super::{Outcome, Told, ensure, told};

pub(crate) fn run(runtime: &tokio::runtime::Runtime) -> Outcome {
    let home = tempfile::tempdir()?;
    let clock = ManualClock::at(Timestamp::from_unix_seconds(1_800_000_000));
    let sim = Sim::with_clock(clock.clone())?;
    let file = sim.write_token_info(home.path(), Flavor::DESCARTES_LABS)?;
    let environment = sim.lead(Environment::empty().with_home(home.path()), Flavor::DESCARTES_LABS);
    let auth = Auth::builder().environment(environment).clock(clock.clone()).build()?;
    let client = Client::new(auth)?;
    runtime.block_on(async {
        let product = client.catalog().products().get("someorg:prod1").await?;
        clock.advance(Duration::from_secs(36_001));
        client.catalog().products().get("someorg:prod1").await?;
        sim.issuer().revoke_all();
        client.catalog().products().get("someorg:prod1").await?;
        told(sim.server());
        ensure(sim.issuer().issued() == 3, "an expiry and a revocation should cause one renewal each")?;
        let kept = std::fs::read_to_string(file)?.contains("jwt_token");
        ensure(kept, "the token should be in the file, for the vendor's SDK")?;
        let name = product.and_then(|product| product.name.clone()).unwrap_or_default();
        Ok(Told {
            source: "~/.descarteslabs/token_info.json",
            life: Duration::from_secs(36_000),
            call: format!("catalog().products().get(..): {name}"),
            renewals: sim.issuer().issued() - 1,
        })
    })
}
