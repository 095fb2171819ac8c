//! A kitchen as it is read, changed and written: whole, with every member that this version does not know (trap T16).

use auth_core::path;
use serde::Deserialize as _;
use serde_json::{Map, Value, json};

use super::Kitchen;
use crate::client::Client;
use crate::error::{Error, NoKitchen, Result, invalid, unreadable};

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

    /// Changes a member that is an object, made where there is none.
    pub(crate) fn change<T>(&mut self, member: &str, change: impl FnOnce(&mut Map<String, Value>) -> T) -> T {
        change_object(&mut self.members, member, change)
    }

    /// `POST /v2/kitchen/update/{kitchen}`: everything, also what was not changed.
    pub(crate) async fn write(&self, client: &Client) -> Result<()> {
        let kitchen = &self.name;
        let request = client.post(path!["v2/kitchen/update", kitchen]);
        request.json(&json!({ "kitchen.json": self.members })).done().await
    }
}

/// Changes a member that is an object, made where there is none. It stays in its place.
pub(crate) fn change_object<T>(
    members: &mut Map<String, Value>,
    member: &str,
    change: impl FnOnce(&mut Map<String, Value>) -> T,
) -> T {
    let slot = members.entry(member).or_insert(Value::Null);
    let mut object = match slot.take() {
        Value::Object(object) => object,
        _ => Map::new(),
    };
    let result = change(&mut object);
    *slot = Value::Object(object);
    result
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
