use descartes::ErrorKind;
use descartes::api::{
    Band, BandKind, Class, Collection, Deletable, Document, Editable, EventApiDestination, EventRule,
    EventSchedule, EventSubscription, EventType, Image, Product, State, Subject, TaskStatus, prop,
};
use serde_json::{Value, json};

use super::{impatient, wait};
use crate::common::World;

use auth_core::sim::{Fault, Reply};

/// From its creation to its end.
async fn lives<T: Editable + Deletable>(objects: Collection<'_, T>, mut object: Document<T>, change: Value) {
    objects.save(&mut object).await.unwrap();
    let id = object.id().to_owned();
    assert!(id.starts_with("someorg:") && objects.exists(&id).await.unwrap(), "{id}");
    assert_eq!(objects.get(&id).await.unwrap().unwrap(), object);

    object.update(&change).unwrap();
    assert_eq!((object.state(), Value::Object(object.changes())), (State::Modified, change.clone()));
    let error = objects.reload(&mut object).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "changes are not lost by reading");
    objects.save(&mut object).await.unwrap();
    objects.reload(&mut object).await.unwrap();
    for (name, value) in change.as_object().unwrap() {
        assert_eq!(object.serialize().get(name), Some(value), "{}", T::TYPE);
    }
    assert_eq!(objects.get_many(&[&id]).await.unwrap(), [object.clone()]);

    assert!(objects.delete(&id).await.unwrap());
    assert!(!objects.delete(&id).await.unwrap());
    assert!(objects.reload(&mut object).await.unwrap_err().is_not_found());
    assert_eq!(object.state(), State::Deleted);
    assert_eq!(objects.save(&mut object).await.unwrap_err().kind(), ErrorKind::InvalidInput);
    assert_eq!(objects.get_or_create(&id).await.unwrap().state(), State::Unsaved);
}

#[tokio::test]
async fn objects_of_every_class_live_alike_on_both_flavours() {
    for world in [World::new(), World::earthone()] {
        let client = world.client();
        let catalog = client.catalog();
        let mut product = Document::<Product>::new("mine");
        product.name = Some("Mine".into());
        product.readers = Some(vec![Subject::Group("public".into())]);
        lives(catalog.products(), product, json!({"description": "d", "tags": ["a"]})).await;
        let band = Document::<Band>::named("someorg:prod1", "mask", BandKind::Mask);
        lives(catalog.bands(), band, json!({"is_alpha": true, "data_range": [0.0, 1.0]})).await;
        let image = Document::<Image>::named("someorg:prod1", "new");
        lives(catalog.images(), image, json!({"cloud_fraction": 0.5})).await;
        let subscription = Document::<EventSubscription>::on(EventType::Scheduled, "s", ["someorg:daily"]);
        lives(catalog.event_subscriptions(), subscription, json!({"enabled": false})).await;
        let rule = named::<EventRule>(json!({"name": "r", "event_pattern": "{}"}));
        lives(catalog.event_rules(), rule, json!({"targets": [{"name": "t", "retries": 2}]})).await;
        let schedule = named::<EventSchedule>(json!({"name": "daily", "schedule": "rate(1 day)"}));
        lives(catalog.event_schedules(), schedule, json!({"schedule": "rate(2 days)"})).await;
        let destination = named::<EventApiDestination>(json!({"name": "d", "endpoint": "https://x.example"}));
        lives(catalog.event_api_destinations(), destination, json!({"invocation_rate": 3})).await;
    }
}

fn named<T: Class>(attributes: Value) -> Document<T> {
    let mut object = Document::<T>::new("");
    object.update(attributes).unwrap();
    object
}

