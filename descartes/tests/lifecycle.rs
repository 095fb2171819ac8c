//! The life of a token and of a request (contract sections 2.2, 2.5 and 5). The time is moved by hand, the requests are
//! real.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::time::Duration;

use auth_core::sim::{Fault, Gate, Reply};
use common::{LEEWAY, LIFE, NOW, PATIENCE, PRODUCT, TOKEN, World, token};
use descartes::{
    Auth, Client, ErrorKind, ManualClock, Method, StatusCode, Timestamp, TokenInfoPath, Transport,
};
use serde_json::{Value, json};
use tokio::task::JoinSet;

/// An `Auth` that keeps its token in memory.
fn auth(world: &World) -> Auth {
    world.good().token_info_path(TokenInfoPath::None).build().unwrap()
}

/// A client of it.
fn client(world: &World) -> Client {
    Client::new(auth(world)).unwrap()
}

/// Asks for a product.
async fn product(client: &Client) -> descartes::Result<()> {
    client.catalog().products().get("someorg:prod1").await.map(|found| assert!(found.is_some()))
}

/// What the token endpoint answers next, in place of the simulator's own answer.
fn next_reply(world: &World, reply: Reply) {
    world.sim.server().faults().next(TOKEN, Fault::Reply(reply));
}

mod renewal {
    use super::*;

    #[tokio::test]
    async fn one_token_serves_many_calls() {
        let world = World::new();
        let client = client(&world);
        for _ in 0..3 {
            product(&client).await.unwrap();
        }
        product(&client.clone()).await.unwrap();
        assert_eq!((world.token_requests(), world.journal().len()), (1, 5));
    }

