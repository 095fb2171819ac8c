//! Who the user is: credentials, and a token that renews itself.

mod builder;
mod default;

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use auth_core::settings::Ready;
use auth_core::{Base, Error, ErrorKind, SecretString, TokenCache};

pub use builder::AuthBuilder;

use crate::error::Result;
use crate::flavor::Flavor;
use crate::payload::Payload;

/// Who the user is: credentials, and a token that renews itself. Cheap to clone; clones share the token.
///
/// ```no_run
/// # async fn example() -> descartes::Result<()> {
/// let auth = descartes::Auth::from_environment_or_token_json()?;
/// println!("{} is {}", auth.payload().await?.name().unwrap_or("somebody"), auth.namespace().await?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Auth {
    inner: Arc<Inner>,
}

struct Inner {
    cache: TokenCache,
    flavor: Flavor,
    /// The name of the platform's environment, when one was given.
    env: Option<String>,
    domain: Base,
    login_url: String,
    client_id: Option<String>,
    secret: Option<SecretString>,
    ready: Ready,
    file: Option<std::path::PathBuf>,
}

impl Auth {
    /// The credentials that variables or the token information file hold. Reads them; no network.
    ///
    /// Missing credentials are no error yet: they are when a token is asked for.
    pub fn from_environment_or_token_json() -> Result<Self> {
        Self::builder().build()
    }

    /// Credentials, domain, files and settings of its own.
    pub fn builder() -> AuthBuilder {
        AuthBuilder::default()
    }

    /// The current token, renewed if necessary.
    ///
    /// [`Error::Auth`](crate::Error::Auth) when credentials are incomplete, [`Error::Oauth`](crate::Error::Oauth) when
    /// a token cannot be obtained. A failure to renew a token that is still valid is no error: that token is the answer.
    pub async fn token(&self) -> Result<SecretString> {
        Ok(self.inner.cache.get().await?.token().access_token.clone())
    }

    /// What the token says about the user. The token that is held is read, though it may have expired; without one, a
    /// token is obtained.
    pub async fn payload(&self) -> Result<Payload> {
        let held = match self.inner.cache.peek() {
            Some(held) => held,
            None => self.inner.cache.get().await?,
        };
        Ok(Payload::decode(&held.token().access_token, self.inner.flavor)?)
    }

    /// The user's namespace, as in `user:<namespace>`; see [`Payload::namespace`].
    pub async fn namespace(&self) -> Result<String> {
        Ok(self.payload().await?.namespace()?)
    }

    /// Every subject that stands for the user in access lists; see [`Payload::all_acl_subjects`].
    pub async fn all_acl_subjects(&self) -> Result<Vec<String>> {
        Ok(self.payload().await?.all_acl_subjects()?)
    }

    /// [`Auth::all_acl_subjects`] without duplicates, sorted.
    pub async fn all_acl_subjects_as_set(&self) -> Result<BTreeSet<String>> {
        Ok(self.payload().await?.all_acl_subjects_as_set()?)
    }

    /// Every subject by which the user owns things; see [`Payload::all_owner_acl_subjects`].
    pub async fn all_owner_acl_subjects(&self) -> Result<Vec<String>> {
        Ok(self.payload().await?.all_owner_acl_subjects()?)
    }

    /// [`Auth::all_owner_acl_subjects`] without duplicates, sorted.
    pub async fn all_owner_acl_subjects_as_set(&self) -> Result<BTreeSet<String>> {
        Ok(self.payload().await?.all_owner_acl_subjects_as_set()?)
    }

    /// The organizations that the user administers; see [`Payload::org_admins`].
    pub async fn get_org_admins(&self) -> Result<Vec<String>> {
        Ok(self.payload().await?.org_admins()?)
    }

    /// The resources that the user administers; see [`Payload::resource_admins`].
    pub async fn get_resource_admins(&self) -> Result<Vec<String>> {
        Ok(self.payload().await?.resource_admins()?)
    }

    /// The public half of the credentials.
    pub fn client_id(&self) -> Option<&str> {
        self.inner.client_id.as_deref()
    }

    /// Where tokens come from.
    pub fn domain(&self) -> &Base {
        &self.inner.domain
    }

    /// Descartes Labs or EarthOne.
    pub fn flavor(&self) -> Flavor {
        self.inner.flavor
    }

    /// The file that keeps the token between processes, if one does.
    pub fn token_file(&self) -> Option<&Path> {
        self.inner.file.as_deref()
    }

    /// Where a person logs in, and gets the text that [`TokenInfo::from_pasted`](crate::TokenInfo::from_pasted) reads.
    pub fn login_url(&self) -> &str {
        &self.inner.login_url
    }

    /// Client id and secret, for the one call that hands them on.
    pub(crate) fn credentials(&self) -> Result<(&str, &SecretString)> {
        match (&self.inner.client_id, &self.inner.secret) {
            (Some(client_id), Some(secret)) => Ok((client_id, secret)),
            _ => {
                let what = "this call needs a client id and its secret, and there is only a token";
                let help = "give both, or check whether the service already has some";
                Err(Error::new(ErrorKind::NoCredentials, what).with_help(help).into())
            }
        }
    }

    pub(crate) fn cache(&self) -> &TokenCache {
        &self.inner.cache
    }

    pub(crate) fn ready(&self) -> &Ready {
        &self.inner.ready
    }

    pub(crate) fn env(&self) -> Option<&str> {
        self.inner.env.as_deref()
    }
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Auth")
            .field("flavor", &self.inner.flavor.name)
            .field("domain", &self.inner.domain)
            .field("client_id", &self.inner.client_id)
            .field("token_file", &self.inner.file)
            .field("cache", &self.inner.cache)
            .finish_non_exhaustive()
    }
}
