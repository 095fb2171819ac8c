//! Who may use a kitchen, and in which role.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::KitchenHandle;
use crate::api::kitchens::{Document, STAFF, unknown_form};
use crate::error::{Result, invalid};

/// The role of each user.
const ROLES: &str = "kitchen-roles";

impl KitchenHandle {
    /// `GET /v2/kitchen/{name}`: the users of each role, as in `Admin`. Who may use the kitchen without a role is only in
    /// the list of [`Kitchens::get_staff`](crate::api::Kitchens::get_staff).
    pub async fn get_staff(&self) -> Result<BTreeMap<String, Vec<String>>> {
        let mut document = Document::one(&self.client, &self.name).await?;
        let mut staff: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (user, role) in document.object(ROLES)? {
            let role = role.as_str().ok_or_else(|| unknown_form(ROLES, &self.name))?;
            staff.entry(role.to_owned()).or_default().push(user.clone());
        }
        Ok(staff)
    }

    /// `GET /v2/kitchen/{name}`, then `POST /v2/kitchen/update/{name}`: new users, each with a role. A user who is there
    /// already is an error, and nothing is changed. The caller must be an `Admin` of the kitchen.
    ///
    /// A kitchen whose list of staff is empty is open to everybody, and stays open: its new users have a role, and nobody
    /// is locked out. [`Kitchens::update_staff`](crate::api::Kitchens::update_staff) closes it, with the whole list.
    pub async fn add_staff<U: Into<String>, R: Into<String>>(
        &self,
        staff: impl IntoIterator<Item = (U, R)>,
    ) -> Result<()> {
        let staff = one_role_each(staff)?;
        self.change_staff(|roles| {
            refuse(
                staff.keys().filter(|user| roles.contains_key(*user)),
                "already on the staff",
                &self.name,
            )?;
            roles.extend(staff.iter().map(|(user, role)| (user.clone(), Value::from(role.as_str()))));
            Ok(())
        })
        .await
    }

    /// `GET /v2/kitchen/{name}`, then `POST /v2/kitchen/update/{name}`: another role for users who are there. One who is
    /// not is an error, and nothing is changed. The caller must be an `Admin` of the kitchen.
    pub async fn update_staff<U: Into<String>, R: Into<String>>(
        &self,
        staff: impl IntoIterator<Item = (U, R)>,
    ) -> Result<()> {
        let staff = one_role_each(staff)?;
        self.change_staff(|roles| {
            refuse(staff.keys().filter(|user| !roles.contains_key(*user)), "not on the staff", &self.name)?;
            roles.extend(staff.iter().map(|(user, role)| (user.clone(), Value::from(role.as_str()))));
            Ok(())
        })
        .await
    }

    /// `GET /v2/kitchen/{name}`, then `POST /v2/kitchen/update/{name}`: users who may use it no longer. One who is not
    /// there is an error, and nothing is changed. Whoever deletes the last opens the kitchen to everybody.
    pub async fn delete_staff(&self, users: &[&str]) -> Result<()> {
        self.change_staff(|roles| {
            let unknown = users.iter().copied().filter(|user| !roles.contains_key(*user));
            refuse(unknown, "not on the staff", &self.name)?;
            roles.retain(|user, _| !users.contains(&user.as_str()));
            Ok(())
        })
        .await
    }

    /// `GET /v2/kitchen/{name}`: an error that names those of the users who are not in the list of the staff.
    pub async fn ensure_users_are_staff(&self, users: &[&str]) -> Result<()> {
        let staff = Document::one(&self.client, &self.name).await?.staff()?;
        let unknown = users.iter().copied().filter(|user| !staff.iter().any(|known| known == user));
        refuse(unknown, "not on the staff", &self.name)
    }

    /// Roles and staff are written together, because the platform looks at both. The staff gains those who gain a role and
    /// loses those who lose theirs; the empty one of an open kitchen stays empty.
    async fn change_staff(&self, change: impl Fn(&mut Map<String, Value>) -> Result<()>) -> Result<()> {
        let mut document = Document::one(&self.client, &self.name).await?;
        let roles = document.object(ROLES)?;
        let before = roles.clone();
        change(roles)?;
        let after = roles.clone();
        let mut staff = document.staff()?;
        if !staff.is_empty() {
            staff.retain(|user| after.contains_key(user) || !before.contains_key(user));
            let new = after.keys().filter(|user| !before.contains_key(*user));
            let new: Vec<String> = new.filter(|user| !staff.contains(user)).cloned().collect();
            staff.extend(new);
            document.set(STAFF, Value::from(staff));
        }
        document.write(&self.client).await
    }
}

fn one_role_each<U: Into<String>, R: Into<String>>(
    staff: impl IntoIterator<Item = (U, R)>,
) -> Result<BTreeMap<String, String>> {
    let mut roles = BTreeMap::new();
    for (user, role) in staff {
        let (user, role) = (user.into(), role.into());
        if let Some(other) = roles.insert(user.clone(), role.clone()) {
            let what = format!("{user} is given two roles, {other} and {role}");
            return Err(invalid(what).with_help("give each user one role").into());
        }
    }
    Ok(roles)
}

fn refuse(users: impl Iterator<Item = impl AsRef<str>>, what: &str, kitchen: &str) -> Result<()> {
    let users: Vec<String> = users.map(|user| user.as_ref().to_owned()).collect();
    if users.is_empty() {
        return Ok(());
    }
    Err(invalid(format!("{what} of the kitchen {kitchen}: {}", users.join(", "))).into())
}
