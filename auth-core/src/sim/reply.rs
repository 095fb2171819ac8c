//! What a simulated service answers.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue, LOCATION};
use http::{HeaderMap, StatusCode};
use serde_json::Value;

/// How much of a generated body is in memory at a time, at least.
const BLOCK: usize = 64 << 10;

/// A reply: status, headers, content. `Content-Length` follows from the content; `Date` is added.
#[derive(Clone, Debug)]
pub struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    content: Content,
}

impl Reply {
    /// A reply with any content. A status that cannot be one gives a 500 that says so.
    pub fn new(status: u16, content: impl Into<Content>) -> Self {
        match StatusCode::from_u16(status) {
            Ok(status) if !status.is_informational() => {
                Self { status, headers: HeaderMap::new(), content: content.into() }
            }
            _ => unusable(format!("{status} cannot be the status of a reply")),
        }
    }

    /// A reply without content.
    pub fn empty(status: u16) -> Self {
        Self::new(status, Bytes::new())
    }

    /// JSON, in one line, keys in the order that they have.
    pub fn json(status: u16, value: Value) -> Self {
        Self::new(status, value.to_string()).header("content-type", "application/json")
    }

    /// Plain text.
    pub fn text(status: u16, text: impl Into<String>) -> Self {
        Self::new(status, text.into()).header("content-type", "text/plain; charset=utf-8")
    }

    /// Bytes, as `application/octet-stream`.
    pub fn bytes(status: u16, bytes: impl Into<Bytes>) -> Self {
        Self::new(status, bytes.into()).header("content-type", "application/octet-stream")
    }

    /// A page of HTML.
    pub fn html(status: u16, page: impl Into<String>) -> Self {
        Self::new(status, page.into()).header("content-type", "text/html; charset=utf-8")
    }

    /// A redirect. `to` is an absolute URL or a path.
    pub fn redirect(status: u16, to: &str) -> Self {
        Self::empty(status).header(LOCATION.as_str(), to)
    }

    /// 200 with `total` bytes, made while they are sent by repeating `chunk`.
    pub fn repeat(chunk: impl Into<Bytes>, total: u64) -> Self {
        Self::new(200, Content::repeat(chunk, total)).header("content-type", "application/octet-stream")
    }

    /// Chunks without an announced length (`Transfer-Encoding: chunked`). `chunks` is called for each time the reply
    /// is sent.
    pub fn stream<I>(status: u16, chunks: impl Fn() -> I + Send + Sync + 'static) -> Self
    where
        I: IntoIterator<Item = Bytes>,
        I::IntoIter: Send + 'static,
    {
        let content = Content(Kind::Stream(Arc::new(move || Box::new(chunks().into_iter()))));
        Self::new(status, content).header("content-type", "application/octet-stream")
    }

    /// With a header, in place of one with the same name. One that cannot be sent gives a 500 that says so.
    pub fn header(self, name: &str, value: impl AsRef<str>) -> Self {
        self.change(name, value.as_ref(), |headers, name, value| {
            headers.insert(name, value);
        })
    }

    /// With a header beside others of the same name, as for `Set-Cookie`.
    pub fn also_header(self, name: &str, value: impl AsRef<str>) -> Self {
        self.change(name, value.as_ref(), |headers, name, value| {
            headers.append(name, value);
        })
    }

    /// The status.
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    fn change(
        mut self,
        name: &str,
        value: &str,
        change: impl FnOnce(&mut HeaderMap, HeaderName, HeaderValue),
    ) -> Self {
        match (name.parse(), HeaderValue::from_str(value)) {
            (Ok(name), Ok(value)) => change(&mut self.headers, name, value),
            _ => return unusable(format!("the header `{name}` cannot be sent")),
        }
        self
    }

    pub(super) fn into_parts(self) -> (StatusCode, HeaderMap, Content) {
        (self.status, self.headers, self.content)
    }
}

/// A mistake in a simulator, shown to whoever meets it first.
fn unusable(why: String) -> Reply {
    let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("text/plain"))]);
    let content = Content::from(format!("the simulator gave a reply that cannot be sent: {why}"));
    Reply { status: StatusCode::INTERNAL_SERVER_ERROR, headers, content }
}

/// The bytes of a reply: in memory, or made while they are sent.
#[derive(Clone)]
pub struct Content(Kind);

pub(super) type Chunks = Box<dyn Iterator<Item = Bytes> + Send>;

#[derive(Clone)]
enum Kind {
    Bytes(Bytes),
    /// `length` bytes from `start` of an endless repetition of `block`.
    Repeat {
        block: Bytes,
        start: u64,
        length: u64,
    },
    Stream(Arc<dyn Fn() -> Chunks + Send + Sync>),
}

impl Content {
    /// `total` bytes, made by repeating `chunk` (zeros when it is empty).
    pub fn repeat(chunk: impl Into<Bytes>, total: u64) -> Self {
        let chunk: Bytes = chunk.into();
        let chunk = if chunk.is_empty() { Bytes::from_static(&[0]) } else { chunk };
        let block = Bytes::from(chunk.repeat(BLOCK.div_ceil(chunk.len())));
        Self(Kind::Repeat { block, start: 0, length: total })
    }

    /// Length in bytes, when it is known beforehand.
    pub fn len(&self) -> Option<u64> {
        match &self.0 {
            Kind::Bytes(bytes) => Some(bytes.len() as u64),
            Kind::Repeat { length, .. } => Some(*length),
            Kind::Stream(_) => None,
        }
    }

    /// Whether there are no bytes, as far as is known.
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }

    /// `length` bytes from `start`, which must lie inside. A stream stays whole.
    pub(super) fn slice(&self, start: u64, length: u64) -> Self {
        Self(match &self.0 {
            Kind::Bytes(bytes) => Kind::Bytes(bytes.slice(start as usize..(start + length) as usize)),
            Kind::Repeat { block, start: before, .. } => {
                Kind::Repeat { block: block.clone(), start: before + start, length }
            }
            Kind::Stream(chunks) => Kind::Stream(Arc::clone(chunks)),
        })
    }

    /// The bytes that decide what the content is: all of them, or those that are repeated.
    pub(super) fn sample(&self) -> Option<&Bytes> {
        match &self.0 {
            Kind::Bytes(bytes) => Some(bytes),
            Kind::Repeat { block, .. } => Some(block),
            Kind::Stream(_) => None,
        }
    }

    pub(super) fn into_chunks(self) -> Chunks {
        match self.0 {
            Kind::Bytes(bytes) => Box::new(std::iter::once(bytes)),
            Kind::Repeat { block, start, length } => Box::new(repeated(block, start, length)),
            Kind::Stream(chunks) => chunks(),
        }
    }
}

fn repeated(block: Bytes, mut at: u64, mut left: u64) -> impl Iterator<Item = Bytes> + Send {
    std::iter::from_fn(move || {
        let from = (at % block.len() as u64) as usize;
        let to = (from as u64 + left).min(block.len() as u64) as usize;
        at += (to - from) as u64;
        left -= (to - from) as u64;
        (to > from).then(|| block.slice(from..to))
    })
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.len() {
            Some(length) => write!(f, "Content({length} bytes)"),
            None => f.write_str("Content(stream)"),
        }
    }
}

impl From<Bytes> for Content {
    fn from(bytes: Bytes) -> Self {
        Self(Kind::Bytes(bytes))
    }
}

impl From<Vec<u8>> for Content {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Kind::Bytes(bytes.into()))
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        Self(Kind::Bytes(text.into()))
    }
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}
