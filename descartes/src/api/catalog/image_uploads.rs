//! Uploads of images: how far they are, and what happened (contract section 6.5).

use std::time::Duration;

use auth_core::{Timestamp, Wait};
use http::Method;
use serde_json::{Value, json};

use super::class::{attributes, class};
use super::{Collection, Document};
use crate::client::Request;
use crate::error::Result;

/// The first pauses between two questions, in seconds: most uploads take little time.
const SOON: [u64; 9] = [1, 1, 1, 1, 1, 5, 10, 10, 30];

/// Uploads of images. They are made by [`Images::upload`](super::Images::upload), and cannot be deleted.
pub type ImageUploads<'a> = Collection<'a, ImageUpload>;

auth_core::open_enum! {
    /// How far an upload is.
    pub enum ImageUploadStatus {
        /// Its files are being sent.
        Transferring = "transferring",
        /// It waits.
        Pending = "pending",
        /// It is being processed.
        Running = "running",
        /// The image is in the catalog.
        Success = "success",
        /// It failed: see the events.
        Failure = "failure",
        /// It was canceled.
        Canceled = "canceled",
    }
}

impl ImageUploadStatus {
    /// Whether nothing more will happen.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Success | Self::Failure | Self::Canceled)
    }
}

auth_core::open_enum! {
    /// How overviews are made.
    pub enum OverviewResampler {
        /// The nearest pixel.
        Nearest = "nearest",
        /// The average.
        Average = "average",
        /// By Gauss.
        Gauss = "gauss",
        /// Cubic.
        Cubic = "cubic",
        /// Cubic splines.
        CubicSpline = "cubicspline",
        /// By Lanczos.
        Lanczos = "lanczos",
        /// The average of complex numbers, by parts.
        AverageMp = "average_mp",
        /// The average of complex numbers, by magnitude and phase.
        AverageMagPhase = "average_magphase",
        /// The value that is there most often.
        Mode = "mode",
    }
}

attributes! {
    /// An upload of an image.
    pub plain struct ImageUpload {
        /// The id of the image's product.
        product_id: String,
        /// The id of the image.
        image_id: String,
        /// How far it is.
        status: ImageUploadStatus,
        /// Who uploads.
        user: String,
        /// When it was created.
        created: Timestamp,
        /// When it was last changed.
        modified: Timestamp,
    }
}

class!(ImageUpload: "image_upload" at "uploads_v2" {
    const INCLUDE: Option<&'static str> = Some("events");
    const OF_A_PRODUCT: bool = true;
    const HIDDEN: &'static [&'static str] = &["resumable_urls"];
},);

attributes! {
    /// Something that happened to an upload.
    pub plain struct ImageUploadEvent {
        /// What: `queue`, `cancel`, `run`, `complete`, `error`, `timeout`, `log` or `usage`.
        event_type: String,
        /// How grave it is, from `DEBUG` to `CRITICAL`.
        severity: String,
        /// More words on it.
        message: String,
        /// When.
        event_datetime: Timestamp,
        /// Where at the platform.
        component: String,
        /// Which one of these.
        component_id: String,
    }
}

// It has no path of its own: it comes along with its upload.
class!(ImageUploadEvent: "image_upload_event" at "",);

impl Document<ImageUpload> {
    /// What happened, as far as the catalog sent it along.
    pub fn events(&self) -> Result<Vec<Document<ImageUploadEvent>>> {
        self.related()
    }
}

impl<'a> ImageUploads<'a> {
    /// `PATCH /uploads_v2/{id}`: gives an upload up.
    pub async fn cancel(&self, upload: &mut Document<ImageUpload>) -> Result<()> {
        self.set_status(upload, &ImageUploadStatus::Canceled).await
    }

    /// `GET /uploads_v2/{id}`: asks until the upload has ended, well or not: see its status and events. The time between
    /// two questions grows from a second to that of `wait`; the vendor's SDK goes on once a minute.
    pub async fn wait_for_completion(&self, upload: &mut Document<ImageUpload>, wait: Wait) -> Result<()> {
        let is_final =
            |upload: &Document<ImageUpload>| upload.status.as_ref().is_some_and(ImageUploadStatus::is_final);
        if is_final(upload) {
            return Ok(());
        }
        let clock = self.catalog.client.clock();
        let mut waiting = wait.start(clock, format!("the upload {}", upload.id()));
        let mut pauses = SOON.into_iter().map(Duration::from_secs);
        loop {
            waiting.turn().await?;
            waiting.every(pauses.next().map_or(wait.interval, |pause| pause.min(wait.interval)));
            upload.needs_unmodified()?;
            let request = self.one(Method::GET, upload.id()).once();
            match self.answer(request, upload).await {
                Ok(()) if is_final(upload) => return Ok(()),
                Ok(()) => waiting.answered(),
                Err(error) if error.is_retryable() => waiting.failed(error)?,
                Err(error) => return Err(error),
            }
        }
    }

    pub(super) async fn set_status(
        &self,
        upload: &mut Document<ImageUpload>,
        status: &ImageUploadStatus,
    ) -> Result<()> {
        upload.needs_saved()?;
        self.answer(self.status(upload.id(), status), upload).await
    }

    /// A request that changes the status of an upload.
    pub(super) fn status(&self, id: &str, status: &ImageUploadStatus) -> Request<'a> {
        let attributes = json!({"status": status});
        let body: Value = json!({"data": {"type": "image_upload", "attributes": attributes, "id": id}});
        self.one(Method::PATCH, id).json(&body)
    }
}
