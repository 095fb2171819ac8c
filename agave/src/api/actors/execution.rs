//! Executions: what an actor does with a message.

use auth_core::page::Page;
use auth_core::{BoxFuture, Path, Timestamp, Wait};
use bytes::Bytes;
use http::Method;
use serde_json::Value;

use super::{Actor, ActorStatus, Actors};
use crate::api::model::{model, read_by_serde};
use crate::api::operations::fill;
use crate::api::{Links, Pages};
use crate::client::Client;
use crate::error::Result;

/// How many executions a stream asks for at a time.
const PAGE: u32 = 100;

impl<'a> Actors<'a> {
    /// `GET /actors/v2/{actor_id}/executions`: what an actor has used in all, and its executions.
    ///
    /// Await it for that, or read all executions by [`ListExecutions::stream`].
    pub fn list_executions(&self, actor_id: &str) -> ListExecutions<'a> {
        let path = fill("/actors/v2/{actor_id}/executions", &[("actor_id", actor_id)]);
        ListExecutions { client: self.client, path, limit: None, offset: None }
    }

    /// `GET /actors/v2/{actor_id}/executions/{execution_id}/results`: takes the next result of an execution, oldest
    /// first. `None`: there are no more, or none yet.
    ///
    /// A result is given only once. So the request is never repeated, and when its reply is lost, the error says that
    /// the outcome is unknown.
    pub async fn get_one_execution_result(
        &self,
        actor_id: &str,
        execution_id: &str,
    ) -> Result<Option<Bytes>> {
        let path = fill(
            "/actors/v2/{actor_id}/executions/{execution_id}/results",
            &[("actor_id", actor_id), ("execution_id", execution_id)],
        );
        let request = self.client.call(Method::GET, path).header("accept", "*/*").idempotent(false);
        let result = request.bytes().await?;
        Ok((!result.is_empty()).then_some(result))
    }

    /// Asks for an execution until it has ended, well or badly: look at its status and its exit code.
    ///
    /// ```no_run
    /// # async fn example(ag: agave::Agave) -> agave::Result<()> {
    /// use std::time::Duration;
    /// use agave::Wait;
    ///
    /// let wait = Wait::new(Duration::from_secs(2), Duration::from_secs(600));
    /// let execution = ag.actors().wait("actor", "execution", wait).await?;
    /// println!("{} with exit code {:?}", execution.status, execution.exit_code);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn wait(&self, actor_id: &str, execution_id: &str, wait: Wait) -> Result<Execution> {
        let mut waiting = wait.start(self.client.clock(), format!("execution {execution_id}"));
        loop {
            waiting.turn().await?;
            let path = fill(
                "/actors/v2/{actor_id}/executions/{execution_id}",
                &[("actor_id", actor_id), ("execution_id", execution_id)],
            );
            // Who waits asks again in any case.
            match self.client.call(Method::GET, path).once().data::<Execution>().await {
                Ok(execution) if execution.status.is_terminal() => return Ok(execution),
                Ok(_) => waiting.answered(),
                Err(error) if error.is_retryable() => waiting.failed(error)?,
                Err(error) => return Err(error),
            }
        }
    }

    /// Asks for an actor until it works on messages, or has an error: look at [`Actor::status`].
    pub async fn wait_until_ready(&self, actor_id: &str, wait: Wait) -> Result<Actor> {
        let mut waiting = wait.start(self.client.clock(), format!("actor {actor_id}"));
        loop {
            waiting.turn().await?;
            let path = fill("/actors/v2/{actor_id}", &[("actor_id", actor_id)]);
            match self.client.call(Method::GET, path).once().data::<Actor>().await {
                Ok(actor) if matches!(actor.status, ActorStatus::Ready | ActorStatus::Error) => {
                    return Ok(actor);
                }
                Ok(_) => waiting.answered(),
                Err(error) if error.is_retryable() => waiting.failed(error)?,
                Err(error) => return Err(error),
            }
        }
    }
}

model! {
    /// What an actor does with a message.
    pub struct Execution {
        /// The id.
        id: String,
        /// The actor.
        actor_id: Option<String>,
        /// Who sent the message.
        #[serde(alias = "owner")]
        executor: Option<String>,
        /// How far it is.
        status: ExecutionStatus,
        /// The worker that runs it.
        worker_id: Option<String>,
        /// What its program ended with.
        exit_code: Option<i64>,
        /// Processor time, in user jiffies.
        cpu: Option<u64>,
        /// Input and output of blocks, in sectors of 512 bytes.
        io: Option<u64>,
        /// How long it has run. The vendor says: in milliseconds.
        runtime: Option<u64>,
        /// When the message came.
        message_received_time: Option<Timestamp>,
        /// When its container was started.
        start_time: Option<Timestamp>,
        /// How Docker saw it end, with members such as `ExitCode`, `Error` and `OOMKilled`.
        final_state: Option<Value>,
        /// What it links to.
        #[serde(rename = "_links")]
        links: Links,
    }
}

