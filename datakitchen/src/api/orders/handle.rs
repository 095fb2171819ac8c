//! One order, by a handle that never changes.

use auth_core::{Wait, path};
use serde_json::json;

use super::{OrderRun, OrderRunList};
use crate::api::kitchen::KitchenHandle;
use crate::api::order_runs::Poll;
use crate::client::Request;
use crate::error::Result;

/// More runs than an order has: the platform gives 10 unless it is told otherwise.
const ALL: u32 = 100_000;
/// How many of the newest runs are asked for by who looks for one.
const FEW: u32 = 10;

/// One order of a kitchen; see [`KitchenHandle::order`]. Cheap to clone. Making one looks nothing up.
#[derive(Clone, Debug)]
pub struct OrderHandle {
    kitchen: KitchenHandle,
    id: String,
}

impl OrderHandle {
    pub(crate) fn new(kitchen: KitchenHandle, id: String) -> Self {
        Self { kitchen, id }
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// `GET /v2/order/servings/{kitchen}/{order_id}`: all of its runs, newest first.
    pub async fn list_runs(&self) -> Result<Vec<OrderRun>> {
        self.runs_in(self.runs_request(ALL).data().await?)
    }

    /// The newest ones by the rhythm of who waits: a failed attempt is not repeated below.
    pub(crate) async fn ask_runs(&self) -> Result<Vec<OrderRun>> {
        self.runs_in(self.runs_request(FEW).once().data().await?)
    }

    fn runs_in(&self, list: OrderRunList) -> Result<Vec<OrderRun>> {
        list.check(&self.id)?;
        Ok(list.runs.unwrap_or_default())
    }

    fn runs_request(&self, count: u32) -> Request<'_> {
        let (kitchen, order_id) = (&self.kitchen.name, &self.id);
        self.kitchen
            .client
            .get(path!["v2/order/servings", kitchen, order_id])
            .json(&json!({ "count": count }))
    }

    /// `GET /v2/order/servings/{kitchen}/{order_id}`: its newest run; `None` as long as there is none, which may take
    /// some seconds after the order was created.
    pub async fn newest_run(&self) -> Result<Option<OrderRun>> {
        Ok(self.runs_in(self.runs_request(FEW).data().await?)?.into_iter().next())
    }

    /// As [`OrderHandle::newest_run`], again and again until there is one: its id. Errors are those of
    /// [`OrderRunHandle::wait`](crate::api::OrderRunHandle::wait).
    pub async fn wait_for_run(&self, wait: Wait) -> Result<String> {
        let mut poll = Poll::start(&self.kitchen.client, wait, format!("a run of the order {}", self.id));
        loop {
            let runs = poll.ask(|| self.ask_runs()).await?;
            if let Some(id) = runs.into_iter().find_map(|run| run.id) {
                return Ok(id);
            }
        }
    }

    /// `PUT /v2/order/pause/{order_id}`: no new run starts. Unverified.
    pub async fn pause(&self) -> Result<()> {
        let order_id = &self.id;
        let request = self.kitchen.client.put(path!["v2/order/pause", order_id]);
        request.json(&json!({ "kitchen_name": self.kitchen.name })).done().await
    }

    /// `PUT /v2/order/unpause/{order_id}`: runs start again. Unverified.
    pub async fn unpause(&self) -> Result<()> {
        let order_id = &self.id;
        let request = self.kitchen.client.put(path!["v2/order/unpause", order_id]);
        request.json(&json!({ "kitchen_name": self.kitchen.name })).done().await
    }

    /// `PUT /v2/order/stop/{order_id}`: stops it and its runs. Unverified. The id is in path and body, because the
    /// vendor's CLI has it only there.
    pub async fn stop(&self) -> Result<()> {
        let order_id = &self.id;
        let request = self.kitchen.client.put(path!["v2/order/stop", order_id]);
        request.json(&json!({ "serving_book_hid": order_id, "kitchen_name": self.kitchen.name })).done().await
    }

    /// `DELETE /v2/order/delete/{id}`: deletes it with its runs.
    pub async fn delete(&self) -> Result<()> {
        let id = &self.id;
        let request = self.kitchen.client.delete(path!["v2/order/delete", id]);
        request.json(&json!({ "kitchen_name": self.kitchen.name })).done().await
    }
}
