//! The tests that a recipe holds, as a list (contract section 6.6).

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::{Recipe, RecipeHandle};
use crate::error::Result;

/// The columns of the table, as the vendor's tools name them.
const COLUMNS: [&str; 11] = [
    "test",
    "datestamp",
    "description",
    "kitchen",
    "recipe",
    "node",
    "failure_action",
    "variable",
    "metric",
    "comparison",
    "expression",
];
/// The folders of a node whose files may hold tests.
const FOLDERS: [&str; 3] = ["actions", "data_sources", "data_sinks"];

/// A test of a recipe.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct RecipeTest {
    /// Its name.
    pub test: String,
    /// What it checks.
    pub description: String,
    /// The kitchen.
    pub kitchen: String,
    /// The recipe.
    pub recipe: String,
    /// The node.
    pub node: String,
    /// What a failure does: `log`, `warning` or `stop-on-error`.
    pub failure_action: String,
    /// The variable that is checked.
    pub variable: String,
    /// What the variable is compared with.
    pub metric: Option<Value>,
    /// How it is compared, as in `greater-than`.
    pub comparison: String,
    /// The condition, of a test that is one.
    pub expression: String,
}

impl RecipeHandle {
    /// `POST /v2/recipe/get/{kitchen}/{recipe}`: the paths of the files that may hold tests.
    pub async fn get_test_paths(&self) -> Result<Vec<String>> {
        let recipe = self.get(&["description.json"], true).await?;
        Ok(recipe.tree(&self.name)?.into_keys().filter(|path| may_hold_tests(path)).collect())
    }

    /// `POST /v2/recipe/get/{kitchen}/{recipe}`: the tests in these files. Without files nothing is asked.
    pub async fn extract_tests(&self, paths: &[&str]) -> Result<Vec<RecipeTest>> {
        if paths.is_empty() {
            return Ok(Vec::new());
        }
        self.tests_in(&self.get(paths, false).await?)
    }

    /// `POST /v2/recipe/get/{kitchen}/{recipe}`, twice: all of its tests, of all its nodes.
    pub async fn get_tests(&self) -> Result<Vec<RecipeTest>> {
        let paths = self.get_test_paths().await?;
        self.extract_tests(&paths.iter().map(String::as_str).collect::<Vec<_>>()).await
    }

    /// A file that is not JSON, or has no tests, has none: the platform judges recipes, not we.
    fn tests_in(&self, recipe: &Recipe) -> Result<Vec<RecipeTest>> {
        let mut tests = Vec::new();
        for (path, file) in recipe.files(&self.name)? {
            let document: Value =
                serde_json::from_str(file.content().unwrap_or_default()).unwrap_or_default();
            let Some(Value::Object(found)) = document.get("tests") else { continue };
            let node = path.split('/').next().unwrap_or_default();
            for (name, test) in found {
                if let Value::Object(test) = test {
                    tests.push(self.test(node, name, test));
                }
            }
        }
        Ok(tests)
    }

    fn test(&self, node: &str, name: &str, test: &Map<String, Value>) -> RecipeTest {
        let text = |name: &str| test.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let logic = test.get("test-logic");
        let of_logic = |name: &str| logic.and_then(|logic| logic.get(name));
        let (kitchen, recipe) = self.names();
        RecipeTest {
            test: name.to_owned(),
            description: text("description"),
            kitchen: kitchen.to_owned(),
            recipe: recipe.to_owned(),
            node: node.to_owned(),
            failure_action: text("action"),
            variable: text("test-variable"),
            metric: of_logic("test-metric").cloned(),
            comparison: of_logic("test-compare").and_then(Value::as_str).unwrap_or_default().to_owned(),
            expression: logic.and_then(Value::as_str).unwrap_or_default().to_owned(),
        }
    }
}

/// `notebook.json` of a node, and JSON files one level below in the folders that hold data.
fn may_hold_tests(path: &str) -> bool {
    match path.split('/').collect::<Vec<_>>().as_slice() {
        ["resources", ..] => false,
        [_, file] => *file == "notebook.json",
        [_, folder, file] => FOLDERS.contains(folder) && file.ends_with(".json"),
        _ => false,
    }
}

/// Tests as a table of comma-separated values with a heading. `datestamp` says when they were looked at, in any form.
pub fn write_recipe_tests_csv(
    out: &mut impl std::io::Write,
    tests: &[RecipeTest],
    datestamp: &str,
) -> std::io::Result<()> {
    let mut table = COLUMNS.join(",");
    table.push('\n');
    for test in tests {
        let metric = match &test.metric {
            None => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        let row = [
            &test.test,
            datestamp,
            &test.description,
            &test.kitchen,
            &test.recipe,
            &test.node,
            &test.failure_action,
            &test.variable,
            &metric,
            &test.comparison,
            &test.expression,
        ];
        let row: Vec<String> = row.iter().map(|field| quoted(field)).collect();
        let _ = writeln!(table, "{}", row.join(","));
    }
    out.write_all(table.as_bytes())
}

fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) {
        return format!("\"{}\"", field.replace('"', "\"\""));
    }
    field.to_owned()
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn where_tests_may_be() {
        for path in ["n/notebook.json", "n/actions/a.json", "n/data_sources/a.json", "n/data_sinks/a.json"] {
            assert!(may_hold_tests(path), "{path}");
        }
        for path in [
            "notebook.json",
            "n/description.json",
            "resources/notebook.json",
            "n/actions/a.sql",
            "n/actions/x/a.json",
            "n/other/a.json",
        ] {
            assert!(!may_hold_tests(path), "{path}");
        }
    }

    #[test]
    fn fields_are_quoted_where_they_must_be() {
        let test = RecipeTest {
            test: "a,b".into(),
            description: "say \"x\"".into(),
            metric: Some(7.into()),
            ..RecipeTest::default()
        };
        let mut out = Vec::new();
        write_recipe_tests_csv(&mut out, &[test], "D").unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.lines().nth(1), Some("\"a,b\",D,\"say \"\"x\"\"\",,,,,,7,,"));
    }
}
