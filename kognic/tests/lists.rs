//! Lists that come in pages, and answers that come as a stream (contract sections 5.4 and 6.11, traps 19, 22, 23).
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use auth_core::sim::{Fault, Reply};
use common::World;
use futures_util::{StreamExt as _, TryStreamExt as _};
use kognic::api::{Cameras, CreateScene, Image, ImageFormat, Input, QueryInputs, Search, SearchAnnotations};
use kognic::{Client, ErrorKind, Progress};
use serde_json::{Value, json};

/// Five inputs of the project `highway`, two on a page.
async fn five_inputs(world: &World) -> Client {
    let client = world.client();
    let options = CreateScene { project: Some("highway".into()), ..CreateScene::default() };
    for number in 0..5 {
        let image = Image::data("a", ImageFormat::Png, "x");
        client.cameras().create(&Cameras::new(format!("e-{number}"), vec![image]), &options).await.unwrap();
    }
    client
}

fn of_highway() -> QueryInputs {
    QueryInputs { project: Some("highway".into()), ..QueryInputs::default() }
}

mod pages {
    use super::*;

    #[tokio::test]
    async fn a_list_is_read_whole() {
        let world = World::new();
        let client = five_inputs(&world).await;
        let all: Vec<Input> = client.inputs().query(of_highway()).try_collect().await.unwrap();
        assert_eq!((all.len(), world.journal().count("POST /v2/inputs/query")), (5, 3));
    }

    #[tokio::test]
    async fn a_list_goes_on_where_another_reading_stopped() {
        let world = World::new();
        let client = five_inputs(&world).await;
        let mut first = client.inputs().query(of_highway());
        first.next().await.unwrap().unwrap();
        // Kept as text, and found again by another process.
        let kept = first.cursor().unwrap().as_str().to_owned();
        let rest = QueryInputs { cursor: Some(kognic::Cursor::new(kept)), ..of_highway() };
        let rest: Vec<Input> = client.inputs().query(rest).try_collect().await.unwrap();
        assert_eq!(rest.len(), 3);
    }

