//! A request on its way in. Its body is counted and hashed as it comes; only the start of it is kept.

use std::sync::Arc;

use aws_lc_rs::digest::{Context, SHA256};
use bytes::{Bytes, BytesMut};
use http::request::Parts;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;

use super::Request;
use super::pattern::Target;
use super::request::Received;
use super::served::Served;
use crate::secret::hex;

/// A request of which the head is known. It goes into the journal in any case: one that is dropped, because the client
/// went away or the simulator stopped, goes there as incomplete.
pub(super) struct Arrival {
    head: Parts,
    served: Arc<Served>,
    kept: BytesMut,
    digest: Context,
    length: u64,
    complete: bool,
    noted: bool,
}

impl Arrival {
    pub(super) fn new(head: Parts, served: Arc<Served>) -> Self {
        let (kept, digest) = (BytesMut::new(), Context::new(&SHA256));
        Self { head, served, kept, digest, length: 0, complete: false, noted: false }
    }

    pub(super) fn target(&self) -> Target<'_> {
        Target { method: &self.head.method, path: self.head.uri.path(), query: self.head.uri.query() }
    }

    /// Reads the body, or at least `most` bytes of it. Whether it came to its end.
    pub(super) async fn read(&mut self, mut body: Incoming, most: u64) -> bool {
        while self.length < most {
            match body.frame().await {
                Some(Ok(frame)) => {
                    if let Ok(bytes) = frame.into_data() {
                        self.take(&bytes);
                    }
                }
                Some(Err(_)) => return false,
                None => {
                    self.complete = true;
                    return true;
                }
            }
        }
        false
    }

    fn take(&mut self, bytes: &Bytes) {
        self.digest.update(bytes);
        self.length += bytes.len() as u64;
        let room = self.served.keep.saturating_sub(self.kept.len());
        self.kept.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    /// Puts the request, as far as it came, into the journal.
    pub(super) fn note(mut self) -> Arc<Request> {
        self.note_once()
    }

    fn note_once(&mut self) -> Arc<Request> {
        self.noted = true;
        let body = Received {
            kept: std::mem::take(&mut self.kept).freeze(),
            length: self.length,
            sha256: hex(self.digest.clone().finish().as_ref()),
            complete: self.complete,
        };
        let headers = std::mem::take(&mut self.head.headers);
        let (method, uri) = (self.head.method.clone(), self.head.uri.clone());
        let request = Arc::new(Request::new(method, uri, headers, Arc::clone(&self.served.base), body));
        self.served.journal.note(Arc::clone(&request));
        request
    }
}

impl Drop for Arrival {
    fn drop(&mut self) {
        if !self.noted {
            self.note_once();
        }
    }
}
