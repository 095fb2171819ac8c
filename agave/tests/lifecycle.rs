//! Contract section 5: the life of a token, and what a request lives through.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::time::Duration;

use agave::api::NewClient;
use agave::sim::Faults;
use agave::{Client, Transport};
use auth_core::ErrorKind;
use auth_core::sim::{Fault, Reply, Simulator};
use common::{World, shown};
use http::Method;
use serde_json::json;

const LIFE: Duration = Duration::from_secs(14_400);

fn grants(world: &World) -> usize {
    world.sim.server().journal().count("POST /token")
}

async fn call(client: &Client) -> Result<(), agave::Error> {
    client.profiles().get().await.map(drop)
}

mod expiry {
    use super::*;

    #[tokio::test]
    async fn a_token_is_used_until_the_leeway() {
        let world = World::new();
        let client = world.signing_in().build().unwrap();
        call(&client).await.unwrap();
        world.clock.advance(Duration::from_secs(7_000));
        call(&client).await.unwrap();
        assert_eq!(grants(&world), 1);
        // 59 s are left: it is renewed first, by its refresh token.
        world.clock.advance(LIFE - Duration::from_secs(7_059));
        call(&client).await.unwrap();
        let asked = world.asked();
        assert_eq!(asked[3..], ["POST /token refresh_token Basic", "GET /profiles/v2/me Bearer"]);
    }

    #[tokio::test]
    async fn a_valid_token_outlives_a_failed_renewal() {
        let world = World::new();
        let client = world.signing_in().build().unwrap();
        call(&client).await.unwrap();
        world.clock.advance(LIFE - Duration::from_secs(30));
        world.sim.server().faults().next("POST /token", Fault::status(503)).always();
        call(&client).await.unwrap();
        world.clock.advance(Duration::from_secs(60));
        let error = call(&client).await.unwrap_err();
        assert!(error.kind() == ErrorKind::TokenUnavailable && error.is_retryable(), "{error}");
        world.sim.server().faults().clear();
        world.clock.advance(Duration::from_secs(60));
        call(&client).await.unwrap();
    }

    #[tokio::test]
    async fn an_expiry_that_cannot_be_read_is_unknown() {
        let world = World::new();
        let client = world.signing_in().build().unwrap();
        let reply =
            json!({"access_token": "a", "refresh_token": "r", "token_type": "Bearer", "expires_in": "soon"});
        world.sim.server().faults().next("POST /token", Fault::Reply(Reply::json(200, reply)));
        let info = client.token().token_info().await.unwrap();
        assert!(info.expiration.is_none() && info.expires_at.is_none() && info.created_at.is_some());
        world.clock.advance(LIFE * 100);
        client.token().token_info().await.unwrap();
        assert_eq!(grants(&world), 1);
    }
}

mod rejection {
    use super::*;

    #[tokio::test]
    async fn every_form_of_the_gateways_fault_causes_one_renewal_and_one_repetition() {
        for faults in [Faults::Json, Faults::Xml, Faults::XmlWith500, Faults::Plain] {
            let world = World::new();
            world.sim.set_faults(faults);
            let client = world.signing_in().build().unwrap();
            call(&client).await.unwrap();
            world.sim.issuer().revoke_all();
            call(&client).await.unwrap();
            assert_eq!(
                world.asked()[2..],
                [
                    "GET /profiles/v2/me Bearer",
                    "POST /token refresh_token Basic",
                    "GET /profiles/v2/me Bearer"
                ],
                "{faults:?}"
            );
        }
    }

    #[tokio::test]
    async fn other_faults_cause_none() {
        let world = World::new();
        let client = world.signing_in().build().unwrap();
        let faults = [
            Reply::new(400, "<f><code>900901</code><message>Invalid Credentials</message></f>"),
            Reply::json(403, json!({"fault": {"code": 900_902, "message": "Missing Credentials"}})),
            Reply::json(400, json!({"status": "error", "message": "900904"})),
        ];
        for fault in faults {
            world.sim.server().faults().next("GET /profiles/v2/me", Fault::Reply(fault));
            call(&client).await.unwrap_err();
        }
        assert_eq!(grants(&world), 1);
    }

