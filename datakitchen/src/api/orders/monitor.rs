//! Sending many orders and following them, a few at a time.

use std::collections::{BTreeSet, VecDeque};

use futures_util::{StreamExt as _, stream};
use serde_json::Value;

use super::Orders;
use super::monitored::{MonitoredOrder, MonitoredOrders, Monitoring, OrderProgress, OrderSpec};
use crate::api::order_runs::{AT_A_TIME, OrderRunStatus, Poll};
use crate::client::Client;
use crate::error::{Error, Result};

impl Orders<'_> {
    /// `PUT /v2/order/create/{kitchen}/{recipe}/{variation}` for each, then `GET /v2/order/servings/{kitchen}/{order_id}`
    /// until there is a run, then `POST /v2/order/details/{kitchen}` until it is over.
    ///
    /// At most `monitoring.parallel` are active at a time. An order that cannot be sent (refused, no access, fate unknown)
    /// is among the failed ones, and no order is sent twice. The deadline is no error: what is still active then goes on
    /// at the platform, and is told as active.
    pub async fn create_and_monitor(
        &self,
        orders: impl IntoIterator<Item = OrderSpec>,
        monitoring: &Monitoring,
    ) -> MonitoredOrders<OrderSpec> {
        let client = self.client;
        follow(client, orders.into_iter().collect(), monitoring, |spec| async move {
            let kitchen = client.kitchen(&spec.kitchen);
            let order = kitchen.recipe(&spec.recipe).variation(&spec.variation).order();
            let created = order.parameters(&Value::Object(spec.parameters.clone()))?.await?;
            // Without an order's id the run's will do.
            let (run, order) = match created.order_id {
                Some(order) => (None, Some(order)),
                None => (Some(created.order_run_id.clone().ok_or_else(|| nameless(&spec))?), None),
            };
            Ok(Started { kitchen: spec.kitchen, order, run, known: BTreeSet::new() })
        })
        .await
    }
}

fn nameless(spec: &OrderSpec) -> auth_core::Error {
    let what = format!(
        "the reply tells no id of the order of {} in {}/{}",
        spec.variation, spec.kitchen, spec.recipe
    );
    crate::error::unreadable(what).with_help("it was created: look for it among the orders of the kitchen")
}

/// An order that was sent.
pub(super) struct Started {
    pub(super) kitchen: String,
    pub(super) order: Option<String>,
    pub(super) run: Option<String>,
    /// Runs of the order that were there before.
    pub(super) known: BTreeSet<String>,
}

/// An order that is followed.
struct Active<S> {
    order: MonitoredOrder<S>,
    known: BTreeSet<String>,
}

/// Sends and follows. `start` sends one.
pub(super) async fn follow<S: Clone, F: Future<Output = Result<Started>>>(
    client: &Client,
    mut queue: VecDeque<S>,
    monitoring: &Monitoring,
    start: impl Fn(S) -> F,
) -> MonitoredOrders<S> {
    let most = monitoring.parallel.unwrap_or(usize::MAX).max(1);
    let mut active: Vec<Active<S>> = Vec::new();
    let (mut completed, mut failed) = (Vec::new(), Vec::new());
    let mut poll = Poll::start(client, monitoring.wait, "the orders".to_owned());
    let mut is_stopped = false;
    loop {
        while active.len() < most && !is_stopped && !poll.is_over() {
            let Some(spec) = queue.pop_front() else { break };
            match start(spec.clone()).await {
                Ok(started) => {
                    let Started { kitchen, order, run, known } = started;
                    let progress =
                        OrderProgress { kitchen, order_id: order, order_run_id: run, status: None };
                    monitoring.tell(&progress);
                    active.push(Active { order: MonitoredOrder { spec, progress, error: None }, known });
                }
                Err(error) => {
                    is_stopped |= monitoring.stop_on_error;
                    let progress = OrderProgress::default();
                    failed.push(MonitoredOrder { spec, progress, error: Some(error) });
                }
            }
        }
        if active.is_empty() || poll.turn().await.is_err() {
            break;
        }
        let (mut is_answered, mut failing) = (false, None);
        let looks = stream::iter(active).map(|active| look(client, active)).buffered(AT_A_TIME);
        let looks: Vec<_> = looks.collect().await;
        active = Vec::new();
        for (before, mut followed, outcome) in looks {
            if followed.order.progress != before {
                monitoring.tell(&followed.order.progress);
            }
            match outcome {
                Err(error) if error.is_retryable() => {
                    failing = Some(error);
                    active.push(followed);
                    continue;
                }
                Err(error) => {
                    followed.order.error = Some(error);
                    failed.push(followed.order);
                    is_stopped |= monitoring.stop_on_error;
                }
                Ok(()) => match &followed.order.progress.status {
                    Some(status) if status.is_terminal() => {
                        is_stopped |= monitoring.stop_on_error && !status.is_success();
                        completed.push(followed.order);
                    }
                    _ => active.push(followed),
                },
            }
            is_answered = true;
        }
        if let Err(error) = round(&mut poll, is_answered, failing) {
            let given_up =
                active.drain(..).map(|active| MonitoredOrder { error: Some(error.clone()), ..active.order });
            failed.extend(given_up);
            break;
        }
    }
    let active = active.into_iter().map(|active| active.order).collect();
    MonitoredOrders { completed, failed, active, queued: queue.into() }
}

/// The platform fails when it answers nobody.
fn round(poll: &mut Poll, is_answered: bool, failing: Option<Error>) -> Result<()> {
    match failing.filter(|_| !is_answered) {
        None => {
            poll.answered();
            Ok(())
        }
        Some(error) => poll.failed(error),
    }
}

/// Finds the run where there is none yet, and asks how far it is.
async fn look<S>(client: &Client, mut active: Active<S>) -> (OrderProgress, Active<S>, Result<()>) {
    let before = active.order.progress.clone();
    let outcome = look_at(client, &mut active.order.progress, &active.known).await;
    (before, active, outcome)
}

async fn look_at(client: &Client, progress: &mut OrderProgress, known: &BTreeSet<String>) -> Result<()> {
    let kitchen = client.kitchen(&progress.kitchen);
    if let (None, Some(order)) = (&progress.order_run_id, &progress.order_id) {
        let runs = kitchen.order(order).ask_runs().await?;
        progress.order_run_id = runs.into_iter().filter_map(|run| run.id).find(|id| !known.contains(id));
    }
    if let Some(run) = &progress.order_run_id {
        let status: OrderRunStatus = kitchen.order_run(run).ask_status().await?;
        progress.status = Some(status);
    }
    Ok(())
}
