//! The files of a scene: where their bytes come from, and how they are sent (contract sections 5.5 and 6.4).

use std::fmt;
use std::path::Path;

use auth_core::transfer::{FilesProgress, send_all};
use auth_core::{Body, Environment, ErrorKind};
use http::Method;
use http::header::CONTENT_TYPE;

use crate::check::invalid;
use crate::client::Client;
use crate::error::{Error, Result, SceneStep};

/// How the files of a scene are sent.
#[derive(Clone, Debug)]
pub struct Upload {
    /// How many files are sent at a time. Lower it when uploads time out.
    pub at_once: usize,
    /// Is told how far each file and all of them have come.
    pub progress: FilesProgress,
}

impl Default for Upload {
    /// Ten files at a time, and nobody is told.
    fn default() -> Self {
        Self { at_once: 10, progress: FilesProgress::silent() }
    }
}

/// Where the bytes of a file come from.
#[derive(Clone)]
pub enum Content {
    /// A file on disk, read while it is sent, never as a whole. A leading `~` is the home folder.
    File(String),
    /// Anything else: bytes in memory, or a stream that can be opened again ([`Body::reopening`]).
    Body(Body),
}

impl Content {
    /// The body to send. A file must be there and hold something.
    pub(crate) async fn open(&self, environment: &Environment) -> Result<Body> {
        let (body, what) = match self {
            Self::File(path) => {
                (Body::file(environment.expand(path)).await?, format!("the local file {path}"))
            }
            Self::Body(body) => (body.clone(), "the data of a file".to_owned()),
        };
        if body.is_empty() {
            return Err(auth_core::Error::new(ErrorKind::File, format!("{what} is empty")).into());
        }
        Ok(body)
    }
}

impl<B: Into<bytes::Bytes>> From<B> for Content {
    fn from(bytes: B) -> Self {
        Self::Body(Body::bytes(bytes))
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "File({path})"),
            Self::Body(body) => write!(f, "{body:?}"),
        }
    }
}

/// The content type of a file by its extension, as the storage wants it. Point clouds have none of their own.
pub(crate) fn content_type(name: &str) -> &'static str {
    let extension = Path::new(name).extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    match extension.to_ascii_lowercase().as_str() {
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "csv" => "text/csv",
        "json" => "application/json",
        _ => "application/octet-stream",
    }
}

/// A file that is ready to be sent.
pub(crate) struct Outgoing {
    /// What its sender calls it.
    pub(crate) name: String,
    pub(crate) content_type: &'static str,
    pub(crate) body: Body,
    /// The signed URL.
    pub(crate) url: String,
}

impl Client {
    /// Sends the files of a scene to their signed URLs. The first that cannot be sent ends all.
    pub(crate) async fn upload(&self, scene: &str, files: Vec<Outgoing>, upload: &Upload) -> Result<()> {
        let bodies = files.iter().map(|file| (file.name.clone(), file.body.clone())).collect();
        let files = &files;
        let send = |number: usize, body| async move {
            let file = &files[number];
            let put = self.storage.signed(Method::PUT, &file.url);
            let sent = put.header(CONTENT_TYPE, file.content_type).body(body).done().await;
            sent.map_err(SceneStep::Upload(file.name.clone()).failed(scene))
        };
        send_all(upload.at_once, bodies, &upload.progress, send).await.map(drop)
    }
}

/// Two different files that would be one for the platform.
pub(crate) fn same_name(name: &str, one: &str, other: &str) -> Error {
    invalid(format!("the files {one} and {other} are both called `{name}` by the platform"))
        .with_help("rename one of them")
        .into()
}
