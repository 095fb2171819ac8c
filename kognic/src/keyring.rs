//! The system's keyring, where `kognic-auth credentials put` keeps credentials (contract section 4.4).

use auth_core::{Error, ErrorKind, Result};

use crate::credentials::Credentials;

/// The credentials of a profile; `None` when there is no such entry.
#[cfg(feature = "keyring")]
pub(crate) fn credentials(profile: &str) -> Result<Option<Credentials>> {
    let source = format!("the keyring, profile {profile}");
    let unusable = |error: keyring_core::Error| {
        Error::new(ErrorKind::InvalidCredentials, format!("{source}: cannot be read: {error}"))
    };
    // A store that the program has chosen stays; else the platform's own is used.
    if keyring_core::get_default_store().is_none() {
        let _ = keyring::Entry::store_status();
    }
    let entry = keyring_core::Entry::new("kognic-credentials", profile).map_err(unusable)?;
    match entry.get_password() {
        Ok(json) => {
            let json = auth_core::SecretString::from(json);
            Credentials::parse(&source, auth_core::secret::expose(&json).as_bytes()).map(Some)
        }
        Err(keyring_core::Error::NoEntry) => Ok(None),
        Err(error) => Err(unusable(error)),
    }
}

/// Without the feature nothing is looked at, and the error says so.
#[cfg(not(feature = "keyring"))]
pub(crate) fn credentials(_profile: &str) -> Result<Option<Credentials>> {
    Err(Error::new(
        ErrorKind::Configuration,
        "not looked at, because this program was built without the feature `keyring`",
    ))
}
