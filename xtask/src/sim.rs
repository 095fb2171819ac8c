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

/// Starts a simulator.
type Serve = fn() -> Result<Served>;

fn serve(only: Option<&str>) -> Result<Vec<Served>> {
    let all: [(&str, Serve); 5] = [
        ("kognic", kognic),
        ("cortex", cortex),
        ("descartes", descartes),
        ("agave", agave),
        ("datakitchen", datakitchen),
    ];
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

fn agave() -> Result<Served> {
    let sim = agave::sim::Sim::start()?;
    let folder = folder()?;
    sim.write_current(folder.path())?;
    Ok(Served {
        // The official SDK finds the file, and then speaks https to port 443, whatever the file says.
        vendor: "agave",
        exports: vec![
            ("AGAVE_CACHE_DIR", folder.path().display().to_string()),
            ("AGAVE_SIM_BASE_URL", sim.base()),
        ],
        _running: Box::new((sim, folder)),
    })
}

fn datakitchen() -> Result<Served> {
    let sim = datakitchen::sim::Sim::start()?;
    let folder = folder()?;
    sim.write_context(folder.path(), "default")?;
    Ok(Served {
        // The vendor's SDK and CLI read no variables of their own: they find the context in the home folder.
        vendor: "datakitchen (the vendor's tools: HOME=$DK_SIM_HOME HTTPS_PROXY=http://127.0.0.1:9 dk kitchen-list)",
        exports: vec![
            ("DK_CLOUD_BASE_URL", sim.base()),
            ("DK_CLOUD_USERNAME", "me@example.com".to_owned()),
            ("DK_CLOUD_PASSWORD", "not-a-real-password".to_owned()),
            ("DK_SIM_HOME", folder.path().display().to_string()),
            ("DKCLI_SKIP_VERSION_CHECK", "1".to_owned()),
        ],
        _running: Box::new((sim, folder)),
    })
}

fn cortex() -> Result<Served> {
    let sim = cortex::sim::Sim::start()?;
    Ok(Served {
        vendor: "cortex",
        // The documented name of the endpoint, and the one that the vendor's SDK reads. The config as JSON text, which the
        // SDK wants and we take too.
        exports: vec![
            ("CORTEX_URI", sim.base()),
            ("CORTEX_URL", sim.base()),
            ("CORTEX_PERSONAL_ACCESS_CONFIG", sim.config_json().to_string()),
            ("CORTEX_PROJECT", "p1".to_owned()),
        ],
        _running: Box::new(sim),
    })
}

fn descartes() -> Result<Served> {
    let sim = descartes::sim::Sim::start()?;
    let folder = folder()?;
    let file = sim.write_token_info(folder.path(), descartes::Flavor::DESCARTES_LABS)?;
    Ok(Served {
        vendor: "descartes",
        // The vendor's SDK and our crate read the same variables.
        exports: vec![
            ("DESCARTESLABS_TOKEN_INFO_PATH", file.display().to_string()),
            ("DESCARTESLABS_IAM_URL", sim.base()),
            ("DESCARTESLABS_PLATFORM_URL", sim.base()),
            ("DESCARTESLABS_APP_URL", sim.base()),
        ],
        _running: Box::new((sim, folder)),
    })
}

fn folder() -> Result<tempfile::TempDir> {
    tempfile::tempdir().map_err(|error| {
        Error::new(auth_core::ErrorKind::File, "no temporary folder can be made").with_source(error)
    })
}
