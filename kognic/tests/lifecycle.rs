//! The life of a token, from the first request to the last renewal (contract sections 2.2 to 2.4 and 5.1). The time is
//! moved by hand, the requests are real.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::time::Duration;

use auth_core::sim::{Fault, Gate, Reply};
use common::{PROJECTS, TOKEN, World, credentials_file, good, token};
use kognic::{Claims, Client, Credentials, ErrorKind, ManualClock, Method, StatusCode, Timestamp};
use serde_json::{Value, json};
use tokio::task::JoinSet;

/// How a token lives here, and how early it is renewed.
const LIFE: Duration = Duration::from_secs(3600);
const LEEWAY: Duration = Duration::from_secs(60);
/// Longer than any test takes.
const PATIENCE: Duration = Duration::from_secs(10);

/// The grants that were asked for so far.
fn grants(world: &World) -> Vec<String> {
    let requests = world.journal().matching(TOKEN);
    requests.iter().map(|request| request.form_value("grant_type").unwrap()).collect()
}

/// What the token endpoint answers next, in place of the simulator's own answer.
fn next_token(world: &World, reply: Value) {
    world.sim.server().faults().next(TOKEN, Fault::Reply(Reply::json(200, reply)));
}

mod renewal {
    use super::*;

    #[tokio::test]
    async fn nothing_is_sent_before_the_first_call_and_one_token_serves_many() {
        let world = World::new();
        let client = world.client();
        assert!(world.journal().is_empty());
        for _ in 0..3 {
            client.projects().list().await.unwrap();
        }
        client.clone().projects().list_batches("highway").await.unwrap();
        assert_eq!((world.token_requests(), world.journal().len()), (1, 5));
    }

