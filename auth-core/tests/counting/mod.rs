//! A source that counts its exchanges and answers as the test says.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use auth_core::cache::Builder;
use auth_core::{BoxFuture, ManualClock, Result, Timestamp, Token, TokenCache, TokenKey, TokenSource};

/// Answers the first exchange with `answer(1)`, and so on.
pub(crate) struct Counting<F> {
    exchanges: Arc<AtomicUsize>,
    answer: F,
}

impl<F, A> TokenSource for Counting<F>
where
    F: Fn(usize) -> A + Send + Sync + 'static,
    A: Future<Output = Result<Token>> + Send + 'static,
{
    fn key(&self) -> TokenKey {
        TokenKey::new("counting", "https://auth.example.org/token", "c-1")
    }

    fn exchange<'a>(&'a self, _held: Option<&'a Token>) -> BoxFuture<'a, Result<Token>> {
        Box::pin((self.answer)(self.exchanges.fetch_add(1, Ordering::SeqCst) + 1))
    }
}

/// A cache to be, with a clock that is set by hand, and the number of its exchanges.
pub(crate) fn counting<F, A>(answer: F) -> (Builder, ManualClock, Arc<AtomicUsize>)
where
    F: Fn(usize) -> A + Send + Sync + 'static,
    A: Future<Output = Result<Token>> + Send + 'static,
{
    let exchanges = Arc::new(AtomicUsize::new(0));
    let clock = ManualClock::at(Timestamp::from_unix_seconds(1_800_000_000));
    let builder = TokenCache::builder(Counting { exchanges: Arc::clone(&exchanges), answer });
    (builder.clock(Arc::new(clock.clone())), clock, exchanges)
}

/// The token of an exchange: `t1`, `t2` and so on. It lives for an hour.
pub(crate) fn token(number: usize) -> Token {
    Token::new(format!("t{number}")).with_lifetime(Duration::from_secs(3600))
}
