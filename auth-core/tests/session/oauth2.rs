//! Tokens by the standard grants, as they are on the wire.

use auth_core::oauth2::{ClientAuthentication, Grant, TokenEndpoint, TokenRequest};
use auth_core::secret::{SecretString, expose};
use auth_core::sim::{Fault, Reply, Request, Simulator};
use auth_core::{Error, ErrorKind, Result, Token, path};
use http::header::{ACCEPT, HeaderValue};
use serde_json::json;

use crate::kit::{Setup, anybody, nobody};

const SECRET: &str = "canary-s/e+c=r&t";

fn endpoint() -> Simulator {
    let reply = json!({ "access_token": "a-1", "token_type": "Bearer", "expires_in": "3600",
        "refresh_token": "r-2", "scope": "read write", "more": { "x": 1 } });
    Simulator::start(move |_: &Request| Reply::json(200, reply.clone())).unwrap()
}

struct Client<'a> {
    grant: Grant<'a>,
    scope: &'a str,
    authentication: ClientAuthentication,
    idempotent: bool,
}

impl Default for Client<'_> {
    fn default() -> Self {
        let (grant, authentication) = (Grant::ClientCredentials, ClientAuthentication::Form);
        Self { grant, scope: "", authentication, idempotent: true }
    }
}

impl Client<'_> {
    async fn ask(self, setup: &Setup, base: &str) -> Result<Token> {
        let builder = setup.builder(TokenEndpoint, base);
        // As vendors have it for all their requests: it must not come twice.
        let builder = builder.header(ACCEPT, HeaderValue::from_static("application/json"));
        let session = setup.build(builder).unwrap();
        let request = TokenRequest {
            grant: self.grant,
            scope: self.scope,
            client_id: "my cid",
            client_secret: &SecretString::from(SECRET),
            authentication: self.authentication,
        };
        request.send(session.post(path!["v1/token"]).idempotent(self.idempotent)).await
    }
}

/// `Authorization` and body of the one request that is sent.
async fn sent(client: Client<'_>) -> (Option<(String, String)>, String) {
    let service = endpoint();
    client.ask(&Setup::new(), &service.base()).await.unwrap();
    let seen = service.journal().last().unwrap();
    let head = service.journal().render_hiding(&["authorization"]);
    let head = head.replace("authorization: [hidden]\n", "");
    let form = "accept: application/json\ncontent-type: application/x-www-form-urlencoded\n\n";
    assert!(head.starts_with(&format!("POST /v1/token\n{form}")), "{head}");
    assert_eq!(service.journal().len(), 1);
    (seen.basic(), String::from_utf8(seen.body().to_vec()).unwrap())
}

#[tokio::test]
async fn each_grant_has_its_form() {
    let secret = SecretString::from("canary-p&ss word");
    let (form, basic) = (ClientAuthentication::Form, ClientAuthentication::Basic);
    let id_and_secret = "client_id=my+cid&client_secret=canary-s%2Fe%2Bc%3Dr%26t";
    for (grant, scope, fields) in [
        (Grant::ClientCredentials, "", "grant_type=client_credentials"),
        (Grant::ClientCredentials, "a b", "grant_type=client_credentials&scope=a+b"),
        (
            Grant::Password { username: "me@example", password: &secret },
            "PRODUCTION",
            "grant_type=password&username=me%40example&password=canary-p%26ss+word&scope=PRODUCTION",
        ),
        (Grant::RefreshToken(&secret), "", "grant_type=refresh_token&refresh_token=canary-p%26ss+word"),
    ] {
        let client =
            |authentication| Client { grant: grant.clone(), scope, authentication, idempotent: true };
        assert_eq!(sent(client(form)).await, (None, format!("{fields}&{id_and_secret}")));
        let user = Some(("my cid".to_owned(), SECRET.to_owned()));
        assert_eq!(sent(client(basic)).await, (user, fields.to_owned()));
    }
}

#[tokio::test]
async fn everything_that_the_reply_tells_is_in_the_token() {
    let service = endpoint();
    let token = Client::default().ask(&Setup::new(), &service.base()).await.unwrap();
    assert_eq!(expose(&token.access_token), "a-1");
    assert_eq!(token.lifetime.unwrap().as_secs(), 3600);
    assert_eq!(expose(token.refresh_token.as_ref().unwrap()), "r-2");
    assert_eq!((token.scope.as_deref(), token.token_type.as_deref()), (Some("read write"), Some("Bearer")));
}

