//! The life of a session token, from the first request to the last renewal (contract sections 2.1 to 2.3 and 5). The
//! time is moved by hand, the requests are real.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::time::Duration;

use auth_core::sim::{Fault, Gate, Reply};
use common::{KITCHENS, LEEWAY, LIFE, LOGIN, PATIENCE, START, VALIDATE, World, foreign_jwt, good, token};
use datakitchen::sim::{Handout, TokenForm};
use datakitchen::{Client, Credentials, ErrorKind, ManualClock, Method, StatusCode, Timestamp, Transport};
use serde_json::json;
use tokio::task::JoinSet;

/// Method and path of every request so far.
fn asked(world: &World) -> Vec<String> {
    let requests = world.journal().requests();
    requests.iter().map(|request| format!("{} {}", request.method(), request.path())).collect()
}

async fn all_list(client: &Client, callers: usize) {
    let mut running = JoinSet::new();
    for _ in 0..callers {
        let client = client.clone();
        running.spawn(async move { client.kitchens().list().await });
    }
    while let Some(outcome) = running.join_next().await {
        outcome.unwrap().unwrap();
    }
}

mod login {
    use super::*;

    #[tokio::test]
    async fn the_first_call_is_two_requests_and_every_later_one_is_one() {
        let world = World::new();
        let client = world.client();
        assert!(world.journal().is_empty());
        for _ in 0..3 {
            client.kitchens().list().await.unwrap();
        }
        assert_eq!(asked(&world), [LOGIN, KITCHENS, KITCHENS, KITCHENS]);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_hundred_and_twenty_first_calls_make_one_login() {
        let world = World::new();
        all_list(&world.client(), 120).await;
        assert_eq!((world.logins(), world.journal().len()), (1, 121));
    }

    #[tokio::test]
    async fn every_form_of_the_token_is_read() {
        for form in [TokenForm::Raw, TokenForm::Blanks, TokenForm::Quoted] {
            let world = World::new();
            world.sim.set_token_form(form);
            world.client().kitchens().list().await.unwrap_or_else(|error| panic!("{form:?}: {error}"));
        }
    }

    #[tokio::test]
    async fn a_reply_that_holds_no_token_is_refused() {
        for (reply, why) in [
            (Reply::empty(200), "is empty"),
            (Reply::empty(204), "is empty"),
            (Reply::text(200, " \r\n"), "is empty"),
            (Reply::json(200, json!("")), "is empty"),
            (Reply::html(200, "<!doctype html><p>Sign in</p>"), "is a page of HTML"),
            (Reply::json(200, json!({"error": "no"})), "is a JSON document"),
            (Reply::text(200, "Please sign in"), "holds blanks or line breaks"),
            (
                Reply::text(200, "eyJhbGciOi\u{1}JIUzI1NiJ9"),
                "holds a character that no HTTP header can carry",
            ),
            (Reply::text(200, "null"), "is too short to be one"),
        ] {
            let world = World::new();
            world.next_reply(LOGIN, reply);
            let error = world.client().kitchens().list().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Reply);
            assert_eq!(
                world.hide(error.to_string()),
                format!(
                    "POST $HOST/v2/login was answered, and the token in the reply {why} (check the base URL: a proxy \
                     or a login page may be in the way)"
                )
            );
            assert_eq!(asked(&world), [LOGIN]);
        }
    }

    #[tokio::test]
    async fn a_refused_login_is_never_repeated() {
        let world = World::new();
        let client =
            world.builder().credentials(Credentials::password("me@example.com", "wrong")).build().unwrap();
        for _ in 0..3 {
            let error = client.kitchens().list().await.unwrap_err();
            assert_eq!(
                (error.kind(), error.status()),
                (ErrorKind::TokenRefused, Some(StatusCode::UNAUTHORIZED))
            );
            assert!(error.is_auth() && !error.is_retryable() && !error.is_rate_limited());
            assert_eq!(
                world.hide(error.to_string()),
                "POST $HOST/v2/login answered 401 Unauthorized: Invalid credentials (check the given credentials)"
            );
        }
        assert_eq!(asked(&world), [LOGIN], "remembered for a moment");
        // But not for ever: the password may be mended on the platform.
        world.sim.set_user("me@example.com", "wrong");
        world.clock.advance(Duration::from_secs(5));
        client.kitchens().list().await.unwrap();
    }

