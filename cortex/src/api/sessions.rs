//! Sessions: what skills remember between calls (contract section 6.6).

use auth_core::lenient::null_as_default;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::client::Client;
use crate::error::Result;

service_client! {
    /// Sessions of the client's project: small maps that skills share and that end by themselves.
    pub struct SessionClient, from Client::sessions
}

impl<'a> SessionClient<'a> {
    /// `POST projects/{project}/sessions`: starts a session. Its id, when the cluster names one.
    pub async fn start(&self, session: &NewSession) -> Result<Option<String>> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Started {
            #[serde(default)]
            session_id: Option<String>,
        }
        let request = self.client.post(project_path![self, "sessions"])?;
        Ok(request.json(session).data::<Started>().await?.session_id)
    }

    /// `GET projects/{project}/sessions/{session}?key=`: what a session holds, or of that one key only. A session that is
    /// not there holds nothing.
    pub async fn get_data(&self, session: &str, key: Option<&str>) -> Result<Map<String, Value>> {
        #[derive(Deserialize)]
        struct Data {
            #[serde(default, deserialize_with = "null_as_default")]
            state: Map<String, Value>,
        }
        let request = self.client.get(project_path![self, "sessions", session])?;
        match request.query_opt("key", key).data::<Data>().await {
            Ok(data) => Ok(data.state),
            Err(error) if error.is_not_found() => Ok(Map::new()),
            Err(error) => Err(error),
        }
    }

    /// `POST projects/{project}/sessions/{session}` with `{"state": ..}`: sets these keys. Others stay.
    pub async fn put_data(&self, session: &str, data: &Map<String, Value>) -> Result<()> {
        let request = self.client.post(project_path![self, "sessions", session])?;
        request.json(&json!({ "state": data })).done().await
    }

    /// `DELETE projects/{project}/sessions/{session}`: ends a session.
    pub async fn delete(&self, session: &str) -> Result<()> {
        self.client.delete(project_path![self, "sessions", session])?.done().await
    }

    /// `GET projects/{project}/sessions?limit=`: the sessions that there are. The vendor's CLI asks so; not seen from a live
    /// cluster.
    pub async fn list(&self, limit: Option<u32>) -> Result<Vec<Value>> {
        #[derive(Deserialize)]
        struct Listed {
            #[serde(default, deserialize_with = "null_as_default")]
            sessions: Vec<Value>,
        }
        let request = self.client.get(project_path![self, "sessions"])?.query_opt("limit", limit);
        Ok(request.data::<Listed>().await?.sessions)
    }

    /// A session that is named, as by [`Message::session_id`](crate::Message::session_id). No network.
    pub fn session(&self, session: impl Into<String>) -> Session<'a> {
        Session { service: *self, id: session.into() }
    }
}

/// A session that is to be started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NewSession {
    /// How long it lives after each use, in the unit of the cluster, which its documentation does not name; about 15
    /// minutes unless this is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl: Option<u64>,
    /// For people.
    pub description: String,
}

impl Default for NewSession {
    /// With the description that the vendor's SDK sends.
    fn default() -> Self {
        Self { ttl: None, description: "No description given".to_owned() }
    }
}

/// One session.
#[derive(Clone, Debug)]
pub struct Session<'a> {
    service: SessionClient<'a>,
    id: String,
}

impl Session<'_> {
    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// `GET projects/{project}/sessions/{session}?key=`: the value of a key.
    pub async fn get(&self, key: &str) -> Result<Option<Value>> {
        Ok(self.service.get_data(&self.id, Some(key)).await?.shift_remove(key))
    }

    /// `GET projects/{project}/sessions/{session}`: everything that it holds; see [`SessionClient::get_data`].
    pub async fn get_all(&self) -> Result<Map<String, Value>> {
        self.service.get_data(&self.id, None).await
    }

    /// `POST projects/{project}/sessions/{session}`: sets these keys; see [`SessionClient::put_data`].
    pub async fn put(&self, data: &Map<String, Value>) -> Result<()> {
        self.service.put_data(&self.id, data).await
    }

    /// `DELETE projects/{project}/sessions/{session}`: ends it.
    pub async fn delete(self) -> Result<()> {
        self.service.delete(&self.id).await
    }
}
