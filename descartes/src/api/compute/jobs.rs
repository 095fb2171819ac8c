//! Jobs, one at a time. Many at once are a [`JobSearch`].

use auth_core::{Wait, path};
use http::Method;
use serde_json::{Value, json};

use super::Compute;
use super::job::{Job, JobChanges, NewJob};
use super::log::{self, LogLines};
use super::result::{self, JobResult, ResultBlob};
use super::search::{ComputeSearch, JobSearch};
use crate::error::{Error, Result};

/// Jobs: single runs of functions; see [`Compute::jobs`].
#[derive(Clone, Copy, Debug)]
pub struct Jobs<'a> {
    compute: Compute<'a>,
}

impl<'a> Jobs<'a> {
    pub(super) fn new(compute: Compute<'a>) -> Self {
        Self { compute }
    }

    /// `POST /jobs`: submits a job. It is sent once: when its fate is unknown, the error says so, and a search for the
    /// jobs of the function tells whether it is there (trap 9).
    pub async fn create(&self, job: &NewJob) -> Result<Job> {
        self.compute.request(Method::POST, path!["jobs"]).json(job).data().await
    }

    /// `GET /jobs/{id}`: a job. One that does not exist is an error.
    pub async fn get(&self, id: &str) -> Result<Job> {
        self.fetch(id, false).await
    }

    /// `GET /jobs/{id}` with `include=timings`: a job, with its times of provisioning and loading.
    pub async fn get_with_timings(&self, id: &str) -> Result<Job> {
        self.fetch(id, true).await
    }

    /// `GET /jobs/{id}`: the job as it is now, with timings when it had them.
    pub async fn refresh(&self, job: &Job) -> Result<Job> {
        self.fetch(&job.id, job.provisioning_time.is_some() || job.pull_time.is_some()).await
    }