    #[tokio::test]
    async fn a_due_token_is_used_while_a_new_one_is_obtained_behind_the_callers_back() {
        let world = World::new();
        let auth = auth(&world);
        let first = token(&auth).await.unwrap();
        world.clock.advance(LIFE - LEEWAY - Duration::from_secs(1));
        let gate = Gate::new();
        world.sim.server().faults().next(TOKEN, Fault::Hold(gate.clone()));
        assert_eq!(token(&auth).await.unwrap(), first);
        assert!(world.journal().wait_for(TOKEN, 2, PATIENCE).await);
        gate.open();
        let renewed = async {
            while token(&auth).await.unwrap() == first {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, renewed).await.unwrap();
        assert_eq!(world.token_requests(), 2);
    }

    #[tokio::test]
    async fn inside_the_leeway_of_500_s_callers_wait_for_the_new_token() {
        let world = World::new();
        let auth = auth(&world);
        let first = token(&auth).await.unwrap();
        world.clock.advance(LIFE - LEEWAY);
        assert_ne!(token(&auth).await.unwrap(), first);
    }

    #[tokio::test]
    async fn the_leeway_can_be_set() {
        let world = World::new();
        let builder = world.good().token_info_path(TokenInfoPath::None);
        let auth = builder.leeway(Duration::from_secs(3000)).build().unwrap();
        let first = token(&auth).await.unwrap();
        world.clock.advance(LIFE - Duration::from_secs(3000));
        assert_ne!(token(&auth).await.unwrap(), first);
    }

    #[tokio::test]
    async fn an_expired_token_is_never_sent() {
        let world = World::new();
        let client = client(&world);
        product(&client).await.unwrap();
        world.clock.advance(LIFE);
        product(&client).await.unwrap();
        let calls = world.journal().matching(PRODUCT);
        assert_ne!(calls[0].bearer(), calls[1].bearer());
    }

    #[tokio::test]
    async fn a_token_that_lives_no_longer_than_the_leeway_is_not_fetched_for_each_access() {
        let world = World::new();
        world.sim.issuer().set_life(Duration::from_secs(400));
        let auth = auth(&world);
        for _ in 0..3 {
            token(&auth).await.unwrap();
        }
        assert_eq!(world.token_requests(), 1);
    }

    #[tokio::test]
    async fn the_life_is_that_of_the_token_and_not_that_of_the_reply() {
        let world = World::new();
        let jwt = world.jwt(json!({"exp": NOW + 7200}));
        next_reply(&world, Reply::json(200, json!({"access_token": jwt, "expires_in": 36_000})));
        let auth = auth(&world);
        assert_eq!(token(&auth).await.unwrap(), jwt);
        world.clock.advance(Duration::from_secs(7200));
        assert_ne!(token(&auth).await.unwrap(), jwt);
    }

    #[tokio::test]
    async fn access_token_comes_before_id_token_and_a_new_refresh_token_is_ignored() {
        let world = World::new();
        let (one, two) = (world.jwt(json!({"n": 1})), world.jwt(json!({"n": 2})));
        let reply = json!({"id_token": one, "access_token": two, "refresh_token": "rotated"});
        next_reply(&world, Reply::json(200, reply));
        let auth = auth(&world);
        assert_eq!(token(&auth).await.unwrap(), two);
        world.clock.advance(LIFE);
        next_reply(&world, Reply::json(200, json!({"id_token": one, "access_token": null})));
        assert_eq!(token(&auth).await.unwrap(), one);
        assert_eq!(world.journal().last().unwrap().json().unwrap()["refresh_token"], "sec");
    }

    #[tokio::test]
    async fn a_token_of_unknown_life_is_used_until_it_is_rejected() {
        let world = World::new();
        next_reply(&world, Reply::json(200, json!({"access_token": "opaque"})));
        let client = client(&world);
        assert_eq!(token(client.auth()).await.unwrap(), "opaque");
        let error = client.auth().payload().await.unwrap_err();
        assert!(error.is_auth_error() && !error.to_string().contains("opaque"), "{error}");
        world.clock.advance(10 * LIFE);
        product(&client).await.unwrap();
        assert_eq!(world.token_requests(), 2);
    }

    #[tokio::test]
    async fn a_wrong_wall_clock_does_no_harm() {
        for wall in [NOW + 40_000, NOW - 40_000] {
            let world = World::new();
            let clock = ManualClock::at(Timestamp::from_unix_seconds(wall));
            let builder = world.good().token_info_path(TokenInfoPath::None).clock(clock.clone());
            let client = Client::new(builder.build().unwrap()).unwrap();
            for _ in 0..5 {
                product(&client).await.unwrap();
                clock.advance(Duration::from_secs(6000));
                world.clock.advance(Duration::from_secs(6000));
            }
            assert_eq!(world.token_requests(), 1);
        }
    }

    #[tokio::test]
    async fn payload_reads_the_held_token_also_when_it_has_expired() {
        let world = World::new();
        let auth = auth(&world);
        let first = auth.payload().await.unwrap();
        world.clock.advance(LIFE);
        assert_eq!(auth.payload().await.unwrap(), first);
        assert_eq!(world.token_requests(), 1);
        token(&auth).await.unwrap();
        assert_ne!(auth.payload().await.unwrap(), first);
    }

    #[tokio::test]
    async fn a_thousand_callers_make_one_exchange() {
        let world = World::new();
        let auth = auth(&world);
        let mut callers = JoinSet::new();
        for _ in 0..1000 {
            let auth = auth.clone();
            callers.spawn(async move { token(&auth).await.unwrap() });
        }
        let mut tokens = callers.join_all().await;
        tokens.dedup();
        assert_eq!((tokens.len(), world.token_requests()), (1, 1));
    }

    #[tokio::test]
    async fn clients_of_one_auth_share_its_token() {
        let world = World::new();
        let auth = auth(&world);
        product(&Client::new(auth.clone()).unwrap()).await.unwrap();
        product(&Client::new(auth).unwrap()).await.unwrap();
        assert_eq!(world.token_requests(), 1);
    }
}

mod subjects {
    use super::*;

    #[tokio::test]
    async fn they_are_those_of_the_current_token() {
        let world = World::new();
        let auth = auth(&world);
        let user = "user:717ea0094d24c342f8c51f81430657f4c1ca1942";
        assert_eq!(format!("user:{}", auth.namespace().await.unwrap()), user);
        assert_eq!(
            auth.all_acl_subjects().await.unwrap(),
            [
                user,
                "email:some.body@someorg.com",
                "org:someorg",
                "group:public",
                "group:someorg:baz",
                "group:someorg:org-admin"
            ]
        );
        assert_eq!(auth.all_acl_subjects_as_set().await.unwrap().len(), 6);
        let owner = [user, "org:someorg", "access-id:acme"];
        assert_eq!(auth.all_owner_acl_subjects().await.unwrap(), owner);
        assert_eq!(auth.all_owner_acl_subjects_as_set().await.unwrap().len(), 3);
        assert_eq!(auth.get_org_admins().await.unwrap(), ["someorg"]);
        assert_eq!(auth.get_resource_admins().await.unwrap(), ["acme"]);
        world.sim.set_claim("groups", json!(["new"]));
        world.clock.advance(LIFE);
        token(&auth).await.unwrap();
        assert!(auth.all_acl_subjects().await.unwrap().contains(&"group:new".to_owned()));
    }

