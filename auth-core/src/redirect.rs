//! Which redirects are followed, and what goes along.
//!
//! A redirect within the same origin is followed with everything, if the request may be repeated as it is. To another
//! origin only a `GET` or `HEAD` goes on, as to a download that lives elsewhere, and nothing of ours goes along: no
//! credential, no header, no body. Only which part of a file is asked for stays a part of the question.

use http::header::{IF_RANGE, RANGE};
use http::{HeaderMap, Method, StatusCode};
use url::Url;

use crate::error::{Error, ErrorKind, Result};
use crate::origin::{has_user_info, host_and_port};

/// How many redirects one request may follow.
pub(crate) const MOST: u32 = 5;

/// Where to go on.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Redirect {
    pub(crate) url: Url,
    /// Whether credential, headers and body go along.
    pub(crate) same_origin: bool,
}

/// What to do with a reply: `None` when it is no redirect.
pub(crate) fn decide(
    status: StatusCode,
    location: Option<&str>,
    method: &Method,
    from: &Url,
    request: &str,
) -> Option<Result<Redirect>> {
    if !matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let refuse = |why: String| Error::new(ErrorKind::Redirect, format!("{request} answered {status}: {why}"));
    let target = match location.map(|location| from.join(location)) {
        Some(Ok(url)) if matches!(url.scheme(), "https" | "http") && !has_user_info(&url) => url,
        _ => return Some(Err(refuse("a redirect without a usable location".to_owned()))),
    };
    let reads = matches!(*method, Method::GET | Method::HEAD);
    // 301, 302 and 303 turn other methods into GET by custom: that would be another request than the one asked for.
    let unchanged = reads || matches!(status.as_u16(), 307 | 308);
    let same_origin = target.origin() == from.origin();
    if !unchanged || (!same_origin && !reads) {
        let to = host_and_port(&target);
        return Some(Err(refuse(format!("a redirect of {method} to {to} is not followed")).with_help(
            "check the base URL: the service may have moved, or a login page may be in the way",
        )));
    }
    // Whatever the client allows elsewhere, and also to this machine: no server sends us to our own services.
    if from.scheme() == "https" && target.scheme() == "http" {
        let to = host_and_port(&target);
        return Some(Err(refuse(format!("a redirect from https to plain http at {to} is not followed"))));
    }
    Some(Ok(Redirect { url: target, same_origin }))
}

/// What goes along to another origin: which part of a file is asked for, so that a download can be resumed there.
pub(crate) fn headers_for_others(ours: &HeaderMap) -> HeaderMap {
    let part =
        [RANGE, IF_RANGE].into_iter().filter_map(|name| Some((name.clone(), ours.get(&name)?.clone())));
    part.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to(status: u16, location: &str, method: Method) -> Result<(String, bool), ()> {
        let from = Url::parse("https://a.example/x/y").unwrap();
        let status = StatusCode::from_u16(status).unwrap();
        decide(status, Some(location), &method, &from, "GET a.example/x/y")
            .unwrap()
            .map(|redirect| (redirect.url.to_string(), redirect.same_origin))
            .map_err(|_| ())
    }

    #[test]
    fn the_same_origin_keeps_everything() {
        assert_eq!(to(302, "/z", Method::GET), Ok(("https://a.example/z".into(), true)));
        assert_eq!(to(307, "z", Method::POST), Ok(("https://a.example/x/z".into(), true)));
        assert_eq!(to(302, "/z", Method::POST), Err(()));
    }

    #[test]
    fn another_origin_gets_a_bare_get_only() {
        assert_eq!(to(302, "https://b.example/z", Method::GET), Ok(("https://b.example/z".into(), false)));
        assert_eq!(to(302, "https://a.example:444/z", Method::GET).map(|redirect| redirect.1), Ok(false));
        assert_eq!(to(307, "https://b.example/z", Method::POST), Err(()));
    }

    #[test]
    fn encryption_is_not_given_up() {
        assert_eq!(to(302, "http://a.example/z", Method::GET), Err(()));
        assert_eq!(to(302, "http://127.0.0.1:1/z", Method::GET), Err(()));
        assert_eq!(to(302, "file:///etc/passwd", Method::GET), Err(()));
    }

    #[test]
    fn a_location_with_credentials_is_not_used_and_not_shown() {
        let from = Url::parse("https://a.example/x").unwrap();
        for location in ["https://u:canary@b.example/z", "https://canary@a.example/z"] {
            let error = decide(StatusCode::FOUND, Some(location), &Method::GET, &from, "GET a.example/x")
                .unwrap()
                .unwrap_err();
            assert!(!error.to_string().contains("canary"), "{error}");
        }
    }

    #[test]
    fn only_the_range_goes_along_to_others() {
        let ours = ["authorization", "accept", "range", "x-org", "if-range", "cookie"];
        let ours: HeaderMap = ours
            .iter()
            .map(|name| (name.parse::<http::HeaderName>().unwrap(), http::HeaderValue::from_static("v")))
            .collect();
        let mut names: Vec<_> = headers_for_others(&ours).keys().map(ToString::to_string).collect();
        names.sort();
        assert_eq!(names, ["if-range", "range"]);
    }

    #[test]
    fn other_statuses_are_no_redirects() {
        let from = Url::parse("https://a.example/").unwrap();
        assert!(decide(StatusCode::NOT_MODIFIED, None, &Method::GET, &from, "r").is_none());
        assert!(decide(StatusCode::FOUND, None, &Method::GET, &from, "r").unwrap().is_err());
    }
}
