//! What the session adds to a request: an authorised GET through it, against the bare HTTP library with the same
//! header, on the same loopback simulator. The ratio at the end is that of neighbours in time, within this one run.
#![allow(clippy::unwrap_used, reason = "a benchmark stops where it cannot go on")]
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark measures time and tells of it"
)]

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use auth_core::protocol::{ReplyHead, Verdict};
use auth_core::sim::{Reply, Request, Simulator};
use auth_core::source::StaticTokenSource;
use auth_core::{
    Authorization, Base, Environment, Error, ErrorKind, PlainHttp, Protocol, Result, Session, SystemClock,
    Token, TokenCache, TokenKey, Transport, path,
};
use criterion::Criterion;
use http::header::{AUTHORIZATION, HeaderValue, USER_AGENT};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;
use tokio::runtime::{Builder, Runtime};

const TOKEN: &str =
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJtZSIsImV4cCI6MTgwMDAwMDAwMH0.c2lnbmF0dXJl";
/// How many requests one side sends before it is the other's turn, and how often.
const BLOCK: u32 = 100;
const ROUNDS: usize = 200;

struct Bearer;

impl Protocol for Bearer {
    type Error = Error;

    fn authorize(&self, token: &Token) -> Result<Authorization> {
        Authorization::bearer(&token.access_token)
    }

    fn judge(&self, head: &ReplyHead, _: Option<&[u8]>) -> Verdict<Error> {
        Verdict::by_status(head, || Error::service(ErrorKind::Service, head.service_error()))
    }
}

/// What people write without a session: the same URL from the same name, the same headers, the same patience.
struct Bare {
    client: reqwest::Client,
    base: String,
    authorization: HeaderValue,
    agent: HeaderValue,
}

impl Bare {
    fn new(simulator: &Simulator) -> Self {
        let mut authorization = HeaderValue::from_str(&format!("Bearer {TOKEN}")).unwrap();
        authorization.set_sensitive(true);
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { client, base: simulator.base(), authorization, agent: HeaderValue::from_static("bench/1") }
    }

    async fn get(&self) -> bytes::Bytes {
        let project = utf8_percent_encode("a/b", NON_ALPHANUMERIC);
        let url = format!("{}/v1/projects/{project}", self.base);
        let request = self.client.get(url).timeout(Duration::from_secs(60));
        let request = request.header(AUTHORIZATION, self.authorization.clone());
        let reply = request.header(USER_AGENT, self.agent.clone()).send().await.unwrap();
        reply.error_for_status().unwrap().bytes().await.unwrap()
    }
}

fn session(simulator: &Simulator) -> Session<Bearer> {
    let source = StaticTokenSource::new(TokenKey::new("bench", "none", "me"), "");
    let token = Token::new(TOKEN).with_lifetime(Duration::from_secs(3600));
    let cache = TokenCache::builder(source).initial(Some(token)).build();
    let base = Base::parse("base", &simulator.base(), PlainHttp::Loopback).unwrap();
    Session::builder(Bearer, base)
        .credential(cache)
        .header(USER_AGENT, HeaderValue::from_static("bench/1"))
        .build(&Transport::new(), &Environment::empty(), Arc::new(SystemClock::new()))
        .unwrap()
}

async fn get(session: &Session<Bearer>) -> bytes::Bytes {
    let project = "a/b";
    session.get(path!["v1/projects", project]).bytes().await.unwrap()
}

/// The medians of time per request, in microseconds, and of their ratio. The two take turns, each first as often as
/// the other.
fn compare(runtime: &Runtime, bare: &Bare, session: &Session<Bearer>) -> (f64, f64, f64) {
    let block = |through_session: bool| {
        runtime.block_on(async {
            let start = Instant::now();
            for _ in 0..BLOCK {
                black_box(if through_session { get(session).await } else { bare.get().await });
            }
            start.elapsed().as_secs_f64() * 1e6 / f64::from(BLOCK)
        })
    };
    let mut rounds: Vec<(f64, f64)> = Vec::with_capacity(ROUNDS);
    for round in 0..ROUNDS {
        let first = block(round % 2 == 0);
        let second = block(round % 2 == 1);
        rounds.push(if round % 2 == 0 { (second, first) } else { (first, second) });
    }
    let median = |of: fn(&(f64, f64)) -> f64| {
        let mut values: Vec<f64> = rounds.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values[ROUNDS / 2]
    };
    (median(|round| round.0), median(|round| round.1), median(|round| round.1 / round.0))
}

fn main() {
    let handler = |_: &Request| Reply::json(200, json!({ "id": "a/b", "title": "A project" }));
    let simulator = Simulator::start(handler).unwrap();
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let (bare, session) = (Bare::new(&simulator), session(&simulator));
    let mut criterion = Criterion::default().configure_from_args();
    criterion.bench_function("GET, bare library", |bencher| bencher.iter(|| runtime.block_on(bare.get())));
    criterion.bench_function("GET, session", |bencher| bencher.iter(|| runtime.block_on(get(&session))));
    criterion.bench_function("new session", |bencher| bencher.iter(|| self::session(&simulator)));
    simulator.journal().clear();
    let (alone, through, ratio) = compare(&runtime, &bare, &session);
    println!(
        "bare {alone:.1} us, session {through:.1} us, ratio {ratio:.4} (medians of {ROUNDS} rounds of {BLOCK})"
    );
    criterion.final_summary();
}
