//! Tokens in a file that other programs read and write too.
//!
//! Goals: a save never loses what another process saved, what another program keeps in the same file, or the file
//! itself; nobody but its owner can read it; nobody meets a half-written one. The layout is the vendor's, given as a
//! [`FileFormat`].
//!
//! Not a goal: guarding against programs that take no lock. Between our reading and our renaming, their write is lost.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Once};
use std::time::Duration;

use secrecy::zeroize::Zeroizing;

use super::atomic::{prove_replaceable, read_file, replace};
use super::blocking::blocking;
use super::lock::{FileLock, Lock, lock};
use super::place::{create_folder_of, follow_links, sibling};
use super::{Lease, TokenStore};
use crate::BoxFuture;
use crate::clock::{Clock, SystemClock};
use crate::error::{Error, ErrorKind, Result};
use crate::token::{Token, TokenKey};

/// How long a lease is waited for, unless the caller says otherwise. Longer than a token request usually takes.
const LEASE_DEADLINE: Duration = Duration::from_secs(30);

/// The layout of a token file: bytes in, bytes out. All reading, locking and writing is [`FileStore`]'s.
///
/// Errors say what is wrong and where, and never show what the file holds. [`super::json`] helps with JSON. A file
/// that is nothing but the token looks like this:
///
/// ```
/// use auth_core::secret::expose;
/// use auth_core::store::FileFormat;
/// use auth_core::{Error, ErrorKind, Result, Token, TokenKey};
///
/// struct BareToken;
///
/// impl FileFormat for BareToken {
///     fn read(&self, file: &[u8], _key: &TokenKey) -> Result<Option<Token>> {
///         let text = str::from_utf8(file).map_err(|_| Error::new(ErrorKind::Store, "it is not text"))?.trim();
///         Ok((!text.is_empty()).then(|| Token::from_stored_jwt(text)))
///     }
///
///     fn write(&self, file: Option<&[u8]>, key: &TokenKey, token: &Token) -> Result<Vec<u8>> {
///         // What is there must be a token of ours: something else would be lost.
///         file.map(|file| self.read(file, key)).transpose()?;
///         Ok(expose(&token.access_token).into())
///     }
/// }
/// ```
pub trait FileFormat: Send + Sync + 'static {
    /// The token of `key` in a file that holds `file`, expired or not. `None` when the file has no token of this key.
    fn read(&self, file: &[u8], key: &TokenKey) -> Result<Option<Token>>;

    /// What the file shall hold, so that it has `token` for `key` and still all else. `file` is what it holds now;
    /// `None` when there is no file. An error when that cannot be kept: then the file is left alone.
    fn write(&self, file: Option<&[u8]>, key: &TokenKey, token: &Token) -> Result<Vec<u8>>;
}

/// A [`TokenStore`] in a file: locked, replaced whole, for its owner only.
///
/// The lock is `<file>.lock` beside it, created when a lease is first taken, and never deleted. Where the file system
/// knows no locks, leases guard nothing, after one warning.
#[derive(Clone)]
pub struct FileStore {
    file: TokenFile,
    clock: Arc<dyn Clock>,
    lease_deadline: Duration,
    lock_warning: Arc<Once>,
}

impl FileStore {
    /// A store in the file `path`, laid out as `format` says. Nothing is read or created yet.
    pub fn new(path: impl AsRef<Path>, format: impl FileFormat) -> Self {
        Self {
            file: TokenFile { path: path.as_ref().into(), format: Arc::new(format) },
            clock: Arc::new(SystemClock::new()),
            lease_deadline: LEASE_DEADLINE,
            lock_warning: Arc::new(Once::new()),
        }
    }

    /// Where the time comes from while a lease is waited for.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// How long a lease is waited for while another process holds it. 30 s unless set.
    pub fn lease_deadline(mut self, deadline: Duration) -> Self {
        self.lease_deadline = deadline;
        self
    }

    /// The file, as it was given.
    pub fn path(&self) -> &Path {
        &self.file.path
    }

