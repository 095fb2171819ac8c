//! How long the platform asks to wait (contract section 5.3).

use std::time::Duration;

use auth_core::ReplyHead;

/// Headers that tell when a limit ends: in so many seconds, or at a Unix time.
const RESETS: [&str; 3] = ["x-ratelimit-reset", "ratelimit-reset", "x-rate-limit-reset"];
/// A number above this is a Unix time, not a number of seconds.
const LONGEST_RESET: f64 = 86_400.0;

/// How long the platform asks to wait: `Retry-After`, else one of the headers of a rate limit.
pub(crate) fn asked_wait(head: &ReplyHead) -> Option<Duration> {
    head.retry_after().or_else(|| RESETS.iter().find_map(|name| reset(head, head.header(name)?)))
}

fn reset(head: &ReplyHead, text: &str) -> Option<Duration> {
    let number = text.trim().parse::<f64>().ok().filter(|number| number.is_finite())?;
    let seconds = if number > LONGEST_RESET {
        number - head.received_at.unix_millis() as f64 / 1_000.0
    } else {
        number
    };
    Duration::try_from_secs_f64(seconds.max(0.0)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use auth_core::Timestamp;
    use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
    use proptest::prelude::*;

    #[test]
    fn a_limit_ends_in_seconds_or_at_a_unix_time() {
        let now = Timestamp::from_unix_seconds(1_800_000_000);
        let wait = |name: &'static str, value: &'static str| {
            let headers =
                HeaderMap::from_iter([(HeaderName::from_static(name), HeaderValue::from_static(value))]);
            let head = ReplyHead::new(StatusCode::TOO_MANY_REQUESTS, headers, "GET h/x", now);
            asked_wait(&head).map(|wait| wait.as_secs())
        };
        assert_eq!(wait("retry-after", "30"), Some(30));
        assert_eq!(wait("x-ratelimit-reset", "7"), Some(7));
        assert_eq!(wait("ratelimit-reset", "86400"), Some(86_400));
        assert_eq!(wait("x-rate-limit-reset", "1800000012"), Some(12));
        assert_eq!(wait("x-ratelimit-reset", "1799999999"), Some(0));
        assert_eq!(wait("x-ratelimit-reset", "-3"), Some(0));
        for nonsense in ["soon", "", "inf", "NaN"] {
            assert_eq!(wait("x-ratelimit-reset", nonsense), None, "{nonsense}");
        }
    }

    proptest! {
        #[test]
        fn any_number_is_a_wait_or_none(text in "-?[0-9]{1,40}(\\.[0-9]{1,3})?(e[0-9]{1,3})?") {
            let head = ReplyHead::new(StatusCode::OK, HeaderMap::new(), "GET h/x", Timestamp::UNIX_EPOCH);
            let _ = reset(&head, &text);
        }
    }
}
