//! What holds for every life, every policy and every course of time.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use auth_core::lifecycle::{Failure, Life, Policy, Stage, classify};
use auth_core::secret::expose;
use auth_core::{
    BoxFuture, Clock as _, Environment, Error, ErrorKind, ManualClock, Result, Timestamp, Token, TokenCache,
    TokenKey, TokenSource,
};
use proptest::prelude::*;

fn clock() -> ManualClock {
    ManualClock::at(Timestamp::from_unix_seconds(1_800_000_000))
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// From nothing to longer than any token lives.
fn duration() -> impl Strategy<Value = Duration> {
    prop_oneof![
        (0_u64..5_000).prop_map(Duration::from_millis),
        (0_u64..200).prop_map(Duration::from_secs),
        (0_u64..1_000_000).prop_map(Duration::from_secs),
        any::<u64>().prop_map(Duration::from_secs),
    ]
}

/// Fractions of a life, so that every stage is met.
fn parts() -> impl Strategy<Value = Vec<(f64, bool)>> {
    prop::collection::vec((0.0..0.2_f64, any::<bool>()), 1..20)
}

#[test]
fn what_to_do_in_every_case() {
    use Stage::{Due, Fresh, Gone, Near, Paused};
    let start = clock();
    let token = Token::new("t").with_lifetime(seconds(3600)).received(start.now());
    let life = Life::of_received(&token, start.now(), &Policy::with_leeway(seconds(60)), 0.0);
    // Age in seconds; without a failure, while its pause lasts, after its pause.
    for (held, age, expected) in [
        (Some(&life), 0, [Fresh, Fresh, Fresh]),
        (Some(&life), 3359, [Fresh, Fresh, Fresh]),
        (Some(&life), 3360, [Due, Paused, Due]),
        (Some(&life), 3540, [Near, Paused, Near]),
        (Some(&life), 3600, [Gone, Paused, Gone]),
        (Some(&Life::UNKNOWN), 31_536_000, [Fresh, Fresh, Fresh]),
        (None, 0, [Gone, Paused, Gone]),
    ] {
        let clock = start.clone();
        let mut now = clock.now();
        now.wall = now.wall.saturating_add(seconds(age));
        now.monotonic += seconds(age);
        let failure = |until: Duration| Failure { count: 1, paused_until: until };
        let (lasting, over) = (failure(now.monotonic + Duration::from_nanos(1)), failure(now.monotonic));
        let stages = [None, Some(&lasting), Some(&over)].map(|failure| classify(held, failure, now));
        assert_eq!(stages, expected, "at the age of {age} s");
    }
}

proptest! {
    #[test]
    fn stages_follow_each_other_while_time_goes_by(
        lifetime in duration(), leeway in duration(), jitter in any::<f64>(), parts in parts(),
    ) {
        let clock = clock();
        let token = Token::new("t").with_lifetime(lifetime).received(clock.now());
        let life = Life::of_received(&token, clock.now(), &Policy::with_leeway(leeway), jitter);
        let (mut age, mut before) = (Duration::ZERO, Stage::Fresh);
        // What the wall clock and the machine's suspends do, time goes by.
        for (part, suspended) in parts {
            let step = lifetime.min(seconds(1_000_000_000)).mul_f64(part);
            if suspended { clock.suspend(step) } else { clock.advance(step) }
            age += step;
            let stage = life.stage(clock.now());
            prop_assert!(stage >= before, "{stage:?} after {before:?}");
            prop_assert_eq!(stage == Stage::Gone, age >= lifetime, "{:?} at the age of {:?}", stage, age);
            // Calendars end with the year 9999.
            if lifetime < seconds(100_000_000_000) {
                prop_assert_eq!(life.remaining(clock.now()), Some(lifetime.saturating_sub(age)));
            }
            before = stage;
        }
    }

    #[test]
    fn nothing_is_renewed_before_half_of_its_life(
        lifetime in 1_u64..1_000_000_000, leeway in duration(), jitter in any::<f64>(),
    ) {
        let lifetime = Duration::from_millis(lifetime);
        let clock = clock();
        let token = Token::new("t").with_lifetime(lifetime).received(clock.now());
        let life = Life::of_received(&token, clock.now(), &Policy::with_leeway(leeway), jitter);
        clock.advance((lifetime / 2).saturating_sub(Duration::from_nanos(1)));
        prop_assert_eq!(life.stage(clock.now()), Stage::Fresh);
        // And no later than the leeway says, as far as half of the life has room for it and the window.
        let near = lifetime - leeway.min(lifetime / 2 - lifetime / 10);
        clock.advance(near.max(seconds(1).min(lifetime)) - lifetime / 2 + Duration::from_nanos(1_001));
        prop_assert!(life.stage(clock.now()) >= Stage::Near);
    }

    #[test]
    fn no_step_of_the_wall_clock_prolongs_a_life(
        lifetime in 1_u64..100_000, parts in parts(), steps in prop::collection::vec(-10_000_000_i64..10_000_000, 20),
    ) {
        let clock = clock();
        let lifetime = seconds(lifetime);
        let token = Token::new("t").with_lifetime(lifetime).received(clock.now());
        let life = Life::of_received(&token, clock.now(), &Policy::default(), 0.5);
        let (mut age, start) = (Duration::ZERO, clock.now().wall.unix_seconds());
        for ((part, _), step) in parts.into_iter().zip(steps) {
            clock.advance(lifetime.mul_f64(part));
            clock.set_wall(Timestamp::from_unix_seconds(start + step));
            age += lifetime.mul_f64(part);
            prop_assert!(age < lifetime || life.stage(clock.now()) == Stage::Gone);
        }
    }

    #[test]
    fn a_stored_token_never_outlives_what_is_known_of_it(
        expires in -10_000_i64..10_000, lifetime in prop::option::of(0_u64..10_000), leeway in duration(), age in 0_u64..20_000,
    ) {
        let clock = clock();
        let expires_at = Timestamp::from_unix_seconds(1_800_000_000 + expires);
        let mut token = Token::new("t").with_expires_at(expires_at);
        token.lifetime = lifetime.map(seconds);
        let life = Life::of_stored(&token, clock.now(), &Policy::with_leeway(leeway), 0.5);
        clock.advance(seconds(age));
        let gone = clock.now().wall >= expires_at || lifetime.is_some_and(|lifetime| age >= lifetime);
        prop_assert_eq!(life.stage(clock.now()) == Stage::Gone, gone);
    }

    #[test]
    fn no_course_of_events_hands_out_an_expired_token(
        leeway in 0_u64..600, seed in any::<u64>(), events in prop::collection::vec(event(), 1..60),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(play(leeway, seed, events))?;
    }
}

#[derive(Clone, Debug)]
enum Event {
    Advance(u64),
    Suspend(u64),
    /// What the service will answer from now on: a token that lives so many seconds, or an error.
    Service(std::result::Result<u64, ErrorKind>),
    Get,
}

fn event() -> impl Strategy<Value = Event> {
    let kind = prop_oneof![Just(ErrorKind::TokenRefused), Just(ErrorKind::Timeout)];
    prop_oneof![
        4 => (0_u64..400_000).prop_map(Event::Advance),
        1 => (0_u64..7_200_000).prop_map(Event::Suspend),
        1 => prop_oneof![(0_u64..7_200).prop_map(Ok), (0_u64..30).prop_map(Ok), kind.prop_map(Err)].prop_map(Event::Service),
        6 => Just(Event::Get),
    ]
}

/// A service that does as it was told last, and notes when each exchange began and each token ends.
struct Service {
    behaviour: Mutex<std::result::Result<u64, ErrorKind>>,
    /// True time, in milliseconds.
    elapsed: Mutex<u64>,
    ends: Mutex<HashMap<String, u64>>,
    /// The end of the last token.
    end: Mutex<u64>,
    exchanges: Mutex<Vec<u64>>,
}

impl Service {
    fn exchange(&self) -> Result<Token> {
        let now = *self.elapsed.lock().unwrap();
        let mut exchanges = self.exchanges.lock().unwrap();
        exchanges.push(now);
        let lives = self.behaviour.lock().unwrap().map_err(|kind| Error::new(kind, "no"))?;
        let name = format!("t{}", exchanges.len());
        self.ends.lock().unwrap().insert(name.clone(), now + lives * 1_000);
        // One that has ended already is not taken.
        if lives > 0 {
            *self.end.lock().unwrap() = now + lives * 1_000;
        }
        Ok(Token::new(name).with_lifetime(seconds(lives)))
    }
}

struct Source(Arc<Service>);

impl TokenSource for Source {
    fn key(&self) -> TokenKey {
        TokenKey::new("property", "https://auth.example.org/token", "c-1")
    }

    fn exchange<'a>(&'a self, _held: Option<&'a Token>) -> BoxFuture<'a, Result<Token>> {
        Box::pin(async { self.0.exchange() })
    }
}

async fn play(leeway: u64, seed: u64, events: Vec<Event>) -> std::result::Result<(), TestCaseError> {
    let clock = clock();
    let service = Arc::new(Service {
        behaviour: Mutex::new(Ok(3600)),
        elapsed: Mutex::default(),
        ends: Mutex::default(),
        end: Mutex::default(),
        exchanges: Mutex::default(),
    });
    let cache = TokenCache::builder(Source(Arc::clone(&service)))
        .clock(Arc::new(clock.clone()))
        .random(Environment::empty().with_seed(seed).random().clone())
        .policy(Policy::with_leeway(seconds(leeway)))
        .build();
    for event in events {
        match event {
            Event::Advance(millis) => {
                clock.advance(Duration::from_millis(millis));
                *service.elapsed.lock().unwrap() += millis;
            }
            Event::Suspend(millis) => {
                clock.suspend(Duration::from_millis(millis));
                *service.elapsed.lock().unwrap() += millis;
            }
            Event::Service(behaviour) => *service.behaviour.lock().unwrap() = behaviour,
            Event::Get => {
                let now = *service.elapsed.lock().unwrap();
                match cache.get().await {
                    Ok(held) => {
                        let end = service.ends.lock().unwrap()[expose(&held.token().access_token)];
                        prop_assert!(end > now, "a token that ended at {} was handed out at {}", end, now);
                    }
                    // An error is never the answer while the last token is valid.
                    Err(_) => prop_assert!(*service.end.lock().unwrap() <= now),
                }
                while tokio::runtime::Handle::current().metrics().num_alive_tasks() > 0 {
                    tokio::task::yield_now().await;
                }
            }
        }
    }
    // Whatever the lives and the errors: no two exchanges within a second.
    let exchanges = service.exchanges.lock().unwrap();
    prop_assert!(exchanges.windows(2).all(|pair| pair[1] - pair[0] >= 1_000), "{:?}", exchanges);
    Ok(())
}