    #[tokio::test]
    async fn a_limit_that_is_told_with_401_is_waited_for() {
        let world = World::new();
        let limit = json!({"message": {"error": "Too many logins, please try again in a bit"}});
        world.next_reply(LOGIN, Reply::json(401, limit).header("x-ratelimit-reset", "3"));
        world.client().kitchens().list().await.unwrap();
        assert_eq!(world.clock.sleeps(), [Duration::from_secs(3)]);
    }

    #[tokio::test]
    async fn a_401_with_a_limit_in_its_headers_alone_is_no_refusal_and_not_repeated() {
        let world = World::new();
        world.next_reply(LOGIN, Reply::empty(401).header("ratelimit-reset", "30"));
        let error = world.client().kitchens().list().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TokenUnavailable);
        assert!(error.is_rate_limited() && error.is_retryable());
        assert_eq!(error.service_error().unwrap().retry_after, Some(Duration::from_secs(30)));
        assert_eq!(asked(&world), [LOGIN]);
    }

    #[tokio::test]
    async fn waits_that_the_platform_asks_for_are_capped() {
        for (name, value, expected) in [
            ("retry-after", "30", 5),
            ("retry-after", "2", 2),
            ("x-ratelimit-reset", "4", 4),
            ("ratelimit-reset", "1800000003", 3),
            ("x-rate-limit-reset", "1800003600", 5),
            ("x-rate-limit-reset", "-7", 0),
        ] {
            for (pattern, sent) in [(LOGIN, 3), (KITCHENS, 3)] {
                let world = World::new();
                world.next_reply(pattern, Reply::empty(429).header(name, value));
                world.client().kitchens().list().await.unwrap();
                assert_eq!(world.clock.sleeps(), [Duration::from_secs(expected)], "{name}: {value}");
                assert_eq!(world.journal().len(), sent);
            }
        }
    }

    #[tokio::test]
    async fn an_endpoint_that_is_not_well_is_asked_five_times() {
        for fault in [Fault::status(503), Fault::status(502), Fault::status(408), Fault::ResetBeforeReply] {
            let world = World::new();
            world.sim.server().faults().next(LOGIN, fault).always();
            let error = world.client().kitchens().list().await.unwrap_err();
            assert!(error.is_retryable() && !error.is_auth(), "{error}");
            assert_eq!(world.logins(), 5);
            let waits = world.clock.sleeps();
            let most = [1, 2, 4, 8].map(Duration::from_secs);
            assert!(
                waits.len() == 4 && waits.iter().zip(most).all(|(wait, most)| *wait <= most),
                "{waits:?}"
            );
        }
        // But a 500 is an answer.
        let world = World::new();
        world.next(LOGIN, Fault::status(500));
        assert_eq!(world.client().kitchens().list().await.unwrap_err().kind(), ErrorKind::TokenUnavailable);
        assert_eq!(world.logins(), 1);
    }

    #[tokio::test]
    async fn no_redirect_of_it_is_followed() {
        for status in [301, 302, 303, 307, 308] {
            let (world, foreign) = (World::new(), World::new());
            for to in [format!("{}/v2/login", foreign.sim.base()), "/v2/elsewhere".to_owned()] {
                world.journal().clear();
                world.next(LOGIN, Fault::redirect(status, &to));
                let error = world.client().kitchens().list().await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Redirect);
                assert_eq!(asked(&world), [LOGIN]);
            }
            assert!(foreign.journal().is_empty());
        }
    }

    #[tokio::test]
    async fn one_without_an_answer_ends_in_time() {
        let world = World::new();
        world.sim.server().faults().next(LOGIN, Fault::Stall).always();
        let transport = Transport::new().with_call_timeout(Duration::from_millis(20));
        let client = world.builder().credentials(good()).transport(transport).build().unwrap();
        assert_eq!(client.kitchens().list().await.unwrap_err().kind(), ErrorKind::Timeout);
    }

    #[tokio::test]
    async fn what_breaks_on_the_way_is_tried_again() {
        for fault in
            [Fault::CloseBeforeReply, Fault::Truncate { after: 10 }, Fault::ResetMidReply { after: 10 }]
        {
            let world = World::new();
            world.next(LOGIN, fault.clone());
            world.client().kitchens().list().await.unwrap_or_else(|error| panic!("{fault:?}: {error}"));
            assert_eq!(world.logins(), 2, "{fault:?}");
        }
    }

    #[tokio::test]
    async fn a_later_one_does_not_carry_the_old_token() {
        let world = World::new();
        let client = world.client();
        token(&client).await.unwrap();
        world.clock.advance(LIFE);
        token(&client).await.unwrap();
        assert!(world.journal().matching(LOGIN).iter().all(|login| login.header("authorization").is_none()));
        assert_eq!(world.logins(), 2);
    }
}

