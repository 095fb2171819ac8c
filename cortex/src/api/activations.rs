//! Activations: what became of calls of skills and agents (contract section 6.11). Nothing here was seen from a live
//! cluster.

use auth_core::Wait;
use auth_core::lenient::null_as_default;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::client::{Client, Request};
use crate::error::Result;

service_client! {
    /// What became of calls of skills and agents. Nothing here was seen from a live cluster.
    pub struct ActivationClient, from Client::activations
}

impl ActivationClient<'_> {
    /// `GET projects/{project}/activations`: the calls that the query asks for, as the vendor's CLI asks. Name a skill, an
    /// agent, a correlation or a status: the CLI does not ask without one.
    pub async fn list(&self, query: &ActivationQuery) -> Result<Vec<Activation>> {
        #[derive(Deserialize)]
        struct Listed {
            #[serde(default, deserialize_with = "null_as_default")]
            activations: Vec<Activation>,
        }
        let request = self.client.get(project_path![self, "activations"])?;
        let request = request
            .query_opt("agentName", query.agent_name.as_ref())
            .query_opt("skillName", query.skill_name.as_ref())
            .query_opt("correlationId", query.correlation_id.as_ref())
            .query_opt("status", query.status.as_ref())
            .query_opt("filter", query.filter.as_ref())
            .query_opt("limit", query.limit)
            .query_opt("skip", query.skip)
            .query_opt("sort", query.sort.as_ref());
        Ok(request.data::<Listed>().await?.activations)
    }

    /// `GET projects/{project}/activations/{activation}`: what became of a call, as the vendor's CLI asks.
    pub async fn get(&self, activation: &str) -> Result<Activation> {
        self.asked_for(activation)?.data().await
    }

    /// Asks for a call until it has come to its end, well or not: see [`Activation::status`] for which.
    pub async fn wait(&self, activation: &str, wait: Wait) -> Result<Activation> {
        let mut waiting = wait.start(self.client.session.clock(), format!("activation {activation}"));
        loop {
            waiting.turn().await?;
            // The rhythm of the wait is the only one: retries inside a question could outlast the deadline.
            match self.asked_for(activation)?.once().data::<Activation>().await {
                Ok(found) if found.is_over() => return Ok(found),
                Ok(_) => waiting.answered(),
                Err(error) if error.is_retryable() => waiting.failed(error)?,
                Err(error) => return Err(error),
            }
        }
    }

    fn asked_for(&self, activation: &str) -> Result<Request<'_>> {
        self.client.get(project_path![self, "activations", activation])
    }
}

/// Which activations are asked for. What is left out is not sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActivationQuery {
    /// Calls of this agent.
    pub agent_name: Option<String>,
    /// Calls of this skill.
    pub skill_name: Option<String>,
    /// Calls that belong together.
    pub correlation_id: Option<String>,
    /// Calls that have come this far.
    pub status: Option<ActivationStatus>,
    /// A filter in the style of MongoDB, as JSON text.
    pub filter: Option<String>,
    /// At most so many.
    pub limit: Option<u32>,
    /// Without the first so many.
    pub skip: Option<u32>,
    /// An order in the style of MongoDB, as JSON text.
    pub sort: Option<String>,
}

auth_core::open_enum! {
    /// How far an activation has come.
    pub enum ActivationStatus {
        /// It has ended well.
        Complete = "COMPLETE",
        /// It has ended badly.
        Error = "ERROR",
    }
}

/// What became of a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Activation {
    /// Names the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activation_id: Option<String>,
    /// How far it has come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<ActivationStatus>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Activation {
    /// Whether it has come to its end, as far as its status is a known one.
    pub fn is_over(&self) -> bool {
        matches!(self.status, Some(ActivationStatus::Complete | ActivationStatus::Error))
    }
}
