//! The system's keyring, where `kognic-auth credentials put` keeps credentials (contract section 4.4).
//!
//! A store that the program has chosen with [`keyring_core`](https://docs.rs/keyring-core) is asked, else the
//! platform's own. The platform's own belongs to the process's real surroundings: with an [`Environment`] made by hand
//! it is left alone.

use auth_core::{Environment, Error, ErrorKind, Result, SecretString};
#[cfg(feature = "keyring")]
use {
    crate::credentials::{Credentials, entry_of},
    auth_core::store::{json, read_file},
    serde_json::Value,
    std::path::Path,
};

/// The JSON text that is kept for a profile; `None` when there is no such entry.
#[cfg(feature = "keyring")]
pub(crate) fn read(environment: &Environment, profile: &str) -> Result<Option<SecretString>> {
    entry::read(environment.is_system(), profile)
}

/// Without the feature nothing is looked at, and the error says so.
#[cfg(not(feature = "keyring"))]
pub(crate) fn read(_environment: &Environment, _profile: &str) -> Result<Option<SecretString>> {
    Err(not_looked_at("this program was built without the feature `keyring`"))
}

#[cfg(feature = "keyring")]
impl Credentials {
    /// Keeps the credentials of a file in the system's keyring, where the vendor's SDK and `keyring://profile` find
    /// them. The whole file is kept: the vendor's own command loses its scopes.
    pub fn put_in_keyring(
        environment: &Environment,
        profile: &str,
        file: impl AsRef<Path>,
    ) -> crate::Result<()> {
        let path = file.as_ref();
        Self::from_file(path)?;
        let bytes = read_file(path)?.unwrap_or_default();
        // Compact, as the vendor's command writes it.
        let object = json::parse_object(&bytes)?;
        let text = Value::Object(object).to_string();
        entry::write(environment.is_system(), profile, Some(text.into()))
            .map_err(|error| error.context(entry_of(profile)).into())
    }

    /// Takes the credentials of a profile out of the system's keyring.
    pub fn delete_from_keyring(environment: &Environment, profile: &str) -> crate::Result<()> {
        entry::write(environment.is_system(), profile, None)
            .map_err(|error| error.context(entry_of(profile)).into())
    }
}

fn not_looked_at(why: &str) -> Error {
    Error::new(ErrorKind::NoCredentials, format!("not looked at, because {why}"))
}

#[cfg(feature = "keyring")]
mod entry {
    use std::sync::mpsc::{self, RecvTimeoutError};
    use std::time::Duration;

    use auth_core::{Error, ErrorKind, Result, SecretString};

    use super::not_looked_at;

    /// The service under which the vendor's CLI keeps credentials.
    const SERVICE: &str = "kognic-credentials";
    /// A keyring may ask its owner for a password first. Where nobody is there to give it, that must end.
    const PATIENCE: Duration = Duration::from_secs(60);

    /// The text of an entry.
    pub(super) fn read(own_store: bool, profile: &str) -> Result<Option<SecretString>> {
        let profile = profile.to_owned();
        apart(own_store, move || match open(&profile)?.get_password() {
            Ok(json) => Ok(Some(json.into())),
            Err(keyring_core::Error::NoEntry) => Ok(None),
            Err(error) => Err(unusable("read", &error)),
        })
    }

    /// Writes the text of an entry, or takes the entry away.
    pub(super) fn write(own_store: bool, profile: &str, json: Option<SecretString>) -> Result<()> {
        let profile = profile.to_owned();
        apart(own_store, move || {
            let entry = open(&profile)?;
            let written = match &json {
                Some(json) => entry.set_password(auth_core::secret::expose(json)),
                None => entry.delete_credential(),
            };
            match written {
                Ok(()) | Err(keyring_core::Error::NoEntry) => Ok(()),
                Err(error) => Err(unusable("written", &error).with_kind(ErrorKind::Store)),
            }
        })
    }

    /// On a thread of its own, because a keyring may block for as long as it likes.
    fn apart<T: Send + 'static>(
        own_store: bool,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        if !own_store && keyring_core::get_default_store().is_none() {
            return Err(not_looked_at("the surroundings were made by hand"));
        }
        let (sender, answer) = mpsc::channel();
        std::thread::spawn(move || sender.send(work()));
        answer.recv_timeout(PATIENCE).unwrap_or_else(|lost| {
            Err(match lost {
                RecvTimeoutError::Timeout => {
                    let seconds = PATIENCE.as_secs();
                    Error::new(ErrorKind::NoCredentials, format!("it gave no answer within {seconds} s"))
                        .with_help("unlock it first")
                }
                RecvTimeoutError::Disconnected => {
                    Error::new(ErrorKind::NoCredentials, "it cannot be read: reading it panicked")
                }
            })
        })
    }

    fn open(profile: &str) -> Result<keyring_core::Entry> {
        if keyring_core::get_default_store().is_none()
            && let Err(error) = keyring::Entry::store_status()
        {
            return Err(unusable("read", error));
        }
        keyring_core::Entry::new(SERVICE, profile).map_err(|error| unusable("read", &error))
    }

    /// The errors of this library say what failed and never show an entry; they also keep its bytes, so only their text
    /// goes on.
    fn unusable(what: &str, error: &keyring_core::Error) -> Error {
        Error::new(ErrorKind::NoCredentials, format!("it cannot be {what}: {error}"))
    }
}