mod renewal {
    use super::*;

    #[tokio::test]
    async fn with_more_than_the_leeway_left_nothing_is_sent_and_nobody_waits() {
        let world = World::new();
        let client = world.client();
        let first = token(&client).await.unwrap();
        // Long before the leeway nothing happens at all.
        world.clock.advance(LIFE / 2);
        assert_eq!((token(&client).await.unwrap(), world.journal().len()), (first.clone(), 1));
        // Shortly before it the token is renewed behind the caller's back.
        world.clock.advance(LIFE / 2 - LEEWAY - Duration::from_secs(1));
        let gate = Gate::new();
        world.next(VALIDATE, Fault::Hold(gate.clone()));
        assert_eq!(token(&client).await.unwrap(), first);
        assert!(world.journal().wait_for(VALIDATE, 1, PATIENCE).await);
        gate.open();
        let renewed = async {
            while token(&client).await.unwrap() == first {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, renewed).await.unwrap();
        assert_eq!(asked(&world), [LOGIN, VALIDATE]);
    }

    #[tokio::test]
    async fn with_180_seconds_left_the_newer_token_of_a_validation_is_adopted() {
        let world = World::new();
        let client = world.client();
        let first = token(&client).await.unwrap();
        world.clock.advance(LIFE - LEEWAY);
        let second = token(&client).await.unwrap();
        assert_ne!(first, second);
        assert_eq!(asked(&world), [LOGIN, VALIDATE]);
        assert_eq!(world.journal().last().unwrap().bearer(), Some(first.as_str()));
        // It lives four hours from now, and is renewed like the first.
        world.clock.advance(LIFE / 2);
        assert_eq!((token(&client).await.unwrap(), world.journal().len()), (second, 2));
    }

    #[tokio::test]
    async fn a_validation_without_a_newer_token_is_followed_by_a_login() {
        let world = World::new();
        world.sim.set_handout(Handout { by_validation: false, by_header: false });
        let client = world.client();
        token(&client).await.unwrap();
        world.clock.advance(LIFE - LEEWAY);
        token(&client).await.unwrap();
        assert_eq!(asked(&world), [LOGIN, VALIDATE, LOGIN]);
    }

    #[tokio::test]
    async fn a_validation_that_is_refused_or_not_understood_is_followed_by_a_login() {
        for reply in [
            Reply::empty(401),
            Reply::json(403, json!({"message": "no"})),
            Reply::empty(404),
            Reply::html(200, "<p>portal</p>"),
            Reply::json(200, json!({})),
            Reply::json(200, json!({"token": "a b"})),
            Reply::redirect(302, "https://elsewhere.example/"),
        ] {
            let world = World::new();
            let client = world.client();
            token(&client).await.unwrap();
            world.clock.advance(LIFE - LEEWAY);
            world.next_reply(VALIDATE, reply);
            token(&client).await.unwrap();
            assert_eq!(asked(&world), [LOGIN, VALIDATE, LOGIN]);
        }
    }

    #[tokio::test]
    async fn an_outage_of_the_validation_causes_no_login_and_costs_no_token() {
        for fault in [Fault::status(503), Fault::status(500), Fault::status(429), Fault::ResetBeforeReply] {
            let world = World::new();
            let client = world.client();
            let first = token(&client).await.unwrap();
            world.sim.server().faults().next(VALIDATE, fault).always();
            world.clock.advance(LIFE - LEEWAY);
            assert_eq!(token(&client).await.unwrap(), first);
            assert_eq!(world.logins(), 1);
        }
    }

    #[tokio::test]
    async fn an_expired_token_is_never_sent() {
        let world = World::new();
        let client = world.client();
        client.kitchens().list().await.unwrap();
        world.clock.advance(LIFE);
        client.kitchens().list().await.unwrap();
        assert_eq!(asked(&world), [LOGIN, KITCHENS, LOGIN, KITCHENS]);
        let calls = world.journal().matching(KITCHENS);
        assert_ne!(calls[0].bearer(), calls[1].bearer());
    }

    #[tokio::test]
    async fn a_ready_token_is_validated_as_long_as_it_is_good() {
        let world = World::new();
        let client =
            world.builder().credentials(Credentials::token(world.sim.issue_token())).build().unwrap();
        for _ in 0..3 {
            world.clock.advance(LIFE - LEEWAY);
            client.kitchens().list().await.unwrap();
        }
        assert_eq!((world.journal().count(VALIDATE), world.logins()), (3, 0));
        world.clock.advance(LIFE);
        let error = client.kitchens().list().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidCredentials);
        assert!(
            error.to_string().contains("the given credentials: the token expired at 2027-01-15"),
            "{error}"
        );
        assert_eq!(world.journal().count(KITCHENS), 3);
    }

