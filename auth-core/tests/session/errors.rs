//! Every error of the pipeline as people read it. Read the difference before a change of the snapshot is kept.

use std::fmt::Write as _;
use std::sync::Arc;

use auth_core::sim::{Fault, Reply, Request, Simulator, TestCa};
use auth_core::{
    Body, Environment, Error, ErrorKind, PlainHttp, Result, SecretString, Session, Token, TokenCache,
    TokenKey, Transport, path,
};
use futures_util::stream;
use http::Method;
use serde_json::json;

use crate::kit::{Setup, TOKEN, Vendor, anybody, nobody};

/// The error with its `Debug` form, and the answers to what programs ask.
fn describe(text: &mut String, what: &str, outcome: Result<()>, hosts: &[String]) {
    let error = outcome.unwrap_err();
    let mut shown = format!("{error:?}");
    assert_eq!(shown, format!("{:?}: {error}", error.kind()), "Debug is the kind and the text");
    for host in hosts {
        shown = shown.replace(host, "$HOST");
    }
    let predicates = [
        ("auth", error.is_auth()),
        ("retryable", error.is_retryable()),
        ("unknown", error.is_outcome_unknown()),
        ("timeout", error.is_timeout()),
    ];
    let holds: Vec<_> = predicates.iter().filter(|(_, holds)| *holds).map(|(name, _)| *name).collect();
    let status = error.status().map(|status| format!(" status {}", status.as_u16())).unwrap_or_default();
    writeln!(text, "{what}\n  {shown}\n  [{}]{status}\n", holds.join(" ")).unwrap();
}

fn impatient(base: &str) -> Session<Vendor> {
    Setup::new().impatient().fixed(base)
}

async fn after(fault: Fault, method: Method) -> (Result<()>, String) {
    let service = anybody();
    service.faults().next("/**", fault).always();
    let session = impatient(&service.base());
    let id = "canary-id";
    let outcome = session.request(method, path!["v1/things", id]).query("q", "canary-query").bytes().await;
    (outcome.map(|_| ()), service.base()["http://".len()..].to_owned())
}

#[tokio::test]
async fn what_comes_from_the_wire() {
    let mut text = String::new();
    let busy = Reply::text(503, " busy ").header("retry-after", "7").header("x-request-id", "r-1");
    for (what, fault) in [
        ("a refusal", Fault::status(403)),
        ("a rejected token", Fault::status(401)),
        ("an outage", Fault::Reply(busy)),
        ("a gateway that gave up", Fault::status(504)),
        ("a page in the way", Fault::Reply(Reply::html(404, "<h1>Not here</h1>\n".repeat(100)))),
        ("a reset", Fault::ResetBeforeReply),
        ("a close", Fault::CloseBeforeReply),
        ("a reply that breaks off", Fault::Truncate { after: 2 }),
        ("a reply that is reset", Fault::ResetMidReply { after: 2 }),
        ("no reply", Fault::Stall),
        ("no end of the reply", Fault::StallMidReply { after: 2 }),
        ("a login page", Fault::redirect(302, "https://login.example/?canary")),
        ("a redirect to nowhere", Fault::redirect(307, "ftp://canary")),
        ("a circle", Fault::redirect(308, "/canary")),
    ] {
        for method in [Method::GET, Method::POST] {
            // A GET that is sent to another host would leave the machine.
            if what == "a login page" && method == Method::GET {
                continue;
            }
            let (outcome, host) = after(fault.clone(), method.clone()).await;
            describe(&mut text, &format!("{method}: {what}"), outcome, &[host]);
        }
    }
    assert!(!text.contains("canary") && !text.contains(TOKEN));
    insta::assert_snapshot!(text);
}

