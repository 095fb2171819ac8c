//! Where tokens are kept between processes.

mod atomic;
mod blocking;
mod file;
pub mod json;
mod lock;
mod place;

use std::any::Any;
use std::fmt;

pub use atomic::{read_file, replace_file};
pub use file::{FileFormat, FileStore};

use crate::BoxFuture;
use crate::error::{Error, Result};
use crate::token::{Token, TokenKey};

/// Where tokens are kept between processes: a file, a keyring, a service that a whole fleet shares.
///
/// The cache takes a lease, loads again (another process may have renewed the token meanwhile), and only then
/// exchanges and saves. A store that cannot lock returns a lease that guards nothing.
pub trait TokenStore: Send + Sync + 'static {
    /// Takes the exclusive right to renew the token of `key`. It is given back when the lease is dropped.
    fn lease<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<Lease>>;

    /// The kept token, expired or not.
    fn load<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<Option<Token>>>;

    /// Keeps a token. All that the store holds beside it stays.
    fn save<'a>(&'a self, key: &'a TokenKey, token: &'a Token, lease: &'a Lease)
    -> BoxFuture<'a, Result<()>>;
}

/// The exclusive right to renew one token, until it is dropped.
pub struct Lease {
    guard: Option<Box<dyn Any + Send + Sync>>,
    writable: Result<()>,
}

impl Lease {
    /// A lease that is held as long as `guard` lives.
    pub fn new(guard: impl Any + Send + Sync) -> Self {
        Self { guard: Some(Box::new(guard)), writable: Ok(()) }
    }

    /// A lease of a store that cannot lock.
    pub fn unguarded() -> Self {
        Self { guard: None, writable: Ok(()) }
    }

    /// What the lease holds, for the store that made it.
    pub fn guard<T: Any>(&self) -> Option<&T> {
        self.guard.as_deref()?.downcast_ref()
    }

    /// With the finding that the store cannot be written, and why.
    pub fn not_writable(mut self, why: Error) -> Self {
        self.writable = Err(why);
        self
    }

    /// Whether the store was found writable when the lease was taken.
    pub fn writable(&self) -> Result<()> {
        self.writable.clone()
    }
}

impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lease")
            .field("guarded", &self.guard.is_some())
            .field("writable", &self.writable)
            .finish_non_exhaustive()
    }
}
