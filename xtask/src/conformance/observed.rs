//! What the official SDK did, kept beside the case: `<case>.observed.json`.

use std::io::ErrorKind;
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

/// What is recorded; `None` where nothing is. A file that cannot be read is an error, or a broken one would count as
/// the same.
pub(crate) fn read(case: &Case) -> Result<Option<Record>, String> {
    let path = path(case);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(format!("{}: {error}", path.display())),
    };
    let read = serde_json::from_str(&text).map(Some);
    read.map_err(|error| format!("{}: {error}; record it again", path.display()))
}

/// Records.
pub(crate) fn write(case: &Case, record: &Record) -> Result<(), String> {
    let text = serde_json::to_string_pretty(record).map_err(|error| error.to_string())?;
    std::fs::write(path(case), text + "\n").map_err(|error| format!("{}: {error}", path(case).display()))
}