    #[tokio::test]
    async fn unusable_claims_are_auth_errors() {
        for (name, value) in [("sub", Value::Null), ("groups", json!("public")), ("email", json!(7))] {
            let world = World::new();
            world.sim.set_claim(name, value);
            let error = auth(&world).all_acl_subjects().await.unwrap_err();
            assert!(error.is_auth_error() && !error.is_oauth_error(), "{error}");
            assert!(error.to_string().contains(name), "{error}");
        }
    }

    #[tokio::test]
    async fn products_of_ones_own_have_the_organization_in_front() {
        let world = World::new();
        let client = client(&world);
        let id = async |id| client.catalog().products().namespace_id(id).await.unwrap();
        assert_eq!(id("x").await, "someorg:x");
        assert_eq!(id("someorg:x").await, "someorg:x");
        assert_eq!(id("someorgx").await, "someorg:someorgx");
        world.sim.set_claim("org", Value::Null);
        let alone = super::client(&world);
        let namespaced = alone.catalog().products().namespace_id("x").await.unwrap();
        assert_eq!(namespaced, "717ea0094d24c342f8c51f81430657f4c1ca1942:x");
    }
}

mod failures {
    use super::*;

    #[tokio::test]
    async fn an_outage_or_a_refusal_does_not_replace_a_valid_token() {
        for status in [500, 503, 401, 400, 307] {
            let world = World::new();
            let auth = auth(&world);
            let first = token(&auth).await.unwrap();
            world.sim.server().faults().next(TOKEN, Fault::status(status)).always();
            // 250 s are left, and would still be after all repetitions.
            world.clock.advance(LIFE - Duration::from_secs(250));
            assert_eq!(token(&auth).await.unwrap(), first, "{status}");
            world.clock.advance(Duration::from_secs(250));
            let error = token(&auth).await.unwrap_err();
            assert!(error.is_oauth_error() && error.is_auth_error(), "{status}: {error}");
        }
    }

    #[tokio::test]
    async fn every_failure_to_obtain_a_token_is_an_oauth_error() {
        let json = |value: Value| Fault::Reply(Reply::json(200, value));
        for (fault, kind, text) in [
            (Fault::status(400), ErrorKind::TokenRefused, "answered 400 Bad Request: simulated status 400"),
            (Fault::status(401), ErrorKind::TokenRefused, "answered 401 Unauthorized"),
            (Fault::status(403), ErrorKind::TokenRefused, "answered 403 Forbidden"),
            (Fault::status(404), ErrorKind::TokenRefused, "answered 404 Not Found"),
            (Fault::status(409), ErrorKind::TokenRefused, "answered 409 Conflict"),
            (Fault::status(418), ErrorKind::TokenRefused, "answered 418"),
            (Fault::status(422), ErrorKind::TokenRefused, "answered 422 Unprocessable"),
            (Fault::status(201), ErrorKind::TokenUnavailable, "answered 201 Created"),
            (Fault::status(204), ErrorKind::TokenUnavailable, "answered 204 No Content"),
            (Fault::status(501), ErrorKind::TokenUnavailable, "answered 501 Not Implemented"),
            (Fault::not_json(), ErrorKind::TokenUnavailable, "a body that cannot be understood"),
            (json(json!({"token_type": "bearer"})), ErrorKind::TokenUnavailable, "holds no access_token"),
            (json(json!({"access_token": " "})), ErrorKind::TokenUnavailable, "holds no access_token"),
            (json(json!({"access_token": 7})), ErrorKind::TokenUnavailable, "holds no access_token"),
            (json(json!(["access_token"])), ErrorKind::TokenUnavailable, "holds no access_token"),
        ] {
            let world = World::new();
            world.sim.server().faults().next(TOKEN, fault);
            let error = token(&auth(&world)).await.unwrap_err();
            assert!(error.is_oauth_error() && error.is_auth_error(), "{error}");
            assert_eq!((error.kind(), world.token_requests()), (kind, 1), "{error}");
            assert!(error.to_string().contains("could not retrieve token"), "{error}");
            assert!(error.to_string().contains(text), "{error}");
        }
    }

