//! Connections: how skills reach databases and buckets (contract section 6.4).

use auth_core::lenient::null_as_default;
use std::fmt;

use auth_core::Pages;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::list::ListQuery;
use crate::client::Client;
use crate::error::{Error, Result};

service_client! {
    /// Connections of the client's project.
    pub struct ConnectionClient, from Client::connections
}

impl<'a> ConnectionClient<'a> {
    /// `POST projects/{project}/connections`: adds a connection, or replaces the one of its name. What the cluster answers
    /// is not known from a live one.
    pub async fn save(&self, connection: &Connection) -> Result<Value> {
        self.client.post(project_path![self, "connections"])?.json(connection).data().await
    }

    /// `GET /internal/projects/{project}/connections/{name}` at the service of the cluster that resolves secrets: a
    /// connection with the values of the secrets that it names.
    ///
    /// That service answers only inside the cluster, so this works in skills. Elsewhere see
    /// [`ConnectionClient::get_external`] and
    /// [`Builder::connections_endpoint`](crate::Builder::connections_endpoint).
    ///
    /// ```no_run
    /// # async fn example(client: cortex::Client) -> cortex::Result<()> {
    /// let connection = client.connections().get("orders-db").await?;
    /// let uri = connection.param("uri").unwrap_or_default();
    /// # Ok(())
    /// # }
    /// ```
    pub async fn get(&self, name: &str) -> Result<Connection> {
        let path = super::internal_path(self.client, "connections", name);
        self.client.get_from_connections(path)?.data().await
    }

    /// `GET projects/{project}/connections`: what there is, as the vendor's CLI asks. Not seen from a live cluster.
    pub async fn list(&self, query: &ListQuery) -> Result<Vec<Connection>> {
        #[derive(Deserialize)]
        struct Listed {
            #[serde(default, deserialize_with = "null_as_default")]
            connections: Vec<Connection>,
        }
        let request = self.client.get(project_path![self, "connections"])?;
        Ok(query.apply(request).data::<Listed>().await?.connections)
    }

    /// As [`ConnectionClient::list`], page by page.
    pub fn pages(&self, query: ListQuery) -> Pages<'a, Connection, u32, Error> {
        let service = *self;
        query.pages(move |page| async move { service.list(&page).await })
    }

    /// `GET projects/{project}/connections/{name}`: a connection as it was saved, from outside the cluster too. Secrets stay
    /// names, as in `#SECURE.test-db-uri`. The vendor's CLI asks so; not seen from a live cluster.
    pub async fn get_external(&self, name: &str) -> Result<Connection> {
        self.client.get(project_path![self, "connections", name])?.data().await
    }

    /// `DELETE projects/{project}/connections/{name}`. The vendor's CLI asks so; not seen from a live cluster.
    pub async fn delete(&self, name: &str) -> Result<()> {
        self.client.delete(project_path![self, "connections", name])?.done().await
    }

    /// `GET connectiontypes`: the types that connections can have. The vendor's CLI asks so; not seen from a live cluster.
    pub async fn list_types(&self, query: &ListQuery) -> Result<Vec<Value>> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Listed {
            #[serde(default, deserialize_with = "null_as_default")]
            connection_types: Vec<Value>,
        }
        let request = self.client.get(Ok(self.client.root().literal("connectiontypes")))?;
        Ok(query.apply(request).data::<Listed>().await?.connection_types)
    }
}

/// A connection. Its [`Debug`](fmt::Debug) shows no values of parameters: they may be secrets.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Connection {
    /// By which it is found.
    pub name: String,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// As in `mongo`, `s3` or `gcs`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection_type: Option<String>,
    /// Whether skills may read by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow_read: Option<bool>,
    /// Whether skills may write by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow_write: Option<bool>,
    /// How the other end is reached.
    #[serde(default, deserialize_with = "null_as_default")]
    pub params: Vec<ConnectionParam>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Connection {
    /// A connection without parameters. `connection_type` as in `mongo`.
    pub fn new(name: impl Into<String>, connection_type: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            title: None,
            description: None,
            connection_type: Some(connection_type.into()),
            allow_read: None,
            allow_write: None,
            params: Vec::new(),
            extra: Map::new(),
        }
    }

    /// With a parameter. `#SECURE.name` stands for the value of a secret.
    pub fn with_param(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.params.push(ConnectionParam { name: name.into(), value: value.into(), extra: Map::new() });
        self
    }

    /// A parameter that is text.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|param| param.name == name)?.value.as_str()
    }

    /// The parameters by name. The last one of a name counts.
    pub fn params_map(&self) -> Map<String, Value> {
        self.params.iter().map(|param| (param.name.clone(), param.value.clone())).collect()
    }
}

/// What it is, and the names of the rest.
impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("name", &self.name)
            .field("title", &self.title)
            .field("connection_type", &self.connection_type)
            .field("params", &self.params)
            .field("keys", &self.extra.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

/// A parameter of a connection.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ConnectionParam {
    /// Its name.
    pub name: String,
    /// Its value: text as a rule.
    #[serde(default)]
    pub value: Value,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The name only: values may be secrets.
impl fmt::Debug for ConnectionParam {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectionParam").field("name", &self.name).finish_non_exhaustive()
    }
}