    #[tokio::test]
    async fn a_page_that_fails_ends_the_list_and_can_be_asked_for_again() {
        let world = World::new();
        let client = five_inputs(&world).await;
        let query = "POST /v2/inputs/query";
        // A question may be repeated, though it is a POST; and after an error the cursor leads to the page that failed.
        world.sim.server().faults().next(query, Fault::ResetBeforeReply).skip(1);
        world.sim.server().faults().next(query, Fault::status(400)).skip(2);
        let mut list = client.inputs().query(of_highway());
        let seen: Vec<_> = list.by_ref().collect().await;
        assert!(seen.len() == 5 && seen[4].is_err(), "{seen:?}");
        let rest = QueryInputs { cursor: list.cursor().cloned(), ..of_highway() };
        assert_eq!(client.inputs().query(rest).try_collect::<Vec<Input>>().await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_list_that_leads_back_to_itself_ends_in_an_error() {
        let world = World::new();
        let page = json!({"data": [], "metadata": {"nextCursorId": 7}});
        let query = "POST /v2/inputs/query";
        world.sim.server().faults().next(query, Fault::Reply(Reply::json(200, page))).always();
        let client = world.client();
        // Bounded, so that a list without an end fails here.
        let seen: Vec<_> = client.inputs().query(of_highway()).take(5).collect().await;
        let [Err(error)] = seen.as_slice() else { panic!("{seen:?}") };
        assert_eq!((error.kind(), world.journal().count(query)), (ErrorKind::Reply, 2));
    }

    #[tokio::test]
    async fn null_and_odd_dates_spoil_nothing() {
        let world = World::new();
        let client = world.client();
        let next = |endpoint: &str, data: Value| {
            let reply = Reply::json(200, json!({ "data": data }));
            world.sim.server().faults().next(endpoint, Fault::Reply(reply));
        };
        let summary =
            json!({"sceneUuid": "s", "externalId": "e", "sceneType": "x", "metadata": null, "created": 5});
        next("GET /v2/scenes/*", summary);
        assert!(client.scenes().get_summary("s", false).await.unwrap().metadata.is_empty());
        let member = json!({"errorTypeId": "t", "invalid": null, "resolved": null, "createdAt": ""});
        next("GET /v1/reviews/*", json!({"id": "r", "members": [member]}));
        assert!(!client.reviews().get("r").await.unwrap().members[0].invalid);
        next("GET /v1/reviews/*", json!({"id": "r", "members": null}));
        assert!(client.reviews().get("r").await.unwrap().members.is_empty());
        let entry =
            json!({"internalId": "s", "externalId": "e", "status": "created", "annotationTypes": null});
        next("POST /v1/inputs/query", json!([entry]));
        assert!(client.inputs().get_by_uuids(&["s"]).await.unwrap()[0].annotation_types.is_empty());
        next(
            "GET /v1/projects",
            json!([{"project": "p", "title": "t", "status": "active", "created": "the 2nd"}]),
        );
        assert_eq!(client.projects().list().await.unwrap()[0].created, None);
        let page = Reply::json(200, json!({"data": null, "metadata": {"nextCursorId": null}}));
        world.sim.server().faults().next("POST /v2/inputs/query", Fault::Reply(page));
        assert!(client.inputs().query(of_highway()).try_collect::<Vec<_>>().await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_pre_annotation_is_named_by_uuid_or_id_or_both() {
        let world = World::new();
        let found = json!([{"uuid": "a"}, {"id": "b"}, {"uuid": "c", "id": "d", "created": 1}]);
        let reply = Reply::json(200, json!({"data": found, "hasNext": null}));
        world.sim.server().faults().next("GET /v2/pre-annotations", Fault::Reply(reply));
        let client = world.client();
        let all = client.pre_annotations().list(Default::default());
        let all: Vec<_> = all.try_collect().await.unwrap();
        let names: Vec<_> = all.iter().map(|found| (found.uuid.as_str(), found.extra.get("id"))).collect();
        assert_eq!(names, [("a", None), ("b", None), ("c", Some(&json!("d")))]);
    }

    #[tokio::test]
    async fn one_value_that_is_new_does_not_spoil_a_list() {
        let world = World::new();
        let sensors =
            json!({"A": {"calibration_type": "newkind"}, "B": {"calibration_type": "pinhole", "k": 1}});
        let entries =
            json!([{"id": "c", "externalId": "e", "calibration": sensors}, {"id": "d", "externalId": "e"}]);
        let reply = Reply::json(200, json!({ "data": entries }));
        world.sim.server().faults().next("GET /v1/calibrations", Fault::Reply(reply));
        let all = world.client().calibrations().list(None).await.unwrap();
        assert_eq!((all.len(), all[0].calibration.len()), (2, 2));
    }
}

mod annotations {
    use super::*;

    #[tokio::test]
    async fn contents_are_fetched_side_by_side_and_keep_their_order() {
        let world = World::new();
        let client = five_inputs(&world).await;
        let asked = SearchAnnotations::new("highway", "objects");
        // The first is slow, and the others do not wait for it.
        let slow = std::time::Duration::from_millis(30);
        world.sim.server().faults().next("GET /storage/annotations/*", Fault::Delay(slow));
        let all: Vec<_> = client.annotations().download_project(asked, 3).try_collect().await.unwrap();
        let listed = client.annotations().search_project(SearchAnnotations::new("highway", "objects"));
        let listed: Vec<_> = listed.map_ok(|annotation| annotation.scene_uuid).try_collect().await.unwrap();
        let scenes: Vec<_> = all.iter().map(|annotation| annotation.scene_uuid.clone()).collect();
        assert_eq!((scenes.len(), scenes), (5, listed));
        assert!(all.iter().all(|annotation| annotation.content.is_some()));
        // A signed URL is shown in no `Debug`.
        assert!(!format!("{all:?}").contains("Signature"));
    }

    #[tokio::test]
    async fn a_content_is_saved_whole_or_not_at_all() {
        let world = World::new();
        let client = five_inputs(&world).await;
        let found: Vec<_> = client
            .annotations()
            .search_project(SearchAnnotations::new("highway", "o"))
            .try_collect()
            .await
            .unwrap();
        let uri = found[0].uri.as_deref().unwrap();
        let file = world.path("a.json");
        world.sim.server().faults().next("GET /storage/**", Fault::Truncate { after: 9 });
        let length = client.annotations().save(uri, &file, &Progress::silent()).await.unwrap();
        assert_eq!(length, std::fs::metadata(&file).unwrap().len());
        let missing = uri.replace("annotations/", "annotations/x");
        let error = client.annotations().save(&missing, &file, &Progress::silent()).await.unwrap_err();
        assert!(error.is_not_found() && !error.to_string().contains("Signature"), "{error}");
        assert_eq!(length, std::fs::metadata(&file).unwrap().len());
    }
}

mod streams {
    use super::*;

    const QUERY: &str = "POST /v1/search/judgements/query";

    async fn stream(world: &World) -> kognic::Result<Vec<Value>> {
        let client = world.client();
        client.query().stream_judgements(&Search::default()).await?.try_collect().await
    }

    #[tokio::test]
    async fn every_form_is_read() {
        let expected = [json!({"a": [1]}), json!({"a": "}"})];
        for text in [
            r#"[{"a":[1]},{"a":"}"}]"#,
            "[\n{\"a\": [1]},\n{\"a\": \"}\"}\n]\n",
            "{\"a\": [1]}\n{\"a\": \"}\"}\n",
            "[\n  {\n    \"a\": [1]\n  },\n  {\"a\": \"}\"}]",
        ] {
            let world = World::new();
            world.sim.server().faults().next(QUERY, Fault::Reply(Reply::text(200, text)));
            assert_eq!(stream(&world).await.unwrap(), expected, "{text}");
        }
    }

    #[tokio::test]
    async fn an_answer_that_is_cut_off_ends_in_an_error() {
        for (text, expected) in [
            ("[{\"a\": 1},\n{\"a\":", "cut off"),
            ("[{\"a\": 1},\n", "cut off"),
            ("{\"a\": ", "cut off"),
            ("<html>", "neither an array nor a record on each line"),
            ("[{\"a\" 1}]", "is not JSON"),
        ] {
            let world = World::new();
            world.sim.server().faults().next(QUERY, Fault::Reply(Reply::text(200, text)));
            let error = stream(&world).await.unwrap_err();
            assert!(
                error.kind() == ErrorKind::Reply && error.to_string().contains(expected),
                "{text}: {error}"
            );
        }
        let world = World::new();
        world.sim.server().faults().next(QUERY, Fault::ResetMidReply { after: 20 });
        let error = stream(&world).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport);
    }

    #[tokio::test]
    async fn a_record_of_another_type_is_told_without_what_it_holds() {
        let world = World::new();
        let text = Reply::text(200, "[{\"canary\": 1}]");
        world.sim.server().faults().next(QUERY, Fault::Reply(text));
        let client = world.client();
        let records = client.query().stream_judgements::<Vec<u8>>(&Search::default()).await.unwrap();
        let error = records.try_collect::<Vec<_>>().await.unwrap_err();
        assert_eq!(
            world.hide(error.to_string()),
            "POST $HOST/v1/search/{what}/query: a record is not of the expected type"
        );
    }
}

/// Futures and streams that can move between threads: a program spawns them.
#[test]
fn everything_can_be_spawned() {
    fn can_be_spawned<T: Send>(_: T) {}
    let world = World::new();
    let client = world.client();
    let (scene, options) = (Cameras::new("e", vec![]), CreateScene::default());
    can_be_spawned(client.cameras().create(&scene, &options));
    can_be_spawned(client.cameras().create_inputs(vec![], "p", kognic::api::CreateInputs::default()));
    can_be_spawned(client.inputs().query(of_highway()));
    can_be_spawned(client.annotations().list_for_scene("s", kognic::api::Cuboids::Kognic));
    can_be_spawned(client.annotations().download_project(SearchAnnotations::new("p", "t"), 2));
    can_be_spawned(client.query().stream_judgements::<Value>(&Search::default()));
}
