//! One kitchen, by a handle that never changes: two tasks can work in two kitchens with the same client.

use auth_core::path;
use serde::Deserialize;

use super::kitchens::Kitchen;
use crate::client::Client;
use crate::error::Result;

/// One kitchen; see [`Client::kitchen`]. Cheap to clone.
#[derive(Clone, Debug)]
pub struct KitchenHandle {
    client: Client,
    name: String,
}

#[derive(Deserialize)]
struct Found {
    kitchen: Kitchen,
}

impl KitchenHandle {
    pub(crate) fn new(client: Client, name: String) -> Self {
        Self { client, name }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// `GET /v2/kitchen/{kitchen}`: what the platform knows about it.
    pub async fn get(&self) -> Result<Kitchen> {
        let kitchen = &self.name;
        let found: Found = self.client.session.get(path!["v2/kitchen", kitchen]).data().await?;
        Ok(found.kitchen)
    }
}
