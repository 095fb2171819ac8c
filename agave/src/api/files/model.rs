//! What is known of a file.

use auth_core::Timestamp;

use crate::api::links::Links;
use crate::api::model::{input, model, read_by_serde};
use crate::api::permissions::Permission;

model! {
    /// A file or folder of a listing.
    pub struct FileItem {
        /// The name. `.` is the folder that is listed.
        name: String,
        /// The path on its system.
        path: String,
        /// What it is.
        #[serde(rename = "type")]
        kind: Option<FileKind>,
        /// How long it is, in bytes.
        length: Option<u64>,
        /// When it was last changed.
        last_modified: Option<Timestamp>,
        /// What the caller may do with it.
        permissions: Option<Permission>,
        /// `folder`, or `raw`.
        format: Option<String>,
        /// As in `text/directory`.
        mime_type: Option<String>,
        /// The system on which it lies.
        system: Option<String>,
        /// Who owns it, of a job's output.
        owner: Option<String>,
        /// What it links to.
        #[serde(rename = "_links")]
        links: Links,
    }
}

impl FileItem {
    /// Whether it is a folder.
    pub fn is_dir(&self) -> bool {
        self.kind == Some(FileKind::Dir)
    }
}

auth_core::open_enum! {
    /// What a [`FileItem`] is.
    pub enum FileKind {
        /// A folder.
        Dir = "dir",
        /// A file.
        File = "file",
    }
}

read_by_serde!(FileKind);

model! {
    /// A file that the service has taken, and is about to put in its place.
    pub struct ImportedFile {
        /// The name.
        name: String,
        /// The path on its system.
        path: Option<String>,
        /// The id by which permissions, metadata and notifications name it.
        uuid: Option<String>,
        /// Who owns it.
        owner: Option<String>,
        /// Where it came from.
        source: Option<String>,
        /// How far it is, as in `STAGING_QUEUED`.
        status: Option<String>,
        /// The system on which it will lie.
        system_id: Option<String>,
        /// The format, as in `raw`.
        native_format: Option<String>,
        /// When it was last changed.
        last_modified: Option<Timestamp>,
        /// What it links to.
        #[serde(rename = "_links")]
        links: Links,
    }
}

model! {
    /// Something that happened to a file.
    pub struct FileEvent {
        /// What, as in `STAGING_QUEUED`.
        status: String,
        /// What, in words.
        description: Option<String>,
        /// When.
        created: Option<Timestamp>,
        /// By whom.
        created_by: Option<String>,
    }
}

impl FileEvent {
    /// Whether a transfer ended, and well (`COMPLETE`, `FINISHED`), or not (`FAILED`).
    pub fn outcome(&self) -> Option<bool> {
        let says = |word: &str| self.status.to_ascii_uppercase().contains(word);
        if says("FAILED") { Some(false) } else { (says("COMPLETE") || says("FINISHED")).then_some(true) }
    }

    /// Whether a transfer ended well.
    pub fn succeeded(&self) -> bool {
        self.outcome() == Some(true)
    }
}

input! {
    /// What is to be done with a file or folder.
    pub struct FileOperation {
        /// `mkdir`, `rename`, `copy` or `move`.
        action: String,
        ;
        /// The folder that is made, the new name, or where it goes.
        path: Option<String>,
    }
}
