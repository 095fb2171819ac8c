//! What Observability is told about an order run.

use std::collections::BTreeSet;

use std::time::Duration;

use auth_core::Timestamp;

use super::OrderRunMonitor;
use super::delivery::Delivery;
use crate::api::events::{About, EventsClient, LogLevel, MessageLog, OutcomeStatus, RunStatus, TestOutcome};
use crate::api::order_runs::{LogLine, NodeStatus, NodeSummary, OrderRunDetail};
use crate::error::Error;

/// The longest name of a test that is told.
const NAME: usize = 255;

/// Tells about one run.
pub(super) struct Teller<'a> {
    monitor: &'a OrderRunMonitor,
    events: &'a EventsClient,
    about: About,
    delivery: Delivery,
}

impl OrderRunMonitor {
    pub(super) fn teller(&self, customer: &str, patience: Duration) -> Teller<'_> {
        let mut about = About::run(&self.pipeline_key, self.run.id());
        about.run_name = self.run_name.clone();
        about.external_url = Some(self.run.web_url(customer));
        let delivery = Delivery::new(self.run.kitchen.client.session.clock(), patience);
        Teller { monitor: self, events: &self.events, about, delivery }
    }
}

impl Teller<'_> {
    /// Something could not be read, and so is not told.
    pub(super) fn not_told(&mut self, error: Error) {
        self.delivery.errors.push(error);
    }

    /// That a node has another status now.
    pub(super) async fn node(
        &mut self,
        name: &str,
        node: &NodeSummary,
        before: Option<&NodeStatus>,
        now: &NodeStatus,
    ) {
        let started = node.started();
        let ended = started.zip(node.timing).map(|(started, took)| started.saturating_add(took));
        // One that began and ended between two questions is told to have begun, too.
        if now.is_over() && *now != NodeStatus::Skipped && before != Some(&NodeStatus::Running) {
            self.status(name, RunStatus::Running, started).await;
        }
        match now {
            NodeStatus::Running => self.status(name, RunStatus::Running, started).await,
            NodeStatus::Completed => self.status(name, RunStatus::Completed, ended).await,
            NodeStatus::Failed | NodeStatus::Stopped => self.status(name, RunStatus::Failed, ended).await,
            _ => {}
        }
    }

    async fn status(&mut self, node: &str, status: RunStatus, millis: Option<i64>) {
        let when = millis.map_or_else(|| self.monitor.now(), Timestamp::from_unix_millis);
        let (events, about) = (self.events, self.at(Some(when)).task(node));
        self.delivery.send(|| events.post_run_status(&about, status.clone())).await;
    }

    /// The lines of the log that somebody should see.
    pub(super) async fn log(&mut self, details: &OrderRunDetail, ignored: &BTreeSet<&str>) {
        let lines = details.log.iter().flat_map(|log| log.lines.iter().flatten());
        for line in lines {
            let (Some(log_level), Some(message)) = (level(line), line.message.clone()) else { continue };
            let node = line.node.as_deref().filter(|node| !node.is_empty());
            if self.delivery.is_lost() {
                return;
            }
            if message.is_empty() || node.is_some_and(|node| ignored.contains(node)) {
                continue;
            }
            let about = self.at(line.datetime.as_deref().and_then(time));
            let about = match node {
                Some(node) => about.task(node),
                None => about,
            };
            let (events, message) = (self.events, MessageLog { log_level, message });
            self.delivery.send(|| events.post_message_log(&about, &message)).await;
        }
    }

    /// The tests of each node.
    pub(super) async fn tests(&mut self, details: &OrderRunDetail, ignored: &BTreeSet<&str>) {
        for (name, node) in details.nodes().filter(|(name, _)| !ignored.contains(name)) {
            let named = node.all_tests().filter(|(test, _)| !test.is_empty());
            let outcomes = named.filter_map(|(test, summary)| {
                let test: String = test.chars().take(NAME).collect();
                let mut outcome = TestOutcome::new(test, OutcomeStatus::from(summary.outcome()?.as_str()));
                outcome.description = summary.results.clone();
                Some(outcome)
            });
            let outcomes: Vec<TestOutcome> = outcomes.collect();
            if !outcomes.is_empty() && !self.delivery.is_lost() {
                let (events, about) = (self.events, self.at(Some(self.monitor.now())).task(name));
                self.delivery.send(|| events.post_test_outcomes(&about, &outcomes)).await;
            }
        }
    }

    /// How the run ended: the last event. What was not told.
    pub(super) async fn end(mut self, status: RunStatus) -> Vec<Error> {
        self.delivery.be_patient();
        let (events, about) = (self.events, self.at(Some(self.monitor.now())));
        self.delivery.send(|| events.post_run_status(&about, status.clone())).await;
        self.delivery.errors
    }

    fn at(&self, when: Option<Timestamp>) -> About {
        About { event_timestamp: when, ..self.about.clone() }
    }
}

fn level(line: &LogLine) -> Option<LogLevel> {
    match line.record_type.as_deref()? {
        "WARNING" => Some(LogLevel::Warning),
        "ERROR" | "CRITICAL" => Some(LogLevel::Error),
        _ => None,
    }
}

/// `2022-08-16T14:38:58.611000`, in UTC without a zone.
fn time(text: &str) -> Option<Timestamp> {
    text.parse().or_else(|_| format!("{text}Z").parse()).ok()
}
