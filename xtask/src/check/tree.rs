//! The packages of a vendor crate with its default features. Only `cargo tree` knows which features a package has when
//! it is built alone.

use cargo_metadata::Package;

use crate::workspace::{Workspace, cargo, output};

/// Name and version of each package, sorted.
pub(super) fn packages(workspace: &Workspace, package: &Package) -> Result<Vec<String>, String> {
    let mut command = cargo(workspace.root());
    command.args(["tree", "--package", &package.name, "--edges", "normal", "--prefix", "none"]);
    command.args(["--target", "x86_64-unknown-linux-gnu"]);
    let text = output(command).map_err(|error| format!("{}: cargo tree fails: {error}", package.name))?;
    let mut packages: Vec<String> =
        text.lines().map(|line| line.trim_end_matches(" (*)").to_owned()).collect();
    packages.sort_unstable();
    packages.dedup();
    Ok(packages)
}