    #[tokio::test]
    async fn a_ready_token_that_stays_the_same_is_used_to_its_end() {
        let world = World::new();
        world.sim.set_handout(Handout { by_validation: false, by_header: false });
        let issued = world.sim.issue_token();
        let client = world.builder().credentials(Credentials::token(issued.clone())).build().unwrap();
        world.clock.advance(LIFE - LEEWAY);
        for _ in 0..3 {
            assert_eq!(token(&client).await.unwrap(), issued);
        }
        // One look, and no other before a good part of what is left is over.
        assert_eq!(asked(&world), [VALIDATE]);
        world.clock.advance(LEEWAY);
        assert_eq!(token(&client).await.unwrap_err().kind(), ErrorKind::InvalidCredentials);
    }

    #[tokio::test]
    async fn an_opaque_token_of_the_login_is_used_until_it_is_rejected() {
        let world = World::new();
        world.next_reply(LOGIN, Reply::text(200, "opaque-session-token"));
        let client = world.client();
        token(&client).await.unwrap();
        world.clock.advance(100 * LIFE);
        assert_eq!(token(&client).await.unwrap(), "opaque-session-token");
        client.kitchens().list().await.unwrap();
        assert_eq!(asked(&world), [LOGIN, KITCHENS, LOGIN, KITCHENS]);
    }

    #[tokio::test]
    async fn a_wrong_wall_clock_does_no_harm() {
        for hour in [START + 7200, START - 7200] {
            let world = World::new();
            world.sim.set_handout(Handout { by_validation: true, by_header: true });
            let clock = ManualClock::at(Timestamp::from_unix_seconds(hour));
            let client = world.builder().clock(clock.clone()).credentials(good()).build().unwrap();
            for _ in 0..30 {
                client.kitchens().list().await.unwrap();
                clock.advance(Duration::from_secs(1800));
                world.clock.advance(Duration::from_secs(1800));
            }
            assert_eq!((world.logins(), world.journal().len()), (1, 31));
        }
    }
}

mod refreshed_header {
    use super::*;

