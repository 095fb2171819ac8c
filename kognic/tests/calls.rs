//! The life of a call: what it carries, what is repeated and what is not, and where a redirect may lead (contract
//! sections 2.5, 5.1 to 5.3, and the traps 1, 6 to 9, 19, 21, 22 of section 7).
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use auth_core::sim::{Fault, Reply};
use common::{PROJECTS, World, good};
use kognic::api::BatchStatus;
use kognic::{Client, ErrorKind, Method, RetryPolicy, StatusCode};
use serde_json::{Value, json};

/// A call that changes something: it creates a batch.
const WRITE: &str = "POST /v1/projects/highway/batches/b-2";

/// `{"data": [{"project": "zipped", "title": "Zipped"}]}`, compressed.
const GZIP: [u8; 64] = [
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xab, 0x56, 0x4a, 0x49, 0x2c, 0x49, 0x54,
    0xb2, 0x52, 0x88, 0xae, 0x56, 0x2a, 0x28, 0xca, 0xcf, 0x4a, 0x4d, 0x2e, 0x01, 0x72, 0x94, 0xaa, 0x32,
    0x0b, 0x0a, 0x52, 0x53, 0x94, 0x74, 0x14, 0x94, 0x4a, 0x32, 0x4b, 0x72, 0x52, 0x41, 0x42, 0x51, 0x10,
    0xa1, 0xda, 0xd8, 0x5a, 0x00, 0x44, 0xc8, 0x39, 0x41, 0x34, 0x00, 0x00, 0x00,
];

async fn write(client: &Client) -> kognic::Result<()> {
    let request = client.request(Method::POST, "/v1/projects/highway/batches/b-2");
    request.json(&json!({"publishPreviousBatches": false})).done().await
}

mod headers_2_5 {
    use super::*;

    async fn header(client: &Client, world: &World, name: &str) -> Option<String> {
        client.projects().list().await.unwrap();
        world.journal().matching(PROJECTS)[0].header(name).map(str::to_owned)
    }

    #[tokio::test]
    async fn a_call_names_token_form_and_client() {
        let world = World::new();
        let client = world.builder().credentials(good()).app_name("labeller/2").build().unwrap();
        assert_eq!(header(&client, &world, "authorization").await.unwrap(), "Bearer access-1");
        assert_eq!(header(&client, &world, "accept").await.unwrap(), "application/json");
        assert!(header(&client, &world, "accept-encoding").await.unwrap().contains("gzip"));
        let version = env!("CARGO_PKG_VERSION");
        let expected = format!("kognic-api/{version} rust labeller/2");
        assert_eq!(header(&client, &world, "user-agent").await.unwrap(), expected);
        assert_eq!(header(&client, &world, "x-organization-id").await, None);
    }

    #[tokio::test]
    async fn an_organization_is_named_in_every_call_but_not_to_the_token_endpoint() {
        let world = World::new();
        let client = world.builder().credentials(good()).organization_id(42).build().unwrap();
        assert_eq!(header(&client, &world, "x-organization-id").await.unwrap(), "42");
        assert_eq!(world.journal().matching(common::TOKEN)[0].header("x-organization-id"), None);
    }

    #[tokio::test]
    async fn other_services_get_the_token_and_strangers_nothing() {
        let (world, other) = (World::new(), World::new());
        let mut hosts = kognic::Hosts::default();
        hosts.workspace = Some(other.sim.base());
        let client = world.builder().credentials(good()).hosts(hosts).build().unwrap();
        let call = client.request(Method::GET, "/v1/workspaces").at(&client.hosts().workspace);
        let _ = call.data::<Value>().await;
        assert_eq!(other.journal().matching("GET /v1/workspaces")[0].bearer(), Some("access-1"));

        let stranger = World::new().client();
        let call = client.request(Method::GET, "/v1/workspaces").at(&stranger.hosts().workspace);
        let error = call.data::<Value>().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
}

mod replies {
    use super::*;

    #[tokio::test]
    async fn compressed_replies_are_read() {
        let world = World::new();
        let reply = Reply::new(200, GZIP.to_vec()).header("content-encoding", "gzip");
        world.sim.server().faults().next(PROJECTS, Fault::Reply(reply));
        assert_eq!(world.client().projects().list().await.unwrap()[0].project, "zipped");
    }

    #[tokio::test]
    async fn what_the_platform_adds_later_does_no_harm() {
        let world = World::new();
        let batch = json!({"project": "p", "batch": "b", "title": "T", "status": "frozen", "created": "2024-01-02T03:04:05Z", "later": 1});
        let batches = "GET /v1/projects/highway/batches";
        world.sim.server().faults().next(batches, Fault::Reply(Reply::json(200, json!({"data": [batch]}))));
        let read = &world.client().projects().list_batches("highway").await.unwrap()[0];
        assert_eq!(read.status, BatchStatus::Other("frozen".to_owned()));
        assert_eq!(
            (read.created.unwrap().to_string(), &read.extra["later"]),
            ("2024-01-02T03:04:05Z".into(), &json!(1))
        );
    }