    /// An error only where waiting may help. A place that cannot be written is a finding of the lease.
    async fn take_lease(&self, key: &TokenKey) -> Result<Lease> {
        let file = self.file.clone();
        let lock_path = match blocking(move || file.prepare()).await? {
            Ok(lock_path) => lock_path,
            Err(why) => return Ok(Lease::unguarded().not_writable(why)),
        };
        let lease = match lock(lock_path, self.lease_deadline, self.clock.as_ref()).await? {
            Lock::Held(lock) => Lease::new(Arc::new(lock)),
            Lock::Unsupported(error) => {
                self.warn_of_missing_locks(&error);
                Lease::unguarded()
            }
            Lock::Unusable(why) => return Ok(Lease::unguarded().not_writable(why)),
        };
        let (file, key) = (self.file.clone(), key.clone());
        Ok(match blocking(move || file.prove_writable(&key)).await? {
            Ok(()) => lease,
            Err(why) => lease.not_writable(why),
        })
    }

    fn warn_of_missing_locks(&self, error: &std::io::Error) {
        self.lock_warning.call_once(|| {
            let path = self.path().display();
            tracing::warn!(%path, %error, "files cannot be locked here: processes may renew the same token twice");
        });
    }
}

impl TokenStore for FileStore {
    fn lease<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<Lease>> {
        Box::pin(self.take_lease(key))
    }

    fn load<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<Option<Token>>> {
        let (file, key) = (self.file.clone(), key.clone());
        Box::pin(async move { blocking(move || file.load(&key)).await? })
    }

    fn save<'a>(
        &'a self,
        key: &'a TokenKey,
        token: &'a Token,
        lease: &'a Lease,
    ) -> BoxFuture<'a, Result<()>> {
        let (file, key, token) = (self.file.clone(), key.clone(), token.clone());
        let lock = lease.guard::<Arc<FileLock>>().cloned();
        Box::pin(async move {
            blocking(move || {
                let saved = file.save(&key, &token);
                // Not before: a caller that stops waiting and drops the lease does not stop the writing.
                drop(lock);
                saved
            })
            .await?
        })
    }
}

impl fmt::Debug for FileStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileStore")
            .field("path", &self.path())
            .field("lease_deadline", &self.lease_deadline)
            .finish_non_exhaustive()
    }
}

/// The file and its layout. Every method blocks.
#[derive(Clone)]
struct TokenFile {
    path: Arc<Path>,
    format: Arc<dyn FileFormat>,
}

impl TokenFile {
    /// Makes the folder ready and names the lock file. The lock belongs to the file itself: whoever comes by another
    /// link meets the same one.
    fn prepare(&self) -> Result<PathBuf> {
        let target = follow_links(&self.path)?;
        create_folder_of(&target)?;
        sibling(&target, "", ".lock")
    }

    /// Finds out whether a save would succeed now, as far as that can be known without one.
    fn prove_writable(&self, key: &TokenKey) -> Result<()> {
        let target = follow_links(&self.path)?;
        let current = read_file(&target)?;
        if let Some(file) = &current {
            self.rehearse(file, key).map_err(|error| self.cannot("keep", error))?;
        }
        prove_replaceable(&target, current.map_or(0, |current| current.len()))
    }

    /// Writes the held token again, to nowhere: where that fails, a new one would fail too.
    fn rehearse(&self, file: &[u8], key: &TokenKey) -> Result<()> {
        if let Some(token) = self.format.read(file, key)? {
            Zeroizing::new(self.format.write(Some(file), key, &token)?);
        }
        Ok(())
    }

    fn load(&self, key: &TokenKey) -> Result<Option<Token>> {
        match read_file(&self.path)? {
            Some(file) => self.format.read(&file, key).map_err(|error| self.cannot("read", error)),
            None => Ok(None),
        }
    }

    fn save(&self, key: &TokenKey, token: &Token) -> Result<()> {
        let target = follow_links(&self.path)?;
        create_folder_of(&target)?;
        let current = read_file(&target)?;
        let held = current.as_ref().map(|current| current.as_slice());
        let new = self.format.write(held, key, token).map_err(|error| self.cannot("write", error))?;
        let new = Zeroizing::new(new);
        if held == Some(new.as_slice()) {
            return Ok(());
        }
        replace(&target, &new)
    }

    fn cannot(&self, doing: &str, error: Error) -> Error {
        error
            .with_kind(ErrorKind::Store)
            .context(format_args!("cannot {doing} the token file {}", self.path.display()))
    }
}