auth_core::open_enum! {
    /// How far an execution is.
    pub enum ExecutionStatus {
        /// It waits for a worker.
        Submitted = "SUBMITTED",
        /// Its container runs.
        Running = "RUNNING",
        /// It has ended well.
        Complete = "COMPLETE",
        /// It could not be carried out.
        Error = "ERROR",
    }
}

read_by_serde!(ExecutionStatus);

impl ExecutionStatus {
    /// Whether nothing more will happen. A word that this version does not know is taken for one on the way.
    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Complete | Self::Error)
    }

    /// Whether it has ended well, as the service sees it. Its program may have failed all the same: see
    /// [`Execution::exit_code`].
    pub fn is_success(&self) -> bool {
        *self == Self::Complete
    }
}

/// Where nothing is said, nothing is known.
impl Default for ExecutionStatus {
    fn default() -> Self {
        Self::Other(String::new())
    }
}

model! {
    /// What an execution has printed.
    pub struct ExecutionLogs {
        /// The text.
        logs: String,
    }
}

model! {
    /// What an actor has used in all, and its executions.
    pub struct ExecutionsSummary {
        /// The actor.
        actor_id: Option<String>,
        /// Whose it is.
        owner: Option<String>,
        /// Where the actor lives.
        api_server: Option<String>,
        /// The executions, from older versions of the service, which name them only; see [`ExecutionsSummary::all`].
        ids: Vec<String>,
        /// The executions, from newer versions.
        executions: Vec<Execution>,
        /// Processor time, in user jiffies.
        total_cpu: Option<u64>,
        /// Input and output of blocks, in sectors of 512 bytes.
        total_io: Option<u64>,
        /// How long all have run. The vendor says: in milliseconds.
        total_runtime: Option<u64>,
        /// How many there are.
        total_executions: Option<u64>,
        /// What it links to.
        #[serde(rename = "_links")]
        links: Links,
    }
}

impl ExecutionsSummary {
    /// The executions from either version of the service. Of an older one they have nothing but their id.
    pub fn all(self) -> Vec<Execution> {
        if !self.executions.is_empty() {
            return self.executions;
        }
        self.ids.into_iter().map(|id| Execution { id, ..Execution::default() }).collect()
    }
}

/// Executions that are being asked for: await it for the summary, or read them all by [`ListExecutions::stream`].
#[derive(Debug)]
#[must_use = "executions are asked for when it is awaited or streamed"]
pub struct ListExecutions<'a> {
    client: &'a Client,
    path: auth_core::Result<Path>,
    limit: Option<u32>,
    offset: Option<u64>,
}

impl<'a> ListExecutions<'a> {
    /// How many at most, in one page. A stream asks for at most 100 at a time, and gives all in any case.
    pub fn limit(mut self, limit: u32) -> Self {
        self.limit = Some(limit);
        self
    }

    /// How many to leave out at the start.
    pub fn offset(mut self, offset: u64) -> Self {
        self.offset = Some(offset);
        self
    }

    /// All executions, page after page, from [`ListExecutions::offset`] on.
    pub fn stream(self) -> Pages<'a, Execution> {
        let Self { client, path, limit, offset } = self;
        let limit = limit.unwrap_or(PAGE).clamp(1, PAGE);
        Pages::new(offset, move |offset| {
            let offset = offset.unwrap_or_default();
            let page =
                ListExecutions { client, path: path.clone(), limit: Some(limit), offset: Some(offset) };
            async move {
                let summary = page.await?;
                let next = offset + u64::from(limit);
                let is_counted = summary.total_executions.is_some_and(|total| total <= next);
                let executions = summary.all();
                // A service that does not know `limit` gives all of them, whatever was asked for.
                let is_last = is_counted || executions.len() != limit as usize;
                Ok(Page::new(executions, (!is_last).then_some(next)))
            }
        })
    }
}

impl<'a> IntoFuture for ListExecutions<'a> {
    type Output = Result<ExecutionsSummary>;
    type IntoFuture = BoxFuture<'a, Result<ExecutionsSummary>>;

    fn into_future(self) -> Self::IntoFuture {
        let request = self.client.call(Method::GET, self.path);
        Box::pin(request.query_opt("limit", self.limit).query_opt("offset", self.offset).data())
    }
}
