//! A reply on its way out: whole, or up to the byte where a fault ends it.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{Method, Response, StatusCode};
use hyper::body::{Body, Frame, SizeHint};

use super::reply::{Chunks, Content, Reply};
use super::wire::{End, Line};

/// Where a reply ends before its time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Until {
    /// Bytes of the body that are still sent.
    pub(super) left: u64,
    /// What follows them. `None`: nothing at all, for ever.
    pub(super) end: Option<End>,
}

/// The body of a reply, for the HTTP layer.
pub(super) struct Outflow {
    chunks: Chunks,
    /// Bytes of the announced length that are still to come; `None` when no length is announced.
    left: Option<u64>,
    until: Option<Until>,
    line: Arc<Line>,
}

impl Outflow {
    pub(super) fn response(
        reply: Reply,
        method: &Method,
        until: Option<Until>,
        line: Arc<Line>,
    ) -> Response<Self> {
        let (status, mut headers, content) = reply.into_parts();
        let bodiless = matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
        // A reply to HEAD may announce the length of what a GET would get; every other length is what it is.
        if method != Method::HEAD || !headers.contains_key(CONTENT_LENGTH) {
            headers.remove(CONTENT_LENGTH);
            if let Some(length) = content.len().filter(|_| !bodiless) {
                headers.insert(CONTENT_LENGTH, length.into());
            }
        }
        let content = if bodiless || method == Method::HEAD { Content::from(Bytes::new()) } else { content };
        let outflow = Self { left: content.len(), chunks: content.into_chunks(), until, line };
        // Nobody asks for a body that is empty: the end may come with the head.
        outflow.end_if_due();
        let mut response = Response::new(outflow);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        response
    }

    /// Ends the connection after what was given out so far, if that was the last of it.
    fn end_if_due(&self) {
        if let Some(Until { left, end: Some(end) }) = self.until
            && (left == 0 || self.left == Some(0))
        {
            self.line.end_after_flush(end);
        }
    }
}

impl Body for Outflow {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if matches!(self.until, Some(Until { left: 0, .. })) {
            // Nobody has to wake this: the connection ends first, by the fault, the client or the simulator.
            return Poll::Pending;
        }
        let Some(mut chunk) = self.chunks.next() else {
            self.left = Some(0);
            self.end_if_due();
            return Poll::Ready(None);
        };
        if let Some(until) = &mut self.until {
            chunk.truncate(usize::try_from(until.left).unwrap_or(usize::MAX));
            until.left -= chunk.len() as u64;
        }
        if let Some(left) = &mut self.left {
            *left = left.saturating_sub(chunk.len() as u64);
        }
        self.end_if_due();
        Poll::Ready(Some(Ok(Frame::data(chunk))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == Some(0)
    }

    fn size_hint(&self) -> SizeHint {
        self.left.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}