    /// `GET /jobs`: all jobs of the user, in pages of 100.
    pub fn list(&self) -> JobSearch<'a> {
        self.search().page_size(100)
    }

    /// `GET /jobs`: the jobs that conditions hold for; [`ComputeSearch::count`] counts them.
    ///
    /// Conditions: `id`, `function_id`, `creation_date`, `execution_count`, `exit_code`, `last_completion_date`,
    /// `last_execution_date`, `runtime`, `status`, `tags`. All but `function_id` and `tags` can be sorted by.
    ///
    /// ```no_run
    /// # async fn example(client: descartes::Client) -> descartes::Result<()> {
    /// use descartes::api::Filter;
    ///
    /// let slow = client.compute().jobs().search().filter(Filter::gt("runtime", 3600)).sort("-runtime");
    /// for job in slow.limit(10).collect().await? {
    ///     println!("{}  {:?} s", job.id, job.runtime);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn search(&self) -> JobSearch<'a> {
        ComputeSearch::new(self.compute, "jobs")
    }

    /// `GET /jobs/{id}`, again and again: the job when it has ended, well or not; [`Job::succeeded`] tells which. The
    /// vendor asks every 10 seconds.
    ///
    /// ```no_run
    /// # async fn example(client: descartes::Client) -> descartes::Result<()> {
    /// use std::time::Duration;
    /// use descartes::Wait;
    ///
    /// let wait = Wait::new(Duration::from_secs(10), Duration::from_secs(3600));
    /// let job = client.compute().jobs().wait_for_completion("j-1", wait).await?.succeeded()?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn wait_for_completion(&self, id: &str, wait: Wait) -> Result<Job> {
        self.wait_watching(id, wait, |_| {}).await
    }

    /// [`Jobs::wait_for_completion`], showing the job each time it was asked for.
    pub async fn wait_watching(&self, id: &str, wait: Wait, mut watch: impl FnMut(&Job)) -> Result<Job> {
        let mut waiting = wait.start(self.compute.client.clock(), format!("job {id}"));
        loop {
            waiting.turn().await?;
            match self.compute.request(Method::GET, path!["jobs", id]).once().data::<Job>().await {
                Ok(job) => {
                    watch(&job);
                    if job.is_done() {
                        return Ok(job);
                    }
                    waiting.answered();
                }
                Err(error) if error.is_retryable() => waiting.failed(error)?,
                Err(error) => return Err(error),
            }
        }
    }

    /// `GET /jobs/{id}/log`: what the job wrote, a line below the other. With `timestamps` each begins with its time
    /// (UTC). A log has no bound: [`Jobs::iter_log`] reads it line by line.
    pub async fn log(&self, id: &str, timestamps: bool) -> Result<String> {
        log::text(self.iter_log(id).await?, timestamps).await
    }

    /// `GET /jobs/{id}/log`: what the job wrote, line by line while it arrives.
    pub async fn iter_log(&self, id: &str) -> Result<LogLines> {
        let reply = self.compute.request(Method::GET, path!["jobs", id, "log"]).send().await?;
        Ok(log::lines(reply))
    }

    /// `GET /jobs/{id}`, `GET /functions/{function_id}`, `GET /storage/download/{id}` and `GET` of the URL that this
    /// gives: what the function returned. `None` when it returned nothing.
    ///
    /// A job that is not known to have succeeded is asked for first. [`Error::Job`] when it failed or is not done.
    pub async fn result(&self, job: &Job) -> Result<Option<JobResult>> {
        let job = self.done(job).await?;
        let namespace = self.compute.functions().namespace(&job.function_id).await?;
        result::fetch(self.compute.client, &namespace, &job).await
    }

    /// `GET /storage/{id}`: what the catalog knows of the result: size, hash and so on. `None` when there is none.
    /// [`Error::Job`] when the job failed or is not done.
    pub async fn result_blob(&self, job: &Job) -> Result<Option<ResultBlob>> {
        let job = self.done(job).await?;
        let namespace = self.compute.functions().namespace(&job.function_id).await?;
        result::describe(self.compute.client, &namespace, &job).await
    }

    /// `POST /jobs/{id}/cancel`: cancels a job. One that runs may end before it is noticed; one that has ended stays.
    pub async fn cancel(&self, id: &str) -> Result<Job> {
        self.compute.request(Method::POST, path!["jobs", id, "cancel"]).data().await
    }

    /// `DELETE /jobs/{id}`: deletes a job and its log, and with `delete_results` its result. Nobody has seen a reply of
    /// a live server.
    pub async fn delete(&self, id: &str, delete_results: bool) -> Result<()> {
        // The service reads the words of Python.
        let delete_results = if delete_results { "True" } else { "False" };
        let request = self.compute.request(Method::DELETE, path!["jobs", id]);
        request.query("delete_results", delete_results).idempotent(false).done().await
    }

    /// `PATCH /jobs/{id}`: changes a job. Nobody has seen a reply of a live server.
    pub async fn save(&self, id: &str, changes: &JobChanges) -> Result<Job> {
        self.compute.request(Method::PATCH, path!["jobs", id]).json(changes).data().await
    }

    /// `POST /jobs/cancel`: cancels all that a search finds. Without a condition that is every job of the user.
    pub async fn cancel_many(&self, search: &JobSearch<'_>) -> Result<Vec<Job>> {
        self.many("cancel", search, None).await.map(Option::unwrap_or_default)
    }

    /// `POST /jobs/rerun`: runs again all that a search finds and that did not succeed.
    pub async fn rerun_many(&self, search: &JobSearch<'_>) -> Result<Vec<Job>> {
        self.many("rerun", search, None).await.map(Option::unwrap_or_default)
    }

    /// `POST /jobs/delete`: deletes all that a search finds and that does not run, and with `delete_results` their
    /// results. The ids of those that were deleted. Without a condition that is every job of the user. Very many at
    /// once may take too long: limit the search, and repeat.
    pub async fn delete_many(&self, search: &JobSearch<'_>, delete_results: bool) -> Result<Vec<String>> {
        self.many("delete", search, Some(delete_results)).await.map(Option::unwrap_or_default)
    }

    async fn many<T: serde::de::DeserializeOwned>(
        &self,
        what: &'static str,
        search: &JobSearch<'_>,
        delete_results: Option<bool>,
    ) -> Result<Option<T>> {
        // What can hold for nothing is not sent: a filter that somebody drops on the way would mean every job.
        let Some(mut body) = search.to_body()? else { return Ok(None) };
        if let (Some(delete_results), Value::Object(members)) = (delete_results, &mut body) {
            members.insert("delete_results".to_owned(), json!(delete_results));
        }
        let path = path!["jobs"].map(|path| path.literal(what));
        self.compute.request(Method::POST, path).json(&body).data().await.map(Some)
    }

    async fn fetch(&self, id: &str, timings: bool) -> Result<Job> {
        let request = self.compute.request(Method::GET, path!["jobs", id]);
        request.query_opt("include", timings.then_some("timings")).data().await
    }

    /// The job, known to have succeeded.
    async fn done(&self, job: &Job) -> Result<Job> {
        if job.failure().is_none() {
            return Ok(job.clone());
        }
        let job = self.refresh(job).await?;
        match job.failure() {
            None => Ok(job),
            Some(failure) => Err(Error::Job(failure)),
        }
    }
}