    #[tokio::test]
    async fn a_refusal_names_the_source_and_is_never_final() {
        let world = World::new();
        let auth = world.with("CLIENT_ID", "cid").client_secret("rotated").build().unwrap();
        for _ in 0..3 {
            let error = token(&auth).await.unwrap_err();
            assert_eq!(error.status(), Some(StatusCode::UNAUTHORIZED));
            assert!(error.is_auth() && !error.is_retryable());
            let help = "(check DESCARTESLABS_CLIENT_ID and the argument client_secret)";
            assert!(error.to_string().ends_with(help), "{error}");
        }
        assert_eq!(world.token_requests(), 1, "it is remembered for a moment");
        world.sim.set_client("cid", "rotated");
        world.clock.advance(Duration::from_secs(5));
        token(&auth).await.unwrap();
    }

    #[tokio::test]
    async fn a_token_request_is_repeated_five_times_after_1_to_10_s_each() {
        for status in [429, 500, 502, 503, 504] {
            let world = World::new();
            world.sim.server().faults().next(TOKEN, Fault::status(status)).always();
            let error = token(&auth(&world)).await.unwrap_err();
            assert!(error.is_oauth_error() && error.is_retryable(), "{error}");
            assert_eq!(error.status().unwrap().as_u16(), status);
            assert_eq!(world.token_requests(), 6);
            let sleeps = world.clock.sleeps();
            let bounds = Duration::from_secs(1)..=Duration::from_secs(10);
            assert_eq!(sleeps.len(), 5);
            assert!(sleeps.iter().all(|sleep| bounds.contains(sleep)), "{sleeps:?}");
            assert!(sleeps.windows(2).any(|pair| pair[0] != pair[1]), "each is drawn anew");
        }
    }

    #[tokio::test]
    async fn what_breaks_on_the_way_to_a_token_is_tried_again() {
        for fault in [
            Fault::ResetBeforeReply,
            Fault::CloseBeforeReply,
            Fault::Truncate { after: 10 },
            Fault::ResetMidReply { after: 10 },
        ] {
            let world = World::new();
            world.sim.server().faults().next(TOKEN, fault.clone()).times(2);
            token(&auth(&world)).await.unwrap_or_else(|error| panic!("{fault:?}: {error}"));
            assert_eq!(world.token_requests(), 3, "{fault:?}");
        }
    }

    #[tokio::test]
    async fn retry_after_is_obeyed_up_to_a_cap_and_the_whole_has_a_deadline() {
        for status in [403, 413, 429, 503] {
            let world = World::new();
            next_reply(&world, Reply::text(status, "slow down").header("retry-after", "7"));
            token(&auth(&world)).await.unwrap();
            assert_eq!(world.clock.sleeps(), [Duration::from_secs(7)], "{status}");
        }
        let world = World::new();
        let hour = Reply::text(503, "busy").header("retry-after", "3600");
        world.sim.server().faults().next(TOKEN, Fault::Reply(hour)).always();
        token(&auth(&world)).await.unwrap_err();
        assert_eq!(world.clock.sleeps(), [Duration::from_secs(60); 2], "two minutes are all");
    }

    #[tokio::test]
    async fn retries_can_be_set() {
        let world = World::new();
        world.sim.server().faults().next(TOKEN, Fault::status(500)).always();
        let builder = world.good().token_info_path(TokenInfoPath::None);
        let auth = builder.retry(descartes::RetryPolicy::never()).build().unwrap();
        token(&auth).await.unwrap_err();
        assert_eq!(world.token_requests(), 1);
    }

    #[tokio::test]
    async fn a_token_endpoint_that_does_not_answer_ends_in_time() {
        let world = World::new();
        world.sim.server().faults().next(TOKEN, Fault::Stall).always();
        let transport = Transport::new().with_call_timeout(Duration::from_millis(20));
        let builder = world.good().token_info_path(TokenInfoPath::None).transport(transport);
        let error = token(&builder.build().unwrap()).await.unwrap_err();
        assert!(error.is_oauth_error() && error.is_timeout() && error.is_retryable(), "{error}");
        assert_eq!(world.clock.sleeps().len(), 5, "tried as often as the retry policy says");
    }

