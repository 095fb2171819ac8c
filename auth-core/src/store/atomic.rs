//! Files that are read whole and replaced whole.
//!
//! A reader meets the old content or the new, never a part of either: the new content goes to a draft in the same
//! folder, reaches the disk, and is then renamed over the old. A crash leaves the old file and perhaps a draft, which
//! nobody reads.
//!
//! Not a goal: order between writers. Of two, the later one stays; who must not lose an update takes a lease.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use secrecy::zeroize::Zeroizing;

use super::place::{create_folder_of, failed, folder_of, follow_links, refused, regular_file, sibling};
use crate::error::Result;
use crate::secret::hex;

/// More than any credential file holds. A larger one is a mistake, and is not read into memory.
const LARGEST: u64 = 16 * 1024 * 1024;
/// Room for one more entry, when a folder is tried out.
const SPARE: usize = 4096;

/// The content of a credential file, or `None` when there is no such file. It is wiped from memory on drop.
///
/// Only regular files of at most 16 MiB are read. This blocks for as long as the disk takes.
pub fn read_file(path: impl AsRef<Path>) -> Result<Option<Zeroizing<Vec<u8>>>> {
    let path = path.as_ref();
    // Looked at before it is opened: opening a pipe would wait for its other end.
    let Some(metadata) = regular_file(path)? else { return Ok(None) };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed("read", path, error)),
    };
    // One byte more than needed: the buffer never grows, and so leaves no copy behind.
    let room = metadata.len().min(LARGEST) as usize + 1;
    let mut bytes = Zeroizing::new(Vec::with_capacity(room));
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| failed("read", path, error))?;
    if bytes.len() as u64 > LARGEST {
        return Err(refused("is larger than 16 MiB", path).with_help("that is no credential file"));
    }
    Ok(Some(bytes))
}

/// Replaces a credential file, or creates it, so that no reader ever meets a part of it.
///
/// The new file has mode 0600, or less where the old one had less, and keeps its owner. A missing folder is created
/// with mode 0700. A symbolic link stays, and the file that it names is replaced. On failure the old file is as it
/// was. This takes no lock, and blocks for as long as the disk takes.
pub fn replace_file(path: impl AsRef<Path>, bytes: impl AsRef<[u8]>) -> Result<()> {
    let target = follow_links(path.as_ref())?;
    create_folder_of(&target)?;
    replace(&target, bytes.as_ref())
}

/// Replaces a file that is no link, in a folder that is there.
pub(super) fn replace(target: &Path, bytes: &[u8]) -> Result<()> {
    let mut draft = Draft::beside(target)?;
    draft
        .file
        .write_all(bytes)
        .and_then(|()| draft.file.sync_all())
        .and_then(|()| fs::rename(&draft.path, target))
        .map_err(|error| failed("write", target, error))?;
    // So that the rename survives a power cut too. Not every file system can do it.
    if cfg!(unix) {
        let _ = File::open(folder_of(target)).and_then(|folder| folder.sync_all());
    }
    Ok(())
}

/// Finds out whether `target` could be replaced now by a file that is a little larger than `held` bytes.
pub(super) fn prove_replaceable(target: &Path, held: usize) -> Result<()> {
    // Real bytes, because a full disk or quota lets a file be created and refuses to fill it.
    let bytes = vec![0; held + SPARE];
    Draft::beside(target)?.file.write_all(&bytes).map_err(|error| failed("write", target, error))
}

/// A new file beside its target, for our eyes only. It is gone on drop, unless it took the target's place.
struct Draft {
    path: PathBuf,
    file: File,
}

impl Draft {
    fn beside(target: &Path) -> Result<Self> {
        #[cfg_attr(not(unix), expect(unused_variables, reason = "modes and owners are Unix's"))]
        let old = regular_file(target)?;
        // Nobody can guess the name, so nobody can put something in its place.
        let mut random = [0; 8];
        aws_lc_rs::rand::fill(&mut random)
            .map_err(|_| refused("cannot be written: the system gives no random numbers", target))?;
        let path = sibling(target, ".", &format!(".{}.tmp", hex(&random)))?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, narrow_mode(old.as_ref()));
        let file = options.open(&path).map_err(|error| failed("write", target, error))?;
        let draft = Self { path, file };
        #[cfg(unix)]
        if let Some(old) = &old {
            draft.keep_owner(old).map_err(|error| failed("keep the owner of", target, error))?;
        }
        Ok(draft)
    }

    /// An administrator who works on a user's file must not take it away from the user.
    #[cfg(unix)]
    fn keep_owner(&self, old: &fs::Metadata) -> io::Result<()> {
        use std::os::unix::fs::{MetadataExt as _, fchown};
        if self.file.metadata()?.uid() == old.uid() {
            return Ok(());
        }
        fchown(&self.file, Some(old.uid()), Some(old.gid()))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // Fails where the draft took the target's place: then there is nothing to remove.
        let _ = fs::remove_file(&self.path);
    }
}

/// For the owner alone, and never more than the old file allowed.
#[cfg(unix)]
fn narrow_mode(old: Option<&fs::Metadata>) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    old.map_or(0o600, |old| old.permissions().mode() & 0o600)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_gone_unless_it_takes_the_place_of_its_target() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("tokens.json");
        let draft = Draft::beside(&target).unwrap();
        let path = draft.path.clone();
        assert!(path.exists() && path.parent() == target.parent());
        drop(draft);
        assert!(!path.exists());
        replace(&target, b"new").unwrap();
        prove_replaceable(&target, 3).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert_eq!(fs::read(&target).unwrap(), b"new");
    }

    #[cfg(unix)]
    #[test]
    fn a_draft_is_for_its_owner_only_before_its_first_byte() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("tokens.json");
        for (old, expected) in [(None, 0o600), (Some(0o666), 0o600), (Some(0o444), 0o400)] {
            if let Some(mode) = old {
                fs::write(&target, "old").unwrap();
                fs::set_permissions(&target, fs::Permissions::from_mode(mode)).unwrap();
            }
            let draft = Draft::beside(&target).unwrap();
            let metadata = draft.file.metadata().unwrap();
            assert_eq!((metadata.permissions().mode() & 0o7777, metadata.len()), (expected, 0));
            let _ = fs::remove_file(&target);
        }
    }
}
