//! What the token cache costs: a read of the pointer, a whole read with both clocks, and a storm of cold callers.
#![allow(clippy::unwrap_used, reason = "a benchmark stops where it cannot go on")]
#![allow(clippy::disallowed_methods, reason = "a benchmark measures time")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use auth_core::{BoxFuture, Clock, Result, SystemClock, Token, TokenCache, TokenKey, TokenSource};
use criterion::Criterion;
use tokio::runtime::{Builder, Runtime};

/// Hands out a token of an hour at once.
struct Source;

impl TokenSource for Source {
    fn key(&self) -> TokenKey {
        TokenKey::new("bench", "https://auth.example.org/token", "c-1")
    }

    fn exchange<'a>(&'a self, _held: Option<&'a Token>) -> BoxFuture<'a, Result<Token>> {
        Box::pin(async { Ok(Token::new("t").with_lifetime(Duration::from_secs(3600))) })
    }
}

fn warm(runtime: &Runtime) -> TokenCache {
    let cache = TokenCache::builder(Source).build();
    runtime.block_on(cache.get()).unwrap();
    cache
}

async fn read(cache: TokenCache, times: u64) {
    for _ in 0..times {
        black_box(cache.get().await.unwrap());
    }
}

fn reads(criterion: &mut Criterion, runtime: &Runtime) {
    let cache = warm(runtime);
    let clock = SystemClock::new();
    criterion.bench_function("both clocks", |bencher| bencher.iter(|| black_box(clock.now())));
    criterion.bench_function("pointer", |bencher| bencher.iter(|| black_box(cache.peek())));
    criterion.bench_function("whole read, one task", |bencher| {
        bencher.iter_custom(|times| {
            runtime.block_on(async {
                let start = Instant::now();
                tokio::spawn(read(cache.clone(), times)).await.unwrap();
                start.elapsed()
            })
        });
    });
    // Per read of one task, while the other reads as fast as it can.
    criterion.bench_function("whole read, two tasks at once", |bencher| {
        bencher.iter_custom(|times| {
            runtime.block_on(async {
                let start = Instant::now();
                let other = tokio::spawn(read(cache.clone(), times));
                tokio::spawn(read(cache.clone(), times)).await.unwrap();
                other.await.unwrap();
                start.elapsed()
            })
        });
    });
}

fn storm(criterion: &mut Criterion, runtime: &Runtime) {
    criterion.bench_function("storm of 1,000 cold callers", |bencher| {
        bencher.iter(|| {
            runtime.block_on(async {
                let cache = Arc::new(TokenCache::builder(Source).build());
                let callers: Vec<_> = (0..1_000)
                    .map(|_| {
                        let cache = Arc::clone(&cache);
                        tokio::spawn(async move { cache.get().await.unwrap().generation() })
                    })
                    .collect();
                for caller in callers {
                    assert_eq!(caller.await.unwrap(), 1);
                }
            });
        });
    });
}

fn main() {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let mut criterion = Criterion::default().configure_from_args();
    reads(&mut criterion, &runtime);
    storm(&mut criterion, &runtime);
    criterion.final_summary();
}
