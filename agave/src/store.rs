//! The client files of the vendor's CLI and SDK, shared with them in both directions (contract section 4.5).

use std::path::PathBuf;
use std::sync::Arc;

use auth_core::store::{FileFormat, FileStore, json};
use auth_core::{Clock, Error, ErrorKind, Result, Token, TokenKey};

use crate::credentials::Credentials;
use crate::entry::{self, Dialect, Identity};
use crate::zone::Zone;

/// The layout of `current` and `.agpy`: a client, or a list of clients.
///
/// Only the entry that a client was restored from is read and written, and of it only the token and its times. An
/// entry that is no longer there is not put back: somebody else has signed in, or signed out.
pub(crate) struct ClientFile {
    identity: Identity,
    dialect: Dialect,
    zone: Zone,
}

impl ClientFile {
    /// The store for credentials that were restored from a file. `None` when they were not, or cannot be told from
    /// others there.
    pub(crate) fn store(restored: &Credentials, zone: Zone, clock: Arc<dyn Clock>) -> Option<FileStore> {
        let (path, dialect): (PathBuf, Dialect) = restored.file.clone()?;
        let format = Self { identity: Identity::of(restored)?, dialect, zone };
        Some(FileStore::new(path, format).clock(clock))
    }
}

impl FileFormat for ClientFile {
    fn read(&self, file: &[u8], _key: &TokenKey) -> Result<Option<Token>> {
        let mut document = json::parse(file)?;
        let Some(entry) = self.identity.find_mut(&mut document, self.dialect, self.zone)? else {
            return Ok(None);
        };
        Ok(entry::read(entry, self.dialect, self.zone).initial_token())
    }

    fn write(&self, file: Option<&[u8]>, _key: &TokenKey, token: &Token) -> Result<Vec<u8>> {
        let gone = |what: &str| {
            Error::new(ErrorKind::Store, what)
                .with_help("somebody signed in or out there; this program goes on with its own session")
        };
        let file = file.ok_or_else(|| gone("it is gone"))?;
        let mut document = json::parse(file)?;
        let entry = self
            .identity
            .find_mut(&mut document, self.dialect, self.zone)?
            .ok_or_else(|| gone("it no longer holds the client that this session was restored from"))?;
        entry::update(entry, token, self.dialect, self.zone);
        let (style, end) = entry::style(file);
        let mut written = style.write(&document)?;
        written.extend_from_slice(end);
        Ok(written)
    }
}