    #[tokio::test]
    async fn a_due_token_is_used_while_a_new_one_is_obtained_behind_the_callers_back() {
        let world = World::new();
        let client = world.client();
        client.projects().list().await.unwrap();
        world.clock.advance(LIFE - LEEWAY - Duration::from_secs(1));
        let gate = Gate::new();
        world.sim.server().faults().next(TOKEN, Fault::Hold(gate.clone()));
        assert_eq!(token(&client).await.unwrap(), "access-1");
        assert!(world.journal().wait_for(TOKEN, 2, PATIENCE).await);
        gate.open();
        let renewed = async {
            while token(&client).await.unwrap() != "access-2" {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, renewed).await.unwrap();
        assert_eq!(grants(&world), ["client_credentials", "refresh_token"]);
    }

    #[tokio::test]
    async fn inside_the_leeway_callers_wait_for_the_new_token() {
        let world = World::new();
        let client = world.client();
        client.projects().list().await.unwrap();
        world.clock.advance(LIFE - LEEWAY);
        assert_eq!(token(&client).await.unwrap(), "access-2");
    }

    #[tokio::test]
    async fn an_expired_token_is_never_sent() {
        let world = World::new();
        let client = world.client();
        client.projects().list().await.unwrap();
        world.clock.advance(LIFE);
        client.projects().list().await.unwrap();
        let sent: Vec<_> =
            world.journal().matching(PROJECTS).iter().map(|r| r.bearer().unwrap().to_owned()).collect();
        assert_eq!(sent, ["access-1", "access-2"]);
    }

    #[tokio::test]
    async fn without_a_refresh_token_the_credentials_are_used_again() {
        let world = World::new();
        let client = world.client();
        next_token(&world, json!({"access_token": "a", "expires_in": 3600}));
        token(&client).await.unwrap();
        world.clock.advance(LIFE);
        token(&client).await.unwrap();
        assert_eq!(grants(&world), ["client_credentials", "client_credentials"]);
    }

    #[tokio::test]
    async fn a_reply_without_refresh_token_keeps_the_old_one() {
        let world = World::new();
        let client = world.client();
        next_token(&world, json!({"access_token": "a", "expires_in": 3600, "refresh_token": "r-1"}));
        token(&client).await.unwrap();
        next_token(&world, json!({"access_token": "b", "expires_in": 3600}));
        for _ in 0..2 {
            world.clock.advance(LIFE);
            token(&client).await.unwrap();
        }
        let spent: Vec<_> =
            world.journal().matching(TOKEN).iter().filter_map(|r| r.form_value("refresh_token")).collect();
        assert_eq!(spent, ["r-1", "r-1"]);
    }

    #[tokio::test]
    async fn a_refused_refresh_token_is_followed_by_the_credentials() {
        for refusal in [
            Reply::json(401, json!({"error": "invalid_token"})),
            Reply::json(400, json!({"error": "invalid_grant", "error_description": "revoked"})),
            Reply::html(403, "<p>no</p>"),
        ] {
            let world = World::new();
            let client = world.client();
            token(&client).await.unwrap();
            world.clock.advance(LIFE);
            world.sim.server().faults().next(TOKEN, Fault::Reply(refusal));
            token(&client).await.unwrap();
            assert_eq!(grants(&world), ["client_credentials", "refresh_token", "client_credentials"]);
        }
    }

    #[tokio::test]
    async fn a_life_that_is_text_counts() {
        let world = World::new();
        let client = world.client();
        next_token(&world, json!({"access_token": "a", "expires_in": "3600"}));
        token(&client).await.unwrap();
        world.clock.advance(LIFE);
        assert_eq!(token(&client).await.unwrap(), "access-1");
    }

    #[tokio::test]
    async fn a_moment_of_expiry_counts_where_no_life_is_given() {
        let world = World::new();
        let client = world.client();
        next_token(&world, json!({"access_token": "a", "expires_at": 1_800_003_600}));
        token(&client).await.unwrap();
        world.clock.advance(LIFE - LEEWAY - Duration::from_secs(400));
        assert_eq!(token(&client).await.unwrap(), "a");
        world.clock.advance(LEEWAY + Duration::from_secs(400));
        assert_eq!(token(&client).await.unwrap(), "access-1");
    }

    #[tokio::test]
    async fn a_tokens_claims_can_be_read_also_with_the_alphabet_of_urls() {
        // Its payload holds `-` and `_` in base64url.
        let jwt = auth_core::sim::unsigned_jwt(&json!({"sub": "??>>~~ÿ", "exp": 1_800_003_600}));
        assert!(jwt.contains('-') && jwt.contains('_'), "{jwt}");
        let world = World::new();
        next_token(&world, json!({"access_token": jwt, "expires_in": 3600}));
        let claims = Claims::decode(&world.client().access_token().await.unwrap()).unwrap();
        assert_eq!(claims.text("sub"), Some("??>>~~ÿ"));
    }

    #[tokio::test]
    async fn a_token_of_unknown_life_is_used_until_it_is_rejected() {
        let world = World::new();
        let client = world.client();
        next_token(&world, json!({"access_token": "for-ever"}));
        token(&client).await.unwrap();
        world.clock.advance(1000 * LIFE);
        assert_eq!(token(&client).await.unwrap(), "for-ever");
        client.projects().list().await.unwrap();
        assert_eq!(token(&client).await.unwrap(), "access-1");
        assert_eq!(world.token_requests(), 2);
    }

    #[tokio::test]
    async fn a_wrong_wall_clock_does_no_harm() {
        for hour in [1_800_003_600, 1_799_996_400] {
            let world = World::new();
            let clock = ManualClock::at(Timestamp::from_unix_seconds(hour));
            let client = world.builder().clock(clock.clone()).credentials(good()).build().unwrap();
            for _ in 0..5 {
                client.projects().list().await.unwrap();
                clock.advance(Duration::from_secs(600));
                world.clock.advance(Duration::from_secs(600));
            }
            assert_eq!(world.token_requests(), 1);
        }
    }

    #[tokio::test]
    async fn the_leeway_can_be_set() {
        let world = World::new();
        let builder = world.builder().credentials(good());
        let client = builder.leeway(Duration::from_secs(600)).build().unwrap();
        token(&client).await.unwrap();
        world.clock.advance(LIFE - Duration::from_secs(600));
        assert_eq!(token(&client).await.unwrap(), "access-2");
    }

    #[tokio::test]
    async fn credentials_that_expire_meanwhile_are_the_platforms_to_refuse() {
        let world = World::new();
        let file = credentials_file(json!({"expires": "2027-01-15T08:30:00Z"}));
        let client = world.builder().credentials(Credentials::from_json(&file).unwrap()).build().unwrap();
        world.sim.set_client("f-1", "fs-1");
        token(&client).await.unwrap();
        world.clock.advance(LIFE);
        world.sim.set_client("f-1", "expired");
        world.sim.issuer().revoke_refresh_tokens();
        let error = token(&client).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TokenRefused);
        let help = "(check the given JSON credentials: they expire at 2027-01-15T08:30:00Z)";
        assert!(error.to_string().ends_with(help), "{error}");
    }
}

