//! The records of a streamed answer.

use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use auth_core::ByteStream;
use bytes::Bytes;
use futures_core::Stream;
use serde::de::DeserializeOwned;

use super::broken;
use super::splitter::{Found, Splitter};
use crate::error::{Error, Result};

/// A record that is longer than this is none: something else is being sent. 64 MiB.
const LONGEST: usize = 64 << 20;

/// The records of a streamed answer, one after another: a `Stream`. At most one record is in memory, and the piece of
/// the answer in which it ends. After an error it is over.
pub struct Records<T> {
    /// Who was asked, for errors.
    request: String,
    body: Option<ByteStream>,
    splitter: Splitter,
    piece: Bytes,
    /// How far the piece was looked at.
    at: usize,
    /// The beginning of a record, from the pieces before.
    held: Vec<u8>,
    records: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> Records<T> {
    pub(super) fn new(request: String, body: ByteStream) -> Self {
        Self {
            request,
            body: Some(body),
            splitter: Splitter::new(),
            piece: Bytes::new(),
            at: 0,
            held: Vec::new(),
            records: PhantomData,
        }
    }

    /// The next record of the piece at hand, if one ends in it.
    fn in_piece(&mut self) -> Result<Option<T>> {
        match self.splitter.next(&self.piece, self.at) {
            Found::End(range) => {
                self.at = range.end;
                let record = if self.held.is_empty() {
                    serde_json::from_slice(&self.piece[range])
                } else {
                    self.held.extend_from_slice(&self.piece[range]);
                    let record = serde_json::from_slice(&self.held);
                    self.held.clear();
                    record
                };
                record.map(Some).map_err(|error| self.unreadable(&error))
            }
            Found::Open(range) => {
                self.held.extend_from_slice(&self.piece[range]);
                self.at = self.piece.len();
                match self.held.len() > LONGEST {
                    true => {
                        Err(broken(&self.request, format_args!("a record is longer than {LONGEST} bytes")))
                    }
                    false => Ok(None),
                }
            }
            Found::Nothing => {
                self.at = self.piece.len();
                Ok(None)
            }
            Found::Stray(_) => {
                Err(broken(&self.request, "the answer is neither an array nor a record on each line"))
            }
        }
    }

    /// Without what was found there: it is the user's data.
    fn unreadable(&self, error: &serde_json::Error) -> Error {
        let why = if error.is_data() { "is not of the expected type" } else { "is not JSON" };
        broken(&self.request, format_args!("a record {why}"))
    }

    fn end(&self) -> Result<()> {
        match self.splitter.is_complete() {
            true => Ok(()),
            false => {
                Err(broken(&self.request, "the answer was cut off: it ends in the middle of the records"))
            }
        }
    }
}

impl<T: DeserializeOwned> Stream for Records<T> {
    type Item = Result<T>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        let this = self.get_mut();
        loop {
            let Some(body) = &mut this.body else { return Poll::Ready(None) };
            if this.at == this.piece.len() {
                let over = match ready!(body.as_mut().poll_next(context)) {
                    Some(Ok(piece)) => {
                        (this.piece, this.at) = (piece, 0);
                        continue;
                    }
                    Some(Err(error)) => Err(error.into()),
                    None => this.end(),
                };
                this.body = None;
                return Poll::Ready(over.err().map(Err));
            }
            match this.in_piece() {
                Ok(Some(record)) => return Poll::Ready(Some(Ok(record))),
                Ok(None) => {}
                Err(error) => {
                    this.body = None;
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
    }
}

impl<T> fmt::Debug for Records<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Records").field("request", &self.request).finish_non_exhaustive()
    }
}
