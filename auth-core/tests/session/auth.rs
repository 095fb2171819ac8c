//! Tokens on their way: sent with each attempt, renewed once when they are rejected.

use std::sync::Arc;
use std::time::Duration;

use auth_core::protocol::{ReplyHead, Verdict};
use auth_core::secret::expose;
use auth_core::sim::{Fault, Gate, Reply, Request, Simulator};
use auth_core::{
    Authorization, Body, Error, ErrorKind, Protocol, Result, RetryPolicy, Token, TokenCache, TokenKey, path,
};
use futures_util::future::join_all;
use futures_util::stream;
use http::Method;
use serde_json::json;

use crate::kit::{Setup, TOKEN, Vendor, anybody, members_only};

/// The bearer tokens that a service has seen, in order.
fn tokens(service: &Simulator, pattern: &str) -> Vec<String> {
    let requests = service.journal().matching(pattern);
    requests.iter().map(|request| request.bearer().unwrap_or("none").to_owned()).collect()
}

#[tokio::test]
async fn a_rejected_token_is_renewed_once_and_the_request_sent_again() {
    let setup = Setup::new();
    let (service, issuer) = members_only(&setup);
    // A rejection is no failed attempt: it is replayed also where nothing is ever retried.
    let session = setup.clone().retry(RetryPolicy::never()).renewing(&service);
    session.get(path!["x"]).done().await.unwrap();
    issuer.revoke_all();
    service.journal().clear();
    session.post(path!["x"]).json(&json!({ "n": 1 })).done().await.unwrap();
    let seen: Vec<_> = service.journal().requests().iter().map(|request| request.target()).collect();
    assert_eq!(seen, ["/x", "/token", "/x"]);
    assert_eq!(tokens(&service, "POST /x"), ["access-1", "access-2"]);
    assert!(service.journal().matching("POST /x").iter().all(|post| post.json() == Some(json!({ "n": 1 }))));
    assert!(setup.clock.sleeps().is_empty());
}

#[tokio::test]
async fn a_rejection_is_not_counted_as_an_attempt() {
    let setup = Setup::new();
    let (service, _) = members_only(&setup);
    let session = setup.clone().retry(RetryPolicy::default().with_max_attempts(2)).renewing(&service);
    service.faults().next("GET /x", Fault::status(401));
    service.faults().next("GET /x", Fault::status(503));
    session.get(path!["x"]).done().await.unwrap();
    assert_eq!((service.journal().count("GET /x"), setup.clock.sleeps().len()), (3, 1));
}

#[tokio::test]
async fn a_second_rejection_is_the_answer() {
    let setup = Setup::new();
    let (service, _) = members_only(&setup);
    let session = setup.renewing(&service);
    service.faults().next("/x", Fault::status(401)).always();
    for method in [Method::GET, Method::POST] {
        service.journal().clear();
        let error = session.request(method, path!["x"]).done().await.unwrap_err();
        assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Service, 401));
        assert!(error.is_auth() && !error.is_retryable());
        assert_eq!(service.journal().count("/x"), 2);
    }
    // One at the beginning, and one for each call: the second token of a call is kept.
    assert_eq!(service.journal().count("POST /token"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_rejections_at_a_time_cause_one_renewal() {
    let setup = Setup::new();
    let (service, issuer) = members_only(&setup);
    let session = setup.renewing(&service);
    session.get(path!["x"]).done().await.unwrap();
    let gate = Gate::new();
    service.faults().next("GET /x", Fault::Hold(gate.clone())).times(200);
    let callers: Vec<_> = (0..200)
        .map(|_| {
            let session = session.clone();
            tokio::spawn(async move { session.get(path!["x"]).done().await })
        })
        .collect();
    assert!(service.journal().wait_for("GET /x", 201, Duration::from_secs(20)).await);
    issuer.revoke_all();
    gate.open();
    for outcome in join_all(callers).await {
        outcome.unwrap().unwrap();
    }
    assert_eq!((service.journal().count("POST /token"), service.journal().count("GET /x")), (2, 401));
}

#[tokio::test]
async fn a_late_rejection_of_an_old_token_spares_the_new_one() {
    let setup = Setup::new();
    let (service, issuer) = members_only(&setup);
    let session = setup.renewing(&service);
    session.get(path!["x"]).done().await.unwrap();
    let gate = Gate::new();
    service.faults().next("GET /slow", Fault::Hold(gate.clone()));
    let late = tokio::spawn({
        let session = session.clone();
        async move { session.get(path!["slow"]).done().await }
    });
    assert!(service.journal().wait_for("GET /slow", 1, Duration::from_secs(10)).await);
    issuer.revoke_all();
    session.get(path!["x"]).done().await.unwrap();
    gate.open();
    late.await.unwrap().unwrap();
    assert_eq!(tokens(&service, "GET /slow"), ["access-1", "access-2"]);
    assert_eq!(service.journal().count("POST /token"), 2);
}

#[tokio::test]
async fn a_body_that_can_be_sent_once_is_not_sent_again() {
    let setup = Setup::new();
    let (service, issuer) = members_only(&setup);
    let session = setup.renewing(&service);
    session.get(path!["x"]).done().await.unwrap();
    issuer.revoke_all();
    let once = || Body::once(None, stream::iter([Ok("abc".into())]));
    let error = session.put(path!["x"]).body(once()).done().await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), service.journal().count("PUT /x")), (401, 1));
    // The rejected token is gone all the same: who tries again has a new one.
    session.put(path!["x"]).body(once()).done().await.unwrap();
    assert_eq!(tokens(&service, "PUT /x"), ["access-1", "access-2"]);
}