    #[tokio::test]
    async fn a_token_endpoint_that_is_not_there_is_an_error_that_says_so() {
        let world = World::new();
        let gone = World::new().sim.base();
        let error = token(&world.good().domain(gone).build().unwrap()).await.unwrap_err();
        assert!(error.is_oauth_error() && error.is_retryable());
        assert!(error.to_string().contains("no connection"), "{error}");
    }

    #[tokio::test]
    async fn the_secret_follows_no_redirect_of_the_token_endpoint_not_even_on_its_host() {
        for status in [301, 302, 303, 307, 308] {
            for path in ["/elsewhere", "https://evil.example/token"] {
                let world = World::new();
                world.sim.server().faults().next(TOKEN, Fault::redirect(status, path));
                let error = token(&auth(&world)).await.unwrap_err();
                assert!(error.is_oauth_error() && !error.is_retryable());
                assert!(error.to_string().contains("is not followed"), "{error}");
                assert_eq!(error.status().unwrap().as_u16(), status);
                assert_eq!(world.journal().len(), 1);
            }
        }
    }
}

mod rejection {
    use super::*;

    #[tokio::test]
    async fn a_rejected_token_is_renewed_and_the_call_repeated_whatever_its_method() {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            let world = World::new();
            let client = client(&world);
            token(client.auth()).await.unwrap();
            world.sim.issuer().revoke_all();
            // The simulator knows no such endpoint: 404 is its answer to a good token.
            let call = client.request(method, "/compute/v1/x").json(&json!({"a": 1}));
            assert_eq!(call.done().await.unwrap_err().status(), Some(StatusCode::NOT_FOUND));
            let calls = world.journal().matching("* /compute/v1/x");
            assert_eq!(calls.len(), 2);
            assert_ne!(calls[0].bearer(), calls[1].bearer());
            assert_eq!(calls[0].json(), calls[1].json());
            assert_eq!(calls[0].header("x-request-group"), calls[1].header("x-request-group"));
        }
    }

    #[tokio::test]
    async fn a_second_rejection_is_the_answer() {
        let world = World::new();
        world.sim.server().faults().next(PRODUCT, Fault::status(401)).always();
        let error = product(&client(&world)).await.unwrap_err();
        assert_eq!(error.status(), Some(StatusCode::UNAUTHORIZED));
        assert!(error.is_auth() && !error.is_oauth_error());
        assert_eq!((world.journal().count(PRODUCT), world.token_requests()), (2, 2));
    }

    #[tokio::test]
    async fn a_rejected_token_is_not_taken_from_its_file_again() {
        let world = World::new();
        let client = world.client();
        product(&client).await.unwrap();
        world.sim.issuer().revoke_all();
        product(&client).await.unwrap();
        assert_eq!(world.token_requests(), 2);
        product(&world.client()).await.unwrap();
        assert_eq!(world.token_requests(), 2, "the new one is in the file");
    }

    #[tokio::test]
    async fn a_given_token_that_is_rejected_is_kept_for_other_calls() {
        let world = World::new();
        let jwt = world.sim.issue("cid");
        let client = Client::new(world.builder().jwt_token(jwt).build().unwrap()).unwrap();
        world.sim.server().faults().next(PRODUCT, Fault::status(401));
        assert_eq!(product(&client).await.unwrap_err().status(), Some(StatusCode::UNAUTHORIZED));
        product(&client).await.unwrap();
        assert_eq!(world.token_requests(), 0);
    }

    #[tokio::test]
    async fn fifty_rejections_at_once_cause_one_renewal() {
        let world = World::new();
        let client = client(&world);
        product(&client).await.unwrap();
        world.sim.issuer().revoke_all();
        let mut calls = JoinSet::new();
        for _ in 0..50 {
            let client = client.clone();
            calls.spawn(async move { product(&client).await.unwrap() });
        }
        calls.join_all().await;
        assert_eq!(world.token_requests(), 2);
    }
}

mod requests {
    use super::*;

    #[tokio::test]
    async fn a_read_is_tried_three_times_under_one_name() {
        for fault in [Fault::status(500), Fault::status(504), Fault::ResetBeforeReply] {
            let world = World::new();
            let client = client(&world);
            world.sim.server().faults().next(PRODUCT, fault).always();
            assert!(product(&client).await.unwrap_err().is_retryable());
            let calls = world.journal().matching(PRODUCT);
            assert_eq!(calls.len(), 3);
            let group = calls[0].header("x-request-group").unwrap();
            assert!(calls.iter().all(|call| call.header("x-request-group") == Some(group)));
        }
    }

