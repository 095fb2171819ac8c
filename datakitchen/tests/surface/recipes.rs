use datakitchen::Error;
use datakitchen::api::{FileChanges, FileInputs};
use serde_json::json;

use crate::common::World;

const UPDATE: &str = "POST /v2/recipe/update/*/*";

#[tokio::test]
async fn files_are_read_created_changed_and_deleted() {
    let world = World::new();
    let recipe = world.client().kitchen("K1").recipes().create("R2", Some("text")).await.unwrap();
    assert_eq!(world.client().kitchen("K1").recipes().list().await.unwrap(), ["R1", "R2"]);
    let read = recipe.get_files().await.unwrap();
    let changes = FileChanges::new().file("extract/query.sql", "select 2").file("new/a.sql", "select 3");
    recipe.update_files(&changes.since(&read)).await.unwrap();
    let sent = world.journal().matching(UPDATE)[0].json().unwrap();
    assert_eq!(
        (sent["files"]["extract/query.sql"]["isNew"].clone(), sent["files"]["new/a.sql"]["isNew"].clone()),
        (json!(false), json!(true))
    );
    assert_eq!(recipe.get_file("new/a.sql").await.unwrap().contents.as_deref(), Some("select 3"));
    recipe.delete_files(&["new/a.sql"]).await.unwrap();
    assert!(recipe.get_file("new/a.sql").await.unwrap_err().is_not_found());
    recipe.add_file(&FileInputs::new("b.sql", "x")).await.unwrap();
    recipe.update_file(&FileInputs::new("b.sql", "y")).await.unwrap();
    assert_eq!(recipe.get_file("b.sql").await.unwrap().contents.as_deref(), Some("y"));
    recipe.delete_file("b.sql", "why").await.unwrap();
    assert_eq!(recipe.list_variations().await.unwrap().names().collect::<Vec<_>>(), ["v1", "v2"]);
    let tests = recipe.get_tests().await.unwrap();
    assert_eq!(
        (tests.len(), tests[0].node.as_str(), tests[0].metric.clone()),
        (1, "extract", Some(json!(0)))
    );
    recipe.delete().await.unwrap();
    assert!(recipe.get_files().await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn a_file_that_somebody_else_changed_is_not_overwritten() {
    let world = World::new();
    let recipe = world.client().kitchen("K1").recipe("R1");
    let read = recipe.get_files().await.unwrap();
    recipe.update_files(&FileChanges::new().file("extract/query.sql", "theirs")).await.unwrap();
    let ours = FileChanges::new().file("extract/query.sql", "ours").file("new.sql", "").since(&read);
    let error = recipe.update_files(&ours).await.unwrap_err();
    let Error::Changed(changed) = &error else { panic!("{error}") };
    assert_eq!(
        (changed.names.as_slice(), changed.what.as_str()),
        (&["extract/query.sql".to_owned()][..], "files of K1/R1")
    );
    assert_eq!(world.journal().count(UPDATE), 1);
    // Others may change other files.
    recipe.update_files(&FileChanges::new().file("new.sql", "ours").since(&read)).await.unwrap();
}

#[tokio::test]
async fn what_is_wrong_with_a_file_is_said_file_by_file() {
    let world = World::new();
    let recipe = world.client().kitchen("K1").recipe("R1");
    let error = recipe.update_files(&FileChanges::new().file("variations.json", "{")).await.unwrap_err();
    assert!(matches!(error, Error::Invalid(_)), "{error}");
    let issue = &error.issues()[0];
    assert_eq!((issue.severity.as_deref(), issue.file.as_deref()), (Some("error"), Some("variations.json")));
    assert!(issue.description.as_deref().unwrap().contains("line 1"), "{issue}");
}

#[tokio::test]
async fn names_cannot_reach_other_recipes() {
    // Trap T13.
    let world = World::new();
    let recipe = world.client().kitchen("K1").recipe("a/b?x#f");
    recipe.delete().await.unwrap_err();
    recipe.get_file("n/../x").await.unwrap_err();
    assert_eq!(world.journal().last().unwrap().path(), "/v2/recipe/K1/a%2Fb%3Fx%23f");
}
