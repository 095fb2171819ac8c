//! Typed calls, a file for each service of the cluster.
//!
//! Services carry the names of the vendor's SDK. Each is a method of [`Client`](crate::Client), and is made from a client
//! too: `client.skills()` is the same as `SkillClient::new(&client)`. Paths in their docs stand below
//! `{endpoint}/fabric/v4/`, unless they begin with a slash.
//!
//! What only reads is repeated after failures that may pass. What changes something is not repeated once the cluster may
//! have seen it, whatever its method: the error then says so (`is_outcome_unknown()`).

/// A service of a client, under the name that it has in the vendor's SDK: `Client::method`, and `Service::new(&client)`.
macro_rules! service_client {
    ($(#[$doc:meta])* pub struct $service:ident, from Client::$method:ident) => {
        auth_core::service! {
            $(#[$doc])*
            pub struct $service, from Client::$method
        }

        impl<'a> $service<'a> {
            #[doc = concat!("The same as [`Client::", stringify!($method), "`].")]
            pub fn new(client: &'a Client) -> Self {
                Self { client }
            }
        }
    };
}

/// A path below the client's project, for a service: text literals are fixed parts, everything else is one segment,
/// percent-encoded.
macro_rules! project_path {
    ($service:ident, $($part:tt),+) => {
        $service.client.project_root().and_then(|path| {
            $(let path = project_path!(@part path, $part);)+
            Ok(path)
        })
    };
    (@part $path:ident, $literal:literal) => { $path.literal($literal) };
    (@part $path:ident, $value:ident) => { $path.segment(stringify!($value), $value)? };
}

mod activations;
mod agents;
mod connections;
mod content;
mod experiments;
mod list;
mod models;
mod platform;
mod projects;
mod secrets;
mod sessions;
mod skills;
mod transfer;
mod types;

pub use activations::{Activation, ActivationClient, ActivationQuery, ActivationStatus};
pub use agents::{Agent, AgentClient};
pub use connections::{Connection, ConnectionClient, ConnectionParam};
pub use content::{ContentEntry, ContentList, ManagedContentClient, UploadedContent};
pub use experiments::{Experiment, ExperimentClient, RemoteExperiment, RemoteRun, Run, RunFields, RunQuery};
pub use list::ListQuery;
pub use models::{Model, ModelClient};
pub use platform::{Info, PlatformClient};
pub use projects::{NewProject, Project, ProjectClient};
pub use secrets::{Secret, SecretsClient};
pub use sessions::{NewSession, Session, SessionClient};
pub use skills::{Skill, SkillAction, SkillCall, SkillClient, SkillInvocation, SkillLogs};
pub use transfer::{Download, Upload};
pub use types::{Type, TypeClient};

/// A path at a service that answers only inside the cluster. It has no version.
fn internal_path(client: &crate::Client, collection: &str, name: &str) -> crate::Result<auth_core::Path> {
    let path = auth_core::Path::ROOT.literal("internal/projects").segment("project", client.project()?)?;
    Ok(path.literal(collection).segment("name", name)?)
}
