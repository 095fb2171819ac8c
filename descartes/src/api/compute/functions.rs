//! Functions: from code to results.

use std::collections::BTreeSet;

use auth_core::secret::expose;
use auth_core::{Body, Error, ErrorKind, Wait, path};
use bytes::Bytes;
use futures_util::{TryStreamExt as _, stream};
use http::Method;
use serde_json::json;

use super::Compute;
use super::function::{Function, FunctionChanges, NewFunction, RegisteredFunction};
use super::job::{Job, NewJob};
use super::result::{self, JobResult};
use super::search::{ComputeSearch, JobSearch};
use crate::api::Items;
use crate::api::filter::Filter;
use crate::error::Result;
use crate::outcome::{FunctionStatus, JobStatus};

/// How many ids fit into one condition.
const CHUNK: usize = 128;

/// Functions: code that the platform runs; see [`Compute::functions`].
#[derive(Clone, Copy, Debug)]
pub struct Functions<'a> {
    pub(super) compute: Compute<'a>,
}

/// A search for functions.
pub type SearchedFunctions<'a> = ComputeSearch<'a, Function>;

impl<'a> Functions<'a> {
    pub(super) fn new(compute: Compute<'a>) -> Self {
        Self { compute }
    }

    /// `GET /functions/{id}`: a function.
    pub async fn get(&self, id: &str) -> Result<Function> {
        self.compute.request(Method::GET, path!["functions", id]).data().await
    }

    /// `GET /functions/{id}` with `include=job.statistics`: the function as it is now, and how many jobs it has of each
    /// status.
    pub async fn refresh(&self, id: &str) -> Result<Function> {
        let request = self.compute.request(Method::GET, path!["functions", id]);
        request.query("include", "job.statistics").data().await
    }

