//! Where redirects lead, and what goes along.

use auth_core::protocol::{Redirects, ReplyHead, Verdict};
use auth_core::sim::{Fault, Reply, Request, Simulator, TestCa};
use auth_core::{Authorization, Body, Error, ErrorKind, Protocol, Result, Session, Token, Transport, path};
use futures_util::stream;
use http::header::{HeaderName, HeaderValue};
use serde_json::json;

use crate::kit::{Setup, TOKEN, Vendor, anybody, members_only};

/// A session with a header that is none of other people's business.
fn session(setup: &Setup, base: &str) -> Session<Vendor> {
    let name = HeaderName::from_static("x-organization");
    let builder = setup.builder(Vendor, base).header(name, HeaderValue::from_static("canary-organization"));
    setup.build(builder.credential(setup.fixed_cache())).unwrap()
}

fn targets(service: &Simulator) -> Vec<String> {
    service.journal().requests().iter().map(|request| request.target()).collect()
}

#[tokio::test]
async fn within_the_origin_everything_goes_along() {
    for status in [301, 302, 303, 307, 308] {
        let service = anybody();
        service.faults().next("GET /a/b", Fault::redirect(status, "../c?d=1#e"));
        service.faults().next("GET /c", Fault::redirect(status, &format!("{}/f", service.base())));
        let session = session(&Setup::new(), &service.base());
        session.get(path!["a/b"]).header("x-mine", "1").done().await.unwrap();
        assert_eq!(targets(&service), ["/a/b", "/c?d=1", "/f"], "{status}");
        for request in service.journal().requests() {
            assert_eq!(request.bearer(), Some(TOKEN));
            assert_eq!(request.header("x-mine"), Some("1"));
            assert_eq!(request.header("x-organization"), Some("canary-organization"));
        }
    }
}

#[tokio::test]
async fn a_write_is_repeated_only_where_it_stays_the_same() {
    for status in [307, 308] {
        let service = anybody();
        service.faults().next("POST /a", Fault::redirect(status, "/b"));
        let session = session(&Setup::new(), &service.base());
        session.post(path!["a"]).json(&json!({ "n": 1 })).done().await.unwrap();
        let moved = service.journal().last().unwrap();
        assert_eq!((moved.target().as_str(), moved.method().as_str()), ("/b", "POST"));
        assert_eq!((moved.json(), moved.bearer()), (Some(json!({ "n": 1 })), Some(TOKEN)));
        assert_eq!(moved.header("content-type"), Some("application/json"));
    }
    for status in [301, 302, 303] {
        let service = anybody();
        service.faults().next("POST /a", Fault::redirect(status, "/b"));
        let error = session(&Setup::new(), &service.base()).post(path!["a"]).done().await.unwrap_err();
        assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Redirect, status));
        assert!(error.to_string().contains("a redirect of POST to 127.0.0.1:"), "{error}");
        assert_eq!(service.journal().len(), 1);
    }
}

#[tokio::test]
async fn a_body_that_was_sent_does_not_go_along() {
    let service = anybody();
    service.faults().next("PUT /a", Fault::redirect(307, "/b"));
    let once = Body::once(None, stream::iter([Ok("abc".into())]));
    let session = session(&Setup::new(), &service.base());
    let error = session.put(path!["a"]).body(once).done().await.unwrap_err();
    assert_eq!((error.kind(), service.journal().len()), (ErrorKind::Redirect, 1));
}

#[tokio::test]
async fn to_another_origin_a_get_goes_bare() {
    for status in [301, 302, 303, 307, 308] {
        let (service, other) = (anybody(), anybody());
        service.faults().next("GET /a", Fault::redirect(status, &format!("{}/b?sig=1", other.base())));
        // Also after a step within the other origin.
        other.faults().next("GET /b", Fault::redirect(302, "/c"));
        let session = session(&Setup::new(), &service.base());
        let request = session.get(path!["a"]).header("cookie", "canary-cookie").header("x-mine", "canary");
        request.json(&json!({ "secret": "canary-body" })).done().await.unwrap();
        assert_eq!(other.journal().render(), "GET /b?sig=1\naccept: */*\n\n---\nGET /c\naccept: */*\n");
        assert!(other.journal().requests().iter().all(|request| request.header("user-agent").is_none()));
    }
}

#[tokio::test]
async fn the_part_that_is_asked_for_goes_along() {
    let (service, other) = (anybody(), anybody());
    service.faults().next("GET /a", Fault::redirect(302, &other.base()));
    let session = session(&Setup::new(), &service.base());
    let request = session.get(path!["a"]).header("range", "bytes=5-").header("if-range", "\"v1\"");
    request.done().await.unwrap();
    let seen = "GET /\naccept: */*\nif-range: \"v1\"\nrange: bytes=5-\n";
    assert_eq!(other.journal().render(), seen);
    assert_eq!(other.journal().last().unwrap().header("accept-encoding"), Some("identity"));
}

