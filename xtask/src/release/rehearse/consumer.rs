//! A project outside of the workspace that depends on one vendor crate from the registry, and is run.

use std::path::PathBuf;
use std::process::Command;

use super::clone::{folder, variables};
use super::registry::Registry;
use super::{NAME, VENDOR, expect};
use crate::release::Result;
use crate::release::workspace::Workspace;

const MAIN: &str = r#"
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (base, credentials) = (arguments.next().ok_or("no base")?, arguments.next().ok_or("no credentials")?);
    let client = kognic::Client::builder().base_url(base).credentials_at(credentials).build()?;
    println!("{} projects", client.projects().list().await?.len());
    Ok(())
}
"#;

/// Builds and runs it against the vendor's simulator; gives what cargo downloaded for it.
pub(super) fn run(workspace: &Workspace, registry: &Registry) -> Result<Vec<String>> {
    let root = folder(workspace, "consumer")?;
    let write = |name: &str, text: &str| {
        let path: PathBuf = root.join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(&path)).map_err(|error| error.to_string())?;
        std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
    };
    let version = registry.published(VENDOR).pop().unwrap_or_default();
    let manifest = format!(
        "[package]\nname = \"consumer\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n[workspace]\n\n\
         [dependencies]\n{VENDOR} = {{ version = \"{version}\", registry = \"{NAME}\" }}\n\
         tokio = {{ version = \"1\", default-features = false, features = [\"macros\", \"rt\"] }}\n"
    );
    write("Cargo.toml", &manifest)?;
    write("src/main.rs", MAIN)?;
    // The versions of all other crates are ours, so that nothing else has to be downloaded or built.
    let lock =
        std::fs::read_to_string(workspace.root.join("Cargo.lock")).map_err(|error| error.to_string())?;
    write("Cargo.lock", &lock)?;

    let simulator = kognic::sim::Sim::start().map_err(|error| error.to_string())?;
    let credentials = simulator.write_credentials(&root).map_err(|error| error.to_string())?;
    registry.take_downloads();
    println!("\n$ cargo run (a project that depends on {VENDOR})");
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .current_dir(&root)
        .args(["run", "--quiet", "--"])
        .arg(simulator.base())
        .arg(&credentials)
        .envs(variables(workspace, registry))
        .output()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        return Err(format!("the project failed:\n{}", String::from_utf8_lossy(&output.stderr)));
    }
    print!("  {printed}");
    expect(printed.ends_with(" projects\n"), || "the project did not list its projects".to_owned())?;
    let mut downloaded = registry.take_downloads();
    downloaded.sort();
    let names: Vec<&str> = downloaded.iter().filter_map(|download| download.split(' ').next()).collect();
    expect(names == ["auth-core", VENDOR], || format!("cargo downloaded {}", downloaded.join(", ")))?;
    Ok(downloaded)
}
