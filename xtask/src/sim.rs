//! `cargo xtask sim`: the simulators on loopback, for use by hand, with the variables that lead to them.

use std::process::ExitCode;

use auth_core::{Error, Result};

/// A simulator that runs, and what to export so that the vendor's tools and our crate find it.
struct Served {
    vendor: &'static str,
    exports: Vec<(&'static str, String)>,
    /// Keeps it running.
    _running: Box<dyn std::any::Any>,
}

pub(crate) fn run(arguments: &[String]) -> ExitCode {
    let only = match arguments {
        [] => None,
        [option, vendor] if option == "--vendor" => Some(vendor.as_str()),
        _ => {
            eprintln!("cargo xtask sim: usage: cargo xtask sim [--vendor V]");
            return ExitCode::from(2);
        }
    };
    match serve(only) {
        Ok(served) if served.is_empty() => {
            eprintln!("cargo xtask sim: there is no simulator for `{}`", only.unwrap_or_default());
            ExitCode::from(2)
        }
        Ok(served) => {
            for served in &served {
                println!("# {}", served.vendor);
                for (name, value) in &served.exports {
                    println!("export {name}='{value}'");
                }
            }
            println!("# serving until interrupted (Ctrl-C)");
            loop {
                std::thread::park();
            }
        }
        Err(error) => {
            eprintln!("cargo xtask sim: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(only: Option<&str>) -> Result<Vec<Served>> {
    let all: [(&str, fn() -> Result<Served>); 1] = [("kognic", kognic)];
    all.into_iter()
        .filter(|(vendor, _)| only.is_none_or(|only| only == *vendor))
        .map(|(_, serve)| serve())
        .collect()
}

fn kognic() -> Result<Served> {
    let sim = kognic::sim::Sim::start()?;
    let folder = folder()?;
    let credentials = sim.write_credentials(folder.path())?;
    Ok(Served {
        vendor: "kognic (pass the base URL to Client::builder().base_url(..))",
        exports: vec![
            ("KOGNIC_CREDENTIALS", credentials.display().to_string()),
            ("KOGNIC_SIM_BASE_URL", sim.base()),
        ],
        _running: Box::new((sim, folder)),
    })
}

fn folder() -> Result<tempfile::TempDir> {
    tempfile::tempdir().map_err(|error| {
        Error::new(auth_core::ErrorKind::File, "no temporary folder can be made").with_source(error)
    })
}
