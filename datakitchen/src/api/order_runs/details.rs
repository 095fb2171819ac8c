//! What the platform knows about an order run (contract section 6.6).

use std::collections::BTreeMap;

use serde::Serialize;

use super::{NodeSummary, OrderRunStatus};
use crate::api::members::{lenient, readable};
use crate::error::Result;
use crate::values::Values;

/// Which parts of the details are asked for. Each makes the reply larger; none gives the status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DetailParts {
    /// The log.
    pub logs: bool,
    /// The run as the platform keeps it. May hold secrets.
    #[serde(rename = "servingjson")]
    pub serving_json: bool,
    /// The nodes and their tests.
    pub summary: bool,
    /// The test results as text.
    #[serde(rename = "testresults")]
    pub test_results: bool,
    /// The timings as text.
    #[serde(rename = "timingresults")]
    pub timing_results: bool,
}

impl DetailParts {
    /// Status, nodes and tests.
    pub fn summary() -> Self {
        Self { summary: true, ..Self::default() }
    }

    /// Everything but the run as the platform keeps it.
    pub fn all() -> Self {
        Self { logs: true, serving_json: false, summary: true, test_results: true, timing_results: true }
    }
}

lenient! {
    /// An order run. Summary, log and results are there only when they were asked for.
    pub struct OrderRunDetail {
        /// Its id.
        pub id: String = "hid",
        /// The order.
        pub order_id: String = "order_id",
        /// The id of the recipe.
        pub recipe_id: String = "recipe_id",
        /// The recipe.
        pub recipe_name: String = "recipe_name",
        /// The variation.
        pub variation_name: String = "variation_name",
        /// How far it is.
        pub status: OrderRunStatus = "status",
        /// The same for people.
        pub status_text: String = "orderrun_status",
        /// More for people.
        pub state: String = "state",
        /// The run that this one was resumed as.
        pub resumed_by: String = "resumed_by",
        /// When it was to start, in milliseconds since 1970 UTC.
        pub scheduled_start_time: i64 = "scheduled_start_time",
        /// The variation as it was.
        pub variation: Values = "variation",
        /// The variables as they were. May hold passwords.
        pub run_time_variables: Values = "run_time_variables",
        /// Conditions by name, each with its node.
        pub conditions: BTreeMap<String, Values> = "conditions",
        /// Nodes and tests.
        pub summary: RunSummary = "summary",
        /// The log.
        pub log: RunLog = "log",
        /// The test results as text.
        pub test_results: String = "testresults",
        /// The timings as text.
        pub timing_results: String = "timingresults",
        /// The run as the platform keeps it.
        pub serving_json: Values = "servingjson",
    }
}

impl OrderRunDetail {
    /// An error where nodes or log are there and cannot be read.
    pub(crate) fn check(&self) -> Result<()> {
        let whose = "the details of the order run";
        readable(&self.extra, &["summary", "log"], whose)?;
        self.summary.iter().try_for_each(|summary| readable(&summary.extra, &["nodes"], whose))?;
        self.log.iter().try_for_each(|log| readable(&log.extra, &["lines"], whose))
    }

    /// The nodes by name; none where the summary was not asked for.
    pub fn nodes(&self) -> impl Iterator<Item = (&str, &NodeSummary)> {
        let nodes = self.summary.as_ref().and_then(|summary| summary.nodes.as_ref());
        nodes.into_iter().flatten().map(|(name, node)| (name.as_str(), node))
    }

    /// The nodes that only decide which way a run goes.
    pub fn conditional_nodes(&self) -> impl Iterator<Item = &str> {
        let conditions = self.conditions.iter().flat_map(BTreeMap::values);
        conditions.filter_map(|condition| condition.get("node")?.as_str())
    }
}

lenient! {
    /// Nodes and tests of a run.
    pub struct RunSummary {
        /// The recipe.
        pub name: String = "name",
        /// The run.
        pub id: String = "hid",
        /// When it started, in milliseconds since 1970 UTC.
        pub start_time: i64 = "start-time",
        /// How long it has run, in milliseconds.
        pub total_time: i64 = "total-recipe-time",
        /// The nodes by name.
        pub nodes: BTreeMap<String, NodeSummary> = "nodes",
    }
}

lenient! {
    /// The log of a run.
    pub struct RunLog {
        /// Its lines, oldest first.
        pub lines: Vec<LogLine> = "lines",
    }
}

lenient! {
    /// A line of a log.
    pub struct LogLine {
        /// When, UTC without a zone: `2022-08-16T14:38:58.611000`.
        pub datetime: String = "datetime",
        /// `INFO`, `WARNING`, `ERROR`, `CRITICAL`.
        pub record_type: String = "record_type",
        /// What.
        pub message: String = "message",
        /// The node that said it.
        pub node: String = "node",
        /// The run.
        pub order_run_id: String = "order_run_id",
        /// What went wrong.
        pub exception: String = "exc_desc",
        /// The class of it.
        pub exception_type: String = "exc_type",
        /// Where it went wrong.
        pub traceback: String = "traceback",
        /// The machine.
        pub hostname: String = "hostname",
    }
}
