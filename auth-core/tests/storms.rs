//! Many callers at once: one exchange, the same answer for all, and nobody waits without need.
#![allow(clippy::unwrap_used, reason = "tests")]

mod counting;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use auth_core::cache::Held;
use auth_core::secret::expose;
use auth_core::{Error, ErrorKind, Result, TokenCache};
use counting::{counting, token};
use futures_util::future::join_all;
use tokio::sync::{Barrier, Notify, Semaphore};

fn text(held: &Held) -> &str {
    expose(&held.token().access_token)
}

type Caller = tokio::task::JoinHandle<Result<Arc<Held>>>;

/// Starts `count` callers. The result tells how many have begun, and what each got.
fn callers(cache: &TokenCache, count: usize) -> (Arc<AtomicUsize>, Vec<Caller>) {
    let begun = Arc::new(AtomicUsize::new(0));
    let handles = (0..count).map(|_| {
        let (cache, begun) = (cache.clone(), Arc::clone(&begun));
        tokio::spawn(async move {
            begun.fetch_add(1, Ordering::SeqCst);
            cache.get().await
        })
    });
    let handles = handles.collect();
    (begun, handles)
}

async fn until(condition: impl Fn() -> bool) {
    let met = async {
        while !condition() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), met).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_cold_callers_make_one_exchange() {
    let gate = Arc::new(Semaphore::new(0));
    let closed = Arc::clone(&gate);
    let (cache, _, exchanges) = counting(move |number| {
        let gate = Arc::clone(&closed);
        async move {
            let _open = gate.acquire().await;
            Ok(token(number))
        }
    });
    let cache = cache.build();
    let (begun, handles) = callers(&cache, 1_000);
    until(|| begun.load(Ordering::SeqCst) == 1_000).await;
    gate.add_permits(1);
    for handle in handles {
        assert_eq!(text(&handle.await.unwrap().unwrap()), "t1");
    }
    assert_eq!(exchanges.load(Ordering::SeqCst), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_callers_with_a_rejected_token_make_one_renewal() {
    let (cache, _, exchanges) = counting(|number| async move { Ok(token(number)) });
    let cache = cache.build();
    let all_hold_it = Arc::new(Barrier::new(200));
    let callers = (0..200).map(|_| {
        let (cache, all_hold_it) = (cache.clone(), Arc::clone(&all_hold_it));
        tokio::spawn(async move {
            let rejected = cache.get().await.unwrap();
            assert_eq!(text(&rejected), "t1");
            all_hold_it.wait().await;
            // Each gets its 401 and tries again, as a session does.
            cache.invalidate(rejected.generation());
            text(&cache.get().await.unwrap()).to_owned()
        })
    });
    for renewed in join_all(callers).await {
        assert_eq!(renewed.unwrap(), "t2");
    }
    assert_eq!(exchanges.load(Ordering::SeqCst), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_cancelled_caller_does_not_cancel_the_exchange() {
    let (begun, gate) = (Arc::new(Notify::new()), Arc::new(Semaphore::new(0)));
    let (begins, closed) = (Arc::clone(&begun), Arc::clone(&gate));
    let (cache, _, exchanges) = counting(move |number| {
        let (begun, gate) = (Arc::clone(&begins), Arc::clone(&closed));
        async move {
            begun.notify_one();
            let _open = gate.acquire().await;
            Ok(token(number))
        }
    });
    let cache = cache.build();
    let (_, mut starter) = callers(&cache, 1);
    let starter = starter.remove(0);
    begun.notified().await;
    let (waiting, others) = callers(&cache, 50);
    until(|| waiting.load(Ordering::SeqCst) == 50).await;
    starter.abort();
    assert!(starter.await.unwrap_err().is_cancelled());
    gate.add_permits(1);
    for other in others {
        assert_eq!(text(&other.await.unwrap().unwrap()), "t1");
    }
    assert_eq!(exchanges.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn an_exchange_whose_callers_are_all_gone_still_brings_its_token() {
    let gate = Arc::new(Semaphore::new(0));
    let closed = Arc::clone(&gate);
    let (cache, _, exchanges) = counting(move |number| {
        let gate = Arc::clone(&closed);
        async move {
            let _open = gate.acquire().await;
            Ok(token(number))
        }
    });
    let cache = cache.build();
    tokio::time::timeout(Duration::from_millis(1), cache.get()).await.unwrap_err();
    gate.add_permits(1);
    until(|| cache.peek().is_some()).await;
    assert_eq!(text(&cache.get().await.unwrap()), "t1");
    assert_eq!(exchanges.load(Ordering::SeqCst), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_waits_while_a_due_token_is_renewed() {
    let gate = Arc::new(Semaphore::new(1));
    let closed = Arc::clone(&gate);
    let (cache, clock, exchanges) = counting(move |number| {
        let gate = Arc::clone(&closed);
        async move {
            gate.acquire().await.unwrap().forget();
            Ok(token(number))
        }
    });
    let cache = cache.build();
    cache.get().await.unwrap();
    clock.advance(Duration::from_secs(3400));
    // The gate is closed: whoever waited would wait for ever.
    let (_, handles) = callers(&cache, 500);
    for handle in handles {
        let held = tokio::time::timeout(Duration::from_secs(20), handle).await.unwrap().unwrap().unwrap();
        assert_eq!(text(&held), "t1");
    }
    until(|| exchanges.load(Ordering::SeqCst) == 2).await;
    gate.add_permits(1);
    until(|| cache.peek().is_some_and(|held| text(&held) == "t2")).await;
    assert_eq!(text(&cache.get().await.unwrap()), "t2");
    assert_eq!(exchanges.load(Ordering::SeqCst), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_failing_exchange_is_one_answer_for_all() {
    let gate = Arc::new(Semaphore::new(0));
    let closed = Arc::clone(&gate);
    let (cache, _, exchanges) = counting(move |number| {
        let gate = Arc::clone(&closed);
        async move {
            let _open = gate.acquire().await;
            Err(Error::new(ErrorKind::TokenRefused, format!("refusal {number}")))
        }
    });
    let cache = cache.build();
    let (begun, handles) = callers(&cache, 500);
    until(|| begun.load(Ordering::SeqCst) == 500).await;
    gate.add_permits(1);
    for handle in handles {
        let error = handle.await.unwrap().unwrap_err();
        assert_eq!((error.kind(), error.to_string()), (ErrorKind::TokenRefused, "refusal 1".to_owned()));
    }
    assert_eq!(exchanges.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_token_that_is_of_no_use_when_the_caller_wakes_is_not_handed_out() {
    let (cache, clock, exchanges) = counting(|number| async move {
        tokio::task::yield_now().await;
        Ok(token(number))
    });
    let cache = cache.build();
    let cache = &cache;
    let is_there =
        |generation: u64| until(move || cache.peek().is_some_and(|held| held.generation() == generation));
    // Polled before the caller: it acts between the end of the exchange and the caller's awakening.
    let rejection = async {
        is_there(1).await;
        cache.invalidate(1);
    };
    let ((), got) = tokio::join!(biased; rejection, cache.get());
    assert_eq!(text(&got.unwrap()), "t2");
    let suspend = async {
        is_there(3).await;
        clock.suspend(Duration::from_secs(7200));
    };
    let ((), got) = tokio::join!(biased; suspend, cache.renew());
    assert_eq!(text(&got.unwrap()), "t4");
    assert_eq!(exchanges.load(Ordering::SeqCst), 4);
}
