//! Jobs: runs of apps (contract section 6.2).

mod model;
mod status;
mod wait;

pub use model::{Job, JobNotification, JobOperation, JobSummary, NewJob};
pub use status::{JobEvent, JobProgress, JobStatus, JobStatusReport};

use super::files::{Walk, WalkCursor, walk};
use super::operations::operations;
use super::permissions::{NewPermission, UserPermission};
use super::{FileItem, List};
use crate::client::Client;
use crate::error::Result;

auth_core::service! {
    /// Jobs: runs of apps.
    pub struct Jobs, from Client::jobs
}

operations! { impl Jobs {
    /// the caller's jobs, and those that others have shared.
    fn list() -> List<JobSummary> = GET "/jobs/v2/";
    /// submits a job. It is never repeated when its fate is unknown: look at [`Jobs::list`] then.
    fn submit(job: &NewJob) -> Job = POST "/jobs/v2/";
    /// a job, in full.
    fn get(job_id) -> Job = GET "/jobs/v2/{job_id}";
    /// stops a job, or submits it again; see [`Jobs::stop`] and [`Jobs::resubmit`].
    fn manage(job_id, operation: &JobOperation) -> Job = POST "/jobs/v2/{job_id}";
    /// deletes a job. It is stopped, and hidden from then on.
    fn delete(job_id) = DELETE "/jobs/v2/{job_id}";
    /// what happened to a job.
    fn get_history(job_id) -> List<JobEvent> = GET "/jobs/v2/{job_id}/history";
    /// who may do what with a job.
    fn list_permissions(job_id) -> List<UserPermission> = GET "/jobs/v2/{job_id}/pems";
    /// gives a user a permission.
    fn update_permissions(job_id, permission: &NewPermission) = POST "/jobs/v2/{job_id}/pems";
    /// takes all permissions from all users but the owner.
    fn delete_permissions(job_id) = DELETE "/jobs/v2/{job_id}/pems";
    /// what a user may do with a job.
    fn list_permissions_for_user(job_id, username) -> List<UserPermission> =
        GET "/jobs/v2/{job_id}/pems/{username}";
    /// gives a user a permission. The name in the path counts.
    fn update_permissions_for_user(job_id, username, permission: &NewPermission) =
        POST "/jobs/v2/{job_id}/pems/{username}";
    /// takes all permissions from a user. The official SDK cannot do it: it calls the job `uniqueName`.
    fn delete_permissions_for_user(job_id, username) = DELETE "/jobs/v2/{job_id}/pems/{username}";
    /// how far a job is. Cheaper than the whole job; see [`Jobs::wait`].
    fn get_status(job_id) -> JobStatusReport = GET "/jobs/v2/{job_id}/status";
    /// what is in a folder of a job's outputs; `/` is the topmost one. They are told while the job runs, and from
    /// where they are archived afterwards.
    fn list_outputs(job_id, file_path) -> List<FileItem> = GET "/jobs/v2/{job_id}/outputs/listings/{+file_path}";
    /// an output of a job. The official SDK fails on it, because it takes every file for JSON.
    fn download_output(job_id, file_path) -> Download = GET "/jobs/v2/{job_id}/outputs/media/{+file_path}";
    /// the jobs of which an attribute has a value, as in `("status", "RUNNING")`. Newer tenants know only
    /// [`List::search`].
    fn search(attribute, value) -> List<JobSummary> = GET "/jobs/v2/{attribute}/{value}";
} }

impl<'a> Jobs<'a> {
    /// Stops a job. What the service answers is not looked at, beyond errors.
    pub async fn stop(&self, job_id: &str) -> Result<()> {
        let path = super::operations::fill("/jobs/v2/{job_id}", &[("job_id", job_id)]);
        self.client.call(http::Method::POST, path).json(&JobOperation::new("stop")).done().await
    }

    /// Submits a job again, as it was. The answer is the new job.
    pub async fn resubmit(&self, job_id: &str) -> Result<Job> {
        self.manage(job_id, &JobOperation::new("resubmit")).await
    }

    /// All outputs of a job, in all folders, as a stream; see [`Files::walk`](super::Files::walk).
    pub fn walk_outputs(&self, job_id: &str, folder: &str) -> Walk<'a> {
        let (jobs, job_id) = (*self, job_id.to_owned());
        walk(WalkCursor::new(folder), move |folder| jobs.list_outputs(&job_id, folder))
    }
}

impl List<'_, JobSummary> {
    /// In the order of an attribute, as in `("created", Order::Descending)`. The vendor calls it experimental.
    pub fn sort_by(self, attribute: &str, order: Order) -> Self {
        self.query("sortBy", attribute).query("sort", order)
    }
}

auth_core::open_enum! {
    /// In which order a list comes.
    pub enum Order {
        /// The smallest or oldest first.
        Ascending = "asc",
        /// The largest or newest first.
        Descending = "desc",
    }
}
