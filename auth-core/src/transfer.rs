//! Files that are sent and fetched: flat memory, progress, and downloads that resume and appear whole or not at all.

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
    /// zero again.
    pub fn of_upload(&self, body: Body) -> Body {
        let progress = self.clone();
        body.map_stream(move |stream, total| {
            let (progress, mut done) = (progress.clone(), 0);
            Box::pin(stream.inspect(move |chunk| {
                if let Ok(chunk) = chunk {
                    done += chunk.len() as u64;
                    progress.report(done, total);
                }
            }))
        })
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
    /// How many bytes are there already.
    pub offset: u64,
    /// The version that they are of, for `If-Range`.
    pub etag: Option<String>,
}

impl Resume {
    /// The value for the `Range` header; `None` at the start.
    pub fn range(&self) -> Option<String> {
        (self.offset > 0).then(|| format!("bytes={}-", self.offset))
    }
}

/// How often a download that breaks off goes on without a single new byte.
const FRUITLESS: u32 = 3;

/// Fetches into a file, by way of a temporary file beside it that is renamed when it is complete: whatever goes
/// wrong, a file that was there stays as it was.
///
/// `fetch` sends the request, with `Range` and `If-Range` when it is told to resume. A reply that breaks off is
/// resumed where the service allows it. Returns the number of bytes.
pub async fn download<E, F>(path: &Path, progress: &Progress, fetch: impl Fn(Resume) -> F) -> Result<u64, E>
where
    E: From<Error>,
    F: Future<Output = Result<Response, E>>,
{
    let partial = Partial::create(path).await?;
    let mut resume = Resume::default();
    let mut fruitless = 0;
    loop {
        let response = fetch(resume.clone()).await?;
        let resumed = response.status() == StatusCode::PARTIAL_CONTENT && starts_at(&response, resume.offset);
        let start = if resumed { resume.offset } else { 0 };
        let total = response.content_length().map(|rest| start + rest);
        resume.etag = response.header("etag").map(str::to_owned);
        let can_resume = response.header("accept-ranges") == Some("bytes") || resumed;
        let (done, broken) = partial.append(start, response.stream(), total, progress).await?;
        match broken {
            None => {
                partial.finish(path).await?;
                return Ok(done);
            }
            Some(error) if !can_resume || fruitless == FRUITLESS => return Err(error.into()),
            Some(_) => {
                fruitless = if done > resume.offset { 0 } else { fruitless + 1 };
                resume.offset = done;
            }
        }
    }
}

/// Whether a partial reply begins where it was asked to.
fn starts_at(response: &Response, offset: u64) -> bool {
    let start =
        response.header("content-range").and_then(|range| range.strip_prefix("bytes ")?.split('-').next());
    start.and_then(|start| start.parse().ok()) == Some(offset)
}

/// The temporary file of a download; removed unless it is finished.
struct Partial {
    path: PathBuf,
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
                Ok(_) => return Ok(Self { path }),
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

    async fn finish(&self, target: &Path) -> Result<()> {
        tokio::fs::rename(&self.path, target).await.map_err(|error| cannot_write(target, error))
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // After a rename there is nothing left to remove.
        let _ = std::fs::remove_file(&self.path);
    }
}

fn cannot_write(path: &Path, error: std::io::Error) -> Error {
    Error::new(ErrorKind::File, format!("{} cannot be written", path.display())).with_source(error)
}
