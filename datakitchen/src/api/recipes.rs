//! The recipes of a kitchen (contract sections 6.1 and 6.3).

use auth_core::path;
use serde::Deserialize;
use serde_json::json;

use super::kitchen::KitchenHandle;
use super::recipe::RecipeHandle;
use crate::error::{Result, invalid};

/// The recipes of a kitchen; see [`KitchenHandle::recipes`].
#[derive(Clone, Debug)]
pub struct Recipes {
    kitchen: KitchenHandle,
}

#[derive(Deserialize)]
struct Names {
    recipes: Vec<String>,
}

impl Recipes {
    pub(crate) fn new(kitchen: KitchenHandle) -> Self {
        Self { kitchen }
    }

    /// `GET /v2/kitchen/recipenames/{kitchen}`: their names.
    pub async fn list(&self) -> Result<Vec<String>> {
        let kitchen = &self.kitchen.name;
        let names: Names = self.kitchen.client.get(path!["v2/kitchen/recipenames", kitchen]).data().await?;
        Ok(names.recipes)
    }

    /// `GET /v2/kitchen/recipenames/{kitchen}`, then `POST /v2/recipe/create/{kitchen}/{name}`: a new recipe. One that
    /// exists is an error, and nothing is changed.
    pub async fn create(&self, name: &str, description: Option<&str>) -> Result<RecipeHandle> {
        if name.trim().is_empty() {
            return Err(invalid("the name of the new recipe is empty").with_help("give it a name").into());
        }
        let kitchen = &self.kitchen.name;
        if self.list().await?.iter().any(|known| known == name) {
            return Err(invalid(format!("the kitchen {kitchen} has a recipe {name} already")).into());
        }
        let request = self.kitchen.client.post(path!["v2/recipe/create", kitchen, name]);
        request.json(&json!({ "description": description })).done().await?;
        Ok(self.kitchen.recipe(name))
    }
}
