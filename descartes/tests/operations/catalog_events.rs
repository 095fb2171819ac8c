use descartes::Flavor;
use descartes::api::{
    ConnectionParameter, Document, EventApiDestination, EventRule, EventRuleTarget, EventSchedule,
    EventSubscription, EventSubscriptionTarget, EventType, prop,
};
use insta::assert_snapshot;
use serde_json::{Map, json};

use crate::catalog_book::{delete, open, reads, reload, resource, search, text, writes};

#[tokio::test]
async fn event_subscriptions() {
    let (mut book, client) = open();
    let subscriptions = client.catalog().event_subscriptions();
    let sample = resource(
        "event_subscription",
        "someorg:s",
        json!({"name": "s", "event_type": ["new-image"], "targets": [{"rule_id": "r"}], "owners": ["user:u"]}),
    );
    let class = "catalog_event_subscriptions";
    reads(&mut book, class, subscriptions, &sample).await;
    search(&mut book, class, subscriptions.search(), &sample).await;
    reload(&mut book, class, subscriptions, &sample).await;
    let mut new = Document::<EventSubscription>::on(EventType::NewImage, "s", ["someorg:prod1"]);
    let filter = subscriptions.event_filter(&prop("cloud_fraction").lt(0.2)).unwrap();
    new.event_filters = Some(vec![filter]);
    let job = EventSubscriptionTarget::job(Flavor::default(), "f-1", vec![json!("a")], Map::new());
    new.targets = Some(vec![job]);
    writes(&mut book, class, subscriptions, &sample, new, json!({"enabled": false})).await;
    delete(&mut book, class, subscriptions, &sample).await;
    assert_snapshot!(text(&book));
}

#[tokio::test]
async fn event_rules() {
    let (mut book, client) = open();
    let rules = client.catalog().event_rules();
    let sample =
        resource("event_rule", "someorg:r", json!({"name": "r", "event_pattern": "{}", "targets": []}));
    let class = "catalog_event_rules";
    reads(&mut book, class, rules, &sample).await;
    search(&mut book, class, rules.search(), &sample).await;
    reload(&mut book, class, rules, &sample).await;
    let mut new = Document::<EventRule>::new("");
    new.name = Some("r".into());
    let mut target = EventRuleTarget::default();
    target.event_api_destination_id = Some("someorg:d".into());
    new.targets = Some(vec![target]);
    writes(&mut book, class, rules, &sample, new, json!({"enabled": true})).await;
    delete(&mut book, class, rules, &sample).await;
    assert_snapshot!(text(&book));
}

#[tokio::test]
async fn event_schedules() {
    let (mut book, client) = open();
    let schedules = client.catalog().event_schedules();
    let sample = json!({"name": "s", "schedule": "rate(1 day)", "flexible_time_window": 3});
    let sample = resource("event_schedule", "someorg:s", sample);
    let class = "catalog_event_schedules";
    reads(&mut book, class, schedules, &sample).await;
    search(&mut book, class, schedules.search().sort("name"), &sample).await;
    reload(&mut book, class, schedules, &sample).await;
    let mut new = Document::<EventSchedule>::new("");
    new.name = Some("s".into());
    new.schedule = Some("rate(1 day)".into());
    writes(&mut book, class, schedules, &sample, new, json!({"schedule": "rate(2 days)"})).await;
    delete(&mut book, class, schedules, &sample).await;
    assert_snapshot!(text(&book));
}

#[tokio::test]
async fn event_api_destinations() {
    let (mut book, client) = open();
    let destinations = client.catalog().event_api_destinations();
    let sample = json!({"name": "d", "endpoint": "https://x.example/*", "method": "POST"});
    let sample = resource("event_api_destination", "someorg:d", sample);
    let class = "catalog_event_api_destinations";
    reads(&mut book, class, destinations, &sample).await;
    search(&mut book, class, destinations.search(), &sample).await;
    reload(&mut book, class, destinations, &sample).await;
    let mut new = Document::<EventApiDestination>::new("");
    new.name = Some("d".into());
    new.endpoint = Some("https://x.example/*".into());
    new.connection_header_parameters = Some(vec![ConnectionParameter::open("x-a", "b")]);
    writes(&mut book, class, destinations, &sample, new, json!({"invocation_rate": 5})).await;
    delete(&mut book, class, destinations, &sample).await;
    assert_snapshot!(text(&book));
}
