//! One kitchen, by a handle that never changes: two tasks can work in two kitchens with the same client.

mod alerts;
mod history;
mod settings;
mod staff;

use auth_core::path;
use serde_json::json;

use super::kitchens::{Document, Kitchen};
use super::{
    KitchenOrders, KitchenOverrides, LONG, OrderHandle, OrderRunHandle, RecipeHandle, Recipes, Vault,
};
use crate::client::Client;
use crate::error::Result;

pub use alerts::AlertKind;
pub use history::{KitchenHistory, KitchenMerge, KitchenRevert, MergeInputs};

/// One kitchen; see [`Client::kitchen`]. Cheap to clone. Making one looks nothing up.
#[derive(Clone, Debug)]
pub struct KitchenHandle {
    pub(crate) client: Client,
    pub(crate) name: String,
}

impl KitchenHandle {
    pub(crate) fn new(client: Client, name: String) -> Self {
        Self { client, name }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its recipes.
    pub fn recipes(&self) -> Recipes {
        Recipes::new(self.clone())
    }

    /// One of its recipes.
    pub fn recipe(&self, name: impl Into<String>) -> RecipeHandle {
        RecipeHandle::new(self.clone(), name.into())
    }

    /// The variables that override those of its recipes.
    pub fn overrides(&self) -> KitchenOverrides {
        KitchenOverrides::new(self.clone())
    }

    /// Its orders.
    pub fn orders(&self) -> KitchenOrders {
        KitchenOrders::new(self.clone())
    }

    /// One of its orders.
    pub fn order(&self, id: impl Into<String>) -> OrderHandle {
        OrderHandle::new(self.clone(), id.into())
    }

    /// One of the runs of its orders.
    pub fn order_run(&self, id: impl Into<String>) -> OrderRunHandle {
        OrderRunHandle::new(self.clone(), id.into())
    }

    /// Where its secrets are.
    pub fn vault(&self) -> Vault {
        Vault::new(self.clone())
    }

    /// `GET /v2/kitchen/{name}`: what the platform knows about it.
    pub async fn get(&self) -> Result<Kitchen> {
        Document::one(&self.client, &self.name).await?.into_kitchen()
    }

    /// `GET /v2/kitchen/{name}`: the name of the kitchen that it was made from; `None` for the first one.
    pub async fn parent_name(&self) -> Result<Option<String>> {
        Ok(self.get().await?.parent_kitchen.filter(|parent| !parent.is_empty()))
    }

    /// `GET /v2/kitchen/{name}`: whether it is the kitchen of an ingredient; see [`Kitchen::is_ingredient`].
    pub async fn is_ingredient(&self) -> Result<bool> {
        Ok(self.get().await?.is_ingredient())
    }

    /// `PUT /v2/kitchen/create/{parent}/{name}`: a new kitchen, made from this one. Not repeated when its outcome is
    /// unknown.
    pub async fn create(&self, name: &str, description: &str) -> Result<Self> {
        self.client.kitchens().create(&self.name, name, description).await
    }

    /// `DELETE /v2/kitchen/delete/{name}`: deletes it. The platform reports success for a kitchen that does not exist,
    /// too.
    pub async fn delete(&self) -> Result<()> {
        let name = &self.name;
        let request = self.client.delete(path!["v2/kitchen/delete", name]).timeout(LONG);
        request.json(&json!({ "synchronous-delete": false, "message": "delete_kitchen" })).done().await
    }
}
