//! What every connection of a simulator shares.

use std::sync::Arc;

use tokio_rustls::TlsAcceptor;

use super::{Faults, Handler, Journal};

/// What every connection of a simulator shares.
pub(super) struct Served {
    pub(super) handler: Box<dyn Handler>,
    pub(super) journal: Journal,
    pub(super) faults: Faults,
    pub(super) base: Arc<str>,
    pub(super) keep: usize,
    pub(super) acceptor: Option<TlsAcceptor>,
}
