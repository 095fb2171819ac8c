//! A client for the [Descartes Labs](https://descarteslabs.com) geospatial platform, now EarthDaily
//! [EarthOne](https://earthone.earthdaily.com). It finds your credentials where the vendor's own SDK and CLI keep them,
//! shares the token files with them, renews its token for as long as it lives, and gives typed async calls.
//!
//! ```no_run
//! # async fn example() -> descartes::Result<()> {
//! use descartes::{Auth, Client};
//!
//! let auth = Auth::from_environment_or_token_json()?;
//! let client = Client::new(auth)?;
//! if let Some(product) = client.catalog().products().get("landsat:LC08:01:T1:TOAR").await? {
//!     println!("{}  {}", product.id(), product.name.as_deref().unwrap_or_default());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Where credentials come from
//!
//! Each value is looked for by itself, and the first place that has it counts. An empty value counts as absent.
//!
//! | value | 1. argument | 2. variable | 3. variable |
//! |---|---|---|---|
//! | client id | [`AuthBuilder::client_id`] | `DESCARTESLABS_CLIENT_ID` | `CLIENT_ID` |
//! | client secret | [`AuthBuilder::client_secret`] | `DESCARTESLABS_CLIENT_SECRET` | `CLIENT_SECRET` |
//! | refresh token, another name of the secret, which comes before it | [`AuthBuilder::refresh_token`] | `DESCARTESLABS_REFRESH_TOKEN` | |
//! | a token | [`AuthBuilder::jwt_token`] | `DESCARTESLABS_TOKEN` | |
//! | token information file | [`AuthBuilder::token_info_path`] | `DESCARTESLABS_TOKEN_INFO_PATH` | |
//!
//! Only when nothing but perhaps the file is given, the credentials are those of the token information file, by default
//! `~/.descarteslabs/token_info.json`, which `descarteslabs auth login` and this crate's example `login` write. Else no
//! file supplies any; their tokens are kept in `~/.descarteslabs/jwt_token_<SHA-1 of the secret>.json`, or in the file
//! that the argument names, together with the credentials. Where tokens come from another domain than the usual one, they
//! are kept in a cache file of that domain, even when the credentials are those of a file.
//!
//! With [`Flavor::EARTH_ONE`] the variables begin with `EARTHONE_`, and the folder is `~/.earthone`.
//!
//! `DESCARTESLABS_NO_JWT_CACHE=true` leaves kept tokens aside; credentials are still read, and tokens still saved.
//!
//! # Errors
//!
//! The vendor's `AuthError` and `OauthError` are [`Error::Auth`] and [`Error::Oauth`]; [`Error::is_auth_error`] is true
//! for both. Missing credentials are an error when a token is asked for, not before.
//!
//! # Rooms
//!
//! [`Auth`] (`auth.rs`), [`Client`] and [`Builder`] (`client.rs`), where credentials come from (`credentials.rs`,
//! [`TokenInfo`]), how a token is obtained (`login.rs`) and shared with the vendor's SDK (`store.rs`), what a token says
//! about its user ([`Payload`]), [`Flavor`] and [`Endpoints`], what the platform means by its replies (`protocol.rs`),
//! [`Error`] and how work at the platform ends (`outcome.rs`), and the typed calls in [`api`].
//!
//! # Services
//!
//! [`Client::catalog`] (products, bands, images, image uploads, blobs, and event subscriptions, rules, schedules and API
//! destinations), [`Client::compute`] (functions and jobs), [`Client::vector`] (tables of features) and
//! [`Client::raster`] (pixels). What is not typed yet goes through [`Client::request`].

pub mod api;
mod auth;
mod client;
mod credentials;
mod endpoints;
mod error;
mod fault;
mod flavor;
mod login;
mod md5;
mod outcome;
mod payload;
mod protocol;
mod request_group;
#[cfg(feature = "sim")]
pub mod sim;
mod store;
mod token_info;

pub use auth::{Auth, AuthBuilder};
pub use auth_core::store::FileStore;
pub use auth_core::{
    Base, Body, ByteStream, Clock, Environment, ErrorKind, ManualClock, PlainHttp, Progress, RetryPolicy,
    SecretString, ServiceError, Timestamp, TokenStore, Transport, Wait,
};
pub use client::{Builder, Client, Request};
pub use credentials::TokenInfoPath;
pub use endpoints::{Endpoints, Urls};
pub use error::{Error, Result};
pub use flavor::{Flavor, NamespaceRule, PlatformEnvironment};
pub use http::{Method, StatusCode};
pub use payload::Payload;
pub use protocol::Protocol;
pub use secrecy::ExposeSecret;
pub use token_info::TokenInfo;

/// The examples of the README are compiled with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
