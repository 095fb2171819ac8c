//! A service that does not answer: everybody's wait has an end, and who has a valid token waits a short while only.
//! Tokio's time is paused: it jumps to the next deadline when there is nothing else to do.
#![allow(clippy::unwrap_used, reason = "tests")]

mod counting;

use std::sync::atomic::Ordering;
use std::time::Duration;

use auth_core::secret::expose;
use auth_core::{ErrorKind, Result, Token};
use counting::{counting, token};
use tokio::time::Instant;

/// Answers the first exchange, and no other.
async fn once(number: usize) -> Result<Token> {
    if number > 1 {
        std::future::pending::<()>().await;
    }
    Ok(token(number))
}

#[tokio::test(start_paused = true)]
async fn a_near_token_is_used_after_ten_seconds() {
    let (cache, clock, exchanges) = counting(once);
    let cache = cache.build();
    cache.get().await.unwrap();
    clock.advance(Duration::from_secs(3550));
    let start = Instant::now();
    assert_eq!(expose(&cache.get().await.unwrap().token().access_token), "t1");
    assert_eq!(start.elapsed().as_secs(), 10);
    assert_eq!(exchanges.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn once_it_has_taken_long_nobody_waits_for_it() {
    let (cache, clock, exchanges) = counting(once);
    let cache = cache.build();
    cache.get().await.unwrap();
    clock.advance(Duration::from_secs(3400));
    cache.get().await.unwrap();
    tokio::task::yield_now().await;
    // It was started behind a caller's back, two minutes ago.
    clock.advance(Duration::from_secs(150));
    let start = Instant::now();
    assert_eq!(expose(&cache.get().await.unwrap().token().access_token), "t1");
    assert_eq!((start.elapsed().as_secs(), exchanges.load(Ordering::SeqCst)), (0, 2));
}

#[tokio::test(start_paused = true)]
async fn the_wait_does_not_outlast_the_token() {
    let (cache, clock, _) = counting(once);
    let cache = cache.build();
    cache.get().await.unwrap();
    clock.advance(Duration::from_secs(3596));
    let start = Instant::now();
    assert_eq!(expose(&cache.get().await.unwrap().token().access_token), "t1");
    assert_eq!(start.elapsed().as_secs(), 2, "half of what was left");
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_rejected_meanwhile_is_not_used() {
    let (cache, clock, exchanges) = counting(once);
    let cache = cache.build();
    let held = cache.get().await.unwrap();
    clock.advance(Duration::from_secs(3550));
    let start = Instant::now();
    let reject = async {
        tokio::task::yield_now().await;
        tokio::time::advance(Duration::from_secs(5)).await;
        cache.invalidate(held.generation());
    };
    let (answer, ()) = tokio::join!(cache.get(), reject);
    assert_eq!(answer.unwrap_err().kind(), ErrorKind::TokenUnavailable);
    assert_eq!((start.elapsed().as_secs(), exchanges.load(Ordering::SeqCst)), (180, 2));
}

#[tokio::test(start_paused = true)]
async fn without_a_token_the_wait_ends_after_three_minutes() {
    let (cache, _, exchanges) = counting(|_| std::future::pending());
    let cache = cache.build();
    let start = Instant::now();
    let error = cache.get().await.unwrap_err();
    assert_eq!((error.kind(), start.elapsed().as_secs()), (ErrorKind::TokenUnavailable, 180));
    assert_eq!(error.to_string(), "no token was obtained within 180 s");
    // And the next caller does not wait anew at once.
    let start = Instant::now();
    cache.get().await.unwrap_err();
    assert_eq!((start.elapsed().as_secs(), exchanges.load(Ordering::SeqCst)), (0, 1));
}
