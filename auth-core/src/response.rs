//! The answer to a request, its body in memory or still on its way.

use std::fmt;

use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt as _, stream};
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use crate::body::ByteStream;
use crate::error::{Error, ErrorKind, Result};
use crate::protocol::ReplyHead;

/// An accepted answer.
pub struct Response {
    head: ReplyHead,
    body: Content,
}

pub(crate) enum Content {
    Whole(Bytes),
    Stream(ByteStream),
}

impl Response {
    pub(crate) fn new(head: ReplyHead, body: Content) -> Self {
        Self { head, body }
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.head.status
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    /// A header that is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.header(name)
    }

    /// Status, headers and what was asked.
    pub fn head(&self) -> &ReplyHead {
        &self.head
    }

    /// The announced length of the body in bytes.
    pub fn content_length(&self) -> Option<u64> {
        match &self.body {
            Content::Whole(bytes) => Some(bytes.len() as u64),
            Content::Stream(_) => self.head.header("content-length")?.parse().ok(),
        }
    }

    /// The whole body. Use [`Response::stream`] for what may be large.
    pub async fn bytes(self) -> Result<Bytes> {
        match self.body {
            Content::Whole(bytes) => Ok(bytes),
            Content::Stream(stream) => {
                collect(stream).await.map_err(|error| error.context(&self.head.request))
            }
        }
    }

    /// The body as JSON.
    pub async fn json<T: DeserializeOwned>(self) -> Result<T> {
        let head = self.head.clone();
        decode(&head, &self.bytes().await?)
    }

    /// The body as a stream. It ends with an error when it breaks off or stands still for too long.
    pub fn stream(self) -> ByteStream {
        match self.body {
            Content::Whole(bytes) => Box::pin(stream::iter([Ok(bytes)])),
            Content::Stream(stream) => stream,
        }
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.head.status)
            .field("request", &self.head.request)
            .field("content_length", &self.content_length())
            .finish_non_exhaustive()
    }
}

/// Decodes JSON. The error says where it went wrong and does not show the text.
pub(crate) fn decode<T: DeserializeOwned>(head: &ReplyHead, body: &[u8]) -> Result<T> {
    serde_json::from_slice(body).map_err(|error| undecodable(head, &error))
}

/// The error for a body that is not what it should be.
pub(crate) fn undecodable(head: &ReplyHead, error: &serde_json::Error) -> Error {
    let content_type = head.header("content-type").unwrap_or("no content type");
    Error::new(
        ErrorKind::Reply,
        format!(
            "{} answered {} ({content_type}) with a body that cannot be understood: {error}",
            head.request, head.status
        ),
    )
}

pub(crate) async fn collect(mut stream: ByteStream) -> Result<Bytes> {
    let mut whole = BytesMut::new();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk?;
        if whole.is_empty() && whole.capacity() == 0 {
            whole = BytesMut::from(chunk);
        } else {
            whole.extend_from_slice(&chunk);
        }
    }
    Ok(whole.freeze())
}

/// The beginning of an error body; a body that breaks off is as good as its beginning.
pub(crate) async fn beginning(mut stream: ByteStream, limit: usize) -> Bytes {
    let mut whole = BytesMut::new();
    while let Some(Ok(chunk)) = stream.next().await {
        whole.extend_from_slice(&chunk[..chunk.len().min(limit - whole.len())]);
        if whole.len() >= limit {
            break;
        }
    }
    whole.freeze()
}