    #[tokio::test]
    async fn a_later_token_is_adopted() {
        let world = World::new();
        world.sim.set_handout(Handout { by_validation: true, by_header: true });
        let client = world.client();
        let first = token(&client).await.unwrap();
        world.clock.advance(Duration::from_secs(600));
        client.kitchens().list().await.unwrap();
        let second = token(&client).await.unwrap();
        assert_ne!(first, second);
        // Its life began at the header: without it a validation would be due now.
        world.sim.set_handout(Handout { by_validation: true, by_header: false });
        world.clock.advance(LIFE - Duration::from_secs(600) - LEEWAY);
        let _ = token(&client).await.unwrap();
        client.kitchens().list().await.unwrap();
        assert_eq!(world.logins(), 1);
        assert_eq!(world.journal().last().unwrap().bearer(), Some(second.as_str()));
    }

    #[tokio::test]
    async fn one_that_is_no_later_or_no_token_is_not() {
        for offered in [foreign_jwt(LIFE.as_secs() as i64), foreign_jwt(60), "opaque".into(), "<p>".into()] {
            let world = World::new();
            let client = world.client();
            let first = token(&client).await.unwrap();
            let reply = Reply::json(200, json!({"kitchens": []})).header("refreshed_token", offered);
            world.next_reply(KITCHENS, reply);
            client.kitchens().list().await.unwrap();
            assert_eq!(token(&client).await.unwrap(), first);
        }
    }

    #[tokio::test]
    async fn the_same_token_again_does_not_live_longer() {
        let world = World::new();
        let client = world.client();
        let first = token(&client).await.unwrap();
        world.clock.advance(LIFE - LEEWAY - Duration::from_secs(1800));
        let reply = Reply::json(200, json!({"kitchens": []})).header("refreshed_token", &first);
        world.next_reply(KITCHENS, reply);
        client.kitchens().list().await.unwrap();
        world.clock.advance(Duration::from_secs(1800) + LEEWAY);
        client.kitchens().list().await.unwrap();
        assert_eq!(asked(&world), [LOGIN, KITCHENS, LOGIN, KITCHENS]);
    }

    #[tokio::test]
    async fn an_api_token_pair_and_an_opaque_token_are_never_replaced() {
        for credentials in
            [Credentials::api_token("key-1", "secret-1"), Credentials::token("opaque-job-token")]
        {
            let world = World::new();
            let client = world.builder().credentials(credentials).build().unwrap();
            let reply =
                || Reply::json(200, json!({"kitchens": []})).header("refreshed_token", foreign_jwt(9));
            world.next_reply(KITCHENS, reply());
            world.next_reply(KITCHENS, reply());
            client.kitchens().list().await.unwrap();
            client.kitchens().list().await.unwrap();
            let calls = world.journal().matching(KITCHENS);
            assert_eq!(calls[0].header("authorization"), calls[1].header("authorization"));
        }
    }
}

mod rejection {
    use super::*;

    #[tokio::test]
    async fn a_rejected_token_is_renewed_and_the_call_repeated_whatever_its_method() {
        for method in [Method::GET, Method::PUT, Method::POST, Method::DELETE] {
            let world = World::new();
            let client = world.client();
            let call = || client.request(method.clone(), "/v2/x").json(&json!({"a": 1}));
            token(&client).await.unwrap();
            world.sim.issuer().revoke_all();
            // The simulator knows no such endpoint: 404 is its answer to a good token.
            assert!(call().done().await.unwrap_err().is_not_found());
            let path = format!("{method} /v2/x");
            assert_eq!(asked(&world), [LOGIN, &path, LOGIN, &path]);
            assert!(world.journal().matching(&path).iter().all(|call| call.json() == Some(json!({"a": 1}))));
        }
    }

    #[tokio::test]
    async fn a_second_rejection_is_the_answer() {
        let world = World::new();
        let refused = Reply::json(401, json!({"message": {"error": "Invalid audience"}}));
        world.sim.server().faults().next(KITCHENS, Fault::Reply(refused)).always();
        let error = world.client().kitchens().list().await.unwrap_err();
        assert!(error.is_auth() && error.to_string().contains("Invalid audience"), "{error}");
        assert_eq!(asked(&world), [LOGIN, KITCHENS, LOGIN, KITCHENS]);
    }

