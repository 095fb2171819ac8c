//! A request as it came over the wire.

use std::fmt;
use std::sync::{Arc, OnceLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, Method, StatusCode, Uri};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use url::form_urlencoded;

use super::multipart::{self, Part};
use super::pattern::{Target, matches};

/// A request that a simulator has received.
pub struct Request {
    method: Method,
    uri: Uri,
    segments: Vec<String>,
    query: Vec<(String, String)>,
    headers: HeaderMap,
    base: Arc<str>,
    body: Received,
    reply: OnceLock<StatusCode>,
}

/// What came of a body.
#[derive(Default)]
pub(super) struct Received {
    pub(super) kept: Bytes,
    pub(super) length: u64,
    pub(super) sha256: String,
    pub(super) complete: bool,
}

impl Request {
    pub(super) fn new(method: Method, uri: Uri, headers: HeaderMap, base: Arc<str>, body: Received) -> Self {
        let segments = match uri.path().strip_prefix('/') {
            None | Some("") => Vec::new(),
            Some(path) => {
                path.split('/').map(|text| percent_decode_str(text).decode_utf8_lossy().into()).collect()
            }
        };
        let query = uri.query().map(|query| pairs(query.as_bytes())).unwrap_or_default();
        Self { method, uri, segments, query, headers, base, body, reply: OnceLock::new() }
    }

    /// The status of the reply, from when its head goes out. A request that a fault left without one has none.
    pub fn reply_status(&self) -> Option<StatusCode> {
        self.reply.get().copied()
    }

    /// A request is answered once; what comes later is not looked at.
    pub(super) fn note_reply(&self, status: StatusCode) {
        let _ = self.reply.set(status);
    }

    /// The method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The path as on the wire, still percent-encoded, without the query.
    pub fn path(&self) -> &str {
        self.uri.path()
    }

    /// The whole target as on the wire: path and query, or the absolute URL that a client sends to a proxy.
    pub fn target(&self) -> String {
        self.uri.to_string()
    }

    /// The decoded segments of the path: `/v1/a%2Fb` gives `["v1", "a/b"]`. A trailing slash gives an empty one.
    ///
    /// Made for `match (request.method().as_str(), request.segments().as_slice()) { ("GET", ["v1", id]) => .. }`.
    pub fn segments(&self) -> Vec<&str> {
        self.segments.iter().map(String::as_str).collect()
    }

    /// Whether method and path are as in `GET /v1/projects/*` (see [`Faults::next`](super::Faults::next)).
    pub fn matches(&self, pattern: &str) -> bool {
        matches(pattern, Target { method: &self.method, path: self.path(), query: self.raw_query() })
    }

    /// The query as on the wire.
    pub fn raw_query(&self) -> Option<&str> {
        self.uri.query()
    }

    /// The decoded pairs of the query, in order.
    pub fn query_pairs(&self) -> &[(String, String)] {
        &self.query
    }

    /// The first value of a name in the query.
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// All headers. Their names are in lower case, whatever the client wrote.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The first header of a name, when it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The token of `Authorization: Bearer ..`.
    pub fn bearer(&self) -> Option<&str> {
        self.credentials("bearer")
    }

    /// User and password of `Authorization: Basic ..`.
    pub fn basic(&self) -> Option<(String, String)> {
        let pair = String::from_utf8(STANDARD.decode(self.credentials("basic")?).ok()?).ok()?;
        pair.split_once(':').map(|(user, password)| (user.to_owned(), password.to_owned()))
    }

    fn credentials(&self, scheme: &str) -> Option<&str> {
        let (given, credentials) = self.header(AUTHORIZATION.as_str())?.split_once(' ')?;
        given.eq_ignore_ascii_case(scheme).then(|| credentials.trim())
    }

    /// The body, as far as it is kept (see [`Builder::keep_body`](super::Builder::keep_body)).
    pub fn body(&self) -> &Bytes {
        &self.body.kept
    }

    /// Length of the whole body in bytes, kept or not.
    pub fn body_len(&self) -> u64 {
        self.body.length
    }

    /// SHA-256 of the whole body, kept or not, in lower-case hex digits.
    pub fn body_sha256(&self) -> &str {
        &self.body.sha256
    }

    /// Whether the body came to its end. A handler sees only such requests; the journal also has the others.
    pub fn is_complete(&self) -> bool {
        self.body.complete
    }

    /// Whether the body is in memory from its first byte to its last.
    fn is_kept(&self) -> bool {
        self.body.complete && self.body.length == self.body.kept.len() as u64
    }

    /// The body as JSON, when it is, whatever its content type says.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body.kept).ok().filter(|_| self.is_kept())
    }

    /// The decoded pairs of a form, in order, when the content type says `application/x-www-form-urlencoded`.
    pub fn form(&self) -> Option<Vec<(String, String)>> {
        let is_form = self.media_type()?.eq_ignore_ascii_case("application/x-www-form-urlencoded");
        (is_form && self.is_kept()).then(|| pairs(&self.body.kept))
    }

    /// The first value of a name in the form.
    pub fn form_value(&self, name: &str) -> Option<String> {
        self.form()?.into_iter().find_map(|(key, value)| (key == name).then_some(value))
    }

    /// The parts of a form, in order, when the body is well-formed `multipart/form-data`.
    ///
    /// When only the start of the body is kept, the last part that began there is cut.
    pub fn multipart(&self) -> Option<Vec<Part>> {
        multipart::parse(self.header(CONTENT_TYPE.as_str())?, &self.body.kept, self.is_kept())
    }

    /// The content type without its parameters.
    pub(super) fn media_type(&self) -> Option<&str> {
        self.header(CONTENT_TYPE.as_str())?.split(';').next().map(str::trim)
    }

    /// The simulator's own URL without a trailing slash, for replies that link to it.
    pub fn base(&self) -> &str {
        &self.base
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Request({} {}, {} bytes)", self.method, self.uri, self.body.length)
    }
}

fn pairs(encoded: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(encoded).into_owned().collect()
}
