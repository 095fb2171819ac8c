//! Event schedules: events at set times (contract section 6.2).

use auth_core::Timestamp;

use super::Collection;
use super::class::{attributes, class};

/// Event schedules.
pub type EventSchedules<'a> = Collection<'a, EventSchedule>;

attributes! {
    /// A schedule: it makes an event at each of its times.
    pub shared struct EventSchedule {
        /// The name.
        name: String,
        /// Whose it is.
        namespace: String,
        /// What it is about.
        description: String,
        /// The schedule, in AWS.
        arn: String,
        /// When: as in `rate(1 day)` or `cron(0 12 * * ? *)`.
        schedule: String,
        /// The time zone of these times, as in `Europe/Berlin`.
        schedule_timezone: String,
        /// When it begins.
        start_datetime: Timestamp,
        /// When it ends, and is deleted by itself.
        end_datetime: Timestamp,
        /// How much later an event may be, in seconds.
        flexible_time_window: i64,
        /// Whether there are events at all.
        enabled: bool,
        /// When it will be deleted by itself. The platform sets it.
        expires: Timestamp,
    }
}

class!(EventSchedule: "event_schedule" at "event_schedules" {
    const READ_ONLY: &'static [&'static str] = &["created", "modified", "expires"];
}, Editable, Deletable);
