//! The token cache: holds one token, renews it ahead of its expiry, and lets at most one exchange run.
//!
//! What it promises, beside obeying [`crate::lifecycle`]:
//! - Reading a fresh token takes no lock and allocates nothing.
//! - A thousand callers without a token cause one exchange, and all get its outcome.
//! - The exchange runs in a task of its own: a caller that is cancelled does not cancel it. The task is started only
//!   when a token is needed. If the runtime that carries it ends, the next caller starts again.
//! - An error never replaces a valid token, an expired token is never handed out, and no failure is final.
//! - With a store, processes take turns: who finds the token renewed by another uses that one.

mod builder;
mod exchange;
mod flight;
mod held;
mod stored;

use std::fmt;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwapOption;

pub use self::builder::Builder;
pub use self::held::Held;

use self::flight::{Flight, Renewal, WAIT_DEADLINE, Waited};
use self::held::Handles;
use crate::clock::{Clock, Now};
use crate::environment::Random;
use crate::error::{Error, ErrorKind, Result};
use crate::lifecycle::{Life, Policy, Stage, classify};
use crate::source::TokenSource;
use crate::store::TokenStore;
use crate::token::Token;

/// A cached token that renews itself. Clones share the token.
#[derive(Clone)]
pub struct TokenCache {
    inner: Arc<Inner>,
}

struct Inner {
    source: Arc<dyn TokenSource>,
    store: Option<Arc<dyn TokenStore>>,
    clock: Arc<dyn Clock>,
    random: Random,
    policy: Policy,
    spend_unsaved: bool,
    on_renewed: Option<OnRenewed>,
    warned: AtomicBool,
    current: ArcSwapOption<Handles>,
    /// What the store held when its successor could not be saved: older than the current token.
    outdated: Mutex<Option<Token>>,
    renewal: Mutex<Renewal>,
}

/// Is told about each new token.
pub type OnRenewed = Arc<dyn Fn(&Token) + Send + Sync>;

/// What a caller does who does not find a fresh token.
enum Decision {
    Use(Arc<Held>),
    Wait(Flight, Duration),
}

impl TokenCache {
    /// A cache that obtains its token from `source`.
    pub fn builder(source: impl TokenSource) -> Builder {
        Builder::new(Arc::new(source))
    }

    /// The current token, waiting for an exchange only when there is no valid one.
    pub async fn get(&self) -> Result<Arc<Held>> {
        // An exchange is in vain only when the runtime that carried it ended, or when its token expired or was
        // rejected before we woke up. Twice is bad luck, more is a fault.
        for _ in 0..3 {
            let now = self.inner.clock.now();
            if let Some(held) = self.inner.fresh(now) {
                return Ok(held);
            }
            let (mut flight, patience) = match self.inner.decide(now)? {
                Decision::Use(held) => return Ok(held),
                Decision::Wait(flight, patience) => (flight, patience),
            };
            let waited = flight.wait(patience).await;
            match (waited, self.inner.valid()) {
                (Waited::Done(_) | Waited::TooLong, Some(valid)) => return Ok(valid),
                // An error is the answer only where there is no valid token.
                (Waited::Done(Err(error)), None) => return Err(error),
                (Waited::Done(Ok(_)), None) => {}
                // The token was rejected while we waited for a better one. Now there is no hurry left.
                (Waited::TooLong, None) if patience < WAIT_DEADLINE => {}
                (Waited::Lost, _) | (Waited::TooLong, None) => self.inner.lock().forget(&flight),
            }
        }
        self.inner.valid().ok_or_else(in_vain)
    }

    /// Obtains a new token now, whatever the age of the held one and of the store's, and also during a pause. Joins an
    /// exchange that is under way.
    pub async fn renew(&self) -> Result<Arc<Held>> {
        for _ in 0..3 {
            let mut flight = self.inner.join_or_start(&mut self.inner.lock(), true)?;
            match flight.wait(WAIT_DEADLINE).await {
                Waited::Done(Ok(held)) if !held.is_valid(self.inner.clock.now()) => {}
                Waited::Done(outcome) => return outcome,
                Waited::Lost | Waited::TooLong => self.inner.lock().forget(&flight),
            }
        }
        Err(in_vain())
    }

