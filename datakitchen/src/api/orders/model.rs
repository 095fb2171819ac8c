//! Orders and their runs, as lists show them (contract section 6.6). Times are milliseconds since 1970 UTC.

use std::collections::BTreeMap;

use auth_core::Timestamp;

use crate::api::members::{lenient, readable};
use crate::api::order_runs::OrderRunStatus;
use crate::error::{Result, unreadable};
use crate::values::Values;

auth_core::open_enum! {
    /// The state of an order.
    pub enum OrderState {
        /// Is running, or waits for its time.
        Active = "ACTIVE_ORDER",
        /// Is done.
        Completed = "COMPLETED_ORDER",
        /// Was stopped.
        Stopped = "STOPPED_ORDER",
        /// Has failed.
        Error = "ORDER_ERROR",
        /// Is paused.
        Paused = "PAUSED_ORDER",
    }
}

impl OrderState {
    /// Whether nothing more will come of it.
    pub fn is_over(&self) -> bool {
        matches!(self, Self::Completed | Self::Stopped | Self::Error)
    }
}

lenient! {
    /// What the platform says about a new order.
    pub struct CreatedOrder {
        /// The order; see [`CreatedOrder::id`].
        pub order_id: String = "order_id",
        /// Its first run. Not always there.
        pub order_run_id: String = "serving_hid",
        /// As in `success`.
        pub status: String = "status",
        /// The variables that the order overrides.
        pub variable_overrides: Values = "variable_overrides",
    }
}

impl CreatedOrder {
    /// The id of the order. The platform's documentation shows a reply without one: then this is an error, and the
    /// order exists all the same.
    pub fn id(&self) -> Result<&str> {
        self.order_id.as_deref().ok_or_else(|| {
            unreadable("the order was created, and the reply does not tell its id")
                .with_help("look for it among the orders of the kitchen")
                .into()
        })
    }
}

lenient! {
    /// Orders of a kitchen, with their newest runs.
    pub struct OrderPage {
        /// The customer's organization.
        pub customer: String = "customer",
        /// The kitchen.
        pub kitchen: String = "kitchenname",
        /// The customer's short name.
        pub repo: String = "repo",
        /// How many orders there are on all pages.
        pub total_orders: u64 = "total-orders",
        /// The orders of this page.
        pub orders: Vec<Order> = "orders",
        /// Order id to its newest runs. An order may be missing.
        pub runs: BTreeMap<String, OrderRunList> = "servings",
    }
}

impl OrderPage {
    /// As it is, unless its orders or runs are there and cannot be read.
    pub(super) fn checked(self) -> Result<Self> {
        let whose = format!("the orders of the kitchen {}", self.kitchen.as_deref().unwrap_or_default());
        readable(&self.extra, &["orders", "servings"], whose.trim_end())?;
        let mut lists = self.runs.iter().flatten();
        lists.try_for_each(|(order, list)| list.check(order))?;
        Ok(self)
    }

    /// The orders of this page, each with its runs.
    pub fn listed(&self) -> Vec<ListedOrder> {
        let runs = |order: &Order| -> Option<Vec<OrderRun>> {
            self.runs.as_ref()?.get(order.id.as_deref()?)?.runs.clone()
        };
        let orders = self.orders.iter().flatten();
        orders
            .map(|order| ListedOrder { order: order.clone(), runs: runs(order).unwrap_or_default() })
            .collect()
    }

    /// The runs of all orders of this page, newest start first. Those that have not started come first of all.
    pub fn into_runs(self) -> Vec<OrderRun> {
        let runs = self.runs.into_iter().flat_map(BTreeMap::into_values);
        let mut runs: Vec<OrderRun> = runs.flat_map(|list| list.runs.unwrap_or_default()).collect();
        runs.sort_by_key(|run| std::cmp::Reverse(run.start_time().unwrap_or(i64::MAX)));
        runs
    }
}

/// An order and its newest runs.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ListedOrder {
    /// The order.
    pub order: Order,
    /// Its newest runs, as many as were asked for.
    pub runs: Vec<OrderRun>,
}

lenient! {
    /// An order.
    pub struct Order {
        /// Its id.
        pub id: String = "hid",
        /// Its recipe.
        pub recipe: String = "recipe",
        /// Its variation.
        pub variation: String = "variation",
        /// As in `now`.
        pub schedule: String = "schedule",
        /// How far it is.
        pub status: OrderState = "order-status",
        /// What it was created with: who, parameters, graph. May hold secrets.
        pub input_settings: Values = "input_settings",
    }
}

impl Order {
    /// The order run that this order is an ingredient of; `None` for an order of its own.
    pub fn ingredient_owner(&self) -> Option<&str> {
        self.input_settings.as_ref()?.get("ingredient_owner_order_run")?.as_str()
    }
}

lenient! {
    /// Runs of an order.
    pub struct OrderRunList {
        /// How many there are.
        pub total: u64 = "total",
        /// As many as were asked for, newest first.
        pub runs: Vec<OrderRun> = "servings",
    }
}

impl OrderRunList {
    /// An error where runs are there and cannot be read.
    pub(super) fn check(&self, order: &str) -> Result<()> {
        readable(&self.extra, &["servings"], &format!("the runs of the order {order}"))
    }
}

lenient! {
    /// A run of an order.
    pub struct OrderRun {
        /// Its id.
        pub id: String = "hid",
        /// The order.
        pub order_id: String = "order_id",
        /// How far it is.
        pub status: OrderRunStatus = "status",
        /// The same for people.
        pub status_text: String = "orderrun_status",
        /// The variation.
        pub variation_name: String = "variation_name",
        /// When it ran.
        pub timings: OrderRunTimings = "timings",
    }
}

impl OrderRun {
    /// When it started, in milliseconds since 1970 UTC.
    pub fn start_time(&self) -> Option<i64> {
        self.timings.as_ref()?.start_time
    }

    /// When it started.
    pub fn started(&self) -> Option<Timestamp> {
        self.start_time().map(Timestamp::from_unix_millis)
    }
}

lenient! {
    /// When a run ran, in milliseconds since 1970 UTC by the platform's clock. A run that is planned has none.
    pub struct OrderRunTimings {
        /// When it started.
        pub start_time: i64 = "start-time",
        /// When it ended.
        pub end_time: i64 = "end-time",
        /// How long it ran, in milliseconds.
        pub duration: i64 = "duration",
    }
}
