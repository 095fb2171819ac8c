//! A kitchen as it is read, changed and written: whole, with every member that this version does not know (trap T16).

use auth_core::path;
use serde::Deserialize as _;
use serde_json::{Map, Value, json};

use super::Kitchen;
use crate::client::Client;
use crate::error::{Error, NoKitchen, Result, invalid, unreadable};
use crate::reply::Hidden;

/// Who may use a kitchen.
pub(crate) const STAFF: &str = "kitchen-staff";

/// A kitchen as the platform gave it.
#[derive(Clone)]
pub(crate) struct Document {
    name: String,
    members: Map<String, Value>,
}

impl Document {
    /// `GET /v2/kitchen/list`, and the kitchen of that name in it.
    pub(crate) async fn listed(client: &Client, name: &str) -> Result<Self> {
        Self::find(name, all(client).await?)
    }

    /// `GET /v2/kitchen/list`, and two kitchens of it; the second may depend on the first.
    pub(crate) async fn two_listed(
        client: &Client,
        name: &str,
        other: impl FnOnce(&Kitchen) -> Result<String>,
    ) -> Result<(Self, Self)> {
        let kitchens = all(client).await?;
        let one = Self::find(name, kitchens.clone())?;
        let other = Self::find(&other(&one.kitchen()?)?, kitchens)?;
        Ok((one, other))
    }

    /// `GET /v2/kitchen/{kitchen}`.
    pub(crate) async fn one(client: &Client, kitchen: &str) -> Result<Self> {
        let reply: Result<Value> = client.get(path!["v2/kitchen", kitchen]).data().await;
        let reply = reply.map_err(|error| match error {
            Error::Platform(answer) if answer.service.status == 404 => NoKitchen::told(kitchen, *answer),
            other => other,
        })?;
        match reply.get("kitchen") {
            Some(Value::Object(members)) => Ok(Self { name: kitchen.to_owned(), members: members.clone() }),
            _ => Err(unreadable(format!("the reply about the kitchen {kitchen} holds no `kitchen`")).into()),
        }
    }

    fn find(name: &str, kitchens: Vec<Map<String, Value>>) -> Result<Self> {
        let named = |members: &Map<String, Value>| members.get("name").and_then(Value::as_str) == Some(name);
        match kitchens.iter().position(named) {
            Some(at) => Ok(Self { name: name.to_owned(), members: kitchens[at].clone() }),
            None => {
                let known = kitchens.iter().filter_map(|kitchen| kitchen.get("name")?.as_str());
                Err(NoKitchen::among(name, known.map(str::to_owned).collect()))
            }
        }
    }

    /// A copy as a model.
    pub(crate) fn kitchen(&self) -> Result<Kitchen> {
        self.clone().into_kitchen()
    }

    /// As a model.
    pub(crate) fn into_kitchen(self) -> Result<Kitchen> {
        Kitchen::deserialize(Value::Object(self.members))
            .map_err(|error| unreadable(format!("the kitchen {}: {error}", self.name)).into())
    }

    /// A member.
    pub(crate) fn get(&self, member: &str) -> Option<&Value> {
        self.members.get(member)
    }

    /// Sets a member.
    pub(crate) fn set(&mut self, member: &str, value: Value) {
        self.members.insert(member.to_owned(), value);
    }

    /// A member that is an object, made where there is none. One of another form is an error, and stays as it is.
    pub(crate) fn object(&mut self, member: &str) -> Result<&mut Map<String, Value>> {
        object_in(&mut self.members, member, &self.name)
    }

    /// Who may use it; none where it says nothing, and then everybody may. What cannot be read whole is an error: taken
    /// for an empty list it would be lost with the next change.
    pub(crate) fn staff(&self) -> Result<Vec<String>> {
        match self.get(STAFF) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Array(list)) => {
                let users = list.iter().map(|user| user.as_str().map(str::to_owned));
                Ok(users.collect::<Option<_>>().ok_or_else(|| unknown_form(STAFF, &self.name))?)
            }
            Some(_) => Err(unknown_form(STAFF, &self.name).into()),
        }
    }

    /// `POST /v2/kitchen/update/{kitchen}`: everything, also what was not changed.
    pub(crate) async fn write(&self, client: &Client) -> Result<()> {
        let (kitchen, hidden) = (&self.name, self.hidden());
        let request = hidden.of(client.post(path!["v2/kitchen/update", kitchen]));
        let done = request.json(&json!({ "kitchen.json": self.members })).done().await;
        done.map_err(|error| hidden.in_error(error))
    }

    /// What of it may be secret: the values of the overrides, in both of their forms, and the keys of the backup.
    fn hidden(&self) -> Hidden {
        let mut hidden = Hidden::default();
        match self.get("recipeoverrides") {
            Some(Value::Array(list)) => {
                list.iter().filter_map(|entry| entry.get("value")).for_each(|value| hidden.add(value));
            }
            Some(others) => hidden.add(others),
            None => {}
        }
        if let Some(backup) = self.get("settings").and_then(|settings| settings.get("backup")) {
            hidden.add(backup);
        }
        hidden
    }
}

/// A member that is an object, made where there is none or null. It stays in its place. One of another form is an error.
pub(crate) fn object_in<'a>(
    members: &'a mut Map<String, Value>,
    member: &str,
    kitchen: &str,
) -> Result<&'a mut Map<String, Value>> {
    let slot = members.entry(member).or_insert(Value::Null);
    if slot.is_null() {
        *slot = Value::Object(Map::new());
    }
    Ok(slot.as_object_mut().ok_or_else(|| unknown_form(member, kitchen))?)
}

/// What is not known is neither read as nothing nor written over (trap T16).
pub(crate) fn unknown_form(member: &str, kitchen: &str) -> auth_core::Error {
    unreadable(format!("`{member}` of the kitchen {kitchen}: its form is unknown, and is left as it is"))
}

async fn all(client: &Client) -> Result<Vec<Map<String, Value>>> {
    #[derive(serde::Deserialize)]
    struct Listed {
        kitchens: Vec<Map<String, Value>>,
    }
    let listed: Listed = client.get(path!["v2/kitchen/list"]).data().await?;
    Ok(listed.kitchens)
}

/// What a caller gave, as JSON.
pub(crate) fn json_of(value: &impl serde::Serialize) -> Result<Value> {
    serde_json::to_value(value)
        .map_err(|error| invalid(format!("what was given is not JSON: {error}")).into())
}
