//! Replies to requests for a part of the content (RFC 9110, section 14).

use http::Method;
use http::header::{ACCEPT_RANGES, CONTENT_RANGE, ETAG, IF_RANGE, RANGE};

use super::{Content, Reply, Request};
use crate::secret::{hex, sha256};

impl Reply {
    /// The content, or the part of it that the request's `Range` asks for: 200, 206 or 416.
    ///
    /// The `ETag` follows from the content. `If-Range` must name it, else all of the content is sent. Several ranges in
    /// one request are answered with all of the content, as a server may do.
    pub fn ranged(request: &Request, content: impl Into<Content>) -> Self {
        let content = content.into();
        let etag = etag(&content);
        Self::ranged_as(request, content, &etag)
    }

    /// As [`Reply::ranged`], with an `ETag` of its own, quotes included: `"v1"`.
    pub fn ranged_as(request: &Request, content: impl Into<Content>, etag: &str) -> Self {
        let content = content.into();
        let length = content.len().unwrap_or(0);
        let same = request.header(IF_RANGE.as_str()).is_none_or(|known| known == etag);
        let wanted = request.header(RANGE.as_str()).filter(|_| same && request.method() == Method::GET);
        let reply = match wanted.map_or(Wanted::All, |text| parse(text, length)) {
            Wanted::All => Self::new(200, content),
            Wanted::Part { first, last } => Self::new(206, content.slice(first, last - first + 1))
                .header(CONTENT_RANGE.as_str(), format!("bytes {first}-{last}/{length}")),
            Wanted::Beyond => {
                return Self::empty(416).header(CONTENT_RANGE.as_str(), format!("bytes */{length}"));
            }
        };
        reply
            .header("content-type", "application/octet-stream")
            .header(ACCEPT_RANGES.as_str(), "bytes")
            .header(ETAG.as_str(), etag)
    }
}

fn etag(content: &Content) -> String {
    let digest = content.sample().map(|sample| hex(&sha256(sample)[..8])).unwrap_or_default();
    format!("\"{digest}-{}\"", content.len().unwrap_or(0))
}

#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    All,
    /// From the first to the last byte, both included.
    Part {
        first: u64,
        last: u64,
    },
    Beyond,
}

/// What a `Range` header asks for. What cannot be understood is ignored, as the standard says.
fn parse(text: &str, length: u64) -> Wanted {
    let Some((first, last)) =
        text.trim().strip_prefix("bytes=").and_then(|range| range.trim().split_once('-'))
    else {
        return Wanted::All;
    };
    let (first, last) = match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), Ok(last)) if first <= last => (first, last.min(length.saturating_sub(1))),
        (Ok(first), Err(_)) if last.is_empty() => (first, length.saturating_sub(1)),
        (Err(_), Ok(0)) if first.is_empty() => return Wanted::Beyond,
        (Err(_), Ok(suffix)) if first.is_empty() => (length.saturating_sub(suffix), length.saturating_sub(1)),
        _ => return Wanted::All,
    };
    if first < length { Wanted::Part { first, last } } else { Wanted::Beyond }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_as_the_standard_has_them() {
        let part = |first, last| Wanted::Part { first, last };
        for (text, length, expected) in [
            ("bytes=0-0", 10, part(0, 0)),
            ("bytes=2-5", 10, part(2, 5)),
            ("bytes=2-99", 10, part(2, 9)),
            ("bytes=9-", 10, part(9, 9)),
            ("bytes=-3", 10, part(7, 9)),
            ("bytes=-99", 10, part(0, 9)),
            ("bytes=10-", 10, Wanted::Beyond),
            ("bytes=0-", 0, Wanted::Beyond),
            ("bytes=-0", 10, Wanted::Beyond),
            ("bytes=5-2", 10, Wanted::All),
            ("bytes=0-1,4-5", 10, Wanted::All),
            ("bytes=-", 10, Wanted::All),
            ("lines=0-1", 10, Wanted::All),
            ("bytes=99999999999999999999-", 10, Wanted::All),
        ] {
            assert_eq!(parse(text, length), expected, "{text} of {length}");
        }
    }
}
