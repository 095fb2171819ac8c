//! How far a job is, and how it came there.

use auth_core::Timestamp;

use crate::api::links::Links;
use crate::api::model::{model, read_by_serde};

auth_core::open_enum! {
    /// How far a job is, in the usual order.
    pub enum JobStatus {
        /// Was accepted; newer services say so.
        Accepted = "ACCEPTED",
        /// Waits to be worked on.
        Pending = "PENDING",
        /// Its inputs are looked for.
        ProcessingInputs = "PROCESSING_INPUTS",
        /// Its inputs are copied.
        StagingInputs = "STAGING_INPUTS",
        /// Its inputs are there.
        Staged = "STAGED",
        /// The app is copied.
        StagingJob = "STAGING_JOB",
        /// Is handed to the system.
        Submitting = "SUBMITTING",
        /// Waits in the system's queue.
        Queued = "QUEUED",
        /// Runs.
        Running = "RUNNING",
        /// Waits for somebody to let it go on.
        Paused = "PAUSED",
        /// Waits for something that it needs; newer services say so.
        Blocked = "BLOCKED",
        /// Has run, and its traces are removed.
        CleaningUp = "CLEANING_UP",
        /// Its outputs are archived.
        Archiving = "ARCHIVING",
        /// Its outputs are archived; the end is near.
        ArchivingFinished = "ARCHIVING_FINISHED",
        /// Its outputs could not be archived; the end is near.
        ArchivingFailed = "ARCHIVING_FAILED",
        /// Ended well.
        Finished = "FINISHED",
        /// Ended badly.
        Failed = "FAILED",
        /// Was stopped.
        Stopped = "STOPPED",
        /// Was stopped, as older services say.
        Killed = "KILLED",
    }
}

read_by_serde!(JobStatus);

impl JobStatus {
    /// Whether nothing more will happen. A word that this version does not know is taken for one on the way.
    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Finished | Self::Failed | Self::Stopped | Self::Killed)
    }

    /// Whether it ended well.
    pub fn is_success(&self) -> bool {
        *self == Self::Finished
    }
}

/// Where nothing is said, nothing is known.
impl Default for JobStatus {
    fn default() -> Self {
        Self::Other(String::new())
    }
}

model! {
    /// How far a job is.
    pub struct JobStatusReport {
        /// The id of the job.
        id: String,
        /// How far it is.
        status: JobStatus,
        /// What it links to.
        #[serde(rename = "_links")]
        links: Links,
    }
}

model! {
    /// Something that happened to a job.
    pub struct JobEvent {
        /// How far it was then.
        status: JobStatus,
        /// What happened, in words.
        description: Option<String>,
        /// When.
        created: Option<Timestamp>,
        /// How far a transfer of its files was.
        progress: Option<JobProgress>,
    }
}

model! {
    /// How far a transfer of a job's files is.
    pub struct JobProgress {
        /// Where they come from.
        source: Option<String>,
        /// How many there are.
        total_files: Option<u64>,
        /// How many are on their way.
        total_active_transfers: Option<u64>,
        /// How many bytes there are.
        total_bytes: Option<u64>,
        /// How many bytes have come.
        total_bytes_transferred: Option<u64>,
        /// How many bytes come in a second.
        average_rate: Option<f64>,
    }
}
