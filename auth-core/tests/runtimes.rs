//! The runtimes that callers come with: one after the other, two at once, none at all. And the code that obtains the
//! token may panic.
#![allow(clippy::unwrap_used, reason = "tests")]

mod counting;

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use auth_core::cache::Held;
use auth_core::secret::expose;
use auth_core::{ErrorKind, Result, TokenCache};
use counting::{counting, token};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;

fn current_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn multi_thread() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

fn text(held: &Held) -> &str {
    expose(&held.token().access_token)
}

/// What a caller gets who does not wait, on no runtime.
fn poll_once(cache: &TokenCache) -> Poll<Result<Arc<Held>>> {
    pin!(cache.get()).poll(&mut Context::from_waker(Waker::noop()))
}

/// The exchange of this number never ends; `begun` tells of it.
fn cache_that_stops_at(
    stop: usize,
    begun: &Arc<Notify>,
) -> (TokenCache, Arc<std::sync::atomic::AtomicUsize>) {
    let begun = Arc::clone(begun);
    let (cache, _, exchanges) = counting(move |number| {
        let begun = Arc::clone(&begun);
        async move {
            if number == stop {
                begun.notify_one();
                std::future::pending::<()>().await;
            }
            Ok(token(number))
        }
    });
    (cache.build(), exchanges)
}

#[test]
fn a_runtime_that_ends_in_mid_exchange_is_followed_by_another() {
    for (first, second) in [(current_thread(), multi_thread()), (multi_thread(), current_thread())] {
        let begun = Arc::new(Notify::new());
        let (cache, exchanges) = cache_that_stops_at(1, &begun);
        let caller = cache.clone();
        first.block_on(async move {
            tokio::spawn(async move { caller.get().await });
            begun.notified().await;
        });
        drop(first);
        assert_eq!(text(&second.block_on(cache.get()).unwrap()), "t2");
        assert_eq!(exchanges.load(Ordering::SeqCst), 2);
    }
}

#[test]
fn who_waits_for_an_exchange_of_a_runtime_that_ends_starts_again() {
    let (first, second) = (multi_thread(), multi_thread());
    let begun = Arc::new(Notify::new());
    let (cache, exchanges) = cache_that_stops_at(1, &begun);
    let caller = cache.clone();
    first.spawn(async move { caller.get().await });
    second.block_on(begun.notified());
    let waiting = second.spawn(async move {
        let mut get = pin!(cache.get());
        // It waits now.
        assert!(std::future::poll_fn(|context| Poll::Ready(get.as_mut().poll(context).is_pending())).await);
        first.shutdown_background();
        text(&get.await.unwrap()).to_owned()
    });
    assert_eq!(second.block_on(waiting).unwrap(), "t2");
    assert_eq!(exchanges.load(Ordering::SeqCst), 2);
}

#[test]
fn a_token_outlives_the_runtime_that_obtained_it() {
    let (cache, _, exchanges) = counting(|number| async move { Ok(token(number)) });
    let cache = cache.build();
    for _ in 0..3 {
        assert_eq!(text(&current_thread().block_on(cache.get()).unwrap()), "t1");
    }
    assert_eq!(exchanges.load(Ordering::SeqCst), 1);
}

#[test]
fn without_a_runtime_a_valid_token_is_still_handed_out() {
    let (cache, clock, exchanges) = counting(|number| async move { Ok(token(number)) });
    let cache = cache.build();
    match poll_once(&cache) {
        Poll::Ready(Err(error)) => {
            assert_eq!(error.kind(), ErrorKind::Configuration);
            assert_eq!(
                error.to_string(),
                "a token is needed, and there is no Tokio runtime to obtain it on (call from inside a Tokio runtime)"
            );
        }
        other => panic!("{other:?}"),
    }
    current_thread().block_on(cache.get()).unwrap();
    // Fresh, due, near; and then gone.
    for (age, found) in [(0, Some("t1")), (3400, Some("t1")), (150, Some("t1")), (50, None)] {
        clock.advance(Duration::from_secs(age));
        match poll_once(&cache) {
            Poll::Ready(answer) => assert_eq!(answer.ok().as_deref().map(text), found),
            Poll::Pending => panic!("who is polled by no runtime would never be woken"),
        }
    }
    assert_eq!(exchanges.load(Ordering::SeqCst), 1);
}

#[test]
fn who_has_no_runtime_does_not_wait_for_the_exchange_of_another() {
    let runtime = multi_thread();
    let begun = Arc::new(Notify::new());
    let (cache, _) = cache_that_stops_at(1, &begun);
    let caller = cache.clone();
    runtime.spawn(async move { caller.get().await });
    runtime.block_on(begun.notified());
    match poll_once(&cache) {
        Poll::Ready(Err(error)) => assert_eq!(error.kind(), ErrorKind::Configuration),
        other => panic!("{other:?}"),
    }
    runtime.shutdown_background();
}

#[test]
fn a_panic_in_the_source_is_an_error_for_all_who_wait() {
    let (cache, clock, exchanges) = counting(|number| async move {
        tokio::task::yield_now().await;
        assert!(number > 1, "canary");
        Ok(token(number))
    });
    let cache = cache.build();
    for runtime in [current_thread(), multi_thread()] {
        runtime.block_on(async {
            let callers: Vec<_> = (0..100)
                .map(|_| {
                    let cache = cache.clone();
                    tokio::spawn(async move { cache.get().await })
                })
                .collect();
            for caller in callers {
                let error = tokio::time::timeout(Duration::from_secs(20), caller)
                    .await
                    .unwrap()
                    .unwrap()
                    .unwrap_err();
                assert_eq!(error.kind(), ErrorKind::TokenUnavailable);
                assert!(
                    error.to_string().contains("panicked") && !error.to_string().contains("canary"),
                    "{error}"
                );
            }
        });
        assert_eq!(
            exchanges.load(Ordering::SeqCst),
            1,
            "a panic is followed by a pause as other failures are"
        );
    }
    clock.advance(Duration::from_secs(1));
    assert_eq!(text(&current_thread().block_on(cache.get()).unwrap()), "t2");
}
