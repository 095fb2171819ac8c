//! The read path of a fresh token allocates nothing.
#![allow(clippy::unwrap_used, reason = "tests")]

mod counting;

use std::hint::black_box;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use allocation_counter::measure;
use auth_core::{Authorization, SystemClock, TokenCache};
use counting::{counting, token};

/// What every request does: takes the token, and the header that was made of it once.
fn read(cache: &TokenCache) {
    let mut get = pin!(cache.get());
    match get.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(held)) => {
            let header = held.authorization(|token| Authorization::bearer(&token.access_token)).unwrap();
            assert!(matches!(black_box(header), Authorization::Header(..)));
        }
        other => panic!("not fresh: {other:?}"),
    }
}

#[tokio::test]
async fn reading_a_fresh_token_allocates_nothing() {
    let (cache, _, _) = counting(|number| async move { Ok(token(number)) });
    let cache = cache.clock(Arc::new(SystemClock::new())).build();
    let cold = cache.clone();
    let first = measure(|| {
        let _ = pin!(cold.get()).poll(&mut Context::from_waker(Waker::noop()));
    });
    assert!(first.count_total > 0, "the counter counts: this started an exchange");
    cache.get().await.unwrap();

    // The first read makes the header.
    read(&cache);
    assert_eq!(measure(|| (0..1_000).for_each(|_| read(&cache))).count_total, 0);
    // Nor by a second handle.
    let other = cache.clone();
    assert_eq!(measure(|| read(&other)).count_total, 0);
}