#[tokio::test]
async fn one_that_is_missing_among_many_is_named() {
    let world = World::new();
    let client = world.client();
    let products = client.catalog().products();
    let error = products.get_many(&["someorg:prod1", "nope", "neither"]).await.unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(
        error.to_string(),
        "PUT products answered 404 Not Found: Objects not found for ids: nope, neither"
    );
    assert_eq!(products.find_many(&["someorg:prod1", "nope"]).await.unwrap().len(), 1);
    assert!(products.get_many(&[]).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_product_comes_along_with_bands_and_images() {
    let world = World::new();
    let client = world.client();
    let products = client.catalog().products();
    let red = products.get_band("someorg:prod1", "red").await.unwrap().unwrap();
    assert_eq!(red.product().unwrap().unwrap().name.as_deref(), Some("Product 1"));
    let images = products.images("someorg:prod1").collect().await.unwrap();
    assert_eq!(images.len(), 3);
    assert!(images.iter().all(|image| image.product().unwrap().unwrap().id() == "someorg:prod1"));
}

#[tokio::test]
async fn what_belongs_to_a_product_is_deleted_by_a_task() {
    let world = World::new();
    let client = world.client();
    let products = client.catalog().products();
    assert_eq!(products.get_delete_status("someorg:prod1").await.unwrap().status, TaskStatus::NeverRan);
    let task = products.delete_related_objects("someorg:prod1").await.unwrap().unwrap();
    assert_eq!((task.status, task.objects_deleted), (TaskStatus::Running, Some(5)));
    let task = products.wait_for_deletion("someorg:prod1", wait()).await.unwrap();
    assert_eq!(task.status, TaskStatus::Succeeded);
    assert_eq!(products.bands("someorg:prod1").count().await.unwrap(), 0);
    assert_eq!(products.delete_related_objects("someorg:prod1").await.unwrap(), None);
}

/// Trap 9: the vendor's SDK sends a `POST` again, and makes two objects.
#[tokio::test]
async fn an_object_is_never_created_twice() {
    let world = World::new();
    let client = world.client();
    let create = "POST /metadata/v1/catalog/v2/products";
    world.sim.server().faults().next(create, Fault::CloseBeforeReply);
    let mut product = named::<Product>(json!({"name": "Mine"}));
    let error = client.catalog().products().create(&mut product).await.unwrap_err();
    assert!(error.is_outcome_unknown());
    assert_eq!((world.journal().count(create), product.state()), (1, State::Unsaved));
}

/// A second one would find nothing, and tell the opposite.
#[tokio::test]
async fn a_deletion_is_never_repeated() {
    let world = World::new();
    let client = world.client();
    let products = client.catalog().products();
    let start = "POST /metadata/v1/catalog/v2/products/*/delete_related_objects";
    world.sim.server().faults().next(start, Fault::Truncate { after: 10 });
    let error = products.delete_related_objects("someorg:prod1").await.unwrap_err();
    assert!(error.is_outcome_unknown() && !error.is_retryable(), "{error}");
    assert_eq!(world.journal().count(start), 1);
    let delete = "DELETE /metadata/v1/catalog/v2/products/*";
    world.sim.server().faults().next(delete, Fault::status(502).after_handling());
    let error = products.delete("someorg:prod1").await.unwrap_err();
    assert!(error.is_outcome_unknown(), "{error}");
    assert_eq!(world.journal().count(delete), 1);
    assert!(!products.exists("someorg:prod1").await.unwrap());
}

#[tokio::test]
async fn no_search_goes_on_for_ever() {
    let world = World::new();
    let client = world.client();
    let search = "PUT /metadata/v1/catalog/v2/products";
    let faults = world.sim.server().faults();
    let page = |data: Value, next: &str| {
        let next = format!("{}/metadata/v1/catalog/v2/products?continuation={next}", world.sim.base());
        Fault::Reply(Reply::json(200, json!({"data": data, "links": {"next": next}})))
    };
    for next in ["a", "b", "a"] {
        faults.next(search, page(json!([{"type": "product", "id": "p"}]), next));
    }
    let products = client.catalog().products();
    let error = products.search().collect().await.unwrap_err().to_string();
    assert_eq!(error, "a search goes in circles: a page names one as the next that was read before");
    world.journal().clear();
    for number in 0..20 {
        faults.next(search, page(json!([]), &number.to_string()));
    }
    let error = products.search().collect().await.unwrap_err().to_string();
    assert!(error.starts_with("more than 10 pages of a search in a row hold nothing"), "{error}");
    assert_eq!(world.journal().count(search), 11);
}

#[tokio::test]
async fn what_the_catalog_refuses_is_told_in_its_words() {
    let world = World::new();
    let client = impatient(&world);
    let mut band = named::<Band>(json!({"product_id": "someorg:prod1"}));
    let error = client.catalog().bands().create(&mut band).await.unwrap_err();
    assert_eq!(error.status().unwrap(), 422);
    assert!(error.to_string().contains("Validation error: Missing data for required field: name"), "{error}");
    let mut twice = Document::<Product>::new("someorg:prod1");
    twice.name = Some("Again".into());
    assert_eq!(client.catalog().products().create(&mut twice).await.unwrap_err().status().unwrap(), 409);
}

#[tokio::test]
async fn searches_find_sort_and_sum_up() {
    let world = World::new();
    let client = world.client();
    let clear = || {
        let filter = prop("acquired").ge("2026-01-01") & prop("cloud_fraction").lt(0.2);
        client.catalog().images().search().filter(prop("product_id").eq("someorg:prod1") & filter)
    };
    let found = clear().sort("-acquired").collect().await.unwrap();
    let names: Vec<_> = found.iter().map(|image| image.name.as_deref().unwrap()).collect();
    assert_eq!(names, ["2026-03", "2026-01"]);
    let place = descartes::api::Geometry::bounding_box(3.2, 0.2, 3.4, 0.4).unwrap();
    assert_eq!(clear().intersects(&place).count().await.unwrap(), 1);
    let summary = clear().limit(1).summary().await.unwrap();
    assert_eq!((summary.count, summary.bytes), (2, Some(2000)));
    let months = descartes::api::SummaryInterval::every(descartes::api::Interval::Month);
    let months = clear().summary_interval(months).await.unwrap();
    assert_eq!(months.iter().map(|month| month.count).collect::<Vec<_>>(), [1, 1]);
    let none = client.catalog().products().search().filter(prop("name").any_of(Vec::<String>::new()));
    let before = world.journal().len();
    assert_eq!((none.clone().count().await.unwrap(), none.collect().await.unwrap().len()), (0, 0));
    assert_eq!(world.journal().len(), before, "nobody needs to be asked for nothing");
}
