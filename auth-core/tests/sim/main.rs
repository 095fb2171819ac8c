//! The simulator kit, driven by plain sockets: what is on the wire is what counts.

#![cfg(feature = "sim")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

mod faults;
mod journal;
mod raw;
mod replies;
mod requests;
mod server;
mod tls;
