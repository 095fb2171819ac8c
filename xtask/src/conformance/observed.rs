//! What the official SDK did, kept beside the case: `<case>.observed.json`.

use std::path::PathBuf;

use super::case::Case;
use super::record::Record;

fn path(case: &Case) -> PathBuf {
    case.path.with_extension("observed.json")
}

/// Whether something is recorded.
pub(crate) fn exists(case: &Case) -> bool {
    path(case).exists()
}

/// What is recorded.
pub(crate) fn read(case: &Case) -> Option<Record> {
    serde_json::from_str(&std::fs::read_to_string(path(case)).ok()?).ok()
}

/// Records.
pub(crate) fn write(case: &Case, record: &Record) -> Result<(), String> {
    let text = serde_json::to_string_pretty(record).map_err(|error| error.to_string())?;
    std::fs::write(path(case), text + "\n").map_err(|error| format!("{}: {error}", path(case).display()))
}
