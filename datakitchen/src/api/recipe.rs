//! One recipe of a kitchen, by a handle that never changes (contract sections 6.1, 6.3 and 6.7).

mod file;
mod files;
mod model;
mod tests;

use auth_core::{Path, path};
use serde::Serialize;
use serde_json::{Value, json};

use super::kitchen::KitchenHandle;
use super::kitchens::json_of;
use super::variation::VariationHandle;
use crate::client::Client;
use crate::error::{Result, invalid, unreadable};

pub use file::{FileInputs, MergeFileInputs, RecipeText};
pub use files::{FileChanges, RecipeFiles};
pub use model::{Recipe, RecipeFile, RecipeFolders, RecipeTree, RecipeValidation, VariationList};
pub use tests::{RecipeTest, write_recipe_tests_csv};

/// One recipe of a kitchen; see [`KitchenHandle::recipe`]. Cheap to clone. Making one looks nothing up.
#[derive(Clone, Debug)]
pub struct RecipeHandle {
    pub(crate) kitchen: KitchenHandle,
    pub(crate) name: String,
}

impl RecipeHandle {
    pub(crate) fn new(kitchen: KitchenHandle, name: String) -> Self {
        Self { kitchen, name }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its kitchen.
    pub fn kitchen(&self) -> &KitchenHandle {
        &self.kitchen
    }

    /// One of its variations.
    pub fn variation(&self, name: impl Into<String>) -> VariationHandle {
        VariationHandle::new(self.clone(), name.into())
    }

    /// `GET /v2/recipe/file/{kitchen}/{recipe}/variations.json`: its variations by name.
    pub async fn list_variations(&self) -> Result<VariationList> {
        let (kitchen, recipe) = self.names();
        let reply: RecipeText =
            self.client().get(path!["v2/recipe/file", kitchen, recipe, "variations.json"]).data().await?;
        let contents = reply.contents.unwrap_or_default();
        let document: Value = serde_json::from_str(&contents).map_err(|error| {
            unreadable(format!("variations.json of {kitchen}/{recipe} is not JSON: {error}"))
        })?;
        match document.get("variation-list") {
            Some(Value::Object(list)) => Ok(list.clone().into()),
            _ => {
                Err(unreadable(format!("variations.json of {kitchen}/{recipe} holds no variation-list"))
                    .into())
            }
        }
    }

    /// `POST /v2/recipe/get/{kitchen}/{recipe}`: its files with their contents: some of them, or all where none is
    /// named. With `with_tree` also the tree of all files, mostly without contents; then files must be named.
    pub async fn get(&self, files: &[&str], with_tree: bool) -> Result<Recipe> {
        let (kitchen, recipe) = self.names();
        let body = match (files.is_empty(), with_tree) {
            (true, true) => {
                return Err(invalid("the tree of a recipe is asked for, and no file")
                    .with_help("name a file that every recipe has, as description.json")
                    .into());
            }
            (true, false) => json!({}),
            (false, _) => json!({ "include-recipe-tree": with_tree, "recipe-files": files }),
        };
        self.client().ask(path!["v2/recipe/get", kitchen, recipe]).json(&body).data().await
    }

    /// `GET /v2/recipe/tree/{kitchen}/{recipe}`: its files without their contents. Unverified.
    pub async fn get_tree(&self) -> Result<RecipeTree> {
        let (kitchen, recipe) = self.names();
        self.client().get(path!["v2/recipe/tree", kitchen, recipe]).data().await
    }

    /// `POST /v2/recipe/copy/{kitchen}/{source}/{name}`: a copy of it under another name. Unverified.
    pub async fn copy(&self, name: &str) -> Result<Self> {
        let (kitchen, source) = self.names();
        self.client().post(path!["v2/recipe/copy", kitchen, source, name]).done().await?;
        Ok(self.kitchen.recipe(name))
    }

    /// `DELETE /v2/recipe/{kitchen}/{recipe}`: deletes it.
    pub async fn delete(&self) -> Result<()> {
        let (kitchen, recipe) = self.names();
        self.client().delete(path!["v2/recipe", kitchen, recipe]).json(&json!({})).done().await
    }

    /// `POST /v2/recipe/validate/{kitchen}/{recipe}/{variation}`: what is wrong with it, with some files (path to
    /// content) in place of its own. Changes nothing. Unverified.
    pub async fn validate(&self, variation: &str, files: &impl Serialize) -> Result<RecipeValidation> {
        let (kitchen, recipe) = self.names();
        let request = self.client().ask(path!["v2/recipe/validate", kitchen, recipe, variation]);
        request.json(&json!({ "files": json_of(files)? })).data().await
    }

    /// `POST /v2/recipe/compile/{kitchen}/{recipe}/{variation}`: a file with the variables of the variation put in.
    /// Changes nothing. Unverified: the shape of the reply is unknown.
    pub async fn compile(&self, variation: &str, file: &impl Serialize) -> Result<Value> {
        let (kitchen, recipe) = self.names();
        let request = self.client().ask(path!["v2/recipe/compile", kitchen, recipe, variation]);
        request.json(&json!({ "file": json_of(file)? })).data().await
    }

    pub(crate) fn client(&self) -> &Client {
        &self.kitchen.client
    }

    /// Kitchen and recipe, for paths.
    pub(crate) fn names(&self) -> (&str, &str) {
        (&self.kitchen.name, &self.name)
    }

    /// `{start}/{kitchen}/{recipe}/{path}`, where the path of a file keeps its slashes.
    fn file_path(&self, start: auth_core::Result<Path>, path: &str) -> auth_core::Result<Path> {
        if path.trim_matches('/').is_empty() {
            return Err(invalid("the path of a file is empty"));
        }
        let (kitchen, recipe) = self.names();
        start?.segment("kitchen", kitchen)?.segment("recipe", recipe)?.segments("path", path)
    }
}
