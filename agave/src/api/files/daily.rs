//! What is done with files every day, in one call each.

use std::future::poll_fn;
use std::path::Path as FilePath;
use std::pin::Pin;

use auth_core::{Error, ErrorKind, Progress, Timestamp, Wait};
use futures_core::Stream as _;
use percent_encoding::percent_decode_str;

use super::{FileEvent, FileOperation, Files};
use crate::error::Result;

impl Files<'_> {
    /// Makes a folder, `path` below `folder`.
    pub async fn mkdir(&self, system_id: &str, folder: &str, path: &str) -> Result<()> {
        self.act(system_id, folder, "mkdir", path).await
    }

    /// Copies a file or folder to another path of its system.
    pub async fn copy(&self, system_id: &str, from: &str, to: &str) -> Result<()> {
        self.act(system_id, from, "copy", to).await
    }

    /// Moves a file or folder to another path of its system. The vendor's word for it is `move`, which Rust keeps for
    /// itself.
    pub async fn move_to(&self, system_id: &str, from: &str, to: &str) -> Result<()> {
        self.act(system_id, from, "move", to).await
    }

    /// Gives a file or folder another name, within its folder.
    pub async fn rename(&self, system_id: &str, path: &str, name: &str) -> Result<()> {
        if name.contains('/') {
            let message = "the new name of a file holds a slash";
            return Err(Error::new(ErrorKind::InvalidInput, message).with_help("use move_to").into());
        }
        self.act(system_id, path, "rename", name).await
    }

    async fn act(&self, system_id: &str, file_path: &str, action: &str, path: &str) -> Result<()> {
        if path.trim().is_empty() {
            return Err(Error::new(ErrorKind::InvalidInput, format!("{action} needs a path")).into());
        }
        let operation = FileOperation { path: Some(path.to_owned()), ..FileOperation::new(action) };
        self.manage(system_id, file_path, &operation).await
    }

    /// Waits until the last transfer of a file has ended: an upload is answered before the file is in its place. The
    /// event says how it ended; look at [`FileEvent::succeeded`].
    ///
    /// `since` is when the transfer was asked for, by the service's clock: [`ImportedFile::last_modified`] of the reply to
    /// an upload. What ended earlier is then another transfer. Without it, the end of an earlier one is taken for the end
    /// of this one as long as the history of a file that was there before does not tell of this one.
    ///
    /// [`ImportedFile::last_modified`]: super::ImportedFile::last_modified
    ///
    /// ```no_run
    /// # async fn example(ag: agave::Agave, wait: agave::Wait) -> agave::Result<()> {
    /// let sent = ag.files().upload("data", "u", "a.txt").await?;
    /// let end = ag.files().wait("data", "u/a.txt", sent.last_modified, wait).await?;
    /// assert!(end.succeeded(), "{}: {}", end.status, end.description.unwrap_or_default());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn wait(
        &self,
        system_id: &str,
        file_path: &str,
        since: Option<Timestamp>,
        wait: Wait,
    ) -> Result<FileEvent> {
        let what = format!("the transfer of {file_path} to {system_id}");
        let mut waiting = wait.start(self.client.clock(), what);
        loop {
            waiting.turn().await?;
            match self.history(system_id, file_path).await {
                Ok(events) => {
                    waiting.answered();
                    // What else happens to a file, a new permission say, is no news of its transfer. Of two events of the
                    // same second the end is the later one.
                    let of_transfer = events
                        .into_iter()
                        .filter(|event| event.outcome().is_some() || event.status.contains("STAGING"))
                        .filter(|event| since.is_none_or(|since| is_since(event, since)));
                    let last = of_transfer.max_by_key(|event| (event.created, event.outcome().is_some()));
                    if let Some(last) = last.filter(|event| event.outcome().is_some()) {
                        return Ok(last);
                    }
                }
                // A file that was just sent may not be known yet.
                Err(error) if error.is_retryable() || error.is_not_found() => waiting.failed(error)?,
                Err(error) => return Err(error),
            }
        }
    }

    /// All that happened to a file, without a second attempt.
    async fn history(&self, system_id: &str, file_path: &str) -> Result<Vec<FileEvent>> {
        let mut pages = self.get_history(system_id, file_path).once().stream();
        let mut events = Vec::new();
        while let Some(event) = poll_fn(|context| Pin::new(&mut pages).poll_next(context)).await {
            events.push(event?);
        }
        Ok(events)
    }

    /// Fetches `agave://system/path`, or an output of a job by the URL that its listing links to, into a file. Returns
    /// the number of bytes.
    ///
    /// Unlike the SDK, it never sends the token to another server than this client's, and leaves the file that was
    /// there alone until the new one is complete.
    pub async fn download_uri(
        &self,
        uri: &str,
        local: impl AsRef<FilePath>,
        progress: Progress,
    ) -> Result<u64> {
        let download = match target(uri, self.client.api_server())? {
            Target::File { system, path } => self.download(&system, &path),
            Target::Output { job, path } => self.client.jobs().download_output(&job, &path),
        };
        download.with_progress(progress).to_file(local).await
    }
}

/// Some services write their events down by the second.
fn is_since(event: &FileEvent, since: Timestamp) -> bool {
    event.created.is_some_and(|at| {
        let is_by_the_second = Timestamp::from_unix_seconds(at.unix_seconds()) == at;
        at >= since || (is_by_the_second && at.unix_seconds() >= since.unix_seconds())
    })
}

/// What a URI names.
#[derive(Debug, PartialEq, Eq)]
enum Target {
    File { system: String, path: String },
    Output { job: String, path: String },
}

fn target(uri: &str, api_server: &str) -> auth_core::Result<Target> {
    let unusable = || {
        Error::new(ErrorKind::InvalidInput, "this URI names no file that can be fetched")
            .with_help("give agave://system/path, or the URL of a job's output on this client's server")
    };
    let (place, path) = if let Some(rest) = uri.strip_prefix("agave://") {
        let (system, path) = rest.split_once('/').ok_or_else(unusable)?;
        return Ok(Target::File { system: system.to_owned(), path: decoded(path) });
    } else {
        let rest = uri.strip_prefix(api_server.trim_end_matches('/')).ok_or_else(unusable)?;
        let rest = rest.strip_prefix("/jobs/v2/").ok_or_else(unusable)?;
        let listings = rest.split_once("/outputs/listings/");
        listings.or_else(|| rest.split_once("/outputs/media/")).ok_or_else(unusable)?
    };
    Ok(Target::Output { job: decoded(place), path: decoded(path) })
}

/// A URI is percent-encoded; paths are encoded again when they are sent.
fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris_name_files_and_outputs() {
        let file = |system: &str, path: &str| Target::File { system: system.into(), path: path.into() };
        let output = |job: &str, path: &str| Target::Output { job: job.into(), path: path.into() };
        let api = "https://h:1/sub/";
        for (uri, expected) in [
            ("agave://s1/a%20b/c", file("s1", "a b/c")),
            ("agave://s1//a", file("s1", "/a")),
            ("https://h:1/sub/jobs/v2/j-1/outputs/listings/o/listings.txt", output("j-1", "o/listings.txt")),
            ("https://h:1/sub/jobs/v2/j-1/outputs/media/100%", output("j-1", "100%")),
        ] {
            assert_eq!(target(uri, api).unwrap(), expected, "{uri}");
        }
        for uri in
            ["", "agave://s1", "https://other/jobs/v2/j/outputs/media/a", "https://h:1/sub/jobs/v2/j", "/a"]
        {
            assert_eq!(target(uri, api).unwrap_err().kind(), ErrorKind::InvalidInput, "{uri}");
        }
    }
}
