//! Which requests are meant: `GET /v1/projects/*`.

use http::Method;

/// What of a request a pattern looks at.
#[derive(Clone, Copy)]
pub(super) struct Target<'a> {
    pub(super) method: &'a Method,
    /// As on the wire, still percent-encoded.
    pub(super) path: &'a str,
    pub(super) query: Option<&'a str>,
}

/// Whether a request is meant by `pattern`: a method and a path, both as on the wire.
///
/// `*` stands for one segment that is not empty, `**` at the end for any number of segments, none included; `*` as
/// method, or no method, for every method. A query is looked at only when the pattern has one.
pub(super) fn matches(pattern: &str, target: Target<'_>) -> bool {
    let (method, rest) = match pattern.trim().split_once(' ') {
        Some((method, rest)) => (method, rest.trim()),
        None => ("*", pattern.trim()),
    };
    let (path, query) = match rest.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (rest, None),
    };
    (method == "*" || method.eq_ignore_ascii_case(target.method.as_str()))
        && (query.is_none() || query == target.query)
        && path_matches(path, target.path)
}

fn path_matches(pattern: &str, path: &str) -> bool {
    let mut segments = path.split('/');
    let mut patterns = pattern.split('/').peekable();
    while let Some(pattern) = patterns.next() {
        if pattern == "**" && patterns.peek().is_none() {
            return true;
        }
        match segments.next() {
            Some(segment) if pattern == segment || (pattern == "*" && !segment.is_empty()) => {}
            _ => return false,
        }
    }
    segments.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_mean_what_they_say() {
        for (pattern, meant) in [
            ("POST /v1/a%2Fb/c", true),
            ("post /v1/*/c", true),
            ("/v1/*/c", true),
            ("* /v1/a%2Fb/*", true),
            ("POST /**", true),
            ("POST /v1/**", true),
            ("POST /v1/a%2Fb/c/**", true),
            ("POST /v1/**/c", false),
            ("POST /v1/*/c?x=1", true),
            ("POST /v1/*/c?x=2", false),
            ("GET /v1/*/c", false),
            ("POST /v1/*", false),
            ("POST /v1/*/c/", false),
            ("POST /v1/a/b/c", false),
            ("POST v1/*/c", false),
        ] {
            let target = Target { method: &Method::POST, path: "/v1/a%2Fb/c", query: Some("x=1") };
            assert_eq!(matches(pattern, target), meant, "{pattern}");
        }
        let slash = Target { method: &Method::GET, path: "/v1/", query: None };
        assert!(matches("GET /v1/", slash) && matches("GET /v1/**", slash) && !matches("GET /v1/*", slash));
    }
}
