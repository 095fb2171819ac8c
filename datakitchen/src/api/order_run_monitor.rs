//! Following an order run and telling Observability about it (contract section 6.8).

mod delivery;
mod tell;

use std::collections::{BTreeMap, BTreeSet};

use auth_core::{Timestamp, Wait};

use super::events::{EventsClient, RunStatus};
use super::order_runs::{DetailParts, NodeStatus, OrderRunDetail, OrderRunHandle, OrderRunStatus};
use super::orders::OrderFilter;
use crate::error::{Error, Result};

/// The node with which the vendor's recipes start a monitor of their own.
const MONITOR_NODE: &str = "Order_Run_Monitor";

/// Follows an order run and tells Observability: each change of a node, warnings and errors of the log, the tests, and in
/// the end how the run ended.
#[derive(Clone, Debug)]
pub struct OrderRunMonitor {
    run: OrderRunHandle,
    events: EventsClient,
    pipeline_key: String,
    run_name: Option<String>,
    nodes_to_ignore: BTreeSet<String>,
}

/// What came of the nodes.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct MonitorResult {
    /// The run is an ingredient: whoever ordered it tells about it. Nothing was told.
    pub is_ingredient: bool,
    /// How the run ended.
    pub status: Option<OrderRunStatus>,
    /// Nodes that ended well.
    pub succeeded: Vec<String>,
    /// Nodes that failed or were stopped.
    pub failed: Vec<String>,
    /// Why Observability does not know all: an error for each event that was not told. Mostly empty.
    pub not_told: Vec<Error>,
}

impl OrderRunMonitor {
    /// Tells about a run as a run of a pipeline, which is named by its key.
    pub fn new(run: OrderRunHandle, events: EventsClient, pipeline_key: impl Into<String>) -> Self {
        let nodes_to_ignore = BTreeSet::from([MONITOR_NODE.to_owned()]);
        Self { run, events, pipeline_key: pipeline_key.into(), run_name: None, nodes_to_ignore }
    }

    /// With a name of the run for people.
    pub fn run_name(mut self, name: impl Into<String>) -> Self {
        self.run_name = Some(name.into());
        self
    }

    /// Nothing is told about these nodes, nor about those that only decide which way the run goes.
    pub fn ignore<N: Into<String>>(mut self, nodes: impl IntoIterator<Item = N>) -> Self {
        self.nodes_to_ignore.extend(nodes.into_iter().map(Into::into));
        self
    }

    /// `POST /v2/order/details/{kitchen}`, `GET /v2/order/status/{kitchen}` and `GET /v2/userinfo` at the start,
    /// `POST /v2/order/details/{kitchen}` until the run is over, `POST /events/v1/run-status`, `.../message-log` and
    /// `.../test-outcomes` about it.
    ///
    /// It ends when the run is over, not when no node is running: one that starts early waits for the run. When following
    /// fails, that is the error, and no end of the run is told: nobody knows it (trap T19).
    ///
    /// An event that fails is no error. While the events API is too busy (429), out of service (503) or out of reach, which
    /// says that nothing was taken, the event is sent again after 1, 2, 4 .. 60 s, or when the API asks, for as long as
    /// `wait.patience`. No other is sent twice. What is lost is in [`MonitorResult::not_told`]; the end of the run is told
    /// whatever was lost before, and has the whole patience once more. When 20 events in a row are lost, the rest of the
    /// log and of the tests is left out.
    pub async fn monitor(&self, wait: Wait) -> Result<MonitorResult> {
        if self.is_ingredient().await? {
            return Ok(MonitorResult { is_ingredient: true, ..MonitorResult::default() });
        }
        let user = self.run.kitchen.client.users().get_info().await?;
        let mut teller = self.teller(&user.customer_git_name.unwrap_or_default(), wait.patience);
        let mut poll = self.run.poll(wait);
        let mut known: BTreeMap<String, NodeStatus> = BTreeMap::new();
        let (status, last) = loop {
            let details = poll.ask(|| self.run.ask_details(DetailParts::summary())).await?;
            let status = self.run.status_of(&details)?;
            let ignored: BTreeSet<&str> = self.ignored(&details).collect();
            for (name, node) in details.nodes().filter(|(name, _)| !ignored.contains(name)) {
                let Some(now) = node.status.clone() else { continue };
                let before = known.insert(name.to_owned(), now.clone());
                if before.as_ref() != Some(&now) {
                    teller.node(name, node, before.as_ref(), &now).await;
                }
            }
            if status.is_terminal() {
                break (status, details);
            }
        };
        // How the run ended is known, and is told whatever fails from here on.
        let with_log = self.run.get_details(DetailParts { logs: true, ..DetailParts::summary() }).await;
        let details = with_log.unwrap_or_else(|error| {
            teller.not_told(error);
            last
        });
        if let Err(error) = details.check() {
            teller.not_told(error);
        }
        let ignored: BTreeSet<&str> = self.ignored(&details).collect();
        teller.log(&details, &ignored).await;
        teller.tests(&details, &ignored).await;
        let of = |wanted: &[NodeStatus]| -> Vec<String> {
            known.iter().filter(|(_, status)| wanted.contains(status)).map(|(name, _)| name.clone()).collect()
        };
        let succeeded = of(&[NodeStatus::Completed]);
        let failed = of(&[NodeStatus::Failed, NodeStatus::Stopped]);
        let is_well = failed.is_empty() && status.is_success();
        let not_told = teller.end(if is_well { RunStatus::Completed } else { RunStatus::Failed }).await;
        Ok(MonitorResult { is_ingredient: false, status: Some(status), succeeded, failed, not_told })
    }

    /// Whether another run ordered this one as a step of its own: its order says so.
    async fn is_ingredient(&self) -> Result<bool> {
        let Some(order) = self.run.get_details(DetailParts::default()).await?.order_id else {
            return Ok(false);
        };
        let filter = OrderFilter {
            order_id_regex: Some(literal(&order)),
            order_run_count: Some(1),
            ..OrderFilter::default()
        };
        let orders = self.run.kitchen.orders().status(&filter).await?.orders.unwrap_or_default();
        let ours = orders.iter().find(|known| known.id.as_ref() == Some(&order));
        Ok(ours.is_some_and(|order| order.ingredient_owner().is_some()))
    }

    fn ignored<'a>(&'a self, details: &'a OrderRunDetail) -> impl Iterator<Item = &'a str> {
        self.nodes_to_ignore.iter().map(String::as_str).chain(details.conditional_nodes())
    }

    fn now(&self) -> Timestamp {
        self.run.kitchen.client.session.clock().now().wall
    }
}

/// A regular expression for a text as it is.
fn literal(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii_punctuation() && !"-_".contains(character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}
