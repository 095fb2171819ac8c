//! Many files at a time, and the tests in them.

use datakitchen::api::{FileChanges, write_recipe_tests_csv};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::book::{kitchen, local, nothing, replies, reply};

fn files() -> Value {
    let test = |logic: Value| json!({"action": "log", "test-variable": "x", "test-logic": logic});
    let notebook = json!({"tests": {"t0": test(json!("x > 3"))}}).to_string();
    let source =
        json!({"tests": {"t1": test(json!({"test-compare": "greater-than", "test-metric": 7}))}}).to_string();
    let folders = json!({
        "R1": [{"filename": "description.json", "json": "{}", "sha": "s-0"}],
        "R1/n1": [{"filename": "notebook.json", "json": notebook}, {"filename": "a.sql", "text": "select 1"}],
        "R1/n1/data_sources": [{"filename": "s.json", "json": source}],
        "R1/n10": [{"filename": "b.sql", "text": ""}],
    });
    json!({"ORIG_HEAD": "sha", "recipes": {"R1": folders}, "recipe-tree": {"R1": folders}})
}

#[tokio::test]
async fn files_and_tests() {
    let (mut book, kitchen) = kitchen();
    let recipe = kitchen.recipe("R1");
    let read = book.call("recipe.get_files", reply(files()), recipe.get_files()).await;
    assert_eq!(
        (read.files["n1/a.sql"].as_str(), read.versions["description.json"].as_str()),
        ("select 1", "s-0")
    );
    let of_node = book.call("recipe.get_node_files", reply(files()), recipe.get_node_files(&["n1"])).await;
    assert_eq!(
        of_node.keys().collect::<Vec<_>>(),
        ["n1/a.sql", "n1/data_sources/s.json", "n1/notebook.json"]
    );
    let changes =
        FileChanges::new().file("n1/a.sql", "select 2").file("new.sql", "x").message("why").since(&read);
    book.call("recipe.update_files", replies([files(), json!({})]), recipe.update_files(&changes)).await;
    book.call("recipe.delete_files", nothing(), recipe.delete_files(&["n1/a.sql"])).await;

    let paths = recipe.get_test_paths();
    let paths = book.call("tests_utils.get_recipe_test_paths", reply(files()), paths).await;
    assert_eq!(paths, ["n1/data_sources/s.json", "n1/notebook.json"]);
    let found = recipe.extract_tests(&["n1/notebook.json"]);
    book.call("tests_utils.extract_tests_from_files", reply(files()), found).await;
    let tests =
        book.call("tests_utils.get_test_infos", replies([files(), files()]), recipe.get_tests()).await;
    let mut table = Vec::new();
    write_recipe_tests_csv(&mut table, &tests, "D").unwrap();
    book.call("tests_utils.write_test_infos_csv", [], local(())).await;
    // What the official SDK writes for the same files.
    let rows = "t1,D,,K1,R1,n1,log,x,7,greater-than,\nt0,D,,K1,R1,n1,log,x,,,x > 3\n";
    assert_eq!(String::from_utf8(table).unwrap().split_once('\n').unwrap().1, rows);
    assert_snapshot!(book.text());
}
