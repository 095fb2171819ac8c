//! What Observability is told about an order run.

use std::collections::BTreeSet;

use auth_core::Timestamp;

use super::OrderRunMonitor;
use crate::api::events::{About, EventsClient, LogLevel, MessageLog, OutcomeStatus, RunStatus, TestOutcome};
use crate::api::order_runs::{LogLine, NodeStatus, NodeSummary, OrderRunDetail};
use crate::error::Result;

/// Tells about one run.
pub(super) struct Teller<'a> {
    monitor: &'a OrderRunMonitor,
    events: &'a EventsClient,
    about: About,
}

impl OrderRunMonitor {
    pub(super) fn teller(&self, customer: &str) -> Teller<'_> {
        let mut about = About::run(&self.pipeline_key, self.run.id());
        about.run_name = self.run_name.clone();
        about.external_url = Some(self.run.web_url(customer));
        Teller { monitor: self, events: &self.events, about }
    }
}

impl Teller<'_> {
    /// That a node has another status now.
    pub(super) async fn node(
        &self,
        name: &str,
        node: &NodeSummary,
        before: Option<&NodeStatus>,
        now: &NodeStatus,
    ) -> Result<()> {
        let started = node.started();
        let ended = started.zip(node.timing).map(|(started, took)| started.saturating_add(took));
        // One that began and ended between two questions is told to have begun, too.
        if now.is_over() && *now != NodeStatus::Skipped && before != Some(&NodeStatus::Running) {
            self.status(name, RunStatus::Running, started).await?;
        }
        match now {
            NodeStatus::Running => self.status(name, RunStatus::Running, started).await,
            NodeStatus::Completed => self.status(name, RunStatus::Completed, ended).await,
            NodeStatus::Failed | NodeStatus::Stopped => self.status(name, RunStatus::Failed, ended).await,
            _ => Ok(()),
        }
    }

    async fn status(&self, node: &str, status: RunStatus, millis: Option<i64>) -> Result<()> {
        let when = millis.map_or_else(|| self.monitor.now(), Timestamp::from_unix_millis);
        self.events.post_run_status(&self.at(Some(when)).task(node), status).await
    }

    /// The lines of the log that somebody should see.
    pub(super) async fn log(&self, details: &OrderRunDetail, ignored: &BTreeSet<&str>) -> Result<()> {
        let lines = details.log.iter().flat_map(|log| log.lines.iter().flatten());
        for line in lines {
            let (Some(log_level), Some(message)) = (level(line), line.message.clone()) else { continue };
            let node = line.node.as_deref().filter(|node| !node.is_empty());
            if message.is_empty() || node.is_some_and(|node| ignored.contains(node)) {
                continue;
            }
            let about = self.at(line.datetime.as_deref().and_then(time));
            let about = match node {
                Some(node) => about.task(node),
                None => about,
            };
            self.events.post_message_log(&about, &MessageLog { log_level, message }).await?;
        }
        Ok(())
    }

    /// The tests of each node.
    pub(super) async fn tests(&self, details: &OrderRunDetail, ignored: &BTreeSet<&str>) -> Result<()> {
        for (name, node) in details.nodes().filter(|(name, _)| !ignored.contains(name)) {
            let outcomes = node.all_tests().filter_map(|(test, summary)| {
                let mut outcome = TestOutcome::new(test, OutcomeStatus::from(summary.outcome()?.as_str()));
                outcome.description = summary.results.clone();
                Some(outcome)
            });
            let outcomes: Vec<TestOutcome> = outcomes.collect();
            if !outcomes.is_empty() {
                self.events
                    .post_test_outcomes(&self.at(Some(self.monitor.now())).task(name), &outcomes)
                    .await?;
            }
        }
        Ok(())
    }

    /// How the run ended.
    pub(super) async fn end(&self, status: RunStatus) -> Result<()> {
        self.events.post_run_status(&self.at(Some(self.monitor.now())), status).await
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