    #[tokio::test]
    async fn a_second_rejection_is_the_answer() {
        let world = World::new();
        let client = world.signing_in().build().unwrap();
        let xml = "<f><code>900904</code></f>";
        let fault = Fault::Reply(Reply::new(500, xml));
        world.sim.server().faults().next("GET /profiles/v2/me", fault).always();
        let error = call(&client).await.unwrap_err();
        assert!(error.is_auth() && !error.is_retryable() && error.status().unwrap() == 500, "{error}");
        assert_eq!((grants(&world), world.sim.server().journal().count("GET /profiles/v2/me")), (2, 2));
    }

    #[tokio::test]
    async fn a_write_that_was_rejected_is_sent_again_because_nothing_was_done() {
        let world = World::new();
        let client = world.signing_in().build().unwrap();
        call(&client).await.unwrap();
        world.sim.issuer().revoke_all();
        let request =
            client.request(Method::POST, "/jobs/v2/").json(&json!({"name": "j", "appId": "wc-1.0"}));
        let job: serde_json::Value = request.data().await.unwrap();
        assert!(job["id"].is_string());
        let sent = world.sim.server().journal().matching("POST /jobs/v2/");
        assert_eq!(sent.len(), 2);
        assert_eq!(sent[0].body(), sent[1].body());
    }
}

mod renewal {
    use super::*;

    #[tokio::test]
    async fn without_a_password_a_refused_refresh_token_is_the_end() {
        let world = World::new();
        let client = world.restored();
        world.sim.issuer().revoke_all();
        world.sim.issuer().revoke_refresh_tokens();
        let error = call(&client).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TokenRefused);
        assert!(error.to_string().contains("the refresh token was refused"), "{error}");
        assert_eq!(grants(&world), 1);
    }

    #[tokio::test]
    async fn with_a_password_it_is_asked_for_again() {
        let world = World::new();
        let client = world.signing_in().build().unwrap();
        call(&client).await.unwrap();
        world.sim.issuer().revoke_all();
        world.sim.issuer().revoke_refresh_tokens();
        call(&client).await.unwrap();
        let asked = world.asked();
        assert_eq!(asked[3..5], ["POST /token refresh_token Basic", "POST /token password Basic"]);
    }

    #[tokio::test]
    async fn a_reply_without_a_refresh_token_keeps_the_old_one() {
        let world = World::new();
        world.sim.set_rotation(false);
        let client = world.signing_in().build().unwrap();
        for expected in ["access-1", "access-2", "access-3"] {
            let info = client.token().token_info().await.unwrap();
            assert_eq!(shown(&info.access_token), expected);
            assert_eq!(shown(&info.refresh_token.unwrap()), "refresh-1");
            world.clock.advance(LIFE);
        }
    }

    #[tokio::test]
    async fn refresh_and_create_by_hand() {
        let world = World::new();
        let client = world.signing_in().build().unwrap();
        assert_eq!(shown(&client.token().create().await.unwrap()), "access-1");
        assert_eq!(shown(&client.token().refresh().await.unwrap()), "access-2");
        assert_eq!(shown(&client.token().create().await.unwrap()), "access-3");
        let kinds =
            ["password", "refresh_token", "password"].map(|grant| format!("POST /token {grant} Basic"));
        assert_eq!(world.asked(), kinds);
        let error = World::new().restored().token().create().await.unwrap_err();
        assert!(error.to_string().contains("a password grant needs a username and a password"), "{error}");
    }

    #[tokio::test]
    async fn a_refused_password_is_told() {
        let world = World::new();
        let client = world.signing_in().password("canary").build().unwrap();
        let error = call(&client).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TokenRefused);
        let text = error.to_string();
        assert!(
            text.contains("Provided Authorization Grant is invalid.") && !text.contains("canary"),
            "{text}"
        );
        // No storm: the refusal is remembered for a moment.
        call(&client).await.unwrap_err();
        assert_eq!(grants(&world), 1);
    }

    #[tokio::test]
    async fn many_callers_make_one_exchange() {
        let world = World::new();
        let client = world.signing_in().build().unwrap();
        for renewals in 1..=2 {
            let calls: Vec<_> = (0..50)
                .map(|_| {
                    let client = client.clone();
                    tokio::spawn(async move { call(&client).await })
                })
                .collect();
            for call in calls {
                call.await.unwrap().unwrap();
            }
            assert_eq!(grants(&world), renewals);
            world.sim.issuer().revoke_all();
        }
    }

    #[tokio::test]
    async fn a_callback_that_panics_does_no_harm() {
        let world = World::new();
        let client = world.signing_in().token_callback(|_| panic!("canary")).build().unwrap();
        call(&client).await.unwrap();
        world.sim.issuer().revoke_all();
        call(&client).await.unwrap();
        assert_eq!(shown(&client.token().held().unwrap().access_token), "access-2");
        let last = world.sim.server().journal().last().unwrap();
        assert_eq!(last.bearer(), Some("access-2"));
    }
}

