//! A request as data: what the caller put together, and what the session sends.

use std::time::Duration;

use http::{HeaderMap, Method};
use url::Url;

use crate::body::Body;
use crate::origin::{Base, host_and_port};
use crate::path::Path;
use crate::secret::SecretString;

/// A request as data.
pub(crate) struct Parts {
    pub(crate) method: Method,
    target: Target,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
    pub(crate) idempotent: bool,
    /// Whether a failed attempt is the answer.
    pub(crate) once: bool,
    pub(crate) authorized: bool,
    pub(crate) call_timeout: Option<Duration>,
    /// What the request carries and no error may show, should the service quote it.
    pub(crate) hidden: Vec<SecretString>,
}

enum Target {
    Path(Base, Path),
    /// A URL that the service gave. Its path and query may be a secret.
    Signed(Url),
}

impl Parts {
    /// A request to a path below a base URL.
    pub(crate) fn new(method: Method, base: &Base, path: Path) -> Self {
        Self::to(method, Target::Path(base.clone(), path))
    }

    /// A request to a URL that the service gave, without our credential.
    pub(crate) fn signed(method: Method, url: Url) -> Self {
        Self::to(method, Target::Signed(url))
    }

    fn to(method: Method, target: Target) -> Self {
        Self {
            authorized: matches!(target, Target::Path(..)),
            idempotent: method.is_idempotent(),
            once: false,
            method,
            target,
            query: Vec::new(),
            headers: HeaderMap::new(),
            body: Body::empty(),
            call_timeout: None,
            hidden: Vec::new(),
        }
    }

    /// The same path below another base URL. Whether there was one to change.
    pub(crate) fn move_to(&mut self, base: &Base) -> bool {
        match &mut self.target {
            Target::Path(current, _) => {
                *current = base.clone();
                true
            }
            Target::Signed(_) => false,
        }
    }

    /// Where it goes.
    pub(crate) fn url(&self) -> Url {
        let mut url = match &self.target {
            Target::Path(base, path) => base.join(path),
            Target::Signed(url) => url.clone(),
        };
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        url
    }

    /// Host and port, for people.
    pub(crate) fn host(&self) -> &str {
        match &self.target {
            Target::Path(base, _) => base.authority(),
            Target::Signed(url) => host_and_port(url),
        }
    }

    /// Whether it goes to one of the client's base URLs, and not to a URL that the service gave.
    pub(crate) fn is_at_home(&self) -> bool {
        matches!(self.target, Target::Path(..))
    }

    /// The path with names instead of values, for people.
    pub(crate) fn template(&self) -> &str {
        match &self.target {
            Target::Path(_, path) => path.template(),
            Target::Signed(_) => " (signed URL)",
        }
    }

    /// Method, host and path template: how errors and logs call the request.
    pub(crate) fn name(&self) -> String {
        [self.method.as_str(), " ", self.host(), self.template()].concat()
    }
}
