//! The default `Auth` of the process.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Auth;
use crate::error::Result;

/// The only state of this crate that belongs to the process.
static DEFAULT: Mutex<Option<Auth>> = Mutex::new(None);

impl Auth {
    /// The `Auth` that the whole process shares: the one that was set, else
    /// [`Auth::from_environment_or_token_json`], made once.
    pub fn default_auth() -> Result<Self> {
        let mut default = lock();
        if let Some(auth) = &*default {
            return Ok(auth.clone());
        }
        // Made under the lock: two threads that come first get the same one.
        Ok(default.insert(Self::from_environment_or_token_json()?).clone())
    }

    /// Replaces the default `Auth`; `None` forgets it. Clients that were made earlier keep theirs.
    pub fn set_default_auth(auth: impl Into<Option<Self>>) {
        *lock() = auth.into();
    }
}

fn lock() -> MutexGuard<'static, Option<Auth>> {
    DEFAULT.lock().unwrap_or_else(PoisonError::into_inner)
}
