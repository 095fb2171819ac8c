//! A client for TACC's [Agave](https://tacc-cloud.readthedocs.io) platform (later Tapis v2) and Abaco. It finds your
//! session where the vendor's CLI and Python SDK keep it, renews it without a password, shares the renewed token with
//! them, and gives typed async calls.
//!
//! ```no_run
//! # async fn example() -> agave::Result<()> {
//! let ag = agave::Agave::restore()?;
//! let me = ag.profiles().get().await?;
//! println!("{} <{}>", me.username, me.email.unwrap_or_default());
//! # Ok(())
//! # }
//! ```
//!
//! Without a session, with nothing but username and password:
//!
//! ```no_run
//! # async fn example() -> agave::Result<()> {
//! use agave::api::NewClient;
//!
//! let ag = agave::Agave::builder().api_server("https://api.tacc.cloud").username("u").password("p").build()?;
//! let created = ag.clients().create(&NewClient::new("my-laptop")).await?; // keep its key and secret
//! let me = ag.profiles().get().await?; // signs in: no constructor does
//! let token = ag.token().token_info().await?;
//! println!("{} until {}", me.username, token.expires_at.unwrap_or_default());
//! # Ok(())
//! # }
//! ```
//!
//! # Services
//!
//! | | |
//! |---|---|
//! | [`Client::clients`] | OAuth clients, and the APIs that they may call |
//! | [`Client::systems`], [`Client::apps`] | where files lie and jobs run, and what jobs run |
//! | [`Client::files`] | files and folders: list, walk, upload, download, copy, share |
//! | [`Client::jobs`] | submit, wait, stop, resubmit, outputs |
//! | [`Client::meta`] | JSON documents with queries, and their schemata |
//! | [`Client::notifications`], [`Client::monitors`] | who is told what, and regular checks |
//! | [`Client::postits`], [`Client::transforms`] | URLs that work without signing in, and files in other formats |
//! | [`Client::actors`] | Abaco: actors, messages, executions, logs, nonces; inside a container: [`actors`] |
//! | [`Client::profiles`], [`Client::admin`] | users, and the administration of a tenant |
//!
//! A list is awaited for one page or read as a stream ([`api::List`]). Typed calls repeat only `GET`: a change is never
//! repeated once it may have been seen, not even a deletion, which would then say that there is nothing. Models are
//! lenient: what is missing or null does no harm, and what is unknown is in `extra`.
//!
//! # Where credentials come from
//!
//! [`Builder::build`] takes what it is given and looks at nothing else. [`Client::restore`] and [`Builder::restore`]
//! take the first of these that is there; it is an error, not a reason to go on, when that one is unusable.
//!
//! | | source | what it gives |
//! |---|---|---|
//! | 1 | arguments of [`Builder`] | a token; or key, secret and username with password, or with a refresh token; or a JWT |
//! | 2 | `TAPIS_BASE_URL` and `TAPIS_TOKEN` | with `TAPIS_API_KEY`, `TAPIS_API_SECRET`, `TAPIS_REFRESH_TOKEN`: renewed |
//! | 3 | `$TAPIS_CACHE_DIR/current`, or `$AGAVE_CACHE_DIR/current`, or `~/.agave/current` | the CLI's session |
//! | 4 | `~/.agpy`, then `/etc/.agpy`, `/root/.agpy`, `/.agpy` | the SDK's clients |
//! | 5 | `TAPIS_BASE_URL`, `TAPIS_USERNAME` and `TAPIS_PASSWORD` | with `TAPIS_API_KEY` and `TAPIS_API_SECRET`: signs in |
//!
//! In a file, [`Builder::api_key`], [`Builder::client_name`] or [`Builder::tenant_id`] (the first that is given)
//! selects the client; otherwise it is the first one. With [`Builder::api_server`] it is the first one of that server: a
//! session never goes to another server than its own. A `.env` file is not read: one in the working folder could lead a
//! token to another server.
//!
//! # What a session does
//!
//! A token is obtained by the first call that needs one, and renewed 60 s before it expires ([`Builder::leeway`]), or
//! when the gateway rejects it. A renewal spends the refresh token; without one, or when it is refused, username and
//! password are asked for again, if they are known. A session that was restored from a file writes each new token
//! back, into its own entry and nowhere else. Where that is not possible, the refresh token is not spent, because the
//! next process would be locked out ([`Builder::spend_unsaved_refresh_token`] allows it).
//!
//! Calls of `clients` carry username and password, all others the token, or a JWT ([`Builder::jwt`]), or a nonce
//! ([`Client::nonce`]). No other host gets any of them.
//!
//! [`Builder::list_tenants`] tells which tenants there are. One that has moved to Tapis v3 is signed in to by
//! [`Builder::tapis_v3`]; its services are reached by [`Client::request`].
//!
//! # Rooms
//!
//! [`Client`] and [`Builder`] (`client.rs`), where credentials come from (`search.rs`, `credentials.rs`, `entry.rs`), how
//! a token is obtained (`login.rs`), shown ([`TokenInfo`], `token_info.rs`), handled ([`SessionToken`],
//! `session_token.rs`) and shared with the vendor's tools (`store.rs`), what the services mean by their replies
//! (`protocol.rs`, `fault.rs`), [`Error`], actors in a container ([`actors`]), and the typed calls in [`api`].

pub mod actors;
pub mod api;
mod client;
mod credentials;
mod entry;
mod error;
mod fault;
mod login;
mod protocol;
mod search;
mod session_token;
#[cfg(feature = "sim")]
pub mod sim;
mod store;
mod token_info;
mod zone;

pub use auth_core::{
    Clock, Environment, ManualClock, PlainHttp, Progress, Response, RetryPolicy, SecretString, ServiceError,
    Timestamp, TokenStore, Transport, Wait,
};
pub use client::{Agave, Builder, Client, Request};
pub use error::{Error, Result};
pub use protocol::Protocol;
pub use session_token::SessionToken;
pub use token_info::TokenInfo;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
