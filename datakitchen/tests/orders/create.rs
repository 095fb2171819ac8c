use auth_core::sim::Fault;
use datakitchen::api::OrderFilter;
use datakitchen::{Error, ErrorKind};
use serde_json::json;

use crate::common::World;

const CREATE: &str = "PUT /v2/order/create/*/*/*";

#[tokio::test]
async fn a_handle_never_changes_and_asks_nothing() {
    let world = World::new();
    let client = world.client();
    let one = client.kitchen("K1").recipe("R1").variation("v1");
    let other = client.kitchen("master").recipe("R1").variation("v2");
    let (one, other) = (one.order().await.unwrap(), other.order().await.unwrap());
    assert_eq!((one.id().unwrap(), other.id().unwrap()), ("o-1", "o-2"));
    let sent: Vec<String> =
        world.journal().requests().iter().map(|request| request.path().to_owned()).collect();
    // A login, and one request for each order: nothing is looked up (trap T1).
    assert_eq!(sent, ["/v2/login", "/v2/order/create/K1/R1/v1", "/v2/order/create/master/R1/v2"]);
}

#[tokio::test]
async fn an_order_whose_fate_is_unknown_is_not_repeated_and_can_be_looked_for() {
    for fault in
        [Fault::ResetBeforeReply.after_handling(), Fault::status(504).after_handling(), Fault::status(502)]
    {
        let world = World::new();
        let client = world.client();
        world.next(CREATE, fault.clone());
        let order = client.kitchen("K1").recipe("R1").variation("v1").order().parameter("password", "canary");
        let error = order.await.unwrap_err();
        assert_eq!(
            (error.kind(), world.journal().count(CREATE)),
            (ErrorKind::OutcomeUnknown, 1),
            "{fault:?}"
        );
        assert!(error.is_outcome_unknown() && !error.is_retryable());
        assert!(!format!("{error} {error:?}").contains("canary"));
        let lookup = error.order_lookup().unwrap();
        let place = (lookup.kitchen.as_str(), lookup.recipe.as_str(), lookup.variation.as_str());
        assert_eq!((place, lookup.sent_at.unix_seconds()), (("K1", "R1", "v1"), crate::common::START));
        let found = client.kitchen("K1").orders().status(&OrderFilter::of(lookup)).await.unwrap().listed();
        // After a 502 of a gateway there is none.
        assert_eq!(found.len(), usize::from(!matches!(fault, Fault::Reply(_))), "{fault:?}");
    }
}

#[tokio::test]
async fn a_refusal_names_the_files() {
    let world = World::new();
    let order = world.client().kitchen("K1").recipe("R1").variation("v9").order();
    let error = order.await.unwrap_err();
    assert!(matches!(error, Error::OrderRefused(_)) && !error.is_retryable());
    let issue = &error.issues()[0];
    assert_eq!(
        (issue.file.as_deref(), issue.to_string().as_str()),
        (Some("variations.json"), "error in variations.json: there is no variation v9")
    );
    let error = world.client().kitchen("closed").recipe("R1").variation("v1").order().await.unwrap_err();
    assert!(error.is_no_access() && error.is_forbidden(), "{error}");
}

#[tokio::test]
async fn parameters_are_an_object_and_are_not_shown() {
    let world = World::new();
    let variation = world.client().kitchen("K1").recipe("R1").variation("v1");
    let error = variation.order().parameters(&[1]).unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (ErrorKind::InvalidInput, "the parameters of an order are not a JSON object")
    );
    let order = variation.order().parameters(&json!({"secret": "canary"})).unwrap();
    let shown = format!("{order:?}");
    assert!(shown.contains("secret") && !shown.contains("canary"), "{shown}");
    assert!(world.journal().is_empty());
}

#[tokio::test]
async fn a_rejected_token_is_replaced_and_the_order_sent_again() {
    // A 401 says that nothing was done.
    let world = World::new();
    let client = world.client();
    client.users().get_info().await.unwrap();
    world.sim.issuer().revoke_all();
    client.kitchen("K1").recipe("R1").variation("v1").order().await.unwrap();
    assert_eq!((world.journal().count(CREATE), world.logins()), (2, 2));
}
