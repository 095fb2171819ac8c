//! A token in the cache.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use crate::authorization::Authorization;
use crate::clock::Now;
use crate::error::Result;
use crate::lifecycle::{Life, Stage};
use crate::token::Token;

/// A token in the cache.
// Aligned, so that the reference counts of two handles are never on one cache line.
#[derive(Debug)]
#[repr(align(128))]
pub struct Held(Arc<Facts>);

#[derive(Debug)]
struct Facts {
    token: Token,
    generation: u64,
    life: Life,
    rejected: AtomicBool,
    authorization: OnceLock<Authorization>,
}

impl Held {
    /// The token.
    pub fn token(&self) -> &Token {
        &self.0.token
    }

    /// Tells this token from the ones before and after it. See [`TokenCache::invalidate`](super::TokenCache::invalidate).
    pub fn generation(&self) -> u64 {
        self.0.generation
    }

    /// What authorises a request, made by `make` at the first call.
    pub fn authorization(
        &self,
        make: impl FnOnce(&Token) -> Result<Authorization>,
    ) -> Result<&Authorization> {
        if let Some(ready) = self.0.authorization.get() {
            return Ok(ready);
        }
        let made = make(&self.0.token)?;
        Ok(self.0.authorization.get_or_init(|| made))
    }

    /// `None` after a rejection.
    pub(super) fn life(&self) -> Option<&Life> {
        (!self.0.rejected.load(Ordering::Acquire)).then_some(&self.0.life)
    }

    pub(super) fn is_fresh(&self, now: Now) -> bool {
        self.life().is_some_and(|life| life.stage(now) == Stage::Fresh)
    }

    pub(super) fn is_valid(&self, now: Now) -> bool {
        self.life().is_some_and(|life| life.stage(now) < Stage::Gone)
    }

    pub(super) fn reject(&self) {
        self.0.rejected.store(true, Ordering::Release);
    }
}

/// As many as there are threads that are likely to read at the same moment.
const HANDLES: usize = 16;

/// A token with a handle for each thread. With one for all, every request on every core would write to the same
/// reference count, and that costs more than all else that a read does.
#[derive(Debug)]
pub(super) struct Handles([Arc<Held>; HANDLES]);

impl Handles {
    pub(super) fn new(token: Token, generation: u64, life: Life) -> Self {
        let (rejected, authorization) = (AtomicBool::new(false), OnceLock::new());
        let facts = Arc::new(Facts { token, generation, life, rejected, authorization });
        Self(std::array::from_fn(|_| Arc::new(Held(Arc::clone(&facts)))))
    }

    /// The handle of this thread.
    pub(super) fn mine(&self) -> &Arc<Held> {
        static THREADS: AtomicUsize = AtomicUsize::new(0);
        thread_local! {
            static MINE: usize = THREADS.fetch_add(1, Ordering::Relaxed) % HANDLES;
        }
        // A thread that is ending has none any more.
        &self.0[MINE.try_with(|mine| *mine).unwrap_or(0)]
    }
}
