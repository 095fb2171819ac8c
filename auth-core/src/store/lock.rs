//! The lock beside a token file: one holder at a time, among threads and among processes.
//!
//! It is a file of its own, `<file>.lock`, because every save puts a new file in the token file's place: a lock on the
//! old one would guard nothing. For the same reason it is never deleted. The system frees the lock of a process that
//! dies.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::blocking::blocking;
use super::place::failed;
use crate::clock::Clock;
use crate::error::{Error, ErrorKind, Result};

/// Between two tries, doubling from the first to the longest. Who renews holds the lock for one token request.
const FIRST_PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_millis(100);
/// `ENOLCK` of Linux, and of the BSDs and macOS: what NFS answers when no lock service runs. It has no [`io::ErrorKind`].
const NO_LOCK_SERVICE: i32 = if cfg!(any(target_os = "linux", target_os = "android")) { 37 } else { 77 };

/// A held lock, until it is dropped.
pub(super) struct FileLock(File);

impl Drop for FileLock {
    fn drop(&mut self) {
        // Closing the file is not enough: a child that is being started may share it for a moment.
        let _ = self.0.unlock();
    }
}

/// What became of a lock that nobody else holds.
pub(super) enum Lock {
    Held(FileLock),
    /// The file system knows no locks.
    Unsupported(io::Error),
    /// The lock file could not be opened or locked.
    Unusable(Error),
}

/// Waits at most `patience` for the lock of `path`, which is created where it is missing.
pub(super) async fn lock(path: PathBuf, patience: Duration, clock: &dyn Clock) -> Result<Lock> {
    let start = clock.now().monotonic;
    let mut pause = FIRST_PAUSE;
    loop {
        let tried = path.clone();
        if let Some(lock) = blocking(move || try_lock(&tried)).await? {
            return Ok(lock);
        }
        let left = patience.saturating_sub(clock.now().monotonic.saturating_sub(start));
        if left.is_zero() {
            return Err(too_long(&path, patience));
        }
        clock.sleep(pause.min(left)).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// `None` while another holds it. The file is opened anew for each try, in case somebody deleted it meanwhile.
fn try_lock(path: &Path) -> Option<Lock> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = match options.open(path) {
        Ok(file) => file,
        Err(error) => return Some(Lock::Unusable(failed("open the lock file", path, error))),
    };
    match file.try_lock() {
        Ok(()) => Some(Lock::Held(FileLock(file))),
        Err(TryLockError::WouldBlock) => None,
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Interrupted => None,
        Err(TryLockError::Error(error)) if is_unsupported(&error) => Some(Lock::Unsupported(error)),
        Err(TryLockError::Error(error)) => Some(Lock::Unusable(failed("lock", path, error))),
    }
}

fn is_unsupported(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::Unsupported
        || (cfg!(unix) && error.raw_os_error() == Some(NO_LOCK_SERVICE))
}

fn too_long(path: &Path, patience: Duration) -> Error {
    let message = format!("{} has been locked by another process for {patience:?}", path.display());
    Error::new(ErrorKind::Store, message)
        .with_help("try again, or end the process that holds it; deleting it does not help")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_system_without_locks_is_told_from_a_failure() {
        assert!(is_unsupported(&io::ErrorKind::Unsupported.into()));
        assert!(!is_unsupported(&io::ErrorKind::PermissionDenied.into()));
        if cfg!(unix) {
            assert!(is_unsupported(&io::Error::from_raw_os_error(NO_LOCK_SERVICE)));
        }
    }
}
