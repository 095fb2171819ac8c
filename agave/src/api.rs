//! Typed calls, a file for each service. How their rows are written: `operations.rs`; their models: `model.rs`.

mod actors;
mod admin;
mod clients;
mod list;
mod model;
mod operations;
mod profiles;

pub use actors::{
    Actor, ActorAlias, ActorMessage, ActorMessages, ActorNonce, ActorPermission, ActorPermissions,
    ActorState, ActorStatus, ActorWorker, Actors, Execution, ExecutionLogs, ExecutionStatus,
    ExecutionsSummary, ListExecutions, MessageReceipt, NewActor, NewActorAlias, NewNonce, NewWorkers,
    PermissionLevel,
};
pub use admin::{
    Admin, AdminClient, Api, ApiLifecycle, ApiResource, ApiStatus, ApiSummary, ApiTemplate, NewAccountRole,
    NewApi, NewRoleAccount, NewServiceAccount, NewServiceRole, ServiceAccount, ServiceAccountSummary,
    ServiceRole, ServiceRoleSummary,
};
pub use clients::{Clients, CreatedClient, NewClient, NewSubscription, OauthClient, Subscription};
pub use list::{List, Operator, Pages};
pub use profiles::{Profile, Profiles};
