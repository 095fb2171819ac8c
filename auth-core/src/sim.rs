//! A loopback HTTP server with faults, on which the vendor crates build their simulators (feature `sim`).
//!
//! It speaks HTTP/1.1 over its own accept loop, so that it can do on the wire what happens in the field: reset, close,
//! truncate, stall. It is made for tests and is exempt from semver.
//!
//! ```
//! use auth_core::sim::{Fault, Reply, Request, Simulator};
//! use serde_json::json;
//!
//! # fn main() -> auth_core::Result<()> {
//! let simulator = Simulator::start(|request: &Request| {
//!     match (request.method().as_str(), request.segments().as_slice()) {
//!         ("GET", ["v1", "projects", id]) => Reply::json(200, json!({ "id": id })),
//!         _ => Reply::empty(404),
//!     }
//! })?;
//! simulator.faults().next("GET /v1/projects/*", Fault::ResetBeforeReply).times(2);
//! // Point a client at simulator.base() and let it work; then look at simulator.journal().
//! assert_eq!(simulator.journal().count("GET /v1/projects/*"), 0);
//! # Ok(())
//! # }
//! ```
//!
//! | module | what lives there |
//! |---|---|
//! | `request`, `reply` | what a [`Handler`] is given, and what it answers |
//! | `fault`, `plan` | what goes wrong and whether the work was done before; which request meets it |
//! | `journal`, `render` | every request in order, and their stable text for snapshots |
//! | `operations` | what each operation of a table sends, as one text |
//! | `log` | what is traced meanwhile, to be searched for secrets |
//! | `tls` | a certificate authority for tests |
//! | `server`, `intake`, `outflow`, `wire` | the accept loop, bodies in and out, and connections that can be cut |

mod fault;
mod intake;
mod issuer;
mod journal;
mod log;
mod multipart;
mod operations;
mod outflow;
mod pattern;
mod plan;
mod range;
mod render;
mod reply;
mod request;
mod served;
mod server;
mod tls;
mod wire;

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;
use url::Url;

pub use fault::{Fault, Gate};
pub use issuer::{Issued, Issuer, Refusal, unsigned_jwt};
pub use journal::Journal;
pub use log::Log;
pub use multipart::Part;
pub use operations::Operations;
pub use plan::{Faults, Planned};
pub use reply::{Content, Reply};
pub use request::Request;
pub use tls::TestCa;

use crate::error::{Error, ErrorKind, Result};
use served::Served;

/// How much of a request's body is kept unless [`Builder::keep_body`] says otherwise: 8 MiB.
const KEPT: usize = 8 << 20;
/// How long a simulator that is dropped waits for a handler that does not return.
const PATIENCE: Duration = Duration::from_secs(2);

/// What a simulated service does: a function from a request to a reply.
///
/// All requests of a simulator are handled one after another, on one thread: keep state in a `Mutex`, answer at once,
/// and leave waiting to [`Fault::Delay`] and [`Fault::Hold`]. A handler that panics answers 500 with the panic's text.
pub trait Handler: Send + Sync + 'static {
    /// The reply to a request.
    fn handle(&self, request: &Request) -> Reply;
}

impl<F: Fn(&Request) -> Reply + Send + Sync + 'static> Handler for F {
    fn handle(&self, request: &Request) -> Reply {
        self(request)
    }
}

impl<H: Handler + ?Sized> Handler for Arc<H> {
    fn handle(&self, request: &Request) -> Reply {
        (**self).handle(request)
    }
}