mod writes {
    use super::*;

    #[tokio::test]
    async fn a_lost_reply_is_not_asked_for_again() {
        let world = World::new();
        let client = world.signing_in().build().unwrap();
        let lost = Fault::CloseBeforeReply.after_handling();
        world.sim.server().faults().next("POST /jobs/v2/", lost);
        let request = client.request(Method::POST, "/jobs/v2/").json(&json!({"name": "j"}));
        let error = request.done().await.unwrap_err();
        assert!(error.is_outcome_unknown() && !error.is_retryable(), "{error}");
        assert_eq!(world.sim.server().journal().count("POST /jobs/v2/"), 1);
    }

    #[tokio::test]
    async fn nor_is_the_creation_of_a_client() {
        let world = World::new();
        let client = world.at_sim().username("u").password("p").build().unwrap();
        world.sim.server().faults().next("POST /clients/v2/", Fault::ResetMidReply { after: 5 });
        let error = client.clients().create(&NewClient::new("demo")).await.unwrap_err();
        assert!(error.is_outcome_unknown(), "{error}");
        assert_eq!(world.sim.server().journal().count("POST /clients/v2/"), 1);
        assert_eq!(client.clients().list().await.unwrap().len(), 2);
    }

    #[tokio::test]
    async fn nor_one_that_was_put_off() {
        let world = World::new();
        let client = world.signing_in().build().unwrap();
        world.sim.server().faults().next("POST /jobs/v2/", Fault::status(429));
        let error = client.request(Method::POST, "/jobs/v2/").done().await.unwrap_err();
        assert!(error.is_retryable(), "the caller may: {error}");
        assert_eq!(world.sim.server().journal().count("POST /jobs/v2/"), 1);
    }
}

mod trouble {
    use super::*;

    #[tokio::test]
    async fn retry_after_is_obeyed() {
        let world = World::new();
        let client = world.signing_in().build().unwrap();
        let busy = Reply::text(503, "busy").header("retry-after", "7");
        world.sim.server().faults().next("GET /profiles/v2/me", Fault::Reply(busy));
        call(&client).await.unwrap();
        assert_eq!(world.clock.sleeps(), [Duration::from_secs(7)]);
    }

    #[tokio::test]
    async fn reads_survive_resets_and_replies_that_break_off() {
        let world = World::new();
        let client = world.signing_in().build().unwrap();
        for fault in [Fault::ResetBeforeReply, Fault::Truncate { after: 9 }, Fault::status(502)] {
            world.sim.server().faults().next("GET /profiles/v2/me", fault.clone());
            call(&client).await.unwrap();
            // Nothing is lost by asking for a token again.
            world.sim.server().faults().next("POST /token", fault);
            client.token().create().await.unwrap();
        }
        assert_eq!(world.sim.server().faults().pending(), 0);
    }

