//! Whether and how the cluster's certificate is checked (contract section 3.1, R7 and R11).

use std::path::{Path, PathBuf};

use auth_core::{Environment, Transport};

/// Whether and how the cluster's certificate is checked, on every call: the one for the clock too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum VerifySslCert {
    /// Against the bundle that `REQUESTS_CA_BUNDLE` or `CURL_CA_BUNDLE` names, else the system's certificates.
    #[default]
    Yes,
    /// Not at all. Anybody on the way can then read and change everything, tokens included.
    No,
    /// Against this bundle: a PEM file, or a folder of such files. `~` is the home folder.
    Bundle(PathBuf),
}

impl VerifySslCert {
    pub(super) fn apply(self, transport: Transport, environment: &Environment) -> Transport {
        match self {
            Self::Yes => transport,
            Self::No => {
                tracing::warn!(
                    "certificates are not checked: anybody on the way can read and change everything"
                );
                transport.dangerously_accept_invalid_certificates()
            }
            Self::Bundle(path) => {
                let path = path.to_str().map_or_else(|| path.clone(), |path| environment.expand(path.trim()));
                transport.with_ca_bundle(path)
            }
        }
    }
}

impl From<bool> for VerifySslCert {
    fn from(verify: bool) -> Self {
        if verify { Self::Yes } else { Self::No }
    }
}

impl From<&str> for VerifySslCert {
    fn from(bundle: &str) -> Self {
        Self::Bundle(bundle.into())
    }
}

impl From<String> for VerifySslCert {
    fn from(bundle: String) -> Self {
        Self::Bundle(bundle.into())
    }
}

impl From<&Path> for VerifySslCert {
    fn from(bundle: &Path) -> Self {
        Self::Bundle(bundle.into())
    }
}

impl From<PathBuf> for VerifySslCert {
    fn from(bundle: PathBuf) -> Self {
        Self::Bundle(bundle)
    }
}