mod failures {
    use super::*;

    #[tokio::test]
    async fn an_outage_does_not_replace_a_valid_token() {
        let world = World::new();
        let client = world.client();
        token(&client).await.unwrap();
        world.sim.server().faults().next(TOKEN, Fault::status(503)).always();
        world.clock.advance(LIFE - LEEWAY);
        assert_eq!(token(&client).await.unwrap(), "access-1");
        world.clock.advance(LEEWAY);
        let error = token(&client).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.status()),
            (ErrorKind::TokenUnavailable, Some(StatusCode::SERVICE_UNAVAILABLE))
        );
        assert!(error.is_retryable() && !error.is_auth());
    }

    #[tokio::test]
    async fn a_refusal_is_remembered_for_a_moment_and_never_final() {
        let world = World::new();
        let client = world.builder().credentials(Credentials::new("c-1", "rotated")).build().unwrap();
        for _ in 0..3 {
            let error = token(&client).await.unwrap_err();
            assert_eq!(
                (error.kind(), error.status()),
                (ErrorKind::TokenRefused, Some(StatusCode::UNAUTHORIZED))
            );
            assert!(error.is_auth() && !error.is_retryable());
        }
        assert_eq!(world.token_requests(), 1);
        world.sim.set_client("c-1", "rotated");
        world.clock.advance(Duration::from_secs(5));
        client.projects().list().await.unwrap();
    }

    #[tokio::test]
    async fn a_token_endpoint_that_is_busy_is_asked_again_after_the_time_that_it_names() {
        let world = World::new();
        let busy = Reply::text(429, "slow down").header("retry-after", "7");
        world.sim.server().faults().next(TOKEN, Fault::Reply(busy));
        token(&world.client()).await.unwrap();
        assert_eq!(world.clock.sleeps(), [Duration::from_secs(7)]);
    }

    #[tokio::test]
    async fn what_breaks_on_the_way_to_a_token_is_tried_again() {
        for fault in [
            Fault::status(502),
            Fault::status(500),
            Fault::ResetBeforeReply,
            Fault::CloseBeforeReply,
            Fault::Truncate { after: 10 },
            Fault::ResetMidReply { after: 10 },
        ] {
            let world = World::new();
            world.sim.server().faults().next(TOKEN, fault.clone()).times(2);
            token(&world.client()).await.unwrap_or_else(|error| panic!("{fault:?}: {error}"));
            assert_eq!(world.token_requests(), 3, "{fault:?}");
        }
    }

    #[tokio::test]
    async fn a_token_endpoint_that_does_not_answer_ends_in_time() {
        let world = World::new();
        world.sim.server().faults().next(TOKEN, Fault::Stall).always();
        let transport = kognic::Transport::new().with_call_timeout(Duration::from_millis(20));
        let client = world.builder().credentials(good()).transport(transport).build().unwrap();
        let error = token(&client).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(error.is_retryable());
        // Counted by the pauses: on a busy machine a request may be given up before the simulator has read it.
        assert_eq!(world.clock.sleeps().len(), 3, "tried four times, as the retry policy says");
    }

    #[tokio::test]
    async fn a_platform_that_is_not_there_is_an_error_that_says_so() {
        let world = World::new();
        let gone = World::new().sim.base();
        let error =
            token(&world.builder().credentials(good()).base_url(gone).build().unwrap()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport);
        assert!(error.to_string().contains("no connection") && error.is_retryable(), "{error}");
    }

    #[tokio::test]
    async fn replies_that_are_no_tokens_are_told_apart() {
        let json = |value: Value| Fault::Reply(Reply::json(200, value));
        for (fault, kind, text) in [
            (json(json!({"token_type": "bearer"})), ErrorKind::TokenUnavailable, "holds no access_token"),
            (json(json!({"access_token": " "})), ErrorKind::TokenUnavailable, "holds no access_token"),
            (
                json(json!({"access_token": "a", "token_type": "mac"})),
                ErrorKind::TokenUnavailable,
                "type `mac`",
            ),
            (json(json!(["access_token"])), ErrorKind::Reply, "POST $HOST/v1/auth/oauth/token"),
            (Fault::not_json(), ErrorKind::Reply, "POST $HOST/v1/auth/oauth/token"),
            (Fault::Reply(Reply::html(403, "<p>no</p>")), ErrorKind::TokenRefused, "403 Forbidden"),
            (
                Fault::Reply(Reply::json(
                    400,
                    json!({"error": "invalid_scope", "error_description": "no such"}),
                )),
                ErrorKind::TokenRefused,
                "400 Bad Request: no such [code invalid_scope]",
            ),
        ] {
            let world = World::new();
            world.sim.server().faults().next(TOKEN, fault);
            let error = token(&world.client()).await.unwrap_err();
            assert!(world.hide(error.to_string()).contains(text), "{error}");
            assert_eq!((error.kind(), world.token_requests()), (kind, 1), "{error}");
        }
    }

    #[tokio::test]
    async fn the_secret_does_not_follow_a_redirect_of_the_token_endpoint() {
        for status in [301, 302, 303, 307, 308] {
            let (world, foreign) = (World::new(), World::new());
            let to = format!("{}/v1/auth/oauth/token", foreign.sim.base());
            world.sim.server().faults().next(TOKEN, Fault::redirect(status, &to));
            let error = token(&world.client()).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Redirect);
            assert!(foreign.journal().is_empty());
        }
    }
}