#[tokio::test]
async fn a_token_that_cannot_be_renewed_is_kept() {
    let (service, setup) = (anybody(), Setup::new());
    let session = setup.fixed(&service.base());
    service.faults().next("GET /x", Fault::status(401));
    let error = session.get(path!["x"]).done().await.unwrap_err();
    assert_eq!(error.status().unwrap(), 401);
    session.get(path!["x"]).done().await.unwrap();
    assert_eq!(tokens(&service, "GET /x"), [TOKEN, TOKEN]);
}

#[tokio::test]
async fn each_attempt_carries_the_token_of_its_own_time() {
    let setup = Setup::new();
    let (service, issuer) = members_only(&setup);
    issuer.set_life(Duration::from_secs(30));
    let later = Reply::empty(503).header("retry-after", "60");
    service.faults().next("GET /x", Fault::Reply(later));
    setup.renewing(&service).get(path!["x"]).done().await.unwrap();
    assert_eq!(tokens(&service, "GET /x"), ["access-1", "access-2"]);
}

#[tokio::test]
async fn without_a_token_nothing_is_sent() {
    let setup = Setup::new();
    let (service, _) = members_only(&setup);
    let session = setup.renewing(&service);
    service.faults().next("POST /token", Fault::status(403)).always();
    let error = session.get(path!["x"]).done().await.unwrap_err();
    assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::TokenRefused, 403));
    assert_eq!(service.journal().count("GET /x"), 0);
}

#[tokio::test]
async fn unauthorized_requests_carry_and_renew_nothing() {
    let setup = Setup::new();
    let (service, _) = members_only(&setup);
    let error = setup.renewing(&service).get(path!["x"]).unauthorized().done().await.unwrap_err();
    assert_eq!(error.status().unwrap(), 401);
    assert_eq!(service.journal().render(), "GET /x\naccept: */*\n");
}

/// A vendor whose token is a pair of the query, and who hands out new ones by a header.
struct Generous;

impl Protocol for Generous {
    type Error = Error;

    fn authorize(&self, token: &Token) -> Result<Authorization> {
        Ok(Authorization::query("key", token.access_token.clone()))
    }

    fn judge(&self, head: &ReplyHead, error_body: Option<&[u8]>) -> Verdict<Error> {
        Vendor.judge(head, error_body)
    }

    fn renewed(&self, head: &ReplyHead) -> Option<Token> {
        Some(Token::new(head.header("x-new-token")?).with_lifetime(Duration::from_secs(7200)))
    }
}

