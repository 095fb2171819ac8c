//! What signs a client in (contract section 3). Where it is found: `search.rs`.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use auth_core::secret::expose;
use auth_core::{Error, ErrorKind, Result, SecretString, Timestamp, Token};

/// The seed's server (contract section 1); the SDK has none of its own.
pub(crate) const DEFAULT_API_SERVER: &str = "https://api.tacc.cloud";

/// All that can be known about a client, in the words of the SDK's constructor. Blank text counts as absent.
#[derive(Clone, Default)]
pub(crate) struct Credentials {
    pub(crate) api_server: Option<String>,
    pub(crate) tenant_id: Option<String>,
    pub(crate) username: Option<String>,
    pub(crate) password: Option<SecretString>,
    pub(crate) token_username: Option<String>,
    pub(crate) client_name: Option<String>,
    pub(crate) api_key: Option<String>,
    pub(crate) api_secret: Option<SecretString>,
    pub(crate) token: Option<SecretString>,
    pub(crate) refresh_token: Option<SecretString>,
    pub(crate) created_at: Option<Timestamp>,
    pub(crate) expires_in: Option<Duration>,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) jwt: Option<(String, SecretString)>,
    pub(crate) use_nonce: bool,
    /// Whether the tenant has moved to Tapis v3. Key and secret are then those of a client there.
    pub(crate) tapis_v3: bool,
    pub(crate) verify: Verify,
    /// The file that they were restored from, and how it spells its names.
    pub(crate) file: Option<(PathBuf, Dialect)>,
    /// Where they came from, for errors.
    pub(crate) source: String,
}

/// Whose names a file uses. Both are read everywhere; the file's own win, and are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// `current`: apikey, apisecret, baseurl, tenantid, access_token.
    Cli,
    /// `.agpy`: api_key, api_secret, api_server, tenant_id, token.
    Sdk,
}

/// What a file says about certificates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Verify {
    #[default]
    Usual,
    /// A CA bundle that replaces the usual roots.
    Bundle(String),
    /// No verification. It is not obeyed: see `Builder::restore`.
    Nothing,
}

impl Credentials {
    /// The key and the secret of an OAuth client, where both are there.
    pub(crate) fn api_client(&self) -> Option<(&str, &SecretString)> {
        self.api_key.as_deref().zip(self.api_secret.as_ref())
    }

    /// Username and password, where both are there.
    pub(crate) fn person(&self) -> Option<(&str, &SecretString)> {
        self.username.as_deref().zip(self.password.as_ref())
    }

    /// Whether service calls can be made with them, perhaps after a grant.
    pub(crate) fn can_sign_in(&self) -> bool {
        let can_grant = self.person().is_some() || self.refresh_token.is_some();
        self.token.is_some()
            || self.jwt.is_some()
            || self.use_nonce
            || (self.api_client().is_some() && can_grant)
            || (self.tapis_v3 && self.person().is_some())
    }

    /// The token to begin with. A refresh token alone makes one that has expired, so that it is spent at first use.
    pub(crate) fn initial_token(&self) -> Option<Token> {
        let is_life_known = self.expires_in.is_some() || self.expires_at.is_some();
        let mut token = match (&self.token, &self.refresh_token) {
            (Some(jwt), _) if self.tapis_v3 && !is_life_known => {
                let token = Token::from_stored_jwt(jwt.clone());
                return Some(token.with_refresh_token(self.refresh_token.clone()));
            }
            (Some(access_token), _) => Token::new(access_token.clone()),
            (None, Some(_)) => Token::new("").with_expires_at(Timestamp::UNIX_EPOCH),
            (None, None) => return None,
        };
        token.refresh_token = self.refresh_token.clone();
        if self.token.is_none() {
            return Some(token);
        }
        token.received_at = self.created_at;
        token.lifetime = self.expires_in;
        token.expires_at = match (self.created_at, self.expires_in) {
            (Some(created), Some(life)) => Some(created.saturating_add(life)),
            _ => self.expires_at,
        };
        Some(token)
    }