mod rejection {
    use super::*;

    #[tokio::test]
    async fn a_rejected_token_is_renewed_and_the_call_repeated_whatever_its_method() {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            let world = World::new();
            let client = world.client();
            let call = || client.request(method.clone(), "/v1/x").json(&json!({"a": 1}));
            token(&client).await.unwrap();
            world.sim.issuer().revoke_all();
            // The simulator knows no such endpoint: 404 is its answer to a good token.
            assert_eq!(call().done().await.unwrap_err().status(), Some(StatusCode::NOT_FOUND));
            let calls = world.journal().matching("* /v1/x");
            let sent: Vec<_> = calls.iter().map(|call| (call.bearer().unwrap(), call.json())).collect();
            let body = Some(json!({"a": 1}));
            assert_eq!(sent, [("access-1", body.clone()), ("access-2", body)]);
        }
    }

    #[tokio::test]
    async fn a_second_rejection_is_the_answer() {
        let world = World::new();
        let refused = Reply::json(401, json!({"message": "not you"}));
        world.sim.server().faults().next(PROJECTS, Fault::Reply(refused)).always();
        let error = world.client().projects().list().await.unwrap_err();
        assert_eq!(error.status(), Some(StatusCode::UNAUTHORIZED));
        assert!(error.is_auth() && error.to_string().contains("not you"), "{error}");
        assert_eq!((world.journal().count(PROJECTS), world.token_requests()), (2, 2));
    }

    #[tokio::test]
    async fn other_refusals_do_not_cost_the_token() {
        let world = World::new();
        let client = world.client();
        world.sim.server().faults().next(PROJECTS, Fault::status(403));
        let error = client.projects().list().await.unwrap_err();
        assert!(error.is_forbidden() && !error.is_auth());
        client.projects().list().await.unwrap();
        assert_eq!(world.token_requests(), 1);
    }

    #[tokio::test]
    async fn fifty_rejections_at_once_cause_one_renewal() {
        let world = World::new();
        let client = world.client();
        client.projects().list().await.unwrap();
        world.sim.issuer().revoke_all();
        all_list(&client, 50).await;
        assert_eq!(world.token_requests(), 2);
    }

    #[tokio::test]
    async fn a_late_rejection_of_the_old_token_does_not_harm_the_new_one() {
        let world = World::new();
        let client = world.client();
        token(&client).await.unwrap();
        let gate = Gate::new();
        world.sim.server().faults().next(PROJECTS, Fault::Hold(gate.clone()));
        let late = tokio::spawn({
            let client = client.clone();
            async move { client.projects().list().await }
        });
        assert!(world.journal().wait_for(PROJECTS, 1, PATIENCE).await);
        world.sim.issuer().revoke_all();
        client.projects().list().await.unwrap();
        gate.open();
        late.await.unwrap().unwrap();
        assert_eq!(world.token_requests(), 2);
    }
}

