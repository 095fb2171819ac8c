//! The cache and its store: who renews, who takes over what another process has renewed, and what is saved.
//!
//! A look first without the lease, because most processes start while a good token is there. Then, under the lease:
//! look again, find out whether a successor can be saved, exchange, save, publish.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use super::flight::Outcome;
use super::{Held, Inner};
use crate::error::{Error, Result};
use crate::lifecycle::{Life, Stage};
use crate::secret::expose;
use crate::store::{Lease, TokenStore};
use crate::token::Token;

impl Inner {
    pub(super) async fn obtain_with(&self, store: &dyn TokenStore, forced: bool) -> Outcome {
        let first = self.look(store).await;
        if let Some(renewed) = first.ok().flatten().and_then(|token| self.take_over(token))
            && !forced
        {
            return Ok(renewed);
        }
        let lease = store.lease(&self.source.key()).await;
        let stored = self.look(store).await;
        // Another process was faster.
        if let Some(renewed) = stored.as_ref().ok().cloned().flatten().and_then(|token| self.take_over(token))
        {
            return Ok(renewed);
        }
        let held = self.held();
        let (stored, readable) = match stored {
            Ok(stored) => (stored, Ok(())),
            Err(error) => (None, Err(error)),
        };
        // Another process may have rotated the refresh token: the store's copy is the newer one.
        let latest = stored.as_ref().or(held.as_ref().map(|held| held.token()));
        let lease = self.fit_for_exchange(lease, readable, latest)?;
        match self.exchange(latest).await {
            Ok((token, received)) => {
                // Save before publishing: a rotated refresh token must not be lost, whatever happens next.
                if !self.save(store, &token, &lease).await && stored.is_some() {
                    *self.outdated.lock().unwrap_or_else(PoisonError::into_inner) = stored;
                }
                self.welcome(token, received)
            }
            // A refusal may mean that another process, one that takes no lease, spent the refresh token meanwhile.
            Err(error) if error.kind().is_auth() => {
                let stored = self.look(store).await.ok().flatten();
                stored.and_then(|token| self.take_over(token)).ok_or(error)
            }
            Err(error) => Err(error),
        }
    }

    /// What the store holds, unless we know that to be older than what we hold.
    async fn look(&self, store: &dyn TokenStore) -> Result<Option<Token>> {
        let stored = store.load(&self.source.key()).await.inspect_err(|error| {
            self.warn("the token store could not be read; going on without it", error);
        })?;
        let outdated = self.outdated.lock().unwrap_or_else(PoisonError::into_inner);
        // Both parts count: some stores keep only what renews.
        let is_outdated = |stored: &Token| {
            outdated
                .as_ref()
                .is_some_and(|old| old.is_same_as(stored) && refresh_text(old) == refresh_text(stored))
        };
        Ok(stored.filter(|stored| !is_outdated(stored)))
    }

    /// Makes a stored token the current one if that is better than what we hold. `Some` if no exchange is needed then.
    fn take_over(&self, stored: Token) -> Option<Arc<Held>> {
        if self.held().is_some_and(|held| held.token().is_same_as(&stored)) {
            return None;
        }
        let now = self.clock.now();
        let life = Life::of_stored(&stored, now, &self.policy, self.random.fraction());
        match life.stage(now) {
            Stage::Fresh => Some(self.publish(stored, life)),
            Stage::Due if self.valid().is_none() => Some(self.publish(stored, life)),
            // Valid, though to be renewed at once: it must survive a failed exchange.
            Stage::Near if self.valid().is_none() => {
                self.publish(stored, life);
                None
            }
            _ => None,
        }
    }

    /// The lease as far as it is needed: what only its reply replaces is not spent without a place for that.
    fn fit_for_exchange(
        &self,
        lease: Result<Lease>,
        readable: Result<()>,
        latest: Option<&Token>,
    ) -> Result<Lease> {
        if !self.source.rotates(latest) {
            return Ok(lease.unwrap_or_else(|error| Lease::unguarded().not_writable(error)));
        }
        // Without the lease another process may be spending the same refresh token at this moment.
        let lease = lease.map_err(|error| error.context("the refresh token was not spent"))?;
        if !self.spend_unsaved {
            lease.writable().and(readable).map_err(|error| {
                error.context("the refresh token was not spent, because its successor could not be saved")
            })?;
        }
        Ok(lease)
    }

    /// Whether the token is in the store now.
    async fn save(&self, store: &dyn TokenStore, token: &Token, lease: &Lease) -> bool {
        let saved = match lease.writable() {
            Ok(()) => store.save(&self.source.key(), token, lease).await,
            Err(error) => Err(error),
        };
        if let Err(error) = &saved {
            self.warn("the token could not be saved; it stays in memory", error);
        }
        saved.is_ok()
    }

    /// Takes over a token that the service handed out by itself.
    pub(super) fn adopt(self: &Arc<Self>, token: Token) {
        let now = self.clock.now();
        let token = token.received(now);
        let life = self.life_of_received(&token, now);
        if life.stage(now) == Stage::Gone {
            return;
        }
        let held = self.held();
        if let Some(held) = held.as_ref().filter(|held| held.is_valid(now)) {
            let longer = life.remaining(now) > held.life().and_then(|life| life.remaining(now));
            if !longer || token.is_same_as(held.token()) {
                return;
            }
        }
        let brought = token.refresh_token.is_some();
        let refresh_token = held.and_then(|held| held.token().refresh_token.clone());
        let adopted = token.clone().with_refresh_token(token.refresh_token.or(refresh_token));
        self.publish(adopted.clone(), life);
        if self.store.is_some() && tokio::runtime::Handle::try_current().is_ok() {
            let inner = Arc::clone(self);
            tokio::spawn(async move { inner.save_adopted(adopted, brought).await });
        }
    }

    /// Saves a token that was not obtained under the lease. Its refresh token, unless it `brought` one itself, is the
    /// store's: another process may have rotated ours.
    async fn save_adopted(&self, mut token: Token, brought: bool) {
        let Some(store) = self.store.as_deref() else { return };
        let lease = store
            .lease(&self.source.key())
            .await
            .unwrap_or_else(|error| Lease::unguarded().not_writable(error));
        if !brought && let Ok(Some(stored)) = self.look(store).await {
            token.refresh_token = stored.refresh_token.or(token.refresh_token);
        }
        self.save(store, &token, &lease).await;
    }

    /// Tells about a broken store once, not at every renewal.
    fn warn(&self, what: &str, error: &Error) {
        if !self.warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(%error, "{what}");
        }
    }
}

fn refresh_text(token: &Token) -> Option<&str> {
    token.refresh_token.as_ref().map(expose)
}