    #[tokio::test]
    async fn a_ready_token_that_is_rejected_is_validated_once() {
        let world = World::new();
        let client = world.builder().credentials(Credentials::token(foreign_jwt(3600))).build().unwrap();
        let error = client.kitchens().list().await.unwrap_err();
        assert!(error.is_auth());
        assert!(error.to_string().contains("get a new token"), "{error}");
        assert_eq!(asked(&world), [KITCHENS, VALIDATE]);
    }

    #[tokio::test]
    async fn no_access_is_typed_and_does_not_cost_the_token() {
        let world = World::new();
        let client = world.client();
        let error = client.kitchen("closed").get().await.unwrap_err();
        assert!(error.is_no_access() && error.is_forbidden() && !error.is_auth() && !error.is_retryable());
        assert_eq!(
            error.service_error().unwrap().message.as_deref(),
            Some("You do not have the necessary access to this Kitchen to perform this action")
        );
        client.kitchens().list().await.unwrap();
        assert_eq!(world.logins(), 1);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn fifty_rejections_at_once_cause_one_login() {
        let world = World::new();
        let client = world.client();
        client.kitchens().list().await.unwrap();
        world.sim.issuer().revoke_all();
        all_list(&client, 50).await;
        assert_eq!(world.logins(), 2);
    }
}

mod calls {
    use super::*;

    #[tokio::test]
    async fn a_read_is_repeated_and_a_write_is_not() {
        for status in [408, 502, 504] {
            let world = World::new();
            world.next(KITCHENS, Fault::status(status));
            world.client().kitchens().list().await.unwrap();
            assert_eq!(world.journal().count(KITCHENS), 2);

            let order = "PUT /v2/order/create/K1/R1/v1";
            world.next(order, Fault::status(status));
            let client = world.client();
            let error = client.request(Method::PUT, "/v2/order/create/K1/R1/v1").done().await.unwrap_err();
            assert!(error.is_outcome_unknown() && !error.is_retryable(), "{error}");
            assert_eq!(world.journal().count(order), 1);
        }
    }

    #[tokio::test]
    async fn a_lost_reply_of_a_write_is_not_repeated() {
        for method in [Method::PUT, Method::POST, Method::PATCH, Method::DELETE] {
            for fault in [Fault::ResetBeforeReply, Fault::CloseBeforeReply] {
                let world = World::new();
                let pattern = format!("{method} /v2/x");
                world.next(&pattern, fault.after_handling());
                let client = world.client();
                let error = client.request(method.clone(), "/v2/x").done().await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
                assert!(!error.is_retryable());
                assert_eq!(world.journal().count(&pattern), 1);
            }
        }
    }

    #[tokio::test]
    async fn a_write_that_may_be_repeated_is_when_the_caller_says_so() {
        let world = World::new();
        world.next("POST /v2/order/details/K1", Fault::status(503));
        let client = world.client();
        let request = client.request(Method::POST, "/v2/order/details/K1").idempotent(true);
        assert!(request.done().await.unwrap_err().is_not_found());
        assert_eq!(world.journal().count("POST /v2/order/details/K1"), 2);
    }

    #[tokio::test]
    async fn a_server_error_is_an_answer() {
        let world = World::new();
        world.next(KITCHENS, Fault::status(500));
        let error = world.client().kitchens().list().await.unwrap_err();
        assert_eq!(error.status(), Some(StatusCode::INTERNAL_SERVER_ERROR));
        assert_eq!(world.journal().count(KITCHENS), 1);
    }

