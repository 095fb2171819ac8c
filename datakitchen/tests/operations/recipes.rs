use datakitchen::api::{FileInputs, MergeFileInputs};
use insta::assert_snapshot;
use serde_json::json;

use crate::book::{kitchen, nothing, replies, reply};

#[tokio::test]
async fn recipes() {
    let (mut book, kitchen) = kitchen();
    let names = reply(json!({"recipes": ["R1"]}));
    assert_eq!(book.call("recipes.list", names.clone(), kitchen.recipes().list()).await, ["R1"]);
    let recipe = kitchen.recipe("R1");
    let variations =
        json!({"variation-list": {"v1": {"description": "d", "graph-setting": "g"}}}).to_string();
    let variations = reply(json!({ "contents": variations }));
    let variations = book.call("recipes.list_variations", variations, recipe.list_variations()).await;
    assert_eq!(variations.get("v1").unwrap()["graph-setting"], "g");
    let tree =
        json!({"R1": {"R1": [{"filename": "description.json", "json": "{}", "sha": "s", "type": "blob"}]}});
    let files = reply(json!({"ORIG_HEAD": "sha", "recipes": tree, "recipe-tree": tree}));
    let files = book.call("recipes.get", files, recipe.get(&["description.json"], true)).await;
    assert_eq!(files.recipes.unwrap()["R1"]["R1"][0].content(), Some("{}"));
    let tree = book
        .call("recipes.get_tree", reply(json!({"ORIG_HEAD": "sha", "recipes": tree})), recipe.get_tree())
        .await;
    assert_eq!(tree.orig_head.as_deref(), Some("sha"));
    let copy = book.call("recipes.copy", nothing(), recipe.copy("R2")).await;
    assert_eq!(copy.name(), "R2");
    let file = reply(json!({"contents": "select 1"}));
    let file = book.call("recipes.get_file", file, recipe.get_file("n 1/a.sql")).await;
    assert_eq!(file.contents.as_deref(), Some("select 1"));
    let file = FileInputs { message: "why".into(), ..FileInputs::new("a/b.sql", "select 2") };
    book.call("recipes.add_file", nothing(), recipe.add_file(&file)).await;
    book.call("recipes.update_file", nothing(), recipe.update_file(&file)).await;
    book.call("recipes.delete_file", nothing(), recipe.delete_file("a/b.sql", "why")).await;
    let merged =
        MergeFileInputs { orig_head: "s-1".into(), last_file_sha: "s-2".into(), content: "text".into() };
    book.call("recipes.merge_file", nothing(), recipe.merge_file("a/b.sql", &merged)).await;
    let files = json!({"a.sql": "select 1"});
    let compiled = recipe.compile("v1", &files);
    book.call("recipes.compile", reply(json!({"compiled": 1})), compiled).await;
    let checked = recipe.validate("v1", &files);
    let checked = book.call("recipes.validate", reply(json!({"results": []})), checked).await;
    assert_eq!(checked.results, Some(json!([])));
    book.call("recipes.get_history", reply(json!({"history": []})), recipe.get_history("a/b.sql", 5)).await;
    book.call("recipes.get_compiled", nothing(), recipe.variation("v1").get_compiled()).await;
    let created = replies([json!({"recipes": ["R1"]}), json!({})]);
    book.call("recipe.create", created, kitchen.recipes().create("R2", None)).await;
    book.call("recipe.delete", nothing(), kitchen.recipe("a/b?x").delete()).await;
    assert_snapshot!(book.text());
}