fn generous(setup: &Setup, base: &str) -> (auth_core::Session<Generous>, TokenCache) {
    let source = auth_core::source::StaticTokenSource::new(TokenKey::new("test", "none", "me"), "");
    let first = Token::new("first/+ &")
        .with_lifetime(Duration::from_secs(3600))
        .received(auth_core::Clock::now(&setup.clock));
    let cache = TokenCache::builder(source).initial(Some(first)).clock(Arc::new(setup.clock.clone())).build();
    (setup.build(setup.builder(Generous, base).credential(cache.clone())).unwrap(), cache)
}

fn held(cache: &TokenCache) -> String {
    expose(&cache.peek().unwrap().token().access_token).to_owned()
}

#[tokio::test]
async fn a_token_in_the_query_follows_within_its_origin() {
    let (service, setup) = (anybody(), Setup::new());
    let (session, _) = generous(&setup, &service.base());
    service.faults().next("GET /x", Fault::redirect(302, "/y?b=2"));
    session.get(path!["x"]).query("a", 1).done().await.unwrap();
    let seen: Vec<_> = service.journal().requests().iter().map(|request| request.target()).collect();
    assert_eq!(seen, ["/x?a=1&key=first%2F%2B+%26", "/y?b=2&key=first%2F%2B+%26"]);
    // A name that the caller uses too is no reason to leave it out.
    session.get(path!["y"]).query("key", "mine").done().await.unwrap();
    assert_eq!(service.journal().last().unwrap().target(), "/y?key=mine&key=first%2F%2B+%26");
    // A service that puts it into the location itself gets it once.
    service.faults().next("GET /x", Fault::redirect(302, "/z?key=from-the-service"));
    session.get(path!["x"]).done().await.unwrap();
    assert_eq!(service.journal().last().unwrap().target(), "/z?key=from-the-service");
}

#[tokio::test]
async fn only_the_service_itself_can_hand_out_a_token() {
    let handing_out = || {
        Simulator::start(|_: &Request| Reply::json(200, json!({})).header("x-new-token", "second")).unwrap()
    };
    let (service, other, setup) = (handing_out(), handing_out(), Setup::new());
    let (session, cache) = generous(&setup, &service.base());
    session.signed(Method::GET, &other.base()).done().await.unwrap();
    service.faults().next("GET /x", Fault::redirect(302, &other.base()));
    session.get(path!["x"]).done().await.unwrap();
    assert_eq!((other.journal().len(), held(&cache).as_str()), (2, "first/+ &"));
    session.get(path!["x"]).done().await.unwrap();
    assert_eq!(held(&cache), "second");
}

/// A vendor who sends callers without a good token to a login page.
struct Portal;

impl Protocol for Portal {
    type Error = Error;

    fn authorize(&self, token: &Token) -> Result<Authorization> {
        Vendor.authorize(token)
    }

    fn judge(&self, head: &ReplyHead, error_body: Option<&[u8]>) -> Verdict<Error> {
        match Vendor.judge(head, error_body) {
            Verdict::Fail(error) if head.status == http::StatusCode::FOUND => Verdict::Rejected(error),
            other => other,
        }
    }
}

#[tokio::test]
async fn a_login_page_is_a_rejection_where_the_vendor_says_so() {
    let setup = Setup::new();
    let (service, _) = members_only(&setup);
    let cache = setup.renewing(&service).credential().unwrap().clone();
    let session = setup.build(setup.builder(Portal, &service.base()).credential(cache)).unwrap();
    let login = Fault::redirect(302, "https://login.example/");
    service.faults().next("/x", login.clone());
    session.post(path!["x"]).json(&1).done().await.unwrap();
    assert_eq!(tokens(&service, "POST /x"), ["access-1", "access-2"]);
    service.faults().next("GET /x", login).always();
    let error = session.get(path!["x"]).done().await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), service.journal().count("GET /x")), (302, 2));
    // Of others it is an ordinary redirect.
    let (bucket, place) = (anybody(), anybody());
    bucket.faults().next("GET /", Fault::redirect(302, &place.base()));
    session.signed(Method::GET, &bucket.base()).done().await.unwrap();
    assert_eq!((place.journal().len(), service.journal().count("POST /token")), (1, 3));
}
