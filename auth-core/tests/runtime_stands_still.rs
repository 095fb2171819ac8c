//! A runtime stands still between two calls of `block_on`, and so does an exchange that it carries.
#![allow(clippy::unwrap_used, reason = "tests")]

mod counting;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use auth_core::cache::Held;
use auth_core::secret::expose;
use auth_core::{Error, ErrorKind};
use counting::{counting, token};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;

fn current_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn text(held: &Held) -> &str {
    expose(&held.token().access_token)
}

#[test]
fn a_runtime_that_stood_still_starts_again() {
    let gate = Arc::new(Semaphore::new(0));
    let closed = Arc::clone(&gate);
    let (cache, clock, exchanges) = counting(move |number| {
        let gate = Arc::clone(&closed);
        async move {
            if number == 2 {
                let _open = gate.acquire().await;
                return Err(Error::new(ErrorKind::Transport, "the connection was closed long ago"));
            }
            Ok(token(number))
        }
    });
    let cache = cache.build();
    let runtime = current_thread();
    runtime.block_on(cache.get()).unwrap();
    clock.advance(Duration::from_secs(3400));
    // Starts an exchange behind the caller's back, which goes on only while the runtime is driven.
    runtime.block_on(async {
        cache.get().await.unwrap();
        tokio::task::yield_now().await;
    });
    assert_eq!(exchanges.load(Ordering::SeqCst), 2);
    clock.advance(Duration::from_secs(3600));
    gate.add_permits(1);
    assert_eq!(text(&runtime.block_on(cache.get()).unwrap()), "t3");
}

#[test]
fn a_reply_that_waited_while_the_runtime_stood_still_is_as_old_as_that() {
    let gate = Arc::new(Semaphore::new(1));
    let closed = Arc::clone(&gate);
    let (cache, clock, exchanges) = counting(move |number| {
        let gate = Arc::clone(&closed);
        async move {
            if number < 3 {
                gate.acquire().await.unwrap().forget();
            }
            Ok(token(number))
        }
    });
    let cache = cache.build();
    let runtime = current_thread();
    runtime.block_on(cache.get()).unwrap();
    clock.advance(Duration::from_secs(3400));
    runtime.block_on(async {
        cache.get().await.unwrap();
        tokio::task::yield_now().await;
    });
    gate.add_permits(1);
    clock.advance(Duration::from_secs(3550));
    // What was handed out 3550 s ago is inside its leeway.
    assert_eq!(text(&runtime.block_on(cache.get()).unwrap()), "t2");
    assert_eq!(text(&runtime.block_on(cache.get()).unwrap()), "t3");
    assert_eq!(exchanges.load(Ordering::SeqCst), 3);
}

#[test]
fn an_exchange_that_was_given_up_for_lost_does_not_disturb_the_next_one() {
    let gates = [Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0))];
    let closed = gates.clone();
    let (cache, _, exchanges) = counting(move |number| {
        let gates = closed.clone();
        async move {
            let _open = gates[number - 1].acquire().await;
            if number == 1 { Err(Error::new(ErrorKind::TokenRefused, "no")) } else { Ok(token(number)) }
        }
    });
    let cache = cache.build();
    let still = current_thread();
    let caller = cache.clone();
    still.spawn(async move { caller.get().await });
    still.block_on(until(|| exchanges.load(Ordering::SeqCst) == 1));
    // Nobody drives that runtime any more. In this one time jumps to the end of the wait.
    let driven = Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let caller = cache.clone();
    let waiting = driven.spawn(async move { caller.get().await });
    driven.block_on(until(|| exchanges.load(Ordering::SeqCst) == 2));
    gates[0].add_permits(1);
    still.block_on(tokio::task::yield_now());
    still.block_on(tokio::task::yield_now());
    // Neither a pause nor a third exchange.
    let caller = cache.clone();
    let late = driven.spawn(async move { caller.get().await });
    driven.block_on(tokio::task::yield_now());
    gates[1].add_permits(1);
    for caller in [waiting, late] {
        assert_eq!(text(&driven.block_on(caller).unwrap().unwrap()), "t2");
    }
    assert_eq!(exchanges.load(Ordering::SeqCst), 2);
}

/// Lets time jump where it is paused.
async fn until(condition: impl Fn() -> bool) {
    while !condition() {
        tokio::time::timeout(Duration::from_millis(100), std::future::pending::<()>()).await.unwrap_err();
    }
}
