//! The nodes of an order run and their tests.

use std::collections::BTreeMap;

use crate::api::members::lenient;

auth_core::open_enum! {
    /// How far a node is.
    pub enum NodeStatus {
        /// Nobody knows.
        Unknown = "DKNodeStatus_Unknown",
        /// Is a template.
        Template = "DKNodeStatus_Template",
        /// Is being configured.
        InConfiguration = "DKNodeStatus_in_configuration",
        /// Is configured.
        FullyConfigured = "DKNodeStatus_fully_configured",
        /// Has not run.
        Ready = "DKNodeStatus_ready_for_production",
        /// Is running.
        Running = "DKNodeStatus_in_production",
        /// Is done.
        Completed = "DKNodeStatus_completed_production",
        /// Has failed.
        Failed = "DKNodeStatus_production_error",
        /// Was stopped.
        Stopped = "DKNodeStatus_production_stopped",
        /// Was left out.
        Skipped = "DKNodeStatus_Skipped",
    }
}

impl NodeStatus {
    /// Whether nothing more will come of it in this run.
    pub fn is_over(&self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Stopped | Self::Skipped)
    }
}

auth_core::open_enum! {
    /// What came of a test.
    pub enum TestStatus {
        /// All is well.
        Passed = "PASSED",
        /// It is not.
        Failed = "FAILED",
        /// Somebody should look.
        Warning = "WARNING",
    }
}

lenient! {
    /// A node of an order run.
    pub struct NodeSummary {
        /// How far it is.
        pub status: NodeStatus = "status",
        /// When it started, in milliseconds since 1970 UTC. Null or 0 as long as it has not.
        pub start_time: i64 = "start_time",
        /// How long it ran, in milliseconds.
        pub timing: i64 = "timing",
        /// Its own tests by name.
        pub tests: BTreeMap<String, TestSummary> = "tests",
        /// Where it reads, by name.
        pub data_sources: BTreeMap<String, NodeStep> = "data_sources",
        /// Where it writes, by name.
        pub data_sinks: BTreeMap<String, NodeStep> = "data_sinks",
        /// What it does, by name.
        pub actions: BTreeMap<String, NodeStep> = "actions",
    }
}

impl NodeSummary {
    /// When it started, in milliseconds since 1970 UTC; `None` as long as it has not.
    pub fn started(&self) -> Option<i64> {
        self.start_time.filter(|time| *time > 0)
    }

    /// All of its tests by name: its own, then those of its sources, sinks and actions.
    pub fn all_tests(&self) -> impl Iterator<Item = (&str, &TestSummary)> {
        let steps = [&self.data_sources, &self.data_sinks, &self.actions].into_iter().flatten();
        let of_steps = steps.flat_map(BTreeMap::values).flat_map(|step| step.tests.iter().flatten());
        self.tests.iter().flatten().chain(of_steps).map(|(name, test)| (name.as_str(), test))
    }
}

lenient! {
    /// A source, sink or action of a node.
    pub struct NodeStep {
        /// Its tests by name.
        pub tests: BTreeMap<String, TestSummary> = "tests",
    }
}

lenient! {
    /// A test of an order run.
    pub struct TestSummary {
        /// What came of it, in the platform's letters: `Passed`; see [`TestSummary::outcome`].
        pub status: String = "status",
        /// The same for people.
        pub results: String = "results",
    }
}

impl TestSummary {
    /// What came of it.
    pub fn outcome(&self) -> Option<TestStatus> {
        self.status.as_ref().map(|status| TestStatus::from(status.to_uppercase().as_str()))
    }
}
