//! `cargo xtask release rehearse`: every step, twice, against a registry on loopback, in a clone of what is committed.
//! At the end a project outside of the workspace depends on one vendor crate from that registry, and is run.

mod clone;
mod consumer;
mod home;
mod registry;

use std::process::ExitCode;
use std::time::Duration;

use auth_core::sim::{Fault, Gate};

use super::Result;
use super::workspace::Workspace;
use crate::table::{Table, colours};
use clone::Clone;
use home::CargoHome;
use registry::{Registry, UPLOAD, too_many};

/// How cargo knows the registry.
const NAME: &str = "rehearsal";
/// The vendor crate that is changed for the second release, and that the project at the end depends on.
const VENDOR: &str = "kognic-api";
/// How long a step may take. Packing builds all crates.
const LONGEST: Duration = Duration::from_secs(900);

pub(crate) fn run(arguments: &[String]) -> ExitCode {
    if !arguments.is_empty() {
        eprintln!("cargo xtask release rehearse takes no options");
        return ExitCode::from(2);
    }
    match rehearse() {
        Ok(table) => {
            println!("\n{}", table.render(|_| Some(true), colours()));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("cargo xtask release rehearse: {error}");
            ExitCode::FAILURE
        }
    }
}

fn rehearse() -> Result<Table> {
    let workspace = Workspace::read()?;
    let names: Vec<&str> = workspace.crates.iter().map(|krate| krate.name.as_str()).collect();
    let _tidy = CargoHome::look();
    let registry = Registry::start()?;
    let clone = Clone::make(&workspace, &registry)?;
    let mut table = Table::new(["what was rehearsed", "what came of it"]);

    first_release(&clone, &registry, &names)?;
    table.row(["first release of all crates".into(), registry.told()]);
    refusals(&clone, &registry)?;
    table.row([
        "what must be refused".into(),
        "a dirty tree, a wrong branch, no token, nothing verified".into(),
    ]);
    second_release(&clone, &registry)?;
    table.row(["second release, cut off and resumed".into(), registry.told()]);
    let downloaded = consumer::run(&workspace, &registry)?;
    table
        .row([format!("a project that depends on {VENDOR}"), format!("ran, with {}", downloaded.join(", "))]);
    Ok(table)
}

/// Releases all crates at the versions that they have.
fn first_release(clone: &Clone, registry: &Registry, names: &[&str]) -> Result<()> {
    clone.step(&["plan"])?;
    clone.step(&["prepare", "--execute"])?;
    clone.step(&["publish"])?;
    clone.refused(&["publish", "--execute"], "was not verified")?;
    clone.step(&["verify"])?;
    clone.refused_without_token(&["publish", "--execute"], "there is no token")?;
    // Names that are new are paced, and a registry may want no more for now.
    registry.faults().next(UPLOAD, too_many()).skip(2);
    clone.step(&["publish", "--execute", "--pace", "1"])?;
    clone.step(&["tag", "--execute"])?;
    clone.step(&["notes"])?;
    for name in names {
        expect(registry.published(name).len() == 1, || format!("{name} was not published once"))?;
    }
    let before = registry.uploads();
    clone.step(&["publish", "--execute"])?;
    expect(registry.uploads() == before, || "what was there already was sent again".to_owned())?;
    clone.step(&["plan"]).and_then(|printed| {
        expect(printed.contains("nothing has changed"), || {
            format!("after the release the plan is:\n{printed}")
        })
    })
}

/// What every step that changes something refuses.
fn refusals(clone: &Clone, registry: &Registry) -> Result<()> {
    clone.write("notes.txt", "not committed")?;
    for step in ["prepare", "verify", "publish", "tag"] {
        clone.refused(&[step, "--execute"], "changes that are not committed")?;
    }
    clone.remove("notes.txt")?;
    clone.git(&["switch", "--quiet", "--create", "aside"])?;
    clone.refused(&["prepare", "--execute"], "releases are made from `main`")?;
    clone.git(&["switch", "--quiet", "main"])?;
    registry.faults().next("GET /index/**", Fault::ResetBeforeReply).times(20);
    clone.refused(&["publish"], "try again later")?;
    registry.faults().clear();
    registry.yank("auth-core", true);
    clone.refused(&["publish"], "was yanked")?;
    registry.yank("auth-core", false);
    Ok(())
}

/// Changes what all need and one vendor crate, and is cut off while it publishes the first of them.
fn second_release(clone: &Clone, registry: &Registry) -> Result<()> {
    let item = "/// Made by a rehearsal.\npub const REHEARSED: bool = true;";
    clone.change(
        "auth-core",
        item,
        "pub const auth_core::REHEARSED: bool",
        "feat: a new item of the core",
    )?;
    // The vendor crate needs what is new in the core, so that its requirement must have been raised.
    let item = "#[doc(inline)]\npub use auth_core::REHEARSED;";
    clone.change("kognic", item, "pub const kognic::REHEARSED: bool", "fix: a vendor crate that needs it")?;
    clone.step(&["prepare", "--execute"])?;
    clone.step(&["verify"])?;
    // The registry takes the first crate, but its answer never comes: nobody knows whether it is there.
    let held = Gate::new();
    registry.faults().next(UPLOAD, Fault::Hold(held.clone()).after_handling());
    clone.cut_off(&["publish", "--execute"], || registry.published("auth-core").len() == 2)?;
    held.open();
    clone.step(&["publish", "--execute"])?;
    clone.step(&["tag", "--execute"])?;
    for (name, versions) in [("auth-core", 2), (VENDOR, 2), ("agave-api", 1)] {
        let published = registry.published(name);
        expect(published.len() == versions, || format!("{name} is there in {} versions", published.len()))?;
    }
    Ok(())
}

fn expect(good: bool, otherwise: impl FnOnce() -> String) -> Result<()> {
    if good { Ok(()) } else { Err(otherwise()) }
}