#[tokio::test]
async fn what_is_found_out_here() {
    let mut text = String::new();
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().display().to_string();
    let ca = TestCa::shared().unwrap();
    let secure = Simulator::start_tls(|_: &Request| Reply::empty(200), ca).unwrap();
    let (service, gone) = (anybody(), nobody());
    let host = |base: &str| base.split("://").last().unwrap().to_owned();
    let hosts = [place, host(&secure.base()), host(&service.base()), host(&gone)];
    let session = impatient(&service.base());
    let setup = Setup::new().impatient();

    let outcome = impatient(&gone).post(path!["x"]).done().await;
    describe(&mut text, "nobody listens", outcome, &hosts);
    let outcome = Setup::new().fixed(&secure.base()).get(path!["x"]).done().await;
    describe(&mut text, "a certificate of a stranger", outcome, &hosts);
    let bundle = folder.path().join("missing.pem");
    let broken = setup.clone().environment(Environment::empty().with_var("SSL_CERT_FILE", &bundle));
    let outcome = broken.build(broken.builder(Vendor, &service.base())).map(|_| ());
    describe(&mut text, "a bundle that is missing", outcome, &hosts);
    let broken = setup.clone().transport(Transport::new().with_proxy("socks5://me:canary@h:1"));
    let outcome = broken.build(broken.builder(Vendor, &service.base())).map(|_| ());
    describe(&mut text, "a proxy that cannot be used", outcome, &hosts);
    let outcome = auth_core::Base::parse("base_url", "http://api.example", PlainHttp::Loopback).map(|_| ());
    describe(&mut text, "plain http", outcome, &hosts);

    let empty = "";
    let outcome = session.get(path!["v1", empty]).done().await;
    describe(&mut text, "a name that is empty", outcome, &hosts);
    let outcome = session.get(path!["x"]).header("x-key", "canary\n").done().await;
    describe(&mut text, "a header that cannot be sent", outcome, &hosts);
    let outcome = session.get(path!["x"]).query("q", "canary".repeat(20_000)).done().await;
    describe(&mut text, "a query that is too long", outcome, &hosts);
    let once = Body::once(None, stream::iter([Ok("abc".into())]));
    session.put(path!["x"]).body(once.clone()).done().await.unwrap();
    let outcome = session.put(path!["x"]).body(once).done().await;
    describe(&mut text, "a stream that was used", outcome, &hosts);
    let outcome = Body::file(folder.path().join("missing")).await.map(|_| ());
    describe(&mut text, "a file that is missing", outcome, &hosts);
    let outcome = session.signed(Method::PUT, "http://bucket.example/canary?canary").done().await;
    describe(&mut text, "a signed URL without encryption", outcome, &hosts);
    let outcome = session.signed(Method::PUT, "canary").done().await;
    describe(&mut text, "a signed URL that is none", outcome, &hosts);
    let never = Body::reopening(None, || Box::pin(std::future::pending()));
    let outcome = session.post(path!["x"]).body(never).done().await;
    describe(&mut text, "a body that does not come", outcome, &hosts);
    let stalls = Body::reopening(None, || Box::pin(std::future::ready(Ok(Box::pin(stream::pending()) as _))));
    let outcome = session.put(path!["x"]).body(stalls).done().await;
    describe(&mut text, "a body that stands still", outcome, &hosts);
    let outcome = session.get(path!["x"]).json_reply::<Vec<u8>>().await.map(|_| ());
    describe(&mut text, "a reply that is something else", outcome, &hosts);
    let source = auth_core::source::StaticTokenSource::new(TokenKey::new("test", "u", "me"), "sign in anew");
    let cache = TokenCache::builder(source)
        .initial(Some(Token::new("canary\n")))
        .clock(Arc::new(setup.clock.clone()));
    let outcome = setup.build(setup.builder(Vendor, &service.base()).credential(cache.build())).unwrap();
    let outcome = outcome.get(path!["x"]).done().await;
    describe(&mut text, "a token that cannot be sent", outcome, &hosts);
    assert!(!text.contains("canary") && !text.contains(TOKEN));
    insta::assert_snapshot!(text);
}

#[test]
fn kinds_are_known_to_programs() {
    let error = |kind| Error::new(kind, "x");
    let holds = |ask: fn(&Error) -> bool| -> Vec<ErrorKind> {
        use ErrorKind::*;
        let all = [
            InvalidInput,
            Configuration,
            NoCredentials,
            InvalidCredentials,
            TokenRefused,
            TokenUnavailable,
            Service,
            Transport,
            Timeout,
            Reply,
            OutcomeUnknown,
            Redirect,
            Store,
            File,
            Stopped,
        ];
        all.into_iter().filter(|kind| ask(&error(*kind))).collect()
    };
    use ErrorKind::*;
    assert_eq!(holds(Error::is_auth), [NoCredentials, InvalidCredentials, TokenRefused]);
    assert_eq!(holds(Error::is_retryable), [TokenUnavailable, Transport, Timeout, Stopped]);
    assert_eq!(holds(Error::is_outcome_unknown), [OutcomeUnknown]);
    assert_eq!(holds(Error::is_timeout), [Timeout]);
}

#[tokio::test]
async fn what_a_request_hides_is_not_shown() {
    let secret = SecretString::from("p\"w\n1");
    let service = Simulator::start(|request: &Request| {
        let text = request.json().and_then(|json| json["value"].as_str().map(str::to_owned)).unwrap();
        Reply::json(400, json!({ "message": format!("`{text}` is too short") }))
    });
    let service = service.unwrap();
    let session = Setup::new().fixed(&service.base());
    let body = json!({ "value": "p\"w\n1" });
    let put = || session.put(path!["x"]).json(&body);
    let error = put().hiding(&secret).done().await.unwrap_err();
    assert!(
        !format!("{error} {error:?}").contains("p\\\"w") && !error.to_string().contains("p\"w"),
        "{error}"
    );
    let shown = put().done().await.unwrap_err().to_string();
    assert!(shown.contains("p\\\"w"), "the test would not see it: {shown}");
}

#[tokio::test]
async fn a_whole_reply_to_a_write_that_breaks_off_is_no_plain_failure() {
    let service = anybody();
    service.faults().next("POST /x", Fault::Truncate { after: 1 });
    let session = Setup::new().fixed(&service.base());
    let error = session.post(path!["x"]).whole().await.unwrap_err();
    assert!(error.is_outcome_unknown(), "{error}");
    assert!(!session.post(path!["x"]).whole().await.unwrap().bytes().await.unwrap().is_empty());
}
