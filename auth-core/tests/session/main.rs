//! The life of a request: real HTTP on loopback, and a clock that nobody has to wait for.

#![allow(clippy::unwrap_used, reason = "tests")]

mod auth;
mod kit;
mod proxy;
mod redirect;
mod retry;
mod signed;
mod timeouts;
mod tls;
mod unknown;
