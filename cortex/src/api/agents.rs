//! Agents, as the vendor's CLI works with them (contract section 6.11). Nothing here was seen from a live cluster.

use auth_core::lenient::null_as_default;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::client::Client;
use crate::error::Result;

service_client! {
    /// Agents of the client's project: skills that are wired together. Nothing here was seen from a live cluster.
    pub struct AgentClient, from Client::agents
}

impl AgentClient<'_> {
    /// `GET projects/{project}/agents`: what there is.
    pub async fn list(&self) -> Result<Vec<Agent>> {
        #[derive(Deserialize)]
        struct Listed {
            #[serde(default, deserialize_with = "null_as_default")]
            agents: Vec<Agent>,
        }
        Ok(self.client.get(project_path![self, "agents"])?.data::<Listed>().await?.agents)
    }

    /// `POST projects/{project}/agents`: adds an agent, or replaces the one of its name.
    pub async fn save(&self, agent: &Agent) -> Result<Value> {
        self.client.post(project_path![self, "agents"])?.json(agent).data().await
    }

    /// `GET projects/{project}/agents/{agent}`: one agent.
    pub async fn get(&self, agent: &str) -> Result<Agent> {
        self.client.get(project_path![self, "agents", agent])?.data().await
    }

    /// `DELETE projects/{project}/agents/{agent}`.
    pub async fn delete(&self, agent: &str) -> Result<()> {
        self.client.delete(project_path![self, "agents", agent])?.done().await
    }

    /// `GET projects/{project}/agents/{agent}/deploy`: starts an agent. Though a `GET`, it changes the cluster: it is not
    /// repeated when its fate is unknown.
    pub async fn deploy(&self, agent: &str) -> Result<Value> {
        self.client.get(project_path![self, "agents", agent, "deploy"])?.idempotent(false).data().await
    }

    /// `GET projects/{project}/agents/{agent}/undeploy`: stops an agent. Though a `GET`, it changes the cluster: it is not
    /// repeated when its fate is unknown.
    pub async fn undeploy(&self, agent: &str) -> Result<Value> {
        self.client.get(project_path![self, "agents", agent, "undeploy"])?.idempotent(false).data().await
    }

    /// `POST projects/{project}/agentinvoke/{agent}/services/{service}`: calls a service of an agent. The body is what the
    /// service takes.
    pub async fn invoke(&self, agent: &str, service: &str, body: &impl Serialize) -> Result<Value> {
        let path = project_path![self, "agentinvoke", agent, "services", service];
        self.client.post(path)?.json(body).data().await
    }
}

/// An agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Agent {
    /// By which it is found.
    pub name: String,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Everything else, its skills and wires among it.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Agent {
    /// An agent with this name; the rest goes into [`Agent::extra`].
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), title: None, extra: Map::new() }
    }
}
