//! What goes wrong, and whether the work was done before.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use super::Reply;

/// Something that goes wrong with one request. Each says whether the handler has run: whether the work was done.
///
/// The request is read whole before anything goes wrong, and stands in the journal, unless the fault says otherwise.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Fault {
    /// The connection is reset (TCP RST) instead of a reply. The handler has not run.
    ResetBeforeReply,
    /// The connection is closed (FIN) instead of a reply. The handler has not run.
    CloseBeforeReply,
    /// There is never a reply; the connection stays open until the client or the simulator ends it. The handler has
    /// not run.
    Stall,
    /// The connection is reset after so many bytes of the request's body were read, or all of them. The handler has
    /// not run. The journal has what was read.
    ResetMidRequest {
        /// Bytes of the request's body.
        after: u64,
    },
    /// The reply comes later. The handler runs after the wait.
    Delay(Duration),
    /// The reply comes when the gate is opened. The handler runs then.
    Hold(Gate),
    /// Another reply, by somebody on the way: a gateway, a proxy, a login page. The handler has not run. See
    /// [`Fault::status`], [`Fault::redirect`] and [`Fault::not_json`].
    Reply(Reply),
    /// The connection is reset after so many bytes of the reply's body. The handler has run. A client that reads slowly
    /// may lose some of them.
    ResetMidReply {
        /// Bytes of the reply's body. None: all headers, no body.
        after: u64,
    },
    /// The reply announces its length, and the connection is closed (FIN) after fewer bytes. The handler has run.
    /// A reply without an announced length ends without its last chunk.
    Truncate {
        /// Bytes of the reply's body.
        after: u64,
    },
    /// The reply stands still after so many bytes of its body. The handler has run.
    StallMidReply {
        /// Bytes of the reply's body.
        after: u64,
    },
    /// The whole reply, then the connection is closed without a word: what a client that keeps connections finds when
    /// it uses one again. The handler has run.
    CloseAfterReply,
    /// The handler runs first, then the fault: the reply is lost after the work was done. See
    /// [`Fault::after_handling`].
    AfterHandling(Box<Fault>),
}

impl Fault {
    /// A status with a text that says so, instead of the reply. The handler has not run.
    pub fn status(status: u16) -> Self {
        Self::Reply(Reply::text(status, format!("simulated status {status}")))
    }

    /// A redirect instead of the reply. `to` is an absolute URL or a path. The handler has not run.
    pub fn redirect(status: u16, to: &str) -> Self {
        Self::Reply(Reply::redirect(status, to))
    }

    /// 200 with a page of HTML instead of the reply, as portals and proxies give. The handler has not run.
    pub fn not_json() -> Self {
        Self::Reply(Reply::html(200, "<!doctype html><title>Sign in</title><p>Please sign in.</p>"))
    }

    /// The same fault after the work was done: the handler runs, its reply is lost or late.
    ///
    /// This is what shows whether a client repeats a write whose fate it does not know.
    pub fn after_handling(self) -> Self {
        Self::AfterHandling(Box::new(self))
    }

    /// Whether the handler runs first, and what happens then.
    pub(super) fn unfold(self) -> (bool, Self) {
        match self {
            Self::AfterHandling(inner) => (true, inner.unfold().1),
            fault => (false, fault),
        }
    }
}

/// Holds replies back until it is opened. Clones are the same gate.
#[derive(Clone)]
pub struct Gate(Arc<Semaphore>);

impl Gate {
    /// A closed gate.
    pub fn new() -> Self {
        Self(Arc::new(Semaphore::new(0)))
    }

    /// Lets all pass, for good.
    pub fn open(&self) {
        self.0.close();
    }

    pub(super) async fn opened(&self) {
        // There is never a permit: only the end of the semaphore ends the wait.
        let _ = self.0.acquire().await;
    }
}

impl Default for Gate {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_closed() { "Gate(open)" } else { "Gate(closed)" })
    }
}
