//! The token cache: holds one token, renews it ahead of its expiry, and lets at most one exchange run.
//!
//! What it promises, beside obeying [`crate::lifecycle`]:
//! - Reading a fresh token takes no lock and allocates nothing.
//! - A thousand callers without a token cause one exchange, and all get its outcome.
//! - The exchange runs in a task of its own: a caller that is cancelled does not cancel it. The task is started only
//!   when a token is needed. If the runtime that carries it ends, the next caller starts again.
//! - An error never replaces a valid token, an expired token is never handed out, and no failure is final.
//! - With a store, processes take turns: who finds the token renewed by another uses that one.

mod exchange;

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use tokio::sync::watch;

use crate::authorization::Authorization;
use crate::clock::{Clock, Now, SystemClock};
use crate::environment::{Environment, Random};
use crate::error::{Error, ErrorKind, Result};
use crate::lifecycle::{Failure, Life, Policy, Stage, classify};
use crate::source::TokenSource;
use crate::store::TokenStore;
use crate::token::Token;

/// How long one exchange may take in all, its retries included.
const EXCHANGE_DEADLINE: Duration = Duration::from_secs(180);
/// How long a caller waits for an exchange that somebody else carries. Longer than an exchange may take: only the
/// callers of a runtime that is no longer driven get here, and they then carry it themselves.
const WAIT_DEADLINE: Duration = Duration::from_secs(185);

/// A token in the cache.
#[derive(Debug)]
pub struct Held {
    token: Token,
    generation: u64,
    life: Life,
    rejected: AtomicBool,
    authorization: OnceLock<Authorization>,
}

impl Held {
    /// The token.
    pub fn token(&self) -> &Token {
        &self.token
    }

    /// Tells this token from the ones before and after it. See [`TokenCache::invalidate`].
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// What authorises a request, made by `make` at the first call.
    pub fn authorization(
        &self,
        make: impl FnOnce(&Token) -> Result<Authorization>,
    ) -> Result<&Authorization> {
        if let Some(ready) = self.authorization.get() {
            return Ok(ready);
        }
        let made = make(&self.token)?;
        Ok(self.authorization.get_or_init(|| made))
    }

    fn life(&self) -> Option<&Life> {
        (!self.rejected.load(Ordering::Acquire)).then_some(&self.life)
    }

    fn is_valid(&self, now: Now) -> bool {
        self.life().is_some_and(|life| life.stage(now) < Stage::Gone)
    }
}

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
    current: ArcSwapOption<Held>,
    renewal: Mutex<Renewal>,
}

/// Is told about each new token.
pub type OnRenewed = Arc<dyn Fn(&Token) + Send + Sync>;
type Outcome = Result<Arc<Held>>;
type Flight = watch::Receiver<Option<Outcome>>;

/// What is guarded by the lock: never held while anything waits.
#[derive(Default)]
struct Renewal {
    flight: Option<Flight>,
    failure: Option<(Failure, Error)>,
    generations: u64,
}

impl TokenCache {
    /// A cache that obtains its token from `source`.
    pub fn builder(source: impl TokenSource) -> Builder {
        Builder::new(Arc::new(source))
    }

    /// The current token, waiting for an exchange only when there is no valid one.
    pub async fn get(&self) -> Result<Arc<Held>> {
        // An exchange is lost only when the runtime that carried it ends. Twice is bad luck, more is a fault.
        for _ in 0..3 {
            let now = self.inner.clock.now();
            if let Some(held) = self.inner.current.load().as_ref()
                && held.life().is_some_and(|life| life.stage(now) == Stage::Fresh)
            {
                return Ok(Arc::clone(held));
            }
            let mut flight = match self.decide(now)? {
                Decision::Use(held) => return Ok(held),
                Decision::Wait(flight) => flight,
            };
            match self.wait(&mut flight).await {
                Some(Ok(held)) => return Ok(held),
                // An error is the answer only where there is no valid token.
                Some(Err(error)) => return self.inner.valid().ok_or(error),
                None => self.inner.lock().forget(&flight),
            }
        }
        Err(Error::new(
            ErrorKind::Stopped,
            "the runtime that was to obtain a token ended, three times in a row",
        ))
    }

    /// Obtains a new token now, whatever the age of the held one, and also during a pause.
    pub async fn renew(&self) -> Result<Arc<Held>> {
        for _ in 0..3 {
            let mut flight = self.inner.lock().join_or_start(&self.inner)?;
            match self.wait(&mut flight).await {
                Some(outcome) => return outcome,
                None => self.inner.lock().forget(&flight),
            }
        }
        Err(Error::new(
            ErrorKind::Stopped,
            "the runtime that was to obtain a token ended, three times in a row",
        ))
    }

    /// Drops the token that the service rejected, unless it has been replaced meanwhile: a late rejection of an old
    /// token does not harm the new one.
    pub fn invalidate(&self, generation: u64) {
        if let Some(held) = self.inner.current.load().as_ref()
            && held.generation == generation
        {
            held.rejected.store(true, Ordering::Release);
        }
    }

    /// Whether a new token can be had when the held one is rejected.
    pub fn is_renewable(&self) -> bool {
        self.inner.source.is_renewable()
    }

    /// Takes over a token that the service handed out by itself, if it lives longer than the held one, and saves it.
    pub fn adopt(&self, token: Token) {
        let now = self.inner.clock.now();
        let token = token.received(now);
        let held = self.inner.current.load_full();
        if held.is_none_or(|held| token.expires_at > held.token.expires_at) {
            let life = Life::of_received(&token, now, &self.inner.policy, self.inner.random.fraction());
            let held = self.inner.publish(token, life);
            if self.inner.store.is_some() && tokio::runtime::Handle::try_current().is_ok() {
                let inner = Arc::clone(&self.inner);
                tokio::spawn(async move { inner.save(&held.token).await });
            }
        }
    }

