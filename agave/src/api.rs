//! Typed calls, a file for each service. How their rows are written: `operations.rs`; their models: `model.rs`.

mod actors;
mod admin;
mod apps;
mod clients;
mod download;
mod files;
mod jobs;
mod links;
mod list;
mod meta;
mod model;
mod monitors;
mod notifications;
mod operations;
mod permissions;
mod postits;
mod profiles;
mod systems;
mod tenants;
mod transforms;

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
pub use apps::{
    App, AppInput, AppOperation, AppOutput, AppParameter, AppSummary, Apps, Details, ExecutionType,
    InputValue, NewApp, Parallelism, ParameterValue, Semantics,
};
pub use clients::{Clients, CreatedClient, NewClient, NewSubscription, OauthClient, Subscription};
pub use download::Download;
pub use files::{
    FileEvent, FileItem, FileKind, FileOperation, Files, Import, ImportedFile, Walk, WalkCursor,
};
pub use jobs::{
    Job, JobEvent, JobNotification, JobOperation, JobProgress, JobStatus, JobStatusReport, JobSummary, Jobs,
    NewJob, Order,
};
pub use links::Links;
pub use list::{List, Operator, Pages};
pub use meta::{Meta, Metadata, MetadataSchema, NewMetadata};
pub use monitors::{CheckResult, Monitor, MonitorCheck, Monitors, NewMonitor};
pub use notifications::{NewNotification, Notification, Notifications};
pub use permissions::{Acl, NewPermission, Permission, UserPermission};
pub use postits::{NewPostit, Postit, Postits};
pub use profiles::{Profile, Profiles};
pub use systems::{
    BatchQueue, Credential, CredentialServer, LoginConfig, NewSystem, StorageConfig, System, SystemOperation,
    SystemRole, SystemSummary, SystemType, Systems,
};
pub use tenants::Tenant;
pub use transforms::{Coder, NewTransform, Transform, Transforms};
