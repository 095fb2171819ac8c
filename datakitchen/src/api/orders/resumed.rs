//! Resuming many order runs and following what they become.

use super::Orders;
use super::monitor::{Started, follow};
use super::monitored::{MonitoredOrders, Monitoring, ResumeSpec};
use crate::api::order_runs::DetailParts;
use crate::error::unreadable;

impl Orders<'_> {
    /// `PUT /v2/order/resume/{id}` for each, then as [`Orders::create_and_monitor`].
    ///
    /// The new run of an order is the one that was not there before, whatever the clocks say (trap T23): so the runs are
    /// asked for before, by `POST /v2/order/details/{kitchen}` and `GET /v2/order/servings/{kitchen}/{order_id}`.
    pub async fn resume_and_monitor(
        &self,
        runs: impl IntoIterator<Item = ResumeSpec>,
        monitoring: &Monitoring,
    ) -> MonitoredOrders<ResumeSpec> {
        let client = self.client;
        follow(client, runs.into_iter().collect(), monitoring, |spec| async move {
            let kitchen = client.kitchen(&spec.kitchen);
            let run = kitchen.order_run(&spec.order_run_id);
            let before = run.get_details(DetailParts::default()).await?.order_id;
            let known = match &before {
                Some(order) => kitchen.order(order).list_runs().await?,
                None => Vec::new(),
            };
            let known =
                known.into_iter().filter_map(|run| run.id).chain([spec.order_run_id.clone()]).collect();
            let resumed = run.resume().await?.order_id.or(before);
            let order = resumed.ok_or_else(|| {
                unreadable(format!(
                    "the reply does not tell the order of the resumed run {}",
                    spec.order_run_id
                ))
            })?;
            Ok(Started { kitchen: spec.kitchen, order: Some(order), run: None, known })
        })
        .await
    }
}
