//! The life of a request: real HTTP on loopback, and a clock that nobody has to wait for.

#![allow(clippy::unwrap_used, reason = "tests")]

mod auth;
mod downloads;
mod errors;
mod kit;
mod oauth2;
mod proxy;
mod proxy_server;
mod redirect;
mod retry;
mod secrets;
mod signed;
mod timeouts;
mod tls;
mod unknown;
mod uploads;
mod wire;