    #[tokio::test]
    async fn names_are_one_segment_of_the_path() {
        let world = World::new();
        let error = world.client().projects().list_batches("a/b?c").await.unwrap_err();
        assert!(error.is_not_found());
        assert_eq!(world.journal().last().unwrap().target(), "/v1/projects/a%2Fb%3Fc/batches");
    }

    #[tokio::test]
    async fn every_refusal_is_the_same_kind_of_error() {
        for (status, not_found) in [(400, false), (404, true), (409, false), (422, false)] {
            let world = World::new();
            let reply =
                Reply::json(status, json!({"message": "no such thing"})).header("x-request-id", "r-1");
            world.sim.server().faults().next(PROJECTS, Fault::Reply(reply));
            let error = world.client().projects().list().await.unwrap_err();
            assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Service, status));
            assert_eq!((error.request_id(), error.is_not_found()), (Some("r-1"), not_found));
            assert_eq!(error.service_error().unwrap().message.as_deref(), Some("no such thing"));
            assert!(!error.is_retryable());
        }
    }

    #[tokio::test]
    async fn a_login_page_in_place_of_json_is_an_error() {
        let world = World::new();
        world.sim.server().faults().next(PROJECTS, Fault::not_json());
        let error = world.client().projects().list().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Reply);
    }

    #[tokio::test]
    async fn the_end_of_an_endpoint_is_announced() {
        for (date, announced) in [
            ("2027-06-01T00:00:00Z", Some("2027-06-01T00:00:00Z")),
            ("2027-06-01T00:00:00.000Z", Some("2027-06-01T00:00:00Z")),
            ("next summer", None),
        ] {
            let world = World::new();
            let reply = Reply::json(200, json!([])).header("sunset-date", date);
            world.sim.server().faults().next(PROJECTS, Fault::Reply(reply));
            let told = Arc::new(Mutex::new(Vec::new()));
            let listener = Arc::clone(&told);
            let client = world
                .builder()
                .credentials(good())
                .on_sunset(move |sunset| listener.lock().unwrap().push(sunset.clone()))
                .build()
                .unwrap();
            client.projects().list().await.unwrap();
            let told = told.lock().unwrap();
            assert_eq!(told.first().map(|sunset| sunset.at.to_string()).as_deref(), announced);
            if let Some(sunset) = told.first() {
                assert_eq!(world.hide(&sunset.request), "GET $HOST/v1/projects");
            }
        }
    }

    #[tokio::test]
    async fn the_end_of_an_endpoint_is_traced_unless_somebody_listens() {
        for (date, level) in [("2027-06-01T00:00:00Z", "WARN"), ("2027-01-20T00:00:00Z", "ERROR")] {
            let world = World::new();
            let reply = Reply::json(200, json!([])).header("sunset-date", date);
            world.sim.server().faults().next(PROJECTS, Fault::Reply(reply));
            let log = auth_core::sim::Log::capture();
            world.client().projects().list().await.unwrap();
            let text = log.text();
            let line = text.lines().find(|line| line.contains("this endpoint is deprecated")).unwrap();
            assert!(line.starts_with(level) && line.contains(date), "{line}");
        }
    }
}

mod repetition {
    use super::*;

    #[tokio::test]
    async fn a_read_is_repeated_when_something_breaks() {
        for fault in [
            Fault::status(503),
            Fault::status(408),
            Fault::ResetBeforeReply,
            Fault::CloseBeforeReply,
            Fault::Truncate { after: 5 },
            Fault::ResetMidReply { after: 5 },
        ] {
            let world = World::new();
            world.sim.server().faults().next(PROJECTS, fault.clone()).times(2);
            let projects = world.client().projects().list().await;
            assert_eq!(projects.unwrap_or_else(|error| panic!("{fault:?}: {error}")).len(), 2);
            assert_eq!(world.journal().count(PROJECTS), 3, "{fault:?}");
        }
    }

    #[tokio::test]
    async fn the_time_that_the_platform_names_is_waited_for() {
        // The clock says Fri, 15 Jan 2027 08:00:00 GMT.
        for (after, waited) in [("7", 7), ("Fri, 15 Jan 2027 08:00:09 GMT", 9), ("3600", 60)] {
            let world = World::new();
            let busy = Reply::text(429, "slow down").header("retry-after", after);
            world.sim.server().faults().next(PROJECTS, Fault::Reply(busy));
            world.client().projects().list().await.unwrap();
            assert_eq!(world.clock.sleeps(), [Duration::from_secs(waited)], "{after}");
        }
    }

    #[tokio::test]
    async fn the_last_answer_is_kept_when_repeating_was_in_vain() {
        let world = World::new();
        let down = Reply::json(503, json!({"message": "maintenance until noon"}));
        world.sim.server().faults().next(PROJECTS, Fault::Reply(down)).always();
        let error = world.client().projects().list().await.unwrap_err();
        assert_eq!(error.status(), Some(StatusCode::SERVICE_UNAVAILABLE));
        assert!(error.is_retryable() && error.to_string().contains("maintenance until noon"), "{error}");
        assert_eq!(world.journal().count(PROJECTS), 4);
    }

