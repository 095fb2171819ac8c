//! Files that are sent and fetched: flat memory, progress, and downloads that resume and appear whole or not at all.

mod many;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt as _;
use http::StatusCode;
use tokio::io::AsyncWriteExt as _;

use crate::body::{Body, ByteStream};
use crate::error::{Error, ErrorKind, Result};
use crate::response::Response;
pub use many::{Advance, FilesProgress, Tally, send_all, side_by_side};

/// Is told how far a transfer has come: bytes done, and bytes in all when that is known.
#[derive(Clone)]
pub struct Progress(Arc<dyn Fn(u64, Option<u64>) + Send + Sync>);

impl Progress {
    /// Tells `callback` of each chunk. It is called often and should return quickly.
    pub fn new(callback: impl Fn(u64, Option<u64>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(callback))
    }

    /// Tells nobody.
    pub fn silent() -> Self {
        Self::new(|_, _| {})
    }

    /// Tells how far it has come.
    pub fn report(&self, done: u64, total: Option<u64>) {
        (self.0)(done, total);
    }

    /// The same body, telling how much of it has been handed to the connection. A body that is sent again counts from
    /// zero again. Of a form the contents of its parts count.
    pub fn of_upload(&self, body: Body) -> Body {
        body.watched(Arc::clone(&self.0))
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Progress")
    }
}

/// From where a download is to go on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Resume {
    /// The first byte that is asked for; those before it are there.
    pub offset: u64,
    /// The version that they are of, for `If-Range`: an `ETag`, or a `Last-Modified` where there is none.
    pub etag: Option<String>,
}

impl Resume {
    /// The value for the `Range` header; `None` at the start.
    pub fn range(&self) -> Option<String> {
        (self.offset > 0).then(|| format!("bytes={}-", self.offset))
    }
}

/// How often a download goes on without having come farther than ever before.
const FRUITLESS: u32 = 3;

/// Fetches into a file, by way of a temporary file beside it that is renamed when it is complete: whatever goes
/// wrong, a file that was there stays as it was.
///
/// `fetch` sends the request, with `Range` and `If-Range` when it is told to resume. A reply that breaks off is
/// resumed where the service allows it and names the version of the file, and begun anew elsewhere. Returns the number
/// of bytes.
pub async fn download<E, F>(path: &Path, progress: &Progress, fetch: impl Fn(Resume) -> F) -> Result<u64, E>
where
    E: From<Error>,
    F: Future<Output = Result<Response, E>>,
{
    download_checked(path, progress, fetch, |_| std::future::ready(Ok(()))).await
}

/// As [`download`], with a last look at the complete file before it takes its place: `check` is given the path of the
/// temporary file. With its error the file that was there stays as it was.
pub async fn download_checked<E, F, C>(
    path: &Path,
    progress: &Progress,
    fetch: impl Fn(Resume) -> F,
    check: impl FnOnce(PathBuf) -> C,
) -> Result<u64, E>
where
    E: From<Error>,
    F: Future<Output = Result<Response, E>>,
    C: Future<Output = Result<(), E>>,
{
    let partial = Partial::create(path).await?;
    let mut resume = Resume::default();
    let (mut farthest, mut fruitless) = (0, 0);
    loop {
        let response = fetch(resume.clone()).await?;
        let piece = Piece::of(&response, &resume);
        let (done, broken) = if piece.fits(&resume) {
            partial.append(piece.start, response.stream(), piece.total, progress).await?
        } else {
            (0, Some(another_part(&response)))
        };
        let broken = match broken {
            // A service may give less than the rest at a time.
            None if piece.total.is_some_and(|total| done < total) => not_the_rest(),
            None => {
                check(partial.path.clone()).await?;
                partial.finish(path).await?;
                return Ok(done);
            }
            Some(error) => error,
        };
        fruitless = if done > farthest { 0 } else { fruitless + 1 };
        if fruitless > FRUITLESS {
            return Err(broken.into());
        }
        farthest = farthest.max(done);
        resume = piece.rest(done).unwrap_or_default();
    }
}

/// Which part of a file a reply brings, of which version.
struct Piece {
    start: u64,
    /// The length of the whole file.
    total: Option<u64>,
    version: Option<String>,
    resumable: bool,
}

