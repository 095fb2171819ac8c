//! The vendors' simulators as servers of a session, with what leads a client to them in the home folder.

use std::any::Any;
use std::path::Path;

use auth_core::sim::{Journal, Simulator};
use auth_core::{Environment, ManualClock, Result};

/// A simulator that runs.
pub(super) struct Live {
    pub(super) base: String,
    pub(super) journal: Journal,
    pub(super) environment: Environment,
    pub(super) server: Box<dyn Any>,
}

impl Live {
    /// Starts a vendor's simulator, and writes its credentials where the vendor's tools look for them.
    pub(super) fn start(vendor: &str, home: &Path, clock: &ManualClock) -> std::result::Result<Self, String> {
        let started = match vendor {
            "kognic" => kognic(home, clock),
            "cortex" => cortex(home, clock),
            "descartes" => descartes(home, clock),
            "agave" => agave(home, clock),
            "datakitchen" => datakitchen(home, clock),
            _ => return Err(format!("/vendor: there is no simulator for `{vendor}`")),
        };
        started.map_err(|error| error.to_string())
    }

    fn of<S: 'static>(sim: S, server: fn(&S) -> &Simulator, environment: Environment) -> Self {
        let (base, journal) = (server(&sim).base(), server(&sim).journal().clone());
        Self { base, journal, environment, server: Box::new(sim) }
    }
}

fn kognic(home: &Path, clock: &ManualClock) -> Result<Live> {
    let sim = kognic::sim::Sim::with_clock(clock.clone())?;
    let credentials = sim.write_credentials(home)?;
    let environment = Environment::empty().with_var("KOGNIC_CREDENTIALS", credentials.display().to_string());
    Ok(Live::of(sim, kognic::sim::Sim::server, environment))
}

fn cortex(home: &Path, clock: &ManualClock) -> Result<Live> {
    let sim = cortex::sim::Sim::with_clock(clock.clone())?;
    sim.write_profile(home)?;
    Ok(Live::of(sim, cortex::sim::Sim::server, Environment::empty()))
}

fn descartes(home: &Path, clock: &ManualClock) -> Result<Live> {
    let sim = descartes::sim::Sim::with_clock(clock.clone())?;
    let flavor = descartes::Flavor::DESCARTES_LABS;
    sim.write_token_info(home, flavor)?;
    let environment = sim.lead(Environment::empty(), flavor);
    Ok(Live::of(sim, descartes::sim::Sim::server, environment))
}

fn agave(home: &Path, clock: &ManualClock) -> Result<Live> {
    let sim = agave::sim::Sim::with_clock(clock.clone())?;
    sim.write_current(&home.join(".agave"))?;
    Ok(Live::of(sim, agave::sim::Sim::server, Environment::empty()))
}

fn datakitchen(home: &Path, clock: &ManualClock) -> Result<Live> {
    let sim = datakitchen::sim::Sim::with_clock(clock.clone())?;
    sim.write_context(home, "default")?;
    Ok(Live::of(sim, datakitchen::sim::Sim::server, Environment::empty()))
}
