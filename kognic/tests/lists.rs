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
    async fn a_page_that_fails_is_asked_for_again() {
        let world = World::new();
        let client = five_inputs(&world).await;
        let query = "POST /v2/inputs/query";
        // A question may be repeated, though it is a POST; and after an error the list goes on.
        world.sim.server().faults().next(query, Fault::ResetBeforeReply).skip(1);
        world.sim.server().faults().next(query, Fault::status(400)).skip(2);
        let seen: Vec<_> = client.inputs().query(of_highway()).collect().await;
        let errors = seen.iter().filter(|item| item.is_err()).count();
        assert_eq!((seen.len(), errors), (6, 1), "{seen:?}");
    }

    #[tokio::test]
    async fn a_list_that_leads_back_to_itself_ends_in_an_error() {
        let world = World::new();
        let page = json!({"data": [], "metadata": {"nextCursorId": 7}});
        let query = "POST /v2/inputs/query";
        world.sim.server().faults().next(query, Fault::Reply(Reply::json(200, page))).always();
        let error = world.client().inputs().query(of_highway()).try_collect::<Vec<_>>().await.unwrap_err();
        assert_eq!((error.kind(), world.journal().count(query)), (ErrorKind::Reply, 2));
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