impl Piece {
    fn of(response: &Response, asked: &Resume) -> Self {
        let is_part = response.status() == StatusCode::PARTIAL_CONTENT;
        let (start, total) = match response.header("content-range").and_then(content_range) {
            Some(range) if is_part => range,
            _ if is_part => (u64::MAX, None),
            _ => (0, response.content_length()),
        };
        // A weak tag names several versions that are alike in meaning, not in their bytes.
        let etag = response.header("etag").filter(|etag| !etag.starts_with("W/"));
        let version = etag.or_else(|| response.header("last-modified")).map(str::to_owned);
        // The rest of a file need not say again of which version it is.
        let version = version.or_else(|| asked.etag.clone().filter(|_| is_part));
        let resumable = is_part || response.header("accept-ranges") == Some("bytes");
        Self { start, total, version, resumable }
    }

    /// Whether it is the file from its start, or from where it is to go on.
    fn fits(&self, resume: &Resume) -> bool {
        self.start == 0 || (self.start == resume.offset && self.version == resume.etag)
    }

    /// How to go on after `done` bytes; `None` when only from the start.
    fn rest(self, done: u64) -> Option<Resume> {
        if !self.resumable || done <= self.start || self.version.is_none() {
            return None;
        }
        // Without a known length all may be there already, and nobody can ask for nothing: ask for the last byte again.
        let offset = if self.total.is_some() { done } else { done - 1 };
        Some(Resume { offset, etag: self.version })
    }
}
/// First byte and whole length, as in `bytes 5-9/10`. The length may be unknown (`*`).
fn content_range(text: &str) -> Option<(u64, Option<u64>)> {
    let (range, total) = text.trim().strip_prefix("bytes ")?.split_once('/')?;
    Some((range.split_once('-')?.0.trim().parse().ok()?, total.trim().parse().ok()))
}

fn another_part(response: &Response) -> Error {
    let request = &response.head().request;
    Error::new(ErrorKind::Reply, format!("{request} brought another part of the file than was asked for"))
}

fn not_the_rest() -> Error {
    Error::new(ErrorKind::Reply, "the service gives the same part of the file again and again")
}

/// The temporary file of a download; removed unless it is finished.
struct Partial {
    path: PathBuf,
    /// After the rename the name may already be that of somebody else's download.
    finished: bool,
}

impl Partial {
    async fn create(target: &Path) -> Result<Self> {
        let name = target.file_name().ok_or_else(|| {
            Error::new(ErrorKind::InvalidInput, format!("{} does not name a file", target.display()))
        })?;
        // One process may fetch the same file twice at a time; `create_new` finds out.
        for number in 0..100 {
            let mut hidden = std::ffi::OsString::from(".");
            hidden.push(name);
            hidden.push(format!(".{}-{number}.part", std::process::id()));
            let path = target.with_file_name(hidden);
            match tokio::fs::OpenOptions::new().write(true).create_new(true).open(&path).await {
                Ok(_) => return Ok(Self { path, finished: false }),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(cannot_write(target, error)),
            }
        }
        Err(Error::new(
            ErrorKind::File,
            format!("{} has too many unfinished downloads beside it", target.display()),
        ))
    }

    /// Writes a stream from `start` on. How far it came, and why not further.
    async fn append(
        &self,
        start: u64,
        mut stream: ByteStream,
        total: Option<u64>,
        progress: &Progress,
    ) -> Result<(u64, Option<Error>)> {
        let failed = |error| cannot_write(&self.path, error);
        let mut file = tokio::fs::OpenOptions::new().write(true).open(&self.path).await.map_err(failed)?;
        file.set_len(start).await.map_err(failed)?;
        tokio::io::AsyncSeekExt::seek(&mut file, std::io::SeekFrom::Start(start)).await.map_err(failed)?;
        let (mut done, mut broken) = (start, None);
        while let Some(chunk) = stream.next().await {
            let chunk: Bytes = match chunk {
                Ok(chunk) => chunk,
                Err(error) => {
                    broken = Some(error);
                    break;
                }
            };
            file.write_all(&chunk).await.map_err(failed)?;
            done += chunk.len() as u64;
            progress.report(done, total);
        }
        file.flush().await.map_err(failed)?;
        file.sync_all().await.map_err(failed)?;
        Ok((done, broken))
    }

    async fn finish(mut self, target: &Path) -> Result<()> {
        tokio::fs::rename(&self.path, target).await.map_err(|error| cannot_write(target, error))?;
        self.finished = true;
        Ok(())
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.finished {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

fn cannot_write(path: &Path, error: std::io::Error) -> Error {
    Error::new(ErrorKind::File, format!("{} cannot be written", path.display())).with_source(error)
}
