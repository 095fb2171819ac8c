//! What a registry says when it wants no more for now.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;

/// The longest wait that a registry can cause. A new name waits for ten minutes on crates.io.
const LONGEST: Duration = Duration::from_secs(15 * 60);
/// The wait where the registry names no time.
const USUAL: Duration = Duration::from_secs(60);

/// How long to wait after what `cargo publish` printed, if the registry refused for being asked too often.
///
/// crates.io says "Please try again after Mon, 01 Jan 2026 00:00:00 GMT or email ..", with the status 429.
pub(super) fn asked_wait(printed: &str, now: Timestamp) -> Option<Duration> {
    if !printed.contains("429") && !printed.contains("Too Many Requests") {
        return None;
    }
    let named = printed.split("try again after ").nth(1).and_then(|rest| {
        let date = &rest[..rest.find("GMT")? + "GMT".len()];
        rfc2822::parse(date).ok().map(|date| date.timestamp())
    });
    let wait = named.and_then(|date| Duration::try_from(date.duration_since(now)).ok());
    // A second more, because the date has no fraction.
    Some(wait.map_or(USUAL, |wait| wait + Duration::from_secs(1)).min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registry_says_how_long() {
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let refused = |date: &str| {
            format!(
                "error: failed to publish\nthe remote server responded with an error (status 429 Too Many Requests): \
                 You have published too many new crates. Please try again after {date} or email help@example.com"
            )
        };
        for (printed, seconds) in [
            (refused("Thu, 01 Jan 2026 00:02:00 GMT"), Some(121)),
            (refused("Thu, 01 Jan 2026 09:00:00 GMT"), Some(900)),
            (refused("Thu, 01 Jan 2026 00:00:00 GMT"), Some(1)),
            (refused("soon"), Some(60)),
            ("error: status 403 Forbidden".to_owned(), None),
        ] {
            assert_eq!(asked_wait(&printed, now).map(|wait| wait.as_secs()), seconds, "{printed}");
        }
    }
}
