//! Monitors: regular checks of systems.

use auth_core::Timestamp;

use super::List;
use super::links::Links;
use super::model::{input, model, read_by_serde};
use super::operations::operations;
use crate::client::Client;

auth_core::service! {
    /// Monitors: regular checks of systems. Their replies were not seen from a live service.
    pub struct Monitors, from Client::monitors
}

operations! { impl Monitors {
    /// the caller's monitors.
    fn list() -> List<Monitor> = GET "/monitors/v2/";
    /// adds a monitor.
    fn add(monitor: &NewMonitor) -> Monitor = POST "/monitors/v2/";
    /// a monitor.
    fn get(monitor_id) -> Monitor = GET "/monitors/v2/{monitor_id}";
    /// changes a monitor. The official SDK cannot do it: it does not know which one.
    fn update(monitor_id, monitor: &NewMonitor) -> Monitor = POST "/monitors/v2/{monitor_id}";
    /// deletes a monitor.
    fn delete(monitor_id) = DELETE "/monitors/v2/{monitor_id}";
    /// what a monitor has found.
    fn list_checks(monitor_id) -> List<MonitorCheck> = GET "/monitors/v2/{monitor_id}/checks";
    /// checks now.
    fn run_check(monitor_id) -> MonitorCheck = POST "/monitors/v2/{monitor_id}/checks";
    /// what one check has found.
    fn get_check(monitor_id, check_id) -> MonitorCheck = GET "/monitors/v2/{monitor_id}/checks/{check_id}";
} }

impl List<'_, Monitor> {
    /// Only those of a system.
    pub fn target(self, system_id: &str) -> Self {
        self.query("target", system_id)
    }

    /// Only those that are active, or that are not.
    pub fn active(self, active: bool) -> Self {
        self.query("active", active)
    }
}

impl List<'_, MonitorCheck> {
    /// Only from this day on, as the service writes days.
    pub fn start_date(self, date: &str) -> Self {
        self.query("startDate", date)
    }

    /// Only to this day, as the service writes days.
    pub fn end_date(self, date: &str) -> Self {
        self.query("endDate", date)
    }

    /// Only those that found this.
    pub fn result(self, result: &CheckResult) -> Self {
        self.query("result", result)
    }
}

model! {
    /// A monitor.
    pub struct Monitor {
        /// The id.
        id: String,
        /// The system.
        target: Option<String>,
        /// Who owns it.
        owner: Option<String>,
        /// The time between two checks, in minutes.
        frequency: Option<i64>,
        /// Whether it checks.
        active: Option<bool>,
        /// Whether it changes the status of the system.
        update_system_status: Option<bool>,
        /// For whom the owner made it.
        internal_username: Option<String>,
        /// What it found last.
        last_check: Option<MonitorCheck>,
        /// When it last found everything right.
        last_success: Option<Timestamp>,
        /// When it checks next.
        next_update: Option<Timestamp>,
        /// When it was added.
        created: Option<Timestamp>,
        /// When it was last changed.
        last_updated: Option<Timestamp>,
        /// What it links to.
        #[serde(rename = "_links")]
        links: Links,
    }
}

input! {
    /// A monitor that is to be added or changed.
    pub struct NewMonitor {
        /// The system.
        target: String,
        ;
        /// The time between two checks, in minutes.
        frequency: Option<i64>,
        /// Whether it checks.
        active: Option<bool>,
        /// Whether it changes the status of the system.
        update_system_status: Option<bool>,
        /// For whom it is made.
        internal_username: Option<String>,
    }
}

model! {
    /// What a monitor has found.
    pub struct MonitorCheck {
        /// The id.
        id: String,
        /// What it found.
        result: Option<CheckResult>,
        /// What it found, in words.
        message: Option<String>,
        /// When.
        created: Option<Timestamp>,
        /// What it links to.
        #[serde(rename = "_links")]
        links: Links,
    }
}

auth_core::open_enum! {
    /// What a monitor can find.
    pub enum CheckResult {
        /// All is well.
        Passed = "PASSED",
        /// Something is wrong.
        Failed = "FAILED",
        /// It could not tell.
        Unknown = "UNKNOWN",
    }
}

read_by_serde!(CheckResult);
