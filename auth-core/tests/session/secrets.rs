//! What is logged, and what is not. Every span and event is caught, at every level and of every library.

use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex};

use auth_core::sim::{Fault, Reply, Request, Simulator};
use auth_core::{Body, Progress, Transport, path};
use futures_util::StreamExt as _;
use http::Method;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

use crate::kit::{SHORT, Setup, TOKEN, Vendor, anybody, members_only};

/// Keeps all that it is told, one line each.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _ = write!(self.0, " {field}={value:?}");
    }
}

impl Log {
    fn note(&self, start: String, record: impl FnOnce(&mut Line)) {
        let mut line = Line(start);
        record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }

    /// The lines of our own, without ports and times.
    fn ours(&self, base: &str) -> Vec<String> {
        let host = base.split("://").last().unwrap();
        let lines = self.0.lock().unwrap();
        let ours = lines.iter().filter(|line| line.contains("auth_core"));
        ours.map(|line| line.replace(host, "$HOST"))
            .map(|line| line.split(" elapsed_ms=").next().unwrap().to_owned())
            .collect()
    }

    fn text(&self) -> String {
        self.0.lock().unwrap().join("\n")
    }
}

impl<S: Subscriber> Layer<S> for Log {
    fn on_new_span(&self, span: &Attributes<'_>, id: &Id, _: Context<'_, S>) {
        let (target, name) = (span.metadata().target(), span.metadata().name());
        self.note(format!("{target} span {} {name}", id.into_u64()), |line| span.record(line));
    }

    fn on_record(&self, id: &Id, record: &Record<'_>, _: Context<'_, S>) {
        self.note(format!("auth_core record {}", id.into_u64()), |line| record.record(line));
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        self.note(format!("{} event", event.metadata().target()), |line| event.record(line));
    }
}

/// Catches everything on this thread until the guard is dropped.
fn listen(level: LevelFilter) -> (Log, tracing::subscriber::DefaultGuard) {
    let log = Log::default();
    let subscriber = tracing_subscriber::registry().with(log.clone().with_filter(level));
    (log, tracing::subscriber::set_default(subscriber))
}

#[tokio::test]
async fn a_request_is_one_span() {
    let setup = Setup::new();
    let service = anybody();
    let session = setup.fixed(&service.base());
    let (log, _guard) = listen(LevelFilter::DEBUG);
    service.faults().next("GET /v1/*", Fault::status(503));
    let id = "canary-id";
    session.get(path!["v1", id]).query("q", "canary-query").done().await.unwrap();
    service.faults().next("GET /v1/*", Fault::status(404));
    session.get(path!["v1", id]).done().await.unwrap_err();
    let lines = log.ours(&service.base());
    let span = lines.iter().find(|line| line.contains(" request ")).unwrap();
    assert!(span.ends_with(r#" request method=GET host="$HOST" path="/v1/{id}""#), "{span}");
    let of = |line: &&String| line.contains(" record ");
    let records: Vec<_> = lines.iter().filter(of).map(|line| line.rsplit(' ').next().unwrap()).collect();
    assert_eq!(records, ["status=503", "attempts=1", "status=200", "attempts=2", "status=404", "attempts=1"]);
    let error = "GET $HOST/v1/{id} answered 404 Not Found: simulated status 404";
    assert!(lines.iter().any(|line| line.contains(&format!("message=failed error={error}"))), "{lines:#?}");
    assert!(!lines.join("\n").contains("canary"));
}

#[tokio::test]
async fn nobody_elses_span_is_written_to() {
    let service = anybody();
    let session = Setup::new().fixed(&service.base());
    let (log, _guard) = listen(LevelFilter::INFO);
    let span = tracing::info_span!("mine", status = tracing::field::Empty, attempts = tracing::field::Empty);
    let _entered = span.enter();
    session.get(path!["x"]).done().await.unwrap();
    assert!(log.text().contains("mine") && !log.text().contains("record"), "{}", log.text());
}

#[tokio::test]
async fn no_secret_is_logged() {
    let (log, _guard) = listen(LevelFilter::TRACE);
    let setup = Setup::new();
    let (service, issuer) = members_only(&setup);
    let renewing = setup.renewing(&service);
    let bucket = anybody();
    let signed = format!("{}/canary-key?X-Signature=canary-signature", bucket.base());
    // Renewals, retries, rejections, redirects, refusals, breaks.
    renewing.get(path!["x"]).header("cookie", "canary-cookie").done().await.unwrap();
    issuer.revoke_all();
    service.faults().next("POST /token", Fault::status(503));
    renewing.post(path!["x"]).json(&"canary-body").done().await.unwrap();
    for fault in [
        Fault::status(500),
        Fault::ResetBeforeReply,
        Fault::Truncate { after: 2 },
        Fault::redirect(302, &signed),
        Fault::redirect(302, "https://canary-user:canary-password@127.0.0.1:1/canary-path"),
        Fault::not_json(),
    ] {
        service.faults().next("GET /x", fault);
        let _ = renewing.get(path!["x"]).query("key", "canary-query").json_reply::<u8>().await;
    }
    service.faults().next("POST /token", Fault::status(400)).always();
    issuer.revoke_all();
    assert!(renewing.get(path!["x"]).done().await.is_err());
    let impatient = setup.clone().impatient();
    let fixed = impatient.fixed(&service.base());
    for fault in
        [Fault::status(403), Fault::ResetBeforeReply, Fault::Stall, Fault::StallMidReply { after: 1 }]
    {
        bucket.faults().next("/canary-key", fault);
        let body = Progress::silent().of_upload(Body::bytes("canary-upload"));
        let _ = fixed.signed(Method::PUT, &signed).body(body).done().await;
    }
    let mut stream = fixed.signed(Method::GET, &signed).send().await.unwrap().stream();
    while stream.next().await.is_some() {}
    assert!(fixed.signed(Method::GET, "https://canary-user:canary@canary/?canary").done().await.is_err());
    let proxy = Transport::new().with_proxy("http://canary-user:canary-password@127.0.0.1:1");
    let proxied = Setup { transport: proxy.with_connect_timeout(SHORT), ..impatient.clone() };
    let builder = proxied.builder(Vendor, "https://api.example").credential(proxied.fixed_cache());
    assert!(proxied.build(builder).unwrap().get(path!["x"]).done().await.is_err());
    let text = log.text();
    assert!(text.contains("hyper_util") && text.lines().count() > 100, "every library is heard");
    // The issuer's tokens are not canaries by name.
    for secret in ["canary", "access-1", "access-2", "access-3", "refresh-", "Basic ", "Bearer "] {
        let told: Vec<_> = text.lines().filter(|line| line.contains(secret)).collect();
        assert!(told.is_empty(), "{secret}: {told:#?}");
    }
}

#[tokio::test]
async fn a_token_that_the_service_quotes_is_not_shown() {
    let service = Simulator::start(|request: &Request| {
        let token = request.bearer().unwrap_or_default();
        Reply::text(400, format!("the key {token} may not do this ({token})"))
    });
    let service = service.unwrap();
    let session = Setup::new().fixed(&service.base());
    let error = session.get(path!["x"]).done().await.unwrap_err();
    assert_eq!(service.journal().last().unwrap().bearer(), Some(TOKEN));
    assert!(error.to_string().ends_with("the key [REDACTED] may not do this ([REDACTED])"), "{error}");
    assert!(!format!("{error:?}").contains(TOKEN));
}
