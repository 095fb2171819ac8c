//! Skills (contract section 6.8).

use auth_core::lenient::null_as_default;
use std::time::Duration;

use auth_core::{Error as CoreError, ErrorKind, path};
use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::client::Client;
use crate::error::Result;
use crate::message::Message;

service_client! {
    /// Skills of the client's project: jobs and daemons that the cluster runs.
    pub struct SkillClient, from Client::skills
}

impl SkillClient<'_> {
    /// `GET projects/{project}/skills`: what there is.
    pub async fn list(&self) -> Result<Vec<Skill>> {
        #[derive(Deserialize)]
        struct Listed {
            #[serde(default, deserialize_with = "null_as_default")]
            skills: Vec<Skill>,
        }
        Ok(self.client.get(project_path![self, "skills"])?.data::<Listed>().await?.skills)
    }

    /// `POST projects/{project}/skills`: adds a skill, or replaces the one of its name. What the cluster answers is not
    /// known from a live one.
    pub async fn save(&self, skill: &Skill) -> Result<Value> {
        self.client.post(project_path![self, "skills"])?.json(skill).data().await
    }

    /// `GET projects/{project}/skills/{skill}`: one skill.
    pub async fn get(&self, skill: &str) -> Result<Skill> {
        self.client.get(project_path![self, "skills", skill])?.data().await
    }

    /// `DELETE projects/{project}/skills/{skill}`.
    pub async fn delete(&self, skill: &str) -> Result<()> {
        self.client.delete(project_path![self, "skills", skill])?.done().await
    }

    /// `GET projects/{project}/skills/{skill}/action/{action}/logs`: what an action of a skill has written.
    pub async fn get_logs(&self, skill: &str, action: &str) -> Result<SkillLogs> {
        self.client.get(project_path![self, "skills", skill, "action", action, "logs"])?.data().await
    }

    /// `GET projects/{project}/skills/{skill}/deploy`: starts a skill. Though a `GET`, it changes the cluster: it is not
    /// repeated when its fate is unknown.
    pub async fn deploy(&self, skill: &str) -> Result<Value> {
        self.client.get(project_path![self, "skills", skill, "deploy"])?.idempotent(false).data().await
    }

    /// `GET projects/{project}/skills/{skill}/undeploy`: stops a skill. Though a `GET`, it changes the cluster: it is not
    /// repeated when its fate is unknown.
    pub async fn undeploy(&self, skill: &str) -> Result<Value> {
        self.client.get(project_path![self, "skills", skill, "undeploy"])?.idempotent(false).data().await
    }

    /// `POST projects/{project}/skillinvoke/{skill}/inputs/{input}?sync=false`: calls a skill, and does not wait for what it
    /// has to say.
    ///
    /// ```no_run
    /// # async fn example(client: cortex::Client) -> cortex::Result<()> {
    /// use cortex::api::SkillCall;
    /// let call = SkillCall::new(serde_json::json!({"text": "hello"}));
    /// let invocation = client.skills().invoke("my-skill", "input", &call).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn invoke(&self, skill: &str, input: &str, call: &SkillCall) -> Result<SkillInvocation> {
        let path = project_path![self, "skillinvoke", skill, "inputs", input];
        self.client.post(path)?.query("sync", false).json(call).data().await
    }

    /// `POST projects/{project}/skillinvoke/{skill}/inputs/{input}?sync=true`: calls a skill, and waits for its result, no
    /// longer than `timeout`. The result is given as it is.
    pub async fn invoke_sync(
        &self,
        skill: &str,
        input: &str,
        call: &SkillCall,
        timeout: Duration,
    ) -> Result<Value> {
        let path = project_path![self, "skillinvoke", skill, "inputs", input];
        self.client.post(path)?.query("sync", true).json(call).timeout(timeout).json_reply().await
    }

    /// `POST /internal/messages/{activation}/{channel}/{output_name}`: what a skill has to say, to one of its outputs. It can
    /// be called more than once in an activation.
    pub async fn send_message(
        &self,
        activation: &str,
        channel: &str,
        output_name: &str,
        message: &impl Serialize,
    ) -> Result<()> {
        let path = path!["internal/messages", activation, channel, output_name];
        self.client.session.request(Method::POST, path).json(message).done().await
    }

    /// [`SkillClient::send_message`] to where the message says that answers go.
    ///
    /// ```no_run
    /// # async fn example(client: cortex::Client, message: cortex::Message) -> cortex::Result<()> {
    /// client.skills().reply(&message, &serde_json::json!({"lines": 3})).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn reply(&self, message: &Message, payload: &impl Serialize) -> Result<()> {
        let place = (message.activation_id(), message.channel_id(), message.output_name());
        let (Some(activation), Some(channel), Some(output_name)) = place else {
            let what = "the skill's message does not say where answers go: it needs text for activationId, \
                        channelId and outputName";
            return Err(CoreError::new(ErrorKind::InvalidInput, what).into());
        };
        self.send_message(activation, channel, output_name, payload).await
    }
}

/// A skill.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Skill {
    /// By which it is found.
    pub name: String,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Where it can be called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inputs: Option<Vec<Value>>,
    /// Where it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outputs: Option<Vec<Value>>,
    /// What is run for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actions: Option<Vec<SkillAction>>,
    /// What it can be set up with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub properties: Option<Vec<Value>>,
    /// How often it was saved.
    #[serde(default, rename = "_version", skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Skill {
    /// A skill with this name and nothing else.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            title: None,
            description: None,
            inputs: None,
            outputs: None,
            actions: None,
            properties: None,
            version: None,
            extra: Map::new(),
        }
    }
}

/// What is run for a skill.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SkillAction {
    /// By which it is found.
    pub name: String,
    /// `job` or `daemon`.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub action_type: Option<String>,
    /// The container that is run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl SkillAction {
    /// An action: `action_type` is `job` or `daemon`.
    pub fn new(name: impl Into<String>, action_type: impl Into<String>, image: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            action_type: Some(action_type.into()),
            image: Some(image.into()),
            extra: Map::new(),
        }
    }
}

/// With what a skill is called.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SkillCall {
    /// What it is to work on.
    pub payload: Value,
    /// How it is to work, for this call.
    pub properties: Map<String, Value>,
}

impl SkillCall {
    /// A call with this payload and no properties.
    pub fn new(payload: impl Into<Value>) -> Self {
        Self { payload: payload.into(), properties: Map::new() }
    }

    /// With a property.
    pub fn with_property(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.properties.insert(name.into(), value.into());
        self
    }
}

/// What the cluster says to a call of a skill.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SkillInvocation {
    /// Names the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activation_id: Option<String>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What an action of a skill has written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SkillLogs {
    /// The lines, text as a rule.
    #[serde(default, deserialize_with = "null_as_default")]
    pub logs: Vec<Value>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}
