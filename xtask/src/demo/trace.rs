//! What `--verbose` shows: the HTTP exchange, without its secrets.

use std::sync::atomic::{AtomicBool, Ordering};

use auth_core::sim::Simulator;

static VERBOSE: AtomicBool = AtomicBool::new(false);

/// Shows exchanges from now on.
pub(crate) fn show() {
    VERBOSE.store(true, Ordering::Relaxed);
}

/// Every request that a simulator has seen: method, path, status, and whether it carried a credential.
pub(crate) fn exchange(server: &Simulator) {
    if !VERBOSE.load(Ordering::Relaxed) {
        return;
    }
    for request in server.journal().requests() {
        let credential = match request.header("authorization").and_then(|value| value.split(' ').next()) {
            Some(scheme) => format!("  authorization: {scheme} [REDACTED]"),
            None => String::new(),
        };
        let status = request.reply_status();
        let status = status.as_ref().map_or("cut", |status| status.as_str());
        println!("  {:6} {status}  {}{credential}", request.method().as_str(), request.path());
    }
}