    #[tokio::test]
    async fn a_limit_that_does_not_end_is_an_error_that_says_how_long_to_wait() {
        let world = World::new();
        let limit = Reply::json(429, json!({"message": "slow down"})).header("x-ratelimit-reset", "60");
        world.sim.server().faults().next(KITCHENS, Fault::Reply(limit)).always();
        let error = world.client().kitchens().list().await.unwrap_err();
        assert!(error.is_rate_limited() && error.is_retryable());
        assert!(error.to_string().ends_with("slow down [try again in 60 s]"), "{error}");
        assert_eq!(world.clock.sleeps(), [Duration::from_secs(5); 4]);
    }

    #[tokio::test]
    async fn an_order_that_is_refused_tells_its_issues() {
        let world = World::new();
        let order = "PUT /v2/order/create/K1/R1/v9";
        let refusal = json!({"message": {"error": {"message": "Order rejected", "detail": [
            {"severity": "error", "file": "variations.json", "description": "no variation v9"}]}}});
        world.next_reply(order, Reply::json(417, refusal));
        let client = world.client();
        let error = client.request(Method::PUT, "/v2/order/create/K1/R1/v9").done().await.unwrap_err();
        assert!(error.is_order_refused());
        assert_eq!(error.issues()[0].file.as_deref(), Some("variations.json"));
        assert!(
            error.to_string().ends_with("Order rejected; error in variations.json: no variation v9"),
            "{error}"
        );
    }

    #[tokio::test]
    async fn a_200_that_holds_an_error_is_one() {
        let world = World::new();
        world.next_reply(KITCHENS, Reply::json(200, json!({"error": "no kitchens today"})));
        let error = world.client().kitchens().list().await.unwrap_err();
        assert_eq!((error.status(), error.kind()), (Some(StatusCode::OK), ErrorKind::Service));
        assert!(error.to_string().ends_with("answered 200 OK: no kitchens today"), "{error}");
    }

    #[tokio::test]
    async fn a_reply_that_is_not_json_is_an_error_that_does_not_show_it() {
        let world = World::new();
        world.next(KITCHENS, Fault::not_json());
        let error = world.client().kitchens().list().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Reply);
        assert!(error.to_string().contains("text/html") && !error.to_string().contains("sign in"), "{error}");
    }

    #[tokio::test]
    async fn redirects_stay_at_the_origin() {
        for status in [301, 302, 307, 308] {
            let (world, foreign) = (World::new(), World::new());
            world.next(KITCHENS, Fault::redirect(status, &format!("{}/v2/kitchen/list", foreign.sim.base())));
            let client = world.client();
            let error = client.kitchens().list().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Redirect);
            assert!(foreign.journal().is_empty());
            // Within it they are followed.
            world.next(KITCHENS, Fault::redirect(status, "/v2/userinfo"));
            client.kitchens().list().await.unwrap_err();
            assert_eq!(world.journal().count("GET /v2/userinfo"), 1);
        }
    }

    #[tokio::test]
    async fn names_cannot_leave_their_segment() {
        let world = World::new();
        let client = world.client();
        client.kitchen("a/b?c#d é").get().await.unwrap_err();
        assert_eq!(world.journal().last().unwrap().path(), "/v2/kitchen/a%2Fb%3Fc%23d%20%C3%A9");
        for name in ["", "..", "."] {
            let error = client.kitchen(name).get().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
        }
        assert_eq!(world.journal().len(), 2);
    }

    #[tokio::test]
    async fn a_call_without_an_answer_ends_in_time() {
        let world = World::new();
        world.sim.server().faults().next(KITCHENS, Fault::Stall).always();
        let transport = Transport::new().with_call_timeout(Duration::from_millis(200));
        let client = world.builder().credentials(good()).transport(transport).build().unwrap();
        assert_eq!(client.kitchens().list().await.unwrap_err().kind(), ErrorKind::Timeout);
    }

    #[tokio::test]
    async fn handles_do_not_share_their_kitchen() {
        let world = World::new();
        let client = world.client();
        let (one, two) = (client.kitchen("K1"), client.kitchen("master"));
        assert_eq!(
            (one.get().await.unwrap().name, two.get().await.unwrap().name),
            ("K1".into(), "master".into())
        );
        assert_eq!((one.name(), two.name()), ("K1", "master"));
    }
}
