//! How blobs are uploaded: a URL is asked for, the content is sent there, the blob is registered (contract section 6.4).

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use auth_core::{Body, ByteStream, Error, ErrorKind, Progress, path};
use bytes::Bytes;
use futures_util::TryStreamExt as _;
use http::Method;
use serde_json::{Value, json};

use super::blob_check::is_md5;
use super::resource::{Resource, Single};
use super::{Blob, Blobs, Document, StorageState, StorageType};
use crate::error::Result;
use crate::md5::Md5;

impl Blobs<'_> {
    /// Uploads a file as the content of a new blob; see [`Blobs::upload_body`].
    ///
    /// ```no_run
    /// # async fn example(client: descartes::Client) -> descartes::Result<()> {
    /// use descartes::api::{Blob, Document};
    ///
    /// let mut blob = Document::<Blob>::named("fields/2026.geojson");
    /// client.catalog().blobs().upload(&mut blob, "fields.geojson").await?;
    /// println!("{} is {} bytes long", blob.id(), blob.size_bytes.unwrap_or_default());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn upload(&self, blob: &mut Document<Blob>, file: impl Into<PathBuf>) -> Result<()> {
        let body = Body::file(file).await?;
        self.upload_body(blob, body, &Progress::silent()).await
    }

    /// Uploads bytes as the content of a new blob; see [`Blobs::upload_body`].
    pub async fn upload_data(&self, blob: &mut Document<Blob>, data: impl Into<Bytes>) -> Result<()> {
        self.upload_body(blob, Body::bytes(data), &Progress::silent()).await
    }

    /// Uploads the content of a new blob, whose length must be known, and tells how far it is.
    ///
    /// `POST /storage/upload`, then `PUT` to the URL that it gives, without the token, then `POST /storage`. Size and MD5
    /// of what the platform has are compared with what was sent. When this ends in an error before the last request,
    /// there is no blob: it can be uploaded again.
    pub async fn upload_body(
        &self,
        blob: &mut Document<Blob>,
        body: Body,
        progress: &Progress,
    ) -> Result<()> {
        let Some(length) = body.len() else {
            let what = "the length of a blob must be known before it is uploaded";
            return Err(invalid(what, "write it to a file first"));
        };
        self.prepare(blob).await?;
        let mut storage = blob.to_create()?;
        if let Some(data) = storage.get_mut("data").and_then(Value::as_object_mut) {
            data.shift_remove("id");
        }
        let attributes = json!({ "storage": storage });
        let upload = json!({"data": {"type": "storage_upload", "attributes": attributes}});
        let request = self.catalog.request(Method::POST, path!["storage/upload"]).json(&upload);
        let mut reply: Single = request.data().await?;
        let place = Place::of(&mut reply.data)?;

        let (body, digest) = digested(body);
        let client = self.catalog.client;
        let put = client.signed(Method::PUT, &place.url).header("content-type", "application/octet-stream");
        put.body(progress.of_upload(body)).done().await?;

        let registered = json!({"data": {
            "type": "storage", "id": place.storage.id, "attributes": place.storage.attributes,
        }});
        let request = self.catalog.request(Method::POST, path!["storage"]).json(&registered);
        let registered: Document<Blob> = Document::of_single(request.data().await?)?;
        let sent = digest.lock().unwrap_or_else(PoisonError::into_inner).clone();
        *blob = registered;
        let hash = sent.finish();
        let differs = [
            blob.size_bytes.filter(|size| *size != length).map(|size| format!("{size} bytes of {length}")),
            blob.hash
                .as_ref()
                .filter(|known| is_md5(known) && !known.eq_ignore_ascii_case(&hash))
                .map(|known| format!("content with the MD5 {known} instead of {hash}")),
        ];
        match differs.into_iter().flatten().next() {
            None => Ok(()),
            Some(has) => {
                let what = format!("the blob {} was uploaded, and the platform has {has}", blob.id());
                Err(Error::new(ErrorKind::Reply, what).with_help("delete it, and upload it again").into())
            }
        }
    }

    /// What the platform wants to know, where the caller does not say it.
    async fn prepare(&self, blob: &mut Document<Blob>) -> Result<()> {
        if blob.name.as_ref().is_none_or(String::is_empty) {
            return Err(invalid("a blob needs a name to be uploaded", "set `name`"));
        }
        if let Some(kind @ (StorageType::Compute | StorageType::Logs)) = &blob.storage_type {
            let what = format!("blobs of the storage type `{kind}` are written by the platform only");
            return Err(invalid(&what, "upload as `data` or `dyncomp`"));
        }
        // The state is looked at before anything is asked for.
        blob.to_create()?;
        blob.namespace = Some(self.namespace_id(blob.namespace.as_deref()).await?);
        blob.storage_type.get_or_insert(StorageType::Data);
        blob.storage_state = Some(StorageState::Available);
        Ok(())
    }
}

/// Where the content goes, and what is registered afterwards. The URL is a secret.
struct Place {
    url: String,
    storage: Resource,
}

impl Place {
    fn of(upload: &mut Resource) -> Result<Self> {
        let attributes = &mut upload.attributes;
        let mut text = |name: &str| match attributes.shift_remove(name) {
            Some(Value::String(text)) => Ok(text),
            _ => Err(unusable(name)),
        };
        let (url, signature) = (text("resumable_url")?, text("signature")?);
        let storage = attributes.shift_remove("storage").unwrap_or_default();
        let storage: Single = serde_json::from_value(storage).map_err(|_| unusable("storage"))?;
        let mut storage = storage.data;
        storage.attributes.insert("upload_signature".to_owned(), signature.into());
        Ok(Self { url, storage })
    }
}

fn unusable(name: &str) -> Error {
    Error::new(ErrorKind::Reply, format!("the reply to the request for an upload holds no usable `{name}`"))
}

fn invalid(what: &str, help: &str) -> crate::error::Error {
    Error::new(ErrorKind::InvalidInput, what).with_help(help).into()
}

/// The same body, and the digest of what is read of it. A body that is opened again is digested anew.
fn digested(body: Body) -> (Body, Arc<Mutex<Md5>>) {
    let digest = Arc::new(Mutex::new(Md5::new()));
    let shared = Arc::clone(&digest);
    let body = body.through(move |stream| -> ByteStream {
        let digest = Arc::clone(&shared);
        *digest.lock().unwrap_or_else(PoisonError::into_inner) = Md5::new();
        Box::pin(stream.inspect_ok(move |chunk| {
            digest.lock().unwrap_or_else(PoisonError::into_inner).update(chunk);
        }))
    });
    (body, digest)
}
