//! Files below a folder.

use std::path::{Path, PathBuf};

/// The files below a folder whose names are wanted, sorted. No folder: no files.
pub(crate) fn below(folder: &Path, is_wanted: &dyn Fn(&str) -> bool) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    if folder.is_dir() {
        collect(folder, is_wanted, &mut found).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    found.sort();
    Ok(found)
}

fn collect(folder: &Path, is_wanted: &dyn Fn(&str) -> bool, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if path.is_dir() && name != "target" && name != ".git" {
            collect(&path, is_wanted, found)?;
        } else if is_wanted(&name) {
            found.push(path);
        }
    }
    Ok(())
}
