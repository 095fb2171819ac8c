//! Runs a scenario: the real cache, and where given a real file, under a clock that is set by hand.

mod script;
mod world;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use auth_core::cache::Held;
use auth_core::lifecycle::Policy;
use auth_core::store::FileStore;
use auth_core::{Environment, Result, TokenCache, TokenStore};
use script::{Answer, Given, Scenario, Step, StoreState};
use world::{Service, Shelf, World};

/// Where the scenarios are.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios")
}

/// Runs the scenario of this name.
pub(crate) async fn run(name: &str) {
    let text = std::fs::read(folder().join(name).with_extension("json")).unwrap();
    let scenario: Scenario =
        serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{name}.json: {error}"));
    assert!(!scenario.why.trim().is_empty(), "{name}.json says why");
    let temporary = tempfile::tempdir().unwrap();
    let world = Arc::new(World::new(scenario.given.wall_clock_ahead, temporary.path().join("token.json")));
    let mut stage = Stage { cache: cache(scenario.given, &world), world, handed_out: HashMap::new() };
    // Each step is named in a failure by its place.
    stage.play(&scenario.steps, name).await;

    let (world, expected) = (stage.world, scenario.expected);
    assert_eq!(world.complaints(), Vec::<String>::new(), "{name}");
    let (count, right) = (world.exchanges(), expected.exchanges);
    assert!(right.is(count), "{name}: {count} exchanges and not {right:?}");
    if let Some(spent) = expected.spent {
        assert_eq!(world.spent(), spent, "{name}: spent refresh tokens");
    }
    let stored = world.stored();
    if expected.stored.is_some() {
        let name_of = stored.as_ref().map(|token| world.look_up(token).0);
        assert_eq!(name_of, expected.stored, "{name}: stored token");
    }
    if expected.stored_refresh_token.is_some() {
        let refresh_token = stored.and_then(|token| token.refresh_token);
        let text = refresh_token.as_ref().map(|token| auth_core::secret::expose(token).to_owned());
        assert_eq!(text, expected.stored_refresh_token, "{name}: stored refresh token");
    }
}

fn cache(given: Given, world: &Arc<World>) -> TokenCache {
    let store = given.store.map(|spec| {
        if let Some(token) = &spec.holds {
            world.save(token);
        }
        if spec.is != StoreState::Good {
            world.store_becomes(spec.is);
        }
        let store: Arc<dyn TokenStore> = Arc::new(FileStore::new(&world.file, Shelf));
        store
    });
    let token = given.token.map(|spec| world.make(&spec, false));
    TokenCache::builder(Service { world: Arc::clone(world), spec: given.source })
        .policy(Policy::with_leeway(Duration::from_secs(given.leeway)))
        .clock(Arc::new(world.clock.clone()))
        .random(Environment::empty().with_seed(1).random().clone())
        .store(store)
        .initial(token)
        .spend_unsaved(given.spend_unsaved)
        .build()
}

struct Stage {
    world: Arc<World>,
    cache: TokenCache,
    /// The generation under which each token was handed out last.
    handed_out: HashMap<String, u64>,
}

impl Stage {
    async fn play(&mut self, steps: &[Step], scene: &str) {
        for (number, step) in steps.iter().enumerate() {
            let place = format!("{scene}, step {}", number + 1);
            match step {
                Step::Advance(seconds) => self.world.advance(*seconds),
                Step::Suspend(seconds) => self.world.suspend(*seconds),
                Step::WallClockSteps(seconds) => self.step_wall(*seconds),
                Step::Get(answer) => {
                    let result = patiently(self.cache.get(), &place).await;
                    self.check(result, answer, &place);
                }
                Step::Renew(answer) => {
                    let result = patiently(self.cache.renew(), &place).await;
                    self.check(result, answer, &place);
                }
                Step::Invalidate(name) => self.cache.invalidate(self.handed_out[name]),
                Step::Adopt(spec) => self.cache.adopt(self.world.make(spec, true)),
                Step::AnotherProcessSaves(spec) => self.world.save(spec),
                Step::StoreBecomes(state) => self.world.store_becomes(*state),
                Step::Exchanges(right) => {
                    let count = self.world.exchanges();
                    assert!(right.is(count), "{place}: {count} exchanges so far and not {right:?}");
                }
                Step::Repeat(repeat) => {
                    for round in 1..=repeat.times {
                        Box::pin(self.play(&repeat.steps, &format!("{place}, round {round}"))).await;
                    }
                }
            }
            patiently(settle(), &place).await;
        }
    }

    fn step_wall(&self, seconds: i64) {
        use auth_core::Clock as _;
        let (wall, step) = (self.world.clock.now().wall, Duration::from_secs(seconds.unsigned_abs()));
        self.world.clock.set_wall(match seconds > 0 {
            true => wall.saturating_add(step),
            false => wall.saturating_sub(step),
        });
    }

    fn check(&mut self, result: Result<Arc<Held>>, answer: &Answer, place: &str) {
        match result {
            Ok(held) => {
                let (name, accepted) = self.world.look_up(held.token());
                assert_eq!(answer.error, None, "{place}: got the token {name}");
                assert_eq!(name, *answer.token.as_ref().unwrap_or(&name), "{place}: token");
                assert_eq!(accepted, !answer.though_expired, "{place}: whether the service accepts {name}");
                self.handed_out.insert(name, held.generation());
            }
            Err(error) => {
                let kind = format!("{:?}", error.kind());
                assert_eq!(Some(&kind), answer.error.as_ref(), "{place}: {error}");
                let part = answer.says.as_deref().unwrap_or_default();
                assert!(error.to_string().contains(part), "{place}: {error}");
            }
        }
    }
}

/// Until nothing goes on behind the caller's back.
async fn settle() {
    while tokio::runtime::Handle::current().metrics().num_alive_tasks() > 0 {
        tokio::task::yield_now().await;
    }
}

async fn patiently<T>(what: impl Future<Output = T>, place: &str) -> T {
    match tokio::time::timeout(Duration::from_secs(20), what).await {
        Ok(done) => done,
        Err(_) => panic!("{place}: it hangs"),
    }
}
