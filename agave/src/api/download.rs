//! Files on their way here.

use std::fmt;
use std::path::Path as FilePath;

use auth_core::transfer::{self, Resume};
use auth_core::{ByteStream, Path, Progress, Response};
use bytes::Bytes;
use http::Method;
use http::header::{ACCEPT, IF_RANGE, RANGE};

use crate::client::Client;
use crate::error::Result;

/// A file that is to be fetched, as by [`Files::download`](super::Files::download).
#[must_use = "nothing is fetched before `bytes`, `stream` or `to_file`"]
pub struct Download<'a> {
    client: &'a Client,
    path: auth_core::Result<Path>,
    progress: Progress,
}

impl<'a> Download<'a> {
    pub(crate) fn new(client: &'a Client, path: auth_core::Result<Path>) -> Self {
        Self { client, path, progress: Progress::silent() }
    }

    /// Tells of each piece that [`Download::to_file`] has written.
    pub fn with_progress(mut self, progress: Progress) -> Self {
        self.progress = progress;
        self
    }

    /// The whole file in memory.
    pub async fn bytes(self) -> Result<Bytes> {
        self.client.call(Method::GET, self.path).header(ACCEPT, "*/*").bytes().await
    }

    /// The file as a stream. It ends with an error when it breaks off or stands still for too long.
    pub async fn stream(self) -> Result<ByteStream> {
        Ok(self.fetch(&Resume::default()).await?.stream())
    }

    /// The file in a file, which appears when it is complete: until then, one that was there stays. A reply that breaks
    /// off is resumed where the service allows it. Returns the number of bytes.
    pub async fn to_file(self, path: impl AsRef<FilePath>) -> Result<u64> {
        let download = &self;
        let fetch = |resume: Resume| async move { download.fetch(&resume).await };
        transfer::download(path.as_ref(), &self.progress, fetch).await
    }

    async fn fetch(&self, resume: &Resume) -> Result<Response> {
        let mut request = self.client.call(Method::GET, self.path.clone()).header(ACCEPT, "*/*");
        if let Some(range) = resume.range() {
            request = request.header(RANGE, range);
            if let Some(version) = &resume.etag {
                request = request.header(IF_RANGE, version);
            }
        }
        request.send().await
    }
}

impl fmt::Debug for Download<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.as_ref().map_or("?", Path::template);
        f.debug_struct("Download").field("path", &path).finish_non_exhaustive()
    }
}
