//! How bytes travel: timeouts, proxy, certificates. What is set here applies to every request of a client, those for
//! tokens included.

mod http_client;
mod limit;
mod proxy;
mod roots;

use std::path::PathBuf;
use std::time::Duration;

pub(crate) use http_client::{Failure, HttpClient, Outgoing};
pub(crate) use limit::Limit;

use crate::environment::Environment;
use crate::error::Result;
use proxy::ProxyChoice;
use roots::Roots;

/// Timeouts, proxy and certificates of a client.
///
/// ```
/// use std::time::Duration;
/// use auth_core::Transport;
///
/// let transport = Transport::new()
///     .with_call_timeout(Duration::from_secs(20))
///     .with_ca_bundle("/etc/ssl/company.pem");
/// ```
///
/// Without a proxy given here, the variables `https_proxy`, `http_proxy`, `all_proxy` and `no_proxy` decide (lower
/// case first, then upper case), then the system's settings. Without a CA bundle given here, the variables
/// `REQUESTS_CA_BUNDLE`, `CURL_CA_BUNDLE` and `SSL_CERT_FILE` decide, then the system's certificates. No `.netrc` is
/// ever read.
#[derive(Clone, Debug)]
pub struct Transport {
    connect_timeout: Duration,
    call_timeout: Duration,
    idle_timeout: Duration,
    proxy: ProxyChoice,
    roots: Roots,
}

impl Transport {
    /// The defaults: 5 s to connect, 60 s for a whole JSON call, 30 s without a byte on a stream.
    pub fn new() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            call_timeout: Duration::from_secs(60),
            idle_timeout: Duration::from_secs(30),
            proxy: ProxyChoice::Environment,
            roots: Roots::Environment,
        }
    }

    /// How long a connection may take, TLS included.
    pub fn with_connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long one attempt of a call may take, from the first byte sent to the last byte received. Bodies that are
    /// streams, or larger than 1 MiB, are bound by the idle timeout instead; a download by this one until its reply
    /// begins.
    pub fn with_call_timeout(mut self, timeout: Duration) -> Self {
        self.call_timeout = timeout;
        self
    }

    /// How long a stream may stand still.
    pub fn with_idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle_timeout = timeout;
        self
    }

    /// A proxy for all requests, as in `http://user:password@proxy.example:8080`.
    pub fn with_proxy(mut self, url: impl Into<secrecy::SecretString>) -> Self {
        self.proxy = ProxyChoice::Url(url.into());
        self
    }

    /// No proxy, whatever variables and system say.
    pub fn without_proxy(mut self) -> Self {
        self.proxy = ProxyChoice::None;
        self
    }

    /// Certificates that replace the system's: a PEM file, or a folder of PEM files.
    pub fn with_ca_bundle(mut self, path: impl Into<PathBuf>) -> Self {
        self.roots = Roots::Bundle(path.into());
        self
    }

    /// Accepts every certificate. Anybody on the way can then read and change everything, credentials included.
    pub fn dangerously_accept_invalid_certificates(mut self) -> Self {
        self.roots = Roots::AcceptAnything;
        self
    }

    /// Reads certificates and proxy settings. No network.
    pub(crate) fn open(&self, environment: &Environment) -> Result<HttpClient> {
        HttpClient::new(self, environment)
    }
}

impl Default for Transport {
    fn default() -> Self {
        Self::new()
    }
}
