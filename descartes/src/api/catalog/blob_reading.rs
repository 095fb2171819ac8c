//! How the content of blobs is read: a URL is asked for, and the content is fetched from there (contract section 6.4).

use std::ops::Range;
use std::path::PathBuf;
use std::pin::Pin;

use auth_core::{ByteStream, Error, ErrorKind, Progress, Response};
use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use futures_util::{TryStreamExt as _, stream};
use http::{Method, StatusCode};
use serde_json::Value;

use super::blob_check::{compare_file, compared};
use super::collection::with_id;
use super::resource::Single;
use super::{Blob, Blobs, Catalog, Document};
use crate::api::lines::Lines;
use crate::error::Result;

/// No line of a blob is longer than this, in bytes: it is held in memory.
const LONGEST_LINE: usize = 64 << 20;

/// The lines of a blob, while they arrive.
pub type BlobLines = Pin<Box<dyn Stream<Item = Result<String>> + Send>>;

/// A part of a blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ByteRange {
    /// From this byte, counted from 0, to the end.
    From(u64),
    /// From the first byte to the last, both included and counted from 0.
    Between(u64, u64),
    /// So many bytes at the end.
    Last(u64),
}

impl ByteRange {
    /// The value of the header.
    fn header(self) -> Result<String> {
        match self {
            Self::From(first) => Ok(format!("bytes={first}-")),
            Self::Between(first, last) if first <= last => Ok(format!("bytes={first}-{last}")),
            Self::Last(count) if count > 0 => Ok(format!("bytes=-{count}")),
            empty => {
                let what = format!("the range {empty:?} of a blob holds no byte");
                Err(Error::new(ErrorKind::InvalidInput, what).into())
            }
        }
    }
}

impl From<Range<u64>> for ByteRange {
    fn from(range: Range<u64>) -> Self {
        match range.end.checked_sub(1) {
            Some(last) => Self::Between(range.start, last),
            None => Self::Last(0),
        }
    }
}

/// The blob to read: an id, or a blob of the catalog, of which size and digest are known and compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlobRef {
    pub(super) id: String,
    pub(super) hash: Option<String>,
    pub(super) size: Option<u64>,
}

impl From<&str> for BlobRef {
    fn from(id: &str) -> Self {
        Self { id: id.to_owned(), hash: None, size: None }
    }
}

impl From<&Document<Blob>> for BlobRef {
    fn from(blob: &Document<Blob>) -> Self {
        Self { id: blob.id().to_owned(), hash: blob.hash.clone(), size: blob.size_bytes }
    }
}

impl<'a> Blobs<'a> {
    /// The content of a blob, to be read in one of several ways, whole or in part.
    ///
    /// ```no_run
    /// # async fn example(client: descartes::Client) -> descartes::Result<()> {
    /// use descartes::api::ByteRange;
    ///
    /// let blobs = client.catalog().blobs();
    /// let end = blobs.read("data/someorg:me/log.txt").range(ByteRange::Last(1000)).bytes().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn read(&self, blob: impl Into<BlobRef>) -> BlobReading<'a> {
        let (catalog, blob) = (self.catalog, blob.into());
        BlobReading { catalog, blob, range: None, progress: Progress::silent() }
    }

    /// `GET /storage/download/{id}`, then `GET` from the URL that it gives: the content as a file; see
    /// [`BlobReading::to_file`].
    pub async fn download(&self, blob: impl Into<BlobRef>, file: impl Into<PathBuf>) -> Result<u64> {
        self.read(blob).to_file(file).await
    }

    /// `GET /storage/download/{id}`, then `GET` from the URL that it gives: the content in memory.
    pub async fn data(&self, blob: &Document<Blob>) -> Result<Bytes> {
        self.read(blob).bytes().await
    }

    /// `GET /storage/download/{id}`, then `GET` from the URL that it gives: the content in memory, by the id alone, so
    /// that nothing is known to compare it with.
    pub async fn get_data(&self, id: &str) -> Result<Bytes> {
        self.read(id).bytes().await
    }

    /// `GET /storage/download/{id}`, then `GET` from the URL that it gives: the content piece by piece.
    pub async fn iter_data(&self, blob: impl Into<BlobRef>) -> Result<ByteStream> {
        self.read(blob).stream().await
    }

    /// `GET /storage/download/{id}`, then `GET` from the URL that it gives: the lines of a text, without their ends.
    pub async fn iter_lines(&self, blob: impl Into<BlobRef>) -> Result<BlobLines> {
        self.read(blob).lines().await
    }
}

