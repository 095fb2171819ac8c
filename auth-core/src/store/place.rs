//! Where a credential file is: behind its links, in its folder, with its neighbours. And what to say when it is not.

use std::ffi::OsString;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind, Result};

/// As many as Linux follows.
const MOST_LINKS: usize = 40;

/// The file that `path` names in the end, which need not exist. Links among its folders are left alone.
pub(super) fn follow_links(path: &Path) -> Result<PathBuf> {
    let mut target = path.to_owned();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&target) {
            Ok(next) => target = folder_of(&target).join(next),
            // No link, or nothing at all. What else may be wrong shows when the file is used.
            Err(_) => return Ok(target),
        }
    }
    Err(refused("leads through too many symbolic links", path).with_help("make it point at a file"))
}

/// The folder of `target`.
pub(super) fn folder_of(target: &Path) -> &Path {
    match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Creates the folder of `target` where it is missing, closed to other users.
pub(super) fn create_folder_of(target: &Path) -> Result<()> {
    let folder = folder_of(target);
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|error| failed("create the folder", folder, error))
}

/// The neighbour of `target` whose name begins with `prefix` and ends with `suffix`.
pub(super) fn sibling(target: &Path, prefix: &str, suffix: &str) -> Result<PathBuf> {
    let name = target.file_name().ok_or_else(|| {
        refused("does not name a file", target).with_help("give the path of a file, not of a folder")
    })?;
    let mut sibling = OsString::from(prefix);
    sibling.push(name);
    sibling.push(suffix);
    Ok(target.with_file_name(sibling))
}

/// What there is to know about a file, or `None` when there is no such file. An error when it is a folder or a pipe.
pub(super) fn regular_file(path: &Path) -> Result<Option<Metadata>> {
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => Ok(Some(metadata)),
        Ok(_) => Err(refused("is not a regular file", path).with_help("give the path of a file")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed("read", path, error)),
    }
}

/// What could not be done to which file, why, and what helps.
pub(super) fn failed(doing: &str, path: &Path, error: io::Error) -> Error {
    let help = match error.kind() {
        io::ErrorKind::PermissionDenied => "check the owner and the mode of the file and its folder",
        io::ErrorKind::ReadOnlyFilesystem => "it is on a read-only file system; choose another place",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "free some space",
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
            "a part of the path is a file where a folder is needed; choose another place"
        }
        _ => "check the path",
    };
    Error::new(ErrorKind::Store, format!("cannot {doing} {}", path.display()))
        .with_help(help)
        .with_source(error)
}

/// What is wrong with a file.
pub(super) fn refused(why: &str, path: &Path) -> Error {
    Error::new(ErrorKind::Store, format!("{} {why}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_file_name_is_in_the_working_folder() {
        assert_eq!(folder_of(Path::new("tokens.json")), Path::new("."));
        assert_eq!(sibling(Path::new("tokens.json"), "", ".lock").unwrap(), Path::new("tokens.json.lock"));
        assert_eq!(sibling(Path::new("/a/b"), ".", ".tmp").unwrap(), Path::new("/a/.b.tmp"));
        assert!(sibling(Path::new("/"), "", ".lock").is_err());
    }
}
