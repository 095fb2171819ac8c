//! Kitchens: the branch-like workspaces in which recipes live (contract section 6.1).

mod document;
mod model;

use auth_core::path;
use serde::Deserialize;
use serde_json::{Value, json};

use super::kitchen::KitchenHandle;
use crate::client::Client;
use crate::error::{Result, invalid};

pub(crate) use document::{Document, STAFF, json_of, object_in, unknown_form};
pub use model::Kitchen;

auth_core::service! {
    /// The kitchens that the account can see.
    pub struct Kitchens, from Client::kitchens
}

#[derive(Deserialize)]
struct Listed {
    kitchens: Vec<Kitchen>,
}

impl Kitchens<'_> {
    /// `GET /v2/kitchen/list`: all of them, in the platform's order.
    pub async fn list(&self) -> Result<Vec<Kitchen>> {
        let listed: Listed = self.client.get(path!["v2/kitchen/list"]).data().await?;
        Ok(listed.kitchens)
    }

    /// `PUT /v2/kitchen/create/{parent}/{name}`: a new kitchen, made from another. Not repeated when its outcome is
    /// unknown.
    pub async fn create(&self, parent: &str, name: &str, description: &str) -> Result<KitchenHandle> {
        let request = self.client.put(path!["v2/kitchen/create", parent, name]).timeout(super::LONG);
        request.json(&json!({ "description": description })).done().await?;
        Ok(self.client.kitchen(name))
    }

    /// `GET /v2/kitchen/list`: the list of those who may use a kitchen, whatever their roles. Empty: everybody of the
    /// customer. The roles: [`KitchenHandle::get_staff`].
    pub async fn get_staff(&self, kitchen: &str) -> Result<Vec<String>> {
        Document::listed(self.client, kitchen).await?.staff()
    }

    /// `GET /v2/kitchen/list`, then `POST /v2/kitchen/update/{kitchen}`: the whole list of those who may use a kitchen
    /// from now on. Leaves the roles as they are; [`KitchenHandle::update_staff`] sets them.
    ///
    /// `me` is the caller's own user name. It must be among them: who is not in the list is locked out.
    pub async fn update_staff(&self, kitchen: &str, staff: &[&str], me: &str) -> Result<()> {
        if !staff.contains(&me) {
            return Err(invalid(format!(
                "the staff of {kitchen} would not hold {me}, who would be locked out"
            ))
            .with_help("add your own user name")
            .into());
        }
        let mut document = Document::listed(self.client, kitchen).await?;
        document.staff()?;
        document.set(STAFF, json!(staff));
        document.write(self.client).await
    }

    /// `GET /v2/kitchen/list`, then `POST /v2/kitchen/update/{kitchen}`: more people in the list of those who may use a
    /// kitchen. Gives nobody a role; [`KitchenHandle::add_staff`] does.
    ///
    /// A kitchen with an empty staff is open to everybody, and would be closed by its first member: then nothing is
    /// sent, and the error says so. Nothing is sent either when all of them are there already.
    pub async fn add_staff(&self, kitchen: &str, users: &[&str]) -> Result<()> {
        let mut document = Document::listed(self.client, kitchen).await?;
        let mut staff = document.staff()?;
        if staff.is_empty() {
            return Err(invalid(format!("the staff of {kitchen} is empty: it is open to everybody"))
                .with_help("set the whole staff by `update_staff`, if it shall be closed")
                .into());
        }
        let before = staff.len();
        for user in users {
            if !staff.iter().any(|known| known == user) {
                staff.push((*user).to_owned());
            }
        }
        if staff.len() == before {
            return Ok(());
        }
        document.set(STAFF, Value::from(staff));
        document.write(self.client).await
    }
}
