//! A client for the [Kognic](https://kognic.com) annotation platform. It finds your credentials where the vendor's
//! own SDK and CLI keep them, renews its token for as long as it lives, and gives typed async calls.
//!
//! ```no_run
//! # async fn example() -> kognic::Result<()> {
//! let client = kognic::Client::from_env()?;
//! for project in client.projects().list().await? {
//!     println!("{}  {}", project.project, project.title);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # What it can do
//!
//! | | |
//! |---|---|
//! | [`Client::cameras`] and its six siblings, [`Client::scenes`] | upload scenes from disk, wait for them, look for them |
//! | [`Client::inputs`], [`Client::projects`], [`Client::requests`], [`Client::tasks`], [`Client::workspaces`] | order work, and see how far it is |
//! | [`Client::calibrations`] | every camera model, and lidars |
//! | [`Client::pre_annotations`], [`Client::annotations`], [`Client::reviews`] | OpenLABEL both ways ([`openlabel`]), and what a program thinks of it |
//! | [`Client::query`] | judgements and key figures, streamed |
//! | [`Client::request`] | everything else |
//!
//! # Where credentials come from
//!
//! The first source that is set is used; it is an error, not a reason to go on, when that source is unusable.
//!
//! | | source | set by |
//! |---|---|---|
//! | 1 | [`Builder::credentials`] | id and secret, or what [`Credentials`] reads: a file, or JSON text |
//! | | [`Builder::credentials_at`] | path of a credentials file, or `keyring://profile` |
//! | 2 | [`Builder::named_environment`] or [`Builder::environment_of`] | an entry of `environments.json` that names credentials |
//! | 3 | `KOGNIC_CREDENTIALS` | path of a credentials file, or `keyring://profile` |
//! | 4 | `KOGNIC_CLIENT_ID` and `KOGNIC_CLIENT_SECRET` | both |
//! | 5 | the system's keyring, profile `default` | `kognic-auth credentials put` (feature `keyring`) |
//!
//! A credentials file is downloaded from the web app: user menu, API Credentials.
//!
//! # Rooms
//!
//! [`Client`] and [`Builder`] (`client.rs`), [`Credentials`] and where they come from (`credentials.rs`, `keyring.rs`),
//! the vendor's named environments (`environments.rs`), how a token is obtained (`login.rs`) and shared with the
//! vendor's CLI ([`TokenFile`], `store.rs`), what the platform means by its replies (`protocol.rs`, `paging.rs`), what is
//! looked at before anything is sent (`check.rs`), [`Error`], [`openlabel`], and the typed calls in [`api`].

pub mod api;
mod check;
mod client;
mod credentials;
mod environments;
mod error;
mod keyring;
mod login;
pub mod openlabel;
mod paging;
mod protocol;
#[cfg(feature = "sim")]
pub mod sim;
mod store;

pub use auth_core::store::FileStore;
pub use auth_core::transfer::{Advance, FilesProgress};
pub use auth_core::{
    Base, Body, Claims, Clock, Environment, ErrorKind, ManualClock, PlainHttp, Progress, RetryPolicy,
    SecretString, ServiceError, Timestamp, TokenStore, Transport, Wait,
};
pub use client::{Bases, Builder, Client, Hosts, Request};
pub use credentials::Credentials;
pub use environments::{NamedEnvironment, NamedEnvironments};
pub use error::{Error, Result, SceneStep};
pub use http::{Method, StatusCode};
pub use login::ClientAuthentication;
pub use paging::{Cursor, Pages};
pub use protocol::{Protocol, Sunset};
pub use secrecy::ExposeSecret;
pub use store::TokenFile;

/// The examples of the README are compiled with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
