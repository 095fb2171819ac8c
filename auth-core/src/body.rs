//! The body of a request: bytes, a file, a stream, or a multipart form.

mod opened;

use std::fmt;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures_core::Stream;
use futures_util::{TryStreamExt as _, stream};

use self::opened::open_file;
pub(crate) use self::opened::{Opened, Watch};
use crate::BoxFuture;
use crate::error::{Error, ErrorKind, Result};

/// A stream of bytes.
pub type ByteStream = Pin<Box<dyn Stream<Item = Result<Bytes>> + Send>>;

/// From what size on bytes in memory travel as a stream: such a body takes as long as it flows.
const LARGE: usize = 1024 * 1024;

/// The body of a request. It can be opened anew for each attempt, unless it is made by [`Body::once`].
#[derive(Clone)]
pub struct Body {
    kind: Kind,
    watch: Option<Watch>,
}

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
        Self::of(Kind::Bytes(Bytes::new()))
    }

    /// Bytes in memory.
    pub fn bytes(bytes: impl Into<Bytes>) -> Self {
        Self::of(Kind::Bytes(bytes.into()))
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
        Self::of(Kind::Stream(Source { open: Arc::new(open), length, replayable: true }))
    }

    /// A stream that can be read only once: the request is sent once and never again.
    pub fn once(length: Option<u64>, stream: impl Stream<Item = Result<Bytes>> + Send + 'static) -> Self {
        let kept: Mutex<Option<ByteStream>> = Mutex::new(Some(Box::pin(stream)));
        let kept = Arc::new(kept);
        let open = move || -> BoxFuture<'static, Result<ByteStream>> {
            let kept = Arc::clone(&kept);
            let is_used = kept.lock().unwrap_or_else(PoisonError::into_inner).is_none();
            // The stream is taken when its first byte is: until then, as when no connection can be made, it is unused.
            let take =
                async move { kept.lock().unwrap_or_else(PoisonError::into_inner).take().ok_or_else(used) };
            let opened: ByteStream = Box::pin(stream::once(take).try_flatten());
            Box::pin(std::future::ready(if is_used { Err(used()) } else { Ok(opened) }))
        };
        Self::of(Kind::Stream(Source { open: Arc::new(open), length, replayable: false }))
    }

    /// The same body, led through `wrap` each time that it is opened: to look at what is sent. The length must stay.
    pub fn through(self, wrap: impl Fn(ByteStream) -> ByteStream + Send + Sync + 'static) -> Self {
        let (length, replayable) = (self.len(), self.is_replayable());
        let wrap = Arc::new(wrap);
        let open = move || -> BoxFuture<'static, Result<ByteStream>> {
            let (body, wrap) = (self.clone(), Arc::clone(&wrap));
            Box::pin(async move { Ok(wrap(body.read().await?)) })
        };
        Self::of(Kind::Stream(Source { open: Arc::new(open), length, replayable }))
    }

    /// What is sent, from its start. A form has no content of its own before it is sent.
    pub async fn read(&self) -> Result<ByteStream> {
        match self.open().await? {
            Opened::Bytes(bytes) => Ok(Box::pin(stream::iter([Ok(bytes)]))),
            Opened::Stream(stream, _) => Ok(stream),
            Opened::Multipart(_) => {
                Err(Error::new(ErrorKind::InvalidInput, "a form is read part by part, and not as a whole"))
            }
        }
    }

    /// A `multipart/form-data` form.
    pub fn multipart(parts: Vec<Part>) -> Self {
        Self::of(Kind::Multipart(Arc::new(parts)))
    }

    fn of(kind: Kind) -> Self {
        Self { kind, watch: None }
    }

    /// The same body, telling `watch` of each chunk that is taken from it.
    pub(crate) fn watched(mut self, watch: Watch) -> Self {
        self.watch = Some(match self.watch.take() {
            Some(first) => Arc::new(move |done, total| {
                first(done, total);
                watch(done, total);
            }),
            None => watch,
        });
        self
    }

    /// Length in bytes, when it is known before the body is sent.
    pub fn len(&self) -> Option<u64> {
        match &self.kind {
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
        match &self.kind {
            Kind::Bytes(_) => true,
            Kind::Stream(source) => source.replayable,
            Kind::Multipart(parts) => parts.iter().all(|part| part.body.is_replayable()),
        }
    }

    /// The body, where it is small and nobody watches it.
    pub(crate) fn at_hand(&self) -> Option<Bytes> {
        match (&self.kind, &self.watch) {
            (Kind::Bytes(bytes), None) if bytes.len() <= LARGE => Some(bytes.clone()),
            _ => None,
        }
    }

    /// The body as it is for one attempt.
    pub(crate) async fn open(&self) -> Result<Opened> {
        let opened = match &self.kind {
            Kind::Bytes(bytes) if bytes.len() > LARGE => Opened::streamed(bytes.clone()),
            Kind::Bytes(bytes) => Opened::Bytes(bytes.clone()),
            Kind::Stream(source) => Opened::Stream((source.open)().await?, source.length),
            Kind::Multipart(parts) => {
                let mut opened = Vec::with_capacity(parts.len());
                for part in parts.iter() {
                    opened.push((part.clone(), Box::pin(part.body.open()).await?));
                }
                Opened::Multipart(opened)
            }
        };
        Ok(match &self.watch {
            Some(watch) => opened.watched(watch, &Arc::default(), self.content_len()),
            None => opened,
        })
    }

    /// Length of what is inside: of a form, that of its parts without what stands between them.
    fn content_len(&self) -> Option<u64> {
        match &self.kind {
            Kind::Multipart(parts) => parts.iter().map(|part| part.body.content_len()).sum(),
            _ => self.len(),
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.kind, self.len()) {
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

fn used() -> Error {
    Error::new(ErrorKind::InvalidInput, "the stream of a request body was already used")
}
