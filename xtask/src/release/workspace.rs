//! The crates that are published, in the order of their dependencies.

use std::path::PathBuf;

use cargo_metadata::{DependencyKind, MetadataCommand, Package};
use semver::Version;

use super::Result;

/// The crates of the workspace that are published.
pub(super) struct Workspace {
    pub(super) root: PathBuf,
    pub(super) target: PathBuf,
    /// What others depend on comes first.
    pub(super) crates: Vec<Crate>,
}

/// One of them.
#[derive(Clone, Debug)]
pub(super) struct Crate {
    pub(super) name: String,
    pub(super) version: Version,
    /// Its folder, below the root.
    pub(super) folder: String,
    /// The other crates of the workspace that it needs.
    pub(super) needs: Vec<String>,
}

impl Crate {
    /// The tag of one of its versions.
    pub(super) fn tag(&self, version: &Version) -> String {
        format!("{}-v{version}", self.name)
    }

    /// The version of its newest tag.
    pub(super) fn last_tagged(&self, tags: &[String]) -> Option<Version> {
        let prefix = format!("{}-v", self.name);
        tags.iter().filter_map(|tag| Version::parse(tag.strip_prefix(&prefix)?).ok()).max()
    }
}

impl Workspace {
    /// Asks cargo.
    pub(super) fn read() -> Result<Self> {
        let metadata =
            MetadataCommand::new().no_deps().exec().map_err(|error| format!("cargo metadata: {error}"))?;
        let published: Vec<&Package> = metadata
            .workspace_packages()
            .into_iter()
            // An empty list of registries is what `publish = false` means.
            .filter(|package| package.publish.as_ref().is_none_or(|registries| !registries.is_empty()))
            .collect();
        let known = |name: &str| published.iter().any(|package| package.name.as_str() == name);
        let mut crates = Vec::new();
        for package in &published {
            let folder = package.manifest_path.parent().and_then(|folder| {
                folder.strip_prefix(&metadata.workspace_root).ok().map(ToString::to_string)
            });
            let needs = package.dependencies.iter().filter(|dependency| {
                dependency.kind != DependencyKind::Development && known(&dependency.name)
            });
            crates.push(Crate {
                name: package.name.to_string(),
                version: package.version.clone(),
                folder: folder.ok_or_else(|| format!("{} lies outside of the workspace", package.name))?,
                needs: needs.map(|dependency| dependency.name.clone()).collect(),
            });
        }
        Ok(Self {
            root: metadata.workspace_root.into(),
            target: metadata.target_directory.into(),
            crates: in_order(crates)?,
        })
    }
}

/// The crates, each after those that it needs; by name where nothing else decides.
fn in_order(mut crates: Vec<Crate>) -> Result<Vec<Crate>> {
    crates.sort_by(|one, other| one.name.cmp(&other.name));
    let mut ordered: Vec<Crate> = Vec::new();
    while !crates.is_empty() {
        let is_there = |need: &String| ordered.iter().any(|done| done.name == *need);
        let Some(next) = crates.iter().position(|krate| krate.needs.iter().all(is_there)) else {
            let names: Vec<&str> = crates.iter().map(|krate| krate.name.as_str()).collect();
            return Err(format!("{} need each other", names.join(", ")));
        };
        ordered.push(crates.remove(next));
    }
    Ok(ordered)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn krate(name: &str, needs: &[&str]) -> Crate {
        let needs = needs.iter().map(|need| (*need).to_owned()).collect();
        Crate { name: name.into(), version: Version::new(0, 1, 0), folder: name.into(), needs }
    }

    #[test]
    fn what_others_need_comes_first() {
        let crates = vec![krate("b-api", &["core"]), krate("core", &[]), krate("a-api", &["core"])];
        let names: Vec<String> = in_order(crates).unwrap().into_iter().map(|krate| krate.name).collect();
        assert_eq!(names, ["core", "a-api", "b-api"]);
        let circle = in_order(vec![krate("a", &["b"]), krate("b", &["a"])]);
        assert_eq!(circle.unwrap_err(), "a, b need each other");
    }

    #[test]
    fn the_newest_tag_is_the_highest_version() {
        let tags = ["a-v0.9.0", "a-v0.10.0", "a-b-v3.0.0", "a-vx"].map(str::to_owned);
        assert_eq!(krate("a", &[]).last_tagged(&tags), Some(Version::new(0, 10, 0)));
        assert_eq!(krate("c", &[]).last_tagged(&tags), None);
    }
}