    /// Drops the token that the service rejected, unless it has been replaced meanwhile: a late rejection of an old
    /// token does not harm the new one. A token that cannot be renewed is kept.
    pub fn invalidate(&self, generation: u64) {
        if let Some(held) = self.inner.held()
            && held.generation() == generation
            && self.is_renewable()
        {
            held.reject();
        }
    }

    /// Whether a new token can be had when the held one is rejected.
    pub fn is_renewable(&self) -> bool {
        self.inner.source.is_renewable()
    }

    /// Takes over a token that the service handed out by itself, if it lives longer than the held one, and saves it
    /// behind the caller's back.
    pub fn adopt(&self, token: Token) {
        self.inner.adopt(token);
    }

    /// The held token, valid or not, without any waiting or exchange.
    pub fn peek(&self) -> Option<Arc<Held>> {
        self.inner.held()
    }
}

impl Inner {
    fn decide(self: &Arc<Self>, now: Now) -> Result<Decision> {
        let mut renewal = self.lock();
        let held = self.held();
        let failure = renewal.failure().map(|(failure, _)| failure);
        let stage = classify(held.as_ref().and_then(|held| held.life()), failure, now);
        match (stage, held.filter(|held| held.is_valid(now)), renewal.failure()) {
            (Stage::Fresh | Stage::Paused, Some(held), _) => Ok(Decision::Use(held)),
            (Stage::Due | Stage::Near, Some(held), _) if !self.can_renew() => Ok(Decision::Use(held)),
            (Stage::Paused, None, Some((_, error))) => Err(error.clone()),
            // That no exchange can be started here is no reason to refuse a valid token.
            (Stage::Due | Stage::Near, Some(held), _) => {
                match (stage, self.join_or_start(&mut renewal, false)) {
                    (Stage::Near, Ok(flight)) => {
                        let patience = flight.patience(now, held.life().and_then(|life| life.remaining(now)));
                        Ok(Decision::Wait(flight, patience))
                    }
                    _ => Ok(Decision::Use(held)),
                }
            }
            _ => Ok(Decision::Wait(self.join_or_start(&mut renewal, false)?, WAIT_DEADLINE)),
        }
    }

    /// The running exchange, or a new one. With `forced` the new one does not make do with the store's token.
    fn join_or_start(self: &Arc<Self>, renewal: &mut Renewal, forced: bool) -> Result<Flight> {
        let inner = Arc::clone(self);
        renewal.join_or_start(self.clock.now(), move |sender| exchange::run(inner, sender, forced))
    }

    /// Whether it makes sense to look for a new token ahead of time. A store may be filled by others.
    fn can_renew(&self) -> bool {
        self.source.is_renewable() || self.store.is_some()
    }

    fn lock(&self) -> MutexGuard<'_, Renewal> {
        self.renewal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fresh(&self, now: Now) -> Option<Arc<Held>> {
        let current = self.current.load();
        let held = current.as_ref()?.mine();
        held.is_fresh(now).then(|| Arc::clone(held))
    }

    fn held(&self) -> Option<Arc<Held>> {
        self.current.load().as_ref().map(|handles| Arc::clone(handles.mine()))
    }

    fn valid(&self) -> Option<Arc<Held>> {
        self.held().filter(|held| held.is_valid(self.clock.now()))
    }

    fn publish(&self, token: Token, life: Life) -> Arc<Held> {
        let mut renewal = self.lock();
        let handles = Handles::new(token, renewal.next_generation(), life);
        let held = Arc::clone(handles.mine());
        self.current.store(Some(Arc::new(handles)));
        held
    }
}

fn in_vain() -> Error {
    let what = "no token in three tries: each was lost with the runtime that carried it, or ended with a token that was \
                of no use at once";
    Error::new(ErrorKind::Stopped, what)
}

impl fmt::Debug for TokenCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenCache")
            .field("key", &self.inner.source.key())
            .field("current", &self.inner.held())
            .field("policy", &self.inner.policy)
            .finish_non_exhaustive()
    }
}
