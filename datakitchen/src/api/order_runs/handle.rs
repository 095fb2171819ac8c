//! One order run, by a handle that never changes.

use std::fmt;

use auth_core::{Path, Wait, path};
use base64::Engine as _;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{DetailParts, OrderRunDetail, OrderRunStatus, Poll, Watch};
use crate::api::kitchen::KitchenHandle;
use crate::api::members::lenient;
use crate::client::Request;
use crate::error::{Result, unreadable};
use crate::reply::Hidden;

/// One order run; see [`KitchenHandle::order_run`]. Cheap to clone. Making one looks nothing up.
#[derive(Clone, Debug)]
pub struct OrderRunHandle {
    pub(crate) kitchen: KitchenHandle,
    pub(crate) id: String,
}

/// How a run is resumed.
#[derive(Clone, Default, Serialize)]
pub struct ResumeInputs {
    /// Whether nodes that failed are left out.
    #[serde(rename = "skip-failed-nodes")]
    pub skip_failed_nodes: bool,
    /// Values for the recipe's variables. May be secrets: `Debug` shows the names only.
    pub parameters: Map<String, Value>,
}

impl fmt::Debug for ResumeInputs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResumeInputs")
            .field("skip_failed_nodes", &self.skip_failed_nodes)
            .field("parameters", &self.parameters.keys().collect::<Vec<_>>())
            .finish()
    }
}

lenient! {
    /// What the platform says about a run that was resumed.
    pub struct ResumedOrder {
        /// The order. The new run is among its runs after some seconds.
        pub order_id: String = "order_id",
    }
}

#[derive(Deserialize)]
struct Details {
    #[serde(default)]
    servings: Vec<OrderRunDetail>,
}

#[derive(Deserialize)]
struct ExportedLog {
    log: String,
}

