//! Whole folders on their way into the managed content.

use std::path::{Path, PathBuf};

use auth_core::{Error, ErrorKind, Progress, Result};

use super::super::transfer::Upload;
use super::{ManagedContentClient, UploadedContent, checked};

impl ManagedContentClient<'_> {
    /// `POST projects/{project}/content/{destination}/{name}` for each file of a folder and of the folders in it, one after
    /// another in the order of their names. Files and folders whose names begin with a dot are left out, folders that are
    /// links too.
    ///
    /// Names that cannot be keys are refused before anything is sent. After an error the files before it are there; the
    /// same call again sends all of them again.
    pub async fn upload_directory(
        &self,
        source: impl AsRef<Path>,
        destination: &str,
    ) -> crate::Result<Vec<UploadedContent>> {
        self.upload_directory_with(source, destination, &Progress::silent()).await
    }

    /// As [`ManagedContentClient::upload_directory`], and tells of each piece of a file that has been handed to the
    /// connection: bytes of all files so far, and of all files.
    pub async fn upload_directory_with(
        &self,
        source: impl AsRef<Path>,
        destination: &str,
        progress: &Progress,
    ) -> crate::Result<Vec<UploadedContent>> {
        let mut files = Vec::new();
        collect(source.as_ref(), destination.trim_matches('/'), &mut files)?;
        files.sort_by(|one, other| one.key.cmp(&other.key));
        for file in &files {
            checked(&file.key)?;
        }
        let total = files.iter().map(|file| file.size).sum();
        let mut before = 0;
        let mut uploaded = Vec::with_capacity(files.len());
        for file in files {
            let told = progress.clone();
            let of_all = Progress::new(move |done, _| told.report(before + done, Some(total)));
            let upload = Upload::file(file.path).await?.with_progress(&of_all);
            uploaded.push(self.upload_streaming(&file.key, upload).await?);
            before += file.size;
        }
        Ok(uploaded)
    }
}

/// A file that is to be sent.
struct Found {
    path: PathBuf,
    key: String,
    /// In bytes.
    size: u64,
}

/// Reads names only, which is quick, and so not worth a thread.
fn collect(folder: &Path, key: &str, files: &mut Vec<Found>) -> Result<()> {
    let failed = |error: std::io::Error| {
        Error::new(ErrorKind::File, format!("{} cannot be read", folder.display())).with_source(error)
    };
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_str().ok_or_else(|| {
            Error::new(
                ErrorKind::InvalidInput,
                format!("the name of {} is no Unicode text, and cannot be a key", path.display()),
            )
        })?;
        if name.starts_with('.') {
            continue;
        }
        let key = if key.is_empty() { name.to_owned() } else { format!("{key}/{name}") };
        if entry.file_type().map_err(failed)?.is_dir() {
            collect(&path, &key, files)?;
            continue;
        }
        // A file that a link leads to counts as a file.
        let metadata = std::fs::metadata(&path).map_err(failed)?;
        if metadata.is_file() {
            files.push(Found { path, key, size: metadata.len() });
        }
    }
    Ok(())
}
