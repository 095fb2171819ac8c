//! `cargo xtask`: what the workspace does with itself. Run it without a command to see them all.

#![allow(clippy::disallowed_methods, reason = "a program reads its own environment and clock")]

use std::process::ExitCode;

mod check;
#[cfg(feature = "vendors")]
mod conformance;
#[cfg(feature = "vendors")]
mod demo;
#[cfg(feature = "release")]
mod release;
#[cfg(feature = "vendors")]
mod sim;
mod table;

const USAGE: &str = "\
cargo xtask <command>

  demo [--vendor V] [--verbose]   every vendor crate from credentials to answers, on the simulators
  check [RULE ...]                what no compiler checks: one vendor only, sizes, licences, rooms
  conformance [--vendor V] [--case NAME] [--cases DIR] [--peer] [--sim]
                                  play the recorded cases, and hold the crates against the official SDKs
  release <step> [--execute]      plan, prepare, verify, publish, tag, notes; rehearse them all on loopback
  sim [--vendor V]                serve the simulators on loopback, for use by hand

V is one of: kognic, cortex, descartes, agave, datakitchen.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", [].as_slice()),
    };
    match command {
        "check" => check::run(rest),
        "demo" | "sim" | "conformance" => with_vendors(command, rest),
        "release" if rest.first().is_some_and(|step| step == "rehearse") => with_vendors(command, rest),
        "release" => with_release(rest),
        "help" | "--help" | "-h" => {
            print!("{USAGE}");
            ExitCode::SUCCESS
        }
        unknown => {
            eprintln!("cargo xtask: there is no command `{unknown}`\n\n{USAGE}");
            ExitCode::from(2)
        }
    }
}

#[cfg(feature = "vendors")]
fn with_vendors(command: &str, rest: &[String]) -> ExitCode {
    match command {
        "sim" => sim::run(rest),
        "conformance" => conformance::run(rest),
        "release" => release::rehearse::run(rest.get(1..).unwrap_or_default()),
        _ => demo::run(rest),
    }
}

#[cfg(not(feature = "vendors"))]
fn with_vendors(command: &str, rest: &[String]) -> ExitCode {
    again("vendors", command, rest)
}

#[cfg(feature = "release")]
fn with_release(rest: &[String]) -> ExitCode {
    release::run(rest)
}

#[cfg(not(feature = "release"))]
fn with_release(rest: &[String]) -> ExitCode {
    again("release", "release", rest)
}

/// Runs the same command again, built with a feature that it needs.
#[cfg(not(feature = "vendors"))]
fn again(feature: &str, command: &str, rest: &[String]) -> ExitCode {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = std::process::Command::new(cargo)
        .args(["run", "--quiet", "--package", "xtask", "--features", feature, "--", command])
        .args(rest)
        .status();
    match status {
        Ok(status) => ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)),
        Err(error) => {
            eprintln!("cargo xtask: cargo cannot be run: {error}");
            ExitCode::FAILURE
        }
    }
}
