//! Credentials that the service keeps, to get at a system for its users.

use std::fmt;

use auth_core::secret::expose;
use auth_core::{SecretString, Timestamp};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::api::model::{answered, part, read_by_serde};

/// A credential for a system: what the service is told, and what it tells (mostly without the secrets).
///
/// ```
/// use agave::api::Credential;
///
/// let password = Credential {
///     username: Some("me".into()),
///     password: Some("p".to_owned().into()),
///     ..Credential::new("PASSWORD")
/// };
/// assert!(format!("{password:?}").contains("REDACTED"));
/// ```
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Credential {
    /// `PASSWORD`, `SSHKEYS`, `X509`, `TOKEN`, `PAM` or `LOCAL`.
    #[serde(
        rename = "type",
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "answered"
    )]
    pub kind: Option<String>,
    /// The user's name on the system.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "answered")]
    pub username: Option<String>,
    /// The password on the system.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "secret",
        deserialize_with = "answered"
    )]
    pub password: Option<SecretString>,
    /// A credential as a file, as of X.509.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "secret",
        deserialize_with = "answered"
    )]
    pub credential: Option<SecretString>,
    /// The private SSH key.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "secret",
        deserialize_with = "answered"
    )]
    pub private_key: Option<SecretString>,
    /// The public SSH key.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "answered")]
    pub public_key: Option<String>,
    /// Which of the owner's own users it is for.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "answered")]
    pub internal_username: Option<String>,
    /// Where the service gets the credential.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "answered")]
    pub server: Option<CredentialServer>,
    /// Whether it is for whoever has none of his own.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "answered")]
    pub default: Option<bool>,
    /// `STORAGE` or `EXECUTION`, of a credential that the service keeps.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "answered")]
    pub parent_type: Option<String>,
    /// Whether it works, of a credential that the service keeps.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "answered")]
    pub valid: Option<bool>,
    /// When it ends, of a credential that the service keeps.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "answered")]
    pub expiration_date: Option<Timestamp>,
    /// Members that this version does not know. They are not shown, because they may be secret.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Credential {
    /// A credential of a kind: `PASSWORD`, `SSHKEYS`, `X509`, `TOKEN`, `PAM` or `LOCAL`.
    pub fn new(kind: impl Into<String>) -> Self {
        Self { kind: Some(kind.into()), ..Self::default() }
    }
}

read_by_serde!(Credential);

/// A secret, for the service. `Serialize` is the only way in which it gets out.
fn secret<S: Serializer>(secret: &Option<SecretString>, serializer: S) -> Result<S::Ok, S::Error> {
    secret.as_ref().map(expose).serialize(serializer)
}

impl PartialEq for Credential {
    fn eq(&self, other: &Self) -> bool {
        let secrets = |this: &Self| {
            [&this.password, &this.credential, &this.private_key]
                .map(|secret| secret.as_ref().map(expose).map(str::to_owned))
        };
        let plain =
            |this: &Self| Self { password: None, credential: None, private_key: None, ..this.clone() };
        let plain = |this: &Self| serde_json::to_value(plain(this)).ok();
        secrets(self) == secrets(other) && plain(self) == plain(other)
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential")
            .field("kind", &self.kind)
            .field("username", &self.username)
            .field("password", &self.password)
            .field("credential", &self.credential)
            .field("private_key", &self.private_key)
            .field("internal_username", &self.internal_username)
            .field("server", &self.server)
            .field("extra", &self.extra.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

part! {
    /// Where the service gets a credential.
    pub struct CredentialServer {
        /// The host.
        endpoint: Option<String>,
        /// The port.
        port: Option<i64>,
        /// `MYPROXY` or `OA4MP`.
        protocol: Option<String>,
    }
}
