//! How images are uploaded: announced, sent file by file to the URLs that the answer gives, and handed over (contract
//! section 6.5).

use std::path::PathBuf;

use auth_core::{Body, Error, ErrorKind, Progress, path};
use http::Method;
use serde::Serialize;
use serde_json::{Value, json};

use super::resource::Single;
use super::{
    Class as _, Document, Image, ImageUpload, ImageUploadStatus, Images, NdArray, OverviewResampler,
};
use crate::error::Result;

/// A file of an image, to be uploaded.
#[derive(Clone, Debug)]
pub struct UploadFile {
    name: String,
    body: Body,
}

impl UploadFile {
    /// A file on disk, which is read while it is sent. It must exist now.
    pub async fn open(file: impl Into<PathBuf>) -> Result<Self> {
        let file = file.into();
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(Self { name, body: Body::file(file).await? })
    }

    /// Any content under a name, as in `red.tif`.
    pub fn new(name: impl Into<String>, body: Body) -> Self {
        Self { name: name.into(), body }
    }
}

/// How an image is uploaded.
#[derive(Clone, Debug, Default, Serialize)]
pub struct UploadOptions {
    /// By how much each overview is smaller than the image, as in `[2, 4, 8]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overviews: Option<Vec<u32>>,
    /// How overviews are made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overview_resampler: Option<OverviewResampler>,
    /// Which of the platform's workers does it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worker_tag: Option<String>,
    /// Whether an image with the same id is replaced. Else it is an error.
    #[serde(skip)]
    pub overwrite: bool,
}

