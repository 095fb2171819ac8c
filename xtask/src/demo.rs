//! `cargo xtask demo`: the main job of every vendor crate, offline, on its simulator. Each vendor finds credentials in
//! its own file format, obtains a token over HTTP, makes a typed call, lives through an expiry and a revoked token.

mod agave;
mod cortex;
mod datakitchen;
mod descartes;
mod kognic;
mod trace;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use auth_core::sim::Simulator;

use crate::table::{Table, colours};

/// What a vendor's run tells.
pub(crate) struct Told {
    /// Where the credentials came from.
    pub(crate) source: &'static str,
    /// How long a token lives.
    pub(crate) life: Duration,
    /// What was called, and what came of it.
    pub(crate) call: String,
    /// How often a token was renewed after the first.
    pub(crate) renewals: u64,
}

type Outcome = Result<Told, Box<dyn std::error::Error + Send + Sync>>;

/// A vendor's run; `None` where the crate is still missing.
type Run = fn(&tokio::runtime::Runtime) -> Outcome;

const VENDORS: [(&str, Option<Run>); 5] = [
    ("kognic", Some(kognic::run)),
    ("cortex", Some(cortex::run)),
    ("descartes", Some(descartes::run)),
    ("agave", Some(agave::run)),
    ("datakitchen", Some(datakitchen::run)),
];

pub(crate) fn run(arguments: &[String]) -> ExitCode {
    let (vendor, verbose) = match parse(arguments) {
        Ok(parsed) => parsed,
        Err(message) => {
            eprintln!("cargo xtask demo: {message}");
            return ExitCode::from(2);
        }
    };
    if verbose {
        trace::show();
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("cargo xtask demo: no runtime: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut table =
        Table::new(["vendor", "result", "credentials from", "token life", "renewals", "time", "call"]);
    let mut good = Vec::new();
    for (name, run) in
        VENDORS.into_iter().filter(|(name, _)| vendor.as_deref().is_none_or(|only| only == *name))
    {
        let started = Instant::now();
        let outcome =
            run.map_or_else(|| Err("this vendor crate is still missing".into()), |run| run(&runtime));
        let time = format!("{} ms", started.elapsed().as_millis());
        good.push(outcome.is_ok());
        match outcome {
            Ok(told) => table.row([
                name.into(),
                "ok".into(),
                told.source.into(),
                life(told.life),
                told.renewals.to_string(),
                time,
                told.call,
            ]),
            Err(error) => {
                let none = String::new;
                table.row([name.into(), "FAILED".into(), none(), none(), none(), time, error.to_string()]);
            }
        }
    }
    print!("{}", table.render(|row| good.get(row).copied(), colours()));
    if good.iter().all(|good| *good) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn parse(arguments: &[String]) -> Result<(Option<String>, bool), String> {
    let (mut vendor, mut verbose) = (None, false);
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--verbose" => verbose = true,
            "--vendor" => {
                let name = arguments.next().ok_or("--vendor needs the name of a vendor")?;
                if !VENDORS.iter().any(|(known, _)| known == name) {
                    return Err(format!(
                        "there is no vendor `{name}`; try one of {}",
                        VENDORS.map(|v| v.0).join(", ")
                    ));
                }
                vendor = Some(name.clone());
            }
            unknown => return Err(format!("there is no option `{unknown}`")),
        }
    }
    Ok((vendor, verbose))
}

fn life(life: Duration) -> String {
    match life.as_secs() {
        seconds if seconds.is_multiple_of(3600) => format!("{} h", seconds / 3600),
        seconds if seconds.is_multiple_of(60) => format!("{} min", seconds / 60),
        seconds => format!("{seconds} s"),
    }
}

/// Fails unless `what` holds.
pub(crate) fn ensure(what: bool, message: &str) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    if what { Ok(()) } else { Err(message.into()) }
}

/// Prints the exchange with a simulator, without its secrets, when `--verbose` asks for it.
pub(crate) fn told(server: &Simulator) {
    trace::exchange(server);
}