mod many_callers {
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_thousand_cold_callers_make_one_token_request() {
        let world = World::new();
        let client = world.client();
        let mut callers = JoinSet::new();
        for _ in 0..1000 {
            let client = client.clone();
            callers.spawn(async move { token(&client).await });
        }
        while let Some(outcome) = callers.join_next().await {
            assert_eq!(outcome.unwrap().unwrap(), "access-1");
        }
        assert_eq!(world.token_requests(), 1);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn callers_at_an_expiry_make_one_token_request() {
        let world = World::new();
        let client = world.client();
        client.projects().list().await.unwrap();
        world.clock.advance(LIFE);
        all_list(&client, 50).await;
        assert_eq!(world.token_requests(), 2);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn all_callers_share_one_refusal() {
        let world = World::new();
        let client = world.builder().credentials(Credentials::new("c-1", "wrong")).build().unwrap();
        let mut callers = JoinSet::new();
        for _ in 0..100 {
            let client = client.clone();
            callers.spawn(async move { client.projects().list().await });
        }
        while let Some(outcome) = callers.join_next().await {
            assert!(outcome.unwrap().unwrap_err().is_auth());
        }
        assert_eq!(world.token_requests(), 1);
    }

    #[tokio::test]
    async fn a_caller_who_goes_away_does_not_cancel_the_exchange() {
        let world = World::new();
        let client = world.client();
        let gate = Gate::new();
        world.sim.server().faults().next(TOKEN, Fault::Hold(gate.clone()));
        let caller = tokio::spawn({
            let client = client.clone();
            async move { token(&client).await }
        });
        assert!(world.journal().wait_for(TOKEN, 1, PATIENCE).await);
        caller.abort();
        assert!(caller.await.unwrap_err().is_cancelled());
        gate.open();
        assert_eq!(token(&client).await.unwrap(), "access-1");
        assert_eq!(world.token_requests(), 1);
    }
}

async fn all_list(client: &Client, callers: usize) {
    let mut calls = JoinSet::new();
    for _ in 0..callers {
        let client = client.clone();
        calls.spawn(async move { client.projects().list().await });
    }
    while let Some(outcome) = calls.join_next().await {
        assert_eq!(outcome.unwrap().unwrap().len(), 2);
    }
}
