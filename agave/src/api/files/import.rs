//! Files that go to a system: from here, or from another place.

use std::fmt;
use std::path::{Path as FilePath, PathBuf};

use auth_core::transfer::Progress;
use auth_core::{Body, ByteStream, Error, ErrorKind, Part, Path};
use bytes::Bytes;
use futures_core::Stream;
use http::Method;
use serde_json::Value;

use super::{Files, ImportedFile};
use crate::api::operations::fill;
use crate::error::Result;

/// A file that is to go to a system: from here ([`Import::file`], [`Import::bytes`], [`Import::stream`]), or fetched by
/// the service ([`Import::url`]).
#[derive(Clone)]
pub struct Import {
    source: Source,
    file_name: Option<String>,
    file_type: Option<String>,
    callback_url: Option<String>,
    notifications: Option<Value>,
}

#[derive(Clone)]
enum Source {
    Upload(Body),
    Url(String),
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Upload(body) => body.fmt(f),
            // A URL may hold a password, or be signed.
            Self::Url(_) => f.write_str("Url([REDACTED])"),
        }
    }
}

impl fmt::Debug for Import {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What is called back may hold a password or a nonce, too.
        let hidden = |is_given: bool| is_given.then_some(format_args!("[REDACTED]"));
        f.debug_struct("Import")
            .field("source", &self.source)
            .field("file_name", &self.file_name)
            .field("file_type", &self.file_type)
            .field("callback_url", &hidden(self.callback_url.is_some()))
            .field("notifications", &hidden(self.notifications.is_some()))
            .finish()
    }
}

impl Import {
    /// A file, read while it is sent, and from its start again where the token had to be renewed. It must exist now.
    pub async fn file(path: impl Into<PathBuf>) -> Result<Self> {
        let path = path.into();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let body = Body::file(path).await?;
        Ok(Self { file_name: name, ..Self::of(Source::Upload(body)) })
    }

    /// Bytes in memory, as a file of this name.
    pub fn bytes(file_name: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self::of(Source::Upload(Body::bytes(bytes))).with_file_name(file_name)
    }

    /// A stream, sent while it is read. `length` in bytes, when it is known. It can be read only once: where the service
    /// does not accept the token, the upload is not repeated with a new one. See [`Import::reopening`].
    pub fn stream(
        file_name: impl Into<String>,
        length: Option<u64>,
        stream: impl Stream<Item = auth_core::Result<Bytes>> + Send + 'static,
    ) -> Self {
        Self::of(Source::Upload(Body::once(length, stream))).with_file_name(file_name)
    }

    /// A stream that `open` gives from its start, as often as it has to be sent.
    pub fn reopening(
        file_name: impl Into<String>,
        length: Option<u64>,
        open: impl Fn() -> auth_core::BoxFuture<'static, auth_core::Result<ByteStream>> + Send + Sync + 'static,
    ) -> Self {
        Self::of(Source::Upload(Body::reopening(length, open))).with_file_name(file_name)
    }

    /// A file that the service fetches: `https`, `agave://system/path` and others. A URL may hold a password, so it is
    /// in no error.
    pub fn url(url: impl Into<String>) -> Self {
        Self::of(Source::Url(url.into()))
    }

    fn of(source: Source) -> Self {
        Self { source, file_name: None, file_type: None, callback_url: None, notifications: None }
    }

    /// The name on the system. Default: the name of the file that is sent, or the end of the URL.
    pub fn with_file_name(mut self, name: impl Into<String>) -> Self {
        self.file_name = Some(name.into());
        self
    }

    /// The format, as in `raw`.
    pub fn with_file_type(mut self, file_type: impl Into<String>) -> Self {
        self.file_type = Some(file_type.into());
        self
    }

    /// A URL that is called when the file is in its place.
    pub fn with_callback_url(mut self, url: impl Into<String>) -> Self {
        self.callback_url = Some(url.into());
        self
    }

    /// Notifications, a list of `{"url", "event", "persistent"}`. They are sent as JSON text, which was not seen with a
    /// live service.
    pub fn with_notifications(mut self, notifications: impl Into<Value>) -> Self {
        self.notifications = Some(notifications.into());
        self
    }

    /// Tells how much of an upload has been sent. An upload that is sent again counts from zero again.
    pub fn with_progress(mut self, progress: &Progress) -> Self {
        if let Source::Upload(body) = self.source {
            self.source = Source::Upload(progress.of_upload(body));
        }
        self
    }

    /// What is sent beside the file, in the order of the vendor's description. Of an upload, the name goes with the file.
    fn fields(&self) -> Vec<(&'static str, String)> {
        let is_url = matches!(self.source, Source::Url(_));
        let given = [
            ("fileType", self.file_type.clone()),
            ("callbackURL", self.callback_url.clone()),
            ("fileName", self.file_name.clone().filter(|_| is_url)),
            ("notifications", self.notifications.as_ref().map(Value::to_string)),
        ];
        given.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

impl Files<'_> {
    /// `POST /files/v2/media/system/{system_id}/{+file_path}`: sends a file into a folder, or has one fetched into it.
    /// The service puts it in its place later; see [`Files::wait`].
    ///
    /// The official SDK sends an empty file when the token has to be renewed in the middle. Here the source is opened
    /// again.
    pub async fn import_data(
        &self,
        system_id: &str,
        file_path: &str,
        import: &Import,
    ) -> Result<ImportedFile> {
        let values = [("system_id", system_id), ("file_path", file_path)];
        self.import(fill("/files/v2/media/system/{system_id}/{+file_path}", &values), import).await
    }

    /// `POST /files/v2/media/{+source_file_path}`: the same on the default system.
    pub async fn import_to_default_system(
        &self,
        source_file_path: &str,
        import: &Import,
    ) -> Result<ImportedFile> {
        let path = fill("/files/v2/media/{+source_file_path}", &[("source_file_path", source_file_path)]);
        self.import(path, import).await
    }

    /// Sends a file of this machine into a folder: [`Files::import_data`] in short.
    pub async fn upload(
        &self,
        system_id: &str,
        folder: &str,
        local: impl AsRef<FilePath>,
    ) -> Result<ImportedFile> {
        self.import_data(system_id, folder, &Import::file(local.as_ref()).await?).await
    }

    async fn import(&self, path: auth_core::Result<Path>, import: &Import) -> Result<ImportedFile> {
        let fields = import.fields();
        let request = self.client.call(Method::POST, path);
        let request = match &import.source {
            Source::Url(url) if url.trim().is_empty() => {
                let message = "there is no URL to import a file from";
                return Err(Error::new(ErrorKind::InvalidInput, message).into());
            }
            Source::Url(url) => {
                let pairs = fields.iter().map(|(name, value)| (*name, value.as_str()));
                request.form(pairs.chain([("urlToIngest", url.as_str())]))
            }
            Source::Upload(body) => {
                let name = import.file_name.as_deref().filter(|name| !name.is_empty()).ok_or_else(|| {
                    Error::new(ErrorKind::InvalidInput, "a file that is sent has no name")
                        .with_help("give it one by .with_file_name(..)")
                })?;
                let mut parts: Vec<Part> =
                    fields.into_iter().map(|(name, value)| Part::new(name, Body::bytes(value))).collect();
                // The SDK says text, whatever the content is.
                let file = Part::new("fileToUpload", body.clone()).with_file_name(name);
                parts.push(file.with_content_type("text/plain"));
                request.multipart(parts)
            }
        };
        request.data().await
    }
}
