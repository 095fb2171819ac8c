//! Which orders are asked for.

use serde::Serialize;

use super::OrderState;
use crate::api::order_runs::OrderRunStatus;
use crate::error::OrderLookup;

/// Which orders, and which of their runs. Nothing given: all, and as many runs as the platform likes.
///
/// It travels in the body of a `GET`, because that is where the platform looks; some proxies drop it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderFilter {
    /// Of this recipe.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipe: Option<String>,
    /// Of this variation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variation: Option<String>,
    /// Of the last so many hours.
    #[serde(rename = "timePeriod", skip_serializing_if = "Option::is_none")]
    pub time_period_hours: Option<u32>,
    /// Whose order id matches this regular expression.
    #[serde(rename = "search", skip_serializing_if = "Option::is_none")]
    pub order_id_regex: Option<String>,
    /// In this state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_status: Option<OrderState>,
    /// With runs of this status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_run_status: Option<OrderRunStatus>,
    /// So many runs of each order, newest first.
    #[serde(rename = "servingsCount", skip_serializing_if = "Option::is_none")]
    pub order_run_count: Option<u32>,
}

impl OrderFilter {
    /// The orders among which one would be of which nobody knows whether it was created: of the same recipe and
    /// variation, in the last hour.
    pub fn of(lookup: &OrderLookup) -> Self {
        Self {
            recipe: Some(lookup.recipe.clone()),
            variation: Some(lookup.variation.clone()),
            time_period_hours: Some(1),
            ..Self::default()
        }
    }

    /// Whether nothing is filtered.
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
