//! The hosts of the platform's services (contract section 1).

use auth_core::{Base, PlainHttp, Result};

use crate::environments::{NamedEnvironment, USUAL_HOST};

/// Base URLs of the platform's services. What is `None` is the usual one.
///
/// ```
/// let mut hosts = kognic::Hosts::default();
/// hosts.query = Some("https://query.example.com".to_owned());
/// let client = kognic::Client::builder().hosts(hosts).credentials(kognic::Credentials::new("c-1", "s-1")).build()?;
/// assert_eq!(client.hosts().query.as_str(), "https://query.example.com");
/// assert_eq!(client.hosts().input.as_str(), "https://input.app.kognic.com");
/// # Ok::<(), kognic::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hosts {
    /// The authentication server: tokens.
    pub auth: Option<String>,
    /// Scenes, inputs, projects, calibrations, pre-annotations, delivered annotations.
    pub input: Option<String>,
    /// Inputs of requests, and tasks.
    pub order_execution: Option<String>,
    /// Annotations by id, and reviews.
    pub annotation_integration: Option<String>,
    /// Workspaces.
    pub workspace: Option<String>,
    /// Requests.
    pub project_management: Option<String>,
    /// Queries.
    pub query: Option<String>,
    /// Datasets and predictions.
    pub dataset: Option<String>,
}

/// The base URLs of a client, checked.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Bases {
    /// The authentication server: tokens. It gets the credentials, the others get the token.
    pub auth: Base,
    /// Scenes, inputs, projects, calibrations, pre-annotations, delivered annotations.
    pub input: Base,
    /// Inputs of requests, and tasks.
    pub order_execution: Base,
    /// Annotations by id, and reviews.
    pub annotation_integration: Base,
    /// Workspaces.
    pub workspace: Base,
    /// Requests.
    pub project_management: Base,
    /// Queries.
    pub query: Base,
    /// Datasets and predictions.
    pub dataset: Base,
}

impl Hosts {
    /// Host by host: the given one, else the one for all, else the one below the named environment's host, else the
    /// usual one. The named environment's authentication server comes before the one for all.
    pub(crate) fn resolve(
        &self,
        for_all: Option<&str>,
        named: Option<&NamedEnvironment>,
        plain_http: PlainHttp,
    ) -> Result<Bases> {
        let below = named.map_or(USUAL_HOST, |named| &named.host);
        let base = |service: &str, given: Option<&String>| match (given, for_all) {
            (Some(url), _) => {
                Base::parse(&format!("the {} host", service.replace('-', " ")), url, plain_http)
            }
            (None, Some(url)) => Base::parse("the setting `base_url`", url, plain_http),
            (None, None) => Base::parse(
                "the host of the Kognic environment",
                &format!("https://{service}.{below}"),
                plain_http,
            ),
        };
        let auth = match (&self.auth, named) {
            (None, Some(named)) => {
                let name = format!("the auth server of the Kognic environment `{}`", named.name);
                Base::parse(&name, &named.auth_server, plain_http)?
            }
            (auth, _) => base("auth", auth.as_ref())?,
        };
        Ok(Bases {
            auth,
            input: base("input", self.input.as_ref())?,
            order_execution: base("order-execution", self.order_execution.as_ref())?,
            annotation_integration: base("annotation-integration", self.annotation_integration.as_ref())?,
            workspace: base("workspace", self.workspace.as_ref())?,
            project_management: base("project-management", self.project_management.as_ref())?,
            query: base("query", self.query.as_ref())?,
            dataset: base("dataset", self.dataset.as_ref())?,
        })
    }
}

impl Bases {
    /// Those beside the input host that get the token.
    pub(crate) fn others(&self) -> [&Base; 6] {
        [
            &self.order_execution,
            &self.annotation_integration,
            &self.workspace,
            &self.project_management,
            &self.query,
            &self.dataset,
        ]
    }
}
