//! A moment in time, as the vendors write it. The date library stays inside this file.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::error::{Error, ErrorKind};

/// A moment in time with nanosecond precision (UTC).
///
/// Reads RFC 3339 text with any fraction and zone, also without a zone (taken as UTC), and writes it with `Z`.
///
/// ```
/// let t: auth_core::Timestamp = "2026-01-02T03:04:05+01:00".parse()?;
/// assert_eq!(t.to_string(), "2026-01-02T02:04:05Z");
/// # Ok::<(), auth_core::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(jiff::Timestamp);

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const UNIX_EPOCH: Self = Self(jiff::Timestamp::UNIX_EPOCH);

    /// From whole seconds since 1970; out of range becomes the nearest representable moment.
    pub fn from_unix_seconds(seconds: i64) -> Self {
        Self(jiff::Timestamp::from_second(seconds).unwrap_or(if seconds < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        }))
    }

    /// From milliseconds since 1970; out of range becomes the nearest representable moment.
    pub fn from_unix_millis(millis: i64) -> Self {
        Self(jiff::Timestamp::from_millisecond(millis).unwrap_or(if millis < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        }))
    }

    /// From seconds since 1970 with a fraction. `None` when it is not a finite number.
    pub fn from_unix_seconds_f64(seconds: f64) -> Option<Self> {
        if !seconds.is_finite() {
            return None;
        }
        let whole = Self::from_unix_seconds(seconds.floor() as i64);
        Some(whole.saturating_add(Duration::from_secs_f64(seconds - seconds.floor())))
    }

    /// Whole seconds since 1970, rounded down.
    pub fn unix_seconds(self) -> i64 {
        self.0.as_nanosecond().div_euclid(1_000_000_000) as i64
    }

    /// Milliseconds since 1970, rounded down.
    pub fn unix_millis(self) -> i64 {
        self.0.as_nanosecond().div_euclid(1_000_000) as i64
    }

    /// Nanoseconds since 1970.
    pub fn unix_nanos(self) -> i128 {
        self.0.as_nanosecond()
    }

    /// Later by `duration`, or the last representable moment.
    pub fn saturating_add(self, duration: Duration) -> Self {
        Self(self.0.checked_add(duration).unwrap_or(jiff::Timestamp::MAX))
    }

    /// Earlier by `duration`, or the first representable moment.
    pub fn saturating_sub(self, duration: Duration) -> Self {
        Self(self.0.checked_sub(duration).unwrap_or(jiff::Timestamp::MIN))
    }

    /// How long after `earlier` this is; zero when it is not after.
    pub fn duration_since(self, earlier: Self) -> Duration {
        Duration::try_from(self.0.duration_since(earlier.0)).unwrap_or(Duration::ZERO)
    }

    /// Broken down with a `strftime` format, in UTC.
    pub fn format_utc(self, format: &str) -> String {
        self.0.strftime(format).to_string()
    }

    pub(crate) fn from_system(time: std::time::SystemTime) -> Self {
        Self(jiff::Timestamp::try_from(time).unwrap_or(jiff::Timestamp::MAX))
    }
}

impl FromStr for Timestamp {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        if let Ok(timestamp) = text.parse::<jiff::Timestamp>() {
            return Ok(Self(timestamp));
        }
        // A time without a zone: several vendors write UTC that way.
        text.parse::<jiff::civil::DateTime>()
            .ok()
            .and_then(|civil| jiff::tz::TimeZone::UTC.to_timestamp(civil).ok())
            .map(Self)
            .ok_or_else(|| {
                Error::new(ErrorKind::Reply, "not a date and time of the form 2026-01-02T03:04:05Z")
            })
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// As it is written in JSON.
impl From<Timestamp> for serde_json::Value {
    fn from(timestamp: Timestamp) -> Self {
        Self::String(timestamp.to_string())
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(|_| {
            de::Error::invalid_value(de::Unexpected::Str(&text), &"a date and time like 2026-01-02T03:04:05Z")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_form_the_vendors_write() {
        for (text, expected) in [
            ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"),
            ("2026-01-02T03:04:05.123456789Z", "2026-01-02T03:04:05.123456789Z"),
            ("2026-01-02T03:04:05.1+02:00", "2026-01-02T01:04:05.1Z"),
            ("2026-01-02T03:04:05", "2026-01-02T03:04:05Z"),
            ("2026-01-02 03:04:05.208892", "2026-01-02T03:04:05.208892Z"),
            ("2026-01-02T03:04:05.000-06:00", "2026-01-02T09:04:05Z"),
        ] {
            assert_eq!(text.parse::<Timestamp>().unwrap().to_string(), expected, "{text}");
        }
        assert!("yesterday".parse::<Timestamp>().is_err());
    }

    #[test]
    fn becomes_the_json_that_it_is_written_as() {
        let timestamp: Timestamp = "2026-01-02T03:04:05.5+01:00".parse().unwrap();
        assert_eq!(serde_json::Value::from(timestamp), serde_json::to_value(timestamp).unwrap());
    }

    #[test]
    fn arithmetic_saturates() {
        let t = Timestamp::from_unix_seconds(10);
        assert_eq!(t.duration_since(Timestamp::from_unix_seconds(4)), Duration::from_secs(6));
        assert_eq!(Timestamp::from_unix_seconds(4).duration_since(t), Duration::ZERO);
        let last = Timestamp::from_unix_seconds(i64::MAX);
        assert_eq!(last.saturating_add(Duration::from_secs(1)), last);
        assert_eq!(Timestamp::from_unix_seconds_f64(1.5).unwrap().unix_millis(), 1500);
        assert_eq!(Timestamp::from_unix_seconds_f64(f64::NAN), None);
    }
}
