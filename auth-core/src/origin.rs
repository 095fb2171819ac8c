//! Base URLs: where a client may send requests, fixed when it is made.

use std::borrow::Cow;
use std::fmt;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use url::{Host, Position, Url};

use crate::error::{Error, ErrorKind, Result};
use crate::path::Path;

/// What a URL parser takes for a slash, or leaves out: with it a path could climb out of its base.
const MISREAD: &AsciiSet = &CONTROLS.add(b'\\');

/// To which hosts plain `http` is spoken, without any encryption.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum PlainHttp {
    /// Only to this machine: `localhost`, `127.0.0.0/8` and `[::1]`.
    #[default]
    Loopback,
    /// Also to the services of the Kubernetes cluster that the process runs in: `*.svc` and `*.svc.cluster.local`.
    InCluster,
    /// To every host. Credentials can be read by anybody on the way.
    Anywhere,
}

/// A base URL that was checked: `https` (or `http` where [`PlainHttp`] allows it), no user name, no query.
///
/// A path prefix is kept and a trailing slash does not matter.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Base(Url);

impl Base {
    /// Checks a base URL. `name` is how the caller knows the setting, for the error.
    pub fn parse(name: &str, text: &str, plain_http: PlainHttp) -> Result<Self> {
        let unusable = |why: &str| {
            Error::new(ErrorKind::Configuration, format!("{name} is not a usable base URL: {why}"))
                .with_help("give something like https://api.example.org")
        };
        let mut url = Url::parse(text.trim()).map_err(|error| match error {
            url::ParseError::RelativeUrlWithoutBase => unusable("it has no scheme (https://)"),
            other => unusable(&other.to_string()),
        })?;
        if !matches!(url.scheme(), "https" | "http") {
            return Err(unusable(&format!("its scheme is {}, not https", url.scheme())));
        }
        if has_user_info(&url) {
            return Err(unusable("it holds a user name or password"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(unusable("it has a query or fragment"));
        }
        may_speak_http(&url, plain_http).map_err(|error| error.context(name))?;
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        Ok(Self(url))
    }

    /// The URL of a path below this base.
    pub fn join(&self, path: &Path) -> Url {
        let mut url = self.0.clone();
        let path = Cow::from(utf8_percent_encode(path.encoded(), MISREAD));
        url.set_path(&[self.0.path().trim_end_matches('/'), &path].concat());
        url
    }

    /// Host and port, for people.
    pub fn authority(&self) -> &str {
        host_and_port(&self.0)
    }

    /// The base as text, without a trailing slash.
    pub fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }

    /// Whether a URL has the same scheme, host and port.
    pub fn is_origin_of(&self, url: &Url) -> bool {
        self.0.origin() == url.origin()
    }
}

impl fmt::Display for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Base({self})")
    }
}

/// Host and port of a URL, for people. `Url::authority` would also show a user name and password.
pub(crate) fn host_and_port(url: &Url) -> &str {
    &url[Position::BeforeHost..Position::AfterPort]
}

/// Whether a URL holds a user name or password, which are credentials in a place where nobody looks for them.
pub(crate) fn has_user_info(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

/// Refuses plain `http` to hosts where the policy does not allow it.
pub(crate) fn may_speak_http(url: &Url, policy: PlainHttp) -> Result<()> {
    let allowed = url.scheme() != "http"
        || match policy {
            PlainHttp::Anywhere => true,
            PlainHttp::InCluster => is_loopback(url) || is_in_cluster(url),
            PlainHttp::Loopback => is_loopback(url),
        };
    if allowed {
        return Ok(());
    }
    let host = host_and_port(url);
    Err(Error::new(
        ErrorKind::Configuration,
        format!("plain http to {host} would show credentials to the network"),
    )
    .with_help("use https, or the option that allows plain http by name"))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

fn is_in_cluster(url: &Url) -> bool {
    url.domain().is_some_and(|name| name.ends_with(".svc") || name.ends_with(".svc.cluster.local"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path;

    fn base(text: &str) -> Result<Base> {
        Base::parse("base_url", text, PlainHttp::Loopback)
    }

    #[test]
    fn prefixes_and_trailing_slashes() {
        for (text, expected) in [
            ("https://h", "https://h/v1/a%2Fb"),
            ("https://h/", "https://h/v1/a%2Fb"),
            ("https://h:8443/pre/fix/", "https://h:8443/pre/fix/v1/a%2Fb"),
            (" http://127.0.0.1:80/x ", "http://127.0.0.1/x/v1/a%2Fb"),
        ] {
            assert_eq!(base(text).unwrap().join(&path!["v1", "a/b".to_owned()].unwrap()).as_str(), expected);
        }
    }

    #[test]
    fn what_parsers_misread_does_not_climb() {
        let base = base("https://h/pre/fix").unwrap();
        for (raw, joined) in [
            (r"/v1/..\..\x", "/v1/..%5C..%5Cx"),
            ("/v1/.\t./x", "/v1/.%09./x"),
            ("/v1/a\nb", "/v1/a%0Ab"),
            ("//other.example/x", "/other.example/x"),
            (r"/\other.example", "/%5Cother.example"),
            ("/å b/%C3%A5", "/%C3%A5%20b/%C3%A5"),
        ] {
            let url = base.join(&Path::raw(raw).unwrap());
            assert_eq!(url.as_str(), format!("https://h/pre/fix{joined}"), "{raw:?}");
        }
    }

    #[test]
    fn unusable_bases_say_why() {
        for (text, why) in [
            ("h.example/x", "no scheme"),
            ("ftp://h", "ftp"),
            ("https://u:canary@h", "user name or password"),
            ("https://h?x=canary", "query"),
            ("http://h.example", "plain http"),
            ("", "no scheme"),
        ] {
            let error = base(text).unwrap_err().to_string();
            assert!(error.contains(why) && !error.contains("canary"), "{text}: {error}");
        }
    }

    #[test]
    fn plain_http_is_for_loopback_cluster_or_by_name() {
        let parse = |text, policy| Base::parse("b", text, policy).is_ok();
        assert!(
            parse("http://localhost:1", PlainHttp::Loopback) && parse("http://[::1]", PlainHttp::Loopback)
        );
        assert!(!parse("http://127.0.0.1.example", PlainHttp::Loopback));
        assert!(
            !parse("http://a.ns.svc", PlainHttp::Loopback) && parse("http://a.ns.svc", PlainHttp::InCluster)
        );
        assert!(parse("http://a.svc.cluster.local", PlainHttp::InCluster));
        assert!(!parse("http://svc.example", PlainHttp::InCluster) && parse("http://x", PlainHttp::Anywhere));
    }
}