    #[tokio::test]
    async fn what_is_not_json_is_told_apart() {
        let world = World::new();
        let client = world.signing_in().build().unwrap();
        world.sim.server().faults().next("GET /profiles/v2/me", Fault::not_json());
        assert_eq!(call(&client).await.unwrap_err().kind(), ErrorKind::Reply);
        world.sim.server().faults().next("GET /profiles/v2/me", Fault::Reply(Reply::empty(200)));
        assert_eq!(call(&client).await.unwrap_err().kind(), ErrorKind::Reply);
        let client = world.signing_in().build().unwrap();
        world.sim.server().faults().next("POST /token", Fault::not_json());
        assert_eq!(call(&client).await.unwrap_err().kind(), ErrorKind::Reply);
    }

    #[tokio::test]
    async fn a_stall_has_an_end() {
        let world = World::new();
        let transport = Transport::new().with_call_timeout(Duration::from_millis(50));
        let client = world.signing_in().transport(transport).build().unwrap();
        client.token().create().await.unwrap();
        world.sim.server().faults().next("POST /jobs/v2/", Fault::Stall);
        let error = client.request(Method::POST, "/jobs/v2/").done().await.unwrap_err();
        assert!(error.is_outcome_unknown(), "{error}");
    }

    #[tokio::test]
    async fn a_success_that_says_error_is_an_error() {
        let world = World::new();
        let client = world.signing_in().build().unwrap();
        let reply = json!({"status": "error", "message": "no such system", "version": "2", "result": null});
        world
            .sim
            .server()
            .faults()
            .next("GET /profiles/v2/me", Fault::Reply(Reply::json(200, reply.clone())));
        let error = call(&client).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Service);
        assert!(error.to_string().contains("no such system"), "{error}");
        world.sim.server().faults().next("DELETE /clients/v2/*", Fault::Reply(Reply::json(200, reply)));
        client.clients().delete("demo").await.unwrap_err();
    }

    #[tokio::test]
    async fn what_does_not_exist_is_told() {
        let world = World::new();
        let client = world.signing_in().build().unwrap();
        let error = client.profiles().list_by_username("a/b").await.unwrap_err();
        assert!(error.is_not_found() && error.to_string().contains("No user found matching a/b"), "{error}");
        assert_eq!(world.asked()[1], "GET /profiles/v2/a%2Fb Bearer");
    }
}

mod redirects {
    use super::*;

    /// Another origin, which must not see anything of ours.
    fn elsewhere() -> Simulator {
        Simulator::start(|_: &auth_core::sim::Request| {
            Reply::json(200, json!({"status": "success", "result": {"username": "x"}}))
        })
        .unwrap()
    }

    #[tokio::test]
    async fn a_read_goes_on_without_any_credential() {
        let world = World::new();
        let elsewhere = elsewhere();
        let to = format!("{}/x", elsewhere.base());
        let clients = [
            world.signing_in().build().unwrap(),
            world.at_sim().jwt("X-JWT-Assertion-sim", "jwt-1").build().unwrap(),
            world.at_sim().use_nonce().build().unwrap().nonce("nonce-1"),
        ];
        for client in clients {
            world.sim.server().faults().next("GET /profiles/v2/me", Fault::redirect(302, &to));
            call(&client).await.unwrap();
            let sent = elsewhere.journal().last().unwrap();
            let secrets = ["authorization", "x-jwt-assertion-sim", "cookie"];
            assert!(secrets.iter().all(|name| sent.header(name).is_none()) && sent.raw_query().is_none());
        }
        let basic = world.signing_in().build().unwrap();
        world.sim.server().faults().next("GET /clients/v2/*", Fault::redirect(302, &to));
        let _ = basic.clients().get_client_by_name("demo").await;
        assert!(elsewhere.journal().last().unwrap().header("authorization").is_none());
    }

    #[tokio::test]
    async fn a_password_goes_nowhere_else() {
        let world = World::new();
        let elsewhere = elsewhere();
        let client = world.signing_in().build().unwrap();
        let to = format!("{}/token", elsewhere.base());
        world.sim.server().faults().next("POST /token", Fault::redirect(307, &to)).always();
        assert_eq!(call(&client).await.unwrap_err().kind(), ErrorKind::Redirect);
        world.sim.server().faults().next("POST /clients/v2/", Fault::redirect(307, &to));
        client.clients().create(&NewClient::new("demo")).await.unwrap_err();
        assert!(elsewhere.journal().is_empty());
    }
}
