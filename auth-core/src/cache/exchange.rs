//! One exchange: what runs in the task of its own, from the store's copy to the published token.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::sync::watch;

use super::{EXCHANGE_DEADLINE, Held, Inner, Outcome};
use crate::error::{Error, ErrorKind, Result};
use crate::lifecycle::{Failure, Life, Stage};
use crate::secret::expose;
use crate::store::{Lease, TokenStore};
use crate::token::Token;

/// Runs an exchange and tells everybody who waits. If the runtime ends meanwhile, `outcome` is dropped unsent, and
/// those who wait learn that the exchange was lost.
pub(super) async fn run(inner: Arc<Inner>, outcome: watch::Sender<Option<Outcome>>) {
    let result = tokio::time::timeout(EXCHANGE_DEADLINE, inner.obtain()).await.unwrap_or_else(|_| {
        let seconds = EXCHANGE_DEADLINE.as_secs();
        Err(Error::new(ErrorKind::TokenUnavailable, format!("no token was obtained within {seconds} s")))
    });
    {
        let mut renewal = inner.lock();
        renewal.failure = match &result {
            Ok(_) => None,
            Err(error) => {
                let previous = renewal.failure.as_ref().map(|(failure, _)| failure);
                let failure =
                    Failure::after(previous, error.kind().is_auth(), inner.clock.now(), &inner.policy);
                Some((failure, error.clone()))
            }
        };
        renewal.flight = None;
    }
    if let Err(error) = &result {
        tracing::warn!(%error, key = %inner.source.key(), "a token could not be obtained");
    }
    outcome.send_replace(Some(result));
}

impl Inner {
    async fn obtain(&self) -> Outcome {
        let held = self.current.load_full();
        let Some(store) = &self.store else {
            return self.exchange(held.as_ref().map(|held| &held.token), None).await;
        };
        // A look without the lease first: most processes start while a good token is there.
        if let Some(renewed) = self.adopt_stored(store.as_ref(), held.as_ref()).await.usable() {
            return Ok(renewed);
        }
        let lease = self.lease(store.as_ref()).await?;
        let stored = self.adopt_stored(store.as_ref(), held.as_ref()).await;
        if let Stored::Usable(renewed) = stored {
            return Ok(renewed);
        }
        // Another process may have rotated the refresh token: the store's copy is the newer one.
        let latest = stored.token().or(held.as_ref().map(|held| &held.token));
        if self.source.rotates(latest) && !self.spend_unsaved {
            lease.writable().and(stored.readable()).map_err(|error| {
                error.context("the refresh token was not spent, because its successor could not be saved")
            })?;
        }
        let result = self.exchange(latest, Some(&lease)).await;
        match result {
            // A refusal may mean that another process spent the refresh token between our look and our request.
            Err(error) if error.kind().is_auth() => {
                self.adopt_stored(store.as_ref(), held.as_ref()).await.usable().ok_or(error)
            }
            result => result,
        }
    }

    async fn exchange(&self, held: Option<&Token>, lease: Option<&Lease>) -> Outcome {
        let token = self.source.exchange(held).await?;
        let now = self.clock.now();
        let token = token.received(now);
        // Save before publishing: a rotated refresh token must not be lost, whatever happens next.
        if let (Some(store), Some(lease)) = (&self.store, lease) {
            self.save_under(store.as_ref(), &token, lease).await;
        }
        if let Some(callback) = &self.on_renewed {
            callback(&token);
        }
        let life = Life::of_received(&token, now, &self.policy, self.random.fraction());
        if life.stage(now) == Stage::Gone {
            return Err(Error::new(
                ErrorKind::TokenUnavailable,
                "the service gave a token that has already expired",
            ));
        }
        Ok(self.publish(token, life))
    }

    /// Looks into the store. A token there that is not the one we know is taken over as far as it is valid.
    async fn adopt_stored(&self, store: &dyn TokenStore, held: Option<&Arc<Held>>) -> Stored {
        let token = match store.load(&self.source.key()).await {
            Ok(Some(token)) => token,
            Ok(None) => return Stored::Nothing,
            Err(error) => {
                self.warn("the token store could not be read; going on without it", &error);
                return Stored::Unreadable(error);
            }
        };
        let known = held.filter(|held| expose(&held.token.access_token) == expose(&token.access_token));
        if known.is_some() {
            return Stored::Stale(token);
        }
        let now = self.clock.now();
        let life = Life::of_stored(&token, now, &self.policy, self.random.fraction());
        match life.stage(now) {
            Stage::Fresh | Stage::Due => Stored::Usable(self.publish(token, life)),
            // Valid, though to be renewed: it must survive a failed exchange.
            Stage::Near
                if held.is_none_or(|held| held.rejected.load(Ordering::Acquire) || !held.is_valid(now)) =>
            {
                self.publish(token.clone(), life);
                Stored::Stale(token)
            }
            _ => Stored::Stale(token),
        }
    }

    /// A lease, or an unguarded one where the lock cannot be had and nothing would be lost without it.
    async fn lease(&self, store: &dyn TokenStore) -> Result<Lease> {
        let key = self.source.key();
        match store.lease(&key).await {
            Ok(lease) => Ok(lease),
            Err(error) if self.source.rotates(self.current.load().as_ref().map(|held| &held.token)) => {
                Err(error)
            }
            Err(error) => {
                self.warn("the token store could not be locked; going on without the lock", &error);
                Ok(Lease::unguarded())
            }
        }
    }

    pub(super) async fn save(&self, token: &Token) {
        let Some(store) = &self.store else { return };
        match store.lease(&self.source.key()).await {
            Ok(lease) => self.save_under(store.as_ref(), token, &lease).await,
            Err(error) => self.warn("the token store could not be locked; the token stays in memory", &error),
        }
    }

    async fn save_under(&self, store: &dyn TokenStore, token: &Token, lease: &Lease) {
        let saved = match lease.writable() {
            Ok(()) => store.save(&self.source.key(), token, lease).await,
            Err(error) => Err(error),
        };
        if let Err(error) = saved {
            self.warn("the token could not be saved; it stays in memory", &error);
        }
    }

    /// Tells about a broken store once, not at every renewal.
    fn warn(&self, what: &str, error: &Error) {
        if !self.warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(%error, "{what}");
        }
    }
}

/// What the store holds.
enum Stored {
    Nothing,
    Unreadable(Error),
    /// A token that another process renewed; it is now the current one.
    Usable(Arc<Held>),
    /// The token that we know already, or one that needs to be renewed too.
    Stale(Token),
}

impl Stored {
    fn usable(self) -> Option<Arc<Held>> {
        match self {
            Self::Usable(held) => Some(held),
            _ => None,
        }
    }

    fn token(&self) -> Option<&Token> {
        match self {
            Self::Usable(held) => Some(&held.token),
            Self::Stale(token) => Some(token),
            Self::Nothing | Self::Unreadable(_) => None,
        }
    }

    fn readable(&self) -> Result<()> {
        match self {
            Self::Unreadable(error) => Err(error.clone()),
            _ => Ok(()),
        }
    }
}
