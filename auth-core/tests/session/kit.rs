//! What the tests of the request pipeline share: a service with tokens, a vendor's protocol, and sessions.

use std::io::{self, BufRead as _, BufReader};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use auth_core::oauth2::{ClientAuthentication, Grant, TokenEndpoint, TokenRequest};
use auth_core::protocol::{ReplyHead, Verdict};
use auth_core::secret::SecretString;
use auth_core::sim::{Issuer, Reply, Request, Simulator};
use auth_core::source::StaticTokenSource;
use auth_core::{
    Authorization, Base, BoxFuture, Environment, Error, ErrorKind, ManualClock, PlainHttp, Protocol, Result,
    RetryPolicy, Session, Token, TokenCache, TokenKey, TokenSource, Transport, path, session,
};
use serde_json::json;

/// The token of sessions that cannot renew theirs. Must never be seen in any output.
pub(crate) const TOKEN: &str = "canary-token";
/// How long the tests of timeouts are patient.
pub(crate) const SHORT: Duration = Duration::from_millis(300);

/// How far a transfer said that it had come.
pub(crate) type Reports = Arc<Mutex<Vec<(u64, Option<u64>)>>>;

/// A vendor with the usual manners: a bearer token, and the usual meaning of statuses.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Vendor;

impl Protocol for Vendor {
    type Error = Error;

    fn authorize(&self, token: &Token) -> Result<Authorization> {
        Authorization::bearer(&token.access_token)
    }

    fn judge(&self, head: &ReplyHead, error_body: Option<&[u8]>) -> Verdict<Error> {
        Verdict::by_status(head, || {
            let text = String::from_utf8_lossy(error_body.unwrap_or_default());
            Error::service(ErrorKind::Service, head.service_error().with_message(text))
        })
    }
}

/// What surrounds a session.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    pub(crate) transport: Transport,
    pub(crate) environment: Environment,
    pub(crate) clock: ManualClock,
    pub(crate) retry: RetryPolicy,
    pub(crate) plain_http: PlainHttp,
}

impl Setup {
    pub(crate) fn new() -> Self {
        Self {
            transport: Transport::new(),
            environment: Environment::empty().with_seed(7),
            clock: ManualClock::at("2026-01-02T03:04:05Z".parse().unwrap()),
            retry: RetryPolicy::default(),
            plain_http: PlainHttp::Loopback,
        }
    }

    pub(crate) fn transport(self, transport: Transport) -> Self {
        Self { transport, ..self }
    }

    pub(crate) fn environment(self, environment: Environment) -> Self {
        Self { environment, ..self }
    }

    pub(crate) fn retry(self, retry: RetryPolicy) -> Self {
        Self { retry, ..self }
    }

    /// One attempt only, and no patience.
    pub(crate) fn impatient(self) -> Self {
        let transport =
            Transport::new().with_connect_timeout(SHORT).with_call_timeout(SHORT).with_idle_timeout(SHORT);
        Self { transport, retry: RetryPolicy::never(), ..self }
    }

    pub(crate) fn builder<P: Protocol>(&self, protocol: P, base: &str) -> session::Builder<P> {
        let base = Base::parse("base", base, self.plain_http).unwrap();
        Session::builder(protocol, base).retry(self.retry).plain_http(self.plain_http)
    }

    pub(crate) fn build<P: Protocol>(&self, builder: session::Builder<P>) -> Result<Session<P>> {
        builder.build(&self.transport, &self.environment, Arc::new(self.clock.clone()))
    }

    /// A session with a token that cannot be renewed.
    pub(crate) fn fixed(&self, base: &str) -> Session<Vendor> {
        self.build(self.builder(Vendor, base).credential(self.fixed_cache())).unwrap()
    }

    pub(crate) fn fixed_cache(&self) -> TokenCache {
        let source = StaticTokenSource::new(TokenKey::new("test", "none", "me"), "sign in anew");
        let cache = TokenCache::builder(source).initial(Some(Token::new(TOKEN)));
        cache.clock(Arc::new(self.clock.clone())).build()
    }

    /// A session whose token comes from the service's token endpoint.
    pub(crate) fn renewing(&self, service: &Simulator) -> Session<Vendor> {
        let login = self.build(self.builder(TokenEndpoint, &service.base())).unwrap();
        let cache = TokenCache::builder(Login(login)).clock(Arc::new(self.clock.clone())).build();
        self.build(self.builder(Vendor, &service.base()).credential(cache)).unwrap()
    }
}

struct Login(Session<TokenEndpoint>);

impl TokenSource for Login {
    fn key(&self) -> TokenKey {
        TokenKey::new("test", self.0.base().as_str(), "c-1")
    }

    fn exchange<'a>(&'a self, _held: Option<&'a Token>) -> BoxFuture<'a, Result<Token>> {
        Box::pin(async {
            let request = TokenRequest {
                grant: Grant::ClientCredentials,
                scope: "",
                client_id: "c-1",
                client_secret: &SecretString::from("canary-secret"),
                authentication: ClientAuthentication::Basic,
            };
            request.send(self.0.post(path!["token"]).idempotent(true)).await
        })
    }
}

/// A service that answers `{"ok":true}` to everybody.
pub(crate) fn anybody() -> Simulator {
    Simulator::start(|_: &Request| Reply::json(200, json!({ "ok": true }))).unwrap()
}

/// A service that issues tokens at `POST /token`, answers `{"ok":true}` to whoever has one, and 401 to all others.
pub(crate) fn members_only(setup: &Setup) -> (Simulator, Issuer) {
    let issuer = Issuer::new(Arc::new(setup.clock.clone()), Duration::from_secs(3600));
    let tokens = issuer.clone();
    let simulator = Simulator::start(move |request: &Request| match request.path() {
        "/token" => {
            let issued = tokens.issue("me");
            let (token, life) = (issued.access_token, issued.life.as_secs());
            Reply::json(200, json!({ "access_token": token, "token_type": "Bearer", "expires_in": life }))
        }
        _ => match request.bearer().map(|token| tokens.check(token)) {
            Some(Ok(_)) => Reply::json(200, json!({ "ok": true })),
            _ => Reply::text(401, "not with this token"),
        },
    });
    (simulator.unwrap(), issuer)
}

/// The URL of a port on which nobody listens.
pub(crate) fn nobody() -> String {
    anybody().base()
}

/// A server of which every byte is written by hand: `answer` gets each connection after its request's head was read.
pub(crate) fn raw(answer: impl Fn(TcpStream) -> io::Result<()> + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    serve(listener, answer);
    base
}

pub(crate) fn serve(
    listener: TcpListener,
    answer: impl Fn(TcpStream) -> io::Result<()> + Send + Sync + 'static,
) {
    let answer = Arc::new(answer);
    thread::spawn(move || {
        for stream in listener.incoming().map_while(io::Result::ok) {
            let answer = Arc::clone(&answer);
            thread::spawn(move || {
                read_head(&stream)?;
                answer(stream)
            });
        }
    });
}

/// The lines of a request's head, without the empty one.
pub(crate) fn read_head(stream: &TcpStream) -> io::Result<Vec<String>> {
    BufReader::new(stream)
        .lines()
        .take_while(|line| line.as_ref().is_ok_and(|line| !line.is_empty()))
        .collect()
}
