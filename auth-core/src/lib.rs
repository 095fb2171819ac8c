//! What the vendor SDKs of this workspace share: the life of a token, where tokens are kept, and the authenticated
//! request pipeline. It knows no vendor. Users depend on a vendor crate, not on this one.
//!
//! A map, from the ground up; each module imports only from those above it:
//!
//! | module | what lives there |
//! |---|---|
//! | [`error`], [`timestamp`], [`secret`] | what everything else speaks of |
//! | [`clock`], [`environment`] | time, variables, folders and randomness, which come in from outside |
//! | [`token`], [`claims`], [`lookup`] | a token, a look into a JWT, the record of a search for credentials |
//! | [`lifecycle`] | the pure decision what to do with a held token |
//! | [`source`], [`store`] | how a token is obtained, and where it is kept between processes |
//! | [`cache`] | the token that renews itself |
//! | [`path`](mod@path), [`origin`], [`body`], [`transport`] | what a request is made of and how it travels |
//! | [`retry`], [`protocol`] | when to try again, and what a vendor means by a reply |
//! | [`session`], [`request`], [`response`] | the pipeline from a typed call to its answer |
//! | [`settings`] | what every vendor's builder takes |
//! | [`oauth2`], [`page`], [`transfer`], [`wait`] | standard grants, paging, files, waiting for a job |
//! | [`lenient`], [`service!`], [`open_enum!`] | what the `api` rooms of the vendor crates are written with |
//! | `sim` (feature `sim`) | a loopback server with faults, for simulators and tests |

mod api;
pub mod authorization;
pub mod body;
pub mod cache;
pub mod claims;
pub mod clock;
pub mod environment;
pub mod error;
pub mod lenient;
pub mod lifecycle;
pub mod lookup;
pub mod oauth2;
pub mod origin;
pub mod page;
mod parts;
pub mod path;
pub mod protocol;
mod redirect;
pub mod request;
pub mod response;
pub mod retry;
pub mod secret;
pub mod session;
pub mod settings;
#[cfg(feature = "sim")]
pub mod sim;
pub mod source;
pub mod store;
pub mod timestamp;
pub mod token;
pub mod transfer;
pub mod transport;
pub mod wait;

use std::pin::Pin;

pub use authorization::Authorization;
pub use body::{Body, ByteStream, Part};
pub use cache::TokenCache;
pub use claims::Claims;
pub use clock::{Clock, ManualClock, Now, SystemClock};
pub use environment::Environment;
pub use error::{Error, ErrorKind, Result, ServiceError};
pub use lookup::Lookup;
pub use origin::{Base, PlainHttp};
pub use page::{Page, Pages};
pub use path::Path;
pub use protocol::{Protocol, ReplyHead, Verdict};
pub use request::Request;
pub use response::Response;
pub use retry::RetryPolicy;
pub use secret::SecretString;
pub use session::Session;
pub use settings::Settings;
pub use source::TokenSource;
pub use store::TokenStore;
pub use timestamp::Timestamp;
pub use token::{Token, TokenKey};
pub use transfer::Progress;
pub use transport::Transport;
pub use wait::Wait;

#[doc(hidden)]
pub use serde;

/// A boxed future, for the few traits that are used behind a pointer.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
