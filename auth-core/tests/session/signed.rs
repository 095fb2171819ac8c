//! Signed URLs and base URLs: who gets the credential, and whose address stays hidden.

use auth_core::sim::{Fault, Reply, Request, Simulator};
use auth_core::{Base, Body, Error, ErrorKind, PlainHttp, Session, Transport, path};
use futures_util::StreamExt as _;
use http::Method;
use http::header::{ACCEPT, HeaderValue, USER_AGENT};
use serde_json::Value;

use crate::kit::{Setup, TOKEN, Vendor, anybody, members_only, nobody};

const SIGNED: &str = "/bucket/canary-key?X-Signature=canary-signature&X-Credential=canary";

fn session(setup: &Setup, base: &str) -> Session<Vendor> {
    let builder = setup
        .builder(Vendor, base)
        .header(ACCEPT, HeaderValue::from_static("application/canary"))
        .header(USER_AGENT, HeaderValue::from_static("test/1"));
    setup.build(builder.credential(setup.fixed_cache())).unwrap()
}

/// Everything that an error shows, its causes included.
fn text(error: &Error) -> String {
    let mut text = format!("{error} {error:?} {error:#?}");
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text += &format!(" {error} {error:?}");
        cause = error.source();
    }
    text
}

#[tokio::test]
async fn nothing_of_ours_goes_to_a_signed_url() {
    let (service, bucket) = (anybody(), anybody());
    let session = session(&Setup::new(), &service.base());
    let request = session.signed(Method::PUT, &format!("{}{SIGNED}", bucket.base()));
    request.header("content-type", "image/png").body(Body::bytes("abc")).done().await.unwrap();
    let seen = bucket.journal().last().unwrap();
    assert_eq!((seen.target().as_str(), seen.body().as_ref()), (SIGNED, &b"abc"[..]));
    assert_eq!((seen.header("authorization"), seen.header("accept")), (None, Some("*/*")));
    assert_eq!((seen.header("content-type"), seen.header("user-agent")), (Some("image/png"), Some("test/1")));
    assert_eq!(service.journal().connections(), 0);
}

#[tokio::test]
async fn a_signed_url_is_shown_by_its_host_only() {
    let setup = Setup::new().impatient();
    let session = session(&setup, "http://127.0.0.1:1");
    let faults = [
        Fault::status(403),
        Fault::status(503),
        Fault::ResetBeforeReply,
        Fault::Truncate { after: 1 },
        Fault::Stall,
        Fault::StallMidReply { after: 1 },
        Fault::not_json(),
        Fault::redirect(307, "/elsewhere?X-Signature=canary"),
        Fault::redirect(302, "https://u:canary@127.0.0.1/?X-Signature=canary"),
        Fault::redirect(302, "https://127.0.0.1:1/canary?X-Signature=canary"),
    ];
    for fault in faults {
        for method in [Method::GET, Method::POST, Method::PUT] {
            let bucket = Simulator::start(|_: &Request| Reply::text(200, "not json")).unwrap();
            bucket.faults().next(&format!("* {}", SIGNED.split('?').next().unwrap()), fault.clone());
            let url = format!("{}{SIGNED}", bucket.base());
            let reply: Result<Value, _> =
                session.signed(method.clone(), &url).body(Body::bytes("abc")).json_reply().await;
            let error = text(&reply.unwrap_err());
            assert!(!error.contains("canary"), "{fault:?}: {error}");
            let name = format!("{method} {} (signed URL)", bucket.base().replace("http://", ""));
            assert!(error.contains(&name), "{fault:?}: {error}");
        }
    }
    let gone = format!("{}{SIGNED}", nobody());
    let error = text(&session.signed(Method::GET, &gone).done().await.unwrap_err());
    assert!(error.contains("no connection") && !error.contains("canary"), "{error}");
    // A download that breaks off after its head.
    let bucket = anybody();
    bucket.faults().next("GET /**", Fault::ResetMidReply { after: 3 });
    let url = format!("{}{SIGNED}", bucket.base());
    let mut stream = session.signed(Method::GET, &url).send().await.unwrap().stream();
    let broken = loop {
        if let Err(error) = stream.next().await.unwrap() {
            break text(&error);
        }
    };
    assert!(broken.contains("(signed URL): the reply broke off") && !broken.contains("canary"), "{broken}");
}

#[tokio::test]
async fn a_rejected_signed_url_says_nothing_of_our_token() {
    let setup = Setup::new();
    let (service, _) = members_only(&setup);
    let session = setup.renewing(&service);
    let error = session.signed(Method::GET, &format!("{}/x", service.base())).done().await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), service.journal().len()), (401, 1));
}

#[tokio::test]
async fn urls_that_cannot_be_used_are_refused_and_not_shown() {
    let session = session(&Setup::new(), "http://127.0.0.1:1");
    for (url, kind) in [
        ("http://bucket.example/canary?sig=canary", ErrorKind::Configuration),
        ("https://user:canary@bucket.example/", ErrorKind::Reply),
        ("https://canary@127.0.0.1/", ErrorKind::Reply),
        ("http://canary:x@bucket.example/", ErrorKind::Reply),
        ("ftp://bucket.example/canary", ErrorKind::Reply),
        ("file:///etc/canary", ErrorKind::Reply),
        ("/bucket/canary", ErrorKind::Reply),
        ("https://canary:port/", ErrorKind::Reply),
        ("", ErrorKind::Reply),
    ] {
        let error = session.signed(Method::GET, url).done().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{url}");
        assert!(!text(&error).contains("canary"), "{url}: {error}");
    }
    // A client that may speak plain http anywhere may also do so here, and gets as far as its proxy.
    let proxy = Transport::new().with_proxy(nobody());
    let open = Setup { plain_http: PlainHttp::Anywhere, ..Setup::new().transport(proxy) };
    let session = self::session(&open, "http://127.0.0.1:1");
    let error = session.signed(Method::GET, "http://bucket.example/").done().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
}

#[tokio::test]
async fn only_known_base_urls_get_the_credential() {
    let (first, second, other) = (anybody(), anybody(), anybody());
    let setup = Setup::new();
    let base = |service: &Simulator| Base::parse("base", &service.base(), PlainHttp::Loopback).unwrap();
    let builder = setup.builder(Vendor, &first.base()).base(base(&second));
    let session = setup.build(builder.credential(setup.fixed_cache())).unwrap();
    session.get(path!["x"]).at(&base(&second)).done().await.unwrap();
    assert_eq!(second.journal().last().unwrap().bearer(), Some(TOKEN));
    let error = session.get(path!["x"]).at(&base(&other)).done().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains(&format!("{} is not a base URL of this client", other.base())));
    // Another path on the same host is another base.
    let below = Base::parse("base", &format!("{}/v2", first.base()), PlainHttp::Loopback).unwrap();
    assert!(session.get(path!["x"]).at(&below).done().await.is_err());
    assert_eq!((first.journal().connections(), other.journal().connections()), (0, 0));
}