    #[tokio::test]
    async fn each_request_has_a_name_and_each_client_too() {
        let world = World::new();
        let client = client(&world);
        product(&client).await.unwrap();
        product(&client).await.unwrap();
        product(&Client::new(client.auth().clone()).unwrap()).await.unwrap();
        let all = world.journal().requests();
        let names: Vec<&str> = all.iter().map(|call| call.header("x-request-group").unwrap()).collect();
        let is_name =
            |name: &str| name.len() == 32 && name.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        assert!(names.iter().all(|name| is_name(name) && name.as_bytes()[12] == b'4'), "{names:?}");
        let distinct: std::collections::BTreeSet<_> = names.iter().collect();
        assert_eq!(distinct.len(), 4);
        assert_eq!(all[0].header("x-client-session"), None, "the token request has none");
        let sessions: Vec<_> = all[1..].iter().map(|call| call.header("x-client-session").unwrap()).collect();
        assert!(sessions[0] == sessions[1] && sessions[1] != sessions[2] && is_name(sessions[2]));
    }

    #[tokio::test]
    async fn a_write_is_not_repeated_when_its_reply_is_lost() {
        for fault in [
            Fault::ResetBeforeReply.after_handling(),
            Fault::CloseBeforeReply,
            Fault::status(502),
            Fault::status(504),
        ] {
            let world = World::new();
            let client = client(&world);
            world.sim.server().faults().next("POST /compute/v1/jobs", fault);
            let job = client.request(Method::POST, "/compute/v1/jobs").json(&json!({"function_id": "f-1"}));
            let error = job.done().await.unwrap_err();
            assert!(error.is_outcome_unknown() && !error.is_retryable(), "{error}");
            assert_eq!(world.journal().count("POST /compute/v1/jobs"), 1);
        }
    }

    #[tokio::test]
    async fn a_write_that_failed_for_sure_is_not_repeated_either() {
        let world = World::new();
        let client = client(&world);
        world.sim.server().faults().next("POST /compute/v1/jobs", Fault::status(500));
        let error = client.request(Method::POST, "/compute/v1/jobs").done().await.unwrap_err();
        assert_eq!(error.status(), Some(StatusCode::INTERNAL_SERVER_ERROR));
        assert_eq!(world.journal().count("POST /compute/v1/jobs"), 1);
    }

    #[tokio::test]
    async fn a_wait_that_the_service_asks_for_is_kept() {
        for status in [403, 413, 429, 503] {
            let world = World::new();
            let busy = Reply::text(status, "slow down").header("retry-after", "7");
            world.sim.server().faults().next(PRODUCT, Fault::Reply(busy));
            product(&client(&world)).await.unwrap();
            assert_eq!(world.clock.sleeps(), [Duration::from_secs(7)], "{status}");
        }
        let world = World::new();
        world.sim.server().faults().next(PRODUCT, Fault::status(429));
        let error = product(&client(&world)).await.unwrap_err();
        assert_eq!(error.status(), Some(StatusCode::TOO_MANY_REQUESTS));
        assert_eq!(world.journal().count(PRODUCT), 1);
    }