impl Images<'_> {
    /// Uploads an image from its files. The upload goes on at the platform: see
    /// [`ImageUploads::wait_for_completion`](super::ImageUploads::wait_for_completion).
    ///
    /// `HEAD /images/{id}`, `GET /products/{product}`, `POST /uploads_v2`, a `PUT` for each file to the URL that it gives,
    /// without the token, and `PATCH /uploads_v2/{upload}`. When something fails after the upload was announced, it is
    /// canceled by another `PATCH`, unless it may have been handed over already: [`Error::Upload`](crate::Error::Upload)
    /// has its id.
    ///
    /// ```no_run
    /// # async fn example(client: descartes::Client) -> descartes::Result<()> {
    /// use descartes::api::{Document, Image, UploadFile, UploadOptions};
    ///
    /// let mut image = Document::<Image>::named("someorg:prod1", "2026-05-01");
    /// image.acquired = Some("2026-05-01T10:00:00Z".parse()?);
    /// let files = vec![UploadFile::open("fields.tif").await?];
    /// let upload = client.catalog().images().upload(&image, files, &UploadOptions::default()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn upload(
        &self,
        image: &Document<Image>,
        files: Vec<UploadFile>,
        options: &UploadOptions,
    ) -> Result<Document<ImageUpload>> {
        self.upload_watched(image, files, options, &Progress::silent()).await
    }

    /// As [`Images::upload`], and tells how far it is: of each file for itself.
    pub async fn upload_watched(
        &self,
        image: &Document<Image>,
        files: Vec<UploadFile>,
        options: &UploadOptions,
        progress: &Progress,
    ) -> Result<Document<ImageUpload>> {
        let mut sent = json!(options);
        sent["upload_type"] = "file".into();
        self.upload_as(image, files, sent, options.overwrite, progress).await
    }

    /// Uploads an image from pixels in memory, as a `.npy` file; see [`Images::upload`] for the requests. The image says
    /// where its pixels are by `geotrans`, and `cs_code` or `projection`.
    pub async fn upload_ndarray(
        &self,
        image: &Document<Image>,
        pixels: &NdArray,
        options: &UploadOptions,
    ) -> Result<Document<ImageUpload>> {
        let name = format!("{}.npy", image.name.as_deref().unwrap_or_default());
        let files = vec![UploadFile::new(name, Body::bytes(pixels.to_npy()))];
        let mut sent = json!(options);
        sent["upload_type"] = "ndarray".into();
        sent["upload_size"] = pixels.size().into();
        self.upload_as(image, files, sent, options.overwrite, &Progress::silent()).await
    }

    async fn upload_as(
        &self,
        image: &Document<Image>,
        files: Vec<UploadFile>,
        mut options: Value,
        overwrite: bool,
        progress: &Progress,
    ) -> Result<Document<ImageUpload>> {
        let product = check(image, &files)?;
        if !overwrite && self.exists(image.id()).await? {
            let what = format!("the image {} is in the catalog already", image.id());
            return Err(invalid(&what, "set `overwrite`, or choose another name"));
        }
        if self.catalog.products().get(product).await?.is_none() {
            return Err(invalid(&format!("there is no product {product}"), "create it first"));
        }
        options["image_files"] = files.iter().map(|file| file.name.as_str()).collect();
        let mut attributes = image.wire();
        attributes.retain(|name, _| !Image::READ_ONLY.contains(&name.as_str()));
        let data = json!({"type": "image", "id": image.id(), "attributes": attributes});
        let attributes =
            json!({"image": {"data": data}, "image_id": image.id(), "image_upload_options": options});
        let body = json!({"data": {"type": "image_upload", "attributes": attributes}});
        let request = self.catalog.request(Method::POST, path!["uploads_v2"]).query("include", "events");
        let mut reply: Single = request.json(&body).data().await?;
        let urls = reply.data.attributes.shift_remove("resumable_urls").unwrap_or_default();
        let urls: Vec<String> = serde_json::from_value(urls).unwrap_or_default();
        let upload_id = reply.data.id.clone();
        match self.transfer(reply, urls, files, progress).await {
            Ok(upload) => Ok(upload),
            Err(error) => {
                // One that was perhaps handed over may be done by now.
                let lost = error.is_outcome_unknown();
                let canceled = ImageUploadStatus::Canceled;
                let canceled =
                    !lost && self.catalog.image_uploads().status(&upload_id, &canceled).done().await.is_ok();
                Err(crate::Error::Upload { upload_id, canceled, error: Box::new(error) })
            }
        }
    }

    /// Sends the files of an upload that was announced, and hands it over.
    async fn transfer(
        &self,
        reply: Single,
        urls: Vec<String>,
        files: Vec<UploadFile>,
        progress: &Progress,
    ) -> Result<Document<ImageUpload>> {
        if urls.len() != files.len() {
            let what =
                format!("for {} files the platform gave {} URLs to send them to", files.len(), urls.len());
            return Err(Error::new(ErrorKind::Reply, what).into());
        }
        let mut upload = Document::of_single(reply)?;
        for (file, url) in files.into_iter().zip(urls) {
            let put = self.catalog.client.signed(Method::PUT, &url);
            let put = put.header("content-type", "application/octet-stream");
            put.body(progress.of_upload(file.body)).done().await?;
        }
        self.catalog.image_uploads().set_status(&mut upload, &ImageUploadStatus::Pending).await?;
        Ok(upload)
    }
}

/// What is wrong, before anything is sent. Gives the id of the product.
fn check<'a>(image: &'a Document<Image>, files: &[UploadFile]) -> Result<&'a str> {
    let (Some(product), Some(name)) = (&image.product_id, &image.name) else {
        return Err(invalid(
            "an image needs a product and a name to be uploaded",
            "set `product_id` and `name`",
        ));
    };
    if image.id() != format!("{product}:{name}") {
        let what = format!("the id of an image must be `{product}:{name}`, and is `{}`", image.id());
        return Err(invalid(&what, "make the image by `Document::<Image>::named`"));
    }
    if files.is_empty() {
        return Err(invalid(&format!("the image {} has no file to upload", image.id()), "give one or more"));
    }
    if let Some(file) = files.iter().find(|file| file.body.len().is_none()) {
        let what = format!("the length of the file {} must be known before it is uploaded", file.name);
        return Err(invalid(&what, "write it to disk first"));
    }
    Ok(product)
}

fn invalid(what: &str, help: &str) -> crate::error::Error {
    Error::new(ErrorKind::InvalidInput, what).with_help(help).into()
}
