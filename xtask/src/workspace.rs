//! What `cargo metadata` says about the workspace and all it depends on, on Linux.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use cargo_metadata::{CargoOpt, DependencyKind, Metadata, MetadataCommand, NodeDep, Package};

/// The packages, and who depends on whom.
#[derive(Debug)]
pub(crate) struct Workspace {
    metadata: Metadata,
}

impl Workspace {
    /// Asks cargo about the workspace of a folder, with every feature of every member on.
    pub(crate) fn read(folder: &Path) -> Result<Self, String> {
        MetadataCommand::new()
            .current_dir(folder)
            .features(CargoOpt::AllFeatures)
            .other_options(["--filter-platform".to_owned(), "x86_64-unknown-linux-gnu".to_owned()])
            .exec()
            .map(|metadata| Self { metadata })
            .map_err(|error| error.to_string())
    }

    /// The folder of the workspace.
    pub(crate) fn root(&self) -> &Path {
        self.metadata.workspace_root.as_std_path()
    }

    /// The folder that cargo builds into.
    pub(crate) fn target(&self) -> &Path {
        self.metadata.target_directory.as_std_path()
    }

    /// The members of the workspace.
    pub(crate) fn members(&self) -> Vec<&Package> {
        self.metadata.workspace_packages()
    }

    /// The members that are meant for others: all that are libraries, but for xtask.
    pub(crate) fn libraries(&self) -> Vec<&Package> {
        let is_library = |package: &&Package| {
            package.name.as_str() != "xtask" && package.targets.iter().any(|target| target.is_lib())
        };
        self.members().into_iter().filter(is_library).collect()
    }

    /// The vendor crates.
    pub(crate) fn vendors(&self) -> Vec<&Package> {
        self.members().into_iter().filter(|package| package.name.ends_with("-api")).collect()
    }

    /// All that a package reaches by normal dependencies, itself included.
    pub(crate) fn reach(&self, package: &Package) -> Vec<&Package> {
        let nodes =
            self.metadata.resolve.as_ref().map(|resolve| resolve.nodes.as_slice()).unwrap_or_default();
        let is_normal = |dep: &&NodeDep| dep.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal);
        let mut seen = BTreeSet::new();
        let mut open = vec![&package.id];
        while let Some(id) = open.pop() {
            if seen.insert(id) {
                let node = nodes.iter().find(|node| node.id == *id);
                open.extend(
                    node.iter().flat_map(|node| node.deps.iter().filter(is_normal)).map(|dep| &dep.pkg),
                );
            }
        }
        self.metadata.packages.iter().filter(|package| seen.contains(&package.id)).collect()
    }
}

/// The folder of a package.
pub(crate) fn folder(package: &Package) -> &Path {
    let manifest = package.manifest_path.as_std_path();
    manifest.parent().unwrap_or(manifest)
}

/// The name of the library of a package, as code spells it.
pub(crate) fn library(package: &Package) -> String {
    let target = package.targets.iter().find(|target| target.is_lib());
    target.map_or_else(|| package.name.replace('-', "_"), |target| target.name.clone())
}

/// The cargo that runs this program.
pub(crate) fn cargo(folder: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(folder).env("CARGO_TERM_COLOR", "never");
    command
}

/// What a command prints; what it complains of when it fails.
pub(crate) fn output(mut command: Command) -> Result<String, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("{name} cannot be run: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
}
