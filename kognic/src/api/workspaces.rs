//! Workspaces (contract section 6.2).

use auth_core::{Timestamp, path};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::client::Client;
use crate::error::Result;

auth_core::service! {
    /// Workspaces: where scenes and calibrations are kept.
    pub struct Workspaces, from Client::workspaces
}

impl Workspaces<'_> {
    /// `GET /v1/workspaces` (workspace host): the workspaces in which the credentials have one of the roles.
    pub async fn list(&self, asked: &ListWorkspaces) -> Result<Vec<Workspace>> {
        let roles: &[String] = &asked.roles;
        let roles = if roles.is_empty() { &["developer".to_owned()] } else { roles };
        let request = self.client.session.get(path!["v1/workspaces"]).at(&self.client.bases.workspace);
        request
            .query_each("anyRoleIn", roles)
            .query_each("organizationIds", &asked.organization_ids)
            .data()
            .await
    }
}

/// Which workspaces.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ListWorkspaces {
    /// Any of these roles. None: `developer`.
    pub roles: Vec<String>,
    /// Of these organizations only. None: of all.
    pub organization_ids: Vec<i64>,
}

/// A workspace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Workspace {
    /// The id, a UUID.
    pub id: String,
    /// The name that your organization gave it, for programs.
    #[serde(default)]
    pub external_id: Option<String>,
    /// The name, for people.
    pub name: String,
    /// Whose it is.
    #[serde(default)]
    pub organization: Option<Organization>,
    /// When it was created.
    #[serde(default, deserialize_with = "auth_core::lenient::readable_or_none")]
    pub created: Option<Timestamp>,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// An organization.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Organization {
    /// The name.
    pub name: String,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}
