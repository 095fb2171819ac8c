//! Blobs: files of any kind (contract section 6.4). How they are sent and read is in `blob_upload.rs` and
//! `blob_reading.rs`.

use auth_core::{Timestamp, Wait, path};
use http::Method;
use serde_json::json;

use super::class::{attributes, class};
use super::{BlobSummary, Collection, DateField, DeletionTask, Document, Summarized, deletion};
use crate::api::Geometry;
use crate::client::Request;
use crate::error::Result;

/// Blobs of the catalog.
pub type Blobs<'a> = Collection<'a, Blob>;

auth_core::open_enum! {
    /// What a blob is there for.
    pub enum StorageType {
        /// The result of a job. The platform writes it.
        Compute = "compute",
        /// Anything of a user.
        Data = "data",
        /// An object of Dynamic Compute.
        Dyncomp = "dyncomp",
        /// The output of a job. The platform writes it.
        Logs = "logs",
    }
}

auth_core::open_enum! {
    /// Where the content is.
    pub enum StorageState {
        /// At the platform.
        Available = "available",
        /// Elsewhere.
        Remote = "remote",
    }
}

attributes! {
    /// A blob: a file and what is known about it. Its id is `<storage type>/<namespace>/<name>`.
    pub shared struct Blob {
        /// The name, which may hold slashes.
        name: String,
        /// Whose it is; see [`Blobs::namespace_id`].
        namespace: String,
        /// What it is there for.
        storage_type: StorageType,
        /// Where the content is.
        storage_state: StorageState,
        /// What it is about.
        description: String,
        /// The place that it is about.
        geometry: Geometry,
        /// When it will be deleted by itself.
        expires: Timestamp,
        /// Where the content is.
        href: String,
        /// Its length in bytes.
        size_bytes: u64,
        /// The MD5 of its content, in hex digits.
        hash: String,
    }
}

class!(Blob: "storage" at "storage", Editable, Located);

impl Summarized for Blob {
    type Summary = BlobSummary;
    const DATE_FIELD: DateField = DateField::Created;
}

impl Document<Blob> {
    /// A new blob of a user. The platform gives it its id when it is uploaded.
    pub fn named(name: impl Into<String>) -> Self {
        let data = Some(StorageType::Data);
        Self::holding("", Blob { name: Some(name.into()), storage_type: data, ..Blob::default() })
    }
}

impl<'a> Blobs<'a> {
    /// `POST /storage/delete`: deletes a blob, which goes on at the platform. A blob that is not there is an error.
    /// `None` when there is nothing to wait for.
    ///
    /// Before the task has ended, do not upload another blob with the same id: it may lose its content. See
    /// [`Blobs::wait_for_deletion`].
    pub async fn delete(&self, id: &str) -> Result<Option<DeletionTask>> {
        self.delete_all(&[id], true).await
    }

    /// `POST /storage/delete`: as [`Blobs::delete`], for several. Those that are not there do not matter: `ids` of the
    /// task are the others.
    pub async fn delete_many(&self, ids: &[&str]) -> Result<Option<DeletionTask>> {
        match ids {
            [] => Ok(None),
            ids => self.delete_all(ids, false).await,
        }
    }

    async fn delete_all(&self, ids: &[&str], raise_on_missing: bool) -> Result<Option<DeletionTask>> {
        if ids.iter().any(|id| id.is_empty()) {
            let what = "the id of a blob to delete is empty";
            return Err(auth_core::Error::new(auth_core::ErrorKind::InvalidInput, what).into());
        }
        let attributes = json!({"ids": ids, "raise_on_missing": raise_on_missing});
        let body = json!({"data": {"type": "storage_delete", "attributes": attributes}});
        deletion::start(self.catalog.request(Method::POST, path!["storage/delete"]).json(&body)).await
    }

    /// `GET /storage/delete/{task}`: how far a deletion is.
    pub async fn get_delete_status(&self, task: &str) -> Result<DeletionTask> {
        deletion::status(self.deletion(task)).await
    }

    fn deletion(&self, task: &str) -> Request<'a> {
        self.catalog.request(Method::GET, path!["storage/delete", task])
    }

    /// Asks [`Blobs::get_delete_status`] until the deletion has ended, well or not. The vendor asks once a minute.
    pub async fn wait_for_deletion(&self, task: &str, wait: Wait) -> Result<DeletionTask> {
        let what = format!("the deletion {task}");
        deletion::wait_for(self.catalog, what, wait, || self.deletion(task)).await
    }

    /// The namespace that blobs are in: the user's own where none is given, else the given one with the organization in
    /// front, unless it is there already.
    pub async fn namespace_id(&self, namespace: Option<&str>) -> Result<String> {
        self.catalog.namespace_id(namespace).await
    }
}