/// The content of a blob; see [`Blobs::read`]. Of a blob that is read whole, size and MD5 are compared, where they are
/// known: damage is an error, and is told at the end.
#[derive(Clone, Debug)]
#[must_use = "nothing is read before one of the last methods is called"]
pub struct BlobReading<'a> {
    catalog: Catalog<'a>,
    blob: BlobRef,
    range: Option<ByteRange>,
    progress: Progress,
}

impl BlobReading<'_> {
    /// Only a part.
    pub fn range(mut self, range: impl Into<ByteRange>) -> Self {
        self.range = Some(range.into());
        self
    }

    /// Tells how far it is, when it is read into a file.
    pub fn progress(mut self, progress: Progress) -> Self {
        self.progress = progress;
        self
    }

    /// In memory.
    pub async fn bytes(self) -> Result<Bytes> {
        let mut whole = BytesMut::new();
        let mut stream = self.stream().await?;
        while let Some(chunk) = stream.try_next().await? {
            whole.extend_from_slice(&chunk);
        }
        Ok(whole.freeze())
    }

    /// Piece by piece.
    pub async fn stream(self) -> Result<ByteStream> {
        let range = self.range.map(ByteRange::header).transpose()?;
        let response = fetch(self.catalog, &self.blob, range.as_deref(), None).await?;
        if range.is_some() && response.status() != StatusCode::PARTIAL_CONTENT {
            let what = format!("a part of the blob {} was asked for, and all of it came", self.blob.id);
            return Err(Error::new(ErrorKind::Reply, what).with_help("read it whole").into());
        }
        if range.is_some() {
            return Ok(response.stream());
        }
        Ok(compared(response.stream(), self.blob))
    }

    /// Line by line, without `\n` and `\r\n`. A line that is no UTF-8 is an error, and so is one of more than 64 MiB.
    pub async fn lines(self) -> Result<BlobLines> {
        Ok(Box::pin(lines(self.stream().await?)))
    }

    /// As a file, by way of a temporary file beside it that is renamed when it is complete and compared: whatever goes
    /// wrong, a file that was there stays as it was. A connection that breaks is resumed, by a new URL. Returns the
    /// number of bytes.
    pub async fn to_file(self, file: impl Into<PathBuf>) -> Result<u64> {
        let file = file.into();
        if self.range.is_some() {
            let what = "a blob is read into a file as a whole";
            return Err(Error::new(ErrorKind::InvalidInput, what).with_help("read a part as bytes").into());
        }
        let (catalog, blob) = (self.catalog, &self.blob);
        let again = |resume: auth_core::transfer::Resume| async move {
            fetch(catalog, blob, resume.range().as_deref(), resume.etag.as_deref()).await
        };
        let check = |path: PathBuf| async move { Ok(compare_file(&path, blob).await?) };
        auth_core::transfer::download_checked(&file, &self.progress, again, check).await
    }
}

/// Asks where the content is, and for the content.
async fn fetch(
    catalog: Catalog<'_>,
    blob: &BlobRef,
    range: Option<&str>,
    version: Option<&str>,
) -> Result<Response> {
    let path = with_id(auth_core::Path::ROOT.literal("storage/download"), &blob.id);
    let mut place: Single = catalog.request(Method::GET, path).data().await?;
    let Some(Value::String(url)) = place.data.attributes.shift_remove("resumable_url") else {
        let what = "the reply to the request for a download holds no usable `resumable_url`";
        return Err(Error::new(ErrorKind::Reply, what).into());
    };
    let mut request = catalog.client.signed(Method::GET, &url);
    for (name, value) in [("if-match", blob.hash.as_deref()), ("range", range), ("if-range", version)] {
        if let Some(value) = value {
            request = request.header(name, value);
        }
    }
    request.send().await
}

fn lines(stream: ByteStream) -> impl Stream<Item = Result<String>> + Send {
    let start = (Lines::new(stream, LONGEST_LINE, "the blob"), 1_u64);
    stream::try_unfold(start, |(mut lines, number)| async move {
        match lines.next().await? {
            Some(line) => Ok(Some((text(line, number)?, (lines, number + 1)))),
            None => Ok(None),
        }
    })
}

fn text(mut line: BytesMut, number: u64) -> Result<String> {
    for end in [b'\n', b'\r'] {
        if line.last() == Some(&end) {
            line.truncate(line.len() - 1);
        }
    }
    Ok(String::from_utf8(line.to_vec()).map_err(|_| {
        Error::new(ErrorKind::Reply, format!("line {number} of the blob is no UTF-8 text"))
            .with_help("read it as bytes")
    })?)
}