#[tokio::test]
async fn who_comes_back_from_another_origin_is_a_stranger() {
    let setup = Setup::new();
    let (service, _) = members_only(&setup);
    let other = anybody();
    service.faults().next("GET /a", Fault::redirect(302, &other.base())).always();
    other.faults().next("GET /", Fault::redirect(302, &format!("{}/b", service.base()))).always();
    let session = setup.renewing(&service);
    let error = session.get(path!["a"]).done().await.unwrap_err();
    assert_eq!(error.status().unwrap(), 401);
    assert_eq!(service.journal().matching("GET /b")[0].header("authorization"), None);
    // What others say of a request without a token tells nothing of the token.
    assert_eq!((service.journal().count("POST /token"), service.journal().count("GET /a")), (1, 1));
}

#[tokio::test]
async fn a_write_does_not_leave_its_origin() {
    let (service, other) = (anybody(), anybody());
    for (method, status) in [("POST", 307), ("PUT", 308), ("DELETE", 307), ("PATCH", 302)] {
        service.journal().clear();
        service.faults().next("/a", Fault::redirect(status, &other.base()));
        let method = method.parse().unwrap();
        let session = session(&Setup::new(), &service.base());
        let error = session.request(method, path!["a"]).json(&1).done().await.unwrap_err();
        assert_eq!((error.kind(), service.journal().len()), (ErrorKind::Redirect, 1), "{error}");
    }
    assert_eq!(other.journal().connections(), 0);
}

#[tokio::test]
async fn encryption_is_not_given_up() {
    let folder = tempfile::tempdir().unwrap();
    let ca = TestCa::shared().unwrap();
    ca.write_to(folder.path().join("ca.pem")).unwrap();
    let handler = |_: &Request| Reply::empty(200);
    let (service, plain) = (Simulator::start_tls(handler, ca).unwrap(), anybody());
    let setup = Setup::new().transport(Transport::new().with_ca_bundle(folder.path().join("ca.pem")));
    service.faults().next("GET /a", Fault::redirect(302, &plain.base()));
    let error = session(&setup, &service.base()).get(path!["a"]).done().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Redirect);
    assert!(error.to_string().contains("from https to plain http at 127.0.0.1:"), "{error}");
    assert_eq!((service.journal().len(), plain.journal().connections()), (1, 0));
    // The other way round nothing is lost.
    plain.faults().next("GET /a", Fault::redirect(302, &service.base()));
    session(&setup, &plain.base()).get(path!["a"]).done().await.unwrap();
}

#[tokio::test]
async fn nobody_is_led_in_circles() {
    let service = anybody();
    service.faults().next("GET /a", Fault::redirect(302, "/a")).always();
    let error = session(&Setup::new(), &service.base()).get(path!["a"]).done().await.unwrap_err();
    assert_eq!((error.kind(), service.journal().len()), (ErrorKind::Redirect, 6));
    assert!(error.to_string().ends_with("/a was redirected too often"), "{error}");
}

#[tokio::test]
async fn a_location_that_leads_nowhere_is_an_error() {
    let nowhere = [
        Reply::empty(302),
        Reply::redirect(302, "file:///etc/passwd"),
        Reply::redirect(302, "http://[::1"),
        Reply::redirect(302, "https://user:canary@127.0.0.1/"),
    ];
    for reply in nowhere {
        let service = anybody();
        service.faults().next("GET /a", Fault::Reply(reply));
        let error = session(&Setup::new(), &service.base()).get(path!["a"]).done().await.unwrap_err();
        assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Redirect, 302));
        let text = format!("{error} {error:?}");
        assert!(text.contains("without a usable location") && !text.contains("canary"), "{text}");
        assert_eq!(service.journal().len(), 1);
    }
}

/// A vendor that follows redirects only so far.
struct Cautious(Redirects);

impl Protocol for Cautious {
    type Error = Error;

    fn authorize(&self, token: &Token) -> Result<Authorization> {
        Vendor.authorize(token)
    }

    fn judge(&self, head: &ReplyHead, error_body: Option<&[u8]>) -> Verdict<Error> {
        Vendor.judge(head, error_body)
    }

    fn redirects(&self) -> Redirects {
        self.0
    }
}

#[tokio::test]
async fn a_vendor_can_be_more_cautious() {
    for (policy, requests, inside, outside) in [
        (Redirects::SameOrigin, 3, None, Some(ErrorKind::Redirect)),
        (Redirects::Nowhere, 2, Some(ErrorKind::Service), Some(ErrorKind::Service)),
    ] {
        let (service, other, setup) = (anybody(), anybody(), Setup::new());
        service.faults().next("GET /in", Fault::redirect(302, "/x"));
        service.faults().next("GET /out", Fault::redirect(302, &other.base()));
        let builder = setup.builder(Cautious(policy), &service.base());
        let session = setup.build(builder.credential(setup.fixed_cache())).unwrap();
        let kind = |outcome: Result<()>| outcome.err().map(|error| error.kind());
        assert_eq!(kind(session.get(path!["in"]).done().await), inside, "{policy:?}");
        assert_eq!(kind(session.get(path!["out"]).done().await), outside, "{policy:?}");
        assert_eq!((service.journal().len(), other.journal().len()), (requests, 0));
    }
}