async fn refused(reply: Reply, idempotent: bool) -> (Error, usize) {
    let service = Simulator::start(move |_: &Request| reply.clone()).unwrap();
    let client = Client { idempotent, ..Client::default() };
    let error = client.ask(&Setup::new(), &service.base()).await.unwrap_err();
    let text = format!("{error} {error:?}").replace(&service.base()["http://".len()..], "$HOST");
    assert!(!text.contains("canary"), "{text}");
    (error, service.journal().len())
}

#[tokio::test]
async fn refusals_are_final_and_say_why() {
    for (status, body, words) in [
        (
            400,
            json!({ "error": "invalid_grant", "error_description": "expired" }),
            "expired [code invalid_grant]",
        ),
        (401, json!({ "error": "invalid_client" }), "401 Unauthorized [code invalid_client]"),
        (403, json!({ "message": "no" }), "403 Forbidden: no"),
        (404, json!(null), "404 Not Found"),
    ] {
        let (error, requests) = refused(Reply::json(status, body), true).await;
        assert_eq!((error.kind(), requests), (ErrorKind::TokenRefused, 1), "{error}");
        assert!(error.is_auth() && !error.is_retryable());
        assert!(error.to_string().ends_with(words), "{error}");
    }
}

#[tokio::test]
async fn outages_may_pass() {
    for status in [408, 429, 500, 502, 503, 504] {
        let page = Reply::html(status, "<h1>Sorry</h1>");
        let (error, requests) = refused(page.clone(), true).await;
        assert_eq!((error.kind(), requests), (ErrorKind::TokenUnavailable, 4), "{error}");
        assert!(!error.is_auth() && error.is_retryable() && !error.to_string().contains("Sorry"));
        // A grant that spends something is sent once.
        let (error, requests) = refused(page, false).await;
        assert_eq!((error.status().unwrap().as_u16(), requests), (status, 1));
    }
    let setup = Setup::new();
    let error = Client::default().ask(&setup, &nobody()).await.unwrap_err();
    assert_eq!((error.kind(), setup.clock.sleeps().len()), (ErrorKind::Transport, 3));
}

#[tokio::test]
async fn replies_without_a_token_say_why_and_show_nothing() {
    for (reply, words) in [
        (
            Reply::html(200, "<html>canary"),
            "200 OK (text/html; charset=utf-8) with a body that cannot be understood",
        ),
        (Reply::json(200, json!("canary-token")), "invalid type: string, expected"),
        (Reply::json(200, json!({ "access_token": ["canary"] })), "invalid type: sequence, expected"),
        (Reply::json(200, json!({ "access_token": 7_777 })), "invalid type: integer, expected"),
        (Reply::json(200, json!({ "access_token": " " })), "the token reply holds no access_token"),
        (Reply::json(200, json!({ "refresh_token": "canary" })), "the token reply holds no access_token"),
        (
            Reply::json(200, json!({ "access_token": "canary", "token_type": "mac" })),
            "unsupported type `mac`",
        ),
        (Reply::empty(204), "EOF while parsing"),
    ] {
        let (error, requests) = refused(reply, true).await;
        assert!(matches!(error.kind(), ErrorKind::Reply | ErrorKind::TokenUnavailable), "{error:?}");
        let text = error.to_string();
        assert!(text.contains(words) && !text.contains("7777"), "{text}");
        assert_eq!(requests, 1);
    }
}

#[tokio::test]
async fn credentials_do_not_follow_a_redirect_to_another_origin() {
    for status in [301, 302, 303, 307, 308] {
        let (service, other) = (endpoint(), anybody());
        service.faults().next("POST /v1/token", Fault::redirect(status, &other.base()));
        let error = Client::default().ask(&Setup::new(), &service.base()).await.unwrap_err();
        assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Redirect, status));
        assert_eq!((service.journal().len(), other.journal().connections()), (1, 0));
    }
    // Within the origin they are where they belong.
    let service = endpoint();
    service.faults().next("POST /v1/token", Fault::redirect(308, "/v2/token"));
    Client::default().ask(&Setup::new(), &service.base()).await.unwrap();
    assert_eq!(service.journal().matching("POST /v2/token")[0].form_value("client_secret").unwrap(), SECRET);
}
