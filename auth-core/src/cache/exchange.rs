//! One exchange: what runs in the task of its own, from the source to the published token.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::time::timeout;

use super::Inner;
use super::flight::{EXCHANGE_DEADLINE, Outcome, Sender, WAIT_DEADLINE};
use crate::clock::Now;
use crate::error::{Error, ErrorKind, Result};
use crate::lifecycle::{Life, Stage};
use crate::token::Token;

/// Runs an exchange and tells everybody who waits. If the runtime ends meanwhile, `sender` is dropped unsent, and
/// those who wait learn that the exchange was lost.
pub(super) async fn run(inner: Arc<Inner>, sender: Sender, forced: bool) {
    let started = inner.clock.now().monotonic;
    let work = AssertUnwindSafe(inner.obtain(forced)).catch_unwind();
    let result = match timeout(EXCHANGE_DEADLINE, work).await {
        Ok(Ok(result)) => result,
        // What the panic says is not passed on: it may hold anything.
        Ok(Err(_)) => Err(unavailable("the code that obtains the token panicked".to_owned())),
        Err(_) => Err(unavailable(format!("no token was obtained within {} s", EXCHANGE_DEADLINE.as_secs()))),
    };
    let now = inner.clock.now();
    let took = now.monotonic.saturating_sub(started);
    if result.is_err() && took > WAIT_DEADLINE {
        // The runtime stood still meanwhile, as one does between two calls of `block_on`. That tells nothing about the
        // service: those who wait shall start again.
        inner.lock().land(&sender, None, now, &inner.policy);
        return;
    }
    if let Err(error) = &result {
        tracing::warn!(%error, key = %inner.source.key(), "a token could not be obtained");
    }
    inner.lock().land(&sender, result.as_ref().err(), now, &inner.policy);
    sender.send_replace(Some(result));
}

fn unavailable(why: String) -> Error {
    Error::new(ErrorKind::TokenUnavailable, why)
}

impl Inner {
    async fn obtain(&self, forced: bool) -> Outcome {
        match &self.store {
            Some(store) => self.obtain_with(store.as_ref(), forced).await,
            None => {
                let held = self.held();
                let (token, received) = self.exchange(held.as_ref().map(|held| held.token())).await?;
                self.welcome(token, received)
            }
        }
    }

    /// A new token from the source, and when it was received.
    pub(super) async fn exchange(&self, latest: Option<&Token>) -> Result<(Token, Now)> {
        let asked = self.clock.now();
        let token = self.source.exchange(latest).await?;
        let answered = self.clock.now();
        // Where the runtime stood still, the reply may have waited all that time to be read.
        let stood_still = answered.monotonic.saturating_sub(asked.monotonic) > EXCHANGE_DEADLINE;
        let now = if stood_still { asked } else { answered };
        let token = token.received(now);
        Ok(match self.left_of_the_same(&token, now) {
            Some(left) => (token.with_lifetime(left).received(now), now),
            None => (token, now),
        })
    }

    /// Makes a new token the current one. It may have taken a while to save it since it was `received`.
    pub(super) fn welcome(&self, token: Token, received: Now) -> Outcome {
        if let Some(callback) = &self.on_renewed {
            callback(&token);
        }
        let life = self.life_of_received(&token, received);
        if life.stage(self.clock.now()) == Stage::Gone {
            // It is of no use but for its refresh token, which may be the only one that is still good.
            if self.valid().is_none() {
                self.publish(token, life);
            }
            return Err(unavailable("the service gave a token that has already expired".to_owned()));
        }
        Ok(self.publish(token, life))
    }

    pub(super) fn life_of_received(&self, token: &Token, now: Now) -> Life {
        Life::of_received(token, now, &self.policy, self.random.fraction())
    }

    /// How much is left of a token that a service hands out once more, with its whole life as though it were new.
    ///
    /// `None` for a new token, and for one with less to live than the last time: then the service counts itself. Also
    /// when nothing would be left: then it has been prolonged, or we erred.
    fn left_of_the_same(&self, token: &Token, now: Now) -> Option<Duration> {
        let current = self.held()?;
        let held = current.token();
        let repeated =
            token.is_same_as(held) && held.received_at.is_some() && token.lifetime >= held.lifetime;
        let left = current.life().filter(|_| repeated)?.remaining(now)?;
        (!left.is_zero()).then_some(left)
    }
}
