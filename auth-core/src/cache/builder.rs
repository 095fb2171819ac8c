//! Makes a cache.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use arc_swap::ArcSwapOption;

use super::{Inner, OnRenewed, TokenCache};
use crate::clock::{Clock, SystemClock};
use crate::environment::{Environment, Random};
use crate::lifecycle::{Life, Policy};
use crate::source::TokenSource;
use crate::store::TokenStore;
use crate::token::Token;

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
    pub(super) fn new(source: Arc<dyn TokenSource>) -> Self {
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

    /// Is told about each token that an exchange brings, after it was saved and before callers get it.
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
            outdated: Mutex::default(),
            renewal: Mutex::default(),
        };
        if let Some(token) = self.initial {
            let life = Life::of_stored(&token, inner.clock.now(), &inner.policy, inner.random.fraction());
            inner.publish(token, life);
        }
        TokenCache { inner: Arc::new(inner) }
    }
}
