//! Secrets (contract section 6.5).

use std::fmt;

use auth_core::SecretString;
use auth_core::secret::expose;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::client::Client;
use crate::error::Result;

service_client! {
    /// Secrets of the client's project.
    pub struct SecretsClient, from Client::secrets
}

impl SecretsClient<'_> {
    /// `POST projects/{project}/secrets/{name}` with `{"value": ..}`: adds a secret, or replaces the one of its name.
    pub async fn save(&self, name: &str, value: &SecretString) -> Result<()> {
        #[derive(Serialize)]
        struct Body<'a> {
            value: &'a str,
        }
        let request = self.client.post(project_path![self, "secrets", name])?;
        request.json(&Body { value: expose(value) }).done().await
    }

    /// `GET /internal/projects/{project}/secrets/{name}` at the service of the cluster that has the secrets.
    ///
    /// That service answers only inside the cluster, so this works in skills; elsewhere see
    /// [`Builder::accounts_endpoint`](crate::Builder::accounts_endpoint).
    ///
    /// ```no_run
    /// # async fn example(client: cortex::Client) -> cortex::Result<()> {
    /// use cortex::ExposeSecret;
    /// let secret = client.secrets().get("test-db-uri").await?;
    /// let uri = secret.value.expose_secret();
    /// # Ok(())
    /// # }
    /// ```
    pub async fn get(&self, name: &str) -> Result<Secret> {
        self.client.get_from_accounts(super::internal_path(self.client, "secrets", name))?.data().await
    }

    /// `GET projects/{project}/secrets?list=true`: the names of the secrets. The vendor's CLI asks so; not seen from a live
    /// cluster.
    pub async fn list(&self) -> Result<Vec<String>> {
        self.client.get(project_path![self, "secrets"])?.query("list", true).data().await
    }

    /// `GET projects/{project}/secrets/{name}`: what may be seen of a secret from outside the cluster. The vendor's CLI asks
    /// so; not seen from a live cluster.
    pub async fn get_external(&self, name: &str) -> Result<Secret> {
        self.client.get(project_path![self, "secrets", name])?.data().await
    }

    /// `DELETE projects/{project}/secrets/{name}`. The vendor's CLI asks so; not seen from a live cluster.
    pub async fn delete(&self, name: &str) -> Result<()> {
        self.client.delete(project_path![self, "secrets", name])?.done().await
    }
}

/// A secret. Its [`Debug`](fmt::Debug) shows nothing of it.
#[derive(Clone, Deserialize)]
#[non_exhaustive]
pub struct Secret {
    /// What it hides. A value that is no text is here as JSON text, and none is the empty text.
    #[serde(default, deserialize_with = "text_or_json")]
    pub value: SecretString,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

fn text_or_json<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SecretString, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) => text.into(),
        Value::Null => SecretString::default(),
        other => other.to_string().into(),
    })
}

/// Which other members there are.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secret")
            .field("value", &self.value)
            .field("keys", &self.extra.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
