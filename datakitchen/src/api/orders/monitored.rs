//! What is monitored, how, and what came of it.

use std::fmt;
use std::sync::Arc;

use auth_core::Wait;
use serde_json::{Map, Value};

use crate::api::order_runs::OrderRunStatus;
use crate::error::Error;

/// An order that is to be created.
#[derive(Clone, PartialEq)]
pub struct OrderSpec {
    /// The kitchen.
    pub kitchen: String,
    /// The recipe.
    pub recipe: String,
    /// The variation.
    pub variation: String,
    /// Values for the recipe's variables. May be secrets: `Debug` shows the names only.
    pub parameters: Map<String, Value>,
}

impl OrderSpec {
    /// An order without parameters.
    pub fn new(kitchen: impl Into<String>, recipe: impl Into<String>, variation: impl Into<String>) -> Self {
        let (kitchen, recipe, variation) = (kitchen.into(), recipe.into(), variation.into());
        Self { kitchen, recipe, variation, parameters: Map::new() }
    }
}

impl fmt::Debug for OrderSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OrderSpec")
            .field("kitchen", &self.kitchen)
            .field("recipe", &self.recipe)
            .field("variation", &self.variation)
            .field("parameters", &self.parameters.keys().collect::<Vec<_>>())
            .finish()
    }
}

/// A run that is to be resumed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResumeSpec {
    /// The kitchen.
    pub kitchen: String,
    /// The run.
    pub order_run_id: String,
}

impl ResumeSpec {
    /// A run of a kitchen.
    pub fn new(kitchen: impl Into<String>, order_run_id: impl Into<String>) -> Self {
        Self { kitchen: kitchen.into(), order_run_id: order_run_id.into() }
    }
}

type Told = Arc<dyn Fn(&OrderProgress) + Send + Sync>;

/// How orders are monitored.
#[derive(Clone)]
#[non_exhaustive]
pub struct Monitoring {
    /// How often they are asked about, and for how long.
    pub wait: Wait,
    /// How many may be active at a time; `None`: all.
    pub parallel: Option<usize>,
    /// Whether no more are sent once one has not ended well. Those that are active go on.
    pub stop_on_error: bool,
    told: Option<Told>,
}

impl Monitoring {
    /// All at a time, and none stops the others.
    pub fn new(wait: Wait) -> Self {
        Self { wait, parallel: None, stop_on_error: false, told: None }
    }

    /// With at most so many active at a time, at least one.
    pub fn parallel(mut self, most: usize) -> Self {
        self.parallel = Some(most.max(1));
        self
    }

    /// No more are sent once one has not ended well.
    pub fn stop_on_error(mut self) -> Self {
        self.stop_on_error = true;
        self
    }

    /// Tells of every change, for a live view. It should return quickly.
    pub fn on_change(mut self, told: impl Fn(&OrderProgress) + Send + Sync + 'static) -> Self {
        self.told = Some(Arc::new(told));
        self
    }

    pub(super) fn tell(&self, progress: &OrderProgress) {
        if let Some(told) = &self.told {
            told(progress);
        }
    }
}

impl fmt::Debug for Monitoring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Monitoring")
            .field("wait", &self.wait)
            .field("parallel", &self.parallel)
            .field("stop_on_error", &self.stop_on_error)
            .finish_non_exhaustive()
    }
}

/// How far an order is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct OrderProgress {
    /// The kitchen.
    pub kitchen: String,
    /// The order, once it is known.
    pub order_id: Option<String>,
    /// Its run, once there is one.
    pub order_run_id: Option<String>,
    /// The run's status, once it was asked for.
    pub status: Option<OrderRunStatus>,
}

/// An order that was sent, and how far it came.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct MonitoredOrder<S> {
    /// What was asked for.
    pub spec: S,
    /// How far it came.
    pub progress: OrderProgress,
    /// Why it could not be sent or followed.
    pub error: Option<Error>,
}

/// What came of orders.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct MonitoredOrders<S> {
    /// Those that ended, well or not, in the order of their ends.
    pub completed: Vec<MonitoredOrder<S>>,
    /// Those that could not be sent or followed; see [`MonitoredOrder::error`].
    pub failed: Vec<MonitoredOrder<S>>,
    /// Those that were not over at the deadline. They go on.
    pub active: Vec<MonitoredOrder<S>>,
    /// Those that were not sent: for the deadline, or because another did not end well.
    pub queued: Vec<S>,
}

impl<S> MonitoredOrders<S> {
    /// Whether all of them were sent and ended well.
    pub fn is_success(&self) -> bool {
        let well = |order: &MonitoredOrder<S>| {
            order.progress.status.as_ref().is_some_and(OrderRunStatus::is_success)
        };
        let is_all = self.failed.is_empty() && self.active.is_empty() && self.queued.is_empty();
        is_all && self.completed.iter().all(well)
    }
}