    #[tokio::test]
    async fn the_token_follows_no_redirect() {
        let (world, foreign) = (World::new(), World::new());
        for to in [format!("{}/x", foreign.sim.base()), "/x".to_owned()] {
            world.sim.server().faults().next(PRODUCT, Fault::redirect(307, &to));
            let error = product(&client(&world)).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Redirect);
        }
        assert!(foreign.journal().is_empty());
        assert_eq!(world.journal().count("* /x"), 0);
    }

    #[tokio::test]
    async fn broken_and_foreign_replies_are_errors() {
        for (fault, kind) in [
            (Fault::not_json(), ErrorKind::Reply),
            (Fault::Reply(Reply::json(200, json!({"data": {"attributes": {}}}))), ErrorKind::Reply),
            (Fault::status(418), ErrorKind::Service),
        ] {
            let world = World::new();
            world.sim.server().faults().next(PRODUCT, fault);
            assert_eq!(product(&client(&world)).await.unwrap_err().kind(), kind);
        }
        let world = World::new();
        world.sim.server().faults().next(PRODUCT, Fault::Truncate { after: 10 });
        product(&client(&world)).await.unwrap();
        assert_eq!(world.journal().count(PRODUCT), 2);
    }

    #[tokio::test]
    async fn a_stall_ends_in_time() {
        let world = World::new();
        let transport = Transport::new().with_call_timeout(Duration::from_millis(50));
        let builder = world.good().token_info_path(TokenInfoPath::None).transport(transport);
        let client = Client::new(builder.build().unwrap()).unwrap();
        world.sim.server().faults().next(PRODUCT, Fault::StallMidReply { after: 5 }).always();
        assert!(product(&client).await.unwrap_err().is_timeout());
    }

    #[tokio::test]
    async fn warnings_of_the_platform_are_told() {
        let world = World::new();
        let log = auth_core::sim::Log::capture();
        let warned = json!({
            "data": {"type": "product", "id": "someorg:prod1"},
            "meta": {"warnings": [{"message": "goes away", "category": "FutureWarning"}]},
        });
        world.sim.server().faults().next(PRODUCT, Fault::Reply(Reply::json(200, warned)));
        product(&client(&world)).await.unwrap();
        assert!(log.text().contains(r#"category="FutureWarning" warning="goes away""#), "{}", log.text());
    }
}

mod catalog {
    use super::*;
    use descartes::api::Filter;

    #[tokio::test]
    async fn a_product_is_read_or_is_not_there() {
        let world = World::new();
        let client = client(&world);
        let products = client.catalog().products();
        assert_eq!(products.get("someorg:prod2").await.unwrap().unwrap().name.as_deref(), Some("Product 2"));
        assert_eq!(products.get("no/such").await.unwrap(), None);
        assert!(products.exists("someorg:prod3").await.unwrap());
        assert!(!products.exists("no such").await.unwrap());
        for id in ["", "/", "a/", "../x", "a/./b"] {
            assert_eq!(products.get(id).await.unwrap_err().kind(), ErrorKind::InvalidInput, "{id}");
        }
    }

    #[tokio::test]
    async fn a_search_goes_through_all_pages() {
        let world = World::new();
        let client = client(&world);
        let search = || client.catalog().products().search();
        let ids = async |search: descartes::api::Search<'_, descartes::api::Product>| {
            let found = search.collect().await.unwrap();
            found.into_iter().map(|product| product.id().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(ids(search()).await, ["someorg:prod1", "someorg:prod2", "someorg:prod3"]);
        assert_eq!(ids(search().sort("-name").limit(1)).await, ["someorg:prod3"]);
        assert_eq!(ids(search().find_text("2")).await, ["someorg:prod2"]);
        assert_eq!(ids(search().filter(Filter::eq("is_core", true))).await, ["someorg:prod1"]);
        let none = Filter::any_of("id", Vec::<String>::new());
        world.journal().clear();
        assert_eq!(
            (ids(search().filter(none.clone())).await, search().filter(none).count().await.unwrap()),
            (vec![], 0)
        );
        assert!(world.journal().is_empty(), "nobody needs to be asked");
        assert_eq!(search().filter(Filter::eq("is_core", false)).count().await.unwrap(), 2);
    }

    #[tokio::test]
    async fn a_page_without_items_is_not_the_end_and_one_that_links_to_itself_is_an_error() {
        let world = World::new();
        let client = client(&world);
        let collection = format!("{}/metadata/v1/catalog/v2/products", world.sim.base());
        let page = |next: String| {
            Fault::Reply(Reply::json(200, json!({"data": [], "meta": {"count": 3}, "links": {"next": next}})))
        };
        let faults = world.sim.server().faults();
        faults.next("PUT /**", page(format!("{collection}?continuation=2")));
        assert_eq!(client.catalog().products().search().collect().await.unwrap().len(), 1);
        faults.next("PUT /**", page(format!("{collection}?continuation=x"))).times(2);
        let error = client.catalog().products().search().collect().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Reply);
        faults.clear();
        faults.next("PUT /**", page("https://evil.example/products".to_owned()));
        let error = client.catalog().products().search().collect().await.unwrap_err();
        assert!(error.to_string().contains("evil.example"), "{error}");
    }

    #[tokio::test]
    async fn a_token_of_one_audience_in_a_list_is_used_by_the_next_process() {
        let world = World::new();
        world.sim.set_claim("aud", json!(["api", "cid"]));
        product(&world.client()).await.unwrap();
        product(&world.client()).await.unwrap();
        assert_eq!(world.token_requests(), 1);
    }
}
