//! Who is told about the order runs of a kitchen.

use serde_json::{Map, Value};

use super::KitchenHandle;
use crate::api::kitchens::{Document, object_in, unknown_form};
use crate::api::settings::Alerts;
use crate::error::Result;

auth_core::open_enum! {
    /// What somebody is told about.
    pub enum AlertKind {
        /// An order run starts.
        Start = "orderrunStart",
        /// An order run warns.
        Warning = "orderrunWarning",
        /// An order run takes too long.
        OverDuration = "orderrunOverDuration",
        /// An order run succeeds.
        Success = "orderrunSuccess",
        /// An order run fails. The vendor's SDK calls this `Failure`.
        Failure = "orderrunError",
    }
}

impl KitchenHandle {
    /// `GET /v2/kitchen/{name}`: who is told about order runs.
    pub async fn get_alerts(&self) -> Result<Alerts> {
        let mut document = Document::one(&self.client, &self.name).await?;
        let alerts = object_in(document.object("settings")?, "alerts", &self.name)?;
        Ok(std::mem::take(alerts).into())
    }

    /// `GET /v2/kitchen/{name}`, then `POST /v2/kitchen/update/{name}`: more e-mail addresses that are told. The rest of
    /// the kitchen stays as it was read; nothing is sent when all of them are there already.
    pub async fn add_alerts<A: Into<String>>(
        &self,
        alerts: impl IntoIterator<Item = (AlertKind, A)>,
    ) -> Result<()> {
        let alerts = alerts.into_iter().map(|(kind, address)| (kind, address.into()));
        self.change_alerts(alerts.collect(), |addresses, address| {
            if !addresses.contains(&address) {
                addresses.push(address);
            }
        })
        .await
    }

    /// `GET /v2/kitchen/{name}`, then `POST /v2/kitchen/update/{name}`: e-mail addresses that are told no longer.
    /// Nothing is sent when none of them is there.
    pub async fn delete_alerts<A: Into<String>>(
        &self,
        alerts: impl IntoIterator<Item = (AlertKind, A)>,
    ) -> Result<()> {
        let alerts = alerts.into_iter().map(|(kind, address)| (kind, address.into()));
        self.change_alerts(alerts.collect(), |addresses, address| addresses.retain(|known| *known != address))
            .await
    }

    async fn change_alerts(
        &self,
        alerts: Vec<(AlertKind, String)>,
        change: impl Fn(&mut Vec<String>, String),
    ) -> Result<()> {
        let mut document = Document::one(&self.client, &self.name).await?;
        let known = object_in(document.object("settings")?, "alerts", &self.name)?;
        let mut is_changed = false;
        for (kind, address) in alerts {
            let before = addresses(known, &kind).ok_or_else(|| unknown_form(kind.as_str(), &self.name))?;
            let mut after = before.clone();
            change(&mut after, address);
            if after != before {
                is_changed = true;
                known.insert(kind.as_str().to_owned(), Value::from(after));
            }
        }
        if is_changed { document.write(&self.client).await } else { Ok(()) }
    }
}

/// The addresses of one kind: a list, a single text, or null. `None`: another form.
fn addresses(alerts: &Map<String, Value>, kind: &AlertKind) -> Option<Vec<String>> {
    match alerts.get(kind.as_str()) {
        Some(Value::Array(list)) => list.iter().map(|address| address.as_str().map(str::to_owned)).collect(),
        Some(Value::String(one)) => Some(vec![one.clone()]),
        None | Some(Value::Null) => Some(Vec::new()),
        Some(_) => None,
    }
}