    /// The held token, valid or not, without any waiting or exchange.
    pub fn peek(&self) -> Option<Arc<Held>> {
        self.inner.current.load_full()
    }

    fn decide(&self, now: Now) -> Result<Decision> {
        let mut renewal = self.inner.lock();
        let held = self.inner.current.load_full();
        let failure = renewal.failure.as_ref().map(|(failure, _)| failure);
        let stage = classify(held.as_ref().and_then(|held| held.life()), failure, now);
        match (stage, held.filter(|held| held.is_valid(now)), &renewal.failure) {
            (Stage::Fresh | Stage::Paused, Some(held), _) => Ok(Decision::Use(held)),
            (Stage::Paused, None, Some((_, error))) => Err(error.clone()),
            (Stage::Due, Some(held), _) => {
                renewal.join_or_start(&self.inner)?;
                Ok(Decision::Use(held))
            }
            _ => Ok(Decision::Wait(renewal.join_or_start(&self.inner)?)),
        }
    }

    /// `None` when the exchange was lost together with the runtime that carried it.
    async fn wait(&self, flight: &mut Flight) -> Option<Outcome> {
        let outcome = tokio::time::timeout(WAIT_DEADLINE, flight.wait_for(Option::is_some)).await;
        outcome.ok()?.ok()?.clone()
    }
}

enum Decision {
    Use(Arc<Held>),
    Wait(Flight),
}

impl Renewal {
    /// The running exchange, or a new one.
    fn join_or_start(&mut self, inner: &Arc<Inner>) -> Result<Flight> {
        if let Some(flight) = &self.flight
            && flight.has_changed().is_ok()
        {
            return Ok(flight.clone());
        }
        let runtime = tokio::runtime::Handle::try_current().map_err(|_| {
            Error::new(
                ErrorKind::Configuration,
                "a token is needed, and there is no Tokio runtime to obtain it on",
            )
            .with_help("call from inside a Tokio runtime")
        })?;
        let (sender, flight) = watch::channel(None);
        runtime.spawn(exchange::run(Arc::clone(inner), sender));
        self.flight = Some(flight.clone());
        Ok(flight)
    }

    fn forget(&mut self, lost: &Flight) {
        if self.flight.as_ref().is_some_and(|flight| flight.same_channel(lost)) {
            self.flight = None;
        }
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, Renewal> {
        self.renewal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn valid(&self) -> Option<Arc<Held>> {
        self.current.load_full().filter(|held| held.is_valid(self.clock.now()))
    }

    fn publish(&self, token: Token, life: Life) -> Arc<Held> {
        let mut renewal = self.lock();
        renewal.generations += 1;
        let held = Arc::new(Held {
            token,
            generation: renewal.generations,
            life,
            rejected: AtomicBool::new(false),
            authorization: OnceLock::new(),
        });
        self.current.store(Some(Arc::clone(&held)));
        held
    }
}

impl fmt::Debug for TokenCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenCache")
            .field("key", &self.inner.source.key())
            .field("current", &self.inner.current.load())
            .field("policy", &self.inner.policy)
            .finish_non_exhaustive()
    }
}

/// Makes a [`TokenCache`]. Nothing is sent and no task is started until a token is needed.
pub struct Builder {
    source: Arc<dyn TokenSource>,
    store: Option<Arc<dyn TokenStore>>,
    clock: Arc<dyn Clock>,
    random: Random,
    policy: Policy,
    spend_unsaved: bool,
    on_renewed: Option<OnRenewed>,
    initial: Option<Token>,
}

impl Builder {
    fn new(source: Arc<dyn TokenSource>) -> Self {
        Self {
            source,
            store: None,
            clock: Arc::new(SystemClock::new()),
            random: Environment::empty().random().clone(),
            policy: Policy::default(),
            spend_unsaved: false,
            on_renewed: None,
            initial: None,
        }
    }

    /// Keeps the token between processes.
    pub fn store(mut self, store: Option<Arc<dyn TokenStore>>) -> Self {
        self.store = store;
        self
    }

    /// Where the time comes from.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Where jitter comes from.
    pub fn random(mut self, random: Random) -> Self {
        self.random = random;
        self
    }

    /// How early the token is renewed.
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// A token to begin with, from the user or a file.
    pub fn initial(mut self, token: Option<Token>) -> Self {
        self.initial = token;
        self
    }

    /// Whether a rotating refresh token may be spent although its successor cannot be saved, so that the next process
    /// would have to sign in again. Default: no.
    pub fn spend_unsaved(mut self, allowed: bool) -> Self {
        self.spend_unsaved = allowed;
        self
    }

    /// Is told about each new token, after it was saved and before callers get it.
    pub fn on_renewed(mut self, callback: Option<OnRenewed>) -> Self {
        self.on_renewed = callback;
        self
    }

    /// The cache.
    pub fn build(self) -> TokenCache {
        let inner = Inner {
            source: self.source,
            store: self.store,
            clock: self.clock,
            random: self.random,
            policy: self.policy,
            spend_unsaved: self.spend_unsaved,
            on_renewed: self.on_renewed,
            warned: AtomicBool::new(false),
            current: ArcSwapOption::empty(),
            renewal: Mutex::default(),
        };
        if let Some(token) = self.initial {
            let life = Life::of_stored(&token, inner.clock.now(), &inner.policy, inner.random.fraction());
            inner.publish(token, life);
        }
        TokenCache { inner: Arc::new(inner) }
    }
}
