//! A body as it is for one attempt.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use futures_util::{TryStreamExt as _, stream};
use tokio::io::AsyncReadExt as _;

use super::{ByteStream, Part};
use crate::error::{Error, ErrorKind, Result};

/// How much of a file is in memory at a time.
const CHUNK: usize = 64 * 1024;
/// Is told how many bytes were taken from a body since it was opened, and how many there are if that is known.
pub(crate) type Watch = Arc<dyn Fn(u64, Option<u64>) + Send + Sync>;

/// A body, opened for one attempt.
pub(crate) enum Opened {
    Bytes(Bytes),
    Stream(ByteStream, Option<u64>),
    Multipart(Vec<(Part, Opened)>),
}

impl Opened {
    /// Bytes as a stream of chunks, which are not copied.
    pub(super) fn streamed(bytes: Bytes) -> Self {
        let length = bytes.len() as u64;
        let chunks = stream::unfold(bytes, |mut rest| async move {
            let chunk = rest.split_to(rest.len().min(CHUNK));
            (!chunk.is_empty()).then_some((Ok(chunk), rest))
        });
        Self::Stream(Box::pin(chunks), Some(length))
    }

    pub(super) fn watched(self, watch: &Watch, done: &Arc<AtomicU64>, total: Option<u64>) -> Self {
        match self {
            Self::Bytes(bytes) => Self::streamed(bytes).watched(watch, done, total),
            Self::Stream(stream, length) => {
                let (watch, done) = (Arc::clone(watch), Arc::clone(done));
                let stream = stream.inspect_ok(move |chunk| {
                    let chunk = chunk.len() as u64;
                    watch(done.fetch_add(chunk, Ordering::Relaxed) + chunk, total);
                });
                Self::Stream(Box::pin(stream), length)
            }
            Self::Multipart(parts) => Self::Multipart(
                parts.into_iter().map(|(part, opened)| (part, opened.watched(watch, done, total))).collect(),
            ),
        }
    }
}

/// Exactly `length` bytes of a file: no more than was announced, should it grow while it is sent, and an error should
/// it have shrunk.
pub(super) async fn open_file(path: PathBuf, length: u64) -> Result<ByteStream> {
    let name = path.display().to_string();
    let failed = {
        let name = name.clone();
        move |error: std::io::Error| {
            Error::new(ErrorKind::File, format!("{name} cannot be read")).with_source(error)
        }
    };
    let file = tokio::fs::File::open(&path).await.map_err(&failed)?;
    let chunks = stream::try_unfold((file.take(length), length), move |(mut file, left)| {
        let (failed, name) = (failed.clone(), name.clone());
        async move {
            let mut chunk = bytes::BytesMut::with_capacity(CHUNK);
            let read = file.read_buf(&mut chunk).await.map_err(failed)? as u64;
            if read == 0 && left > 0 {
                let what = format!("{name} became shorter while it was sent: {left} bytes are missing");
                return Err(Error::new(ErrorKind::File, what));
            }
            Ok((read > 0).then(|| (chunk.freeze(), (file, left - read))))
        }
    });
    Ok(Box::pin(chunks))
}
