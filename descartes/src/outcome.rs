//! How far jobs and functions came at the platform's side, and what went wrong with them there.

use std::fmt;

auth_core::open_enum! {
    /// How far a job is.
    pub enum JobStatus {
        /// Waits for its turn.
        Pending = "pending",
        /// Runs.
        Running = "running",
        /// Is to be canceled.
        Cancel = "cancel",
        /// Is being canceled.
        Canceling = "canceling",
        /// Has ended well.
        Success = "success",
        /// Has failed.
        Failure = "failure",
        /// Took longer than its function allows.
        Timeout = "timeout",
        /// Was canceled.
        Canceled = "canceled",
    }
}

impl JobStatus {
    /// Those that a job ends with.
    pub const TERMINAL: [Self; 4] = [Self::Success, Self::Failure, Self::Timeout, Self::Canceled];

    /// Whether a job has ended with it.
    pub fn is_terminal(&self) -> bool {
        Self::TERMINAL.contains(self)
    }
}

auth_core::open_enum! {
    /// How far a function is.
    pub enum FunctionStatus {
        /// Waits for its code.
        AwaitingBundle = "awaiting_bundle",
        /// Is being built.
        Building = "building",
        /// Could not be built.
        BuildFailed = "build_failed",
        /// Takes up jobs.
        Ready = "ready",
        /// Takes up no jobs.
        Stopped = "stopped",
    }
}

/// A job has no result: it failed, or it is not done yet.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct JobFailure {
    /// The job.
    pub job_id: String,
    /// How far it came.
    pub status: JobStatus,
    /// Why it failed, in the platform's words.
    pub error_reason: Option<String>,
    /// What its process ended with.
    pub exit_code: Option<i64>,
}

impl fmt::Display for JobFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { job_id, status, error_reason, exit_code } = self;
        if !status.is_terminal() {
            return write!(f, "job {job_id} is not done, its status is {status} (wait for it)");
        }
        write!(f, "job {job_id} did not succeed, its status is {status}")?;
        if let Some(reason) = error_reason {
            write!(f, ": {}", auth_core::error::shorten(reason, 500))?;
        }
        if let Some(code) = exit_code {
            write!(f, " [exit code {code}]")?;
        }
        f.write_str(" (its log tells more)")
    }
}

/// A function could not be built, so that its jobs never run.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BuildFailure {
    /// The function.
    pub function_id: String,
    /// Its name.
    pub name: Option<String>,
    /// How far it came.
    pub status: FunctionStatus,
}

impl fmt::Display for BuildFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name.as_ref().map(|name| format!(" ({name})")).unwrap_or_default();
        write!(f, "function {}{name} could not be built (its build log tells more)", self.function_id)
    }
}
