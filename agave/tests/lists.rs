//! Lists of services that do not look at `limit` and `offset`, or give something odd: every stream ends.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use agave::Agave;
use auth_core::sim::{Fault, Reply};
use common::World;
use futures_util::{StreamExt as _, TryStreamExt as _};
use serde_json::{Value, json};

fn agave(world: &World) -> Agave {
    world.signing_in().build().unwrap()
}

fn result(value: Value) -> Fault {
    Fault::Reply(Reply::json(200, json!({ "status": "success", "message": null, "result": value })))
}

fn named(numbers: std::ops::Range<u32>) -> Value {
    numbers.map(|number| json!({ "name": format!("n{number}"), "id": format!("n{number}") })).collect()
}

/// The requests for a path, without the credential.
fn asked(world: &World, path: &str) -> Vec<String> {
    let asked = world.asked().into_iter().filter_map(|line| Some(line.split(' ').nth(1)?.to_owned()));
    asked.filter(|target| target.starts_with(path)).collect()
}

#[tokio::test]
async fn a_list_without_pages_is_asked_for_once() {
    let world = World::new();
    let ag = agave(&world);
    world.sim.server().faults().next("GET /clients/v2/", result(named(0..100))).times(4);
    let all: Vec<_> = ag.clients().list().stream().try_collect().await.unwrap();
    assert_eq!(all.len(), 100);
    let later: Vec<_> = ag.clients().list().offset(98).limit(1).stream().try_collect().await.unwrap();
    assert_eq!(later.len(), 2, "the limit of a stream is that of a page");
    let cut = ag.clients().list().offset(10).limit(2).await.unwrap();
    assert_eq!((cut[0].name.as_str(), cut.len()), ("n10", 2));
    assert_eq!(ag.clients().list().await.unwrap().len(), 100);
    assert_eq!(asked(&world, "/clients/v2/"), ["/clients/v2/"; 4]);
}

#[tokio::test]
async fn a_stream_ends_where_a_page_is_the_one_before() {
    let world = World::new();
    let ag = agave(&world);
    world.sim.server().faults().next("GET /apps/v2/", result(named(0..100))).times(9);
    let all: Vec<_> = ag.apps().list().stream().try_collect().await.unwrap();
    assert_eq!(all.len(), 100);
    assert_eq!(
        asked(&world, "/apps/v2/"),
        ["/apps/v2/?limit=100&offset=0", "/apps/v2/?limit=100&offset=100"]
    );
}

#[tokio::test]
async fn a_stream_ends_with_a_page_of_another_length() {
    let world = World::new();
    let ag = agave(&world);
    world.sim.server().faults().next("GET /apps/v2/", result(named(0..150)));
    let all: Vec<_> = ag.apps().list().stream().try_collect().await.unwrap();
    assert_eq!((all.len(), asked(&world, "/apps/v2/").len()), (150, 1));
}

#[tokio::test]
async fn what_is_no_item_counts_but_is_left_out() {
    let world = World::new();
    let ag = agave(&world);
    world.sim.server().faults().next("GET /apps/v2/", result(json!([{"id": "a"}, null])));
    world.sim.server().faults().next("GET /apps/v2/", result(json!([{"id": "b"}])));
    let all: Vec<_> = ag.apps().list().limit(2).stream().map_ok(|app| app.id).try_collect().await.unwrap();
    assert_eq!(all, ["a", "b"]);
}

#[tokio::test]
async fn a_walk_ends_whatever_a_folder_says() {
    let world = World::new();
    let ag = agave(&world);
    let files: Value = (0..100).map(|n| json!({ "name": format!("f{n}"), "type": "file" })).collect();
    world.sim.server().faults().next("GET /files/v2/listings/system/data/u", result(files)).times(9);
    let all: Vec<_> = ag.files().walk("data", "u").try_collect().await.unwrap();
    assert_eq!((all.len(), asked(&world, "/files/").len()), (100, 2));

    let world = World::new();
    let ag = agave(&world);
    let odd = json!([
        { "name": ".", "type": "dir" }, { "name": "", "type": "dir" }, { "type": "dir" }, { "name": "..", "type": "dir" },
        { "name": "a.txt", "type": "file" },
    ]);
    world.sim.server().faults().next("GET /files/v2/listings/system/data/u", result(odd)).times(9);
    let all = ag.files().walk("data", "u").map_ok(|item| item.name).try_collect::<Vec<_>>().await.unwrap();
    assert_eq!((all, asked(&world, "/files/").len()), (vec!["..".to_owned(), "a.txt".to_owned()], 1));
}

#[tokio::test]
async fn a_walk_goes_on_from_its_cursor() {
    let world = World::new();
    let ag = agave(&world);
    for folder in ["a", "b", "a/c"] {
        ag.files().mkdir("data", "u", folder).await.unwrap();
    }
    let paths = |walk: agave::api::Walk<'static>| walk.map_ok(|item| item.path).try_collect::<Vec<_>>();
    let ag: &'static Agave = Box::leak(Box::new(ag));
    let mut walk = ag.files().walk("data", "u");
    walk.next().await.unwrap().unwrap();
    let cursor = walk.cursor().unwrap().clone();
    assert_eq!(cursor.folders(), ["u/a", "u/b"]);
    let rest = paths(walk).await.unwrap();
    assert_eq!(rest, ["/u/b", "/u/a/c"]);
    assert_eq!(paths(ag.files().walk_from("data", cursor.clone())).await.unwrap(), ["/u/a/c"]);
    assert_eq!(paths(ag.files().walk_from("data", cursor)).await.unwrap(), ["/u/a/c"]);
}
