//! The hosts of the platform's services (contract section 1).

use auth_core::{Base, PlainHttp, Result};

/// Base URLs of the platform's services. What is `None` is the usual one.
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
    /// A host by host choice: the given one, else the one for all, else the usual one.
    pub(crate) fn resolve(
        &self,
        for_all: Option<&str>,
        auth_server: Option<&str>,
        plain_http: PlainHttp,
    ) -> Result<Bases> {
        let base = |name: &str, given: Option<&str>, usual: &str| {
            let url =
                given.or(for_all).map_or_else(|| format!("https://{usual}.app.kognic.com"), str::to_owned);
            Base::parse(name, &url, plain_http)
        };
        Ok(Bases {
            auth: base("the auth host", self.auth.as_deref().or(auth_server), "auth")?,
            input: base("the input host", self.input.as_deref(), "input")?,
            order_execution: base(
                "the order execution host",
                self.order_execution.as_deref(),
                "order-execution",
            )?,
            annotation_integration: base(
                "the annotation integration host",
                self.annotation_integration.as_deref(),
                "annotation-integration",
            )?,
            workspace: base("the workspace host", self.workspace.as_deref(), "workspace")?,
            project_management: base(
                "the project management host",
                self.project_management.as_deref(),
                "project-management",
            )?,
            query: base("the query host", self.query.as_deref(), "query")?,
            dataset: base("the dataset host", self.dataset.as_deref(), "dataset")?,
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