/// A running server on `127.0.0.1`. It stops when it is dropped, and its connections end.
///
/// It runs on a thread and a runtime of its own: it works from synchronous code, and survives the runtime of the test.
/// To see a connection refused, use the URL of a simulator that was dropped.
pub struct Simulator {
    url: Url,
    base: Arc<str>,
    journal: Journal,
    faults: Faults,
    stop: Option<oneshot::Sender<()>>,
    ended: Mutex<Receiver<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Simulator {
    /// Starts a server on a free port.
    pub fn start(handler: impl Handler) -> Result<Self> {
        Self::builder().start(handler)
    }

    /// Starts a server that speaks `https` with a certificate from `ca`.
    pub fn start_tls(handler: impl Handler, ca: &TestCa) -> Result<Self> {
        Self::builder().tls(ca).start(handler)
    }

    /// A server with options.
    pub fn builder() -> Builder {
        Builder { port: 0, acceptor: None, keep: KEPT }
    }

    /// `http://127.0.0.1:PORT/`
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// `http://127.0.0.1:PORT`, without a trailing slash.
    pub fn base(&self) -> String {
        self.base.to_string()
    }

    /// What was asked so far.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// What shall go wrong.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }
}

impl fmt::Debug for Simulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Simulator({})", self.base)
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        // The thread ends also when the sender is gone, so a failed send is no concern.
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        let Some(thread) = self.thread.take() else { return };
        // A handler may hold the last reference to its own simulator, and a thread cannot wait for itself.
        if thread.thread().id() == std::thread::current().id() {
            return;
        }
        let ended = self.ended.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner);
        // The sender lives on the thread: a disconnect says that it ended, a timeout that its handler hangs.
        if ended.recv_timeout(PATIENCE) != Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
            let _ = thread.join();
        }
    }
}

/// The options of a [`Simulator`].
#[derive(Clone)]
#[must_use = "a builder does nothing until `start`"]
pub struct Builder {
    port: u16,
    acceptor: Option<TlsAcceptor>,
    keep: usize,
}

impl Builder {
    /// A fixed port, for a simulator that people use by hand. Tests leave it free.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Speaks `https` with a certificate from `ca`.
    pub fn tls(mut self, ca: &TestCa) -> Self {
        self.acceptor = Some(ca.acceptor());
        self
    }

    /// How many bytes of each request's body are kept in memory. What is beyond is only counted and hashed.
    pub fn keep_body(mut self, bytes: usize) -> Self {
        self.keep = bytes;
        self
    }

    /// Starts the server. Fails when the port is in use.
    pub fn start(self, handler: impl Handler) -> Result<Simulator> {
        let unusable = |error: std::io::Error| {
            let message = format!("the simulator cannot listen on 127.0.0.1:{}", self.port);
            Error::new(ErrorKind::Configuration, message).with_source(error)
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port)).map_err(unusable)?;
        listener.set_nonblocking(true).map_err(unusable)?;
        let address = listener.local_addr().map_err(unusable)?;
        let (url, base) = addresses(address, self.acceptor.is_some())?;
        let journal = Journal::new(Arc::clone(&base));
        let served = Arc::new(Served {
            handler: Box::new(handler),
            journal: journal.clone(),
            faults: Faults::default(),
            base: Arc::clone(&base),
            keep: self.keep,
            acceptor: self.acceptor.clone(),
        });
        let faults = served.faults.clone();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(unusable)?;
        let (stop, stopped) = oneshot::channel();
        let (sender, ended) = channel();
        let thread = std::thread::Builder::new()
            .name(format!("simulator-{}", address.port()))
            .spawn(move || {
                let _ends_with_the_thread = sender;
                server::run(runtime, listener, served, stopped);
            })
            .map_err(unusable)?;
        Ok(Simulator {
            url,
            base,
            journal,
            faults,
            stop: Some(stop),
            ended: Mutex::new(ended),
            thread: Some(thread),
        })
    }
}

fn addresses(address: SocketAddr, encrypted: bool) -> Result<(Url, Arc<str>)> {
    let base = format!("{}://{address}", if encrypted { "https" } else { "http" });
    let url = Url::parse(&base).map_err(|error| {
        Error::new(ErrorKind::Configuration, format!("{base} is not a URL")).with_source(error)
    })?;
    Ok((url, base.into()))
}
