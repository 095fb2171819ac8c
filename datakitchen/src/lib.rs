//! A client for [DataKitchen](https://datakitchen.io) DataOps Automation. It finds your credentials where the vendor's
//! own CLI keeps them, signs in once, renews its token for as long as it lives, and gives typed async calls.
//!
//! ```no_run
//! # async fn example() -> datakitchen::Result<()> {
//! let client = datakitchen::Client::from_env()?;
//! for kitchen in client.kitchens().list().await? {
//!     println!("{}  {}", kitchen.name, kitchen.description.unwrap_or_default());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! [`Client::login`] takes a user name and password, [`Client::from_context`] the name of a context of the CLI.
//!
//! # Where credentials come from
//!
//! The first source that is set is used, whole: its base URL belongs to it, and nothing is mixed. It is an error, not a
//! reason to go on, when that source is unusable or only half set.
//!
//! | | source | set by |
//! |---|---|---|
//! | 1 | [`Builder::credentials`], [`Client::login`] | [`Credentials`]: a password, an API token pair, a token |
//! | 1 | [`Builder::context`], [`Client::from_context`] | a context of the CLI, by name |
//! | 2 | `DK_CLOUD_TOKEN` | a session token; with 4 beside it, one that is followed by a login |
//! | 3 | `DK_CLOUD_API_KEY_ID` and `DK_CLOUD_API_KEY_SECRET` | an API token pair |
//! | 4 | `DK_CLOUD_USERNAME` and `DK_CLOUD_PASSWORD` | a user name and password |
//! | 5 | `DK_CONTEXT` | a context of the CLI, by name |
//! | 6 | `~/.dk/.context`, else `default` | the current context: `dk config`, `dk context-switch` |
//!
//! Variables that are empty or blank count as not set. `DK_CLOUD_BASE_URL` belongs to 2, 3 and 4; without it they, and
//! the credentials of 1, are for `https://cloud.datakitchen.io`. [`Builder::base_url`] comes before every other.
//!
//! # The session token
//!
//! It lives four hours. It is renewed before that, by `GET /v2/validatetoken` or else by a new login, and taken over
//! when the platform hands out a newer one with any reply. A client of a context shares it with the CLI, in the file
//! `.dk-credentials` of the context, as the CLI does; see [`Builder::share_token`].
//!
//! # Services
//!
//! Calls begin at a handle that never changes and looks nothing up:
//!
//! ```no_run
//! # async fn example(client: datakitchen::Client, wait: datakitchen::Wait) -> datakitchen::Result<()> {
//! let kitchen = client.kitchen("dev");
//! let order = kitchen.recipe("sales").variation("nightly").order().await?;
//! let run = kitchen.order(order.id()?).wait_for_run(wait).await?;
//! println!("{}", kitchen.order_run(run).wait(wait).await?);
//! # Ok(())
//! # }
//! ```
//!
//! [`api`] has a map of them: kitchens with staff, alerts and settings, overrides, recipes and their files, orders and
//! their runs, the vault, and [`api::EventsClient`] for the events API of Observability.
//!
//! # Rooms
//!
//! [`Client`] and [`Builder`] (`client.rs`), [`Credentials`] (`credentials.rs`) and [`Contexts`] (`contexts.rs`), how a
//! session token is obtained (`login.rs`), written (`session_token.rs`) and shared with the vendor's CLI ([`TokenFile`],
//! `store.rs`), what the platform means by its replies (`protocol.rs`, `reply.rs`), [`Error`], and the typed calls in
//! [`api`].

pub mod api;
mod client;
mod contexts;
mod credentials;
mod error;
mod login;
mod protocol;
mod reply;
mod session_token;
#[cfg(feature = "sim")]
pub mod sim;
mod store;
mod values;

pub use auth_core::store::FileStore;
pub use auth_core::{
    Base, Clock, Environment, ErrorKind, ManualClock, Pages, PlainHttp, RetryPolicy, SecretString,
    ServiceError, Timestamp, TokenStore, Transport, Wait,
};
pub use client::{Builder, Client, Request};
pub use contexts::{Context, Contexts};
pub use credentials::Credentials;
pub use error::{Answer, Changed, Error, Issue, NoKitchen, OrderLookup, Result};
pub use http::{Method, StatusCode};
pub use protocol::Protocol;
pub use secrecy::ExposeSecret;
pub use store::TokenFile;
pub use values::Values;

/// The examples of the README are compiled with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