    #[tokio::test]
    async fn the_policy_can_be_set() {
        let world = World::new();
        world.sim.server().faults().next(PROJECTS, Fault::status(503)).always();
        let client = world.builder().credentials(good()).retry(RetryPolicy::never()).build().unwrap();
        client.projects().list().await.unwrap_err();
        assert_eq!(world.journal().count(PROJECTS), 1);
    }

    #[tokio::test]
    async fn a_write_whose_reply_is_lost_is_not_repeated() {
        for fault in [
            Fault::ResetBeforeReply.after_handling(),
            Fault::CloseBeforeReply.after_handling(),
            Fault::status(502).after_handling(),
            Fault::status(504).after_handling(),
            Fault::Truncate { after: 3 },
            Fault::ResetMidReply { after: 3 },
        ] {
            let world = World::new();
            world.sim.server().faults().next(WRITE, fault.clone());
            let client = world.client();
            let error = write(&client).await.unwrap_err();
            assert!(error.is_outcome_unknown() && !error.is_retryable(), "{fault:?}: {error}");
            assert_eq!(world.journal().count(WRITE), 1, "{fault:?}");
            // It was carried out, as a look shows.
            assert_eq!(client.projects().list_batches("highway").await.unwrap()[1].batch, "b-2");
        }
    }

    #[tokio::test]
    async fn a_write_that_the_platform_refused_for_now_is_the_callers_to_repeat() {
        for status in [429, 500, 503] {
            let world = World::new();
            world.sim.server().faults().next(WRITE, Fault::status(status));
            let error = write(&world.client()).await.unwrap_err();
            assert!(error.is_retryable() && !error.is_outcome_unknown(), "{error}");
            assert_eq!(world.journal().count(WRITE), 1);
        }
    }

    #[tokio::test]
    async fn a_write_is_repeated_when_the_caller_says_that_it_may_be() {
        let world = World::new();
        world.sim.server().faults().next(WRITE, Fault::ResetBeforeReply);
        let client = world.client();
        let request = client.request(Method::POST, "/v1/projects/highway/batches/b-2");
        request.idempotent(true).done().await.unwrap();
        assert_eq!(world.journal().count(WRITE), 2);
    }

    #[tokio::test]
    async fn nothing_waits_for_ever() {
        for (fault, method, kind) in [
            (Fault::Stall, Method::GET, ErrorKind::Timeout),
            (Fault::StallMidReply { after: 5 }, Method::GET, ErrorKind::Timeout),
            (Fault::Stall, Method::POST, ErrorKind::OutcomeUnknown),
        ] {
            let world = World::new();
            world.sim.server().faults().next("* /v1/projects", fault.clone()).always();
            let client = world.builder().credentials(good()).retry(RetryPolicy::never()).build().unwrap();
            let request = client.request(method, "/v1/projects").timeout(Duration::from_millis(20));
            let error = request.done().await.unwrap_err();
            assert_eq!(error.kind(), kind, "{fault:?}: {error}");
        }
    }
}

mod redirects {
    use super::*;

    #[tokio::test]
    async fn within_the_platform_they_are_followed() {
        let world = World::new();
        world.sim.server().faults().next("GET /v1/old", Fault::redirect(302, "/v1/projects"));
        let client = world.client();
        let projects: Vec<Value> = client.request(Method::GET, "/v1/old").data().await.unwrap();
        assert_eq!(projects.len(), 2);
    }

    #[tokio::test]
    async fn a_stranger_gets_neither_token_nor_organization_also_when_it_asks_for_one() {
        let (world, stranger) = (World::new(), World::new());
        let to = format!("{}/v1/projects", stranger.sim.base());
        world.sim.server().faults().next(PROJECTS, Fault::redirect(302, &to)).always();
        let client = world.builder().credentials(good()).organization_id(42).build().unwrap();
        // The stranger, a simulator of its own, answers 401 for want of a token.
        let error = client.projects().list().await.unwrap_err();
        assert_eq!(error.status(), Some(StatusCode::UNAUTHORIZED));
        let seen = stranger.journal().requests();
        assert!(!seen.is_empty());
        for request in seen {
            assert_eq!((request.header("authorization"), request.header("x-organization-id")), (None, None));
        }
        // The stranger's opinion of our token does not cost us a new one.
        assert_eq!(world.token_requests(), 1);
    }

    #[tokio::test]
    async fn a_write_follows_none_to_a_stranger() {
        for status in [301, 302, 303, 307, 308] {
            let (world, stranger) = (World::new(), World::new());
            world.sim.server().faults().next(WRITE, Fault::redirect(status, &stranger.sim.base()));
            let error = write(&world.client()).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Redirect);
            assert!(stranger.journal().is_empty());
        }
    }
}
