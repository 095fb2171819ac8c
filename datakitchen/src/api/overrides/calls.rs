//! Overrides of a kitchen: read, compared, and written without losing what somebody else wrote meanwhile.

use serde_json::Value;

use super::Overrides;
use super::compare::OverrideComparison;
use crate::api::kitchen::KitchenHandle;
use crate::api::kitchens::{Document, Kitchen};
use crate::error::{Changed, Result, invalid, unreadable};
use crate::values::Values;

const OVERRIDES: &str = "recipeoverrides";

/// The variables of a kitchen that override those of its recipes; see [`KitchenHandle::overrides`].
#[derive(Clone, Debug)]
pub struct KitchenOverrides {
    kitchen: KitchenHandle,
}

impl KitchenOverrides {
    pub(crate) fn new(kitchen: KitchenHandle) -> Self {
        Self { kitchen }
    }

    /// `GET /v2/kitchen/list`: all of them.
    pub async fn get(&self) -> Result<Overrides> {
        Ok(overrides_of(&self.read().await?.into_kitchen()?))
    }

    /// `GET /v2/kitchen/list`: some of them. Names that do not exist are an error that names them.
    pub async fn get_named(&self, names: &[&str]) -> Result<Values> {
        let overrides = self.get().await?;
        let missing: Vec<&str> = names.iter().copied().filter(|name| overrides.get(name).is_none()).collect();
        if !missing.is_empty() {
            let what =
                format!("overrides of the kitchen {}: there is no {}", self.kitchen.name, missing.join(", "));
            return Err(invalid(what).into());
        }
        Ok(names.iter().filter_map(|name| Some(((*name).to_owned(), overrides.get(name)?.clone()))).collect())
    }

    /// `GET /v2/kitchen/list`, then `POST /v2/kitchen/update/{kitchen}`: writes what differs between `before`, as it was
    /// read, and `after`, as it shall be.
    ///
    /// ```no_run
    /// # async fn example(client: datakitchen::Client) -> datakitchen::Result<()> {
    /// let overrides = client.kitchen("dev").overrides();
    /// let before = overrides.get().await?;
    /// let after = before.clone().with("batch_size", 500).without("old_name");
    /// overrides.update(&before, &after).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// What somebody else changed meanwhile stays as they left it. Where both changed the same variable, nothing is sent
    /// and the error is [`Error::Changed`](crate::Error::Changed). The platform has no version of a kitchen to check: a
    /// change between the two requests, some milliseconds, is not seen.
    pub async fn update(&self, before: &Overrides, after: &Overrides) -> Result<()> {
        let mut document = self.read().await?;
        let kitchen = document.kitchen()?;
        if kitchen.overrides.is_none() && document.get(OVERRIDES).is_some_and(|known| !known.is_null()) {
            let what = format!(
                "overrides of the kitchen {}: their form is unknown, and would be lost",
                kitchen.name
            );
            return Err(unreadable(what).into());
        }
        let mut now = overrides_of(&kitchen);
        let comparison = OverrideComparison::between(before, after);
        let ours: Vec<&str> = comparison.names().collect();
        if ours.is_empty() {
            return Ok(());
        }
        let is_theirs = |name: &&&str| now.get(name) != before.get(name) && now.get(name) != after.get(name);
        let theirs: Vec<String> = ours.iter().filter(is_theirs).map(|name| (*name).to_owned()).collect();
        if !theirs.is_empty() {
            return Err(Changed::of(format!("overrides of the kitchen {}", self.kitchen.name), theirs));
        }
        for name in ours {
            now = match after.get(name) {
                Some(value) => now.with(name, value.clone()),
                None => now.without(name),
            };
        }
        document.set(OVERRIDES, written(&now)?);
        document.write(&self.kitchen.client).await
    }

    /// `GET /v2/kitchen/list`: what differs between this kitchen (left) and another (right); without a name, its parent.
    pub async fn compare(&self, other: Option<&str>) -> Result<OverrideComparison> {
        let other = other.map(str::to_owned);
        let (left, right) = Document::two_listed(&self.kitchen.client, &self.kitchen.name, |kitchen| {
            let parent = || kitchen.parent_kitchen.clone().filter(|parent| !parent.is_empty());
            other.or_else(parent).ok_or_else(|| {
                let what = format!("the kitchen {} has no parent to be compared with", kitchen.name);
                invalid(what).with_help("name the other kitchen").into()
            })
        })
        .await?;
        let (left, right) = (overrides_of(&left.into_kitchen()?), overrides_of(&right.into_kitchen()?));
        Ok(OverrideComparison::between(&left, &right))
    }

    /// `GET /v2/kitchen/list`: those of the names that are overridden. At least one name must be given.
    pub async fn names_that_exist(&self, names: &[&str]) -> Result<Vec<String>> {
        self.names_that(names, true).await
    }

    /// `GET /v2/kitchen/list`: those of the names that are not overridden. At least one name must be given.
    pub async fn names_that_do_not_exist(&self, names: &[&str]) -> Result<Vec<String>> {
        self.names_that(names, false).await
    }

    async fn names_that(&self, names: &[&str], exist: bool) -> Result<Vec<String>> {
        if names.is_empty() {
            return Err(invalid("no override is named").with_help("give at least one name").into());
        }
        let overrides = self.get().await?;
        let wanted = names.iter().filter(|name| overrides.get(name).is_some() == exist);
        Ok(wanted.map(|name| (*name).to_owned()).collect())
    }

    async fn read(&self) -> Result<Document> {
        Document::listed(&self.kitchen.client, &self.kitchen.name).await
    }
}

fn overrides_of(kitchen: &Kitchen) -> Overrides {
    kitchen.overrides.clone().unwrap_or_default()
}

fn written(overrides: &Overrides) -> Result<Value> {
    serde_json::to_value(overrides).map_err(|error| unreadable(format!("overrides: {error}")).into())
}
