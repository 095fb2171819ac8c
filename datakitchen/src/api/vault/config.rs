//! Where a vault is.

use auth_core::SecretString;
use auth_core::secret::expose;
use serde_json::{Value, json};

use crate::api::members::lenient;

/// Where the vendor's own vault is.
const VENDORS: &str = "https://vault2.datakitchen.io:8200";

lenient! {
    /// Where a vault is.
    pub struct VaultConfig {
        /// Whether kitchens that are made from this one use it, too.
        pub inheritable: bool = "inheritable",
        /// What all paths begin with, as in `Acme/dev`.
        pub prefix: String = "prefix",
        /// Whether only this kitchen sees it.
        pub private: bool = "private",
        /// As in `custom`.
        pub service: String = "service",
        /// The kitchen that it is inherited from, or this one.
        pub source_kitchen: String = "sourceKitchen",
        /// Its address.
        pub url: String = "url",
    }
}

/// Where a vault shall be, and the token that opens it.
#[derive(Clone, Debug)]
pub struct VaultInputs {
    /// What all paths begin with, as in `Acme/dev`.
    pub prefix: String,
    /// The vault's own token.
    pub token: SecretString,
    /// Its address.
    pub url: String,
    /// Whether only this kitchen sees it.
    pub private: bool,
    /// Whether kitchens that are made from this one use it, too.
    pub inheritable: bool,
}

impl VaultInputs {
    /// The vendor's own vault, inheritable and not private.
    pub fn new(prefix: impl Into<String>, token: impl Into<SecretString>) -> Self {
        let (prefix, token) = (prefix.into(), token.into());
        Self { prefix, token, url: VENDORS.to_owned(), private: false, inheritable: true }
    }

    /// As it is sent.
    pub(super) fn body(&self) -> Value {
        json!({
            "inheritable": self.inheritable, "prefix": self.prefix, "private": self.private, "service": "custom",
            "token": expose(&self.token), "url": self.url,
        })
    }
}
