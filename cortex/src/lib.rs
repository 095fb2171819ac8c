//! A client for Cortex Fabric, the agent platform of CognitiveScale (now Tecnotree SENSA Fabric). It finds your
//! credentials where the vendor's own SDK and CLI keep them, signs and renews its tokens, and gives typed async calls.
//!
//! ```no_run
//! # async fn example() -> cortex::Result<()> {
//! use cortex::{Client, ManagedContentClient};
//!
//! let client = Client::from_env()?;
//! let bytes = ManagedContentClient::new(&client).download("myfile").bytes().await?;
//! client.content().upload("copies/myfile", bytes).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Where credentials come from
//!
//! The first source that is set is used; it is an error, not a reason to go on, when that source is unusable. Empty
//! variables count as unset.
//!
//! | | source | what it is |
//! |---|---|---|
//! | 1 | [`Client::from_message`] | the message with which a skill is called: cluster, token and project |
//! | 2 | [`Builder::token`], then [`Builder::config`] | a JWT; a [`PersonalAccessConfig`] |
//! | 3 | [`Builder::profile`] | a profile of the vendor's CLI by its name, taken whole |
//! | 4 | [`login`] | what a person typed in this process |
//! | 5 | `CORTEX_TOKEN` | a JWT, or the JSON text of a personal access config |
//! | 6 | `CORTEX_PERSONAL_ACCESS_CONFIG` | the path of a personal access config, or its JSON text |
//! | 7 | `~/.cortex/config` (`CORTEX_CONFIG_DIR`: another folder) | the current profile of the vendor's CLI |
//!
//! The cluster's URL is looked for in the same way: [`Builder::api_endpoint`], then `CORTEX_URI` and `CORTEX_URL`, then
//! the `url` of the personal access config or profile. The project, for calls that need one: [`Builder::project`], then
//! `CORTEX_PROJECT`, then the `project` of the config or profile.
//!
//! # Services
//!
//! | of a project | |
//! |---|---|
//! | [`Client::content`] | managed content: files that skills and people share, streamed both ways |
//! | [`Client::experiments`] | experiments, runs, and artifacts as bytes |
//! | [`Client::models`], [`Client::types`], [`Client::agents`] | what is saved under a name |
//! | [`Client::skills`], [`Client::activations`] | skills: saved, deployed, called, and what became of calls |
//! | [`Client::sessions`] | what skills remember between calls |
//! | [`Client::connections`], [`Client::secrets`] | how skills reach databases, read inside the cluster |
//!
//! [`Client::projects`] and [`Client::platform`] are about the cluster. [`Client::with_project`] gives the same for another
//! project, [`Client::request`] is for everything else. One token is for all of them, and renews itself. A [`Message`] is
//! how the cluster calls a skill; `cortex::local` (feature `local`) keeps experiments without a cluster.
//!
//! # Certificates
//!
//! [`Builder::verify_ssl_cert`], else the bundle that `REQUESTS_CA_BUNDLE`, `CURL_CA_BUNDLE` or `SSL_CERT_FILE` names,
//! else the system's certificates; the same for every call. Plain `http` is spoken to this machine, and to services inside
//! the cluster (`*.svc`) that a message or a profile names.
//!
//! # Rooms
//!
//! [`Client`] and [`Builder`] (`client.rs`); where credentials come from (`credentials.rs`): [`PersonalAccessConfig`]
//! (`pat.rs`), [`Profiles`] (`profiles.rs`), [`Message`] (`message.rs`) and the interactive [`login`] (`prompt.rs`); how a
//! token is signed (`login.rs`, `jwt.rs`); how profiles are written ([`ProfileFile`], `store.rs`); what the cluster means
//! by its replies (`protocol.rs`); [`Error`]; the typed calls in [`api`]; and experiments on this machine (`local.rs`).

/// The examples of the README, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

pub mod api;
mod client;
mod credentials;
mod error;
mod jwt;
#[cfg(feature = "local")]
pub mod local;
mod login;
mod message;
mod pat;
mod profiles;
mod prompt;
mod protocol;
#[cfg(feature = "sim")]
pub mod sim;
mod store;
mod timer;

pub use api::{
    ActivationClient, AgentClient, ConnectionClient, ExperimentClient, ManagedContentClient, ModelClient,
    PlatformClient, ProjectClient, SecretsClient, SessionClient, SkillClient, TypeClient, Upload,
};
pub use auth_core::{
    Base, Body, ByteStream, Claims, Clock, Environment, ErrorKind, ManualClock, Pages, PlainHttp, Progress,
    RetryPolicy, SecretString, ServiceError, SystemClock, Timestamp, TokenStore, Transport, Wait,
};
pub use client::{Builder, Client, CortexEnv, Request, VerifySslCert};
pub use error::{BadToken, CredentialKind, Error, MessageError, Result};
pub use http::{Method, StatusCode};
pub use message::Message;
pub use pat::PersonalAccessConfig;
pub use profiles::{Profile, Profiles};
pub use prompt::{Login, login, login_with, logout};
pub use protocol::Protocol;
pub use secrecy::ExposeSecret;
pub use store::ProfileFile;
pub use timer::Timer;
