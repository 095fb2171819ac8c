//! Cargo's own folder, which keeps what it downloads from each registry: what a rehearsal leaves there is removed.

use std::collections::BTreeSet;
use std::path::PathBuf;

/// What was there before the rehearsal.
pub(super) struct CargoHome {
    before: BTreeSet<PathBuf>,
}

impl CargoHome {
    pub(super) fn look() -> Self {
        Self { before: loopback_registries() }
    }
}

impl Drop for CargoHome {
    fn drop(&mut self) {
        for folder in loopback_registries().difference(&self.before) {
            // It is a cache: what stays does no harm.
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

/// The folders of registries on loopback, which cargo names by their host.
fn loopback_registries() -> BTreeSet<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo"))).unwrap_or_default();
    let kinds = ["cache", "index", "src"].map(|kind| home.join("registry").join(kind));
    let folders = kinds.iter().filter_map(|kind| std::fs::read_dir(kind).ok()).flatten().flatten();
    let is_loopback = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("127.0.0.1-"))
    };
    folders.map(|folder| folder.path()).filter(is_loopback).collect()
}
