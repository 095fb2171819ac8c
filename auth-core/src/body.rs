//! The body of a request: bytes, a file, a stream, or a multipart form.

use std::fmt;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures_core::Stream;
use futures_util::StreamExt as _;
use futures_util::stream;
use tokio::io::AsyncReadExt as _;

use crate::BoxFuture;
use crate::error::{Error, ErrorKind, Result};

/// A stream of bytes.
pub type ByteStream = Pin<Box<dyn Stream<Item = Result<Bytes>> + Send>>;

/// How much of a file is in memory at a time.
const CHUNK: usize = 64 * 1024;

/// The body of a request. It can be opened anew for each attempt, unless it is made by [`Body::once`].
#[derive(Clone)]
pub struct Body(Kind);

#[derive(Clone)]
enum Kind {
    Bytes(Bytes),
    Stream(Source),
    Multipart(Arc<Vec<Part>>),
}

/// Opens the stream, from its start, as often as it is asked to.
type Opener = Arc<dyn Fn() -> BoxFuture<'static, Result<ByteStream>> + Send + Sync>;

#[derive(Clone)]
struct Source {
    open: Opener,
    length: Option<u64>,
    replayable: bool,
}

impl Body {
    /// Nothing.
    pub fn empty() -> Self {
        Self(Kind::Bytes(Bytes::new()))
    }

    /// Bytes in memory.
    pub fn bytes(bytes: impl Into<Bytes>) -> Self {
        Self(Kind::Bytes(bytes.into()))
    }

    /// A file, read while it is sent and opened anew for each attempt. It must exist now.
    pub async fn file(path: impl Into<PathBuf>) -> Result<Self> {
        let path = path.into();
        let cannot_read = |error: std::io::Error| {
            Error::new(ErrorKind::File, format!("{} cannot be read", path.display())).with_source(error)
        };
        let metadata = tokio::fs::metadata(&path).await.map_err(cannot_read)?;
        if !metadata.is_file() {
            return Err(Error::new(ErrorKind::File, format!("{} is not a file", path.display())));
        }
        let length = metadata.len();
        Ok(Self::reopening(Some(length), move || {
            let path = path.clone();
            Box::pin(async move { open_file(path, length).await })
        }))
    }

    /// A stream that can be opened from its start as often as necessary. `length` in bytes, when it is known.
    pub fn reopening(
        length: Option<u64>,
        open: impl Fn() -> BoxFuture<'static, Result<ByteStream>> + Send + Sync + 'static,
    ) -> Self {
        Self(Kind::Stream(Source { open: Arc::new(open), length, replayable: true }))
    }

    /// A stream that can be read only once: the request is sent once and never again.
    pub fn once(length: Option<u64>, stream: impl Stream<Item = Result<Bytes>> + Send + 'static) -> Self {
        let stream: Mutex<Option<ByteStream>> = Mutex::new(Some(Box::pin(stream)));
        let open = move || -> BoxFuture<'static, Result<ByteStream>> {
            let taken = stream.lock().unwrap_or_else(PoisonError::into_inner).take();
            let missing =
                || Error::new(ErrorKind::InvalidInput, "the stream of a request body was already used");
            Box::pin(std::future::ready(taken.ok_or_else(missing)))
        };
        Self(Kind::Stream(Source { open: Arc::new(open), length, replayable: false }))
    }

    /// A `multipart/form-data` form.
    pub fn multipart(parts: Vec<Part>) -> Self {
        Self(Kind::Multipart(Arc::new(parts)))
    }

    /// The same body, each opening of it passed through `map`, which also gets the length.
    pub(crate) fn map_stream(
        self,
        map: impl Fn(ByteStream, Option<u64>) -> ByteStream + Send + Sync + 'static,
    ) -> Self {
        let (length, replayable) = (self.len(), self.is_replayable());
        let Kind::Multipart(_) = &self.0 else {
            let map = Arc::new(map);
            let open = move || -> BoxFuture<'static, Result<ByteStream>> {
                let (body, map) = (self.clone(), Arc::clone(&map));
                Box::pin(async move {
                    Ok(match body.open().await? {
                        Opened::Bytes(bytes) => map(Box::pin(stream::iter([Ok(bytes)])), length),
                        Opened::Stream(stream, length) => map(stream, length),
                        Opened::Multipart(_) => Box::pin(stream::empty()),
                    })
                })
            };
            return Self(Kind::Stream(Source { open: Arc::new(open), length, replayable }));
        };
        self
    }

    /// Length in bytes, when it is known before the body is sent.
    pub fn len(&self) -> Option<u64> {
        match &self.0 {
            Kind::Bytes(bytes) => Some(bytes.len() as u64),
            Kind::Stream(source) => source.length,
            Kind::Multipart(_) => None,
        }
    }

    /// Whether there is nothing to send.
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }

    /// Whether the body can be sent again.
    pub fn is_replayable(&self) -> bool {
        match &self.0 {
            Kind::Bytes(_) => true,
            Kind::Stream(source) => source.replayable,
            Kind::Multipart(parts) => parts.iter().all(|part| part.body.is_replayable()),
        }
    }

    /// The body as it is for one attempt.
    pub(crate) async fn open(&self) -> Result<Opened> {
        Ok(match &self.0 {
            Kind::Bytes(bytes) => Opened::Bytes(bytes.clone()),
            Kind::Stream(source) => Opened::Stream((source.open)().await?, source.length),
            Kind::Multipart(parts) => {
                let mut opened = Vec::with_capacity(parts.len());
                for part in parts.iter() {
                    opened.push((part.clone(), Box::pin(part.body.open()).await?));
                }
                Opened::Multipart(opened)
            }
        })
    }
}

/// A body, opened for one attempt.
pub(crate) enum Opened {
    Bytes(Bytes),
    Stream(ByteStream, Option<u64>),
    Multipart(Vec<(Part, Opened)>),
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.0, self.len()) {
            (Kind::Multipart(parts), _) => write!(f, "Body(multipart, {} parts)", parts.len()),
            (_, Some(length)) => write!(f, "Body({length} bytes)"),
            (_, None) => f.write_str("Body(stream)"),
        }
    }
}

/// A part of a multipart form.
#[derive(Clone, Debug)]
pub struct Part {
    pub(crate) name: String,
    pub(crate) body: Body,
    pub(crate) file_name: Option<String>,
    pub(crate) content_type: Option<String>,
}

impl Part {
    /// A field.
    pub fn new(name: impl Into<String>, body: Body) -> Self {
        Self { name: name.into(), body, file_name: None, content_type: None }
    }

    /// With a file name.
    pub fn with_file_name(mut self, file_name: impl Into<String>) -> Self {
        self.file_name = Some(file_name.into());
        self
    }

    /// With a content type.
    pub fn with_content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Some(content_type.into());
        self
    }
}

async fn open_file(path: PathBuf, length: u64) -> Result<ByteStream> {
    let name = path.display().to_string();
    let failed = {
        let name = name.clone();
        move |error: std::io::Error| {
            Error::new(ErrorKind::File, format!("{name} cannot be read")).with_source(error)
        }
    };
    let file = tokio::fs::File::open(&path).await.map_err(&failed)?;
    // No more than was announced, should the file grow while it is sent.
    let chunks = stream::try_unfold(file.take(length), |mut file| async move {
        let mut chunk = bytes::BytesMut::with_capacity(CHUNK);
        let read = file.read_buf(&mut chunk).await?;
        Ok::<_, std::io::Error>((read > 0).then(|| (chunk.freeze(), file)))
    });
    Ok(Box::pin(chunks.map(move |chunk| chunk.map_err(&failed))))
}
