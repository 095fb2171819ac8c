//! Functions: from code to results.

use auth_core::secret::expose;
use auth_core::{Body, Error, ErrorKind, path};
use bytes::Bytes;
use futures_util::TryStreamExt as _;
use http::Method;

use super::Compute;
use super::function::{Function, FunctionChanges, NewFunction, RegisteredFunction};
use super::job::{Job, NewJob};
use super::search::{ComputeSearch, JobSearch};
use crate::api::Items;
use crate::api::filter::Filter;
use crate::client::Request;
use crate::error::Result;
use crate::outcome::FunctionStatus;

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
        self.getting(id).data().await
    }

    pub(super) fn getting(&self, id: &str) -> Request<'a> {
        self.compute.request(Method::GET, path!["functions", id])
    }

    /// `GET /functions/{id}` with `include=job.statistics`: the function as it is now, and how many jobs it has of each
    /// status.
    pub async fn refresh(&self, id: &str) -> Result<Function> {
        self.refreshing(id).data().await
    }

    pub(super) fn refreshing(&self, id: &str) -> Request<'a> {
        self.getting(id).query("include", "job.statistics")
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
}