    /// `GET /functions`: all functions of the user, in pages of 100.
    pub fn list(&self) -> SearchedFunctions<'a> {
        self.search().page_size(100)
    }

    /// `GET /functions`: the functions that conditions hold for; [`ComputeSearch::count`] counts them.
    pub fn search(&self) -> SearchedFunctions<'a> {
        ComputeSearch::new(self.compute, "functions")
    }

    /// `POST /functions`, `PUT` of the URL that this gives, and `POST /functions/{id}/bundle`: creates a function from
    /// its code, and begins to build it.
    ///
    /// The bundle is a zip file: `__dlentrypoint__.py`, which ends in `main = <function>`, perhaps `requirements.txt`,
    /// and modules and data. The function acts with the credentials that the service holds: see
    /// [`ComputeCredentials::set`](super::ComputeCredentials::set), which is not called from here (trap 8).
    ///
    /// When a step fails after the first, the function is there and waits for its code: the steps are
    /// [`Functions::register`], [`Functions::upload_bundle`] and [`Functions::build`].
    pub async fn create(&self, function: &NewFunction, bundle: Body) -> Result<Function> {
        let registered = self.register(function).await?;
        self.upload_bundle(&registered, bundle).await?;
        self.build(&registered.function.id).await
    }

    /// `POST /functions`: creates a function that waits for its code. One whose image holds the code needs no more.
    pub async fn register(&self, function: &NewFunction) -> Result<RegisteredFunction> {
        self.compute.request(Method::POST, path!["functions"]).json(function).data().await
    }

    /// `PUT` of the URL that [`Functions::register`] gave: the code, as a zip file. The URL gets no token.
    pub async fn upload_bundle(&self, function: &RegisteredFunction, bundle: Body) -> Result<()> {
        let url = expose(&function.bundle_upload_url);
        let request = self.compute.client.signed(Method::PUT, url);
        request.header("content-type", "application/octet-stream").body(bundle).done().await
    }

    /// `POST /functions/{id}/bundle`: the code is there, so build it.
    pub async fn build(&self, id: &str) -> Result<Function> {
        self.compute.request(Method::POST, path!["functions", id, "bundle"]).data().await
    }

    /// `PATCH /functions/{id}`: changes a function. Nobody has seen a reply of a live server.
    pub async fn save(&self, id: &str, changes: &FunctionChanges) -> Result<Function> {
        self.compute.request(Method::PATCH, path!["functions", id]).json(changes).data().await
    }

    /// `PATCH /functions/{id}`: lets jobs be submitted.
    pub async fn enable(&self, id: &str) -> Result<Function> {
        self.save(id, &FunctionChanges { enabled: Some(true), ..Default::default() }).await
    }

    /// `PATCH /functions/{id}`: lets no more jobs be submitted.
    pub async fn disable(&self, id: &str) -> Result<Function> {
        self.save(id, &FunctionChanges { enabled: Some(false), ..Default::default() }).await
    }

    /// `PATCH /functions/{id}`: takes up waiting jobs.
    pub async fn start(&self, id: &str) -> Result<Function> {
        self.save(id, &FunctionChanges { status: Some(FunctionStatus::Ready), ..Default::default() }).await
    }

    /// `PATCH /functions/{id}`: takes up no more jobs.
    pub async fn stop(&self, id: &str) -> Result<Function> {
        self.save(id, &FunctionChanges { status: Some(FunctionStatus::Stopped), ..Default::default() }).await
    }

    /// `POST /jobs`: submits a job, as a call of the function. See [`Jobs::create`](super::Jobs::create).
    pub async fn call(&self, job: &NewJob) -> Result<Job> {
        self.compute.jobs().create(job).await
    }

    /// `GET /jobs`: a search for the jobs of a function.
    pub fn jobs(&self, id: &str) -> JobSearch<'a> {
        self.compute.jobs().search().filter(Filter::eq("function_id", id))
    }

    /// `POST /jobs/cancel`: cancels the jobs of a function.
    pub async fn cancel_jobs(&self, id: &str) -> Result<Vec<Job>> {
        self.compute.jobs().cancel_many(&self.jobs(id)).await
    }

    /// `POST /jobs/rerun`: runs the jobs of a function again that did not succeed.
    pub async fn rerun(&self, id: &str) -> Result<Vec<Job>> {
        self.compute.jobs().rerun_many(&self.jobs(id)).await
    }

    /// `POST /jobs/delete`: deletes the jobs of a function that do not run, and with `delete_results` their results.
    pub async fn delete_jobs(&self, id: &str, delete_results: bool) -> Result<Vec<String>> {
        self.compute.jobs().delete_many(&self.jobs(id), delete_results).await
    }

    /// `GET /functions/{id}/log`: what was written while the function was built, as a gzip file. Empty before that.
    pub async fn build_log(&self, id: &str) -> Result<Bytes> {
        self.compute.request(Method::GET, path!["functions", id, "log"]).bytes().await
    }

    /// [`Functions::build_log`], while it arrives.
    pub async fn stream_build_log(&self, id: &str) -> Result<Items<'static, Bytes>> {
        let reply = self.compute.request(Method::GET, path!["functions", id, "log"]).send().await?;
        Ok(Box::pin(reply.stream().map_err(crate::error::Error::from)))
    }

    /// `POST /jobs/delete` and `DELETE /functions/{id}`: deletes a function and its jobs, and with `delete_results`
    /// their results. It fails while a job runs. Nobody has seen a reply of a live server.
    pub async fn delete(&self, id: &str, delete_results: bool) -> Result<()> {
        self.delete_jobs(id, delete_results).await?;
        self.compute.request(Method::DELETE, path!["functions", id]).idempotent(false).done().await
    }

    /// `GET /functions/{id}` with `include=job.statistics`, again and again: the function when it is built and all its
    /// jobs have ended. [`Error::Build`](crate::Error::Build) when it cannot be built.
    pub async fn wait_for_completion(&self, id: &str, wait: Wait) -> Result<Function> {
        let mut waiting = wait.start(self.compute.client.clock(), format!("function {id}"));
        loop {
            waiting.turn().await?;
            match self.refresh(id).await {
                Ok(function) => {
                    function.buildable()?;
                    if function.is_idle() {
                        return Ok(function);
                    }
                    waiting.answered();
                }
                Err(error) if error.is_retryable() => waiting.failed(error)?,
                Err(error) => return Err(error),
            }
        }
    }

    /// `GET /functions/{id}` and `GET /jobs`, again and again: the jobs as they end, well or not. All must be of this
    /// function. The wait begins when the stream is first read.
    pub fn as_completed<'j>(
        &self,
        id: &str,
        jobs: impl IntoIterator<Item = &'j Job>,
        wait: Wait,
    ) -> Result<Items<'a, Job>> {
        let mut left = BTreeSet::new();
        for job in jobs {
            if job.function_id != id {
                let what = format!("job {} belongs to function {}, not to {id}", job.id, job.function_id);
                return Err(Error::new(ErrorKind::InvalidInput, what).into());
            }
            left.insert(job.id.clone());
        }
        let waiting = wait.start(self.compute.client.clock(), format!("the jobs of function {id}"));
        let completion = Completion { functions: *self, id: id.to_owned(), left, found: Vec::new(), waiting };
        Ok(Box::pin(stream::try_unfold(completion, |mut completion| async move {
            Ok(completion.next().await?.map(|job| (job, completion)))
        })))
    }

    /// `GET /jobs` and, for each job, what [`Jobs::result`](super::Jobs::result) sends: what the jobs returned that
    /// succeeded, one after the other.
    pub fn iter_results(&self, id: &str) -> Items<'a, (Job, Option<JobResult>)> {
        let functions = *self;
        let found = self.jobs(id).filter(Filter::eq("status", JobStatus::Success.as_str())).stream();
        let id = id.to_owned();
        let begin = (found, None::<String>);
        Box::pin(stream::try_unfold(begin, move |(mut found, namespace)| {
            let id = id.clone();
            async move {
                let Some(job) = found.try_next().await? else { return Ok(None) };
                let namespace = match namespace {
                    Some(namespace) => namespace,
                    None => functions.namespace(&id).await?,
                };
                let result = result::fetch(functions.compute.client, &namespace, &job).await?;
                Ok(Some(((job, result), (found, Some(namespace)))))
            }
        }))
    }

    /// [`Functions::iter_results`], all at once.
    pub async fn results(&self, id: &str) -> Result<Vec<(Job, Option<JobResult>)>> {
        self.iter_results(id).try_collect().await
    }

    /// `POST /credentials`, or `GET /credentials` when there is only a token: hands the user's credentials to the
    /// service, or makes sure that it has some. See [`ComputeCredentials::set`](super::ComputeCredentials::set).
    pub async fn update_credentials(&self) -> Result<()> {
        match self.compute.client.auth().credentials() {
            Ok(_) => self.compute.credentials().set().await,
            Err(_) => self.compute.credentials().check().await,
        }
    }

    /// The namespace that results of a function are kept in.
    pub(super) async fn namespace(&self, id: &str) -> Result<String> {
        let namespace = self.get(id).await?.namespace;
        let missing = || Error::new(ErrorKind::Reply, format!("function {id} has no namespace"));
        Ok(namespace.filter(|namespace| !namespace.is_empty()).ok_or_else(missing)?)
    }

    /// Those of some jobs that have ended.
    async fn ended(&self, ids: &BTreeSet<String>) -> Result<Vec<Job>> {
        let mut ended = Vec::new();
        let ids: Vec<&String> = ids.iter().collect();
        let terminal = || JobStatus::TERMINAL.map(|status| json!(status));
        for chunk in ids.chunks(CHUNK) {
            let filter = Filter::any_of("id", chunk.iter().map(|id| id.as_str()));
            let filter = filter.and(Filter::any_of("status", terminal()));
            ended.extend(self.compute.jobs().search().filter(filter).collect().await?);
        }
        Ok(ended)
    }
}

/// Jobs that are waited for.
struct Completion<'a> {
    functions: Functions<'a>,
    id: String,
    left: BTreeSet<String>,
    /// Those that have ended and were not told yet.
    found: Vec<Job>,
    waiting: auth_core::wait::Waiting,
}

impl Completion<'_> {
    async fn next(&mut self) -> Result<Option<Job>> {
        loop {
            if let Some(job) = self.found.pop() {
                self.left.remove(&job.id);
                return Ok(Some(job));
            }
            if self.left.is_empty() {
                return Ok(None);
            }
            self.waiting.turn().await?;
            match self.ask().await {
                Ok(found) => {
                    self.waiting.answered();
                    self.found = found;
                }
                Err(error) if error.is_retryable() => self.waiting.failed(error)?,
                Err(error) => return Err(error),
            }
        }
    }

    async fn ask(&self) -> Result<Vec<Job>> {
        self.functions.get(&self.id).await?.buildable()?;
        let mut found = self.functions.ended(&self.left).await?;
        found.retain(|job| self.left.contains(&job.id));
        // The last is told first.
        found.reverse();
        Ok(found)
    }
}
