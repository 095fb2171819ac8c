//! Files on their way: what is sent, and how what is fetched arrives.

use std::fmt;
use std::path::{Path as FilePath, PathBuf};

use auth_core::{Body, ByteStream, Path, Progress, Response, transfer};
use bytes::Bytes;
use futures_core::Stream;
use http::header::{IF_RANGE, RANGE};

use crate::client::Client;
use crate::error::Result;

/// A file that is to be fetched: of the managed content, or an artifact of a run.
#[must_use = "nothing is fetched before `bytes`, `stream` or `to_file`"]
pub struct Download<'a> {
    client: &'a Client,
    key: String,
    path: Result<Path>,
    progress: Progress,
}

impl<'a> Download<'a> {
    /// What is wrong with the path is told when it is fetched.
    pub(super) fn new(client: &'a Client, key: String, path: Result<Path>) -> Self {
        Self { client, key, path, progress: Progress::silent() }
    }

    /// Tells of each piece that [`Download::to_file`] has written.
    pub fn with_progress(mut self, progress: Progress) -> Self {
        self.progress = progress;
        self
    }

    /// The whole file in memory.
    pub async fn bytes(self) -> Result<Bytes> {
        self.client.get(self.path)?.bytes().await
    }

    /// The file as a stream. It ends with an error when it breaks off or stands still for too long.
    pub async fn stream(self) -> Result<ByteStream> {
        Ok(fetch(self.client, self.path, &transfer::Resume::default()).await?.stream())
    }

    /// The file in a file, which appears when it is complete: until then, one that was there stays. A reply that breaks
    /// off is resumed where the cluster allows it. Returns the number of bytes.
    pub async fn to_file(self, file: impl AsRef<FilePath>) -> Result<u64> {
        let Self { client, path, progress, .. } = self;
        transfer::download(file.as_ref(), &progress, |resume| {
            let path = path.clone();
            async move { fetch(client, path, &resume).await }
        })
        .await
    }
}

async fn fetch(client: &Client, path: Result<Path>, resume: &transfer::Resume) -> Result<Response> {
    let mut request = client.get(path)?;
    if let Some(range) = resume.range() {
        request = request.header(RANGE, range);
        if let Some(etag) = &resume.etag {
            request = request.header(IF_RANGE, etag);
        }
    }
    request.send().await
}

impl fmt::Debug for Download<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download").field("key", &self.key).finish_non_exhaustive()
    }
}

/// A file that is to be sent.
#[derive(Clone, Debug)]
pub struct Upload {
    pub(super) body: Body,
    pub(super) file_name: Option<String>,
    pub(super) content_type: String,
}

impl Upload {
    /// Bytes in memory.
    pub fn bytes(bytes: impl Into<Bytes>) -> Self {
        Body::bytes(bytes).into()
    }

    /// A file, read while it is sent. It must exist now.
    pub async fn file(path: impl Into<PathBuf>) -> Result<Self> {
        let path = path.into();
        let file_name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        Ok(Self { file_name, ..Body::file(path).await?.into() })
    }

    /// A stream, sent while it is read. `length` in bytes, when it is known. It can be read only once: where the cluster
    /// does not accept the token, the upload is not repeated with a new one.
    pub fn stream(
        length: Option<u64>,
        stream: impl Stream<Item = auth_core::Result<Bytes>> + Send + 'static,
    ) -> Self {
        Body::once(length, stream).into()
    }

    /// The name of the file for the form. Default: the name of the file that is sent, else the last part of the key.
    pub fn with_file_name(mut self, name: impl Into<String>) -> Self {
        self.file_name = Some(name.into());
        self
    }

    /// The content type. Default: `application/octet-stream`.
    pub fn with_content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = content_type.into();
        self
    }

    /// Tells of each piece that has been handed to the connection.
    pub fn with_progress(mut self, progress: &Progress) -> Self {
        self.body = progress.of_upload(self.body);
        self
    }
}

impl From<Body> for Upload {
    fn from(body: Body) -> Self {
        Self { body, file_name: None, content_type: "application/octet-stream".to_owned() }
    }
}

impl From<Bytes> for Upload {
    fn from(bytes: Bytes) -> Self {
        Self::bytes(bytes)
    }
}

impl From<Vec<u8>> for Upload {
    fn from(bytes: Vec<u8>) -> Self {
        Self::bytes(bytes)
    }
}

impl From<&'static str> for Upload {
    fn from(text: &'static str) -> Self {
        Self::bytes(text)
    }
}
