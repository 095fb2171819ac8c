//! Functions until their jobs have ended, and what these returned.

use std::collections::BTreeSet;

use auth_core::wait::Waiting;
use auth_core::{Error, ErrorKind, Wait};
use futures_util::{TryStreamExt as _, stream};
use serde_json::json;

use super::function::Function;
use super::functions::Functions;
use super::job::Job;
use super::result::{self, JobResult};
use crate::api::Items;
use crate::api::filter::Filter;
use crate::error::Result;
use crate::outcome::JobStatus;

/// How many ids fit into one condition.
const CHUNK: usize = 128;

impl<'a> Functions<'a> {
    /// `GET /functions/{id}` with `include=job.statistics`, again and again: the function when it is built and all its
    /// jobs have ended. [`Error::Build`](crate::Error::Build) when it cannot be built.
    pub async fn wait_for_completion(&self, id: &str, wait: Wait) -> Result<Function> {
        let mut waiting = wait.start(self.compute.client.clock(), format!("function {id}"));
        loop {
            waiting.turn().await?;
            match self.refreshing(id).once().data::<Function>().await {
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
        let (id, found) = (id.to_owned(), Vec::new());
        let completion = Completion { functions: *self, id, left, found, wait, waiting: None };
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

    /// Those of some jobs that have ended.
    async fn ended(&self, ids: &BTreeSet<String>) -> Result<Vec<Job>> {
        let mut ended = Vec::new();
        let ids: Vec<&String> = ids.iter().collect();
        let terminal = || JobStatus::TERMINAL.map(|status| json!(status));
        for chunk in ids.chunks(CHUNK) {
            let filter = Filter::any_of("id", chunk.iter().map(|id| id.as_str()));
            let filter = filter.and(Filter::any_of("status", terminal()));
            ended.extend(self.compute.jobs().search().filter(filter).once().collect().await?);
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
    wait: Wait,
    /// It begins with the first question.
    waiting: Option<Waiting>,
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
            self.waiting().turn().await?;
            match self.ask().await {
                Ok(found) => {
                    self.waiting().answered();
                    self.found = found;
                }
                Err(error) if error.is_retryable() => self.waiting().failed(error)?,
                Err(error) => return Err(error),
            }
        }
    }

    fn waiting(&mut self) -> &mut Waiting {
        let clock = || self.functions.compute.client.clock();
        let id = &self.id;
        self.waiting.get_or_insert_with(|| self.wait.start(clock(), format!("the jobs of function {id}")))
    }

    async fn ask(&self) -> Result<Vec<Job>> {
        self.functions.getting(&self.id).once().data::<Function>().await?.buildable()?;
        let mut found = self.functions.ended(&self.left).await?;
        found.retain(|job| self.left.contains(&job.id));
        // The last is told first.
        found.reverse();
        Ok(found)
    }
}
