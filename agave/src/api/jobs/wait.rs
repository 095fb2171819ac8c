//! Waiting for a job.

use std::time::Duration;

use auth_core::Wait;
use http::Method;

use super::{Job, JobStatusReport, Jobs};
use crate::api::operations::fill;
use crate::error::Result;

/// How long a job that was just submitted may be unknown. Some services need a moment.
const UNKNOWN_AT_FIRST: Duration = Duration::from_secs(15);

impl Jobs<'_> {
    /// Waits until a job has ended, well or not: look at its status. It asks for the status only, and once for the job.
    ///
    /// The official SDK waits for ever where a job was stopped; here all four ends are known, and there is a deadline.
    ///
    /// ```no_run
    /// # async fn example(ag: agave::Agave) -> agave::Result<()> {
    /// use std::time::Duration;
    ///
    /// let day = agave::Wait::new(Duration::from_secs(10), Duration::from_secs(86_400));
    /// let job = ag.jobs().wait("job-id", day).await?;
    /// if !job.status.is_success() {
    ///     println!("{}: {}", job.status, job.last_status_message.unwrap_or_default());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn wait(&self, job_id: &str, wait: Wait) -> Result<Job> {
        let mut waiting = wait.start(self.client.clock(), format!("job {job_id}"));
        loop {
            waiting.turn().await?;
            match self.status_now(job_id).await {
                Ok(report) if report.status.is_terminal() => break,
                Ok(_) => waiting.answered(),
                Err(error) if error.is_retryable() => waiting.failed(error)?,
                Err(error) if is_unknown(&error) && waiting.elapsed() < UNKNOWN_AT_FIRST => {
                    waiting.failed(error)?;
                }
                Err(error) => return Err(error),
            }
        }
        self.get(job_id).await
    }

    /// How far a job is, without a second attempt: who waits asks again in any case.
    async fn status_now(&self, job_id: &str) -> Result<JobStatusReport> {
        let path = fill("/jobs/v2/{job_id}/status", &[("job_id", job_id)]);
        self.client.call(Method::GET, path).once().data().await
    }
}

fn is_unknown(error: &crate::Error) -> bool {
    error.status().is_some_and(|status| matches!(status.as_u16(), 403 | 404))
}
