//! What happens when a token is not accepted.

use cortex::sim::Refusal;
use cortex::{Client, CredentialKind, Environment, Error};

use crate::common::*;
use crate::{INFO, LIST, count, list, seconds};

const REFUSALS: [Refusal; 5] = [
    Refusal::Redirect,
    Refusal::BareRedirect,
    Refusal::Header(200),
    Refusal::Header(500),
    Refusal::Unauthorized,
];

#[tokio::test]
async fn a_rejected_token_is_signed_anew_once_and_the_call_replayed() {
    for refusal in REFUSALS {
        let (sim, _, client) = signed_in();
        sim.refuse_by(refusal);
        list(&client).await.unwrap();
        sim.revoke_all();
        client.content().upload("k", "data").await.unwrap();
        assert_eq!((sim.tokens_seen(), count(&sim, INFO)), (2, 2), "{refusal:?}");
        assert_eq!(count(&sim, "POST /fabric/v4/projects/p1/content"), 2, "{refusal:?}");

        sim.revoke_key();
        sim.server().journal().clear();
        let error = list(&client).await.unwrap_err();
        let Error::Refused { credential, .. } = &error else { panic!("{refusal:?}: {error:?}") };
        assert_eq!(*credential, CredentialKind::PersonalAccessConfig);
        assert!(error.is_auth() && !error.is_retryable() && !error.is_expired());
        assert_eq!((count(&sim, LIST), count(&sim, INFO)), (2, 1), "{refusal:?}: not a third time");
        let has_reason = refusal != Refusal::BareRedirect;
        assert_eq!(error.to_string().contains("unknown key"), has_reason, "{error}");
    }
}

#[tokio::test]
async fn a_rejected_static_token_is_a_distinguishable_error_at_once() {
    for refusal in REFUSALS {
        let (sim, clock, _) = signed_in();
        sim.refuse_by(refusal);
        let token = sim.token(seconds(600)).unwrap();
        let client = Client::builder()
            .environment(Environment::empty())
            .clock(clock)
            .token(token)
            .api_endpoint(sim.base())
            .project("p1")
            .build()
            .unwrap();
        list(&client).await.unwrap();
        sim.revoke_all();
        let error = list(&client).await.unwrap_err();
        let Error::Refused { credential, .. } = &error else { panic!("{refusal:?}: {error:?}") };
        assert_eq!(*credential, CredentialKind::Token);
        assert!(error.is_auth() && error.to_string().contains("the given token is not accepted"), "{error}");
        assert_eq!((count(&sim, LIST), count(&sim, INFO)), (2, 0), "{refusal:?}");
    }
}

#[tokio::test]
async fn a_static_token_that_expires_on_the_way_is_not_sent_any_more() {
    let (sim, clock, _) = signed_in();
    let client = Client::builder()
        .environment(Environment::empty())
        .clock(clock.clone())
        .message(sim.message("p1").unwrap())
        .unwrap()
        .build()
        .unwrap();
    // Used to its very end.
    clock.advance(seconds(24 * 3600 - 1));
    list(&client).await.unwrap();
    clock.advance(seconds(1));
    let error = list(&client).await.unwrap_err();
    assert!(error.is_expired() && error.is_auth() && error.status().is_none(), "{error:?}");
    assert_eq!(count(&sim, LIST), 1);
}

#[tokio::test]
async fn an_upload_that_can_be_read_only_once_is_not_replayed() {
    let (sim, _, client) = signed_in();
    list(&client).await.unwrap();
    sim.revoke_all();
    let stream = futures_util::stream::iter([Ok(bytes::Bytes::from("data"))]);
    let error = client.content().upload("k", cortex::Upload::stream(Some(4), stream)).await.unwrap_err();
    assert!(matches!(error, Error::Refused { .. }));
    assert_eq!(count(&sim, "POST /fabric/v4/projects/p1/content"), 1);
    // The rejected token is gone all the same.
    list(&client).await.unwrap();
    assert_eq!((sim.tokens_seen(), count(&sim, LIST)), (2, 2));
}