    /// These, and what they leave open from `other`.
    pub(crate) fn or(self, other: Self) -> Self {
        // A token that is given brings its own life and its own refresh token.
        let life = if self.token.is_some() { self.clone() } else { other.clone() };
        Self {
            api_server: self.api_server.or(other.api_server),
            tenant_id: self.tenant_id.or(other.tenant_id),
            username: self.username.or(other.username),
            password: self.password.or(other.password),
            token_username: self.token_username.or(other.token_username),
            client_name: self.client_name.or(other.client_name),
            api_key: self.api_key.or(other.api_key),
            api_secret: self.api_secret.or(other.api_secret),
            token: life.token,
            refresh_token: self.refresh_token.or(life.refresh_token),
            created_at: life.created_at,
            expires_in: life.expires_in,
            expires_at: life.expires_at,
            jwt: self.jwt.or(other.jwt),
            use_nonce: self.use_nonce || other.use_nonce,
            tapis_v3: self.tapis_v3 || other.tapis_v3,
            verify: other.verify,
            file: other.file,
            source: other.source,
        }
    }

    /// Refuses what cannot work, before anything is sent.
    pub(crate) fn check(&self) -> Result<()> {
        let unusable = |why: &str| Error::new(ErrorKind::Configuration, why);
        let source = &self.source;
        match (&self.api_key, &self.api_secret) {
            (Some(_), None) => {
                return Err(unusable(&format!("{source}: there is an api_key without an api_secret"))
                    .with_help("give both; the secret was shown when the OAuth client was created"));
            }
            (None, Some(_)) => {
                return Err(unusable(&format!("{source}: there is an api_secret without an api_key"))
                    .with_help("give both"));
            }
            _ => {}
        }
        if self.tapis_v3 {
            self.check_for_tapis_v3()?;
        }
        for (name, text) in [("username", &self.username), ("api_key", &self.api_key)] {
            if text.as_deref().is_some_and(|text| text.contains(':')) {
                return Err(unusable(&format!(
                    "{source}: the {name} holds a colon, which HTTP Basic cannot carry"
                )));
            }
        }
        Ok(())
    }

    /// What the two generations do not have in common.
    fn check_for_tapis_v3(&self) -> Result<()> {
        let unusable = |why: &str| Error::new(ErrorKind::Configuration, format!("{}: {why}", self.source));
        if self.api_server.is_none() {
            return Err(unusable("Tapis v3 has no server that serves every tenant").with_help(
                "give .api_server(..) the base URL of the tenant, as in https://tenant.tapis.io",
            ));
        }
        let other = [
            ("a JWT in a header of its own", self.jwt.is_some()),
            ("nonces", self.use_nonce),
            ("token_username", self.token_username.is_some()),
        ];
        match other.into_iter().find(|(_, is_given)| *is_given) {
            Some((what, _)) => Err(unusable(&format!("Tapis v3 does not know {what}"))
                .with_help("leave it out, or leave .tapis_v3() out")),
            None => Ok(()),
        }
    }

    /// What there is and what is missing, without any of it.
    pub(crate) fn inventory(&self) -> String {
        let has = |there: bool| if there { "given" } else { "missing" };
        format!(
            "access token {}, api_key and api_secret {}, username and password {}, refresh token {}",
            has(self.token.is_some()),
            has(self.api_client().is_some()),
            has(self.person().is_some()),
            has(self.refresh_token.is_some()),
        )
    }
}

/// Trimmed, and `None` when there is nothing left.
pub(crate) fn text(value: impl AsRef<str>) -> Option<String> {
    let trimmed = value.as_ref().trim();
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}

/// A token or secret, trimmed. A password is not: blanks may be a part of it.
pub(crate) fn secret(value: &SecretString) -> Option<SecretString> {
    text(expose(value)).map(SecretString::from)
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("api_server", &self.api_server)
            .field("tenant_id", &self.tenant_id)
            .field("username", &self.username)
            .field("client_name", &self.client_name)
            .field("api_key", &self.api_key)
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}