impl OrderRunHandle {
    pub(crate) fn new(kitchen: KitchenHandle, id: String) -> Self {
        Self { kitchen, id }
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its kitchen.
    pub fn kitchen(&self) -> &KitchenHandle {
        &self.kitchen
    }

    /// `POST /v2/order/details/{kitchen}`: what the platform knows about it, with the parts that are asked for.
    pub async fn get_details(&self, parts: DetailParts) -> Result<OrderRunDetail> {
        self.found(self.details_request(parts).data().await?)
    }

    /// `POST /v2/order/details/{kitchen}`: how far it is.
    pub async fn get_status(&self) -> Result<OrderRunStatus> {
        self.status_of(&self.get_details(DetailParts::default()).await?)
    }

    /// `POST /v2/order/details/{kitchen}`, again and again: how it ended. A status that says that it failed is no
    /// error; look at [`OrderRunStatus::is_success`].
    ///
    /// The first question is asked at once, the next ones no sooner than `wait.interval` after each other. An error
    /// that will not pass (401, 403, 404) ends the wait at once. One that may pass (5xx, a broken connection) doubles
    /// the interval, up to 32 times, for as long as `wait.patience` allows. At the deadline the error is
    /// [`ErrorKind::Timeout`](crate::ErrorKind::Timeout).
    pub async fn wait(&self, wait: Wait) -> Result<OrderRunStatus> {
        let mut poll = self.poll(wait);
        loop {
            let status = poll.ask(|| self.ask_status()).await?;
            if status.is_terminal() {
                return Ok(status);
            }
        }
    }

    /// As [`OrderRunHandle::wait`], and tells of each change of the run or one of its nodes: a `Stream` that ends after
    /// one of the four terminal states, or after an error.
    pub fn watch(&self, wait: Wait) -> Watch {
        Watch::new(self.clone(), wait)
    }

    /// `PUT /v2/order/resume/{id}`: goes on from where it failed or was stopped, as a new run of the same order.
    pub async fn resume(&self) -> Result<ResumedOrder> {
        let id = &self.id;
        let request = self.kitchen.client.put(path!["v2/order/resume", id]);
        request.json(&json!({ "kitchen_name": self.kitchen.name })).data().await
    }

    /// As [`OrderRunHandle::resume`], with what the vendor's CLI says beside. Unverified. The id is in path and body,
    /// because the CLI has it only there.
    pub async fn resume_with(&self, inputs: &ResumeInputs) -> Result<ResumedOrder> {
        let id = &self.id;
        let body = json!({
            "serving_hid": id, "kitchen_name": self.kitchen.name,
            "skip-failed-nodes": inputs.skip_failed_nodes, "parameters": inputs.parameters,
        });
        let hidden = Hidden::values_of(&inputs.parameters);
        let resumed =
            hidden.of(self.kitchen.client.put(path!["v2/order/resume", id])).json(&body).data().await;
        resumed.map_err(|error| hidden.in_error(error))
    }

    /// `PUT /v2/serving/stop/{run_id}`: stops it. Unverified.
    pub async fn stop(&self) -> Result<()> {
        let run_id = &self.id;
        let request = self.kitchen.client.put(path!["v2/serving/stop", run_id]);
        request.json(&json!({ "serving_hid": run_id, "kitchen_name": self.kitchen.name })).done().await
    }

    /// `DELETE /v2/serving/delete/{id}`: deletes it.
    pub async fn delete(&self) -> Result<()> {
        let id = &self.id;
        let request = self.kitchen.client.delete(path!["v2/serving/delete", id]);
        request.json(&json!({ "kitchen_name": self.kitchen.name })).done().await
    }

    /// `GET /v2/order/logs/{kitchen}/{run_id}`: its log. Unverified: the shape of the reply is unknown. The lines are
    /// in [`OrderRunHandle::get_details`], too, and the whole text in [`OrderRunHandle::export_logs`].
    pub async fn get_logs(&self) -> Result<Value> {
        self.kitchen.client.get(self.path(path!["v2/order/logs"])).data().await
    }

    /// `GET /v2/order/export/logs/{kitchen}/{run_id}`: its whole log as text, which travels as base64. Unverified.
    pub async fn export_logs(&self) -> Result<String> {
        let exported: ExportedLog =
            self.kitchen.client.get(self.path(path!["v2/order/export/logs"])).data().await?;
        let text: String = exported.log.split_whitespace().collect();
        let bytes = base64::engine::general_purpose::STANDARD
            .decode(text)
            .map_err(|error| unreadable(format!("the log of {} is not base64: {error}", self.id)))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Where people look at it: the page of the web interface. `customer` is
    /// [`UserInfo::customer_git_name`](crate::api::UserInfo::customer_git_name).
    pub fn web_url(&self, customer: &str) -> String {
        let base = self.kitchen.client.base_url();
        let [customer, kitchen, run] = [customer, &self.kitchen.name, &self.id].map(|name| {
            // What cannot name anything is left out.
            Path::ROOT.segment("name", name).map(|path| path.encoded().to_owned()).unwrap_or_default()
        });
        format!("{base}/#/orders{customer}{kitchen}/runs{run}")
    }

    fn path(&self, start: auth_core::Result<Path>) -> auth_core::Result<Path> {
        start?.segment("kitchen", &self.kitchen.name)?.segment("run_id", &self.id)
    }

    pub(crate) fn poll(&self, wait: Wait) -> Poll {
        Poll::start(&self.kitchen.client, wait, format!("the order run {}", self.id))
    }

    /// Details by the rhythm of who waits: a failed attempt is not repeated below.
    pub(crate) async fn ask_details(&self, parts: DetailParts) -> Result<OrderRunDetail> {
        self.found(self.details_request(parts).once().data().await?)
    }

    pub(crate) async fn ask_status(&self) -> Result<OrderRunStatus> {
        self.status_of(&self.ask_details(DetailParts::default()).await?)
    }

    pub(crate) fn status_of(&self, details: &OrderRunDetail) -> Result<OrderRunStatus> {
        let status = details.status.clone();
        status.ok_or_else(|| unreadable(format!("the reply does not tell the status of {}", self.id)).into())
    }

    fn details_request(&self, parts: DetailParts) -> Request<'_> {
        #[derive(Serialize)]
        struct Asked<'a> {
            serving_hid: &'a str,
            #[serde(flatten)]
            parts: DetailParts,
        }
        let kitchen = &self.kitchen.name;
        let request = self.kitchen.client.ask(path!["v2/order/details", kitchen]);
        request.json(&Asked { serving_hid: &self.id, parts })
    }

    fn found(&self, details: Details) -> Result<OrderRunDetail> {
        let missing = || unreadable(format!("the reply does not hold the order run {}", self.id));
        Ok(details.servings.into_iter().next().ok_or_else(missing)?)
    }
}
