//! Which redirects are followed, and what goes along.
//!
//! A redirect within the same origin is followed with everything, if the request may be repeated as it is. To another
//! origin only a `GET` or `HEAD` goes on, as to a download that lives elsewhere, and nothing of ours goes along: no
//! credential, no header, no body.

use http::{Method, StatusCode};
use url::Url;

use crate::error::{Error, ErrorKind, Result};
use crate::origin::{PlainHttp, may_speak_http};

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
        Some(Ok(url)) if matches!(url.scheme(), "https" | "http") => url,
        _ => return Some(Err(refuse("a redirect without a usable location".to_owned()))),
    };
    let reads = matches!(*method, Method::GET | Method::HEAD);
    // 301, 302 and 303 turn other methods into GET by custom: that would be another request than the one asked for.
    let unchanged = reads || matches!(status.as_u16(), 307 | 308);
    let same_origin = target.origin() == from.origin();
    if !unchanged || (!same_origin && !reads) {
        let to = target.authority();
        return Some(Err(refuse(format!("a redirect of {method} to {to} is not followed")).with_help(
            "check the base URL: the service may have moved, or a login page may be in the way",
        )));
    }
    // Not from https to http, whatever the client allows elsewhere.
    let plain = if from.scheme() == "http" { PlainHttp::Anywhere } else { PlainHttp::Loopback };
    Some(may_speak_http(&target, plain).map(|()| Redirect { url: target, same_origin }))
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
        assert_eq!(to(302, "file:///etc/passwd", Method::GET), Err(()));
    }

    #[test]
    fn other_statuses_are_no_redirects() {
        let from = Url::parse("https://a.example/").unwrap();
        assert!(decide(StatusCode::NOT_MODIFIED, None, &Method::GET, &from, "r").is_none());
        assert!(decide(StatusCode::FOUND, None, &Method::GET, &from, "r").unwrap().is_err());
    }
}
