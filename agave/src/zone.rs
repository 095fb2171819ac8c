//! Moments as the vendor's tools write them: C `ctime` text in the machine's zone, and the output of `date`.

use auth_core::{Environment, Timestamp};
use std::time::Duration;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The machine's zone, as far as the variable `TZ` tells it: UTC or a fixed offset.
///
/// Anything else (a name of the zone database, rules for summer time, no `TZ` at all) is unknown: texts are then
/// written in UTC, and a text without a zone is not relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Zone {
    /// Seconds east of Greenwich.
    offset: Option<i32>,
}

impl Zone {
    pub(crate) fn of(environment: &Environment) -> Self {
        Self { offset: environment.var("TZ").and_then(fixed_offset) }
    }

    /// `Thu Feb  8 22:15:04 2018`, as C's `ctime` writes it.
    pub(crate) fn ctime(self, at: Timestamp) -> String {
        self.local(at).format_utc("%a %b %e %H:%M:%S %Y")
    }

    /// `Thu Feb  8 22:15:04 UTC 2018`, as `date` writes it.
    pub(crate) fn date(at: Timestamp) -> String {
        at.format_utc("%a %b %e %H:%M:%S UTC %Y")
    }

    /// Reads either form. `None` when the text is another, or its zone is not certain.
    pub(crate) fn read(self, text: &str) -> Option<Timestamp> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let (month, day, time, zone, year) = match words.as_slice() {
            [_, month, day, time, year] => (*month, *day, *time, None, *year),
            [_, month, day, time, zone, year] => (*month, *day, *time, Some(*zone), *year),
            _ => return None,
        };
        let month = MONTHS.iter().position(|known| known.eq_ignore_ascii_case(month))? + 1;
        let (day, year): (u32, u32) = (day.parse().ok()?, year.parse().ok()?);
        let civil: Timestamp = format!("{year:04}-{month:02}-{day:02}T{time}Z").parse().ok()?;
        let offset = match zone {
            Some("UTC" | "GMT" | "Z") => 0,
            Some(_) => return None,
            None => self.offset?,
        };
        Some(shift(civil, -offset))
    }

    fn local(self, at: Timestamp) -> Timestamp {
        shift(at, self.offset.unwrap_or(0))
    }
}

fn shift(at: Timestamp, seconds: i32) -> Timestamp {
    let by = Duration::from_secs(seconds.unsigned_abs().into());
    if seconds < 0 { at.saturating_sub(by) } else { at.saturating_add(by) }
}

/// The offset of a `TZ` of the form `UTC`, `EST5` or `<+0530>-5:30` (POSIX counts west of Greenwich as positive).
fn fixed_offset(tz: &str) -> Option<i32> {
    let tz = tz.trim().trim_start_matches(':');
    if ["UTC", "GMT", "Etc/UTC", "Etc/GMT", "Z"].contains(&tz) {
        return Some(0);
    }
    let rest = match tz.strip_prefix('<') {
        Some(quoted) => quoted.split_once('>')?.1,
        None => {
            let name = tz.chars().take_while(char::is_ascii_alphabetic).count();
            (name >= 3).then(|| &tz[name..])?
        }
    };
    let (west, digits) = match rest.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, rest.strip_prefix('+').unwrap_or(rest)),
    };
    let mut seconds = 0;
    let parts: Vec<&str> = digits.split(':').collect();
    for (part, (unit, most)) in parts.iter().zip([(3600, 24), (60, 59), (1, 59)]) {
        let is_number = !part.is_empty() && part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        let number: i32 = part.parse().ok().filter(|number| is_number && *number <= most)?;
        seconds += number * unit;
    }
    (parts.len() <= 3).then_some(-west * seconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const UTC: Zone = Zone { offset: Some(0) };

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix_seconds(seconds)
    }

    #[test]
    fn the_seeds_example() {
        // Two digits for the day, padded with a blank.
        assert_eq!(Zone { offset: Some(-6 * 3600) }.ctime(at(1_518_149_704)), "Thu Feb  8 22:15:04 2018");
        assert_eq!(Zone { offset: None }.ctime(at(1_518_149_704)), "Fri Feb  9 04:15:04 2018");
        assert_eq!(Zone::date(at(1_518_149_704)), "Fri Feb  9 04:15:04 UTC 2018");
    }

    #[test]
    fn a_fixed_offset_is_understood_and_nothing_else() {
        for (tz, offset) in [
            ("UTC", Some(0)),
            (":UTC", Some(0)),
            ("UTC0", Some(0)),
            ("CST6", Some(-6 * 3600)),
            ("CET-1", Some(3600)),
            ("<+0530>-5:30", Some(19_800)),
            ("<-03>3", Some(-10_800)),
            ("CST6CDT", None),
            ("CST6CDT,M3.2.0,M11.1.0", None),
            ("America/Chicago", None),
            ("CST", None),
            ("C6", None),
            ("CST99", None),
            ("CST1:2:3:4", None),
            ("<x", None),
            ("", None),
        ] {
            assert_eq!(fixed_offset(tz), offset, "{tz}");
        }
        assert_eq!(Zone::of(&Environment::empty()), Zone { offset: None });
    }

    #[test]
    fn reads_what_the_tools_write() {
        let moment = Some(at(1_518_128_104));
        assert_eq!(UTC.read("Thu Feb  8 22:15:04 2018"), moment);
        assert_eq!(UTC.read("Thu Feb 8 22:15:04 UTC 2018"), moment);
        assert_eq!(Zone { offset: Some(3600) }.read("Thu Feb  8 23:15:04 2018"), moment);
        // A zone that cannot be relied on, and other forms, tell nothing.
        assert_eq!(Zone { offset: None }.read("Thu Feb  8 22:15:04 2018"), None);
        for text in
            ["Thu Feb  8 22:15:04 CST 2018", "Do 8. Feb 22:15:04 UTC 2018", "", "1518149704", "x y z u v"]
        {
            assert_eq!(UTC.read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(seconds in 0_i64..4_000_000_000, offset in -86_400_i32..86_400) {
            let zone = Zone { offset: Some(offset) };
            prop_assert_eq!(zone.read(&zone.ctime(at(seconds))), Some(at(seconds)));
            prop_assert_eq!(zone.read(&Zone::date(at(seconds))), Some(at(seconds)));
        }

        #[test]
        fn any_text_is_read_or_not(text in "\\PC{0,40}", tz in "[A-Z<>0-9:+,./-]{0,12}") {
            let _ = (UTC.read(&text), fixed_offset(&tz));
        }
    }
}
